//! The event log: kernel authority, append, verification and proofs.
//!
//! - [`kernel`]: participants, keys, roles, charter, and the marks that records put on records;
//! - [`admission`]: the trait by which the domain judges; [`judge`]: the judgement of one event at
//!   one place, which append and [`verify`](verify::verify) share;
//! - [`Ledger`]: the synchronous writer; [`handle`]: the asynchronous one in front of it;
//! - [`prove`]: receipts and bundles; [`completeness`]: that entries are all of their kind;
//!   [`check`]: checking files offline.
//!
//! What it is not: it knows no family of events but its own, and no file name but those of the
//! store.

#![forbid(unsafe_code)]

pub mod admission;
pub mod check;
pub mod clock;
pub mod completeness;
mod error;
pub mod forks;
pub mod guards;
pub mod handle;
mod history;
pub mod judge;
pub mod kernel;
pub mod keyring;
mod operator;
pub mod prove;
mod record;
pub mod verify;
mod writer;

pub use error::LedgerError;
pub use operator::{OperatorError, OperatorKeys};
pub use record::Record;
pub use writer::{BATCH_BYTES_MAX, BATCH_MAX, Ledger, Opened, Options, Outcome, Submission};

/// The newest rulebook that this software knows.
pub const RULEBOOK: u32 = 1;
