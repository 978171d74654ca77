//! Families composed: registry, admission, cross-family rules and views.
//!
//! [`Families`] is every family's state together, kept up entry by entry. It is the ledger's
//! [`Admission`](accord_ledger::admission::Admission): append and verify judge by it.
//! [`Replay`] makes the state of any (K, T) from the record, as a [`Snapshot`], and a [`view`] is
//! what the board reads of one, as data.

#![forbid(unsafe_code)]

mod admission;
mod amendments;
mod bearing;
mod disputes;
mod error;
mod families;
mod family;
mod marks;
mod provisions;
mod replay;
pub mod report;
mod rules;
mod runs;
mod said;
mod saved;
mod tally;
pub mod view;

#[cfg(test)]
mod tests;

pub use disputes::{Dispute, Disputes, Settlement};
pub use error::ViewError;
pub use families::{Families, FamilyDigest};
pub use replay::{Known, Replay, Snapshot};
/// What the rules across families refuse, whatever the type.
pub use rules::REFUSALS;
pub use runs::Runs;
pub use saved::{Key, Saved, Shelf};
pub use tally::{Bearing, FileRows, Seen, Tally};
