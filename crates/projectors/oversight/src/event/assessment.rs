//! What is scored, the scores, deposited texts and audit opinions.

use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Day, Digest, Label, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a stipulation is measured against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// How much.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub value: u64,
    /// Of what.
    pub unit: Code,
}

/// A part of a provision that can be scored on its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StipulationRegistered {
    /// Its code.
    pub code: Code,
    /// The provision of the charter that it is part of.
    pub provision: Label,
    /// What has to be done.
    pub title: Text,
    /// BLAKE3 of its full text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_digest: Option<Digest>,
    /// Who has to do it; each once.
    #[schemars(length(min = 1, max = 16))]
    pub responsible: Vec<Code>,
    /// By the end of which UTC day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<Day>,
    /// What it is measured against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
}

impl Payload for StipulationRegistered {
    fn contradiction(&self) -> Option<String> {
        let codes = &self.responsible;
        if codes.is_empty() || codes.len() > 16 {
            Some("one to 16 are responsible".to_owned())
        } else if codes.iter().enumerate().any(|(at, c)| codes[..at].contains(c)) {
            Some("a code is named twice".to_owned())
        } else {
            None
        }
    }
}

/// A coder's score for a stipulation over the period of `occurred`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssessmentRecorded {
    /// Code of the stipulation.
    pub stipulation: Code,
    /// 0 not begun, 1 minimal, 2 intermediate, 3 complete.
    #[schemars(range(max = 3))]
    pub score: u8,
    /// Why this score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rationale: Option<Text>,
    /// BLAKE3 of a longer account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rationale_digest: Option<Digest>,
}

impl Payload for AssessmentRecorded {
    fn contradiction(&self) -> Option<String> {
        (self.score > 3).then(|| format!("score {} is not 0 to 3", self.score))
    }
}

/// A text was deposited that stands for an act of a party that has no keys here.
///
/// It is always shown as not signed by the party's own key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InstrumentDeposited {
    /// Whose text it is.
    pub party: Code,
    /// The type of the act that it stands for, such as `charter.endorsed`.
    pub stands_for: Code,
    /// BLAKE3 of the text that it accepts.
    pub text_digest: Digest,
    /// BLAKE3 of the instrument itself.
    pub instrument_digest: Digest,
    /// How the depositary made sure that it is genuine.
    pub verified_by: Text,
}

impl Payload for InstrumentDeposited {
    fn contradiction(&self) -> Option<String> {
        (!accord_format::name::is_event_type(self.stands_for.as_str()))
            .then(|| format!("{} is not an event type", self.stands_for))
    }
}

/// An auditor's conclusion.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Opinion {
    /// In order.
    Unqualified,
    /// In order but for what the findings name.
    Qualified,
    /// Not in order.
    Adverse,
    /// The auditor could not form an opinion.
    Disclaimed,
}

impl Opinion {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unqualified => "unqualified",
            Self::Qualified => "qualified",
            Self::Adverse => "adverse",
            Self::Disclaimed => "disclaimed",
        }
    }
}

/// An auditor's opinion on a stretch of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditOpinionRecorded {
    /// First entry of the stretch.
    pub from_seq: u64,
    /// Its last entry.
    pub to_seq: u64,
    /// The conclusion.
    pub opinion: Opinion,
    /// BLAKE3 of the findings.
    pub findings_digest: Digest,
}

impl Payload for AuditOpinionRecorded {
    fn contradiction(&self) -> Option<String> {
        (self.from_seq > self.to_seq).then(|| "the stretch ends before it begins".to_owned())
    }
}
