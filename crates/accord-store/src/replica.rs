//! A copy of a ledger's public part, grown from what somebody else serves.
//!
//! The copy has the layout of the ledger's own `public/`, so that any static server can serve it and
//! [`crate::Reader`] reads it; a ledger's writer does not open it, because it has no tail. What is put
//! into it has been verified by the caller; what the store sees to is that a checkpoint never stands
//! here without every bundle and tile that it covers, after any crash.

use crate::disk::{Access, Disk, DiskLock, Kind};
use crate::error::{Corruption, StoreError, StoreResult, What};
use crate::files::{Placer, remove_if_there};
use crate::layout;
use crate::recovery::read_published;
use crate::tree::{Edge, FullTile};
use crate::view::{BUNDLE_BYTES_MAX, View};
use crate::witnessed;
use crate::writer::Published;
use accord_format::checkpoint::NOTE_MAX;
use accord_format::hash::NodeHash;
use accord_format::merkle::{self, leaf_hash};
use accord_format::tile::{LEVEL_MAX, TILE_HEIGHT, TILE_WIDTH, TilePath, encode_bundle};
use std::sync::Arc;

/// What the keeper of a copy writes beside it.
pub const OWN: &str = "mirror";
const LOCK: &str = "mirror/lock";
/// The newest checkpoint here, as long as the ledger's keeper has not published it: beside the public
/// files, which show no more than is published.
const AHEAD: &str = "mirror/checkpoint";

/// A copy of a ledger's public part, open for growing. There is one at a time.
#[derive(Debug)]
pub struct Replica {
    disk: Arc<dyn Disk>,
    _lock: Box<dyn DiskLock>,
    placer: Placer,
    /// What the ledger's keeper has published, of what is here.
    shown: Option<Published>,
    /// The newest checkpoint here, which may wait for its quorum yet.
    newest: Option<Published>,
    /// Above the full bundles that the published checkpoint covers.
    settled: Edge,
    /// Above these and the ones added since.
    edge: Edge,
    /// Full files made durable whose partial ones the checkpoint may still ask for.
    complete: Vec<TilePath>,
}

/// Full bundles with their leaf hashes, one after another.
#[derive(Debug, Default)]
pub struct Bundles {
    bundles: Vec<(Vec<u8>, Vec<NodeHash>)>,
    bytes: usize,
}

impl Bundles {
    /// Adds the next one.
    pub fn push(&mut self, bundle: Vec<u8>, leaves: Vec<NodeHash>) {
        self.bytes = self.bytes.saturating_add(bundle.len());
        self.bundles.push((bundle, leaves));
    }

    /// Number of bundles.
    pub const fn len(&self) -> usize {
        self.bundles.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.bundles.is_empty()
    }

    /// Their bytes.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Replica {
    /// Opens the copy on `disk`, or begins one. Every entry that it holds is read again, handed to
    /// `each` in order, and hashed; tiles that do not agree with the entries are written anew.
    ///
    /// # Errors
    /// [`StoreError::Locked`] if another process keeps this copy; [`StoreError::AlreadyInitialised`]
    /// if it is no copy but a ledger; [`StoreError::Corrupt`] if the entries do not have the root of
    /// the checkpoint: then nothing was changed.
    pub fn open(disk: Arc<dyn Disk>, each: &mut dyn FnMut(&[u8])) -> StoreResult<Self> {
        if disk.kind(layout::PRIVATE)?.is_some() {
            return Err(StoreError::AlreadyInitialised);
        }
        if disk.kind("")?.is_none() {
            disk.create_dir("", Access::Public).map_err(StoreError::of_write)?;
        }
        let mut placer = Placer::new(Arc::clone(&disk));
        placer.ensure_dir(OWN).map_err(StoreError::of_write)?;
        let lock = take_lock(&*disk)?;
        placer.ensure_dir(layout::PUBLIC).map_err(StoreError::of_write)?;
        remove_if_there(&*disk, layout::PUBLIC_TEMP).map_err(StoreError::of_write)?;
        // A name that a killed predecessor moved into place counts as published from here on.
        disk.sync_dir(layout::PUBLIC).map_err(StoreError::of_write)?;
        let Heads { shown, newest } = heads(&*disk)?;
        let settled = match &newest {
            Some(newest) => check(&disk, &mut placer, newest, each)?,
            None => Edge::default(),
        };
        let edge = settled.clone();
        let replica =
            Self { disk, _lock: lock, placer, shown, newest, settled, edge, complete: Vec::new() };
        if let Some(shown) = &replica.shown {
            let found = merkle::root(&replica.view(), shown.size)?;
            if found != shown.root {
                let path = layout::CHECKPOINT;
                return Err(Corruption::new(What::Root, path, shown.root, found).into());
            }
        }
        Ok(replica)
    }

