//! The index: where to find an entry without reading them all. It holds nothing that the entries do
//! not say, and may be thrown away at any time.
//!
//! It holds what the writer asks of every event, and no more: where an event is, where an id of a
//! participant is, which entries a stream has. Whatever else is asked, readers answer from the
//! entries, since only one process at a time can have this open.
//!
//! **Nothing here is evidence.** Every answer is some seqs to look at: the caller reads those entries
//! and checks that they are what was asked for. Keys are the first bytes of a hash, so even a sound
//! index may name an entry that only seems to fit; none that was put in is lost by that. That
//! something is *not* there rests on the index having been written whole: what is taken in comes with
//! the size and root that it leads to, and everything that is read has a checksum; so before a
//! negative answer counts, the caller compares [`Index::reflects`] with the ledger's head, and
//! verification never asks the index. An index that is damaged, stale or missing is made anew from
//! the entries; no error of it says anything about the ledger.
//!
//! What is recent is in sled, which is good at what changes and takes a hundred bytes and more for a
//! key. What is older is in sorted files that never change, at a tenth of that: see
//! [`SortedIndex`].

mod memory;
mod merge;
mod recent;
mod record;
mod run;
mod sorted;
mod states;
#[cfg(test)]
mod tests;

pub use memory::MemoryIndex;
pub use sorted::{Shape, SortedIndex};

use crate::error::{StoreError, StoreResult};
use accord_format::hash::{EventHash, NodeHash};
use std::fmt;

/// What the index knows of an entry; made by the ledger, which can read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexRecord {
    /// Position in the ledger.
    pub seq: u64,
    /// The event's hash.
    pub event_hash: EventHash,
    /// Participant of the first signer.
    pub participant: String,
    /// The event's id.
    pub id: String,
    /// The event's stream.
    pub stream: String,
}

/// The head that an index or a snapshot reflects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reflects {
    /// Number of entries.
    pub size: u64,
    /// Root over them.
    pub root: NodeHash,
}

/// A folded state, kept to save folding it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The head that it was folded up to.
    pub reflects: Reflects,
    /// What the caller put.
    pub bytes: Vec<u8>,
}

/// A rebuildable index over the entries. Seqs come in ascending order.
pub trait Index: fmt::Debug + Send + Sync {
    /// The head up to which it has taken in entries; nothing when it is new or was cleared.
    fn reflects(&self) -> StoreResult<Option<Reflects>>;

    /// Takes in the next entries, which lead to `head`, all at one stroke.
    ///
    /// # Errors
    /// Besides the engine's, if the records do not continue what it reflects, or do not end at
    /// `head`: then nothing was taken in.
    fn apply(&mut self, records: &[IndexRecord], head: Reflects) -> StoreResult<()>;

    /// Forgets everything.
    fn clear(&mut self) -> StoreResult<()>;

    /// Asks the engine to write out what it holds; without it a crash costs only rebuilding.
    fn flush(&mut self) -> StoreResult<()>;

    /// The entries with this event: one or none, and perhaps others that only seem to have it.
    fn by_event(&self, event: &EventHash) -> StoreResult<Vec<u64>>;

    /// The entries with this id, of whatever participant.
    fn by_id(&self, id: &str) -> StoreResult<Vec<u64>>;

    /// How many entries a stream has.
    fn stream_length(&self, stream: &str) -> StoreResult<u64>;

    /// At most `limit` entries of a stream, from revision `revision` on.
    fn stream(&self, stream: &str, revision: u64, limit: usize) -> StoreResult<Vec<u64>>;

    /// The snapshot of this name and fold version.
    fn snapshot(&self, name: &str, version: u32) -> StoreResult<Option<Snapshot>>;

    /// What the snapshot of this name and fold version says that it reflects, without reading all of
    /// it: whether it is as it was kept is not seen.
    fn snapshot_reflects(&self, name: &str, version: u32) -> StoreResult<Option<Reflects>>;

    /// Keeps a snapshot in place of the one of the same name and version.
    fn put_snapshot(&mut self, name: &str, version: u32, snapshot: &Snapshot) -> StoreResult<()>;
}

/// Refuses records that do not lead from what the index reflects to `head`.
fn check_order(at: u64, records: &[IndexRecord], head: Reflects) -> StoreResult<()> {
    let mut expected = at;
    for record in records {
        if record.seq != expected {
            let reason = format!("entry {} was given where {expected} is next", record.seq);
            return Err(StoreError::Index(reason));
        }
        expected += 1;
    }
    if expected == head.size {
        return Ok(());
    }
    Err(StoreError::Index(format!("the records end at {expected}, the head has {}", head.size)))
}
