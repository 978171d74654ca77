//! What an index says about one key, and the hashes that show that it does.

use super::key::{BITS, KeyHash};
use crate::hash::{IndexHash, NodeHash};
use sha2::{Digest as _, Sha256};

/// The hash of the part of an index in which no key stands.
pub(super) const EMPTY: IndexHash = IndexHash::from_bytes([0; 32]);

/// The most hashes of an answer.
pub(super) const SIBLINGS_MAX: usize = BITS;

/// SHA-256(0x02 ‖ hash of the key ‖ count ‖ list root).
pub(super) fn leaf_hash(key: &KeyHash, count: u64, root: &NodeHash) -> IndexHash {
    let digest = Sha256::new()
        .chain_update([2])
        .chain_update(key.as_bytes())
        .chain_update(count.to_be_bytes())
        .chain_update(root.as_bytes());
    IndexHash::from_bytes(digest.finalize().0)
}

/// SHA-256(0x03 ‖ left ‖ right).
pub(super) fn fork_hash(left: &IndexHash, right: &IndexHash) -> IndexHash {
    let digest = Sha256::new()
        .chain_update([3])
        .chain_update(left.as_bytes())
        .chain_update(right.as_bytes());
    IndexHash::from_bytes(digest.finalize().0)
}

/// Where the path of an absent key ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// Where nothing stands.
    Empty,
    /// At another key.
    Other {
        /// The other key's hash.
        key: KeyHash,
        /// Number of its entries.
        count: u64,
        /// Root over them.
        root: NodeHash,
    },
}

/// Where the path of a key ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// At its own leaf.
    Found {
        /// Number of its entries.
        count: u64,
        /// The RFC 6962 root over them.
        root: NodeHash,
    },
    /// Elsewhere: there are no entries.
    Absent(Absent),
}

/// An index's answer about a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Where the path ends.
    pub end: End,
    /// The other child at each depth, that below the root first.
    pub siblings: Vec<IndexHash>,
}

impl Answer {
    /// The index root under which this is the answer about `key`; nothing if it is an answer
    /// about no key like that.
    pub fn root(&self, key: &KeyHash) -> Option<IndexHash> {
        let depth = self.siblings.len();
        if depth > SIBLINGS_MAX {
            return None;
        }
        let end = match self.end {
            End::Found { count, root } => leaf_hash(key, count, &root),
            End::Absent(Absent::Empty) => EMPTY,
            End::Absent(Absent::Other { key: other, count, root }) => {
                if other == *key || !other.agrees(key, depth) {
                    return None;
                }
                leaf_hash(&other, count, &root)
            }
        };
        let join = |below: IndexHash, (depth, sibling): (usize, &IndexHash)| {
            if key.bit(depth) { fork_hash(sibling, &below) } else { fork_hash(&below, sibling) }
        };
        Some(self.siblings.iter().enumerate().rev().fold(end, join))
    }
}