    /// The checkpoint under which everything here stands: the newest.
    pub const fn published(&self) -> Option<&Published> {
        self.newest.as_ref()
    }

    /// The newest checkpoint that the ledger's keeper has published, of what is here. Under a witness
    /// policy it may be smaller than what is here: a copy is cosigned before the quorum is met.
    pub const fn shown(&self) -> Option<&Published> {
        self.shown.as_ref()
    }

    /// Where the files are.
    pub const fn disk(&self) -> &Arc<dyn Disk> {
        &self.disk
    }

    /// Number of entries under the checkpoint.
    pub fn size(&self) -> u64 {
        self.newest.as_ref().map_or(0, |newest| newest.size)
    }

    /// Entries and hashes under the checkpoint.
    pub fn view(&self) -> View<'_> {
        view(&*self.disk, self.size())
    }

    /// The file of the full bundle `index`, if one is there: perhaps of an attempt that was cut off,
    /// so nothing is known of it.
    pub fn left_over(&self, index: u64) -> StoreResult<Option<Vec<u8>>> {
        let path = layout::tile(TilePath::bundle(index, 256));
        match self.disk.read(&path, BUNDLE_BYTES_MAX) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.is_not_found() || error.is_too_large() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Forgets the bundles added since the published checkpoint. Their files stay, and are replaced
    /// when they are added anew.
    pub fn reset(&mut self) {
        self.edge = self.settled.clone();
        let size = self.size();
        self.complete.retain(|path| {
            TilePath::width_at(path.level.unwrap_or(0), path.index, size) == path.width
        });
    }

    /// Makes the next full bundles durable, with the full tiles that they complete.
    ///
    /// # Errors
    /// The disk's; then the copy must be opened again before more is added.
    pub fn extend(&mut self, bundles: &Bundles) -> StoreResult<()> {
        let mut edge = self.edge.clone();
        let mut complete = Vec::new();
        for (bytes, leaves) in &bundles.bundles {
            let path = TilePath::bundle(edge.full() / TILE_WIDTH, 256);
            self.place(path, bytes)?;
            complete.push(path);
            for tile in edge.push(leaves.clone()) {
                self.place(tile.path, &bytes_of(&tile.hashes))?;
                complete.push(tile.path);
            }
        }
        // A crash up to here leaves files that no checkpoint asks for yet.
        self.placer.settle().map_err(StoreError::of_write)?;
        self.complete.extend(complete);
        self.edge = edge;
        Ok(())
    }

    /// The root over the bundles added so far and `rest` behind them.
    pub fn root_with(&self, rest: &[NodeHash]) -> NodeHash {
        let mut frontier = self.edge.frontier();
        for leaf in rest {
            frontier.push(*leaf);
        }
        frontier.root()
    }

    /// Makes the last, partial bundle durable, whose entries have the hashes `leaves`, and the
    /// partial tiles. With this everything is here that a checkpoint of this size covers.
    pub fn finish(&mut self, bundle: &[u8], leaves: &[NodeHash]) -> StoreResult<()> {
        let width = u16::try_from(leaves.len()).unwrap_or(u16::MAX);
        let index = self.edge.full() / TILE_WIDTH;
        if (1..256).contains(&width) {
            self.place(TilePath::bundle(index, width), bundle)?;
            self.place(TilePath::tile(0, index, width), &bytes_of(leaves))?;
        }
        for level in 1..=LEVEL_MAX {
            let hashes = self.edge.full().checked_shr(TILE_HEIGHT.saturating_mul(level));
            let Some(hashes) = hashes.filter(|hashes| *hashes > 0) else { break };
            let index = hashes / TILE_WIDTH;
            let known = self.edge.hashes(level, index);
            let width = u16::try_from(known.len()).unwrap_or(u16::MAX);
            if (1..256).contains(&width) {
                let bytes = bytes_of(known);
                self.place(TilePath::tile(level, index, width), &bytes)?;
            }
        }
        self.placer.settle().map_err(StoreError::of_write)
    }

    /// Moves the checkpoint, to one of the size and root of what was added and finished with the
    /// leaf hashes `rest`, or to the same one with other signature lines. It counts as published by
    /// the ledger's keeper.
    ///
    /// # Errors
    /// [`StoreError::WrongCheckpoint`] if it is another: nothing was written.
    pub fn publish(&mut self, note: String, rest: &[NodeHash]) -> StoreResult<()> {
        let new = self.fitting(note, rest)?;
        // A crash up to here leaves the old checkpoint, and more than it asks for.
        self.place_note(layout::CHECKPOINT, &new.note)?;
        self.shown = Some(new.clone());
        self.settle_on(new)?;
        self.let_go_of_pending()
    }

    /// The same with a checkpoint that the ledger's keeper has not published yet: it waits beside the
    /// one that is.
    ///
    /// # Errors
    /// As [`Replica::publish`].
    pub fn hold(&mut self, note: String, rest: &[NodeHash]) -> StoreResult<()> {
        let new = self.fitting(note, rest)?;
        self.place_note(AHEAD, &new.note)?;
        self.settle_on(new)
    }

    /// Lets a checkpoint count as published that covers no more than what is here.
    ///
    /// # Errors
    /// [`StoreError::WrongCheckpoint`] if it is not of this tree: nothing was written.
    pub fn show(&mut self, note: String) -> StoreResult<()> {
        let new = Published::parse(note).map_err(StoreError::WrongCheckpoint)?;
        let held = self.size();
        if new.size > held || merkle::root(&self.view(), new.size)? != new.root {
            let why = format!("size {} and root {} are not of what is here", new.size, new.root);
            return Err(StoreError::WrongCheckpoint(why));
        }
        if new.size < held {
            self.place_partials(new.size)?;
        }
        self.place_note(layout::CHECKPOINT, &new.note)?;
        if new.size == held {
            self.newest = Some(new.clone());
        }
        self.shown = Some(new);
        self.drop_partials()?;
        self.let_go_of_pending()
    }

    /// Keeps the checkpoint of this size that met its quorum, as the ledger's keeper does: of one
    /// that is here already, it gains the lines of signers that it lacks.
    ///
    /// # Errors
    /// [`StoreError::WrongCheckpoint`] if it is not of what is here: nothing was written.
    pub fn keep_witnessed(&mut self, size: u64, note: &str) -> StoreResult<()> {
        let new = Published::parse(note.to_owned()).map_err(StoreError::WrongCheckpoint)?;
        if new.size != size || size > self.size() {
            let why = format!("size {}, and {} entries are here", new.size, self.size());
            return Err(StoreError::WrongCheckpoint(why));
        }
        // One that does not read is put right by a good one.
        let kept = witnessed::read(&*self.disk, size).ok().flatten();
        let merged = witnessed::merged(kept.as_ref().map(|kept| kept.note.as_str()), note);
        let merged = merged.unwrap_or_else(|_| note.to_owned());
        if kept.is_some_and(|kept| kept.note == merged) {
            return Ok(());
        }
        self.place_note(&layout::witnessed(size), &merged)
    }

    /// A note that fits what was added, or is of what is here.
    fn fitting(&self, note: String, rest: &[NodeHash]) -> StoreResult<Published> {
        let new = Published::parse(note).map_err(StoreError::WrongCheckpoint)?;
        let size = self.edge.full().saturating_add(rest.len() as u64);
        if !self.is_of_newest(&new) && (new.size, new.root) != (size, self.root_with(rest)) {
            let why =
                format!("size {} and root {}, but {size} entries are here", new.size, new.root);
            return Err(StoreError::WrongCheckpoint(why));
        }
        Ok(new)
    }

    fn is_of_newest(&self, new: &Published) -> bool {
        self.newest
            .as_ref()
            .is_some_and(|newest| (newest.size, newest.root) == (new.size, new.root))
    }

    fn place_note(&mut self, path: &str, note: &str) -> StoreResult<()> {
        remove_if_there(&*self.disk, layout::PUBLIC_TEMP).map_err(StoreError::of_write)?;
        let placed = self.placer.place(path, note.as_bytes());
        placed.and_then(|()| self.placer.settle()).map_err(StoreError::of_write)
    }

    /// Goes on from `new`, which is durable.
    fn settle_on(&mut self, new: Published) -> StoreResult<()> {
        if !self.is_of_newest(&new) {
            self.settled = self.edge.clone();
        }
        self.newest = Some(new);
        self.drop_partials()
    }

    /// Removes partial files that what is published no longer asks for. A reader that still wants one
    /// finds the full one instead. A crash in here leaves some that nobody asks for.
    fn drop_partials(&mut self) -> StoreResult<()> {
        let shown = self.shown.as_ref().map_or(0, |shown| shown.size);
        let is_covered = |path: &TilePath| {
            TilePath::width_at(path.level.unwrap_or(0), path.index, shown) == path.width
        };
        let (covered, asked_for): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.complete).into_iter().partition(is_covered);
        self.complete = asked_for;
        for path in covered {
            let dir = layout::partials_of(path);
            self.placer.remove_partials(&dir).map_err(StoreError::of_write)?;
        }
        self.placer.settle().map_err(StoreError::of_write)
    }

    /// Removes what waited, if it is published now. A crash before leaves one that waits for nothing.
    fn let_go_of_pending(&mut self) -> StoreResult<()> {
        let is_ahead = self.size() > self.shown.as_ref().map_or(0, |shown| shown.size);
        if is_ahead || self.disk.kind(AHEAD)?.is_none() {
            return Ok(());
        }
        self.placer.remove(AHEAD).map_err(StoreError::of_write)?;
        self.placer.settle().map_err(StoreError::of_write)
    }

    /// Makes the partial files of a smaller size durable.
    fn place_partials(&mut self, size: u64) -> StoreResult<()> {
        for level in 0..=LEVEL_MAX {
            let hashes = size.checked_shr(TILE_HEIGHT.saturating_mul(level)).unwrap_or(0);
            let (index, width) = (hashes / TILE_WIDTH, hashes % TILE_WIDTH);
            let width = u16::try_from(width).unwrap_or(0);
            if hashes == 0 {
                break;
            }
            if width == 0 {
                continue;
            }
            let tile = self.view().tile(level, index, width)?;
            self.place(TilePath::tile(level, index, width), &bytes_of(&tile))?;
            if level == 0 {
                let batch = self.view().batch(index)?;
                let entries = batch.iter().take(usize::from(width)).map(|(_, entry)| entry);
                let bundle = encode_bundle(entries)
                    .map_err(|error| StoreError::WrongCheckpoint(error.to_string()))?;
                self.place(TilePath::bundle(index, width), &bundle)?;
            }
        }
        self.placer.settle().map_err(StoreError::of_write)
    }

    fn place(&mut self, path: TilePath, bytes: &[u8]) -> StoreResult<()> {
        // An attempt that failed may have left its temporary file.
        remove_if_there(&*self.disk, layout::PUBLIC_TEMP).map_err(StoreError::of_write)?;
        self.placer.place(&layout::tile(path), bytes).map_err(StoreError::of_write)
    }
}

