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
    /// Cosignatures of something that this ledger cannot publish.
    #[error("{0}")]
    Cosignature(String),
    /// Too few witnesses could be asked whether this copy is the newest.
    #[error(
        "nothing is taken in before it is known that this copy is the newest: the witnesses {} were not asked or gave no answer, and together they may have cosigned a later checkpoint; ask them again, or give the newest checkpoint that each has cosigned", silent.join(", ")
    )]
    Unconfirmed {
        /// The witnesses that gave no answer.
        silent: Vec<String>,
    },
    /// There is another copy of this ledger, which is newer or tells another history.
    #[error(
        "{} stop every other writer of this ledger, and go on with the copy whose checkpoints meet the quorum. The other checkpoint is kept in {path}; only if that copy is the mistake, and is stopped for good, move the file elsewhere", told(*size, *rival, *ahead)
    )]
    Rival {
        /// Entries of this copy.
        size: u64,
        /// Entries that the other checkpoint covers.
        rival: u64,
        /// True when the other is ahead, false when it contradicts this copy.
        ahead: bool,
        /// Where its checkpoint is kept, below the ledger's directory.
        path: String,
    },
    /// The writer is not usable any more.
    #[error("the writer has stopped: {0}")]
    Stopped(String),
}

fn told(size: u64, rival: u64, ahead: bool) -> String {
    if ahead {
        return format!(
            "this copy has {size} entries, and a checkpoint of {rival} was signed for this ledger: this is an older copy, restored perhaps from a backup, or another writer is at work. Nothing is taken in here:"
        );
    }
    format!(
        "this copy and a checkpoint of {rival} entries that was signed for this ledger tell two histories: another copy was written with the same keys. Nothing is taken in here:"
    )
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
