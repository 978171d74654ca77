//! Founding, enrolling, chartering and appending.

use crate::kit::Bench;

const ALLEGED: &str = r#"{"category": "A3", "against": "undetermined"}"#;

#[test]
fn a_ledger_is_founded_once() {
    let bench = Bench::new();
    let made = bench.found().json();
    assert_eq!(made["simulated_clock"], true);
    assert_eq!(made["threshold"], 2);
    let origin = made["origin"].as_str().unwrap();
    let id = made["ledger"].as_str().unwrap();
    assert_eq!(origin, format!("ledger.example/test/{}", &id[..32]));
    let keys = bench.read("L/private/operator.key");
    let again = bench.accord(&[
        "init",
        "--dir",
        "L",
        "--name",
        "ledger.example/test",
        "--authority",
        "keys/authority-a-seat.key",
        "--no-encrypt",
    ]);
    assert!(again.exits(4).err.contains("ledger"), "a second ledger in one place");
    assert_eq!(bench.read("L/private/operator.key"), keys);
    assert_eq!(bench.size("L"), 1);
    bench.accord(&["verify", "--dir", "L"]).exits(0);
}

#[test]
fn a_hybrid_ledger_signs_its_checkpoints_twice() {
    let bench = Bench::new();
    let made = bench.found_with(&["--hybrid"]).json();
    let keys: Vec<_> =
        made["checkpoint_keys"].as_array().unwrap().iter().map(|k| k.as_str().unwrap()).collect();
    assert_eq!(keys.len(), 2);
    let lines = bench.read("L/private/operator.key").lines().count();
    assert_eq!(lines, 3, "the event key and two checkpoint keys");
    bench.accord(&["key", "new", "ua/desk", "--no-encrypt", "-o", "ua"]).exits(0);
    let enrolled = bench.accord(&[
        "enrol",
        "--dir",
        "L",
        "-k",
        "keys/authority-a-seat.key",
        "-k",
        "keys/authority-b-seat.key",
        "--key-file",
        "ua",
        "--name",
        "x",
        "--role",
        "party",
        "--at",
        "2026-01-12 09:00",
        "--json",
    ]);
    let answer = enrolled.exits(0).json();
    let signatures = |note: &str| note.lines().filter(|l| l.starts_with('\u{2014}')).count();
    assert_eq!(signatures(answer["receipt"].as_str().unwrap()), 1);
    let published = bench.read("L/public/checkpoint");
    assert_eq!(signatures(&published), 2);
    bench.accord(&["verify", "--dir", "L"]).exits(0);
    bench.accord(&["prove", "--dir", "L", "1", "--bundle", "-o", "bundle"]).exits(0);
    let id = made["ledger"].as_str().unwrap();
    bench.accord(&["check", "bundle", "--ledger", id]).exits(0);
    bench.write("held", &published);
    bench.accord(&["verify", "--dir", "L", "--against", "held"]).exits(0);
    // Without the second line nobody accepts it.
    let small: String = published.split_inclusive('\n').take(5).collect();
    assert_eq!(signatures(&small), 1);
    bench.write("L/public/checkpoint", &small);
    let found = bench.accord(&["verify", "--dir", "L"]).exits(1);
    assert!(found.out.contains("checkpoint-signature"), "{}", found.out);
}

#[test]
fn what_cannot_be_founded_leaves_nothing_behind() {
    let bench = Bench::new();
    let found = |name: &str, threshold: &str| {
        bench.accord(&[
            "init",
            "--dir",
            "L",
            "--name",
            name,
            "--new-authority",
            "a/seat",
            "--keys",
            "keys",
            "--threshold",
            threshold,
            "--no-encrypt",
        ])
    };
    let refused = found("ledger.example/test", "2").exits(3);
    assert!(refused.err.contains("threshold"), "{}", refused.err);
    found("https://ledger.example", "1").exits(3);
    assert!(!bench.path("L/private/operator.key").exists());
    assert!(!bench.path("keys/a-seat.key").exists());
    found("ledger.example/test", "1").exits(0);
}

#[test]
fn an_enrolment_needs_the_authority_and_the_key() {
    let bench = Bench::new();
    bench.found();
    bench.accord(&["key", "new", "ua/desk", "--no-encrypt", "-o", "ua"]).exits(0);
    let enrol = |authority: &[&str]| {
        let mut args =
            vec!["enrol", "--dir", "L", "--key-file", "ua", "--name", "x", "--role", "party"];
        args.extend(authority.iter().flat_map(|a| ["-k", a]));
        args.extend(["--at", "2026-01-12 09:00", "--json"]);
        bench.accord(&args)
    };
    let one = enrol(&["keys/authority-a-seat.key"]).exits(3);
    assert_eq!(one.json()["code"], "threshold-not-met");
    let both = ["keys/authority-a-seat.key", "keys/authority-b-seat.key"];
    assert_eq!(enrol(&both).exits(0).json()["outcome"], "accepted");
    assert_eq!(enrol(&both).exits(3).json()["code"], "participant-exists");
}

