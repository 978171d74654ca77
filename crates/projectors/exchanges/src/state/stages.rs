//! The stages of an exchange: what was handed over, received and seen.

use super::{ByCategory, Sum};
use crate::event::Account;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A stage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// By `<party that hands over>/<party that receives>`.
    pub deliveries: BTreeMap<String, Delivery>,
    /// Each intermediary's latest account of it.
    pub attestations: BTreeMap<String, Attestation>,
}

/// Persons that one party handed over to another at one stage, as the two reported it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// What the one says.
    pub handovers: Vec<Handover>,
    /// What the other says.
    pub receipts: Vec<Receipt>,
}

/// A handover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The entry.
    pub seq: u64,
    /// When.
    pub at: i64,
    /// Persons by category; nothing while the numbers are secret.
    pub counts: Option<ByCategory>,
    /// Beyond those agreed.
    pub extra: bool,
    /// The exchange was put off, cancelled or reconciled at the time.
    pub unplanned: Option<super::Status>,
}

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The entry.
    pub seq: u64,
    /// When.
    pub at: i64,
    /// What became of the persons listed; nothing while the numbers are secret.
    pub account: Option<Account>,
}

/// What an intermediary saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attestation {
    /// It was there.
    pub present: bool,
    /// Persons by the party that handed them over.
    pub seen: BTreeMap<String, Sum>,
}

impl Delivery {
    /// Persons handed over; nothing when nobody says, or not all of it is known.
    pub fn handed(&self) -> Option<u64> {
        let counts: Option<Vec<u64>> =
            self.handovers.iter().map(|h| h.counts.as_ref().map(super::total)).collect();
        counts.filter(|all| !all.is_empty()).map(|all| crate::event::sum(&all))
    }

    /// Persons received; nothing when nobody says, or not all of it is known.
    pub fn received(&self) -> Option<u64> {
        let counts: Option<Vec<u64>> =
            self.receipts.iter().map(|r| r.account.as_ref().map(Account::received)).collect();
        counts.filter(|all| !all.is_empty()).map(|all| crate::event::sum(&all))
    }

    /// True when a number is kept secret.
    pub fn is_withheld(&self) -> bool {
        self.handovers.iter().any(|h| h.counts.is_none())
            || self.receipts.iter().any(|r| r.account.is_none())
    }

    /// The entries that report on it.
    pub fn reports(&self) -> impl Iterator<Item = u64> {
        let handovers = self.handovers.iter().map(|h| h.seq);
        handovers.chain(self.receipts.iter().map(|r| r.seq))
    }

    /// The accounts of its receipts.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.receipts.iter().filter_map(|r| r.account.as_ref())
    }

    /// The two numbers, when both are known and are not the same.
    pub fn difference(&self) -> Option<(u64, u64)> {
        let pair = (self.handed()?, self.received()?);
        (pair.0 != pair.1).then_some(pair)
    }
}

/// The two parties of a key of [`Stage::deliveries`].
pub(super) fn pair(key: &str) -> (&str, &str) {
    key.split_once('/').unwrap_or((key, ""))
}
