//! The event log: kernel authority, append, verification and proofs.
//!
//! - [`kernel`]: participants, keys, roles, charter, and the marks that records put on records;
//! - [`admission`]: the trait by which the domain judges; [`judge`]: the judgement of one event at
//!   one place, which append and [`verify`](verify::verify) share;
//! - [`Ledger`]: the synchronous writer; [`handle`]: the asynchronous one in front of it;
//! - [`quorum`]: witness policies; [`brackets`]: what cosignatures say of the time of entries;
//! - [`cosigners`]: the trait through which witnesses are asked;
//! - [`prove`]: receipts and bundles; [`completeness`]: that entries are all of their kind;
//!   [`deposits`]: what was left with a witness, and what the record says to it;
//!   [`check`]: checking files offline; [`evidence`] and [`pins`]: what a reader holds against an
//!   operator who shows another history.
//!
//! What it is not: it knows no family of events but its own, and no file name but those of the
//! store.

#![forbid(unsafe_code)]

pub mod admission;
pub mod brackets;
pub mod check;
pub mod clock;
pub mod completeness;
mod cores;
pub mod cosigners;
pub mod demand;
pub mod deposits;
mod error;
pub mod evidence;
pub mod forks;
pub mod guards;
pub mod handle;
mod history;
pub mod judge;
pub mod kernel;
pub mod keyring;
mod operator;
pub mod packed;
pub mod pins;
pub mod places;
pub mod prove;
pub mod quorum;
mod recent;
mod reckoning;
mod record;
mod rivals;
mod seen;
pub mod verify;
mod writer;

pub use error::LedgerError;
pub use operator::{OperatorError, OperatorKeys};
pub use reckoning::{Passed, Reckoning};
pub use record::Record;
pub use writer::{BATCH_BYTES_MAX, BATCH_MAX, Ledger, Opened, Options, Outcome, Submission, Taken};

/// The newest rulebook that this software knows.
pub const RULEBOOK: u32 = 1;
