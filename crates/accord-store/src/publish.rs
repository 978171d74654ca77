//! Publishes a checkpoint: first everything that it covers, then the checkpoint itself.

use crate::error::{Corruption, StoreError, StoreResult, What};
use crate::layout;
use crate::writer::{Published, Store};
use accord_format::merkle;
use accord_format::tile::{LEVEL_MAX, TILE_HEIGHT, TILE_WIDTH, TilePath};

impl Store {
    /// Publishes the signed checkpoint `note`: bundles and tiles for exactly its size become
    /// durable, then `public/checkpoint` becomes the note.
    ///
    /// The note may be of any committed size from the published one on, so that a checkpoint which
    /// had to wait for cosignatures can be published after the ledger has grown.
    ///
    /// # Errors
    /// [`StoreError::WrongCheckpoint`] if the note is not a checkpoint of this ledger, or is older
    /// than the published one: nothing was written. Any other error poisons the writer.
    pub fn publish(&mut self, note: &str) -> StoreResult<()> {
        self.check_poison()?;
        let new = Published::parse(note.to_owned()).map_err(StoreError::WrongCheckpoint)?;
        self.check_publication(&new)?;
        if self.published.as_ref() == Some(&new) {
            return Ok(());
        }
        self.poisoning(|store| {
            store.place_tree(new.size)?;
            // A crash up to here leaves files that no checkpoint asks for yet; they are right, and
            // the next publication writes what it needs. A crash right here leaves the old
            // checkpoint or the new one, each with its files.
            store.place(layout::CHECKPOINT, &new.note)?;
            store.let_go_of_pending(new.size)?;
            store.published = Some(new);
            Ok(())
        })
    }

    /// Makes the bundles and tiles durable that a checkpoint of `size` asks for.
    pub(crate) fn place_tree(&mut self, size: u64) -> StoreResult<()> {
        self.extend_full(size / TILE_WIDTH * TILE_WIDTH)?;
        self.place_partials(size)
    }

    /// Puts a note into place, durably.
    pub(crate) fn place(&mut self, path: &str, note: &str) -> StoreResult<()> {
        self.placer.place(path, note.as_bytes()).map_err(StoreError::of_write)?;
        self.placer.settle().map_err(StoreError::of_write)
    }

    /// Whether the note is a checkpoint of this ledger, and none older than the published one.
    pub(crate) fn check_publication(&self, new: &Published) -> StoreResult<()> {
        if new.size > self.size() {
            let reason = format!("size {}, but there are {} entries", new.size, self.size());
            return Err(StoreError::WrongCheckpoint(reason));
        }
        if let Some(old) = self.published.as_ref().filter(|old| old.size > new.size) {
            let reason = format!("size {}, but {} are published already", new.size, old.size);
            return Err(StoreError::WrongCheckpoint(reason));
        }
        let root = merkle::root(&self.view(), new.size)?;
        if root != new.root {
            let reason = format!("root {} for size {}, not {root}", new.root, new.size);
            return Err(StoreError::WrongCheckpoint(reason));
        }
        Ok(())
    }

    /// Makes the partial bundle and tiles of `size` durable, as far as no full one is there.
    fn place_partials(&mut self, size: u64) -> StoreResult<()> {
        let leaves = size / TILE_WIDTH;
        self.place_partial(TilePath::bundle(leaves, TilePath::width_at(0, leaves, size)))?;
        for level in 0..=LEVEL_MAX {
            let hashes = size.checked_shr(TILE_HEIGHT * level).unwrap_or(0);
            if hashes == 0 {
                break;
            }
            let index = hashes / TILE_WIDTH;
            let width = TilePath::width_at(level, index, size);
            self.place_partial(TilePath::tile(level, index, width))?;
        }
        self.placer.settle().map_err(StoreError::of_write)
    }

    fn place_partial(&mut self, path: TilePath) -> StoreResult<()> {
        let level = path.level.unwrap_or(0);
        let is_full = TilePath::width_at(level, path.index, self.edge.full()) == 256;
        if path.width == 0 || is_full || self.partials.contains(&path) {
            return Ok(());
        }
        let bytes = if path.level.is_none() {
            let first = path.index * TILE_WIDTH;
            let bytes = self.image.encoded(first, first + u64::from(path.width)).to_vec();
            if bytes.is_empty() {
                let (expected, found) = ("the entries of the partial bundle", "none");
                return Err(Corruption::new(What::Bundle, layout::TAIL, expected, found)
                    .seq(first)
                    .into());
            }
            bytes
        } else {
            let hashes = self.view().tile(level, path.index, path.width)?;
            hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
        };
        self.placer.place(&layout::tile(path), &bytes).map_err(StoreError::of_write)?;
        self.partials.insert(path);
        Ok(())
    }
}
