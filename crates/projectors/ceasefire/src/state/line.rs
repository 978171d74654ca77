//! Lines: halts, baselines, movement.

use crate::event::{Confidence, Direction};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Who committed itself to stop on a line: party to its commitment.
pub type Halts = BTreeMap<String, Committed>;

/// A commitment under the party's own key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Committed {
    /// BLAKE3 of the text.
    pub text_digest: String,
    /// The entry.
    pub seq: u64,
    /// When.
    pub at: i64,
}

/// A line, as its baseline fixes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// Code of the line.
    pub line: String,
    /// BLAKE3 of its geometry.
    pub geometry_digest: String,
    /// Its datum.
    pub datum: String,
    /// It stood so at the end of this UTC day, `2026-03-01`.
    pub as_of: String,
    /// Its length.
    pub length_m: u64,
    /// How far a position may be off.
    pub tolerance_m: u32,
    /// Parties that signed it.
    pub signed_by: BTreeSet<String>,
    /// Parties that did not.
    pub not_accepted_by: BTreeSet<String>,
    /// The resolution.
    pub resolution: Option<String>,
    /// When it was adopted.
    pub at: i64,
    /// Its event hash.
    pub event: String,
    /// Baselines before it.
    pub replaced: u64,
}

/// How a line moved on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movements {
    /// Code of the line.
    pub line: String,
    /// The UTC day on which they began, `2026-03-01`.
    pub day: String,
    /// By seq.
    pub movements: BTreeMap<u64, Movement>,
}

/// A movement that was alleged or verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// How sure the mission is; absent for what is alleged.
    pub verified: Option<Confidence>,
    /// When the mission measured it.
    pub as_of: Option<i64>,
    /// Segment of the line.
    pub segment: String,
    /// Whose forces.
    pub by: String,
    /// Which way.
    pub direction: Direction,
    /// How far.
    pub metres: u64,
    /// Area.
    pub area_m2: u64,
    /// Both are exact.
    pub exact: bool,
    /// The case.
    pub case: Option<String>,
    /// Who says so.
    pub author: String,
}

impl Baseline {
    /// True when movement of `day` (`2026-03-01`) counts against it.
    pub fn is_before(&self, day: &str) -> bool {
        self.as_of.as_str() < day
    }

    /// True for a movement that may as well be none.
    pub fn tolerates(&self, metres: u64) -> bool {
        metres < u64::from(self.tolerance_m)
    }
}
