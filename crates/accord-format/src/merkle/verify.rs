//! Checking proofs, step by step as RFC 9162 sections 2.1.3.2 and 2.1.4.2 write it.

use super::{empty_root, node_hash};
use crate::hash::NodeHash;

/// Why a proof does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf does not exist in a tree of this size.
    #[error("leaf {index} is not in a tree of size {size}")]
    IndexBeyondSize {
        /// Leaf index.
        index: u64,
        /// Tree size.
        size: u64,
    },
    /// The older tree is larger.
    #[error("size {old} is larger than size {new}")]
    SizesReversed {
        /// Size of the tree said to be older.
        old: u64,
        /// Size of the tree said to be newer.
        new: u64,
    },
    /// No range of which a tree has a hash of its own.
    #[error(
        "[{start}, {end}) is no subtree: it is empty, or does not start at a multiple of its span"
    )]
    NoSubtree {
        /// First leaf.
        start: u64,
        /// One after the last leaf.
        end: u64,
    },
    /// Too many or too few hashes.
    #[error("the proof has {found} hashes, which does not fit the sizes")]
    Length {
        /// Hashes in the proof.
        found: usize,
    },
    /// The hashes lead to another root.
    #[error("the proof leads to root {found}, not to {expected}")]
    Root {
        /// The root to be shown.
        expected: NodeHash,
        /// The root that the hashes give.
        found: NodeHash,
    },
}

pub(super) fn same(expected: &NodeHash, found: NodeHash) -> Result<(), ProofError> {
    if *expected == found { Ok(()) } else { Err(ProofError::Root { expected: *expected, found }) }
}

/// The root to which `proof` leads from a leaf (RFC 9162 section 2.1.3.2).
pub fn inclusion_root(
    index: u64,
    size: u64,
    leaf: NodeHash,
    proof: &[NodeHash],
) -> Result<NodeHash, ProofError> {
    // 1. Compare leaf_index with tree_size.
    if index >= size {
        return Err(ProofError::IndexBeyondSize { index, size });
    }
    let length = ProofError::Length { found: proof.len() };
    // 2. Set fn to leaf_index and sn to tree_size - 1. 3. Set r to hash.
    let (mut node, mut last, mut hash) = (index, size - 1, leaf);
    // 4. For each value p in the inclusion_path array:
    for p in proof {
        // a. If sn is 0, stop and fail.
        if last == 0 {
            return Err(length);
        }
        // b. If LSB(fn) is set, or if fn is equal to sn, then:
        if node & 1 == 1 || node == last {
            // i. Set r to HASH(0x01 || p || r).
            hash = node_hash(p, &hash);
            // ii. If LSB(fn) is not set, shift until it is set or fn is 0.
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            // Otherwise: set r to HASH(0x01 || r || p).
            hash = node_hash(&hash, p);
        }
        // c. Right-shift both fn and sn one time.
        node >>= 1;
        last >>= 1;
    }
    // 5. Compare sn to 0.
    if last == 0 { Ok(hash) } else { Err(length) }
}

/// Checks that `leaf` is leaf `index` of the tree of `size` leaves with this `root`.
pub fn verify_inclusion(
    index: u64,
    size: u64,
    leaf: NodeHash,
    proof: &[NodeHash],
    root: &NodeHash,
) -> Result<(), ProofError> {
    same(root, inclusion_root(index, size, leaf, proof)?)
}

/// Checks that the tree (`old`, `old_root`) is a prefix of (`new`, `new_root`).
///
/// Size 0 is a prefix of every tree, itself included, with an empty proof and the empty root;
/// RFC 9162 section 2.1.4.2 covers the rest.
pub fn verify_consistency(
    (old, old_root): (u64, &NodeHash),
    (new, new_root): (u64, &NodeHash),
    proof: &[NodeHash],
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::SizesReversed { old, new });
    }
    let length = ProofError::Length { found: proof.len() };
    if old == 0 || old == new {
        if !proof.is_empty() {
            return Err(length);
        }
        if old == 0 {
            same(old_root, empty_root())?;
        }
        return if old == new { same(new_root, *old_root) } else { Ok(()) };
    }
    // 2. If first is an exact power of 2, prepend first_hash to the path.
    let (first, rest) = if old.is_power_of_two() {
        (*old_root, proof)
    } else {
        let (first, rest) = proof.split_first().ok_or_else(|| length.clone())?;
        (*first, rest)
    };
    // 3. fn = first - 1, sn = second - 1. 4. Shift both until LSB(fn) is not set.
    let (mut node, mut last) = (old - 1, new - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    // 5. Set both fr and sr to the first value.
    let (mut from_old, mut from_new) = (first, first);
    // 6. For each subsequent value c:
    for c in rest {
        if last == 0 {
            return Err(length);
        }
        if node & 1 == 1 || node == last {
            from_old = node_hash(c, &from_old);
            from_new = node_hash(c, &from_new);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            from_new = node_hash(&from_new, c);
        }
        node >>= 1;
        last >>= 1;
    }
    // 7. Both roots come out, and sn is 0.
    if last != 0 {
        return Err(length);
    }
    same(old_root, from_old)?;
    same(new_root, from_new)
}
