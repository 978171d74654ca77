//! The tree as verification builds it, from entries alone. What is missing leaves gaps in it, so
//! that everything beside them is still compared.

use accord_format::hash::NodeHash;
use accord_format::merkle::{self, Nodes, leaf_hash, root_of};
use accord_format::tile::TILE_WIDTH;
use accord_store::View;
use std::cell::RefCell;
use std::collections::VecDeque;

const WIDTH: usize = 256;
/// Bundles whose leaf hashes are kept when they were read again: 8 KiB each.
const AGAIN_MAX: usize = 128;

/// Complete subtree hashes at every eighth level; leaves only of the bundle being read.
#[derive(Debug, Default)]
pub(super) struct Tree {
    frontier: merkle::Frontier,
    /// `levels[k]` holds the nodes at level 8·(k+1).
    levels: Vec<Vec<Option<NodeHash>>>,
    /// Leaves of the bundle being read, or of the one just completed.
    leaves: Vec<Option<NodeHash>>,
    size: u64,
    /// Seq behind the last entry that was found.
    end: u64,
    /// True once an entry could not be read, so that no later root can be known.
    broken: bool,
    last: RefCell<Option<(u64, NodeHash)>>,
    /// Leaf hashes of bundles read again, the latest last.
    again: RefCell<VecDeque<(u64, Vec<NodeHash>)>>,
}

impl Tree {
    /// Seq behind the last entry that was found.
    pub(super) const fn end(&self) -> u64 {
        self.end
    }

    pub(super) fn root(&self) -> Option<NodeHash> {
        (!self.broken).then(|| self.frontier.root())
    }

    /// Leaves of the bundle being read, or of the one just completed.
    pub(super) fn leaves(&self) -> &[Option<NodeHash>] {
        &self.leaves
    }

    /// Adds the next entry.
    pub(super) fn push(&mut self, leaf: NodeHash) {
        self.frontier.push(leaf);
        self.add(Some(leaf));
        self.end = self.size;
    }

    /// Leaves the place of the next entry open: from here on roots are unknown.
    pub(super) fn skip(&mut self) {
        self.broken = true;
        self.add(None);
    }

    fn add(&mut self, leaf: Option<NodeHash>) {
        if self.leaves.len() == WIDTH {
            self.leaves.clear();
        }
        self.leaves.push(leaf);
        self.size += 1;
        if self.leaves.len() < WIDTH {
            return;
        }
        let mut node = above(&self.leaves);
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let Some(nodes) = self.levels.get_mut(level) else { break };
            nodes.push(node);
            if nodes.len() % WIDTH != 0 {
                break;
            }
            node = above(nodes.get(nodes.len() - WIDTH..).unwrap_or_default());
        }
    }

    /// Hashes of tile (`level`, `index`) for levels from 1 up, as many as there are.
    pub(super) fn tile(&self, level: u32, index: u64) -> &[Option<NodeHash>] {
        let nodes = usize::try_from(level).ok().and_then(|l| self.levels.get(l.checked_sub(1)?));
        let nodes = nodes.map_or(&[][..], Vec::as_slice);
        let start = usize::try_from(index.saturating_mul(TILE_WIDTH)).unwrap_or(usize::MAX);
        let rest = nodes.get(start..).unwrap_or_default();
        rest.get(..rest.len().min(WIDTH)).unwrap_or_default()
    }

    /// The root over the first `size` entries, if all of them were found.
    pub(super) fn root_at(&self, size: u64, view: &View<'_>) -> Option<NodeHash> {
        if size == self.size {
            return self.root();
        }
        if size > self.size {
            return None;
        }
        if let Some((_, root)) = self.last.borrow().filter(|(at, _)| *at == size) {
            return Some(root);
        }
        let root = merkle::root(&WithLeaves { tree: self, view }, size).ok()?;
        *self.last.borrow_mut() = Some((size, root));
        Some(root)
    }

    /// The leaves of bundle `index`, if they are at hand.
    fn leaves_of(&self, index: u64) -> Option<&[Option<NodeHash>]> {
        (index == self.size.saturating_sub(1) / TILE_WIDTH).then_some(self.leaves.as_slice())
    }
}

/// The node above hashes, if none is missing.
fn above(hashes: &[Option<NodeHash>]) -> Option<NodeHash> {
    hashes.iter().copied().collect::<Option<Vec<_>>>().map(|hashes| root_of(&hashes))
}

/// The tree with the means to make leaf hashes again from the entries.
struct WithLeaves<'a> {
    tree: &'a Tree,
    view: &'a View<'a>,
}

impl Nodes for WithLeaves<'_> {
    type Error = ();

    fn node(&self, level: u32, index: u64) -> Result<NodeHash, ()> {
        let (tile_level, height) = (level / 8, level % 8);
        let first = index << height;
        let (tile, start) =
            (first / TILE_WIDTH, usize::try_from(first % TILE_WIDTH).map_err(drop)?);
        let range = start..start + (1 << height);
        if tile_level > 0 {
            return self.tree.tile(tile_level, tile).get(range).and_then(above).ok_or(());
        }
        if let Some(leaves) = self.tree.leaves_of(tile) {
            return leaves.get(range).and_then(above).ok_or(());
        }
        let mut again = self.tree.again.borrow_mut();
        if let Some((_, leaves)) = again.iter().rev().find(|(index, _)| *index == tile) {
            return leaves.get(range).map(root_of).ok_or(());
        }
        let batch = self.view.batch(tile).map_err(drop)?;
        let leaves: Vec<NodeHash> = batch.iter().map(|(_, entry)| leaf_hash(entry)).collect();
        let node = leaves.get(range).map(root_of).ok_or(());
        if again.len() == AGAIN_MAX {
            again.pop_front();
        }
        again.push_back((tile, leaves));
        node
    }
}