/// Takes the lock of whoever keeps the copy.
pub(crate) fn take_lock(disk: &dyn Disk) -> StoreResult<Box<dyn DiskLock>> {
    disk.try_lock(LOCK).map_err(|error| {
        let path = error.path.clone();
        if error.is_locked() { StoreError::Locked { path } } else { StoreError::of_write(error) }
    })
}

/// The checkpoints of a copy.
#[derive(Clone, Debug)]
pub struct Heads {
    /// The newest that the ledger's keeper has published, of what is here.
    pub shown: Option<Published>,
    /// The newest under which everything stands.
    pub newest: Option<Published>,
}

/// Reads the checkpoints of a copy, beside whoever keeps it.
pub fn heads(disk: &dyn Disk) -> StoreResult<Heads> {
    // In this order: what is ahead is removed after it was published. One that does not read is as
    // good as none: what it covered can be had again.
    let ahead = match disk.read(AHEAD, NOTE_MAX as u64) {
        Ok(bytes) => String::from_utf8(bytes).ok().and_then(|note| Published::parse(note).ok()),
        Err(error) if error.is_not_found() || error.is_too_large() => None,
        Err(error) => return Err(error.into()),
    };
    let shown = read_published(disk)?;
    let published = shown.as_ref().map_or(0, |shown| shown.size);
    let newest = ahead.filter(|ahead| ahead.size > published).or_else(|| shown.clone());
    Ok(Heads { shown, newest })
}

