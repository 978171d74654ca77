//! How a case is decided, ends, and begins again.

use super::{Determination, ProofStandard};
use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, StreamRef, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the decision makes of the finding.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It stands.
    Upheld,
    /// It stands with changes.
    Modified,
    /// It does not stand.
    Overturned,
    /// It goes back to the mission.
    Remitted,
}

impl Decision {
    /// True when the finding stands, with changes or without.
    pub const fn upholds(self) -> bool {
        matches!(self, Self::Upheld | Self::Modified)
    }
}

/// The board's decision on an attributed case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViolationAdjudicated {
    /// What becomes of the finding.
    pub decision: Decision,
    /// From 1 (slight) to 4 (gravest), when the decision changes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 4))]
    pub severity: Option<u8>,
    /// The adopted resolution that it carries out.
    pub resolution: StreamRef,
    /// What it determines; only a decision that upholds the finding determines anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub determination: Option<Determination>,
}

impl Payload for ViolationAdjudicated {
    fn contradiction(&self) -> Option<String> {
        if self.severity.is_some_and(|s| !(1..=4).contains(&s)) {
            return Some("severity is 1 to 4".to_owned());
        }
        if let Some(why) = super::not_a_resolution(&self.resolution) {
            return Some(why);
        }
        let determination = self.determination.as_ref()?;
        if !self.decision.upholds() {
            return Some("only a decision that upholds the finding determines anything".to_owned());
        }
        determination.contradiction()
    }
}

/// It is decided that nothing will be done about the case. Once somebody was found responsible, the
/// board decides that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViolationNoActionDecided {
    /// Why, without personal data.
    pub reason: Text,
    /// The adopted resolution that it carries out; there once the case was attributed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<StreamRef>,
}

impl Payload for ViolationNoActionDecided {
    fn contradiction(&self) -> Option<String> {
        self.resolution.as_ref().and_then(super::not_a_resolution)
    }
}

/// The case is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViolationClosed {
    /// Why, or with what outcome, without personal data.
    pub reason: Text,
}

impl Payload for ViolationClosed {}

/// A closed case is investigated again. The event refers to evidence that the case did not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViolationReopened {
    /// Why, without personal data.
    pub reason: Text,
    /// The team that investigates now, by its code; left out, the one that did before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<Code>,
    /// The standard of proof that it works to; there when the team is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard: Option<ProofStandard>,
}

impl Payload for ViolationReopened {
    fn contradiction(&self) -> Option<String> {
        (self.team.is_some() != self.standard.is_some())
            .then(|| "a team and its standard of proof are named together".to_owned())
    }
}
