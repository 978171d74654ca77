//! Tiles, each read once.

use accord_format::hash::NodeHash;
use accord_format::merkle::{Nodes, root_of};
use accord_format::tile::{TILE_HEIGHT, TILE_WIDTH, TilePath};
use accord_store::{StoreError, StoreResult, View};
use std::cell::RefCell;
use std::collections::HashMap;

/// The nodes of a view for one proof, or for some that lie close together. Every tile that they are
/// made from is read from its file once; the view itself reads it again for each hash.
#[derive(Debug)]
pub struct Tiles<'v> {
    view: View<'v>,
    /// By level and index, as many hashes as the view has of it.
    read: RefCell<HashMap<(u32, u64), Vec<NodeHash>>>,
}

impl<'v> Tiles<'v> {
    /// Nothing is read yet.
    pub fn of(view: View<'v>) -> Self {
        Self { view, read: RefCell::default() }
    }

    /// The subtree over `width` hashes from `start` on of a tile that was read whole; nothing if it
    /// cannot be.
    fn within(&self, level: u32, tile: u64, start: u64, width: u64) -> Option<NodeHash> {
        let mut read = self.read.borrow_mut();
        let hashes = match read.entry((level, tile)) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(place) => {
                let all = TilePath::width_at(level, tile, self.view.size());
                place.insert(self.view.tile(level, tile, all).ok()?)
            }
        };
        let [from, to] = [start, start.checked_add(width)?].map(usize::try_from);
        Some(root_of(hashes.get(from.ok()?..to.ok()?)?))
    }
}

impl Nodes for Tiles<'_> {
    type Error = StoreError;

    fn node(&self, level: u32, index: u64) -> StoreResult<NodeHash> {
        let (tile_level, height) = (level / TILE_HEIGHT, level % TILE_HEIGHT);
        let first = index.checked_mul(1 << height);
        let found = first.and_then(|first| {
            self.within(tile_level, first / TILE_WIDTH, first % TILE_WIDTH, 1 << height)
        });
        // A tile may be damaged where this hash does not need it; and the view says what is wrong.
        found.map_or_else(|| self.view.node(level, index), Ok)
    }
}

#[cfg(test)]
mod tests;
