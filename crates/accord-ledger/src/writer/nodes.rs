//! The tree above the newest entries, hashed once: the proofs of one batch after another have most of
//! their hashes in common.

use accord_format::hash::NodeHash;
use accord_format::merkle::{Nodes, node_hash};
use accord_format::tile::TILE_WIDTH;
use accord_store::{StoreError, StoreResult, View};
use std::cell::RefCell;
use std::collections::HashMap;

/// How many hashes are kept: those above some thirty thousand entries.
const KNOWN_MAX: usize = 1 << 16;

/// Hashes of whole subtrees, which never change.
#[derive(Debug, Default)]
pub(super) struct Known(RefCell<HashMap<(u32, u64), NodeHash>>);

/// The nodes of a view, with what is known of them.
pub(super) struct Remembering<'a> {
    pub(super) view: View<'a>,
    pub(super) known: &'a Known,
}

impl Known {
    fn keep(&self, level: u32, index: u64, hash: NodeHash) {
        let mut known = self.0.borrow_mut();
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        known.insert((level, index), hash);
    }
}

impl Remembering<'_> {
    /// True when a subtree reaches into the tail, whose hashes no tile has yet.
    fn reaches_into_tail(&self, level: u32, index: u64) -> bool {
        let end = index.checked_add(1).and_then(|next| next.checked_mul(1_u64.checked_shl(level)?));
        end.is_some_and(|end| self.view.is_in_tail(end.saturating_sub(1) / TILE_WIDTH))
    }
}

impl Nodes for Remembering<'_> {
    type Error = StoreError;

    fn node(&self, level: u32, index: u64) -> StoreResult<NodeHash> {
        let known = self.known.0.borrow().get(&(level, index)).copied();
        if let Some(hash) = known {
            return Ok(hash);
        }
        let hash = match level.checked_sub(1) {
            Some(below) if self.reaches_into_tail(level, index) => {
                let left = index.saturating_mul(2);
                let [left, right] = [left, left.saturating_add(1)].map(|at| self.node(below, at));
                node_hash(&left?, &right?)
            }
            _ => self.view.node(level, index)?,
        };
        self.known.keep(level, index, hash);
        Ok(hash)
    }
}

#[cfg(test)]
mod tests;
