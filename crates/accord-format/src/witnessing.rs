//! C2SP tlog-witness, as bytes: what a log asks of a witness and what it is answered.

mod subtree;

pub use subtree::{SUBTREE_BODY_MAX, SignSubtree, SignSubtreeError};

use crate::checkpoint::{CheckpointError, NOTE_MAX, SignedCheckpoint};
use crate::hash::{self, NodeHash};
use crate::note::{NoteSignature, SIGNATURES_MAX};
use crate::wire;
use sha2::{Digest as _, Sha256};

/// The most hashes of a consistency proof in a request.
pub const PROOF_MAX: usize = 63;
/// The longest request body: an old size, a whole proof and the largest checkpoint.
pub const BODY_MAX: usize = 25 + PROOF_MAX * 45 + 1 + NOTE_MAX;
/// Content type of the answer that names the size last cosigned.
pub const SIZE_CONTENT_TYPE: &str = "text/x.tlog.size";

/// Why a body is not an `add-checkpoint` request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddCheckpointError {
    /// Longer than [`BODY_MAX`].
    #[error("the body has {0} bytes, the limit is {BODY_MAX}")]
    TooLong(usize),
    /// Not UTF-8.
    #[error("not UTF-8, first bad byte at {0}")]
    Utf8(usize),
    /// The first line.
    #[error("the first line is not \"old\" and a size in decimal, one space between them")]
    Old,
    /// A line of the proof.
    #[error("line {0} is neither a hash in base64 nor the empty line that ends the proof")]
    Hash(usize),
    /// Too long a proof.
    #[error("more than {PROOF_MAX} hashes in the proof")]
    TooManyHashes,
    /// The checkpoint.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
}

/// The body of an `add-checkpoint` request. Parsing it asks nothing of its proof: whether `old` is
/// the size that the witness holds, and no more than the checkpoint's, is the witness's to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// Size of the checkpoint that the witness is thought to have cosigned last, 0 for none.
    pub old: u64,
    /// Consistency of the tree of `old` with the checkpoint.
    pub proof: Vec<NodeHash>,
    /// The checkpoint to cosign.
    pub checkpoint: SignedCheckpoint,
}

impl AddCheckpoint {
    /// Reads a request body.
    pub fn parse(bytes: &[u8]) -> Result<Self, AddCheckpointError> {
        if bytes.len() > BODY_MAX {
            return Err(AddCheckpointError::TooLong(bytes.len()));
        }
        let mut rest =
            std::str::from_utf8(bytes).map_err(|e| AddCheckpointError::Utf8(e.valid_up_to()))?;
        let old = wire::take_line(&mut rest)
            .and_then(|line| wire::decimal(line.strip_prefix("old ")?))
            .ok_or(AddCheckpointError::Old)?;
        let mut proof = Vec::new();
        loop {
            let at = AddCheckpointError::Hash(proof.len() + 2);
            let line = wire::take_line(&mut rest).ok_or_else(|| at.clone())?;
            if line.is_empty() {
                break;
            }
            if proof.len() == PROOF_MAX {
                return Err(AddCheckpointError::TooManyHashes);
            }
            proof.push(wire::node_hash(line).ok_or(at)?);
        }
        Ok(Self { old, proof, checkpoint: SignedCheckpoint::parse(rest.as_bytes())? })
    }

    /// The request body.
    pub fn to_text(&self) -> String {
        let mut out = format!("old {}\n", self.old);
        for hash in &self.proof {
            out.push_str(&wire::to_base64(hash.as_bytes()));
            out.push('\n');
        }
        out.push('\n');
        out.push_str(&self.checkpoint.to_text());
        out
    }
}

/// Why an answer is not a sequence of cosignatures.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// Longer than a note may be.
    #[error("the answer has {0} bytes, the limit is {NOTE_MAX}")]
    TooLong(usize),
    /// Not UTF-8.
    #[error("not UTF-8, first bad byte at {0}")]
    Utf8(usize),
    /// A line that is no signature line, or has no LF.
    #[error("line {0} is not a signature line that ends with a line feed")]
    Line(usize),
    /// Nothing, where at least one line belongs.
    #[error("an empty answer, where at least one cosignature belongs")]
    Empty,
    /// Too many lines.
    #[error("more than {SIGNATURES_MAX} lines")]
    TooMany,
}

/// Reads the body of a successful answer: signature lines, none of them verified. The caller
/// ignores those of keys that it does not know.
pub fn parse_cosignatures(bytes: &[u8]) -> Result<Vec<NoteSignature>, AnswerError> {
    if bytes.len() > NOTE_MAX {
        return Err(AnswerError::TooLong(bytes.len()));
    }
    let mut rest = std::str::from_utf8(bytes).map_err(|e| AnswerError::Utf8(e.valid_up_to()))?;
    let mut lines = Vec::new();
    while !rest.is_empty() {
        if lines.len() == SIGNATURES_MAX {
            return Err(AnswerError::TooMany);
        }
        let line = wire::take_line(&mut rest).and_then(NoteSignature::parse);
        lines.push(line.ok_or(AnswerError::Line(lines.len() + 1))?);
    }
    if lines.is_empty() { Err(AnswerError::Empty) } else { Ok(lines) }
}

/// The body of a successful answer.
pub fn cosignatures_to_text(lines: &[NoteSignature]) -> String {
    lines.iter().map(NoteSignature::to_line).collect()
}

/// The body of the answer to a wrong `old`: the size last cosigned.
pub fn size_to_text(size: u64) -> String {
    format!("{size}\n")
}

/// Reads the body of the answer to a wrong `old`.
pub fn parse_size(bytes: &[u8]) -> Option<u64> {
    wire::decimal(std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?)
}

/// How a monitoring prefix names a log: SHA-256 of its origin, in lower-case hex.
pub fn origin_hash(origin: &str) -> String {
    hash::to_hex(&Sha256::digest(origin.as_bytes()).0)
}

#[cfg(test)]
mod tests;
