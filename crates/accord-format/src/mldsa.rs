//! ML-DSA-44 (FIPS 204), the signature that a quantum computer does not forge: pure mode, empty
//! context, deterministic signing.

use crate::key::KeyError;
use ml_dsa::{B32, EncodedVerifyingKey, ExpandedSigningKey, MlDsa44, Signature, VerifyingKey};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::sync::Arc;
use zeroize::{Zeroize as _, Zeroizing};

/// Bytes of a public key.
pub const PUBLIC_KEY_LEN: usize = 1312;
/// Bytes of a signature.
pub const SIGNATURE_LEN: usize = 2420;
/// Bytes of the seed that a private key is kept as.
pub const SEED_LEN: usize = 32;

/// An ML-DSA-44 public key. Every 1312 bytes are one; there is no second encoding of any.
#[derive(Clone)]
pub struct MlDsaPublicKey(Arc<Expanded>);

struct Expanded {
    bytes: [u8; PUBLIC_KEY_LEN],
    key: VerifyingKey<MlDsa44>,
}

impl MlDsaPublicKey {
    /// Wraps the bytes of a public key.
    pub fn from_bytes(bytes: &[u8; PUBLIC_KEY_LEN]) -> Self {
        let key = VerifyingKey::decode(&EncodedVerifyingKey::<MlDsa44>::from(*bytes));
        Self(Arc::new(Expanded { bytes: *bytes, key }))
    }

    /// Wraps bytes of the right number.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, KeyError> {
        let length = || KeyError::Length { found: bytes.len(), expected: PUBLIC_KEY_LEN };
        Ok(Self::from_bytes(bytes.try_into().map_err(|_| length())?))
    }

    /// The 1312 bytes.
    pub fn as_bytes(&self) -> &[u8; PUBLIC_KEY_LEN] {
        &self.0.bytes
    }

    /// True when `signature` is valid for `message`.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verify_in_context(message, &[], signature)
    }

    /// The context stays empty in every format here; published vectors use others too.
    fn verify_in_context(&self, message: &[u8], context: &[u8], signature: &[u8]) -> bool {
        Signature::<MlDsa44>::try_from(signature)
            .is_ok_and(|signature| self.0.key.verify_with_context(message, context, &signature))
    }
}

impl PartialEq for MlDsaPublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for MlDsaPublicKey {}

impl fmt::Debug for MlDsaPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digest = Sha256::digest(self.as_bytes()).0;
        write!(f, "MlDsaPublicKey(sha256 {})", crate::hash::to_hex(&digest))
    }
}

/// An ML-DSA-44 private key, kept as its seed and expanded once; both are wiped when dropped.
pub struct MlDsaSigner {
    seed: Zeroizing<[u8; SEED_LEN]>,
    key: Box<ExpandedSigningKey<MlDsa44>>,
    public: MlDsaPublicKey,
}

impl MlDsaSigner {
    /// Makes the key pair of a seed (FIPS 204, algorithm 6).
    pub fn from_seed(seed: &[u8; SEED_LEN]) -> Self {
        let mut xi = B32::from(*seed);
        let key = Box::new(ExpandedSigningKey::<MlDsa44>::from_seed(&xi));
        xi.zeroize();
        let public = MlDsaPublicKey::from_bytes(&key.verifying_key().encode().into());
        Self { seed: Zeroizing::new(*seed), key, public }
    }

    /// The seed.
    pub fn seed(&self) -> &[u8; SEED_LEN] {
        &self.seed
    }

    /// The public key.
    pub const fn public_key(&self) -> &MlDsaPublicKey {
        &self.public
    }

    /// Signs `message`, always alike. `None` if the algorithm's rejection loop gave up, which no
    /// message is known to bring about.
    pub fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let signature = self.key.sign_deterministic(message, &[]).ok()?;
        Some(signature.encode().to_vec())
    }
}

impl fmt::Debug for MlDsaSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MlDsaSigner({:?})", self.public)
    }
}

#[cfg(test)]
mod tests;
