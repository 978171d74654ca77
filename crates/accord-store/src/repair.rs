//! Putting damaged files of a ledger, or of a copy of one, right from entries that are known to be
//! its own. What is right already is never touched, and a tail that is replaced is kept aside.

use crate::disk::{Disk, DiskLock, Kind};
use crate::error::{StoreError, StoreResult};
use crate::files::{Placer, remove_if_there, replace_tail};
use crate::layout;
use crate::recovery::take_lock;
use crate::replica;
use crate::tail::{self, FILE_BYTES_MAX, Image, Scan};
use crate::tree::Edge;
use crate::view::BUNDLE_BYTES_MAX;
use crate::witnessed;
use accord_format::hash::NodeHash;
use accord_format::merkle::leaf_hash;
use accord_format::tile::{LEVEL_MAX, TILE_HEIGHT, TILE_WIDTH, TilePath, parse_bundle_of};
use std::sync::Arc;

/// A damaged directory, locked against everybody who writes.
#[derive(Debug)]
pub struct Patient {
    disk: Arc<dyn Disk>,
    _lock: Box<dyn DiskLock>,
    placer: Placer,
    edge: Edge,
    /// Full files, whose partial ones nobody needs any longer.
    complete: Vec<TilePath>,
    mended: Vec<String>,
}

/// What became of a ledger's tail.
#[derive(Debug)]
pub enum TailFound {
    /// It was read, perhaps up to some damage.
    Read(Box<Scan>),
    /// It is missing, or its beginning does not read.
    Unreadable(String),
    /// This is a copy of the public part, which has none.
    None,
}

impl Patient {
    /// Locks the ledger or the copy on `disk`.
    ///
    /// # Errors
    /// [`StoreError::Locked`] while somebody writes; [`StoreError::NotALedger`] if it is neither.
    pub fn open(disk: Arc<dyn Disk>) -> StoreResult<Self> {
        let lock = if replica::is_replica(&*disk)? {
            replica::take_lock(&*disk)?
        } else if disk.kind(layout::PRIVATE)? == Some(Kind::Dir) {
            take_lock(&*disk)?
        } else {
            return Err(StoreError::NotALedger);
        };
        let mut placer = Placer::new(Arc::clone(&disk));
        placer.ensure_dir(layout::PUBLIC).map_err(StoreError::of_write)?;
        remove_if_there(&*disk, layout::PUBLIC_TEMP).map_err(StoreError::of_write)?;
        Ok(Self {
            disk,
            _lock: lock,
            placer,
            edge: Edge::default(),
            complete: Vec::new(),
            mended: Vec::new(),
        })
    }

    /// The ledger's tail, as far as it reads.
    pub fn tail(&self) -> StoreResult<TailFound> {
        if replica::is_replica(&*self.disk)? {
            return Ok(TailFound::None);
        }
        let bytes = match self.disk.read(layout::TAIL, FILE_BYTES_MAX) {
            Ok(bytes) => bytes,
            Err(error) if error.is_not_found() => {
                return Ok(TailFound::Unreadable("it is missing".to_owned()));
            }
            Err(error) if error.is_too_large() => {
                return Ok(TailFound::Unreadable(error.source.to_string()));
            }
            Err(error) => return Err(error.into()),
        };
        match tail::scan(&bytes) {
            Ok(scan) => Ok(TailFound::Read(Box::new(scan))),
            Err(error) if error.is_corrupt() => Ok(TailFound::Unreadable(error.to_string())),
            Err(error) => Err(error),
        }
    }

