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
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap());
    let mut paths = files.map(|file| file.unwrap().path());
    paths.find(|path| path.extension().is_some_and(|kind| kind == "kept")).unwrap()
}

/// Changes what the file says of itself.
fn change(bench: &Bench, member: &str, value: Value) {
    let path = kept(bench);
    let bytes = fs::read(&path).unwrap();
    let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
    let (form, head, rest) = (lines.next().unwrap(), lines.next().unwrap(), lines.next().unwrap());
    let mut head: Value = serde_json::from_slice(head).unwrap();
    assert!(head.get(member).is_some() || member == "unheard_of");
    head[member] = value;
    fs::write(&path, [form, b"\n", head.to_string().as_bytes(), b"\n", rest].concat()).unwrap();
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
    assert_eq!((&full["entries_not_judged_now"], &full["resumed"]), (&json!(0), &Value::Null));
    for below in ["signatures_trusted_below", "entries_not_judged_now"] {
        assert_eq!(resumed[below], before["size"], "{below}");
    }
    assert_eq!(resumed["resumed"]["below"], before["size"]);
    assert_eq!(resumed["resumed"]["root"], before["root"]);
    let since = resumed["resumed"]["since"].as_str().unwrap().to_owned();
    let verdict = resumed["verdict"].as_str().unwrap();
    assert!(verdict.contains(&since) && verdict.contains("not now"), "{verdict}");
    // What that found is gone on from again, and still says when the first was.
    let again = bench.accord(&["verify", "--dir", "L", "--resume"]).exits(0).out;
    let all = full["signatures"].as_u64().unwrap();
    let size = full["size"].as_u64().unwrap();
    assert!(
        again.contains(&format!(
            "of which {all} under the first {size} entries were checked before and not again"
        )),
        "{again}"
    );
    assert!(again.contains("were checked now of 0 entries"), "{again}");
    assert!(again.contains("recorded 2026-01"), "{again}");
    assert!(again.contains(&since), "{again}");
    // Without being asked it checks everything.
    assert_eq!(verify(&bench, &[], 0).0["resumed"], Value::Null);
}

#[test]
fn damage_to_old_entries_is_found_all_the_same() {
    let (bench, _) = grown();
    for bundle in fs::read_dir(bench.path("L/public/tile/entries/000.p")).unwrap() {
        let bundle = bundle.unwrap().path();
        let mut bytes = fs::read(&bundle).unwrap();
        let at = bytes.len() / 2;
        bytes[at] ^= 1;
        fs::write(&bundle, bytes).unwrap();
    }
    // The tail holds these entries too, and then nothing but the bundle does.
    for gone_on_from in [true, false] {
        let (found, _) = verify(&bench, &["--resume"], 1);
        assert_eq!(found["integrity"], "FAILS");
        assert_eq!(!found["resumed"].is_null(), gone_on_from);
        let (full, _) = verify(&bench, &["--no-pin"], 1);
        for problem in full["problems"].as_array().unwrap() {
            assert!(found["problems"].as_array().unwrap().contains(problem), "{problem}");
        }
        if gone_on_from {
            fs::remove_dir_all(bench.path("L/private")).unwrap();
        }
    }
}

/// What was kept and is of no use is said to be, and all is verified, with the same verdict; what is
/// kept then is of use again.
#[test]
fn what_is_of_no_use_is_not_gone_on_from() {
    let (bench, before) = grown();
    let (honest, full) = (fs::read(kept(&bench)).unwrap(), verify(&bench, &["--no-pin"], 0).0);
    let size = before["size"].as_u64().unwrap();
    for (member, value) in [
        ("software", json!("0.0.0")),
        ("kernel", json!(0)),
        ("rulebook", json!(0)),
        ("judged", json!(false)),
        ("since", json!("1970-01-01T00:00:00.000000Z")),
        ("root", json!("00".repeat(32))),
        ("ledger", json!("00".repeat(32))),
        ("size", json!(size - 1)),
        ("size", json!(1_000_000)),
        ("size", json!("many")),
        ("unheard_of", json!(1)),
    ] {
        let path = kept(&bench);
        fs::remove_file(&path).unwrap();
        let path = path.with_file_name(name_of(&before));
        fs::write(&path, &honest).unwrap();
        change(&bench, member, value);
        let (found, said) = verify(&bench, &["--resume"], 0);
        assert!(
            said.contains("there is no earlier verification to go on from ("),
            "{member}: {said}"
        );
        assert_eq!(found["resumed"], Value::Null, "{member}");
        assert!(said.contains(found["not_resumed"].as_str().unwrap()), "{member}: {said}");
        for same in ["root", "verdict", "signatures_not_checked_now", "entries_not_judged_now"] {
            assert_eq!(found[same], full[same], "{member}, {same}");
        }
        let (again, _) = verify(&bench, &["--resume"], 0);
        assert_eq!(again["resumed"]["below"], full["size"], "{member}");
    }
}

/// The name under which something is kept of a record with this document.
fn name_of(document: &Value) -> String {
    let root = document["root"].as_str().unwrap();
    format!("{:020}-{}.kept", document["size"].as_u64().unwrap(), &root[..16])
}

/// An older copy of the ledger is verified whole, and what was kept of the newer one stays.
#[test]
fn what_was_kept_of_more_entries_is_not_lost_to_an_older_copy() {
    let bench = Bench::chartered();
    let copied = |from: &str, to: &str| {
        let status = std::process::Command::new("cp")
            .arg("-r")
            .args([bench.path(from), bench.path(to)])
            .status();
        assert!(status.unwrap().success());
    };
    copied("L", "older");
    bench.says("ua", "party", "violation.alleged", None, ALLEGED, "2026-02-01");
    let (newer, _) = verify(&bench, &[], 0);
    let older = bench.accord(&["verify", "--dir", "older", "--resume", "--json"]).exits(0);
    assert!(older.err.contains("to go on from (it is of"), "{}", older.err);
    assert_eq!(verify(&bench, &["--resume"], 0).0["resumed"]["below"], newer["size"]);
    let older = bench.accord(&["verify", "--dir", "older", "--resume", "--json"]).exits(0);
    assert_eq!(older.json()["resumed"]["below"], older.json()["size"]);
}

#[test]
fn it_goes_with_pins_and_without_another_checkpoint() {
    let bench = Bench::chartered();
    let (_, said) = verify(&bench, &["--resume"], 0);
    assert!(said.contains("(nothing is kept of a sound one)"), "{said}");
    for other in [&["--no-pin"][..], &["--from", "L/public/checkpoint"]] {
        bench.accord(&[&["verify", "--dir", "L", "--resume"], other].concat()).exits(2);
    }
}
