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

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The state of one subject.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExchangesState {
    /// Nothing yet.
    #[default]
    Empty,
    /// An exchange.
    Exchange(Box<Exchange>),
    /// Persons that a side holds.
    Held(Box<Held>),
    /// A batch of remains.
    Remains(Box<Batch>),
}

impl ExchangesState {
    /// The exchange, when it is one.
    pub fn exchange(&self) -> Option<&Exchange> {
        match self {
            Self::Exchange(exchange) => Some(exchange),
            _ => None,
        }
    }

    /// The persons held, when it is that.
    pub fn held(&self) -> Option<&Held> {
        match self {
            Self::Held(held) => Some(held),
            _ => None,
        }
    }

    /// The batch of remains, when it is one.
    pub fn remains(&self) -> Option<&Batch> {
        match self {
            Self::Remains(batch) => Some(batch),
            _ => None,
        }
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
