//! What the mission does with a case that it has taken.

use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Digest, Label, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How sure the mission must be.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ProofStandard {
    /// Reasonable grounds to believe.
    ReasonableGrounds,
    /// More likely than not.
    Balance,
    /// Clear and convincing evidence.
    ClearAndConvincing,
}

impl ProofStandard {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReasonableGrounds => "reasonable_grounds",
            Self::Balance => "balance",
            Self::ClearAndConvincing => "clear_and_convincing",
        }
    }
}

/// The mission opens an investigation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViolationInvestigationOpened {
    /// The team, by its code; its members are not named.
    pub team: Code,
    /// The standard of proof that it works to.
    pub standard: ProofStandard,
}

impl Payload for ViolationInvestigationOpened {}

/// What an investigation came to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// It happened.
    Verified,
    /// It could not be shown.
    NotVerified,
    /// It did not happen.
    Unfounded,
    /// The monitors could not get there.
    UnableAccess,
}

/// How sure the mission is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
}

impl Confidence {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// The investigation's finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViolationFindingRecorded {
    /// What it came to.
    pub result: Found,
    /// How sure the mission is.
    pub confidence: Confidence,
    /// BLAKE3 of the report.
    pub report: Digest,
    /// The finding in words, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Text>,
}

impl Payload for ViolationFindingRecorded {}

/// Whether it was meant.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Meant.
    Deliberate,
    /// Not meant, but avoidable.
    Negligent,
    /// Neither meant nor avoidable.
    Accidental,
    /// Not known.
    Unknown,
}

impl Intent {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deliberate => "deliberate",
            Self::Negligent => "negligent",
            Self::Accidental => "accidental",
            Self::Unknown => "unknown",
        }
    }
}

/// The mission says who is responsible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViolationAttributed {
    /// Parties, `third`, or `undetermined` alone; each once.
    #[schemars(length(min = 1, max = 16))]
    pub responsible: Vec<Code>,
    /// Whether it was meant.
    pub intent: Intent,
    /// Provisions of the charter that were broken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32))]
    pub provisions: Vec<Label>,
    /// How responsibility was established, without personal data.
    pub method: Text,
}

impl Payload for ViolationAttributed {
    fn contradiction(&self) -> Option<String> {
        if self.responsible.is_empty() || self.responsible.len() > 16 {
            Some("one to 16 are responsible; \"undetermined\" when nobody can be named".to_owned())
        } else if self.provisions.len() > 32 {
            Some("more than 32 provisions".to_owned())
        } else if has_repetition(&self.responsible) || has_repetition(&self.provisions) {
            Some("a code is named twice".to_owned())
        } else if self.responsible.len() > 1
            && self.responsible.iter().any(|c| c.as_str() == "undetermined")
        {
            Some("\"undetermined\" stands alone".to_owned())
        } else {
            None
        }
    }
}

fn has_repetition<T: PartialEq>(codes: &[T]) -> bool {
    codes.iter().enumerate().any(|(at, code)| codes[..at].contains(code))
}
