//! The private side: keys that cosign.

use super::{
    Algorithm, CosignatureError, CosignerKey, CosignerVKey, Subtree, TIME_MAX, ed25519_message,
    join, ml_dsa_message,
};
use crate::checkpoint::Checkpoint;
use crate::key::{KeyError, NoteSigner, PRIVATE_PREFIX, PublicKey, matching, seed_of, split_key};
use crate::mldsa::MlDsaSigner;
use crate::note::NoteSignature;
use crate::wire;
use ed25519_dalek::{Signer as _, SigningKey};
use std::fmt;
use zeroize::Zeroizing;

/// A private key that cosigns, with its name: `PRIVATE+KEY+name+hex8+base64(type ‖ seed)`.
pub struct CosignerSigner {
    vkey: CosignerVKey,
    key: Private,
}

enum Private {
    Ed25519(Box<SigningKey>),
    MlDsa44(Box<MlDsaSigner>),
}

impl Private {
    fn seed(&self) -> &[u8; 32] {
        match self {
            Self::Ed25519(key) => key.as_bytes(),
            Self::MlDsa44(key) => key.seed(),
        }
    }
}

impl CosignerSigner {
    /// Makes the signer of a 32-byte seed.
    pub fn from_seed(name: &str, algorithm: Algorithm, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let (public, key) = match algorithm {
            Algorithm::Ed25519 => {
                let key = Box::new(SigningKey::from_bytes(seed));
                let public = PublicKey::from_bytes(key.verifying_key().as_bytes())?;
                (CosignerKey::Ed25519(public), Private::Ed25519(key))
            }
            Algorithm::MlDsa44 => {
                let key = Box::new(MlDsaSigner::from_seed(seed));
                (CosignerKey::MlDsa44(key.public_key().clone()), Private::MlDsa44(key))
            }
        };
        Ok(Self { vkey: CosignerVKey::new(name, public)?, key })
    }

    /// Reads `PRIVATE+KEY+…`.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (name, id, typed) =
            split_key(text.strip_prefix(PRIVATE_PREFIX).ok_or(KeyError::Form)?)?;
        let typed = Zeroizing::new(typed);
        let (signature_type, seed) = typed.split_first().ok_or(KeyError::Form)?;
        let algorithm = match *signature_type {
            super::ED25519_COSIGNATURE => Algorithm::Ed25519,
            super::ML_DSA_44_COSIGNATURE => Algorithm::MlDsa44,
            found => {
                let expected = "an Ed25519 (0x04) or ML-DSA-44 (0x06) cosignature";
                return Err(KeyError::UnknownType { found, expected });
            }
        };
        let signer = Self::from_seed(name, algorithm, &*seed_of(seed)?)?;
        matching(signer.vkey.id(), id)?;
        Ok(signer)
    }

    /// Writes `PRIVATE+KEY+…`; wiped from memory when dropped.
    pub fn to_private_text(&self) -> Zeroizing<String> {
        let mut typed = Zeroizing::new(Vec::with_capacity(33));
        typed.push(self.vkey.algorithm().cosignature_type());
        typed.extend_from_slice(self.key.seed());
        let base64 = Zeroizing::new(wire::to_base64(&typed));
        let vkey = &self.vkey;
        Zeroizing::new(format!("{PRIVATE_PREFIX}{}+{}+{}", vkey.name(), vkey.id(), *base64))
    }

    /// The verifier key.
    pub const fn vkey(&self) -> &CosignerVKey {
        &self.vkey
    }

    /// The plain Ed25519 signer (type 0x01) of the same name and key, which signs notes of other
    /// kinds, such as deposits; nothing for ML-DSA-44, which has no plain type. Its key id differs
    /// from this key's. What it signs must never begin with `cosignature/v1`.
    pub fn note_signer(&self) -> Option<NoteSigner> {
        match &self.key {
            Private::Ed25519(key) => NoteSigner::from_seed(self.vkey.name(), key.as_bytes()).ok(),
            Private::MlDsa44(_) => None,
        }
    }

    /// Cosigns `checkpoint` as of `unix_seconds`; 0 leaves the time unsaid, which a witness must
    /// not do.
    pub fn cosign(
        &self,
        checkpoint: &Checkpoint,
        unix_seconds: u64,
    ) -> Result<NoteSignature, CosignatureError> {
        if unix_seconds > TIME_MAX {
            return Err(CosignatureError::Time(unix_seconds));
        }
        let signature = match &self.key {
            Private::Ed25519(key) => {
                key.sign(&ed25519_message(checkpoint, unix_seconds)).to_bytes().to_vec()
            }
            Private::MlDsa44(key) => {
                let whole = Subtree::whole(checkpoint);
                self.sign_subtree(key, &checkpoint.origin, &whole, unix_seconds)?
            }
        };
        Ok(self.line(unix_seconds, &signature))
    }

    /// Cosigns `subtree` of the log `origin`, without a time. Only ML-DSA-44 can.
    pub fn cosign_subtree(
        &self,
        origin: &str,
        subtree: &Subtree,
    ) -> Result<NoteSignature, CosignatureError> {
        match &self.key {
            Private::MlDsa44(key) if subtree.is_valid() => {
                Ok(self.line(0, &self.sign_subtree(key, origin, subtree, 0)?))
            }
            _ => Err(CosignatureError::Subtree {
                start: subtree.start,
                end: subtree.end,
                algorithm: self.vkey.algorithm(),
            }),
        }
    }

    fn sign_subtree(
        &self,
        key: &MlDsaSigner,
        origin: &str,
        subtree: &Subtree,
        time: u64,
    ) -> Result<Vec<u8>, CosignatureError> {
        let message = ml_dsa_message(self.vkey.name(), time, origin, subtree)
            .ok_or(CosignatureError::Origin(origin.len()))?;
        key.sign(&message).ok_or(CosignatureError::Signing)
    }

    fn line(&self, time: u64, signature: &[u8]) -> NoteSignature {
        NoteSignature {
            name: self.vkey.name().to_owned(),
            id: self.vkey.id(),
            signature: join(time, signature),
        }
    }
}

impl fmt::Debug for CosignerSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CosignerSigner({})", self.vkey.id_string())
    }
}