    /// The bytes of a public file, if it is there and no longer than `max`.
    pub fn read(&self, path: &str, max: u64) -> StoreResult<Option<Vec<u8>>> {
        match self.disk.read(path, max) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.is_not_found() || error.is_too_large() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The leaf hash of entry `seq` as the tail or a bundle here has it, right or wrong; `published`
    /// is the size whose partial bundle may be here.
    pub fn leaf(
        &self,
        tail: Option<&Image>,
        published: Option<u64>,
        seq: u64,
    ) -> StoreResult<Option<NodeHash>> {
        if let Some(leaf) = tail.and_then(|image| image.leaf(seq)) {
            return Ok(Some(leaf));
        }
        let (index, at) = (seq / TILE_WIDTH, usize::try_from(seq % TILE_WIDTH).unwrap_or(0));
        let partial = TilePath::width_at(0, index, published.unwrap_or(0));
        for width in [256, partial].into_iter().filter(|width| *width > 0) {
            let path = layout::tile(TilePath::bundle(index, width));
            let Some(bytes) = self.read(&path, BUNDLE_BYTES_MAX)? else { continue };
            let entries = parse_bundle_of(&bytes, u64::from(width)).unwrap_or_default();
            if let Some(entry) = entries.get(at) {
                return Ok(Some(leaf_hash(entry)));
            }
        }
        Ok(None)
    }

    /// Number of entries in the full bundles seen to so far.
    pub const fn full(&self) -> u64 {
        self.edge.full()
    }

    /// Sees to the next full bundle, and the full tiles that it completes.
    pub fn bundle(&mut self, bytes: &[u8], leaves: Vec<NodeHash>) -> StoreResult<()> {
        let path = TilePath::bundle(self.edge.full() / TILE_WIDTH, 256);
        self.mend(&layout::tile(path), bytes)?;
        self.complete.push(path);
        for tile in self.edge.push(leaves) {
            self.mend(&layout::tile(tile.path), &bytes_of(&tile.hashes))?;
            self.complete.push(tile.path);
        }
        Ok(())
    }

    /// Sees to the partial bundle and tiles of a size that is `leaves` beyond the full bundles seen
    /// to; `full` is the number of entries that lie in full bundles here.
    pub fn partials(&mut self, bundle: &[u8], leaves: &[NodeHash], full: u64) -> StoreResult<()> {
        let size = self.edge.full().saturating_add(leaves.len() as u64);
        let index = size / TILE_WIDTH;
        let width = TilePath::width_at(0, index, size);
        if width > 0 && full <= self.edge.full() {
            self.mend(&layout::tile(TilePath::bundle(index, width)), bundle)?;
            self.mend(&layout::tile(TilePath::tile(0, index, width)), &bytes_of(leaves))?;
        }
        for level in 1..=LEVEL_MAX {
            let hashes = size.checked_shr(TILE_HEIGHT.saturating_mul(level)).unwrap_or(0);
            if hashes == 0 {
                break;
            }
            let index = hashes / TILE_WIDTH;
            let width = TilePath::width_at(level, index, size);
            let is_full = TilePath::width_at(level, index, full) == 256;
            if width > 0 && !is_full {
                let bytes = bytes_of(self.edge.hashes(level, index));
                self.mend(&layout::tile(TilePath::tile(level, index, width)), &bytes)?;
            }
        }
        Ok(())
    }

    /// The sizes of the checkpoints in `witnessed/`, by the names of their files.
    pub fn witnessed(&self) -> StoreResult<Vec<u64>> {
        witnessed::sizes(&*self.disk)
    }

    /// Puts a checkpoint that met its quorum in its place.
    pub fn witnessed_note(&mut self, size: u64, note: &str) -> StoreResult<()> {
        self.mend(&layout::witnessed(size), note.as_bytes())
    }

    /// Puts the checkpoint in its place.
    pub fn checkpoint(&mut self, note: &str) -> StoreResult<()> {
        self.mend(layout::CHECKPOINT, note.as_bytes())
    }

    /// Puts another tail in the place of the one that is there, which is kept beside it; tells under
    /// which name.
    pub fn replace_tail(&mut self, image: &Image) -> StoreResult<Option<String>> {
        let mut aside = None;
        if self.disk.kind(layout::TAIL)?.is_some() {
            let free = (1_u32..).map(|n| format!("{}.damaged-{n}", layout::TAIL));
            for path in free {
                if self.disk.kind(&path)?.is_none() {
                    // A crash right here leaves no tail, and the repair can be run again.
                    self.disk.rename(layout::TAIL, &path).map_err(StoreError::of_write)?;
                    aside = Some(path);
                    break;
                }
            }
        }
        drop(replace_tail(&*self.disk, &tail::file(image)).map_err(StoreError::of_write)?);
        self.mended.push(layout::TAIL.to_owned());
        Ok(aside)
    }

    /// Makes the names of all that was put right durable; tells which files these are.
    pub fn settle(&mut self) -> StoreResult<Vec<String>> {
        // What is right may have been put in its place by somebody who was cut off.
        for path in [layout::TAIL, layout::CHECKPOINT, &layout::witnessed(0)] {
            let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
            if self.disk.kind(dir)?.is_some() {
                self.placer.vouch(path).map_err(StoreError::of_write)?;
            }
        }
        self.placer.settle().map_err(StoreError::of_write)?;
        // A partial file would be read in the place of the full one.
        for path in std::mem::take(&mut self.complete) {
            let dir = layout::partials_of(path);
            self.placer.remove_partials(&dir).map_err(StoreError::of_write)?;
        }
        self.placer.settle().map_err(StoreError::of_write)?;
        Ok(std::mem::take(&mut self.mended))
    }

    fn mend(&mut self, path: &str, bytes: &[u8]) -> StoreResult<()> {
        if self.disk.kind(path)? == Some(Kind::File) {
            let found = self.read(path, BUNDLE_BYTES_MAX)?;
            if found.is_some_and(|found| found == bytes) {
                return self.placer.vouch(path).map_err(StoreError::of_write);
            }
        }
        self.placer.place(path, bytes).map_err(StoreError::of_write)?;
        self.mended.push(path.to_owned());
        Ok(())
    }
}

fn bytes_of(hashes: &[NodeHash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}
