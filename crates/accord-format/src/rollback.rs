//! Rollbacks (`accord.rollback/v1`): a checkpoint that somebody was shown as the newest, beside a
//! larger one of the same log that its operator had signed.
//!
//! ```text
//! accord.rollback/v1
//! <head of the smaller tree>
//! <head of the larger tree>
//! ```
//!
//! Both may be honest. What the pair shows is that entries existed which the smaller tree lacks: a
//! record that ends there is not all of it. Who put the older one in its place, and when, no file
//! can show; and while the larger tree is at hand nowhere, whether the two agree stays open. If
//! they do not, a [fraud proof](crate::fraud) says so.

use crate::bundle;
use crate::head::{HeadError, Pair};

const FIRST_LINE: &str = "accord.rollback/v1";

/// Why bytes are no rollback.
#[derive(Debug, thiserror::Error)]
pub enum RollbackError {
    /// Not the first line.
    #[error("the first line is not \"{FIRST_LINE}\"")]
    FirstLine,
    /// The two heads.
    #[error(transparent)]
    Heads(#[from] HeadError),
    /// Neither lacks anything that the other has.
    #[error("both checkpoints have size {0}: neither lacks an entry of the other")]
    SameSize(u64),
    /// Something stands behind the heads.
    #[error("{0} bytes stand behind the two heads")]
    Trailing(usize),
}

/// Two heads, the smaller of which lacks entries.
#[derive(Clone, Debug, PartialEq)]
pub struct Rollback(Pair);

impl Rollback {
    /// Two heads of different sizes.
    pub fn new(heads: Pair) -> Result<Self, RollbackError> {
        let size = heads.smaller().size();
        if size == heads.larger().size() {
            return Err(RollbackError::SameSize(size));
        }
        Ok(Self(heads))
    }

    /// The heads.
    pub const fn heads(&self) -> &Pair {
        &self.0
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = format!("{FIRST_LINE}\n").into_bytes();
        self.0.write(&mut out);
        out
    }

    /// Reads a rollback.
    pub fn parse(bytes: &[u8]) -> Result<Self, RollbackError> {
        let mut rest = bytes;
        if bundle::line(&mut rest) != Some(FIRST_LINE) {
            return Err(RollbackError::FirstLine);
        }
        let heads = Pair::read(&mut rest)?;
        if !rest.is_empty() {
            return Err(RollbackError::Trailing(rest.len()));
        }
        Self::new(heads)
    }
}
