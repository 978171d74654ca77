//! Moves entries from the tail into full bundles and tiles.

use crate::error::{Corruption, StoreError, StoreResult, What};
use crate::layout;
use crate::writer::{Store, TailFile};
use accord_format::hash::NodeHash;
use accord_format::merkle::leaf_hash;
use accord_format::tile::{TILE_WIDTH, TilePath, parse_bundle_of};

/// A commit promotes first when the tail holds this many entries,
const PROMOTE_ENTRIES: u64 = 4096;
/// or this many bytes.
const PROMOTE_BYTES: usize = 8 << 20;

impl Store {
    /// Moves all entries that fill a bundle out of the tail.
    ///
    /// # Errors
    /// Any error poisons the writer; entries are in the tail until their bundle is durable.
    pub fn promote(&mut self) -> StoreResult<()> {
        self.check_poison()?;
        self.poisoning(Self::promote_full)
    }

    /// Publishes, if a checkpoint of the head is given, promotes, and lets the ledger go.
    ///
    /// # Errors
    /// As [`Store::publish`] and [`Store::promote`]; nothing acknowledged is lost by one.
    pub fn close(mut self, publication: Option<&str>) -> StoreResult<()> {
        if let Some(note) = publication {
            self.publish(note)?;
        }
        self.promote()
    }

    /// Whether the next commit should promote first.
    pub(crate) fn is_full(&self) -> bool {
        let gathered = self.image.size() - self.image.base();
        gathered >= PROMOTE_ENTRIES
            || (self.image.bytes() >= PROMOTE_BYTES && gathered >= TILE_WIDTH)
    }

    pub(crate) fn promote_full(&mut self) -> StoreResult<()> {
        let full = self.image.size() / TILE_WIDTH * TILE_WIDTH;
        self.extend_full(full)?;
        if full == self.image.base() {
            return Ok(());
        }
        // Only now, with bundles and tiles durable under durable names, does the tail let go. A
        // crash before leaves them in both places; the next promotion writes them again.
        let image = self.image.from_base(full);
        self.tail = Some(TailFile::replace(&*self.disk, &image)?);
        self.image = image;
        Ok(())
    }

    /// Makes the full bundles and tiles of the entries below `full` durable.
    ///
    /// Files that are there already are written again: this process has not seen them synced, so
    /// they may be in the page cache alone.
    pub(crate) fn extend_full(&mut self, full: u64) -> StoreResult<()> {
        if self.edge.full() >= full {
            return Ok(());
        }
        let mut edge = self.edge.clone();
        let mut complete = Vec::new();
        while edge.full() < full {
            let index = edge.full() / TILE_WIDTH;
            let (bytes, leaves) = self.checked_bundle(index)?;
            let path = TilePath::bundle(index, 256);
            self.placer.place(&layout::tile(path), &bytes).map_err(StoreError::of_write)?;
            complete.push(path);
            for tile in edge.push(leaves) {
                let bytes = tile.hashes.iter().flat_map(|hash| *hash.as_bytes());
                let bytes: Vec<u8> = bytes.collect();
                let path = layout::tile(tile.path);
                self.placer.place(&path, &bytes).map_err(StoreError::of_write)?;
                complete.push(tile.path);
            }
        }
        // A crash up to here costs nothing: the tail holds these entries.
        self.placer.settle().map_err(StoreError::of_write)?;
        for path in complete {
            // A reader that wants the partial file finds the full one instead.
            let dir = layout::partials_of(path);
            self.placer.remove_partials(&dir).map_err(StoreError::of_write)?;
        }
        self.placer.settle().map_err(StoreError::of_write)?;
        self.partials
            .retain(|path| TilePath::width_at(path.level.unwrap_or(0), path.index, full) < 256);
        self.edge = edge;
        Ok(())
    }

    /// The bundle `index` out of the tail, hashed again before it becomes the only copy.
    fn checked_bundle(&self, index: u64) -> StoreResult<(Vec<u8>, Vec<NodeHash>)> {
        let (first, end) = (index * TILE_WIDTH, (index + 1) * TILE_WIDTH);
        let bytes = self.image.encoded(first, end).to_vec();
        let again = parse_bundle_of(&bytes, TILE_WIDTH)
            .map(|entries| entries.iter().map(|e| leaf_hash(e)).collect::<Vec<_>>())
            .unwrap_or_default();
        let known = (first..end).map(|seq| self.image.leaf(seq));
        if again.len() as u64 == TILE_WIDTH && known.eq(again.iter().map(|h| Some(*h))) {
            return Ok((bytes, again));
        }
        let (expected, found) = ("the entries as they were hashed", "others in memory");
        Err(Corruption::new(What::TileHash, layout::TAIL, expected, found).seq(first).into())
    }
}
