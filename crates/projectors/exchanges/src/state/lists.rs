//! Lists of persons, and what their checks came to.

use crate::event::{ListErrors, ListRole};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A version of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// The party whose list it is.
    pub party: String,
    /// The party's code for the list.
    pub list: String,
    /// Version.
    pub version: u32,
    /// To release or to receive.
    pub role: ListRole,
    /// Category of the persons.
    pub category: String,
    /// How many persons.
    pub count: u64,
    /// A later version has taken its place.
    pub superseded: bool,
    /// Each participant's latest check.
    pub checks: BTreeMap<String, Check>,
    /// When it was handed in.
    pub at: i64,
}

/// What a check came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Entries as they should be.
    pub matched: u64,
    /// Entries to which nobody could be found.
    pub unmatched: u64,
    /// Entries that are not as they should be.
    pub errors: ListErrors,
    /// The list's own party checked it.
    pub own: bool,
}

impl Check {
    /// How many entries it accounts for.
    pub const fn total(&self) -> u64 {
        self.matched.saturating_add(self.unmatched).saturating_add(self.errors.total())
    }
}

impl List {
    /// Checks by others that account for every entry of the list, no more and no less.
    pub fn sound_checks(&self) -> impl Iterator<Item = (&str, &Check)> {
        let all = self.checks.iter().map(|(by, check)| (by.as_str(), check));
        all.filter(|(_, check)| !check.own && check.total() == self.count)
    }

    /// True once somebody else has gone through all of it.
    pub fn is_checked(&self) -> bool {
        self.sound_checks().next().is_some()
    }
}
