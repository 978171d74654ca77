//! What the family's state consists of. Instants are in microseconds since the epoch; sums hold at
//! the largest number there is instead of wrapping, and no honest record comes near it.

mod books;
mod exchange;
mod held;
mod lists;
mod problems;
mod remains;
mod stages;
mod sum;

pub use exchange::{
    Agreement, Discrepancy, Exchange, Postponement, Proposal, Reconciliation, Settlement, Status,
};
pub use held::{Fall, Held, Tally};
pub use lists::{Check, List};
pub use remains::{Batch, Examined, RemainsStage};
pub use stages::{Attestation, Delivery, Handover, Receipt, Stage};
pub use sum::Sum;

use std::collections::BTreeMap;

accord_projection::states! {
    /// The state of one subject.
    pub enum ExchangesState {
        /// An exchange.
        Exchange(Box<Exchange>) = exchange: Exchange;
        /// Persons that a side holds.
        Held(Box<Held>) = held: Held;
        /// A batch of remains.
        Remains(Box<Batch>) = remains: Batch;
    }
}

/// Persons by category.
pub type ByCategory = BTreeMap<String, u64>;

/// Adds to the number under a key.
pub(crate) fn add_to(totals: &mut ByCategory, key: &str, more: u64) {
    match totals.get_mut(key) {
        Some(total) => *total = total.saturating_add(more),
        None => {
            totals.insert(key.to_owned(), more);
        }
    }
}

/// The sum of all categories.
pub(crate) fn total(counts: &ByCategory) -> u64 {
    crate::event::sum(counts.values())
}
