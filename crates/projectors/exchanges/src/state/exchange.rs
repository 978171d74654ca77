//! An exchange, and where it stands.

use super::stages::pair;
use super::{ByCategory, Delivery, List, Stage, add_to};
use crate::event::{DiscrepancyKind, Formula, SettledDifference, Window};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where an exchange stands. It is not kept but follows from what happened, so that an exchange
/// which is disputed or put off goes back to where it stood by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Proposed.
    Proposed,
    /// Some of those who release have handed in a list.
    ListsPartial,
    /// All of them have.
    ListsIn,
    /// Somebody else has gone through every list.
    ListsChecked,
    /// Agreed on.
    Agreed,
    /// Persons have been handed over.
    InProgress,
    /// Something does not agree.
    Disputed,
    /// Put off.
    Postponed,
    /// Its books agree.
    Reconciled,
    /// Ended by a party.
    Cancelled,
}

impl Status {
    /// Every status, in order.
    pub const ALL: [Self; 10] = [
        Self::Proposed,
        Self::ListsPartial,
        Self::ListsIn,
        Self::ListsChecked,
        Self::Agreed,
        Self::InProgress,
        Self::Disputed,
        Self::Postponed,
        Self::Reconciled,
        Self::Cancelled,
    ];

    /// The word in states and views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::ListsPartial => "lists_partial",
            Self::ListsIn => "lists_in",
            Self::ListsChecked => "lists_checked",
            Self::Agreed => "agreed",
            Self::InProgress => "in_progress",
            Self::Disputed => "disputed",
            Self::Postponed => "postponed",
            Self::Reconciled => "reconciled",
            Self::Cancelled => "cancelled",
        }
    }

    /// True when no step follows.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Reconciled | Self::Cancelled)
    }
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Who made it.
    pub by: String,
    /// How many for how many.
    pub formula: Formula,
    /// The parties concerned.
    pub parties: BTreeSet<String>,
    /// Those of them that release persons.
    pub releasing: BTreeSet<String>,
    /// Categories of persons.
    pub categories: BTreeSet<String>,
    /// When.
    pub at: i64,
}

/// An agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// Roots of the lists agreed on.
    pub lists: BTreeSet<String>,
    /// Persons that each party releases, by category.
    pub counts: BTreeMap<String, ByCategory>,
    /// When they are to be handed over, when that is public.
    pub window: Option<Window>,
    /// When it was agreed.
    pub at: i64,
}

/// Something that somebody says does not agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discrepancy {
    /// Who says so.
    pub by: String,
    /// The stage.
    pub stage: Option<u16>,
    /// What does not agree.
    pub kind: DiscrepancyKind,
    /// When.
    pub at: i64,
    /// When it was resolved.
    pub resolved_at: Option<i64>,
    /// That all parties concerned resolved it together.
    pub settled: Option<Settlement>,
}

/// A discrepancy that all parties concerned resolved together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// The entry.
    pub seq: u64,
    /// The numbers that they live with although they differ.
    pub differences: Vec<SettledDifference>,
}

/// That an exchange is put off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Postponement {
    /// The party.
    pub by: String,
    /// When it said so.
    pub at: i64,
    /// Until when.
    pub until: Option<i64>,
}

/// That the books of an exchange agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// The entry.
    pub seq: u64,
    /// When.
    pub at: i64,
    /// Persons that each party released.
    pub totals: ByCategory,
}

/// An exchange.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// The proposal. What happened before it was recorded may be on record all the same.
    pub proposal: Option<Proposal>,
    /// Before the agreement that the ledger is about.
    pub historical: bool,
    /// Lists by root.
    pub lists: BTreeMap<String, List>,
    /// The latest agreement.
    pub agreement: Option<Agreement>,
    /// Stages by number.
    pub stages: BTreeMap<u16, Stage>,
    /// Discrepancies by the event that raised them.
    pub discrepancies: BTreeMap<String, Discrepancy>,
    /// That it is put off.
    pub postponed: Option<Postponement>,
    /// How often it was put off.
    pub postponements: u64,
    /// That its books agree.
    pub reconciled: Option<Reconciliation>,
    /// When a party ended it.
    pub cancelled_at: Option<i64>,
}

