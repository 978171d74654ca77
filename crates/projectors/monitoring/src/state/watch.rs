//! The mission and its sensors: what could be seen, and when.

use super::push_step;
use crate::event::{MissionStatus, SensorKind};
use serde::{Deserialize, Serialize};

/// The mission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mission {
    /// Its status.
    pub status: MissionStatus,
    /// Since when.
    pub since: i64,
    /// Who keeps the archive.
    pub archive_custodian: Option<String>,
    /// Its statuses, oldest first.
    pub steps: Vec<MissionStep>,
}

/// A status of the mission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissionStep {
    /// Since when.
    pub since: i64,
    /// The status.
    pub status: MissionStatus,
}

impl Mission {
    /// Of a mission that takes this status now.
    pub(crate) fn step(
        before: Option<Self>,
        since: i64,
        status: MissionStatus,
        archive_custodian: Option<String>,
    ) -> Self {
        let mut steps = before.map(|mission| mission.steps).unwrap_or_default();
        push_step(&mut steps, MissionStep { since, status });
        Self { status, since, archive_custodian, steps }
    }

    /// The status at an instant; nothing before the first.
    pub fn at(&self, instant: i64) -> Option<MissionStatus> {
        self.steps.iter().rev().find(|step| step.since <= instant).map(|step| step.status)
    }

    /// How long the mission observed nothing between two instants, in microseconds.
    pub fn blind(&self, from: i64, until: i64) -> i64 {
        let ends = self.steps.iter().skip(1).map(|step| step.since).chain([i64::MAX]);
        let spans = self.steps.iter().zip(ends);
        spans
            .filter(|(step, _)| step.status.is_blind())
            .map(|(step, end)| end.min(until).saturating_sub(step.since.max(from)).max(0))
            .fold(0, i64::saturating_add)
    }
}

/// A sensor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sensor {
    /// What kind it is; absent until it is registered.
    pub kind: Option<SensorKind>,
    /// Area that it watches.
    pub area: Option<String>,
    /// When it failed and recovered, oldest first; neighbours differ.
    pub steps: Vec<SensorStep>,
}

/// A sensor began to work, or stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SensorStep {
    /// Since when.
    pub since: i64,
    /// Whether it works.
    pub works: bool,
}

impl Sensor {
    pub(crate) fn step(&mut self, since: i64, works: bool) {
        if self.works() != Some(works) {
            push_step(&mut self.steps, SensorStep { since, works });
        }
    }

    /// Whether it works now; nothing when nobody said.
    pub fn works(&self) -> Option<bool> {
        self.steps.last().map(|step| step.works)
    }

    /// Whether it worked at an instant; nothing when nobody said.
    pub fn worked_at(&self, instant: i64) -> Option<bool> {
        self.steps.iter().rev().find(|step| step.since <= instant).map(|step| step.works)
    }
}
