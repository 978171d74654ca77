//! What is measured: stipulations and indicators.

use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Day, Digest, Label, StreamRef, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest key of a figure, in bytes.
const FIGURE_MAX: usize = 200;
/// The most that one stipulation makes responsible.
const RESPONSIBLE_MAX: usize = 16;

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
    /// Who has to do it: parties, participants or roles of the charter; each once.
    #[schemars(length(min = 1, max = 16))]
    pub responsible: Vec<Code>,
    /// By the end of which UTC day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<Day>,
    /// What it is measured against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// The adopted resolution that orders it, where it does not follow from the agreement itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<StreamRef>,
}

impl Payload for StipulationRegistered {
    fn contradiction(&self) -> Option<String> {
        let codes = &self.responsible;
        if codes.is_empty() || codes.len() > RESPONSIBLE_MAX {
            Some(format!("one to {RESPONSIBLE_MAX} are responsible"))
        } else if codes.iter().enumerate().any(|(at, c)| codes[..at].contains(c)) {
            Some("a code is named twice".to_owned())
        } else {
            None
        }
    }
}

/// How often an indicator is looked at.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Cadence {
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Every month.
    Monthly,
    /// Every quarter.
    Quarterly,
    /// Every year.
    Yearly,
}

impl Cadence {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Yearly => "yearly",
        }
    }
}

/// A figure of a view is followed over time, under a name of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndicatorDefined {
    /// Its code.
    pub code: Code,
    /// What it tells.
    pub title: Text,
    /// The view.
    pub view: Code,
    /// The key of the figure within the view, of at most 200 bytes.
    pub figure: Text,
    /// What is counted.
    pub unit: Code,
    /// How often it is looked at.
    pub cadence: Cadence,
    /// The stipulation that it says something about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stipulation: Option<Code>,
}

impl Payload for IndicatorDefined {
    fn contradiction(&self) -> Option<String> {
        let length = self.figure.as_str().len();
        (length > FIGURE_MAX)
            .then(|| format!("the key of the figure has {length} bytes, of at most {FIGURE_MAX}"))
    }
}
