//! Heads that speak for themselves: a signed checkpoint with the key history that shows under whose
//! keys it must be signed, and pairs of them, of which evidence consists.
//!
//! ```text
//! checkpoint <bytes>
//! <signed checkpoint>
//! entry <index> <hashes> <bytes>
//! <base64 hash, one a line>
//! <entry bytes>
//! …
//! ```
//!
//! The entries are those of a bundle without its subject. Whoever holds only a
//! checkpoint, as a receipt has it, cannot show that the genesis is in its tree: in a [`Pair`] one
//! head may come without key history and is then judged by that of the other.

use crate::bundle::{self, BundleError, ENTRIES_MAX, ProvenEntry};
use crate::checkpoint::SignedCheckpoint;

/// Why bytes are not heads, or do not hold.
#[derive(Debug, thiserror::Error)]
pub enum HeadError {
    /// One of the parts, which have the form of a bundle's.
    #[error(transparent)]
    Part(#[from] BundleError),
    /// More entries than there may be.
    #[error("a head has more than {ENTRIES_MAX} entries")]
    TooMany,
    /// Two heads of two logs say nothing about each other.
    #[error("the checkpoints are of two logs, {0:?} and {1:?}")]
    Origins(String, String),
    /// The larger head comes first.
    #[error("the smaller checkpoint comes first; these have sizes {0} and {1}")]
    Order(u64, u64),
    /// Neither head names its genesis.
    #[error("at least one of the two heads carries its key history")]
    NoHistory,
}

/// A signed checkpoint, and the genesis and key entries that are included under it.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// The checkpoint.
    pub checkpoint: SignedCheckpoint,
    /// Genesis and key history by rising seq, each with its inclusion proof; or nothing.
    pub keys: Vec<ProvenEntry>,
}

impl Head {
    /// A checkpoint by itself.
    pub const fn bare(checkpoint: SignedCheckpoint) -> Self {
        Self { checkpoint, keys: Vec::new() }
    }

    /// Its size.
    pub const fn size(&self) -> u64 {
        self.checkpoint.checkpoint().size
    }

    /// Writes it behind what a file begins with.
    pub fn write(&self, out: &mut Vec<u8>) {
        let note = self.checkpoint.to_text();
        out.extend_from_slice(format!("checkpoint {}\n{note}", note.len()).as_bytes());
        for entry in &self.keys {
            entry.write(out);
        }
    }

    /// Reads a head off `rest`, as far as entries follow.
    pub fn read(rest: &mut &[u8]) -> Result<Self, HeadError> {
        let checkpoint = bundle::read_checkpoint(rest, 1)?;
        let mut keys = Vec::new();
        while rest.starts_with(b"entry ") {
            if keys.len() == ENTRIES_MAX {
                return Err(HeadError::TooMany);
            }
            keys.push(ProvenEntry::read(rest, keys.len() + 2)?);
        }
        bundle::check_order(&keys)?;
        Ok(Self { checkpoint, keys })
    }

    /// Checks that every entry stands under the checkpoint.
    pub fn verify_inclusion(&self) -> Result<(), HeadError> {
        let head = self.checkpoint.checkpoint();
        for proven in &self.keys {
            let index = proven.entry.header.seq;
            proven.verify(head).map_err(|error| BundleError::Proof { index, error })?;
        }
        Ok(())
    }
}

/// Two heads of one log, the smaller first.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    smaller: Head,
    larger: Head,
}

impl Pair {
    /// Two heads in whichever order.
    pub fn new(one: Head, other: Head) -> Result<Self, HeadError> {
        Self::of(one, other).checked()
    }

    /// The same, unchecked.
    pub(crate) fn of(one: Head, other: Head) -> Self {
        if one.size() <= other.size() {
            Self { smaller: one, larger: other }
        } else {
            Self { smaller: other, larger: one }
        }
    }

    /// The head of the smaller tree, or of the one named first.
    pub const fn smaller(&self) -> &Head {
        &self.smaller
    }

    /// The head of the larger tree.
    pub const fn larger(&self) -> &Head {
        &self.larger
    }

    /// The key history by which a head is judged: its own, or that of the other.
    pub fn histories(&self) -> (&[ProvenEntry], &[ProvenEntry]) {
        let (small, large) = (&self.smaller.keys, &self.larger.keys);
        (if small.is_empty() { large } else { small }, if large.is_empty() { small } else { large })
    }

    /// Writes both.
    pub fn write(&self, out: &mut Vec<u8>) {
        self.smaller.write(out);
        self.larger.write(out);
    }

    /// Reads two heads off `rest`.
    pub fn read(rest: &mut &[u8]) -> Result<Self, HeadError> {
        Self { smaller: Head::read(rest)?, larger: Head::read(rest)? }.checked()
    }

    /// Checks that every key entry stands under its checkpoint.
    pub fn verify_inclusion(&self) -> Result<(), HeadError> {
        self.smaller.verify_inclusion()?;
        self.larger.verify_inclusion()
    }

    fn checked(self) -> Result<Self, HeadError> {
        let (small, large) =
            (self.smaller.checkpoint.checkpoint(), self.larger.checkpoint.checkpoint());
        if small.origin != large.origin {
            return Err(HeadError::Origins(small.origin.clone(), large.origin.clone()));
        }
        if small.size > large.size {
            return Err(HeadError::Order(small.size, large.size));
        }
        if self.smaller.keys.is_empty() && self.larger.keys.is_empty() {
            return Err(HeadError::NoHistory);
        }
        Ok(self)
    }
}
