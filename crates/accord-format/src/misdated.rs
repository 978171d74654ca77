//! Evidence that an entry bears a time at which it was not recorded (`accord.misdated/v1`).
//!
//! ```text
//! accord.misdated/v1
//! misdated <seq>
//! checkpoint <bytes>
//! <signed checkpoint>
//! entry <index> <hashes> <bytes>
//! <base64 hash, one a line>
//! <entry bytes>
//! …
//! ```
//!
//! Among the entries, by rising seq from the genesis on, is the one that is misdated; the others say
//! whose keys and whose cosignatures count, and hold the checkpoints that were cosigned before it. An
//! entry cannot be older than a cosignature that stands in the record before it, and not younger
//! than one over a tree that has it: the checkpoint of the file can be such a tree. Between which
//! instants the entry was recorded by the word of witnesses, `accord_ledger::evidence` judges.

use crate::bundle::{self, ProvenEntry};
use crate::entry::Entry;
use crate::head::{Head, HeadError};
use crate::wire;

const FIRST_LINE: &str = "accord.misdated/v1";
/// The longest file, in bytes.
pub const FILE_MAX: usize = 64 << 20;

/// Why bytes are not such evidence.
#[derive(Debug, thiserror::Error)]
pub enum MisdatedError {
    /// Longer than [`FILE_MAX`].
    #[error("the file has {0} bytes, the limit is {FILE_MAX}")]
    TooLong(usize),
    /// Not the first line.
    #[error("the first line is not \"{FIRST_LINE}\"")]
    FirstLine,
    /// Not the second.
    #[error("the second line is not \"misdated <seq>\"")]
    SecondLine,
    /// The checkpoint, or an entry.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// The entry that it is about is not in it.
    #[error("it is about entry {0}, which is not in it")]
    Missing(u64),
    /// Something stands behind the entries.
    #[error("{0} bytes stand behind the last entry")]
    Trailing(usize),
}

/// A misdated entry, among those that show it.
#[derive(Clone, Debug, PartialEq)]
pub struct Misdated {
    seq: u64,
    head: Head,
}

impl Misdated {
    /// Evidence about the entry at `seq`, which is one of `head`.
    pub fn new(seq: u64, head: Head) -> Result<Self, MisdatedError> {
        let made = Self { seq, head };
        if made.find().is_none() {
            return Err(MisdatedError::Missing(seq));
        }
        Ok(made)
    }

    /// The checkpoint, with all entries under it.
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// The position of the misdated entry.
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// The misdated entry.
    pub fn subject(&self) -> Result<&Entry, MisdatedError> {
        self.find().map(|proven| &proven.entry).ok_or(MisdatedError::Missing(self.seq))
    }

    fn find(&self) -> Option<&ProvenEntry> {
        self.head.keys.iter().find(|proven| proven.entry.header.seq == self.seq)
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = format!("{FIRST_LINE}\nmisdated {}\n", self.seq).into_bytes();
        self.head.write(&mut out);
        out
    }

    /// Reads such evidence; what it shows is not checked.
    pub fn parse(bytes: &[u8]) -> Result<Self, MisdatedError> {
        if bytes.len() > FILE_MAX {
            return Err(MisdatedError::TooLong(bytes.len()));
        }
        let mut rest = bytes;
        if bundle::line(&mut rest) != Some(FIRST_LINE) {
            return Err(MisdatedError::FirstLine);
        }
        let seq = bundle::line(&mut rest).and_then(|line| line.strip_prefix("misdated "));
        let seq = seq.and_then(wire::decimal).ok_or(MisdatedError::SecondLine)?;
        let head = Head::read(&mut rest)?;
        if !rest.is_empty() {
            return Err(MisdatedError::Trailing(rest.len()));
        }
        Self::new(seq, head)
    }
}
