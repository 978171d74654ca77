//! What an operator with all its keys can do to a ledger, and what one who read it before holds
//! against it: each caught by the command that should catch it, with a file that convinces somebody
//! who has never seen the ledger.

mod honest;
mod refusals;

use accord_format::event::SignedEvent;
use accord_tests::binary::{self, Run, state};
use accord_tests::world::{self, Pen, key};
use serde_json::json;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const NAME: &str = "ledger.example/evidence";

/// A ledger in `L` on the operator's machine, and somebody who reads it from another.
struct Site {
    operator: TempDir,
    reader: TempDir,
    pen: Pen,
}

impl Site {
    fn new() -> Self {
        let [operator, reader] = [(), ()].map(|()| tempfile::tempdir().unwrap());
        let ledger = operator.path().join("L");
        std::fs::create_dir(&ledger).unwrap();
        let pen = world::found(NAME, &ledger);
        let mut site = Self { operator, reader, pen };
        site.grow("L", 5);
        site
    }

    fn id(&self) -> String {
        self.pen.id.unwrap().to_string()
    }

    fn ledger(&self, name: &str) -> PathBuf {
        self.operator.path().join(name)
    }

    /// An event that anybody may sign.
    fn note(&mut self) -> SignedEvent {
        let (target, party) = (self.pen.id.unwrap(), key("north/liaison", 23));
        let signers = [(&party, "party")];
        self.pen.event("record.endorsed", "record/", json!({"target": target}), &signers)
    }

    /// Appends events that stand in no other copy; gives the receipts.
    fn grow(&mut self, name: &str, count: usize) -> Vec<String> {
        let notes: String = (0..count).map(|_| self.note().note().to_owned()).collect();
        let args = ["append", "--dir", name, "-", "--json", "--no-pin"];
        let answers = binary::run(self.operator.path(), &args, notes.as_bytes()).exits(0);
        let receipt = |answer: &serde_json::Value| answer["receipt"].as_str().unwrap().to_owned();
        answers.records().iter().map(receipt).collect()
    }

    /// A copy of a ledger as it is now, keys and all.
    fn copy(&self, from: &str, to: &str) {
        copy(&self.ledger(from), &self.ledger(to));
    }

    /// Somebody who remembers reads a copy of the ledger.
    fn reads(&self, args: &[&str], name: &str) -> Run {
        let ledger = self.ledger(name);
        let args = [args, &["--dir", ledger.to_str().unwrap()]].concat();
        binary::run(self.reader.path(), &args, b"")
    }

    /// The only piece of evidence that the reader keeps.
    fn evidence(&self) -> PathBuf {
        let kept = state(self.reader.path()).join("evidence");
        let mut files = std::fs::read_dir(kept).unwrap().map(|item| item.unwrap().path());
        let file = files.next().unwrap();
        assert_eq!(files.next(), None);
        file
    }

    /// Somebody who has nothing but the file and the ledger id, on a machine of their own.
    fn convinces(&self, file: &Path) -> String {
        let judge = tempfile::tempdir().unwrap();
        std::fs::copy(file, judge.path().join("evidence")).unwrap();
        let checked =
            |id: &str| binary::run(judge.path(), &["check", "evidence", "--ledger", id], b"");
        // It is of this ledger and of no other, and with the id left out nobody is to be taken in.
        let other = checked(&"7".repeat(64)).exits(1);
        assert!(other.out.contains("not of 7777"), "{}", other.out);
        binary::run(judge.path(), &["check", "evidence"], b"").exits(2);
        let changed = std::fs::read_to_string(file).unwrap().replace("subtrees", "subtreez");
        if changed.contains("subtreez") {
            std::fs::write(judge.path().join("changed"), changed).unwrap();
            binary::run(judge.path(), &["check", "changed", "--ledger", &self.id()], b"").exits(1);
        }
        checked(&self.id()).exits(0).out
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copy(&item.path(), &target);
        } else {
            std::fs::copy(item.path(), target).unwrap();
        }
    }
}

fn says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{text:?} does not say {word:?}");
    }
}

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
    says(&told, &["VALID", "FORK", &checkpoint_key, "No honest operator"]);
    // What was verified stays what it was, and whoever insists reads on.
    site.reads(&["verify"], "L").exits(0);
    site.reads(&["verify", "--no-pin"], "other").exits(0);
    // Somebody else who was shown the other history first holds the same against the first.
    let other = Site { reader: tempfile::tempdir().unwrap(), ..site };
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
