//! The one writer of a ledger, and how a batch of entries becomes durable.

use crate::disk::{Disk, DiskFile, DiskLock};
use crate::error::{Corruption, SignError, StoreError, StoreResult, What};
use crate::files::{Placer, replace_tail};
use crate::layout::TAIL;
use crate::tail::{self, Image};
use crate::tree::Edge;
use crate::view::View;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::hash::{EntryHash, NodeHash};
use accord_format::merkle::{Frontier, leaf_hash};
use accord_format::tile::TilePath;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Signs the checkpoint of a size and a root, and returns the note.
pub type Sign<'a> = dyn FnMut(u64, NodeHash) -> Result<String, SignError> + 'a;

/// A ledger's directory, open for writing. There is one at a time.
///
/// Dropping it is safe at any moment: everything acknowledged is durable. [`Store::close`] leaves
/// the directory tidy as well.
#[derive(Debug)]
pub struct Store {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) _lock: Box<dyn DiskLock>,
    pub(crate) tail: TailFile,
    pub(crate) image: Image,
    pub(crate) frontier: Frontier,
    /// The tree above the full bundles that this process has made durable.
    pub(crate) edge: Edge,
    pub(crate) placer: Placer,
    pub(crate) published: Option<Published>,
    /// The checkpoint that waits for cosignatures.
    pub(crate) pending: Option<Published>,
    /// Partial files that this process has made durable.
    pub(crate) partials: BTreeSet<TilePath>,
    pub(crate) poisoned: Option<String>,
}

/// The tail, open for appending.
#[derive(Debug)]
pub(crate) struct TailFile {
    handle: Box<dyn DiskFile>,
    bytes: u64,
}

/// The checkpoint under which the public files stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Number of entries.
    pub size: u64,
    /// The root over them.
    pub root: NodeHash,
    /// The signed checkpoint, verbatim.
    pub note: String,
}

/// A batch that is durable, included and covered by a signed checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Number of entries, this batch included.
    pub size: u64,
    /// The root over them.
    pub root: NodeHash,
    /// The signed checkpoint.
    pub checkpoint: String,
}

impl Published {
    /// Reads a checkpoint note.
    pub(crate) fn parse(note: String) -> Result<Self, String> {
        let signed = SignedCheckpoint::parse(note.as_bytes()).map_err(|e| e.to_string())?;
        let (size, root) = (signed.checkpoint().size, signed.checkpoint().root);
        Ok(Self { size, root, note })
    }
}

impl TailFile {
    /// Replaces the tail on disk by `image`.
    pub(crate) fn replace(disk: &dyn Disk, image: &Image) -> StoreResult<Self> {
        let bytes = tail::file(image);
        let handle = replace_tail(disk, &bytes).map_err(StoreError::of_write)?;
        Ok(Self { handle, bytes: bytes.len() as u64 })
    }

    /// Appends a record and makes it durable; returns where it begins.
    fn append(&mut self, record: &[u8]) -> StoreResult<u64> {
        self.handle.append(record).map_err(StoreError::of_write)?;
        self.handle.sync_data().map_err(StoreError::of_write)?;
        let start = self.bytes;
        self.bytes += record.len() as u64;
        Ok(start)
    }
}

