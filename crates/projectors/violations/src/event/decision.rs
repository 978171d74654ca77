//! How a case is decided and ends.

use accord_catalogue::Payload;
use accord_catalogue::unit::{At, Code, StreamRef, Text};
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

/// The time of a breach, half-open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Breach {
    /// When it began; guarantee clocks run from here.
    pub from: At,
    /// When it ended; absent while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<At>,
}

/// What a decision determines for guarantees and for the return of restrictions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Determination {
    /// Whether it was an armed attack.
    pub armed_attack: bool,
    /// Who is responsible.
    pub responsible: Code,
    /// Whom it was directed against.
    pub victim: Code,
    /// When.
    pub breach: Breach,
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
        if !self.resolution.as_str().starts_with("resolution/") {
            return Some(format!("{} is not a resolution (resolution/…)", self.resolution));
        }
        let determination = self.determination.as_ref()?;
        if !matches!(self.decision, Decision::Upheld | Decision::Modified) {
            return Some("only a decision that upholds the finding determines anything".to_owned());
        }
        if determination.responsible == determination.victim {
            return Some("the same party is responsible and victim".to_owned());
        }
        let breach = &determination.breach;
        let ends_before = |until: &At| until.timestamp() <= breach.from.timestamp();
        breach
            .until
            .as_ref()
            .is_some_and(ends_before)
            .then(|| "the breach ends before it begins".to_owned())
    }
}

/// It is decided that nothing will be done about the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViolationNoActionDecided {
    /// Why.
    pub reason: Text,
}

impl Payload for ViolationNoActionDecided {}

/// The case is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViolationClosed {
    /// Why, or with what outcome.
    pub reason: Text,
}

impl Payload for ViolationClosed {}
