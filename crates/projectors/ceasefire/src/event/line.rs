//! The line: where the parties stop, what it is measured against, and how it moves.

use super::elsewhere;
use accord_catalogue::Payload;
use accord_catalogue::unit::{At, Code, Count, Day, Digest, Label, StreamRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A party commits itself, under its own key, to advance no further on a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdvanceHaltCommitted {
    /// Code of the line.
    pub line: Code,
    /// BLAKE3 of the text to which it commits itself.
    pub text_digest: Digest,
}

impl Payload for AdvanceHaltCommitted {}

/// A line is fixed, against which later movement is measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineBaselineAdopted {
    /// Code of the line.
    pub line: Code,
    /// BLAKE3 of its geometry.
    pub geometry_digest: Digest,
    /// Geodetic datum of the geometry, such as `WGS84`.
    pub datum: Label,
    /// The line as it stood at the end of this UTC day; movement of later days counts.
    pub as_of: Day,
    /// Its length in metres.
    #[schemars(range(min = 1, max = 9_007_199_254_740_991_u64))]
    pub length_m: u64,
    /// How far, in metres, a position may be off without the line having moved.
    pub tolerance_m: u32,
    /// The adopted resolution, when not every party signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<StreamRef>,
    /// Event hash of the baseline in force that it takes the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Digest>,
}

impl Payload for LineBaselineAdopted {
    fn contradiction(&self) -> Option<String> {
        if self.length_m == 0 {
            return Some("a line has a length".to_owned());
        }
        self.resolution.as_ref().and_then(|r| elsewhere(r, "resolution", "a resolution"))
    }
}

/// Which way forces moved.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Beyond the line.
    Advance,
    /// Back from it.
    Withdrawal,
}

/// Somebody says that the line moved. Never refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineMovementAlleged {
    /// Code of the line.
    pub line: Code,
    /// Code of the segment of the line.
    pub segment: Label,
    /// Whose forces moved: a party, `third` or `undetermined`.
    pub by: Code,
    /// Which way.
    pub direction: Direction,
    /// Whereto, in degrees clockwise from north, 0 to 359.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 359))]
    pub bearing: Option<u16>,
    /// How far at most, in metres.
    pub metres: Count,
    /// Area in square metres.
    pub area_m2: Count,
    /// The case that was opened for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<StreamRef>,
}

impl Payload for LineMovementAlleged {
    fn contradiction(&self) -> Option<String> {
        if let Some(bearing) = self.bearing.filter(|bearing| *bearing > 359) {
            return Some(format!("bearing {bearing} is beyond 359 degrees"));
        }
        nothing(&self.metres, &self.area_m2).or_else(|| case(self.case.as_ref()))
    }
}

/// How sure the mission is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Not very.
    Low,
    /// Fairly.
    Medium,
    /// Very.
    High,
}

/// The mission has verified a movement of the line. What was verified before is not repeated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineMovementVerified {
    /// Code of the line.
    pub line: Code,
    /// Code of the segment of the line.
    pub segment: Label,
    /// Whose forces moved: a party, `third` or `undetermined`.
    pub by: Code,
    /// Which way.
    pub direction: Direction,
    /// How far at most, in metres.
    pub metres: Count,
    /// Area in square metres.
    pub area_m2: Count,
    /// When it was measured.
    pub as_of: At,
    /// How sure the mission is.
    pub confidence: Confidence,
    /// The case that was opened for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<StreamRef>,
}

impl Payload for LineMovementVerified {
    fn contradiction(&self) -> Option<String> {
        nothing(&self.metres, &self.area_m2).or_else(|| case(self.case.as_ref()))
    }
}

fn nothing(metres: &Count, area: &Count) -> Option<String> {
    (metres.value == 0 && area.value == 0)
        .then(|| "nothing moved: no metres and no area".to_owned())
}

fn case(case: Option<&StreamRef>) -> Option<String> {
    case.and_then(|case| elsewhere(case, "violation", "a case"))
}
