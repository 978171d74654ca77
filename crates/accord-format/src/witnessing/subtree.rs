//! `sign-subtree`: what is asked of a cosigner that signs subtrees.

use super::PROOF_MAX;
use crate::checkpoint::{CheckpointError, NOTE_MAX, SignedCheckpoint};
use crate::cosignature::Subtree;
use crate::hash::NodeHash;
use crate::wire;

/// The longest request body: a range, a hash, a whole proof and the largest checkpoint.
pub const SUBTREE_BODY_MAX: usize = 50 + (PROOF_MAX + 1) * 45 + 1 + NOTE_MAX;

/// Why a body is not a `sign-subtree` request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignSubtreeError {
    /// Longer than [`SUBTREE_BODY_MAX`].
    #[error("the body has {0} bytes, the limit is {SUBTREE_BODY_MAX}")]
    TooLong(usize),
    /// Not UTF-8.
    #[error("not UTF-8, first bad byte at {0}")]
    Utf8(usize),
    /// The first line.
    #[error(
        "the first line is not \"subtree\", a start and an end in decimal, one space between them"
    )]
    Range,
    /// A range that is no subtree.
    #[error(
        "[{start}, {end}) is no subtree: it is empty, or does not start at a multiple of its span"
    )]
    NoSubtree {
        /// First leaf.
        start: u64,
        /// One after the last leaf.
        end: u64,
    },
    /// A range that the checkpoint does not cover.
    #[error("the subtree ends at {end}, the checkpoint has {size} entries")]
    Beyond {
        /// One after the last leaf.
        end: u64,
        /// The checkpoint's size.
        size: u64,
    },
    /// A line of hashes.
    #[error("line {0} is neither a hash in base64 nor the empty line that ends the proof")]
    Hash(usize),
    /// Too long a proof.
    #[error("more than {PROOF_MAX} hashes in the proof")]
    TooManyHashes,
    /// The checkpoint.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
}

/// The body of a `sign-subtree` request: a subtree, the proof that it is of the checkpoint's tree,
/// and the checkpoint, cosigned by whoever is asked. The range is a subtree that the checkpoint
/// covers; whether the proof holds is for the cosigner to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignSubtree {
    /// What is to be signed.
    pub subtree: Subtree,
    /// Consistency of the subtree with the checkpoint.
    pub proof: Vec<NodeHash>,
    /// The reference checkpoint.
    pub checkpoint: SignedCheckpoint,
}

impl SignSubtree {
    /// Reads a request body.
    pub fn parse(bytes: &[u8]) -> Result<Self, SignSubtreeError> {
        if bytes.len() > SUBTREE_BODY_MAX {
            return Err(SignSubtreeError::TooLong(bytes.len()));
        }
        let mut rest =
            std::str::from_utf8(bytes).map_err(|e| SignSubtreeError::Utf8(e.valid_up_to()))?;
        let (start, end) =
            wire::take_line(&mut rest).and_then(range).ok_or(SignSubtreeError::Range)?;
        let hash = wire::take_line(&mut rest).and_then(wire::node_hash);
        let root = hash.ok_or(SignSubtreeError::Hash(2))?;
        let mut proof = Vec::new();
        loop {
            let at = SignSubtreeError::Hash(proof.len() + 3);
            let line = wire::take_line(&mut rest).ok_or_else(|| at.clone())?;
            if line.is_empty() {
                break;
            }
            if proof.len() == PROOF_MAX {
                return Err(SignSubtreeError::TooManyHashes);
            }
            proof.push(wire::node_hash(line).ok_or(at)?);
        }
        let checkpoint = SignedCheckpoint::parse(rest.as_bytes())?;
        let subtree = Subtree { start, end, root };
        if !subtree.is_valid() {
            return Err(SignSubtreeError::NoSubtree { start, end });
        }
        let size = checkpoint.checkpoint().size;
        if end > size {
            return Err(SignSubtreeError::Beyond { end, size });
        }
        Ok(Self { subtree, proof, checkpoint })
    }

    /// The request body.
    pub fn to_text(&self) -> String {
        let Subtree { start, end, root } = self.subtree;
        let mut out = format!("subtree {start} {end}\n");
        for hash in std::iter::once(&root).chain(&self.proof) {
            out.push_str(&wire::to_base64(hash.as_bytes()));
            out.push('\n');
        }
        out.push('\n');
        out.push_str(&self.checkpoint.to_text());
        out
    }
}

fn range(line: &str) -> Option<(u64, u64)> {
    let (start, end) = line.strip_prefix("subtree ")?.split_once(' ')?;
    Some((wire::decimal(start)?, wire::decimal(end)?))
}

#[cfg(test)]
mod tests;
