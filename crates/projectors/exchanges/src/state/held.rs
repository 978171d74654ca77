//! Persons that a side holds, as each source says, and those released since.

use super::Sum;
use crate::event::Counts;
use accord_catalogue::unit::Count;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Persons that a side holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// By `<source>/<category>`, or `<source>/*` for all categories together.
    pub tallies: BTreeMap<String, Tally>,
}

/// The latest tally of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The entry.
    pub seq: u64,
    /// As of when.
    pub at: i64,
    /// How many persons were held then.
    pub declared: Sum,
    /// Persons released since, as those who received them confirmed.
    pub released: u64,
    /// The fall from the source's tally before that no release explains.
    pub unexplained: Option<Fall>,
}

/// A fall of a tally.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fall {
    /// From how many.
    pub from: u64,
    /// To how many.
    pub to: u64,
    /// How many were released in between.
    pub released: u64,
}

impl Tally {
    /// Declared held less released since: the gap to all for all.
    pub const fn remaining(&self) -> u64 {
        self.declared.value.saturating_sub(self.released)
    }

    /// True when more were released than were held.
    pub fn is_exceeded(&self) -> bool {
        self.declared.at_most().is_some_and(|held| self.released > held)
    }
}

impl Held {
    /// What a new tally does not explain: the fall from the one before beyond those released.
    pub(crate) fn fall(&self, key: &str, count: &Count) -> Option<Fall> {
        let before = self.tallies.get(key)?;
        let from = before.declared.at_least()?;
        let to = Sum::of(count).at_most()?;
        let released = before.released;
        (to.saturating_add(released) < from).then_some(Fall { from, to, released })
    }

    pub(crate) fn declare(&mut self, key: String, seq: u64, at: i64, count: &Count) {
        let unexplained = self.fall(&key, count);
        let declared = Sum::of(count);
        self.tallies.insert(key, Tally { seq, at, declared, released: 0, unexplained });
    }

    pub(crate) fn release(&mut self, counts: &Counts) {
        for (key, tally) in &mut self.tallies {
            let category = key.rsplit('/').next().unwrap_or_default();
            for (released, persons) in counts {
                if category == "*" || category == released.as_str() {
                    tally.released = tally.released.saturating_add(*persons);
                }
            }
        }
    }
}