impl Exchange {
    /// Where it stands.
    pub fn status(&self) -> Status {
        if self.cancelled_at.is_some() {
            Status::Cancelled
        } else if self.reconciled.is_some() {
            Status::Reconciled
        } else if self.is_disputed() {
            Status::Disputed
        } else if self.postponed.is_some() {
            Status::Postponed
        } else {
            self.progress()
        }
    }

    /// How far it has come, put off or disputed or not.
    pub fn progress(&self) -> Status {
        if self.deliveries().next().is_some() {
            Status::InProgress
        } else if self.agreement.is_some() {
            Status::Agreed
        } else {
            self.lists_status()
        }
    }

    /// How far the lists have come.
    pub fn lists_status(&self) -> Status {
        let owners: BTreeSet<&str> = self.current_lists().map(|(_, l)| l.party.as_str()).collect();
        let awaited = self.proposal.as_ref().map(|p| &p.releasing);
        if owners.is_empty() {
            Status::Proposed
        } else if awaited.is_some_and(|all| !all.iter().all(|p| owners.contains(p.as_str()))) {
            Status::ListsPartial
        } else if self.current_lists().all(|(_, list)| list.is_checked()) {
            Status::ListsChecked
        } else {
            Status::ListsIn
        }
    }

    /// Lists that no later version has taken the place of, by root.
    pub fn current_lists(&self) -> impl Iterator<Item = (&str, &List)> {
        let all = self.lists.iter().filter(|(_, list)| !list.superseded);
        all.map(|(root, list)| (root.as_str(), list))
    }

    /// True while a discrepancy is open.
    pub fn is_disputed(&self) -> bool {
        self.discrepancies.values().any(|d| d.resolved_at.is_none())
    }

    /// True for a party of the exchange; for any while the proposal has not taken effect.
    pub fn concerns(&self, party: &str) -> bool {
        self.proposal.as_ref().is_none_or(|p| p.parties.contains(party))
    }

    /// Every delivery between parties concerned: stage, who handed over, who received, and what
    /// they say. What others say of it has no part in the books.
    pub fn deliveries(&self) -> impl Iterator<Item = (u16, &str, &str, &Delivery)> {
        self.stages
            .iter()
            .flat_map(|(stage, s)| s.deliveries.iter().map(move |d| (*stage, d)))
            .map(|(stage, (key, delivery))| {
                let (from, to) = pair(key);
                (stage, from, to, delivery)
            })
            .filter(|(_, from, to, _)| self.concerns(from) && self.concerns(to))
    }

    /// Persons that each party handed over by category, extras only or without them.
    pub fn handed_over(&self, extra: bool) -> BTreeMap<&str, ByCategory> {
        let mut all: BTreeMap<&str, ByCategory> = BTreeMap::new();
        for (_, from, _, delivery) in self.deliveries() {
            for handover in delivery.handovers.iter().filter(|h| h.extra == extra) {
                for (category, persons) in handover.counts.iter().flatten() {
                    add_to(all.entry(from).or_default(), category, *persons);
                }
            }
        }
        all
    }

    /// Persons that each party released, as those who received them confirmed.
    pub fn released(&self) -> ByCategory {
        let mut all = ByCategory::new();
        for (_, from, _, delivery) in self.deliveries() {
            for account in delivery.accounts() {
                add_to(&mut all, from, account.received());
            }
        }
        all
    }

    /// Reports of handovers and receipts that were recorded after the books were found to agree.
    pub fn reported_later(&self) -> usize {
        let Some(reconciled) = &self.reconciled else { return 0 };
        let seqs = self.deliveries().flat_map(|(_, _, _, delivery)| delivery.reports());
        seqs.filter(|seq| *seq > reconciled.seq).count()
    }

    /// The instant at which it goes on after having been put off.
    pub(crate) fn deadline(&self) -> Option<i64> {
        self.postponed.as_ref().and_then(|p| p.until)
    }

    pub(crate) fn fire(&mut self, at: i64) {
        if self.deadline().is_some_and(|until| until <= at) {
            self.postponed = None;
        }
    }
}
