//! Where monitors and their aircraft were kept from working.

use super::SourceRow;
use super::word::words;
use accord_catalogue::Payload;
use accord_catalogue::unit::{Code, Count, Label, Position, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How monitors were restricted.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RestrictionForm {
    /// Turned away.
    Denied,
    /// Made to wait.
    Delayed,
    /// Let through on conditions.
    Conditional,
    /// Threatened or harassed.
    Harassment,
    /// Held.
    Detention,
}

impl RestrictionForm {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Delayed => "delayed",
            Self::Conditional => "conditional",
            Self::Harassment => "harassment",
            Self::Detention => "detention",
        }
    }
}

/// Monitors were kept from where the agreement lets them go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessRestricted {
    /// Area of the charter's area scheme.
    pub area: Label,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// By whom: a party, `third` or `undetermined`.
    pub by: Code,
    /// How.
    pub form: RestrictionForm,
    /// How often, when the report is of more than one; left out for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<Count>,
    /// How long it took, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// Whether it was put right; absent when not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedied: Option<bool>,
    /// The row of the imported file that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceRow>,
    /// True for what belongs to the baseline before the agreement; left out when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub historical: bool,
}

impl Payload for AccessRestricted {
    fn contradiction(&self) -> Option<String> {
        self.position.as_ref().and_then(Position::contradiction)
    }
}

words! {
    /// How the flight of an unmanned aerial vehicle of the mission was interfered with.
    pub enum InterferenceForm {
        /// Its navigation or its link was jammed.
        Jamming = "jamming",
        /// It was fired at.
        SmallArms = "small_arms",
        /// It was lost.
        Loss = "loss",
    }
}

/// The flight of an unmanned aerial vehicle of the mission was interfered with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UavInterfered {
    /// Area of the charter's area scheme.
    pub area: Label,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// By whom: a party, `third` or `undetermined`.
    pub by: Code,
    /// How the side was established, without personal data; needed for a side other than
    /// `undetermined`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Text>,
    /// How.
    pub form: InterferenceForm,
    /// How often, when the report is of more than one flight; left out for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<Count>,
    /// The row of the imported file that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceRow>,
    /// True for what belongs to the baseline before the agreement; left out when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub historical: bool,
}

impl Payload for UavInterfered {
    fn contradiction(&self) -> Option<String> {
        self.position.as_ref().and_then(Position::contradiction)
    }
}
