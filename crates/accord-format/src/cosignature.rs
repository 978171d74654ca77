//! C2SP tlog-cosignature: what a witness, a mirror or a log signs about a checkpoint, with
//! Ed25519 (type 0x04) or with ML-DSA-44 (type 0x06).
//!
//! A cosignature says: as of this second, this is the largest tree of this log that the cosigner
//! has seen, and it is consistent with every one that the cosigner saw before.

mod signer;
mod vkey;

#[cfg(test)]
mod tests;

pub use signer::CosignerSigner;
pub use vkey::{CosignerKey, CosignerVKey};

use crate::checkpoint::Checkpoint;
use crate::hash::NodeHash;
use crate::merkle::is_subtree;
use crate::note::NoteSignature;
use std::fmt;
use std::str::FromStr;

/// Signature type byte of an Ed25519 cosignature.
pub const ED25519_COSIGNATURE: u8 = 0x04;
/// Signature type byte of an ML-DSA-44 cosignature, of a checkpoint or of a subtree.
pub const ML_DSA_44_COSIGNATURE: u8 = 0x06;
/// The latest time that a cosignature can carry, in seconds since 1970.
pub const TIME_MAX: u64 = i64::MAX as u64;

/// Which algorithm a key is for.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// Ed25519, as every tool reads it.
    Ed25519,
    /// ML-DSA-44, which a quantum computer does not forge.
    MlDsa44,
}

impl Algorithm {
    /// `ed25519` or `ml-dsa-44`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
            Self::MlDsa44 => "ml-dsa-44",
        }
    }

    const fn cosignature_type(self) -> u8 {
        match self {
            Self::Ed25519 => ED25519_COSIGNATURE,
            Self::MlDsa44 => ML_DSA_44_COSIGNATURE,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(text: &str) -> Result<Self, UnknownAlgorithm> {
        let known = [Self::Ed25519, Self::MlDsa44];
        known
            .into_iter()
            .find(|a| a.name() == text)
            .ok_or_else(|| UnknownAlgorithm(text.to_owned()))
    }
}

/// Not the name of an [`Algorithm`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an algorithm; there are \"ed25519\" and \"ml-dsa-44\"")]
pub struct UnknownAlgorithm(pub String);

/// Why a cosignature cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CosignatureError {
    /// The signed message gives the origin's length one byte.
    #[error("an origin of {0} bytes; an ML-DSA-44 cosignature covers 1 to 255")]
    Origin(usize),
    /// After [`TIME_MAX`].
    #[error("{0} seconds since 1970 are more than a cosignature can carry")]
    Time(u64),
    /// Not a subtree that can be signed so.
    #[error("[{start}, {end}) is not a subtree that {algorithm} cosigns")]
    Subtree {
        /// First leaf.
        start: u64,
        /// One after the last leaf.
        end: u64,
        /// The key's algorithm.
        algorithm: Algorithm,
    },
    /// The algorithm gave up; no message is known to bring that about.
    #[error("the signature could not be made")]
    Signing,
}

/// The time that a line claims, if it has the shape of a cosignature. Nothing vouches for it
/// until [`CosignerVKey::verify`] has given the same.
pub fn claimed_time(line: &NoteSignature) -> Option<u64> {
    split(&line.signature).map(|(time, _)| time)
}

/// Time and signature proper of a `timestamped_signature`.
fn split(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (time, signature) = bytes.split_first_chunk::<8>()?;
    let time = u64::from_be_bytes(*time);
    (time <= TIME_MAX).then_some((time, signature))
}

fn join(time: u64, signature: &[u8]) -> Vec<u8> {
    [time.to_be_bytes().as_slice(), signature].concat()
}

/// What Ed25519 signs: two lines, then the whole text of the checkpoint.
fn ed25519_message(checkpoint: &Checkpoint, time: u64) -> Vec<u8> {
    format!("cosignature/v1\ntime {time}\n{}", checkpoint.to_text()).into_bytes()
}

/// A range of leaves and the root over them. `[0, size)` is the whole tree of a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subtree {
    /// First leaf.
    pub start: u64,
    /// One after the last leaf.
    pub end: u64,
    /// Root over them.
    pub root: NodeHash,
}

impl Subtree {
    /// The whole tree of `checkpoint`.
    pub const fn whole(checkpoint: &Checkpoint) -> Self {
        Self { start: 0, end: checkpoint.size, root: checkpoint.root }
    }

    /// True for a range of which a Merkle tree has a root of its own: not empty, and starting at
    /// a multiple of the smallest power of two that is not less than its width.
    pub const fn is_valid(&self) -> bool {
        is_subtree(self.start, self.end)
    }
}

/// What ML-DSA-44 signs: a `cosigned_message`.
fn ml_dsa_message(name: &str, time: u64, origin: &str, subtree: &Subtree) -> Option<Vec<u8>> {
    let mut message = b"subtree/v1\n\0".to_vec();
    push_short(&mut message, name)?;
    message.extend_from_slice(&time.to_be_bytes());
    push_short(&mut message, origin)?;
    message.extend_from_slice(&subtree.start.to_be_bytes());
    message.extend_from_slice(&subtree.end.to_be_bytes());
    message.extend_from_slice(subtree.root.as_bytes());
    Some(message)
}

/// `opaque text<1..255>`.
fn push_short(message: &mut Vec<u8>, text: &str) -> Option<()> {
    let length = u8::try_from(text.len()).ok().filter(|length| *length > 0)?;
    message.push(length);
    message.extend_from_slice(text.as_bytes());
    Some(())
}
