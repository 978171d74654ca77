//! States that are kept of a record: they change how long an answer takes, and no answer.

use crate::kit::Bench;
use std::path::PathBuf;

/// Entries: enough for states of two parts and one of the whole.
const ENTRIES: &str = "2200";

fn states(bench: &Bench) -> Vec<PathBuf> {
    let Ok(ledgers) = std::fs::read_dir(bench.path("state/states")) else { return Vec::new() };
    let ledger = ledgers.map(|ledger| ledger.unwrap().path());
    let mut files: Vec<PathBuf> = ledger
        .flat_map(|ledger| std::fs::read_dir(ledger).unwrap())
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    files
}

/// What is asked: now, what was known earlier, and what had happened earlier.
fn questions(bench: &Bench) -> Vec<Vec<String>> {
    let at = |seq: &str| {
        let shown = bench.accord(&["show", "--dir", "L", seq, "--json"]).exits(0).json();
        shown["recorded"].as_str().unwrap().to_owned()
    };
    let (middle, early) = (at("1300"), at("700"));
    let ask = |rest: &[&str]| {
        let all = ["replay", "--dir", "L", "--json"].iter().chain(rest);
        all.map(|arg| (*arg).to_owned()).collect::<Vec<_>>()
    };
    vec![
        ask(&[]),
        ask(&["--known-at", "1500"]),
        ask(&["--known-at", &middle, "--as-of", &middle]),
        ask(&["--as-of", &early]),
        ask(&["--known-at", "2100", "--as-of", &early, "--state"]),
        ask(&["--view", "integrity"]),
        ask(&["--known-at", "3"]),
    ]
}

fn answer(bench: &Bench, question: &[String], rest: &[&str]) -> (String, String) {
    let args: Vec<&str> = question.iter().map(String::as_str).chain(rest.iter().copied()).collect();
    let run = bench.accord(&args).exits(0);
    (run.out, run.err)
}

type Damage = fn(Vec<u8>) -> Vec<u8>;

#[test]
fn whatever_becomes_of_them_the_answers_are_the_same() {
    let bench = Bench::new();
    bench
        .accord(&["bench", "generate", "L", "--entries", ENTRIES, "--fields", "3", "--json"])
        .exits(0);
    let questions = questions(&bench);
    let honest: Vec<String> =
        questions.iter().map(|question| answer(&bench, question, &["--no-pin"]).0).collect();
    assert!(states(&bench).is_empty());
    let agree = |heard: &str| {
        for (question, honest) in questions.iter().zip(&honest) {
            let (out, err) = answer(&bench, question, &[]);
            assert_eq!(&out, honest, "{question:?}");
            assert_eq!(err.contains("is of no use"), !heard.is_empty(), "{heard}: {err}");
            if !heard.is_empty() {
                return;
            }
        }
    };
    agree("");
    let kept = states(&bench);
    assert_eq!(kept.len(), 3, "{kept:?}");
    // From kept states.
    agree("");
    assert_eq!(states(&bench), kept);

    let damages: [(&str, Damage); 5] = [
        ("cut", |bytes| bytes[..bytes.len() / 2].to_vec()),
        ("empty", |_| Vec::new()),
        ("a bit in the middle", |mut bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            bytes
        }),
        ("a bit near the end", |mut bytes| {
            let near = bytes.len() - 3;
            bytes[near] ^= 0x80;
            bytes
        }),
        ("something else", |_| b"accord.saved/v1\n{}\n".to_vec()),
    ];
    for (what, damage) in damages {
        for state in &kept {
            let bytes = std::fs::read(state).unwrap();
            std::fs::write(state, damage(bytes)).unwrap();
        }
        agree(what);
        // They have been made again.
        assert_eq!(states(&bench), kept, "{what}");
    }
    // One of another part of the record, or of another ledger, is not taken for this one.
    std::fs::copy(&kept[0], &kept[2]).unwrap();
    agree("a smaller one in the place of the largest");
    agree("");
    // They are forgotten with the ledger.
    let pins = bench.accord(&["pin", "list", "--json"]).exits(0).json();
    let ledger = pins["pins"][0]["ledger"].as_str().unwrap().to_owned();
    bench.accord(&["pin", "forget", &ledger]).exits(0);
    assert!(states(&bench).is_empty());
    // Where none can be kept, that is said, and no more.
    std::fs::remove_dir_all(bench.path("state/states")).unwrap();
    bench.write("state/states", "in the way");
    let (out, err) = answer(&bench, &questions[0], &[]);
    assert_eq!(out, honest[0]);
    assert!(err.contains("no state of this ledger is kept"), "{err}");
}

/// A forged state that its own digest fits deceives whoever shows it, and nobody who verifies.
#[test]
fn verification_knows_of_none() {
    let bench = Bench::new();
    bench
        .accord(&["bench", "generate", "L", "--entries", "1100", "--fields", "3", "--json"])
        .exits(0);
    bench.accord(&["replay", "--dir", "L"]).exits(0);
    for state in states(&bench) {
        std::fs::write(state, "nothing of the kind").unwrap();
    }
    let run = bench.accord(&["verify", "--dir", "L"]).exits(0);
    assert!(!run.err.contains("of no use"), "{}", run.err);
}
