//! Why evidence cannot be made, or does not convince.

use super::EvidenceError;
use crate::brackets::Bracket;
use crate::check::CheckError;
use crate::deposits::{Due, Reached};
use crate::error::LedgerError;
use crate::keyring::SignatureError;
use accord_format::deposit::DepositError;
use accord_format::head::HeadError;
use accord_format::misdated::MisdatedError;
use accord_format::time::Timestamp;
use accord_format::withheld::{ENTRIES_MAX, FILE_MAX, WithheldError};

/// Why no such evidence can be made of a record.
#[derive(Debug, thiserror::Error)]
pub enum UnprovenError {
    /// The record, or what was made of it does not hold.
    #[error(transparent)]
    Record(#[from] LedgerError),
    /// The published part of it does not reach so far.
    #[error("what is published of the record does not reach beyond the limit")]
    NotReached,
    /// A file would not hold it.
    #[error(
        "it would take more than {ENTRIES_MAX} entries or {} MiB; an index that the operator commits to makes it small, and until then it takes the record",
        FILE_MAX >> 20
    )]
    TooMuch,
    /// It would convince nobody.
    #[error("it would not hold: {0}")]
    Unconvincing(#[from] Box<UnconvincingError>),
}

impl From<accord_store::StoreError> for UnprovenError {
    fn from(error: accord_store::StoreError) -> Self {
        Self::Record(error.into())
    }
}

impl From<EvidenceError> for UnprovenError {
    fn from(error: EvidenceError) -> Self {
        match error {
            EvidenceError::Record(error) => Self::Record(error),
            EvidenceError::Check(error) => {
                Self::Unconvincing(Box::new(UnconvincingError::Check(error)))
            }
        }
    }
}

/// Why evidence does not convince.
#[derive(Debug, thiserror::Error)]
pub enum UnconvincingError {
    /// Its form, or what it should show.
    #[error(transparent)]
    Form(#[from] WithheldError),
    /// The form of what shows a wrong time.
    #[error(transparent)]
    Misdated(#[from] MisdatedError),
    /// One of its proofs.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// The genesis, or the checkpoint's signatures.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// An entry in it is not what its authors signed.
    #[error("entry {seq}: {why}")]
    Entry {
        /// Which.
        seq: u64,
        /// What is wrong with it.
        why: SignatureError,
    },
    /// The event is nobody's.
    #[error("the event need not be answered: {0}")]
    NotOwed(SignatureError),
    /// Nobody who is known signed the deposit.
    #[error("the deposit: {0}")]
    Depositary(DepositError),
    /// The charter sets no limit.
    #[error("by the entries in it no charter sets a limit for what is deposited")]
    NoLimit,
    /// The entries do not reach beyond the limit.
    #[error("the entries in it reach {}, the limit ends at {} and clocks may differ by {} seconds",
        .reached.map_or_else(|| "no time".to_owned(), |r| r.at.to_string()), .due.at, .due.skew)]
    NotReached {
        /// How far they reach.
        reached: Option<Reached>,
        /// The limit.
        due: Due,
    },
    /// The ledger's times are nobody's clock.
    #[error(
        "the ledger's clock is simulated by its genesis: whoever appends sets it, and no time in it can be wrong"
    )]
    Simulated,
    /// The witnesses contradict each other.
    #[error("the cosignatures that count contradict each other, {}: it is the witnesses' clocks that this shows to be wrong", told(.bracket))]
    Disagree {
        /// By them.
        bracket: Bracket,
    },
    /// A part of the record that this software does not understand.
    #[error(
        "entry {0} is of a kind that this software does not understand: behind it, who had which power is not known"
    )]
    NotEstablished(u64),
    /// Nothing in the file bounds the entry's time, or it lies within.
    #[error("entry {seq} says that it was recorded at {recorded}; by the cosignatures that count, {}, and no charter lets clocks differ by more than {skew} seconds, for which a file alone shows nothing",
        told(.bracket))]
    Within {
        /// The entry.
        seq: u64,
        /// As it says.
        recorded: Timestamp,
        /// What bounds that.
        bracket: Bracket,
        /// How far clocks may differ, in seconds.
        skew: i64,
    },
}

fn told(bracket: &Bracket) -> String {
    let after = bracket.after.map(|bound| format!("it was recorded after {}", bound.at));
    let by = bracket.by.map(|bound| format!("it was there by {}", bound.at));
    let told: Vec<String> = after.into_iter().chain(by).collect();
    if told.is_empty() { "nothing bounds its time".to_owned() } else { told.join(" and ") }
}
