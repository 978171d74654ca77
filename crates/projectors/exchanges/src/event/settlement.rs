//! What does not agree, how it is settled, and how an exchange ends.

use super::bounds::{self, DIFFERENCES_MAX, PARTIES_MAX};
use accord_catalogue::Payload;
use accord_catalogue::unit::{At, Code, Digest, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What does not agree.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DiscrepancyKind {
    /// The number of persons.
    Count,
    /// Who they are.
    Identity,
    /// The category that they were listed in.
    Category,
    /// The state of health in which they came.
    Condition,
    /// That those who were there were not received.
    NotReceived,
    /// When or where.
    Procedure,
    /// Something else; the summary says what.
    Other,
}

impl DiscrepancyKind {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Identity => "identity",
            Self::Category => "category",
            Self::Condition => "condition",
            Self::NotReceived => "not_received",
            Self::Procedure => "procedure",
            Self::Other => "other",
        }
    }
}

/// Somebody says that something about an exchange does not agree. Never refused; until it is
/// resolved the exchange is disputed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeDiscrepancyRaised {
    /// The stage that it is about; absent when about the exchange as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub stage: Option<u16>,
    /// What does not agree.
    pub kind: DiscrepancyKind,
    /// By how many persons the reported number is too high, or too low when negative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delta: Option<i64>,
    /// In words, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Text>,
    /// BLAKE3 of a longer account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary_digest: Option<Digest>,
}

impl Payload for ExchangeDiscrepancyRaised {
    fn contradiction(&self) -> Option<String> {
        self.stage.and_then(bounds::stage)
    }
}

/// How a discrepancy was settled.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DiscrepancyOutcome {
    /// Whoever raised it takes it back.
    Withdrawn,
    /// A report was wrong and has been corrected.
    Corrected,
    /// The difference stands, and those concerned live with it.
    Accepted,
}

/// A difference that all parties concerned live with: these numbers of this delivery, and no others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettledDifference {
    /// The stage, from 1.
    #[schemars(range(min = 1))]
    pub stage: u16,
    /// The party that handed over.
    pub from: Code,
    /// The party that received.
    pub to: Code,
    /// Persons handed over, as the one reported.
    pub handed_over: u64,
    /// Persons received, as the other confirmed.
    pub received: u64,
}

impl SettledDifference {
    fn contradiction(&self) -> Option<String> {
        let Self { stage, from, to, handed_over, received } = self;
        if from == to {
            return Some(format!("{from} hands over to itself"));
        }
        if handed_over == received {
            return Some(format!("stage {stage}, {from} to {to}: the numbers do not differ"));
        }
        bounds::stage(*stage)
    }
}

/// A discrepancy is settled: by whoever raised it, or by all parties concerned together.
///
/// Numbers that differ are settled by all together, who name them; when a report is corrected
/// later, what was settled is not what the books say, and it takes another settlement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeDiscrepancyResolved {
    /// Event hash of the `exchange.discrepancy_raised`.
    pub discrepancy: Digest,
    /// How.
    pub outcome: DiscrepancyOutcome,
    /// The differences that stand, each delivery once; only with the outcome `accepted`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub settles: Vec<SettledDifference>,
    /// Why, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

impl Payload for ExchangeDiscrepancyResolved {
    fn contradiction(&self) -> Option<String> {
        if !self.settles.is_empty() && self.outcome != DiscrepancyOutcome::Accepted {
            return Some("differences stand only where they are accepted".to_owned());
        }
        let mut seen = BTreeSet::new();
        let twice = self.settles.iter().find(|s| !seen.insert((s.stage, &s.from, &s.to)));
        let twice =
            twice.map(|s| format!("stage {}, {} to {}, is named twice", s.stage, s.from, s.to));
        bounds::too_many("differences", self.settles.len(), DIFFERENCES_MAX)
            .or_else(|| self.settles.iter().find_map(SettledDifference::contradiction))
            .or(twice)
    }
}

/// The books of the exchange agree: each stage was handed over and received, in the same numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeReconciled {
    /// How many persons each party released, as those who received them confirmed.
    #[schemars(with = "BTreeMap<String, u64>", extend("examples" = [{"party": 0}]))]
    pub totals: BTreeMap<Code, u64>,
}

impl Payload for ExchangeReconciled {
    fn contradiction(&self) -> Option<String> {
        bounds::too_many("parties", self.totals.len(), PARTIES_MAX)
    }
}

/// A party puts the exchange off. It goes on at `until`, or with the next list, agreement or
/// handover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangePostponed {
    /// Until when; absent when that is open or has to stay secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<At>,
    /// Why, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
    /// BLAKE3 of a longer reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_digest: Option<Digest>,
}

impl Payload for ExchangePostponed {}

/// A party ends the exchange. What was handed over stays on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeCancelled {
    /// Why, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
    /// BLAKE3 of a longer reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_digest: Option<Digest>,
}

impl Payload for ExchangeCancelled {}
