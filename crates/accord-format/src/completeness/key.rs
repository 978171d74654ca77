//! What entries are listed by: their stream, their type, who signed them.

use crate::event::{Event, SignerRef};
use crate::name;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// Bits of a key's hash.
pub(super) const BITS: usize = 256;

/// The hash of a key: where in the index it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyHash([u8; 32]);

impl KeyHash {
    /// Wraps 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The bit at `depth`, the highest of the first byte being at 0.
    pub fn bit(&self, depth: usize) -> bool {
        self.0.get(depth / 8).is_some_and(|byte| byte >> (7 - depth % 8) & 1 == 1)
    }

    /// True when both have the same first `bits` bits.
    pub fn agrees(&self, other: &Self, bits: usize) -> bool {
        (0..bits.min(BITS)).all(|depth| self.bit(depth) == other.bit(depth))
    }
}

/// Why a text is not a key of the index.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a key of the index: expected stream/<stream>, type/<event type> or signer/<participant>, found {0:?}"
)]
pub struct KeyError(String);

/// A key of the index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// Every entry of a stream.
    Stream(String),
    /// Every entry of a type, in whatever version.
    Type(String),
    /// Every entry that a participant signed, first or not.
    Signer(String),
}

impl Key {
    /// The keys under which an entry with this event stands, each once.
    pub fn of(event: &Event) -> impl Iterator<Item = Self> + '_ {
        let signers: BTreeSet<&str> = event.signers.iter().map(SignerRef::participant).collect();
        let own = [Self::Stream(event.stream.clone()), Self::Type(event.event_type.clone())];
        own.into_iter().chain(signers.into_iter().map(|code| Self::Signer(code.to_owned())))
    }

    /// True when an entry with this event stands under the key.
    pub fn holds(&self, event: &Event) -> bool {
        match self {
            Self::Stream(stream) => event.stream == *stream,
            Self::Type(name) => event.event_type == *name,
            Self::Signer(code) => event.signers.iter().any(|s| s.participant() == code),
        }
    }

    /// SHA-256 of the key's text.
    pub fn hash(&self) -> KeyHash {
        KeyHash(Sha256::digest(self.to_string()).0)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stream(stream) => write!(f, "stream/{stream}"),
            Self::Type(name) => write!(f, "type/{name}"),
            Self::Signer(code) => write!(f, "signer/{code}"),
        }
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let found = text.split_once('/').and_then(|(kind, rest)| match kind {
            "stream" if name::is_pair(rest) => Some(Self::Stream(rest.to_owned())),
            "type" if name::is_event_type(rest) => Some(Self::Type(rest.to_owned())),
            "signer" if name::is_code(rest) => Some(Self::Signer(rest.to_owned())),
            _ => None,
        });
        found.ok_or_else(|| KeyError(text.chars().take(200).collect()))
    }
}
