//! The 32-byte digests of the format, each with a type of its own so that they cannot be confused.

use crate::as_text::serde_as_text;
use std::fmt;
use std::str::FromStr;

/// Why a text is not a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// The text does not have 64 characters.
    #[error("a digest has 64 lower-case hex characters, this has {0} bytes")]
    Length(usize),
    /// A character is not one of `0-9a-f`.
    #[error("a digest has lower-case hex characters only, byte {0} is not one")]
    Character(usize),
}

/// Writes `bytes` as lower-case hex.
pub fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
    out
}

/// Reads exactly `N` bytes of lower-case hex.
pub fn from_hex<const N: usize>(text: &str) -> Result<[u8; N], HashError> {
    let digits = text.as_bytes();
    if digits.len() != N * 2 {
        return Err(HashError::Length(digits.len()));
    }
    let mut out = [0; N];
    for (at, digit) in digits.iter().enumerate() {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return Err(HashError::Character(at)),
        };
        out[at / 2] = out[at / 2] << 4 | value;
    }
    Ok(out)
}

macro_rules! digest {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Hash, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name([u8; 32]);

        impl $name {
            /// Wraps 32 bytes.
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The 32 bytes.
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&to_hex(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = HashError;

            fn from_str(text: &str) -> Result<Self, HashError> {
                from_hex(text).map(Self)
            }
        }

        serde_as_text!($name);
    };
}

digest! {
    /// BLAKE3 of an event's signed text: how events refer to each other.
    ///
    /// The event hash of the genesis event is the ledger id.
    EventHash
}
digest! {
    /// BLAKE3 of an entry's bytes: the links of the chain.
    EntryHash
}
digest! {
    /// A node of the RFC 6962 tree (SHA-256): a leaf hash, an interior hash or a root.
    NodeHash
}
digest! {
    /// BLAKE3 of a file or another byte string kept outside the ledger.
    ContentHash
}
digest! {
    /// A node of the index over streams, types and signers (SHA-256): a leaf, an inner node or the
    /// index root.
    IndexHash
}

/// The identity of a ledger: the event hash of its genesis event.
pub type LedgerId = EventHash;

impl EntryHash {
    /// What `prev` says at seq 0.
    pub const ZERO: Self = Self([0; 32]);
}

impl ContentHash {
    /// The BLAKE3 hash of `content`.
    pub fn of(content: &[u8]) -> Self {
        Self(*blake3::hash(content).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_strict() {
        let hash = EventHash::from_bytes([0xab; 32]);
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!("AB".repeat(32).parse::<EventHash>(), Err(HashError::Character(0)));
        assert_eq!("ab".parse::<EventHash>(), Err(HashError::Length(2)));
        assert_eq!(
            format!("{}g", "a".repeat(63)).parse::<EventHash>(),
            Err(HashError::Character(63))
        );
    }
}
