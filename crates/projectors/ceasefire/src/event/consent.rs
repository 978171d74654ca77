//! How a ceasefire is proposed, and what each party says to it.

use accord_catalogue::Payload;
use accord_catalogue::unit::{At, Code, Digest, Label, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The most lines that one ceasefire rests on.
const HALTS_MAX: usize = 16;
/// The most measures of one ceasefire or order.
pub(super) const MEASURES_MAX: usize = 64;

/// What a ceasefire covers.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// All hostilities, everywhere.
    General,
    /// In and from the air.
    Air,
    /// At sea and against ports.
    Sea,
    /// Against energy.
    Energy,
    /// In one area.
    Local,
}

impl Scope {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Air => "air",
            Self::Sea => "sea",
            Self::Energy => "energy",
            Self::Local => "local",
        }
    }
}

/// A line on which every party must have committed itself to stop before the ceasefire enters
/// into force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Halt {
    /// Code of the line.
    pub line: Code,
    /// BLAKE3 of the text to which each party commits itself.
    pub text_digest: Digest,
}

/// A ceasefire is proposed, with the text that parties accept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CeasefireProposed {
    /// What it covers.
    pub scope: Scope,
    /// Area of the charter's area scheme; a local ceasefire has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<Label>,
    /// BLAKE3 of its text.
    pub text_digest: Digest,
    /// When it is to enter into force.
    pub effective_at: At,
    /// When it ends by itself; absent when it does not. At that instant it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<At>,
    /// Codes of the measures that each party orders its forces to keep to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub measures: Vec<Code>,
    /// Lines on which the parties stop.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16))]
    pub halts: Vec<Halt>,
}

impl Payload for CeasefireProposed {
    fn contradiction(&self) -> Option<String> {
        if self.scope == Scope::Local && self.area.is_none() {
            return Some("a local ceasefire names its area".to_owned());
        }
        let begins = self.effective_at.timestamp();
        if self.ends_at.as_ref().is_some_and(|end| end.timestamp() <= begins) {
            return Some("it ends before it begins".to_owned());
        }
        if self.halts.len() > HALTS_MAX {
            return Some(format!("more than {HALTS_MAX} lines"));
        }
        let lines: BTreeSet<&Code> = self.halts.iter().map(|halt| &halt.line).collect();
        if lines.len() < self.halts.len() {
            return Some("a line is named twice".to_owned());
        }
        measures(&self.measures)
    }
}

/// What is wrong with a list of measures.
pub(super) fn measures(measures: &[Code]) -> Option<String> {
    if measures.len() > MEASURES_MAX {
        return Some(format!("more than {MEASURES_MAX} measures"));
    }
    let different: BTreeSet<&Code> = measures.iter().collect();
    (different.len() < measures.len()).then(|| "a measure is named twice".to_owned())
}

/// A party accepts the ceasefire under its own key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CeasefireAccepted {
    /// BLAKE3 of the text that it accepts: that of the proposal.
    pub text_digest: Digest,
    /// BLAKE3 of the reservation that it makes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reservation_digest: Option<Digest>,
}

impl Payload for CeasefireAccepted {}

/// A party does not accept the ceasefire, or no longer does. Never refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CeasefireDeclined {
    /// Why, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
    /// BLAKE3 of a longer statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement_digest: Option<Digest>,
}

impl Payload for CeasefireDeclined {}
