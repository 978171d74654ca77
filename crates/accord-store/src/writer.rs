//! The one writer of a ledger, and how a batch of entries becomes durable.

mod flight;

pub use flight::{Flight, Landed};

use crate::disk::{Disk, DiskFile, DiskLock};
use crate::error::{SignError, StoreError, StoreResult};
use crate::files::{Placer, replace_tail};
use crate::tail::{self, Image};
use crate::tree::Edge;
use crate::view::View;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::hash::{EntryHash, NodeHash};
use accord_format::merkle::Frontier;
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
    /// With the batch while one is under way, and so is the tail.
    pub(crate) lock: Option<Box<dyn DiskLock>>,
    pub(crate) tail: Option<TailFile>,
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
        let entries = entries.iter().map(|entry| entry.as_ref().to_vec()).collect();
        let landed = self.begin(entries)?.run(sign);
        self.land(landed)
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