impl Store {
    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.image.size()
    }

    /// Hash of the last entry: the next one's `prev`.
    pub const fn last_entry_hash(&self) -> EntryHash {
        self.image.last_hash()
    }

    /// The root over all entries.
    pub fn root(&self) -> NodeHash {
        self.frontier.root()
    }

    /// The signed checkpoint that covers all entries.
    pub fn head_checkpoint(&self) -> &str {
        self.image.note()
    }

    /// The latest published checkpoint.
    pub const fn published(&self) -> Option<&Published> {
        self.published.as_ref()
    }

    /// The checkpoint that waits for cosignatures, with those that it has.
    pub const fn pending(&self) -> Option<&Published> {
        self.pending.as_ref()
    }

    /// Entries and hashes, to read.
    pub fn view(&self) -> View<'_> {
        View {
            disk: &*self.disk,
            image: Some(&self.image),
            edge: Some(&self.edge),
            size: self.image.size(),
            full: self.edge.full(),
            published: 0,
        }
    }

    /// Appends entries as one batch: durable, included in the tree, and covered by the checkpoint
    /// that `sign` signs; all of them or, after any error, none.
    ///
    /// # Errors
    /// A batch that does not fit is refused without a trace. Every other error leaves the writer
    /// refusing all work with [`StoreError::Poisoned`]: open the ledger again, which tells whether
    /// the batch had become durable.
    pub fn commit<B: AsRef<[u8]>>(
        &mut self,
        entries: &[B],
        sign: &mut Sign<'_>,
    ) -> StoreResult<Committed> {
        self.check_poison()?;
        let frame = tail::frame(self.image.size(), &self.image.last_hash(), entries)?;
        let leaves: Vec<NodeHash> = entries.iter().map(|e| leaf_hash(e.as_ref())).collect();
        self.poisoning(|store| {
            if store.is_full() {
                store.promote_full()?;
            }
            store.write(&frame, entries, &leaves, sign)
        })
    }

    /// The commit protocol proper.
    fn write<B: AsRef<[u8]>>(
        &mut self,
        frame: &[u8],
        entries: &[B],
        leaves: &[NodeHash],
        sign: &mut Sign<'_>,
    ) -> StoreResult<Committed> {
        // A crash in here leaves a frame without checkpoint record, whole or torn: recovery drops
        // it, and nobody was told otherwise.
        let start = self.tail.append(frame)?;
        // What gets signed is what the disk gives back, hashed anew: a bit that flipped in memory
        // between the first hashing and the write must not reach the tree.
        let written = self.disk.read_at(TAIL, start, frame.len()).map_err(StoreError::from)?;
        let reread = reread(&written, frame, start, entries, leaves)?;
        let mut frontier = self.frontier.clone();
        for leaf in &reread {
            frontier.push(*leaf);
        }
        let (size, root) = (frontier.size(), frontier.root());
        let note = sign(size, root).map_err(|source| StoreError::Sign { size, source })?;
        let signed = Published::parse(note).map_err(StoreError::WrongCheckpoint)?;
        if (signed.size, signed.root) != (size, root) {
            let reason = format!("size {} instead of {size}, or another root", signed.size);
            return Err(StoreError::WrongCheckpoint(reason));
        }
        // A crash in here leaves the frame with or without its record. If the record is whole, the
        // batch stays, though nobody was told: what was signed is in the ledger.
        self.tail.append(&tail::checkpoint(size, &signed.note))?;
        // From here on the batch survives everything.
        let entries: Vec<&[u8]> = entries.iter().map(AsRef::as_ref).collect();
        self.image.push(&entries, &reread);
        self.image.cover(signed.note.clone());
        self.frontier = frontier;
        Ok(Committed { size, root, checkpoint: signed.note })
    }

    /// Refuses if an earlier write failed.
    pub(crate) fn check_poison(&self) -> StoreResult<()> {
        match &self.poisoned {
            Some(cause) => Err(StoreError::Poisoned { cause: cause.clone() }),
            None => Ok(()),
        }
    }

    /// Runs `work`; after an error in it what is on disk is no longer known.
    pub(crate) fn poisoning<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> StoreResult<T>,
    ) -> StoreResult<T> {
        // Should `work` unwind, the writer stays poisoned.
        self.poisoned = Some("a write did not come to its end".to_owned());
        let result = work(self);
        self.poisoned = result.as_ref().err().map(ToString::to_string);
        result
    }
}

/// Compares what was read back with what was written, and hashes it again.
fn reread<B: AsRef<[u8]>>(
    written: &[u8],
    frame: &[u8],
    start: u64,
    entries: &[B],
    leaves: &[NodeHash],
) -> StoreResult<Vec<NodeHash>> {
    let differs = |what: What, found: &str| {
        let mut corruption = Corruption::new(what, TAIL, "the bytes just written", found);
        corruption.offset = Some(start);
        Err(corruption.into())
    };
    if written != frame {
        return differs(What::TailChecksum, "others");
    }
    let bytes: usize = entries.iter().map(|entry| entry.as_ref().len() + 2).sum();
    let body = &written[written.len().saturating_sub(bytes)..];
    let again = accord_format::tile::parse_bundle_of(body, entries.len() as u64)
        .map(|parsed| parsed.iter().map(|entry| leaf_hash(entry)).collect::<Vec<_>>());
    match again {
        Ok(again) if again == leaves => Ok(again),
        Ok(_) => differs(What::TileHash, "bytes with other leaf hashes"),
        Err(error) => differs(What::TailRecord, &error.to_string()),
    }
}
