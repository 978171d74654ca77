//! Ranges of leaves as complete subtrees: what it takes to recompute a root, and to tell from the
//! same hashes what the root over fewer leaves must have been.

use super::{Nodes, empty_root, node_hash};
use crate::hash::NodeHash;

/// The complete subtrees that make up leaves `[start, end)`, from left to right and each as large
/// as its place allows, as (level, index). Fewer than 128; none if the range is empty.
pub fn cover(start: u64, end: u64) -> Vec<(u32, u64)> {
    let mut subtrees = Vec::new();
    let mut at = start;
    while at < end {
        let level = at.trailing_zeros().min((end - at).ilog2());
        subtrees.push((level, at >> level));
        at += 1 << level;
    }
    subtrees
}

/// The hashes of [`cover`].
pub fn cover_hashes<N: Nodes + ?Sized>(
    nodes: &N,
    start: u64,
    end: u64,
) -> Result<Vec<NodeHash>, N::Error> {
    cover(start, end).into_iter().map(|(level, index)| nodes.node(level, index)).collect()
}

/// The root over leaves `[0, n)` from consecutive complete subtrees that cover them, each given as
/// (level, index) and hash.
pub fn root_of_cover(subtrees: impl IntoIterator<Item = ((u32, u64), NodeHash)>) -> NodeHash {
    let mut peaks: Vec<((u32, u64), NodeHash)> = Vec::new();
    for (mut place, mut hash) in subtrees {
        // A right child completes its parent as soon as its left sibling stands before it.
        while let Some((left, left_hash)) =
            peaks.pop_if(|(left, _)| left.0 == place.0 && left.1 ^ 1 == place.1 && place.1 & 1 == 1)
        {
            place = (left.0.saturating_add(1), left.1 >> 1);
            hash = node_hash(&left_hash, &hash);
        }
        peaks.push((place, hash));
    }
    let mut peaks = peaks.into_iter().rev();
    match peaks.next() {
        None => empty_root(),
        Some((_, last)) => peaks.fold(last, |right, (_, left)| node_hash(&left, &right)),
    }
}
