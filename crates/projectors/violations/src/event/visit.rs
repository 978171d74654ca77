//! Where investigators went, and what they could see and ask there.

use accord_catalogue::Payload;
use accord_catalogue::unit::{Label, Position, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most places of one visit; more are several visits.
const PLACES_MAX: usize = 64;
/// The most interviews or refusals of one visit.
const PERSONS_MAX: u32 = 100_000;

/// A place that was visited, by area or by position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitedPlace {
    /// Area of the charter's area scheme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<Label>,
    /// Where exactly; never the home of a person who was interviewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
}

/// How far the monitors got.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// To all the places.
    Full,
    /// To some of them, or not to all of a place.
    Partial,
    /// To none of them; interviews were held elsewhere.
    None,
}

impl Access {
    /// The word in the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Partial => "partial",
            Self::None => "none",
        }
    }
}

/// A visit of the investigating team. Persons are counted, never named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViolationVisitRecorded {
    /// Where the team went or tried to go.
    #[schemars(length(min = 1, max = 64))]
    pub places: Vec<VisitedPlace>,
    /// How many persons were interviewed.
    #[schemars(range(max = 100_000))]
    pub interviews_count: u32,
    /// How many persons declined to be interviewed.
    #[schemars(range(max = 100_000))]
    pub refusals_count: u32,
    /// How far the monitors got.
    pub access: Access,
    /// How it was gone about, in words, without personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub methodology: Option<Text>,
}

impl Payload for ViolationVisitRecorded {
    fn contradiction(&self) -> Option<String> {
        if self.places.is_empty() || self.places.len() > PLACES_MAX {
            return Some(format!("a visit has 1 to {PLACES_MAX} places"));
        }
        if self.interviews_count.max(self.refusals_count) > PERSONS_MAX {
            return Some(format!("a visit counts at most {PERSONS_MAX} persons"));
        }
        if self.places.iter().any(|p| p.area.is_none() && p.position.is_none()) {
            return Some("a place has an area, a position or both".to_owned());
        }
        self.places.iter().filter_map(|p| p.position.as_ref()).find_map(Position::contradiction)
    }
}
