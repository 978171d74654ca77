//! What happened at a stage: who handed over whom, who received them, and who saw it.

use super::Counts;
use super::bounds::{self, PARTIES_MAX};
use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Count};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A party handed persons over. The party is the one that the signer stands for, so that nobody
/// hands over in another's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeHandoverRecorded {
    /// Stage of the exchange, from 1.
    #[schemars(range(min = 1))]
    pub stage: u16,
    /// The party to which they went.
    pub to: Code,
    /// Persons by category. Left out while the numbers have to stay secret; a correction of the
    /// record adds them, and without them nothing is reconciled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<BTreeMap<String, u64>>", extend("examples" = [{"category": 0}]))]
    pub counts: Option<Counts>,
    /// True for persons beyond those agreed; left out when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub extra: bool,
}

impl Payload for ExchangeHandoverRecorded {
    fn contradiction(&self) -> Option<String> {
        bounds::stage(self.stage).or_else(|| self.counts.as_ref().and_then(bounds::categories))
    }
}

/// What became of the persons who were to come.
///
/// `listed` is `received_listed`, `not_delivered`, `refused_return` and `died` together; `counts`
/// are `received_listed` and `substituted` together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Persons listed for this stage.
    pub listed: u64,
    /// Those of them who came.
    pub received_listed: u64,
    /// Those who were not brought.
    pub not_delivered: u64,
    /// Those who did not want to return.
    pub refused_return: u64,
    /// Those who had died.
    pub died: u64,
    /// Persons brought who were not listed.
    pub substituted: u64,
    /// Everybody who came, by category.
    #[schemars(with = "BTreeMap<String, u64>", extend("examples" = [{"category": 0}]))]
    pub counts: Counts,
}

impl Account {
    /// Everybody who came.
    pub fn received(&self) -> u64 {
        sum(self.counts.values())
    }

    /// What does not add up.
    pub fn error(&self) -> Option<String> {
        let parts =
            sum([&self.received_listed, &self.not_delivered, &self.refused_return, &self.died]);
        if parts != self.listed {
            return Some(format!(
                "{} came, {} were not delivered, {} refused to return and {} died: {parts}, not the {} listed",
                self.received_listed,
                self.not_delivered,
                self.refused_return,
                self.died,
                self.listed
            ));
        }
        let (came, received) = (sum([&self.received_listed, &self.substituted]), self.received());
        (came != received).then(|| {
            format!(
                "{} listed and {} others came: {came}, not the {received} in all categories",
                self.received_listed, self.substituted
            )
        })
    }
}

/// The sum, or the largest number there is.
pub(crate) fn sum<'a>(numbers: impl IntoIterator<Item = &'a u64>) -> u64 {
    numbers.into_iter().fold(0, |sum, n| sum.saturating_add(*n))
}

/// A party received persons. The party is the one that the signer stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeReceiptConfirmed {
    /// Stage of the exchange, from 1.
    #[schemars(range(min = 1))]
    pub stage: u16,
    /// The party from which they came.
    pub from: Code,
    /// What became of the persons listed. Left out while the numbers have to stay secret; a
    /// correction of the record adds it, and without it nothing is reconciled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Account>,
}

impl Payload for ExchangeReceiptConfirmed {
    fn contradiction(&self) -> Option<String> {
        let categories = || self.account.as_ref().and_then(|a| bounds::categories(&a.counts));
        bounds::stage(self.stage).or_else(categories)
    }
}

/// What an intermediary saw of a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeAttested {
    /// Stage of the exchange, from 1.
    #[schemars(range(min = 1))]
    pub stage: u16,
    /// Whether it was there.
    pub present: bool,
    /// Persons seen, by the party that handed them over; absent for a party where it did not count.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, Count>", extend("examples" = [{"party": {"value": 0, "qualifier": "exact"}}]))]
    pub seen: BTreeMap<Code, Count>,
}

impl Payload for ExchangeAttested {
    fn contradiction(&self) -> Option<String> {
        if !self.present && !self.seen.is_empty() {
            return Some("who was not there has seen nobody".to_owned());
        }
        bounds::stage(self.stage)
            .or_else(|| bounds::too_many("parties", self.seen.len(), PARTIES_MAX))
    }
}
