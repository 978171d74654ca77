//! The operator's own make of the tool, which takes in cosignatures whatever the machine's clock says.
//! The tool of everybody else refuses those of the future.

use accord_format::checkpoint::SignedCheckpoint;
use accord_format::key::NoteSigner;
use accord_format::note::NoteSignature;
use accord_format::time::Timestamp;
use accord_ledger::clock::Clock;
use accord_ledger::cosigners::Collected;
use accord_ledger::{Ledger, OperatorKeys, Options};
use accord_store::disk::RealDisk;
use accord_store::index::MemoryIndex;
use std::path::Path;
use std::sync::Arc;

/// A clock at the end of time.
struct Late;

impl Clock for Late {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(4_000_000_000)
    }
}

/// Takes cosignatures of the head `note` into the ledger in `directory`; tells whether it is published
/// then.
pub fn take_in(directory: &Path, note: &SignedCheckpoint, lines: Vec<NoteSignature>) -> bool {
    let keys = std::fs::read_to_string(directory.join("private/operator.key")).unwrap();
    let keys = keys.lines().map(|line| NoteSigner::parse(line).unwrap());
    let options = Options {
        admission: None,
        index: Box::new(MemoryIndex::default()),
        clock: Box::new(Late),
        accept_gap: false,
    };
    let disk = Arc::new(RealDisk::new(directory));
    let keys = OperatorKeys::new(keys.collect());
    let (mut ledger, _) = Ledger::open(disk, keys, options).unwrap();
    let taken = ledger.take_in(note, &Collected { lines, ..Collected::default() }).unwrap();
    assert!(taken.rejected.is_empty(), "{taken:?}");
    ledger.close().unwrap();
    taken.published
}