/// What a copy of `size` entries has.
pub fn view(disk: &dyn Disk, size: u64) -> View<'_> {
    let full = size / TILE_WIDTH * TILE_WIDTH;
    View { disk, image: None, edge: None, size, full, published: size }
}

fn bytes_of(hashes: &[NodeHash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// Reads every entry again. Tiles that are not theirs are replaced, once the root is seen to be that
/// of the checkpoint.
fn check(
    disk: &Arc<dyn Disk>,
    placer: &mut Placer,
    published: &Published,
    each: &mut dyn FnMut(&[u8]),
) -> StoreResult<Edge> {
    let view = view(&**disk, published.size);
    let (mut edge, mut wrong, mut rest) = (Edge::default(), Vec::<TilePath>::new(), Vec::new());
    for index in 0..published.size.div_ceil(TILE_WIDTH) {
        let batch = view.batch(index)?;
        batch.iter().for_each(|(_, entry)| each(entry));
        let leaves: Vec<NodeHash> = batch.iter().map(|(_, entry)| leaf_hash(entry)).collect();
        if leaves.len() as u64 == TILE_WIDTH {
            let tiles = edge.push(leaves).into_iter();
            let differs = |tile: &FullTile| {
                view.read_tile(tile.path).ok().is_none_or(|found| found != tile.hashes)
            };
            wrong.extend(tiles.filter(differs).map(|tile| tile.path));
        } else {
            rest = leaves;
        }
    }
    let mut frontier = edge.frontier();
    for leaf in &rest {
        frontier.push(*leaf);
    }
    if frontier.root() != published.root {
        let (path, found) = (layout::CHECKPOINT, frontier.root());
        return Err(Corruption::new(What::Root, path, published.root, found).into());
    }
    if !wrong.is_empty() {
        rebuild(disk, placer, published.size, &wrong)?;
    }
    Ok(edge)
}

/// Makes full tiles anew from the entries, in a second pass: damage is rare.
fn rebuild(
    disk: &Arc<dyn Disk>,
    placer: &mut Placer,
    size: u64,
    wrong: &[TilePath],
) -> StoreResult<()> {
    let (view, mut edge) = (view(&**disk, size), Edge::default());
    for index in 0..size / TILE_WIDTH {
        let batch = view.batch(index)?;
        let tiles = edge.push(batch.iter().map(|(_, entry)| leaf_hash(entry)).collect());
        for tile in tiles.iter().filter(|tile| wrong.contains(&tile.path)) {
            let (path, bytes) = (layout::tile(tile.path), bytes_of(&tile.hashes));
            placer.place(&path, &bytes).map_err(StoreError::of_write)?;
        }
    }
    placer.settle().map_err(StoreError::of_write)
}

/// Whether a directory holds a copy made here.
pub fn is_replica(disk: &dyn Disk) -> StoreResult<bool> {
    Ok(disk.kind(OWN)? == Some(Kind::Dir) && disk.kind(layout::PRIVATE)?.is_none())
}
