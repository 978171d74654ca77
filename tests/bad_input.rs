//! Everything that can be handed in or found in the way: each time the message says what is wrong
//! and what to do, the exit code is the documented one, and the ledger is unharmed.

mod environment;
mod notes;

use accord_tests::binary::{self, Run};
use accord_tests::files::Files;
use accord_tests::world::{self, Pen};
use std::path::Path;
use tempfile::TempDir;

/// A ledger with some entries, in the directory `L`.
struct Site {
    directory: TempDir,
    pen: Pen,
}

impl Site {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let ledger = directory.path().join("L");
        std::fs::create_dir(&ledger).unwrap();
        let pen = world::found("ledger.example/damage", &ledger);
        Self { directory, pen }
    }

    /// The ledger's files after a run that changes nothing but the tail's grouping, which opening
    /// for writing makes anew: from here on no byte may change.
    fn settled(&self) -> Files {
        assert_eq!(self.append(b"").exits(0).out, "");
        self.files()
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn ledger(&self) -> std::path::PathBuf {
        self.path().join("L")
    }

    fn accord(&self, args: &[&str]) -> Run {
        binary::run(self.path(), args, b"")
    }

    /// Hands notes in on standard input.
    fn append(&self, notes: &[u8]) -> Run {
        binary::run(self.path(), &["append", "--dir", "L", "-", "--json"], notes)
    }

    /// The ledger's bytes, but for the index.
    fn files(&self) -> Files {
        Files::load(&self.ledger())
    }

    /// Verifies, and checks that not a byte has changed since `before`.
    #[track_caller]
    fn unharmed(&self, what: &str, before: &Files) {
        assert!(self.files() == *before, "{what}: the ledger's files changed");
        let verified = self.accord(&["verify", "--dir", "L"]);
        assert_eq!(verified.code, 0, "{what}: {}", verified.out);
    }
}

/// Asserts that a text says each of these.
#[track_caller]
fn says(what: &str, text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{what}: {text:?} does not say {word:?}");
    }
}
