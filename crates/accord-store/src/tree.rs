//! The right edge of the tree above the full tiles.

use crate::error::StoreResult;
use crate::view::View;
use accord_format::hash::NodeHash;
use accord_format::merkle::{Frontier, root_of};
use accord_format::tile::{LEVEL_MAX, TILE_HEIGHT, TILE_WIDTH, TilePath};

/// For every level from 1 on, the hashes of the one tile that is not full yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Edge {
    /// Number of leaves below it, a multiple of 256.
    full: u64,
    /// Level 1 first.
    levels: Vec<Vec<NodeHash>>,
}

/// A full tile that has just come about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FullTile {
    pub(crate) path: TilePath,
    pub(crate) hashes: Vec<NodeHash>,
}

impl Edge {
    /// Gathers the edge of `full` leaves from the full tiles that `view` reads.
    pub(crate) fn load(view: &View<'_>, full: u64) -> StoreResult<Self> {
        let mut levels = Vec::new();
        for level in 1..=LEVEL_MAX {
            let hashes = full.checked_shr(TILE_HEIGHT * level).unwrap_or(0);
            if hashes == 0 {
                break;
            }
            let index = hashes / TILE_WIDTH;
            let width = TilePath::width_at(level, index, full);
            levels.push(if width == 0 { Vec::new() } else { view.tile(level, index, width)? });
        }
        Ok(Self { full, levels })
    }

    /// Number of leaves below the edge.
    pub(crate) const fn full(&self) -> u64 {
        self.full
    }

    /// The hashes of tile (`level`, `index`) if it is the one at the edge, level 1 or more.
    pub(crate) fn hashes(&self, level: u32, index: u64) -> &[NodeHash] {
        let current = self.full.checked_shr(TILE_HEIGHT * (level + 1)).unwrap_or(0);
        let level = usize::try_from(level).ok().and_then(|level| level.checked_sub(1));
        match level.and_then(|level| self.levels.get(level)) {
            Some(hashes) if index == current => hashes,
            _ => &[],
        }
    }

    /// Adds a full tile of leaves; returns it with the tiles that it completes above.
    pub(crate) fn push(&mut self, leaves: Vec<NodeHash>) -> Vec<FullTile> {
        let mut node = root_of(&leaves);
        let mut index = self.full / TILE_WIDTH;
        let mut complete = vec![FullTile { path: TilePath::tile(0, index, 256), hashes: leaves }];
        for level in 1..=LEVEL_MAX {
            let at = self.levels.len().min(level as usize - 1);
            if at == self.levels.len() {
                self.levels.push(Vec::new());
            }
            let hashes = &mut self.levels[at];
            hashes.push(node);
            if (hashes.len() as u64) < TILE_WIDTH {
                break;
            }
            let hashes = std::mem::take(hashes);
            node = root_of(&hashes);
            index /= TILE_WIDTH;
            complete.push(FullTile { path: TilePath::tile(level, index, 256), hashes });
        }
        self.full += TILE_WIDTH;
        complete
    }

    /// What appending further leaves needs.
    pub(crate) fn frontier(&self) -> Frontier {
        let mut peaks = Vec::new();
        for bit in (TILE_HEIGHT..u64::BITS).rev().filter(|bit| self.full >> bit & 1 == 1) {
            let (level, height) = (bit / TILE_HEIGHT, bit % TILE_HEIGHT);
            let first = ((self.full >> bit) - 1) << height;
            let hashes = self.hashes(level, first / TILE_WIDTH);
            let start = usize::try_from(first % TILE_WIDTH).unwrap_or(0);
            peaks.push(root_of(hashes.get(start..start + (1 << height)).unwrap_or_default()));
        }
        // As many peaks as bits were made.
        Frontier::from_peaks(self.full, peaks).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use accord_format::merkle::leaf_hash;

    #[test]
    fn the_frontier_of_the_edge_is_that_of_the_leaves() {
        let mut edge = Edge::default();
        let mut frontier = Frontier::default();
        let mut tiles = 0;
        for tile in 0..600_u32 {
            let leaves: Vec<_> =
                (0..256_u32).map(|at| leaf_hash(&(tile * 256 + at).to_be_bytes())).collect();
            for leaf in &leaves {
                frontier.push(*leaf);
            }
            tiles += edge.push(leaves).len();
            if tile % 37 == 0 || (254..258).contains(&tile) {
                assert_eq!(edge.frontier(), frontier);
            }
        }
        assert_eq!((edge.full(), tiles), (600 * 256, 602));
        assert_eq!(edge.frontier().root(), frontier.root());
    }
}
