//! Orders and discipline.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// An order that a party gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The party, or the participant when it stands for none.
    pub by: String,
    /// Its number.
    pub order_ref: String,
    /// What it orders.
    pub measures: BTreeSet<String>,
    /// When.
    pub at: i64,
}

/// What was done about those responsible in a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discipline {
    /// Reports.
    pub reports: u64,
    /// Action to persons.
    pub persons: BTreeMap<String, u64>,
    /// Reports whose count is not exact.
    pub inexact: u64,
}

impl Discipline {
    /// Persons, whatever was done; one who was warned and later dismissed is in both reports.
    pub fn total(&self) -> u64 {
        self.persons.values().fold(0, |sum, persons| sum.saturating_add(*persons))
    }
}
