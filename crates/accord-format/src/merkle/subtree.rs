//! Subtree consistency: that the hash over leaves `[start, end)` is of the tree of `size` leaves,
//! as draft-ietf-plants-merkle-tree-certs section 4.4 has it. For `[0, end)` this is the ordinary
//! consistency proof.

use super::verify::same;
use super::{Nodes, ProofError, node_hash, range_hash, split_point};
use crate::hash::NodeHash;

/// Whether `[start, end)` is a range of which a tree has a hash of its own: not empty, and starting
/// at a multiple of the smallest power of two that is not less than its width.
pub const fn is_subtree(start: u64, end: u64) -> bool {
    if end <= start {
        return false;
    }
    match (end - start).checked_next_power_of_two() {
        Some(span) => start.is_multiple_of(span),
        // Wider than half of all leaves that a tree can have: only the whole tree.
        None => start == 0,
    }
}

/// The hash over the leaves `[start, end)`; nothing unless they are a subtree.
pub fn subtree_root<N: Nodes + ?Sized>(
    nodes: &N,
    start: u64,
    end: u64,
) -> Result<Option<NodeHash>, N::Error> {
    if is_subtree(start, end) { range_hash(nodes, start, end).map(Some) } else { Ok(None) }
}

/// `SUBTREE_PROOF(start, end, D[size])`. Empty unless `[start, end)` is a subtree within the size.
pub fn subtree_proof<N: Nodes + ?Sized>(
    nodes: &N,
    (start, end): (u64, u64),
    size: u64,
) -> Result<Vec<NodeHash>, N::Error> {
    let mut proof = Vec::new();
    if !is_subtree(start, end) || end > size {
        return Ok(proof);
    }
    // The range of the tree that is left, and whether its hash is the one to be shown.
    let (mut low, mut high) = (0, size);
    let mut known = true;
    while (start, end) != (low, high) && (known || high != end) {
        let middle = low + split_point(high - low);
        if end <= middle {
            proof.push(range_hash(nodes, middle, high)?);
            high = middle;
        } else {
            proof.push(range_hash(nodes, low, middle)?);
            // A subtree that reaches over the middle begins where its left half does.
            known &= middle <= start;
            low = middle;
        }
    }
    if !known {
        proof.push(range_hash(nodes, low, high)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that `hash` is that of the leaves `[start, end)` of the tree of `size` leaves with this
/// `root`.
pub fn verify_subtree(
    (start, end, hash): (u64, u64, &NodeHash),
    (size, root): (u64, &NodeHash),
    proof: &[NodeHash],
) -> Result<(), ProofError> {
    // 1. The range is a valid subtree. 2. It lies within the tree.
    if !is_subtree(start, end) {
        return Err(ProofError::NoSubtree { start, end });
    }
    if end > size {
        return Err(ProofError::SizesReversed { old: end, new: size });
    }
    let length = ProofError::Length { found: proof.len() };
    // 3. fn = start, sn = end - 1, tn = n - 1.
    let mut at = Walk { first: start, last: end - 1, tree: size - 1 };
    // 4. Up to the largest node of the tree that ends where the subtree does, and no higher than
    // the subtree itself.
    if at.last == at.tree {
        while at.first != at.last {
            at.up();
        }
    } else {
        while at.first != at.last && at.last & 1 == 1 {
            at.up();
        }
    }
    // 5. Its hash is the one to be shown, or comes first in the proof.
    let (mut found, mut whole, rest) = if at.first == at.last {
        (*hash, *hash, proof)
    } else {
        let (seed, rest) = proof.split_first().ok_or_else(|| length.clone())?;
        (*seed, *seed, rest)
    };
    // 6. For each further value c:
    for c in rest {
        if at.tree == 0 {
            return Err(length);
        }
        if at.last & 1 == 1 || at.last == at.tree {
            // Left of the subtree only if it has not reached its own top.
            if at.first < at.last {
                found = node_hash(c, &found);
            }
            whole = node_hash(c, &whole);
            while at.last & 1 == 0 {
                at.up();
            }
        } else {
            whole = node_hash(&whole, c);
        }
        at.up();
    }
    // 7. tn is 0, and both hashes come out.
    if at.tree != 0 {
        return Err(length);
    }
    same(hash, found)?;
    same(root, whole)
}

/// The positions, on one level of the tree, of the nodes that hold the subtree's first leaf, its
/// last, and the tree's last.
struct Walk {
    first: u64,
    last: u64,
    tree: u64,
}

impl Walk {
    const fn up(&mut self) {
        self.first >>= 1;
        self.last >>= 1;
        self.tree >>= 1;
    }
}

#[cfg(test)]
mod tests;
