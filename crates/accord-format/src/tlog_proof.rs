//! C2SP tlog-proof: one file that shows an entry included under a checkpoint.

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::hash::NodeHash;
use crate::log_key::LogVKey;
use crate::merkle::{self, ProofError};
use crate::wire;

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// The most hashes of an inclusion proof: one for each level of a 64-bit tree.
const HASHES_MAX: usize = 64;

/// Why bytes are not a tlog-proof, or do not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// Not UTF-8.
    #[error("not UTF-8")]
    Utf8,
    /// Not the first line of a tlog-proof.
    #[error("the first line is not \"{FIRST_LINE}\"")]
    FirstLine,
    /// A line is not what stands there.
    #[error("line {line} is not {expected}")]
    Line {
        /// From 1.
        line: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// The checkpoint.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The proof.
    #[error("the inclusion proof: {0}")]
    Proof(#[from] ProofError),
}

/// An inclusion proof with its checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof {
    /// Data outside the proof; nothing vouches for it.
    pub extra: Option<Vec<u8>>,
    /// Position of the entry.
    pub index: u64,
    /// The path, leaf's sibling first.
    pub hashes: Vec<NodeHash>,
    /// The checkpoint.
    pub checkpoint: SignedCheckpoint,
}

impl TlogProof {
    /// Reads a tlog-proof.
    pub fn parse(bytes: &[u8]) -> Result<Self, TlogProofError> {
        let mut rest = std::str::from_utf8(bytes).map_err(|_| TlogProofError::Utf8)?;
        if wire::take_line(&mut rest) != Some(FIRST_LINE) {
            return Err(TlogProofError::FirstLine);
        }
        let mut at = 1;
        let mut next = |expected| {
            at += 1;
            wire::take_line(&mut rest)
                .ok_or(TlogProofError::Line { line: at, expected })
                .map(|line| (line, at))
        };
        let expected = "\"extra <base64>\" or \"index <decimal>\"";
        let (mut line, mut number) = next(expected)?;
        let mut extra = None;
        if let Some(base64) = line.strip_prefix("extra ") {
            let decoded = wire::from_base64(base64);
            extra = Some(decoded.ok_or(TlogProofError::Line { line: number, expected })?);
            (line, number) = next("\"index <decimal>\"")?;
        }
        let index = line.strip_prefix("index ").and_then(wire::decimal);
        let index =
            index.ok_or(TlogProofError::Line { line: number, expected: "\"index <decimal>\"" })?;
        let mut hashes = Vec::new();
        loop {
            let expected = "a base64 hash or a blank line";
            let (line, number) = next(expected)?;
            if line.is_empty() {
                break;
            }
            let hash = wire::from_base64(line).and_then(|h| <[u8; 32]>::try_from(h).ok());
            let hash = hash.filter(|_| hashes.len() < HASHES_MAX);
            hashes.push(NodeHash::from_bytes(
                hash.ok_or(TlogProofError::Line { line: number, expected })?,
            ));
        }
        let checkpoint = SignedCheckpoint::parse(rest.as_bytes())?;
        Ok(Self { extra, index, hashes, checkpoint })
    }

    /// The file's bytes.
    pub fn to_text(&self) -> String {
        let mut out = format!("{FIRST_LINE}\n");
        if let Some(extra) = &self.extra {
            out.extend(["extra ", &wire::to_base64(extra), "\n"]);
        }
        out.extend(["index ", &self.index.to_string(), "\n"]);
        for hash in &self.hashes {
            out.push_str(&wire::to_base64(hash.as_bytes()));
            out.push('\n');
        }
        out.push('\n');
        out.push_str(&self.checkpoint.to_text());
        out
    }

    /// Checks that `entry` stands at `index` under the checkpoint, which all `keys` signed.
    pub fn verify(
        &self,
        entry: &[u8],
        origin: &str,
        keys: &[LogVKey],
    ) -> Result<(), TlogProofError> {
        self.verify_under(entry, self.checkpoint.verify(origin, keys)?)
    }

    /// Checks that `entry` stands at `index` under the checkpoint, which the Ed25519 ones of
    /// `keys` signed.
    pub fn verify_ed25519(
        &self,
        entry: &[u8],
        origin: &str,
        keys: &[LogVKey],
    ) -> Result<(), TlogProofError> {
        self.verify_under(entry, self.checkpoint.verify_ed25519(origin, keys)?)
    }

    fn verify_under(&self, entry: &[u8], head: &Checkpoint) -> Result<(), TlogProofError> {
        let leaf = merkle::leaf_hash(entry);
        Ok(merkle::verify_inclusion(self.index, head.size, leaf, &self.hashes, &head.root)?)
    }
}
