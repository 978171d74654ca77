//! Completeness: that entries are *all* entries of a stream, of a type, or by a signer.
//!
//! An [`Index`] holds, for every [`Key`], how many entries stand under it and the root over them
//! alone; all of that hangs under one [`IndexHash`], to which the operator commits in an entry
//! ([`Commitment`]). Whoever has the entries can compute it again, and say so in a [`Statement`].
//! A [`Proof`] joins the entries, their places in the ledger's tree, and the index's [`Answer`].
//!
//! `docs/completeness.md` is the normative text, and tells why this holds and on what it rests.

mod answer;
mod file;
mod key;
mod map;
mod proof;
mod statement;

pub use answer::{Absent, Answer, End};
pub use file::{ENTRIES_MAX, FILE_MAX};
pub use key::{Key, KeyError, KeyHash};
pub use map::Index;
pub use proof::{Part, Proof, ProofError, Shown};
pub use statement::{SignedStatement, Statement, StatementError, is_index_key};

use crate::event::Event;
use crate::hash::IndexHash;
use serde_json::Value;

/// Type of the entries by which the operator commits to index roots.
pub const COMMITMENT_TYPE: &str = "index.committed";
/// Version of their payload.
pub const COMMITMENT_VERSION: u32 = 1;

/// What the operator commits to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// Number of entries indexed; the commitment's own position.
    pub size: u64,
    /// The index root over them.
    pub root: IndexHash,
}

impl Commitment {
    /// True for an event that commits to an index root, or should.
    pub fn is_claimed_by(event: &Event) -> bool {
        event.event_type == COMMITMENT_TYPE && event.version == COMMITMENT_VERSION
    }

    /// What an event commits to; nothing unless its payload is exactly size and root.
    pub fn of(event: &Event) -> Option<Self> {
        let payload = event.payload.as_object().filter(|members| members.len() == 2)?;
        let size = payload.get("size").and_then(Value::as_u64)?;
        let root = payload.get("root").and_then(Value::as_str)?.parse().ok()?;
        Self::is_claimed_by(event).then_some(Self { size, root })
    }
}

#[cfg(test)]
mod tests;
