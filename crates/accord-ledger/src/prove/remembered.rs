//! Hashes of subtrees, each computed once.

use accord_format::hash::NodeHash;
use accord_format::merkle::Nodes;
use std::cell::RefCell;
use std::collections::HashMap;

/// The nodes of a tree that does not grow meanwhile. The receipts of one batch have most of their
/// hashes in common; each receipt by itself would have whole tiles hashed again.
#[derive(Debug)]
pub(crate) struct Remembered<'n, N: ?Sized> {
    nodes: &'n N,
    known: RefCell<HashMap<(u32, u64), NodeHash>>,
}

impl<'n, N: Nodes + ?Sized> Remembered<'n, N> {
    /// Nothing is known yet.
    pub(crate) fn new(nodes: &'n N) -> Self {
        Self { nodes, known: RefCell::default() }
    }
}

impl<N: Nodes + ?Sized> Nodes for Remembered<'_, N> {
    type Error = N::Error;

    fn node(&self, level: u32, index: u64) -> Result<NodeHash, N::Error> {
        let known = self.known.borrow().get(&(level, index)).copied();
        if let Some(hash) = known {
            return Ok(hash);
        }
        let hash = self.nodes.node(level, index)?;
        self.known.borrow_mut().insert((level, index), hash);
        Ok(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use accord_format::merkle::{inclusion_proof, leaf_hash, root, verify_inclusion};
    use std::cell::Cell;

    /// Counts what it is asked, and knows no node that reaches beyond its leaves.
    struct Asked {
        leaves: Vec<NodeHash>,
        times: Cell<u64>,
    }

    impl Nodes for Asked {
        type Error = (u32, u64);

        fn node(&self, level: u32, index: u64) -> Result<NodeHash, (u32, u64)> {
            self.times.set(self.times.get() + 1);
            if (index + 1) << level > self.leaves.len() as u64 {
                return Err((level, index));
            }
            self.leaves.node(level, index).map_err(|never| match never {})
        }
    }

    fn asked(size: u64) -> Asked {
        let leaves = (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect();
        Asked { leaves, times: Cell::new(0) }
    }

    #[test]
    fn proofs_are_the_same_and_no_node_is_asked_for_twice() {
        for size in [1, 2, 3, 255, 256, 257, 1_000] {
            let nodes = asked(size);
            let expected = root(&nodes, size).unwrap();
            let proofs: Vec<_> =
                (0..size).map(|seq| inclusion_proof(&nodes, seq, size).unwrap()).collect();
            nodes.times.set(0);
            let remembered = Remembered::new(&nodes);
            for (seq, proof) in (0..size).zip(proofs) {
                assert_eq!(inclusion_proof(&remembered, seq, size).unwrap(), proof);
                let leaf = leaf_hash(&seq.to_be_bytes());
                verify_inclusion(seq, size, leaf, &proof, &expected).unwrap();
            }
            // A tree of n leaves has fewer than 2 n nodes.
            assert!(nodes.times.get() < 2 * size, "{size}: {}", nodes.times.get());
        }
    }

    #[test]
    fn a_failure_is_told_and_not_remembered_as_a_hash() {
        let nodes = asked(4);
        let remembered = Remembered::new(&nodes);
        assert_eq!(remembered.node(3, 0), Err((3, 0)));
        assert_eq!(remembered.node(3, 0), Err((3, 0)));
        assert_eq!(nodes.times.get(), 2);
    }
}
