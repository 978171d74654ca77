//! Silence windows: hours in which both sides hold fire at a place so that something can be done.

use super::elsewhere;
use accord_catalogue::Payload;
use accord_catalogue::unit::{At, Code, Count, Digest, Label, Position, StreamRef, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a window is for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Repair.
    Repair,
    /// Clearing mines.
    Demining,
    /// An exchange.
    Exchange,
    /// Evacuation.
    Evacuation,
}

impl Purpose {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Repair => "repair",
            Self::Demining => "demining",
            Self::Exchange => "exchange",
            Self::Evacuation => "evacuation",
        }
    }
}

/// A silence window is asked for. It lapses unless every party guarantees it in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SilenceWindowRequested {
    /// What for.
    pub purpose: Purpose,
    /// Area of the charter's area scheme.
    pub area: Label,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Position>,
    /// When it is to begin.
    pub from: At,
    /// When it is to end; at that instant it is over.
    pub until: At,
    /// How many people are expected to benefit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beneficiaries: Option<Count>,
}

impl Payload for SilenceWindowRequested {
    fn contradiction(&self) -> Option<String> {
        if self.until.timestamp() <= self.from.timestamp() {
            return Some("the window ends before it begins".to_owned());
        }
        self.site.as_ref().and_then(Position::contradiction)
    }
}

/// A party guarantees the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SilenceWindowGuaranteed {
    /// BLAKE3 of the written guarantee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement_digest: Option<Digest>,
}

impl Payload for SilenceWindowGuaranteed {}

/// The window begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SilenceWindowOpened {
    /// What whoever works there has to know, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

impl Payload for SilenceWindowOpened {}

/// The window is over; it ended when this `occurred`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SilenceWindowClosed {
    /// Whether what it was for was done.
    pub completed: bool,
    /// How many people benefited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beneficiaries: Option<Count>,
}

impl Payload for SilenceWindowClosed {}

/// The window was broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SilenceWindowBreached {
    /// By whom: a party, `third` or `undetermined`.
    pub by: Code,
    /// Event hashes of the observations that show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 256))]
    pub observations: Vec<Digest>,
    /// The case that was opened for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<StreamRef>,
}

impl Payload for SilenceWindowBreached {
    fn contradiction(&self) -> Option<String> {
        if self.observations.len() > 256 {
            return Some("more than 256 observations; name the batch instead".to_owned());
        }
        self.case.as_ref().and_then(|case| elsewhere(case, "violation", "a case"))
    }
}