#[test]
fn one_step_drafts_signs_and_appends() {
    let bench = Bench::chartered();
    let payload = r#"{"category": "A3", "against": "undetermined", "place": {"lat": 48.0159, "lon": "37°48'E"}}"#;
    let run = bench
        .accord(&[
            "append",
            "--dir",
            "L",
            "-k",
            "mission",
            "--type",
            "violation.alleged",
            "--payload",
            payload,
            "--occurred",
            "2026-02-01 05:00",
            "--at",
            "2026-02-01 06:00",
            "--receipts",
            "receipts",
            "--json",
        ])
        .exits(0);
    let answer = run.json();
    let seq = answer["seq"].as_u64().unwrap();
    assert_eq!(answer["recorded"], "2026-02-01T06:00:00.000000Z");
    let receipt = bench.read(&format!("receipts/{seq}.tlog-proof"));
    assert_eq!(answer["receipt"], receipt);
    let entry = bench.accord(&["show", "--dir", "L", &seq.to_string(), "--json"]).exits(0).json();
    assert_eq!(entry["payload"]["place"]["lon"], 37_800_000);
    assert_eq!(entry["simulated_clock"], true);
    // The receipt holds the ledger to what it said.
    let receipt = format!("receipts/{seq}.tlog-proof");
    bench.accord(&["verify", "--dir", "L", "--against", &receipt]).exits(0);
}

#[test]
fn a_refusal_is_signed_and_kept() {
    let bench = Bench::chartered();
    let run = bench
        .accord(&[
            "append",
            "--dir",
            "L",
            "-k",
            "ua",
            "--as",
            "mission",
            "--type",
            "violation.alleged",
            "--payload",
            ALLEGED,
            "--at",
            "2026-02-01",
            "--receipts",
            "r",
            "--json",
        ])
        .exits(3);
    let answer = run.json();
    assert_eq!(answer["code"], "role-not-held");
    let file = format!("r/{}.refusal", answer["event"].as_str().unwrap());
    assert_eq!(bench.read(&file), answer["refusal"].as_str().unwrap());
    assert_eq!(bench.size("L"), 7);
}

#[test]
fn a_stream_of_notes_is_answered_note_by_note() {
    let bench = Bench::chartered();
    bench.says("ua", "party", "violation.alleged", None, ALLEGED, "2026-02-01").exits(0);
    let id = bench.accord(&["show", "--dir", "L", "0", "--json"]).json()["event"]
        .as_str()
        .unwrap()
        .to_owned();
    bench.write("d", &format!(r#"{{"type": "violation.alleged", "payload": {ALLEGED}}}"#));
    let sign = |key: &str, role: &str| {
        let args =
            ["sign", "d", "-k", key, "--as", role, "--ledger", &id, "--issued", "2026-02-02"];
        bench.accord(&args).exits(0).out
    };
    let (good, bad, repeated) = (sign("ru", "party"), sign("ru", "mission"), bench.note("L", 7));
    let stream = format!("{good}\n{bad}{repeated}not a note at all\n{good}");
    let run = bench.with_input(&["append", "--dir", "L", "-", "--json"], &stream).exits(3);
    let words: Vec<_> = run.records().iter().map(|r| r["outcome"].clone()).collect();
    assert_eq!(words, ["accepted", "refused", "repeated", "malformed", "repeated"]);
    assert_eq!(bench.size("L"), 9);
    bench.accord(&["verify", "--dir", "L"]).exits(0);
}

#[test]
fn a_note_is_answered_before_the_next_is_sent() {
    use std::io::{BufRead as _, BufReader, Write as _};
    let bench = Bench::chartered();
    let note = bench.note("L", 6);
    let mut child = bench
        .command(&["append", "--dir", "L", "-", "--json"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let (mut to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut answers = BufReader::new(from).lines();
    for _ in 0..3 {
        to.write_all(note.as_bytes()).unwrap();
        let answer = answers.next().unwrap().unwrap();
        assert!(answer.contains("\"repeated\""), "{answer}");
    }
    drop(to);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_environment_has_exit_codes_of_its_own() {
    let bench = Bench::new();
    assert_eq!(bench.accord(&["verify", "--dir", "nowhere"]).exits(4).out, "");
    let append = ["append", "--dir", "nowhere", "-"];
    bench.accord(&append).exits(4);
    bench.found();
    std::fs::remove_file(bench.path("L/private/operator.key")).unwrap();
    let run = bench.accord(&["append", "--dir", "L", "-", "--json"]).exits(4);
    assert_eq!(run.json()["accord"], "error/1");
    assert!(run.err.contains("operator.key"), "{}", run.err);
}

#[test]
fn a_charter_is_checked_by_line() {
    let bench = Bench::new();
    bench.write("c.toml", "format = \"accord.charter/v1\"\nversion = \"one\"\n");
    let run = bench.accord(&["charter", "check", "c.toml"]).exits(1);
    assert!(run.out.contains("c.toml:2:"), "{}", run.out);
}

#[test]
fn shells_learn_the_commands() {
    let run = Bench::new().accord(&["completions", "bash"]).exits(0);
    assert!(run.out.contains("_accord") && run.out.contains("import"));
}
