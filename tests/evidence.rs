//! What an operator with all its keys can do to a ledger, and what one who read it before holds
//! against it: each caught by the command that should catch it, with a file that convinces somebody
//! who has never seen the ledger.

mod honest;
mod refusals;

use accord_format::event::SignedEvent;
use accord_tests::binary::{self, Run, state};
use accord_tests::site::{NAME, Site, says};
use accord_tests::world::key;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Two histories under one key, shown to one reader after another.
#[test]
fn a_forked_ledger() {
    let mut site = Site::new();
    site.copy("L", "other");
    site.grow("L", 3);
    site.grow("other", 4);
    site.reads(&["verify"], "L").exits(0);
    // Every command that reads it refuses, the ones that only look as well.
    for command in [&["log"][..], &["show", "3"], &["verify"], &["prove", "2"], &["checkpoint"]] {
        let run = site.reads(command, "other").exits(1);
        assert_eq!(run.out, "", "{command:?}");
        says(&run.err, &["FORK", "12 entries", "13 entries", "accord check"]);
    }
    let run = site.reads(&["log", "--json"], "other").exits(1);
    let document: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&document["code"], &document["exit"]), (&json!("fork"), &json!(1)));
    let evidence = site.evidence();
    assert_eq!(document["evidence"], json!(evidence));
    let told = site.convinces(&evidence);
    let checkpoint_key = key(&site.pen.origin(), 2).id_string();
    says(&told, &["VALID", "FORK", &checkpoint_key, "Nobody without that key"]);
    // What was verified stays what it was, and whoever insists reads on.
    site.reads(&["verify"], "L").exits(0);
    site.reads(&["verify", "--no-pin"], "other").exits(0);
    // Somebody else who was shown the other history first holds the same against the first.
    let other = site.read_by_another();
    other.reads(&["log"], "other").exits(0);
    // It is shorter than what was verified: the fork shows as soon as it has grown.
    says(&other.reads(&["log"], "L").exits(0).err, &["stale", "12 entries, 13 were verified"]);
    let mut other = other;
    other.grow("L", 2);
    says(&other.reads(&["log"], "L").exits(1).err, &["FORK"]);
    says(&other.convinces(&other.evidence()), &[&checkpoint_key]);
}

/// Entries are cut off the end, or an old backup is put back: an older copy is as true as it was.
#[test]
fn an_old_backup() {
    let mut site = Site::new();
    site.copy("L", "backup");
    let receipts = site.grow("L", 6);
    site.reads(&["log"], "L").exits(0);
    let read = site.reads(&["log"], "backup").exits(0);
    says(&read.err, &["stale", "9 entries, 15 were verified"]);
    assert_eq!(read.out.lines().count(), 9);
    says(&site.reads(&["log", "--strict"], "backup").exits(1).err, &["stale"]);
    // The operator itself, who has read it, is kept from making a second history of it.
    site.grow("backup", 0);
    binary::run(site.operator.path(), &["log", "--dir", "L"], b"").exits(0);
    let note = site.note();
    let append = ["append", "--dir", "backup", "-"];
    let refused = binary::run(site.operator.path(), &append, note.note().as_bytes()).exits(1);
    says(&refused.err, &["stale", "second history"]);
    // A receipt says which entries there were, to everybody.
    let receipt = site.reader.path().join("receipt");
    std::fs::write(&receipt, receipts.last().unwrap()).unwrap();
    let against = ["verify", "--against", receipt.to_str().unwrap()];
    let run = site.reads(&against, "backup").exits(1);
    says(&run.out, &["tail-cut", "Evidence", ".rollback"]);
    let told = site.convinces(&site.evidence());
    says(&told, &["ROLLBACK", "15 entries", "after 9", "6 of them"]);
    assert!(!told.contains("FORK"));
    // The real one agrees with all of it.
    site.reads(&against, "L").exits(0);
}

/// The end is cut off and grown again with other entries.
#[test]
fn a_tail_cut_and_grown_again() {
    let mut site = Site::new();
    site.copy("L", "regrown");
    let receipts = site.grow("L", 3);
    site.reads(&["log"], "L").exits(0);
    site.grow("regrown", 2);
    // As long as it is shorter than what is held, it passes for an older copy.
    says(&site.reads(&["log"], "regrown").exits(0).err, &["stale", "cannot be told"]);
    site.grow("regrown", 1);
    let run = site.reads(&["log"], "regrown").exits(1);
    says(&run.err, &["FORK"]);
    says(&site.convinces(&site.evidence()), &["FORK", "two different records of the same 12"]);
    // And a receipt alone, held by an author who reads nothing, is enough.
    let author = tempfile::tempdir().unwrap();
    std::fs::write(author.path().join("receipt"), &receipts[0]).unwrap();
    let regrown = site.ledger("regrown");
    let args = ["verify", "--against", "receipt", "--json", "--dir", regrown.to_str().unwrap()];
    let run = binary::run(author.path(), &args, b"").exits(1);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let codes: Vec<_> = report["problems"].as_array().unwrap().iter().map(|p| &p["code"]).collect();
    assert_eq!(codes, ["receipt-entry", "history-rewritten"]);
    let file = report["evidence"][0].as_str().unwrap();
    says(&site.convinces(Path::new(file)), &["FORK", &key(&site.pen.origin(), 2).id_string()]);
}

/// Forgetting is asked for by name, and from then on the next copy is taken as it is.
#[test]
fn pins_are_shown_and_forgotten() {
    let mut site = Site::new();
    let pin = |site: &Site, args: &[&str]| {
        binary::run(site.reader.path(), &[&["pin"], args].concat(), b"")
    };
    let id = site.id();
    assert_eq!(pin(&site, &["list"]).exits(0).out, "");
    says(&pin(&site, &["show", &id]).exits(2).err, &["nothing is remembered"]);
    site.reads(&["log"], "L").exits(0);
    site.copy("L", "other");
    site.grow("L", 1);
    site.reads(&["verify"], "L").exits(0);
    let listed = pin(&site, &["list"]).exits(0).out;
    says(&listed, &[&id, NAME, "10 entries", "SIMULATED"]);
    let shown = pin(&site, &["show", &id, "--json"]).exits(0).out;
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["heads"].as_array().unwrap().len(), 2);
    // What verification found is kept under its root.
    assert_eq!(shown["verified"][0]["root"], shown["heads"][1]["root"]);
    assert_eq!(shown["verified"][0]["integrity"], "holds");
    let newest = pin(&site, &["checkpoint", &id]).exits(0).out;
    assert_eq!(newest, shown["heads"][1]["note"].as_str().unwrap());
    site.grow("other", 9);
    site.reads(&["log"], "other").exits(1);
    pin(&site, &["forget", &id]).exits(0);
    site.reads(&["log"], "other").exits(0);
    says(&site.reads(&["log"], "L").exits(0).err, &["stale"]);
    // What proves the fork is not forgotten with the pin.
    says(&site.convinces(&site.evidence()), &["FORK"]);
}
