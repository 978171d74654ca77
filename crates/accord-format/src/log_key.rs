//! The keys that a log signs its own checkpoints with: plain Ed25519 (type 0x01) and, beside it,
//! ML-DSA-44 in the form of a cosignature (type 0x06). Both are named by the log's origin.

use crate::as_text::serde_as_text;
use crate::checkpoint::Checkpoint;
use crate::cosignature::{
    Algorithm, CosignatureError, CosignerKey, CosignerSigner, CosignerVKey, ML_DSA_44_COSIGNATURE,
};
use crate::key::{ED25519, KeyError, KeyId, NoteSigner, PRIVATE_PREFIX, VKey, split_key};
use crate::note::NoteSignature;
use crate::wire;
use std::fmt;
use std::str::FromStr;
use zeroize::Zeroizing;

const EXPECTED: &str = "a log's Ed25519 (0x01) or ML-DSA-44 (0x06)";

/// The verifier key of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogVKey {
    /// Type 0x01, over the checkpoint's text.
    Ed25519(VKey),
    /// Type 0x06, a cosignature under the origin as name.
    MlDsa44(CosignerVKey),
}

impl LogVKey {
    /// Binds `base64(type ‖ public key)`, as checkpoint keys stand in the genesis, to the origin.
    pub fn from_typed_base64(origin: &str, text: &str) -> Result<Self, KeyError> {
        let typed = wire::from_base64(text).ok_or(KeyError::Form)?;
        match typed.first().copied().ok_or(KeyError::Form)? {
            ED25519 => VKey::from_typed_base64(origin, text).map(Self::Ed25519),
            ML_DSA_44_COSIGNATURE => {
                CosignerVKey::new(origin, CosignerKey::from_typed(&typed)?).map(Self::MlDsa44)
            }
            found => Err(KeyError::UnknownType { found, expected: EXPECTED }),
        }
    }

    /// `base64(type ‖ public key)`.
    pub fn typed_base64(&self) -> String {
        match self {
            Self::Ed25519(vkey) => vkey.typed_base64(),
            Self::MlDsa44(vkey) => vkey.typed_base64(),
        }
    }

    /// The algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ed25519(_) => Algorithm::Ed25519,
            Self::MlDsa44(_) => Algorithm::MlDsa44,
        }
    }

    /// Key name: the origin.
    pub fn name(&self) -> &str {
        match self {
            Self::Ed25519(vkey) => vkey.name(),
            Self::MlDsa44(vkey) => vkey.name(),
        }
    }

    /// Key id.
    pub const fn id(&self) -> KeyId {
        match self {
            Self::Ed25519(vkey) => vkey.id(),
            Self::MlDsa44(vkey) => vkey.id(),
        }
    }

    /// `name+hex8`.
    pub fn id_string(&self) -> String {
        format!("{}+{}", self.name(), self.id())
    }

    /// The public key's bytes, without type: what makes two keys the same.
    pub fn key_bytes(&self) -> &[u8] {
        match self {
            Self::Ed25519(vkey) => vkey.key().as_bytes(),
            Self::MlDsa44(vkey) => vkey.key().as_bytes(),
        }
    }

    /// True when `line` bears this key's name and id, so that it must verify.
    pub fn is_named_by(&self, line: &NoteSignature) -> bool {
        line.name == self.name() && line.id == self.id()
    }

    /// True when `line` shows that this key signed `checkpoint`.
    pub fn verify(&self, checkpoint: &Checkpoint, line: &NoteSignature) -> bool {
        match self {
            Self::Ed25519(vkey) => vkey.verify(&checkpoint.to_text(), line),
            Self::MlDsa44(vkey) => vkey.verify(checkpoint, line).is_some(),
        }
    }
}

impl From<VKey> for LogVKey {
    fn from(vkey: VKey) -> Self {
        Self::Ed25519(vkey)
    }
}

impl FromStr for LogVKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (_, _, typed) = split_key(text)?;
        match typed.first().copied().ok_or(KeyError::Form)? {
            ED25519 => text.parse().map(Self::Ed25519),
            ML_DSA_44_COSIGNATURE => text.parse().map(Self::MlDsa44),
            found => Err(KeyError::UnknownType { found, expected: EXPECTED }),
        }
    }
}

impl fmt::Display for LogVKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ed25519(vkey) => vkey.fmt(f),
            Self::MlDsa44(vkey) => vkey.fmt(f),
        }
    }
}

serde_as_text!(LogVKey);

/// A private key of a log.
#[derive(Debug)]
pub enum LogSigner {
    /// Type 0x01.
    Ed25519(NoteSigner),
    /// Type 0x06.
    MlDsa44(CosignerSigner),
}

impl LogSigner {
    /// Makes the signer of a 32-byte seed.
    pub fn from_seed(
        origin: &str,
        algorithm: Algorithm,
        seed: &[u8; 32],
    ) -> Result<Self, KeyError> {
        match algorithm {
            Algorithm::Ed25519 => NoteSigner::from_seed(origin, seed).map(Self::Ed25519),
            Algorithm::MlDsa44 => {
                CosignerSigner::from_seed(origin, algorithm, seed).map(Self::MlDsa44)
            }
        }
    }

    /// Reads `PRIVATE+KEY+…` of type 0x01 or 0x06.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (_, _, typed) = split_key(text.strip_prefix(PRIVATE_PREFIX).ok_or(KeyError::Form)?)?;
        let typed = Zeroizing::new(typed);
        match typed.first().copied().ok_or(KeyError::Form)? {
            ED25519 => NoteSigner::parse(text).map(Self::Ed25519),
            ML_DSA_44_COSIGNATURE => CosignerSigner::parse(text).map(Self::MlDsa44),
            found => Err(KeyError::UnknownType { found, expected: EXPECTED }),
        }
    }

    /// Writes `PRIVATE+KEY+…`; wiped from memory when dropped.
    pub fn to_private_text(&self) -> Zeroizing<String> {
        match self {
            Self::Ed25519(signer) => signer.to_private_text(),
            Self::MlDsa44(signer) => signer.to_private_text(),
        }
    }

    /// The verifier key.
    pub fn vkey(&self) -> LogVKey {
        match self {
            Self::Ed25519(signer) => LogVKey::Ed25519(signer.vkey().clone()),
            Self::MlDsa44(signer) => LogVKey::MlDsa44(signer.vkey().clone()),
        }
    }

    /// Signs `checkpoint`. The time, in seconds since 1970, is part of an ML-DSA-44 line only; 0
    /// leaves it unsaid.
    pub fn sign(
        &self,
        checkpoint: &Checkpoint,
        unix_seconds: u64,
    ) -> Result<NoteSignature, CosignatureError> {
        match self {
            Self::Ed25519(signer) => Ok(signer.sign(&checkpoint.to_text())),
            Self::MlDsa44(signer) => signer.cosign(checkpoint, unix_seconds),
        }
    }
}

impl From<NoteSigner> for LogSigner {
    fn from(signer: NoteSigner) -> Self {
        Self::Ed25519(signer)
    }
}

#[cfg(test)]
mod tests;
