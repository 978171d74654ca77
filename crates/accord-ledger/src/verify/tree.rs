//! The tree as verification builds it, from entries alone.

use accord_format::hash::NodeHash;
use accord_format::merkle::{self, Nodes, leaf_hash, root_of};
use accord_format::tile::TILE_WIDTH;
use accord_store::View;
use std::cell::RefCell;

/// Complete subtree hashes at every eighth level; leaves only of the bundle being read.
#[derive(Debug, Default)]
pub(super) struct Tree {
    frontier: merkle::Frontier,
    /// `levels[k]` holds the nodes at level 8·(k+1).
    levels: Vec<Vec<NodeHash>>,
    leaves: Vec<NodeHash>,
    /// True once an entry could not be read, so that no later root can be known.
    broken: bool,
    last: RefCell<Option<(u64, NodeHash)>>,
}

impl Tree {
    pub(super) const fn size(&self) -> u64 {
        self.frontier.size()
    }

    pub(super) fn root(&self) -> Option<NodeHash> {
        (!self.broken).then(|| self.frontier.root())
    }

    /// From here on roots are unknown.
    pub(super) fn give_up(&mut self) {
        self.broken = true;
    }

    pub(super) fn push(&mut self, leaf: NodeHash) {
        self.frontier.push(leaf);
        self.leaves.push(leaf);
        if self.leaves.len() as u64 == TILE_WIDTH {
            let mut node = root_of(&self.leaves);
            self.leaves.clear();
            for level in 0.. {
                if self.levels.len() == level {
                    self.levels.push(Vec::new());
                }
                let Some(nodes) = self.levels.get_mut(level) else { break };
                nodes.push(node);
                let width = usize::try_from(TILE_WIDTH).unwrap_or(usize::MAX);
                if nodes.len() % width != 0 {
                    break;
                }
                node = root_of(nodes.get(nodes.len() - width..).unwrap_or_default());
            }
        }
    }

    /// Hashes of tile (`level`, `index`) for levels from 1 up, as many as there are.
    pub(super) fn tile(&self, level: u32, index: u64) -> &[NodeHash] {
        let nodes = usize::try_from(level).ok().and_then(|l| self.levels.get(l.checked_sub(1)?));
        let nodes = nodes.map_or(&[][..], Vec::as_slice);
        let start = usize::try_from(index.saturating_mul(TILE_WIDTH)).unwrap_or(usize::MAX);
        let rest = nodes.get(start..).unwrap_or_default();
        rest.get(..rest.len().min(256)).unwrap_or_default()
    }

    /// The root over the first `size` entries.
    pub(super) fn root_at(&self, size: u64, view: &View<'_>) -> Option<NodeHash> {
        if size == self.size() {
            return self.root();
        }
        if self.broken || size > self.size() {
            return None;
        }
        if let Some((_, root)) = self.last.borrow().filter(|(at, _)| *at == size) {
            return Some(root);
        }
        let root = merkle::root(&WithLeaves { tree: self, view }, size).ok()?;
        *self.last.borrow_mut() = Some((size, root));
        Some(root)
    }
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
            return self.tree.tile(tile_level, tile).get(range).map(root_of).ok_or(());
        }
        if tile == self.tree.size() / TILE_WIDTH {
            return self.tree.leaves.get(range).map(root_of).ok_or(());
        }
        let batch = self.view.batch(tile).map_err(drop)?;
        let leaves: Vec<NodeHash> = batch.iter().map(|(_, entry)| leaf_hash(entry)).collect();
        leaves.get(range).map(root_of).ok_or(())
    }
}
