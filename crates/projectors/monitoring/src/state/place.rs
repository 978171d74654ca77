//! Lines, zones and dangerous land.

use super::push_step;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far from the line weapons of a class stay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// What was set, oldest first.
    pub steps: Vec<LineStep>,
}

/// A distance from the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineStep {
    /// Since when.
    pub since: i64,
    /// The least distance, in metres.
    pub distance_m: u32,
}

impl Line {
    pub(crate) fn step(&mut self, since: i64, distance_m: u32) {
        push_step(&mut self.steps, LineStep { since, distance_m });
    }

    /// The least distance at an instant, in metres; nothing before one was set.
    pub fn at(&self, instant: i64) -> Option<u32> {
        self.steps.iter().rev().find(|step| step.since <= instant).map(|step| step.distance_m)
    }
}

/// A zone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Zone {
    /// What the parties agreed; absent until they have.
    pub terms: Option<ZoneTerms>,
    /// Since when forces have been out of it without a break.
    pub disengaged_since: Option<i64>,
    /// Breaches under the agreement.
    pub breaches: u64,
    /// Breaches before it.
    pub baseline_breaches: u64,
    /// The latest breach, under the agreement or before it.
    pub last_breach: Option<i64>,
    /// Breaches under the agreement by side.
    pub by_side: BTreeMap<String, u64>,
}

/// What the parties agreed about a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneTerms {
    /// Area.
    pub area: String,
    /// BLAKE3 of its geometry.
    pub geometry: String,
    /// Its radius in metres.
    pub radius_m: Option<u32>,
    /// Since when.
    pub since: i64,
}

/// Dangerous land: what was reported, and what was released of it. In square metres.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hazard {
    /// Area.
    pub area: Option<String>,
    /// What makes it dangerous.
    pub kind: Option<String>,
    /// It was reported before the agreement.
    pub historical: bool,
    /// How large it is.
    pub reported_m2: u64,
    /// How much was released under the agreement.
    pub released_m2: u64,
    /// How much was released before it.
    pub baseline_released_m2: u64,
    /// What was released under the agreement, by method.
    pub by_method: BTreeMap<String, u64>,
    /// Items removed or destroyed under the agreement.
    pub items: u64,
}

impl Hazard {
    /// All that was released, before the agreement and under it.
    pub const fn all_released_m2(&self) -> u64 {
        self.released_m2.saturating_add(self.baseline_released_m2)
    }
}
