//! A ledger on the machine of its operator, whose keys a test has, and a reader who remembers on
//! another.

use crate::binary::{self, Run, state};
use crate::world::{self, Pen, key};
use accord_format::event::SignedEvent;
use serde_json::json;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The name of its ledgers.
pub const NAME: &str = "ledger.example/evidence";

/// A ledger in `L` on the operator's machine, and somebody who reads it from another.
#[derive(Debug)]
pub struct Site {
    /// The operator's machine.
    pub operator: TempDir,
    /// The reader's.
    pub reader: TempDir,
    /// Writes the ledger's events.
    pub pen: Pen,
}

impl Default for Site {
    fn default() -> Self {
        Self::new()
    }
}

impl Site {
    /// A ledger of nine entries.
    pub fn new() -> Self {
        let [operator, reader] = [(), ()].map(|()| tempfile::tempdir().unwrap());
        let ledger = operator.path().join("L");
        std::fs::create_dir(&ledger).unwrap();
        let pen = world::found(NAME, &ledger);
        let mut site = Self { operator, reader, pen };
        site.grow("L", 5);
        site
    }

    /// The ledger's id.
    pub fn id(&self) -> String {
        self.pen.id.unwrap().to_string()
    }

    /// The directory of a ledger on the operator's machine.
    pub fn ledger(&self, name: &str) -> PathBuf {
        self.operator.path().join(name)
    }

    /// An event that anybody may sign.
    pub fn note(&mut self) -> SignedEvent {
        let (target, party) = (self.pen.id.unwrap(), key("north/liaison", 23));
        let signers = [(&party, "party")];
        self.pen.event("record.endorsed", "record/", json!({"target": target}), &signers)
    }

    /// Appends events that stand in no other copy; gives the receipts.
    pub fn grow(&mut self, name: &str, count: usize) -> Vec<String> {
        let notes: String = (0..count).map(|_| self.note().note().to_owned()).collect();
        let args = ["append", "--dir", name, "-", "--json", "--no-pin"];
        let answers = binary::run(self.operator.path(), &args, notes.as_bytes()).exits(0);
        let receipt = |answer: &serde_json::Value| answer["receipt"].as_str().unwrap().to_owned();
        answers.records().iter().map(receipt).collect()
    }

    /// A copy of a ledger as it is now, keys and all.
    pub fn copy(&self, from: &str, to: &str) {
        copy(&self.ledger(from), &self.ledger(to));
    }

    /// Somebody who remembers reads a copy of the ledger.
    pub fn reads(&self, args: &[&str], name: &str) -> Run {
        let ledger = self.ledger(name);
        let args = [args, &["--dir", ledger.to_str().unwrap()]].concat();
        binary::run(self.reader.path(), &args, b"")
    }

    /// The same, read from the machine of somebody who has read nothing yet.
    #[must_use]
    pub fn read_by_another(self) -> Self {
        Self { reader: tempfile::tempdir().unwrap(), ..self }
    }

    /// The only piece of evidence that the reader keeps.
    pub fn evidence(&self) -> PathBuf {
        let kept = state(self.reader.path()).join("evidence");
        let mut files = std::fs::read_dir(kept).unwrap().map(|item| item.unwrap().path());
        let file = files.next().unwrap();
        assert_eq!(files.next(), None);
        file
    }

    /// Somebody who has nothing but the file and the ledger id, on a machine of their own.
    pub fn convinces(&self, file: &Path) -> String {
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

/// Copies a directory to where nothing is.
pub fn copy(from: &Path, to: &Path) {
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

/// Fails the test unless the text has all these words in it.
#[track_caller]
pub fn says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{text:?} does not say {word:?}");
    }
}
