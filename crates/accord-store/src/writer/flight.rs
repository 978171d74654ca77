//! A batch under way: the commit protocol, on whichever thread, while the store is still read.

use super::{Committed, Published, Sign, Store, TailFile};
use crate::disk::{Disk, DiskLock};
use crate::error::{Corruption, StoreError, StoreResult, What};
use crate::layout::TAIL;
use crate::tail;
use accord_format::hash::NodeHash;
use accord_format::merkle::{Frontier, leaf_hash};
use std::sync::Arc;

/// What the store is poisoned with until a batch that is under way has come back.
const UNDER_WAY: &str = "a batch is under way, or did not come back";

/// A batch that is to become durable. It has the tail and the writer's lock with it: until it has
/// come back through [`Store::land`], the store can be read as it was before, and not written.
#[derive(Debug)]
pub struct Flight {
    disk: Arc<dyn Disk>,
    held: Held,
    batch: Batch,
}

/// What becomes durable.
#[derive(Debug)]
struct Batch {
    entries: Vec<Vec<u8>>,
    frame: Vec<u8>,
    leaves: Vec<NodeHash>,
    /// The tree with the batch in it.
    frontier: Frontier,
}

/// What only one writer has.
#[derive(Debug)]
struct Held {
    tail: TailFile,
    /// With the batch, so that nobody else can write before it is done, should the store go first.
    lock: Box<dyn DiskLock>,
}

/// A batch that has come to its end, good or bad.
#[derive(Debug)]
#[must_use = "the store takes no more before the batch has come back to it"]
pub struct Landed {
    held: Held,
    batch: Batch,
    /// The signed checkpoint.
    outcome: StoreResult<String>,
}

impl Store {
    /// Begins a batch: [`Flight::run`] makes it durable, on whichever thread, and
    /// [`Store::land`] takes it back. Until then the store gives what it held before.
    ///
    /// # Errors
    /// As [`Store::commit`]; a batch that does not fit is refused without a trace.
    pub fn begin(&mut self, entries: Vec<Vec<u8>>) -> StoreResult<Flight> {
        self.check_poison()?;
        let frame = tail::frame(self.image.size(), &self.image.last_hash(), &entries)?;
        let leaves: Vec<NodeHash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        self.poisoning(|store| if store.is_full() { store.promote_full() } else { Ok(()) })?;
        let mut frontier = self.frontier.clone();
        for leaf in &leaves {
            frontier.push(*leaf);
        }
        let (Some(tail), Some(lock)) = (self.tail.take(), self.lock.take()) else {
            return Err(StoreError::Poisoned { cause: UNDER_WAY.to_owned() });
        };
        self.poisoned = Some(UNDER_WAY.to_owned());
        let (disk, held) = (Arc::clone(&self.disk), Held { tail, lock });
        Ok(Flight { disk, held, batch: Batch { entries, frame, leaves, frontier } })
    }

    /// Takes a batch back, with what became of it.
    ///
    /// # Errors
    /// What kept it from becoming durable; the writer then refuses all work.
    pub fn land(&mut self, landed: Landed) -> StoreResult<Committed> {
        let Landed { held: Held { tail, lock }, batch, outcome } = landed;
        (self.tail, self.lock) = (Some(tail), Some(lock));
        self.poisoned = outcome.as_ref().err().map(ToString::to_string);
        let note = outcome?;
        let entries: Vec<&[u8]> = batch.entries.iter().map(Vec::as_slice).collect();
        self.image.push(&entries, &batch.leaves);
        self.image.cover(note.clone());
        self.frontier = batch.frontier;
        let (size, root) = (self.frontier.size(), self.frontier.root());
        Ok(Committed { size, root, checkpoint: note })
    }
}

impl Flight {
    /// Number of entries of the ledger with the batch in it.
    pub const fn size(&self) -> u64 {
        self.batch.frontier.size()
    }

    /// The root over them.
    pub fn root(&self) -> NodeHash {
        self.batch.frontier.root()
    }

    /// The commit protocol proper.
    pub fn run(self, sign: &mut Sign<'_>) -> Landed {
        let Self { disk, mut held, batch } = self;
        let outcome = batch.write(&*disk, &mut held.tail, sign);
        Landed { held, batch, outcome }
    }
}

impl Batch {
    /// Writes the frame, and the checkpoint record that `sign` makes for it; gives the checkpoint.
    fn write(
        &self,
        disk: &dyn Disk,
        tail: &mut TailFile,
        sign: &mut Sign<'_>,
    ) -> StoreResult<String> {
        // A crash in here leaves a frame without checkpoint record, whole or torn: recovery drops it,
        // and nobody was told otherwise.
        let start = tail.append(&self.frame)?;
        // What gets signed is what the disk gives back, hashed anew: a bit that flipped in memory
        // between the first hashing and the write must not reach the tree.
        let written = disk.read_at(TAIL, start, self.frame.len()).map_err(StoreError::from)?;
        self.check_written(&written, start)?;
        let (size, root) = (self.frontier.size(), self.frontier.root());
        let note = sign(size, root).map_err(|source| StoreError::Sign { size, source })?;
        let signed = Published::parse(note).map_err(StoreError::WrongCheckpoint)?;
        if (signed.size, signed.root) != (size, root) {
            let reason = format!("size {} instead of {size}, or another root", signed.size);
            return Err(StoreError::WrongCheckpoint(reason));
        }
        // A crash in here leaves the frame with or without its record. If the record is whole, the
        // batch stays, though nobody was told: what was signed is in the ledger.
        tail.append(&tail::checkpoint(size, &signed.note))?;
        // From here on the batch survives everything.
        Ok(signed.note)
    }

    /// Compares what was read back with what was written, and hashes it again.
    fn check_written(&self, written: &[u8], start: u64) -> StoreResult<()> {
        let differs = |what: What, found: &str| {
            let mut corruption = Corruption::new(what, TAIL, "the bytes just written", found);
            corruption.offset = Some(start);
            Err(corruption.into())
        };
        if written != self.frame {
            return differs(What::TailChecksum, "others");
        }
        let bytes: usize = self.entries.iter().map(|entry| entry.len() + 2).sum();
        let body = &written[written.len().saturating_sub(bytes)..];
        let again = accord_format::tile::parse_bundle_of(body, self.entries.len() as u64)
            .map(|parsed| parsed.iter().map(|entry| leaf_hash(entry)).collect::<Vec<_>>());
        match again {
            Ok(again) if again == self.leaves => Ok(()),
            Ok(_) => differs(What::TileHash, "bytes with other leaf hashes"),
            Err(error) => differs(What::TailRecord, &error.to_string()),
        }
    }
}
