//! The public side: keys of cosigners and the check of what they signed.

use super::{Algorithm, Subtree, ed25519_message, ml_dsa_message, split};
use crate::as_text::serde_as_text;
use crate::checkpoint::Checkpoint;
use crate::key::{KeyError, KeyId, PublicKey, matching, split_key};
use crate::mldsa::MlDsaPublicKey;
use crate::note::{NoteSignature, is_key_name};
use crate::wire;
use std::fmt;
use std::str::FromStr;

/// A public key that cosigns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CosignerKey {
    /// Type 0x04.
    Ed25519(PublicKey),
    /// Type 0x06.
    MlDsa44(MlDsaPublicKey),
}

impl CosignerKey {
    /// The algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ed25519(_) => Algorithm::Ed25519,
            Self::MlDsa44(_) => Algorithm::MlDsa44,
        }
    }

    /// The public key's bytes, without type: what makes two keys the same.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Ed25519(key) => key.as_bytes(),
            Self::MlDsa44(key) => key.as_bytes(),
        }
    }

    /// Reads `type ‖ public key`.
    pub(crate) fn from_typed(typed: &[u8]) -> Result<Self, KeyError> {
        let (signature_type, key) = typed.split_first().ok_or(KeyError::Form)?;
        match *signature_type {
            super::ED25519_COSIGNATURE => PublicKey::from_slice(key).map(Self::Ed25519),
            super::ML_DSA_44_COSIGNATURE => MlDsaPublicKey::from_slice(key).map(Self::MlDsa44),
            found => Err(KeyError::UnknownType {
                found,
                expected: "an Ed25519 (0x04) or ML-DSA-44 (0x06) cosignature",
            }),
        }
    }
}

/// The C2SP verifier key of a cosigner: `name+hex8(key id)+base64(type ‖ public key)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CosignerVKey {
    name: String,
    id: KeyId,
    key: CosignerKey,
}

impl CosignerVKey {
    /// Binds `key` to `name`. ML-DSA-44 signs the name with, and gives its length one byte.
    pub fn new(name: &str, key: CosignerKey) -> Result<Self, KeyError> {
        if !is_key_name(name) {
            return Err(KeyError::Name);
        }
        if key.algorithm() == Algorithm::MlDsa44 && name.len() > 255 {
            return Err(KeyError::NameTooLong(name.len()));
        }
        let id = KeyId::of(name, key.algorithm().cosignature_type(), key.as_bytes());
        Ok(Self { name: name.to_owned(), id, key })
    }

    /// Binds `base64(type ‖ public key)` to `name`.
    pub fn from_typed_base64(name: &str, text: &str) -> Result<Self, KeyError> {
        let typed = wire::from_base64(text).ok_or(KeyError::Form)?;
        Self::new(name, CosignerKey::from_typed(&typed)?)
    }

    /// `base64(type ‖ public key)`.
    pub fn typed_base64(&self) -> String {
        let mut typed = vec![self.algorithm().cosignature_type()];
        typed.extend_from_slice(self.key.as_bytes());
        wire::to_base64(&typed)
    }

    /// Key name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Key id.
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// `name+hex8`.
    pub fn id_string(&self) -> String {
        format!("{}+{}", self.name, self.id)
    }

    /// The public key.
    pub const fn key(&self) -> &CosignerKey {
        &self.key
    }

    /// The algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        self.key.algorithm()
    }

    /// True when `line` bears this key's name and id, so that it must verify.
    pub fn is_named_by(&self, line: &NoteSignature) -> bool {
        line.name == self.name && line.id == self.id
    }

    /// The seconds since 1970 at which this key cosigned `checkpoint`, if `line` shows that.
    ///
    /// 0 is no time: the cosigner vouches for consistency and says nothing about when.
    pub fn verify(&self, checkpoint: &Checkpoint, line: &NoteSignature) -> Option<u64> {
        if !self.is_named_by(line) {
            return None;
        }
        let (time, signature) = split(&line.signature)?;
        let valid = match &self.key {
            CosignerKey::Ed25519(key) => key.verify(&ed25519_message(checkpoint, time), signature),
            CosignerKey::MlDsa44(key) => {
                let whole = Subtree::whole(checkpoint);
                let message = ml_dsa_message(&self.name, time, &checkpoint.origin, &whole)?;
                key.verify(&message, signature)
            }
        };
        valid.then_some(time)
    }

    /// True when `line` shows that this key cosigned `subtree` of the log `origin`, without a
    /// time. Ed25519 cannot.
    pub fn verify_subtree(&self, origin: &str, subtree: &Subtree, line: &NoteSignature) -> bool {
        let CosignerKey::MlDsa44(key) = &self.key else {
            return false;
        };
        let signed = || {
            let (time, signature) = split(&line.signature)?;
            let message = ml_dsa_message(&self.name, time, origin, subtree)?;
            (time == 0 && key.verify(&message, signature)).then_some(())
        };
        self.is_named_by(line) && subtree.is_valid() && signed().is_some()
    }
}

impl FromStr for CosignerVKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, typed) = split_key(text)?;
        let vkey = Self::new(name, CosignerKey::from_typed(&typed)?)?;
        matching(vkey.id, id)?;
        Ok(vkey)
    }
}

impl fmt::Display for CosignerVKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}+{}", self.name, self.id, self.typed_base64())
    }
}

serde_as_text!(CosignerVKey);
