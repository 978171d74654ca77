//! `verify --resume`: what it takes over, what it still finds, and what it does not believe.

use crate::kit::Bench;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

const ALLEGED: &str = r#"{"category": "A3", "against": "undetermined"}"#;

fn verify(bench: &Bench, extra: &[&str], code: i32) -> (Value, String) {
    let run = bench.accord(&[&["verify", "--dir", "L", "--json"], extra].concat()).exits(code);
    (run.json(), run.err)
}

/// A ledger that was verified, and has grown by one entry since.
fn grown() -> (Bench, Value) {
    let bench = Bench::chartered();
    let (before, _) = verify(&bench, &[], 0);
    assert_eq!(
        (&before["resumed"], &before["signatures_not_checked_now"]),
        (&Value::Null, &json!(0))
    );
    bench.says("ua", "party", "violation.alleged", None, ALLEGED, "2026-02-01");
    (bench, before)
}

/// The file in which the one verification was kept.
fn kept(bench: &Bench) -> PathBuf {
    let pins = bench.path("state").join("pins");
    let folders = fs::read_dir(pins).unwrap().map(|folder| folder.unwrap().path());
    let mut files = folders.flat_map(|folder| fs::read_dir(folder).unwrap());
    files
        .find_map(|f| {
            Some(f.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "verified"))
        })
        .unwrap()
}

fn change(bench: &Bench, member: &str, value: Value) {
    let path = kept(bench);
    let mut verified: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    verified[member] = value;
    fs::write(&path, verified.to_string()).unwrap();
}

#[test]
fn it_says_what_was_checked_now_and_what_before() {
    let (bench, before) = grown();
    let (full, _) = verify(&bench, &["--no-pin"], 0);
    let (resumed, _) = verify(&bench, &["--resume"], 0);
    for same in
        ["root", "size", "signatures", "integrity", "authority", "admission", "findings", "void"]
    {
        assert_eq!(resumed[same], full[same], "{same}");
    }
    assert_eq!(resumed["signatures_not_checked_now"], before["signatures"]);
    assert_eq!(resumed["signatures_trusted_below"], before["size"]);
    assert_eq!(resumed["resumed"]["below"], before["size"]);
    let since = resumed["resumed"]["since"].as_str().unwrap().to_owned();
    let verdict = resumed["verdict"].as_str().unwrap();
    assert!(verdict.contains(&since) && verdict.contains("not now"), "{verdict}");
    // What that found is gone on from again, and still says when the first was.
    let again = bench.accord(&["verify", "--dir", "L", "--resume"]).exits(0).out;
    let all = full["signatures"].as_u64().unwrap();
    assert!(
        again.contains(&format!("of which {all} were checked before and not again")),
        "{again}"
    );
    assert!(again.contains(&since), "{again}");
    // Without being asked it checks everything.
    assert_eq!(verify(&bench, &[], 0).0["resumed"], Value::Null);
}

#[test]
fn damage_to_old_entries_is_found_all_the_same() {
    let (bench, _) = grown();
    let bundles = fs::read_dir(bench.path("L/public/tile/entries/000.p")).unwrap();
    let bundle = bundles.map(|f| f.unwrap().path()).next().unwrap();
    let mut bytes = fs::read(&bundle).unwrap();
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    fs::write(&bundle, bytes).unwrap();
    let (found, _) = verify(&bench, &["--resume"], 1);
    assert_eq!(found["integrity"], "FAILS");
}

#[test]
fn a_kept_result_that_is_not_of_these_entries_is_told_from_one_that_is() {
    let (bench, _) = grown();
    change(&bench, "root", json!("00".repeat(32)));
    let (found, _) = verify(&bench, &["--resume"], 1);
    assert_eq!(found["problems"][0]["code"], "history-rewritten");
    assert_eq!(
        (&found["resumed"], &found["signatures_trusted_below"]),
        (&Value::Null, &Value::Null)
    );
    verify(&bench, &["--no-pin"], 0);
}

#[test]
fn what_vouches_for_nothing_is_not_gone_on_from() {
    for (member, value) in [
        ("software", json!("0.0.0")),
        ("integrity", json!("FAILS")),
        ("problems", json!(1)),
        ("size", json!(1_000_000)),
        ("size", json!("many")),
        ("unheard_of", json!(1)),
    ] {
        let (bench, _) = grown();
        change(&bench, member, value);
        let (full, said) = verify(&bench, &["--resume"], 0);
        assert_eq!(
            (&full["resumed"], &full["signatures_not_checked_now"]),
            (&Value::Null, &json!(0))
        );
        assert!(said.contains("nothing is known of an earlier verification"), "{member}: {said}");
    }
}

#[test]
fn a_wrong_size_of_a_true_root_vouches_for_nothing() {
    let (bench, before) = grown();
    change(&bench, "size", json!(before["size"].as_u64().unwrap() - 1));
    let (found, _) = verify(&bench, &["--resume"], 1);
    assert_eq!(found["problems"][0]["code"], "history-rewritten");
}

#[test]
fn it_goes_with_pins_and_without_another_checkpoint() {
    let bench = Bench::chartered();
    let (_, said) = verify(&bench, &["--resume"], 0);
    assert!(said.contains("nothing is known of an earlier verification"), "{said}");
    for other in [&["--no-pin"][..], &["--from", "L/public/checkpoint"]] {
        bench.accord(&[&["verify", "--dir", "L", "--resume"], other].concat()).exits(2);
    }
}
