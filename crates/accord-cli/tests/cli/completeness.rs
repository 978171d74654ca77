//! From the operator's commitment to a proof that somebody checks who has only a file.

use crate::kit::{Bench, copy};
use serde_json::json;

fn allege(bench: &Bench, party: &str, at: &str) -> String {
    let payload = json!({"category": "shelling", "against": if party == "ua" { "ru" } else { "ua" },
        "summary": "Three impacts near the bridge"});
    let run = bench.says(party, "party", "violation.alleged", None, &payload.to_string(), at);
    let seq = run.exits(0).json()["seq"].as_u64().unwrap().to_string();
    let shown = bench.accord(&["show", "--dir", "L", &seq, "--json"]).exits(0).json();
    shown["stream"].as_str().unwrap().to_owned()
}

/// A ledger with two allegations, its id, and the streams of the two.
fn bench() -> (Bench, String, [String; 2]) {
    let bench = Bench::chartered();
    let streams =
        [allege(&bench, "ua", "2026-02-01 10:00"), allege(&bench, "ru", "2026-02-02 10:00")];
    let verified = bench.accord(&["verify", "--dir", "L", "--json"]).exits(0).json();
    (bench, verified["ledger"].as_str().unwrap().to_owned(), streams)
}

fn commit(bench: &Bench) -> u64 {
    let run = bench.accord(&["index", "commit", "--dir", "L", "--json"]).exits(0);
    run.json()["size"].as_u64().unwrap()
}

fn prove(bench: &Bench, key: &str, out: &str, more: &[&str]) {
    let args = ["prove", "--dir", "L", "--complete", key, "--out", out];
    bench.accord(&[&args, more].concat()).exits(0);
}

#[test]
fn a_board_secretary_checks_that_nothing_is_left_out() {
    let (bench, ledger, [first, _]) = bench();
    let size = commit(&bench);
    assert_eq!(bench.size("L"), size + 1);
    // Nothing new: no second commitment.
    assert_eq!(commit(&bench), size);
    assert_eq!(bench.size("L"), size + 1);
    copy(&bench.path("L"), &bench.path("COPY"));
    bench.accord(&["key", "new", "guarantor/index", "--no-encrypt", "-o", "index.key"]).exits(0);
    let key = bench.accord(&["key", "show", "index.key", "--json"]).exits(0).json();
    let vkey = key["vkey"].as_str().unwrap();
    let vouch = ["index", "vouch", "--dir", "COPY", "-k", "index.key", "--out", "INDEX"];
    let said = bench.accord(&vouch).exits(0).out;
    assert!(said.contains("their index is what the operator committed to"), "{said}");

    prove(&bench, &format!("stream/{first}"), "ONE", &["--vouched", "INDEX"]);
    let check = |file: &str, more: &[&str]| {
        bench.accord(&[&["check", file, "--ledger", &ledger], more].concat())
    };
    let told = check("ONE", &["--index-key", vkey]).exits(0).out;
    assert!(told.starts_with("VALID\nThis is the only entry in stream "), "{told}");
    assert!(told.contains("computed again from all"), "{told}");
    assert!(told.contains("Nothing recorded after 2026-02-02"), "{told}");
    // On nobody's word but the operator's it is not shown, which comes before what is claimed.
    let alone = check("ONE", &[]).exits(1).out;
    assert!(alone.starts_with("THE OPERATOR SAYS"), "{alone}");
    assert!(alone.contains("the operator's word"), "{alone}");
    assert_eq!(check("ONE", &["--json"]).exits(1).json()["valid"], false);

    prove(&bench, "type/violation.alleged", "ALL", &[]);
    let told = check("ALL", &["--operators-word"]).exits(0).out;
    assert!(told.contains("These 2 are all entries of type violation.alleged among the first"));
    let facts = check("ALL", &["--operators-word", "--json"]).exits(0).json()["facts"].clone();
    assert_eq!((facts["count"].as_u64(), facts["size"].as_u64()), (Some(2), Some(size)));
    let missing = check("ALL", &["--index-key", vkey]).exits(1).out;
    assert!(missing.contains("NOT VALID: nobody has vouched"), "{missing}");

    prove(&bench, "type/violation.remedied", "NONE", &["--vouched", "INDEX"]);
    let told = check("NONE", &["--index-key", vkey]).exits(0).out;
    assert!(told.contains("There is no entry of type violation.remedied among the first"));
    bench.accord(&["verify", "--dir", "L"]).exits(0);
}

