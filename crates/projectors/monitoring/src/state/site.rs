//! A storage site.

use crate::event::SiteKind;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A storage site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// What its holder registered; absent until it has.
    pub terms: Option<SiteTerms>,
    /// The latest inventory.
    pub inventory: Option<Inventory>,
    /// How many inventories were declared.
    pub inventories: u64,
    /// How many of them showed less than the one before without saying why.
    pub falls: u64,
    /// Inspections under the agreement, by outcome.
    pub inspections: BTreeMap<String, u64>,
    /// Inspections before the agreement.
    pub baseline_inspections: u64,
    /// The latest inspection that the inspectors were let in for.
    pub inspected_at: Option<i64>,
    /// What inspectors found of each class, when they last saw it.
    pub verified: BTreeMap<String, Verified>,
    /// Seals that inspectors have ever found broken.
    pub broken_seals: BTreeSet<String>,
    /// Seals that inspectors found whole and never broken.
    pub whole_seals: BTreeSet<String>,
}

/// What the holder registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteTerms {
    /// The party whose site it is.
    pub party: String,
    /// Area.
    pub area: String,
    /// What kind it is.
    pub kind: SiteKind,
}

/// What a holder says is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// The day that it tells of.
    pub as_of: String,
    /// Weapons by class.
    pub items: BTreeMap<String, u64>,
}

impl Inventory {
    /// The first class of which there is less than before.
    pub fn falls_behind(&self, before: &Self) -> Option<(String, u64, u64)> {
        before.items.iter().find_map(|(class, then)| {
            let now = self.items.get(class).copied().unwrap_or(0);
            (now < *then).then(|| (class.clone(), *then, now))
        })
    }
}

/// What inspectors found of a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// How many were there.
    pub present: u64,
    /// How many were not there.
    pub missing: u64,
    /// How many could be neither found nor ruled out.
    pub unable_to_verify: u64,
}

impl Verified {
    /// All that inspectors accounted for.
    pub const fn total(&self) -> u64 {
        self.present.saturating_add(self.missing).saturating_add(self.unable_to_verify)
    }

    /// Adds others.
    pub const fn add(&mut self, more: &Self) {
        self.present = self.present.saturating_add(more.present);
        self.missing = self.missing.saturating_add(more.missing);
        self.unable_to_verify = self.unable_to_verify.saturating_add(more.unable_to_verify);
    }
}
