//! The mission: whether it works.

use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The state of the mission.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MissionStatus {
    /// On its way to full strength.
    Deploying,
    /// Working.
    Active,
    /// Working with less than it needs.
    Restricted,
    /// Not working for a time.
    Suspended,
    /// Brought to safety.
    Evacuated,
    /// Ended.
    Closed,
}

impl MissionStatus {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deploying => "deploying",
            Self::Active => "active",
            Self::Restricted => "restricted",
            Self::Suspended => "suspended",
            Self::Evacuated => "evacuated",
            Self::Closed => "closed",
        }
    }

    /// True while nobody of the mission observes anything.
    pub const fn is_blind(self) -> bool {
        matches!(self, Self::Suspended | Self::Evacuated | Self::Closed)
    }
}

/// The mission's own status changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MissionStatusChanged {
    /// What it is now.
    pub status: MissionStatus,
    /// Who keeps the archive; a mission does not close without naming one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive_custodian: Option<Code>,
    /// Why, and what it means for what the mission can see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

impl Payload for MissionStatusChanged {
    fn contradiction(&self) -> Option<String> {
        (self.status == MissionStatus::Closed && self.archive_custodian.is_none())
            .then(|| "a mission that closes names the custodian of its archive".to_owned())
    }
}
