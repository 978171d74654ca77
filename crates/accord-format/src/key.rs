//! Keys of events and their one signature rule.
//!
//! Ed25519 as ed25519-dalek's `verify_strict`: cofactorless, canonical S, no small-order R; and
//! only under public keys whose encoding is canonical and which have no torsion component. Every
//! path that judges a signature comes through [`PublicKey::verify`], so no two checks of one
//! signature can differ.

use crate::as_text::serde_as_text;
use crate::note::{NoteSignature, is_key_name};
use crate::{hash, wire};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;
use zeroize::Zeroizing;

/// Signature type byte of plain Ed25519 over the note's text.
pub const ED25519: u8 = 0x01;
pub(crate) const PRIVATE_PREFIX: &str = "PRIVATE+KEY+";

/// Why a key is not usable. Never holds private material.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not `name+hex8+base64`.
    #[error("not a key of the form name+keyid+base64")]
    Form,
    /// The name is empty or holds a space or a plus.
    #[error("a key name is not empty and holds neither space nor plus")]
    Name,
    /// The key id is not the one that name and key give.
    #[error("key id {found} does not belong to this name and key, whose id is {expected}")]
    IdMismatch {
        /// Recomputed.
        expected: KeyId,
        /// As given.
        found: KeyId,
    },
    /// More bytes than an ML-DSA-44 cosignature can say.
    #[error("a name of {0} bytes; a key that cosigns with ML-DSA-44 has one of at most 255")]
    NameTooLong(usize),
    /// A signature type that does not belong here.
    #[error("signature type 0x{found:02x} is not {expected} key")]
    UnknownType {
        /// The type byte.
        found: u8,
        /// What belongs here, with its article.
        expected: &'static str,
    },
    /// Wrong number of bytes.
    #[error("the key has {found} bytes, this type has {expected}")]
    Length {
        /// As given.
        found: usize,
        /// Of this type.
        expected: usize,
    },
    /// Not a point, or not its only encoding.
    #[error("the public key is not a canonical encoding of a curve point")]
    NotCanonical,
    /// A point with a torsion component, or of small order.
    #[error("the public key is not in the prime-order subgroup")]
    Torsion,
}

/// The four bytes that tell keys of one name apart: SHA-256(name ‖ LF ‖ type ‖ key), cut.
#[derive(Clone, Copy, Hash, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId([u8; 4]);

impl KeyId {
    /// Wraps four bytes.
    pub const fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    /// The four bytes, big-endian on the wire.
    pub const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }

    /// The id of `key` (without type byte) of `signature_type` under `name`.
    pub fn of(name: &str, signature_type: u8, key: &[u8]) -> Self {
        let digest = Sha256::new()
            .chain_update(name.as_bytes())
            .chain_update([b'\n', signature_type])
            .chain_update(key)
            .finalize();
        let [a, b, c, d, ..] = digest.0;
        Self([a, b, c, d])
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hash::to_hex(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An Ed25519 public key that passed the checks of enrolment: canonical and torsion-free.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Checks and wraps the 32 bytes of a public key.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotCanonical)?;
        let point = key.to_edwards();
        if point.compress().as_bytes() != bytes {
            return Err(KeyError::NotCanonical);
        }
        if point.is_small_order() || !point.is_torsion_free() {
            return Err(KeyError::Torsion);
        }
        Ok(Self(key))
    }

    /// Checks and wraps bytes of the right number.
    pub(crate) fn from_slice(bytes: &[u8]) -> Result<Self, KeyError> {
        Self::from_bytes(bytes.try_into().map_err(|_| length(bytes))?)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The point that the bytes encode.
    pub(crate) fn point(&self) -> curve25519_dalek::EdwardsPoint {
        self.0.to_edwards()
    }

    /// True when `signature` is valid for `message` under the one rule.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = <&[u8; 64]>::try_from(signature) else {
            return false;
        };
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", hash::to_hex(self.as_bytes()))
    }
}

/// A C2SP verifier key: `name+hex8(key id)+base64(type ‖ public key)`, Ed25519 only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VKey {
    name: String,
    id: KeyId,
    key: PublicKey,
}

impl VKey {
    /// Binds `key` to `name`.
    pub fn new(name: &str, key: PublicKey) -> Result<Self, KeyError> {
        if !is_key_name(name) {
            return Err(KeyError::Name);
        }
        Ok(Self { name: name.to_owned(), id: KeyId::of(name, ED25519, key.as_bytes()), key })
    }

    /// Binds `base64(type ‖ public key)`, as checkpoint keys stand in the genesis, to `name`.
    pub fn from_typed_base64(name: &str, text: &str) -> Result<Self, KeyError> {
        Self::new(name, public_key(&wire::from_base64(text).ok_or(KeyError::Form)?)?)
    }

    /// `base64(type ‖ public key)`.
    pub fn typed_base64(&self) -> String {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        wire::to_base64(&bytes)
    }

    /// Key name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Key id.
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// `name+hex8`, as events name their signers.
    pub fn id_string(&self) -> String {
        format!("{}+{}", self.name, self.id)
    }

    /// The public key.
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }

    /// True when `signature` is this key's line and is valid for `text`.
    pub fn verify(&self, text: &str, signature: &NoteSignature) -> bool {
        signature.name == self.name
            && signature.id == self.id
            && self.key.verify(text.as_bytes(), &signature.signature)
    }
}

