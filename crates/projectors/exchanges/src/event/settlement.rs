//! What does not agree, how it is settled, and how an exchange ends.

use super::bounds::{self, PARTIES_MAX};
use accord_catalogue::Payload;
use accord_catalogue::unit::{At, Code, Digest, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

/// A discrepancy is settled: by whoever raised it, or by all parties concerned together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeDiscrepancyResolved {
    /// Event hash of the `exchange.discrepancy_raised`.
    pub discrepancy: Digest,
    /// How.
    pub outcome: DiscrepancyOutcome,
    /// Why, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

impl Payload for ExchangeDiscrepancyResolved {}

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
