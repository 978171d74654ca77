//! What has to be done about an upheld case, and that it was done.

use accord_catalogue::Payload;
use accord_catalogue::unit::{At, Code, StreamRef, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The board orders a remedy. A case may have several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViolationRemedyOrdered {
    /// Its code within the case, by which its completion names it.
    pub remedy: Code,
    /// What has to be done, without personal data.
    pub words: Text,
    /// The party that has to do it.
    pub obliged: Code,
    /// By when; done at that instant it is late.
    pub due: At,
    /// The adopted resolution that orders it.
    pub resolution: StreamRef,
}

impl Payload for ViolationRemedyOrdered {
    fn contradiction(&self) -> Option<String> {
        super::not_a_resolution(&self.resolution)
    }
}

/// The party that was obliged, together with the mission, states that a remedy was carried out.
/// The event refers to evidence of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViolationRemedyCompleted {
    /// The remedy's code within the case.
    pub remedy: Code,
    /// What was done, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Text>,
}

impl Payload for ViolationRemedyCompleted {}
