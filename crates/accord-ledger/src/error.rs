//! What can go wrong with a ledger as a whole; what is wrong with one event is a refusal.

use crate::operator::OperatorError;
use accord_format::time::Timestamp;
use accord_store::StoreError;

/// Why a ledger could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operator's keys.
    #[error(transparent)]
    Operator(#[from] OperatorError),
    /// An entry that must be readable is not.
    #[error("entry {seq} cannot be read: {why}; run `accord verify` and restore from a mirror")]
    Unreadable {
        /// Position.
        seq: u64,
        /// What is wrong with it.
        why: String,
    },
    /// The genesis event is not one.
    #[error("the genesis event is refused: {0}")]
    Genesis(String),
    /// The clock is behind the record.
    #[error(
        "the clock says {now}, but the last entry was recorded at {recorded}; set the clock, or wait"
    )]
    ClockBehind {
        /// The clock.
        now: Timestamp,
        /// The last entry.
        recorded: Timestamp,
    },
    /// The clock is implausibly far ahead of the record.
    #[error(
        "the clock says {now}, {days} days after the last entry; if that is right, append with --accept-gap"
    )]
    ClockAhead {
        /// The clock.
        now: Timestamp,
        /// Whole days since the last entry.
        days: i64,
    },
    /// The record has entries of newer rules.
    #[error(
        "entry {seq} is of a newer rulebook or kernel type; this accord can read the ledger, but not write it: upgrade"
    )]
    Newer {
        /// The first such entry.
        seq: u64,
    },
    /// A time was given for a ledger that keeps its own.
    #[error("this ledger records by the system clock; --at is for ledgers with a simulated clock")]
    NotSimulated,
    /// More submissions at once than a batch holds.
    #[error(
        "{notes} notes of {bytes} bytes are more than one batch holds; append them in smaller ones"
    )]
    BatchTooLarge {
        /// How many notes.
        notes: usize,
        /// Their bytes, as far as a note may have them.
        bytes: usize,
    },
    /// The writer is not usable any more.
    #[error("the writer has stopped: {0}")]
    Stopped(String),
}

impl LedgerError {
    /// True when the same writer may be asked again: the clock was wrong, or the caller.
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::ClockBehind { .. }
                | Self::ClockAhead { .. }
                | Self::NotSimulated
                | Self::BatchTooLarge { .. }
        )
    }
}