#[test]
fn what_was_changed_in_a_proof_is_not_valid() {
    let (bench, ledger, _) = bench();
    commit(&bench);
    prove(&bench, "signer/ua", "UA", &[]);
    let text = bench.read("UA");
    for (from, to) in [
        ("key signer/ua", "key signer/ru"),
        ("found", "empty"),
        ("bridge", "tunnel"),
        ("completeness/v1\nkey", "completeness/v1\nKey"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text);
        bench.write("CHANGED", &changed);
        let run = bench.accord(&["check", "CHANGED", "--ledger", &ledger]).exits(1);
        assert!(run.out.starts_with("NOT VALID: "), "{to}: {}", run.out);
    }
    let other = "ab".repeat(32);
    bench.accord(&["check", "UA", "--ledger", &other]).exits(1);
    bench.accord(&["check", "UA"]).exits(2);
    bench.accord(&["check", "UA", "--ledger", &ledger, "--index-key", "nonsense"]).exits(2);
}

#[test]
fn what_cannot_be_proven_or_vouched_for_is_said() {
    let (bench, _, _) = bench();
    let prove = |more: &[&str]| bench.accord(&[&["prove", "--dir", "L"], more].concat());
    let none = prove(&["--complete", "signer/ua"]).exits(2).err;
    assert!(none.contains("`accord index commit`"), "{none}");
    let wrong = prove(&["--complete", "party/ua"]).exits(2).err;
    assert!(wrong.contains("signer/<participant>"), "{wrong}");
    prove(&[]).exits(2);
    prove(&["0", "--at", "3"]).exits(2);
    prove(&["0", "--complete", "signer/ua"]).exits(2);
    bench.accord(&["key", "new", "guarantor/index", "--no-encrypt", "-o", "index.key"]).exits(0);
    let vouch = |key: &str| bench.accord(&["index", "vouch", "--dir", "L", "-k", key]);
    assert!(vouch("index.key").exits(2).err.contains("committed to no index"));
    let first = commit(&bench);
    assert!(vouch("ua").exits(2).err.contains("<name>/index"));
    let vouched = vouch("index.key").exits(0).out;
    assert!(vouched.starts_with("accord.index/v1\nledger "), "{vouched}");
    bench.write("INDEX", &vouched);
    allege(&bench, "ua", "2026-02-03 10:00");
    let second = commit(&bench);
    let stale = prove(&["--complete", "signer/ua", "--vouched", "INDEX"]).exits(2).err;
    assert!(stale.contains(&format!("choose --at {first}")), "{stale}");
    let early = prove(&[
        "--complete",
        "signer/ua",
        "--vouched",
        "INDEX",
        "--at",
        &first.to_string(),
        "--json",
    ]);
    assert_eq!(early.exits(0).json()["size"].as_u64(), Some(first));
    let late = prove(&["--complete", "signer/ua", "--json"]).exits(0).json();
    assert_eq!((late["size"].as_u64(), late["count"].as_u64()), (Some(second), Some(3)));
    // Damage: nobody vouches for that.
    copy(&bench.path("L"), &bench.path("BAD"));
    let tail = bench.path("BAD/private/tail");
    let mut bytes = std::fs::read(&tail).unwrap();
    let at = bytes.windows(6).position(|w| w == b"bridge").unwrap();
    bytes[at] ^= 1;
    std::fs::write(&tail, bytes).unwrap();
    let refused = bench.accord(&["index", "vouch", "--dir", "BAD", "-k", "index.key"]).exits(1);
    assert!(refused.out.starts_with("NOT VOUCHED"), "{}", refused.out);
}
