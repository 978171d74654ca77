//! The right edge of a growing tree.

use super::{empty_root, node_hash};
use crate::hash::NodeHash;

/// The roots of the complete subtrees that make up a tree, largest first: all that is needed to
/// append a leaf and to know the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<NodeHash>,
}

impl Frontier {
    /// The frontier of a tree of `size` leaves whose complete subtrees have the roots `peaks`,
    /// largest first; nothing when their number does not fit the size.
    pub fn from_peaks(size: u64, peaks: Vec<NodeHash>) -> Option<Self> {
        (u64::from(size.count_ones()) == peaks.len() as u64).then_some(Self { size, peaks })
    }

    /// Number of leaves.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds the hash of the next leaf.
    pub fn push(&mut self, leaf: NodeHash) {
        let mut node = leaf;
        let mut complete = self.size;
        while complete & 1 == 1 {
            if let Some(left) = self.peaks.pop() {
                node = node_hash(&left, &node);
            }
            complete >>= 1;
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// The root.
    pub fn root(&self) -> NodeHash {
        let mut peaks = self.peaks.iter().rev();
        let Some(smallest) = peaks.next() else {
            return empty_root();
        };
        peaks.fold(*smallest, |right, left| node_hash(left, &right))
    }
}