fn public_key(typed: &[u8]) -> Result<PublicKey, KeyError> {
    let (signature_type, key) = typed.split_first().ok_or(KeyError::Form)?;
    is_ed25519(*signature_type)?;
    PublicKey::from_slice(key)
}

fn is_ed25519(found: u8) -> Result<(), KeyError> {
    if found == ED25519 {
        return Ok(());
    }
    Err(KeyError::UnknownType { found, expected: "an Ed25519 (0x01)" })
}

fn length(bytes: &[u8]) -> KeyError {
    KeyError::Length { found: bytes.len(), expected: 32 }
}

/// The 32-byte seed of a private key, of either algorithm.
pub(crate) fn seed_of(bytes: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    Ok(Zeroizing::new(bytes.try_into().map_err(|_| length(bytes))?))
}

/// Splits `name+hex8+base64` at the first two pluses; base64 may hold more.
pub(crate) fn split_key(text: &str) -> Result<(&str, KeyId, Vec<u8>), KeyError> {
    let (name, rest) = text.split_once('+').ok_or(KeyError::Form)?;
    let (id, base64) = rest.split_once('+').ok_or(KeyError::Form)?;
    if !is_key_name(name) {
        return Err(KeyError::Name);
    }
    let id = KeyId(hash::from_hex(id).map_err(|_| KeyError::Form)?);
    Ok((name, id, wire::from_base64(base64).ok_or(KeyError::Form)?))
}

pub(crate) fn matching(expected: KeyId, found: KeyId) -> Result<(), KeyError> {
    if expected == found { Ok(()) } else { Err(KeyError::IdMismatch { expected, found }) }
}

impl FromStr for VKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, typed) = split_key(text)?;
        let vkey = Self::new(name, public_key(&typed)?)?;
        matching(vkey.id, id)?;
        Ok(vkey)
    }
}

impl fmt::Display for VKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}+{}", self.name, self.id, self.typed_base64())
    }
}

serde_as_text!(VKey);

/// A private key with its name, in the form of Go's note package:
/// `PRIVATE+KEY+name+hex8+base64(0x01 ‖ seed)`.
pub struct NoteSigner {
    vkey: VKey,
    key: SigningKey,
}

impl NoteSigner {
    /// Makes the signer of a 32-byte seed.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let key = SigningKey::from_bytes(seed);
        let vkey = VKey::new(name, PublicKey::from_bytes(key.verifying_key().as_bytes())?)?;
        Ok(Self { vkey, key })
    }

    /// Reads `PRIVATE+KEY+…`.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (name, id, typed) =
            split_key(text.strip_prefix(PRIVATE_PREFIX).ok_or(KeyError::Form)?)?;
        let typed = Zeroizing::new(typed);
        let (signature_type, seed) = typed.split_first().ok_or(KeyError::Form)?;
        is_ed25519(*signature_type)?;
        let signer = Self::from_seed(name, &*seed_of(seed)?)?;
        matching(signer.vkey.id, id)?;
        Ok(signer)
    }

    /// Writes `PRIVATE+KEY+…`; wiped from memory when dropped.
    pub fn to_private_text(&self) -> Zeroizing<String> {
        let mut typed = Zeroizing::new(vec![ED25519]);
        typed.extend_from_slice(self.key.as_bytes());
        let base64 = Zeroizing::new(wire::to_base64(&typed));
        Zeroizing::new(format!("{PRIVATE_PREFIX}{}+{}+{}", self.vkey.name, self.vkey.id, *base64))
    }

    /// The verifier key.
    pub const fn vkey(&self) -> &VKey {
        &self.vkey
    }

    /// `name+hex8`, as events name their signers.
    pub fn id_string(&self) -> String {
        self.vkey.id_string()
    }

    /// Signs `text`, which should end in LF, into a signature line.
    pub fn sign(&self, text: &str) -> NoteSignature {
        NoteSignature {
            name: self.vkey.name.clone(),
            id: self.vkey.id,
            signature: self.key.sign(text.as_bytes()).to_bytes().to_vec(),
        }
    }
}

impl fmt::Debug for NoteSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoteSigner({})", self.vkey.id_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_text_round_trips_and_debug_hides_it() {
        let signer = NoteSigner::from_seed("a/b", &[9; 32]).unwrap();
        let text = signer.to_private_text();
        assert_eq!(NoteSigner::parse(&text).unwrap().vkey(), signer.vkey());
        // The name and the public id, and nothing besides in which the seed could stand.
        let shown = format!("NoteSigner({})", signer.id_string());
        assert_eq!([format!("{signer:?}"), format!("{signer:#?}")], [shown.clone(), shown]);
        assert_eq!(signer.vkey().to_string().parse::<VKey>().as_ref(), Ok(signer.vkey()));
    }

    #[test]
    fn weak_keys_are_refused() {
        // The identity, and a non-canonical encoding of it (y = p + 1).
        let mut identity = [0; 32];
        identity[0] = 1;
        assert_eq!(PublicKey::from_bytes(&identity), Err(KeyError::Torsion));
        let mut wrapped = [0xff; 32];
        wrapped[0] = 0xee;
        wrapped[31] = 0x7f;
        assert_eq!(PublicKey::from_bytes(&wrapped), Err(KeyError::NotCanonical));
        assert!(VKey::from_typed_base64("n", "AQ==").is_err());
    }
}
