//! The Merkle tree of RFC 6962 (restated in RFC 9162 section 2.1), over SHA-256.

mod batch;
mod cover;
mod frontier;
mod subtree;
mod verify;

pub use batch::{batch_proof, batch_roots};
pub use cover::{cover, cover_hashes, root_of_cover};
pub use frontier::Frontier;
pub use subtree::{is_subtree, subtree_proof, subtree_root, verify_subtree};
pub use verify::{ProofError, inclusion_root, verify_consistency, verify_inclusion};

use crate::hash::NodeHash;
use sha2::{Digest as _, Sha256};

/// The hash of the tree without leaves: SHA-256 of nothing.
pub fn empty_root() -> NodeHash {
    NodeHash::from_bytes(Sha256::digest(b"").0)
}

/// The hash of a leaf: SHA-256(0x00 ‖ entry).
pub fn leaf_hash(entry: &[u8]) -> NodeHash {
    NodeHash::from_bytes(Sha256::new().chain_update([0]).chain_update(entry).finalize().0)
}

/// The hash of an interior node: SHA-256(0x01 ‖ left ‖ right).
pub fn node_hash(left: &NodeHash, right: &NodeHash) -> NodeHash {
    let digest = Sha256::new()
        .chain_update([1])
        .chain_update(left.as_bytes())
        .chain_update(right.as_bytes());
    NodeHash::from_bytes(digest.finalize().0)
}

/// The root over `leaves`, straight from the definition.
pub fn root_of(leaves: &[NodeHash]) -> NodeHash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&root_of(left), &root_of(right))
        }
    }
}

/// Where the hashes of complete subtrees come from: memory, tiles on disk, tiles on a server.
pub trait Nodes {
    /// Why a hash cannot be had.
    type Error;

    /// The hash of the complete subtree over leaves `[index · 2^level, (index + 1) · 2^level)`.
    fn node(&self, level: u32, index: u64) -> Result<NodeHash, Self::Error>;
}

/// Leaf hashes in memory.
impl Nodes for [NodeHash] {
    type Error = std::convert::Infallible;

    fn node(&self, level: u32, index: u64) -> Result<NodeHash, Self::Error> {
        let width = 1_usize.checked_shl(level).unwrap_or(usize::MAX);
        let start = usize::try_from(index).unwrap_or(usize::MAX).saturating_mul(width);
        Ok(root_of(self.get(start..start.saturating_add(width)).unwrap_or_default()))
    }
}

/// The root of the first `size` leaves.
pub fn root<N: Nodes + ?Sized>(nodes: &N, size: u64) -> Result<NodeHash, N::Error> {
    if size == 0 { Ok(empty_root()) } else { range_hash(nodes, 0, size) }
}

/// MTH(D[start:end]) for a range that begins where a subtree of its size may begin.
fn range_hash<N: Nodes + ?Sized>(nodes: &N, start: u64, end: u64) -> Result<NodeHash, N::Error> {
    let width = end - start;
    if width.is_power_of_two() {
        let level = width.trailing_zeros();
        return nodes.node(level, start >> level);
    }
    let split = start + split_point(width);
    Ok(node_hash(&range_hash(nodes, start, split)?, &range_hash(nodes, split, end)?))
}

/// The largest power of two smaller than `width`, which is at least 2.
fn split_point(width: u64) -> u64 {
    1 << (width - 1).ilog2()
}

/// `PATH(index, D[size])` of RFC 6962 section 2.1.1, leaf's sibling first. Empty unless
/// `index < size`.
pub fn inclusion_proof<N: Nodes + ?Sized>(
    nodes: &N,
    index: u64,
    size: u64,
) -> Result<Vec<NodeHash>, N::Error> {
    let mut proof = Vec::new();
    if index >= size {
        return Ok(proof);
    }
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let split = start + split_point(end - start);
        if index < split {
            proof.push(range_hash(nodes, split, end)?);
            end = split;
        } else {
            proof.push(range_hash(nodes, start, split)?);
            start = split;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// `PROOF(old, D[size])` of RFC 6962 section 2.1.2. Empty when `old` is 0, `size` or more.
pub fn consistency_proof<N: Nodes + ?Sized>(
    nodes: &N,
    old: u64,
    size: u64,
) -> Result<Vec<NodeHash>, N::Error> {
    let mut proof = Vec::new();
    if old == 0 || old >= size {
        return Ok(proof);
    }
    let (mut start, mut end) = (0, size);
    while old != end {
        let split = start + split_point(end - start);
        if old <= split {
            proof.push(range_hash(nodes, split, end)?);
            end = split;
        } else {
            proof.push(range_hash(nodes, start, split)?);
            start = split;
        }
    }
    // SUBPROOF's flag: the old root itself is left out when it is a node of the new tree's left edge.
    if start > 0 {
        proof.push(range_hash(nodes, start, end)?);
    }
    proof.reverse();
    Ok(proof)
}

#[cfg(test)]
mod tests;
