//! Opens a ledger for writing: what a crash may have left is put right, anything else is refused.

use crate::disk::{Disk, DiskLock};
use crate::error::{Corruption, StoreError, StoreResult, What};
use crate::files::{Placer, remove_if_there};
use crate::init::without_tail;
use crate::layout;
use crate::rebuild::rebuild_tiles;
use crate::tail::{self, Dropped, Ending, FILE_BYTES_MAX, Image};
use crate::tree::Edge;
use crate::view::View;
use crate::witnessed;
use crate::writer::{Published, Store, TailFile};
use accord_format::checkpoint::NOTE_MAX;
use accord_format::merkle::{self, Frontier};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What [`Store::open`] found and did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Number of entries.
    pub size: u64,
    /// A last batch that was never acknowledged, and is gone.
    pub dropped: Option<Dropped>,
    /// Temporary files of an interrupted write, removed.
    pub temporaries: Vec<String>,
    /// Tiles that did not agree with their bundles, written anew.
    pub rebuilt_tiles: u64,
}

impl Store {
    /// Opens the ledger for writing.
    ///
    /// # Errors
    /// [`StoreError::Locked`] if another process writes; [`StoreError::ReadOnly`],
    /// [`StoreError::NotALedger`], [`StoreError::Incomplete`], [`StoreError::MissingPart`] or
    /// [`StoreError::NewerFormat`] as they say; [`StoreError::Corrupt`] if anything does not check
    /// that a crash cannot explain: then nothing was changed, and [`crate::Reader`] still reads.
    pub fn open(disk: Arc<dyn Disk>) -> StoreResult<(Self, Recovered)> {
        if disk.kind(layout::TAIL)?.is_none() {
            return Err(without_tail(&*disk));
        }
        // Nothing is read before the lock is held: the last writer may still be at work.
        let lock = take_lock(&*disk)?;
        let scan = tail::scan(&disk.read(layout::TAIL, FILE_BYTES_MAX)?)?;
        let mut recovered = Recovered { size: scan.image.size(), ..Recovered::default() };
        match scan.ending {
            Ending::Clean => {}
            Ending::Dropped(dropped) => recovered.dropped = Some(dropped),
            Ending::Damaged(corruption) => return Err(corruption.into()),
        }
        let image = scan.image;
        if image.base() > 0 && disk.kind(layout::TILES)?.is_none() {
            return Err(StoreError::MissingPart {
                part: layout::TILES,
                evidence: format!("a tail that begins at entry {}", image.base()),
                advice: "restore public/ from a mirror or the latest backup, and open again",
            });
        }
        let published = read_published(&*disk)?;
        let (edge, frontier) = match load_edge(&*disk, &image, published.as_ref()) {
            Ok(loaded) => loaded,
            // Tiles are derived: if their bundles agree with the checkpoint, they are made anew.
            Err(error) if error.is_corrupt() => {
                recovered.rebuilt_tiles = rebuild_tiles(&disk, &image)?;
                load_edge(&*disk, &image, published.as_ref())?
            }
            Err(error) => return Err(error),
        };
        let mut pending = check_signed(&*disk, &image, &edge)?;
        for temp in [layout::TAIL_TEMP, layout::PUBLIC_TEMP] {
            if remove_if_there(&*disk, temp).map_err(StoreError::of_write)? {
                recovered.temporaries.push(temp.to_owned());
            }
        }
        let covered = published.as_ref().map_or(0, |published| published.size);
        if pending.as_ref().is_some_and(|pending| pending.size <= covered) {
            // A publication was cut off before its last step: this waits for nothing any more.
            remove_if_there(&*disk, layout::CHECKPOINT_PENDING).map_err(StoreError::of_write)?;
            pending = None;
        }
        let mut placer = Placer::new(Arc::clone(&disk));
        // The kill may have come between making a directory and syncing its name.
        placer.ensure_dir(layout::PRIVATE).map_err(StoreError::of_write)?;
        placer.ensure_dir(layout::PUBLIC).map_err(StoreError::of_write)?;
        // A publication may have been cut off between moving the checkpoint into place and syncing
        // its name; from here on it counts as published.
        disk.sync_dir(layout::PUBLIC).map_err(StoreError::of_write)?;
        // What was read may be in the page cache alone, after a kill or a failed sync, and a sync of
        // the old file would prove nothing: before anything is signed over these entries they are
        // durable in a new one. A crash in here leaves the old file or the new one.
        let tail = TailFile::replace(&*disk, &image)?;
        let partials = BTreeSet::new();
        let store = Self {
            disk,
            lock: Some(lock),
            tail: Some(tail),
            image,
            frontier,
            edge,
            placer,
            published,
            pending,
            partials,
            poisoned: None,
        };
        Ok((store, recovered))
    }
}

