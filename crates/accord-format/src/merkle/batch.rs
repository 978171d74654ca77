//! One proof for many leaves, and for the root of an earlier size besides.
//!
//! The tree is walked from its root. A range in which no leaf is shown is one hash of the proof; a
//! shown leaf is its own hash; anything else is made of its halves. Ranges that straddle the
//! earlier size are always divided, so that the complete subtrees of which the earlier tree
//! consists are passed on the way.

use super::{Nodes, ProofError, empty_root, node_hash, range_hash, split_point};
use crate::hash::NodeHash;

/// True where the walk goes on into the halves of `[start, end)`.
const fn divides(shown: bool, start: u64, end: u64, earlier: u64) -> bool {
    end - start > 1 && (shown || (start < earlier && earlier < end))
}

/// The hashes that, with the leaves at the ascending positions `shown`, give the root of the tree
/// of `size` leaves, and the root that it had at size `earlier`. Positions beyond it are left out.
pub fn batch_proof<N: Nodes + ?Sized>(
    nodes: &N,
    shown: &[u64],
    earlier: u64,
    size: u64,
) -> Result<Vec<NodeHash>, N::Error> {
    let mut proof = Vec::new();
    if size > 0 {
        let within = shown.partition_point(|at| *at < size);
        collect(nodes, shown.get(..within).unwrap_or_default(), (0, size), earlier, &mut proof)?;
    }
    Ok(proof)
}

fn collect<N: Nodes + ?Sized>(
    nodes: &N,
    shown: &[u64],
    (start, end): (u64, u64),
    earlier: u64,
    proof: &mut Vec<NodeHash>,
) -> Result<(), N::Error> {
    if divides(!shown.is_empty(), start, end, earlier) {
        let middle = start + split_point(end - start);
        let (left, right) = shown.split_at(shown.partition_point(|at| *at < middle));
        collect(nodes, left, (start, middle), earlier, proof)?;
        collect(nodes, right, (middle, end), earlier, proof)?;
    } else if shown.is_empty() {
        proof.push(range_hash(nodes, start, end)?);
    }
    Ok(())
}

/// The root to which a batch proof leads, and the root at size `earlier` on the way.
///
/// # Errors
/// If a leaf lies beyond the size, if the leaves do not ascend, or if the proof has other than
/// exactly the hashes that are needed.
pub fn batch_roots(
    shown: &[(u64, NodeHash)],
    earlier: u64,
    size: u64,
    proof: &[NodeHash],
) -> Result<(NodeHash, NodeHash), ProofError> {
    if earlier > size {
        return Err(ProofError::SizesReversed { old: earlier, new: size });
    }
    if let Some((index, _)) = shown.last().filter(|(at, _)| *at >= size) {
        return Err(ProofError::IndexBeyondSize { index: *index, size });
    }
    let length = ProofError::Length { found: proof.len() };
    let mut walk = Walk { proof: proof.iter(), earlier, peaks: Vec::new() };
    let root = if size == 0 {
        empty_root()
    } else {
        walk.root(shown, (0, size)).ok_or_else(|| length.clone())?
    };
    if walk.proof.next().is_some() {
        return Err(length);
    }
    let mut peaks = walk.peaks.into_iter().rev();
    let first = match peaks.next() {
        Some(peak) => peak,
        None if earlier == size => root,
        None => empty_root(),
    };
    Ok((root, peaks.fold(first, |right, left| node_hash(&left, &right))))
}

struct Walk<'a> {
    proof: std::slice::Iter<'a, NodeHash>,
    earlier: u64,
    /// Roots of the complete subtrees of the earlier tree, largest first.
    peaks: Vec<NodeHash>,
}

impl Walk<'_> {
    fn root(&mut self, shown: &[(u64, NodeHash)], (start, end): (u64, u64)) -> Option<NodeHash> {
        if divides(!shown.is_empty(), start, end, self.earlier) {
            let middle = start + split_point(end - start);
            let (left, right) = shown.split_at(shown.partition_point(|(at, _)| *at < middle));
            let left = self.root(left, (start, middle))?;
            if middle <= self.earlier && self.earlier < end {
                self.peaks.push(left);
            }
            return Some(node_hash(&left, &self.root(right, (middle, end))?));
        }
        match shown {
            [] => self.proof.next().copied(),
            // At one position there is one leaf.
            [(at, leaf)] if *at == start => Some(*leaf),
            _ => None,
        }
    }
}