/// Takes the writer's lock.
pub(crate) fn take_lock(disk: &dyn Disk) -> StoreResult<Box<dyn DiskLock>> {
    disk.try_lock(layout::LOCK).map_err(|error| {
        if error.is_locked() {
            StoreError::Locked { path: error.path }
        } else {
            StoreError::of_write(error)
        }
    })
}

/// The published checkpoint, if there is one.
pub(crate) fn read_published(disk: &dyn Disk) -> StoreResult<Option<Published>> {
    let path = layout::CHECKPOINT;
    let bytes = match disk.read(path, NOTE_MAX as u64) {
        Ok(bytes) => bytes,
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) if error.is_too_large() => {
            let (expected, found) = ("a signed checkpoint", error.source);
            return Err(Corruption::new(What::Checkpoint, path, expected, found).into());
        }
        Err(error) => return Err(error.into()),
    };
    let bad = |found: String| {
        StoreError::from(Corruption::new(What::Checkpoint, path, "a signed checkpoint", found))
    };
    let note = String::from_utf8(bytes).map_err(|error| bad(error.to_string()))?;
    Published::parse(note).map(Some).map_err(bad)
}

/// Gathers the right edge, and checks that the tree has the roots that were signed.
fn load_edge(
    disk: &dyn Disk,
    image: &Image,
    published: Option<&Published>,
) -> StoreResult<(Edge, Frontier)> {
    let head = covering(image)?;
    let (size, full) = (image.size(), image.base());
    let view = View { disk, image: Some(image), edge: None, size, full, published: 0 };
    let edge = Edge::load(&view, full)?;
    let mut frontier = edge.frontier();
    for leaf in image.leaves() {
        frontier.push(*leaf);
    }
    if frontier.root() != head.root {
        let corruption = Corruption::new(What::Root, layout::TAIL, head.root, frontier.root());
        return Err(corruption.seq(size.saturating_sub(1)).into());
    }
    if let Some(published) = published {
        if published.size > size {
            let expected = format!("the {} entries that were published", published.size);
            let corruption = Corruption::new(What::TailShort, layout::TAIL, expected, size);
            return Err(corruption.seq(size).into());
        }
        let root = merkle::root(&View { edge: Some(&edge), ..view }, published.size)?;
        if root != published.root {
            let path = layout::CHECKPOINT;
            return Err(Corruption::new(What::Root, path, root, published.root).into());
        }
    }
    Ok((edge, frontier))
}

/// What waits for cosignatures, and the newest checkpoint that had them, must be of this ledger: an
/// older copy of the private part beside them would be signed over once more.
fn check_signed(disk: &dyn Disk, image: &Image, edge: &Edge) -> StoreResult<Option<Published>> {
    let pending = witnessed::pending(disk)?;
    let newest = witnessed::sizes(disk)?.last().copied();
    let newest = newest.map(|size| witnessed::read(disk, size)).transpose()?.flatten();
    let (size, full) = (image.size(), image.base());
    let view = View { disk, image: Some(image), edge: Some(edge), size, full, published: 0 };
    for signed in pending.iter().chain(&newest) {
        if signed.size > size {
            let expected = format!("the {} entries that were signed for", signed.size);
            let corruption = Corruption::new(What::TailShort, layout::TAIL, expected, size);
            return Err(corruption.seq(size).into());
        }
        let root = merkle::root(&view, signed.size)?;
        if root != signed.root {
            let path = match &newest {
                Some(newest) if newest == signed => layout::witnessed(signed.size),
                _ => layout::CHECKPOINT_PENDING.to_owned(),
            };
            return Err(Corruption::new(What::Root, path, root, signed.root).into());
        }
    }
    Ok(pending)
}

/// The checkpoint that covers the tail.
pub(crate) fn covering(image: &Image) -> StoreResult<Published> {
    let bad = |found: String| {
        let expected = format!("a signed checkpoint of size {}", image.size());
        StoreError::from(Corruption::new(What::Checkpoint, layout::TAIL, expected, found))
    };
    let head = Published::parse(image.note().to_owned()).map_err(bad)?;
    if head.size == image.size() { Ok(head) } else { Err(bad(format!("one of {}", head.size))) }
}
