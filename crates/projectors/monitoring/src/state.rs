//! What the family's state consists of. Sums hold at the largest number there is instead of
//! wrapping; no honest record comes near it.

use crate::event::{MissionStatus, Persons};
use accord_catalogue::unit::Count;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The state of one subject.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonitoringState {
    /// Nothing yet.
    #[default]
    Empty,
    /// A report's totals for a period.
    Period(Box<Period>),
    /// Single observations of a day.
    Day(Split<Observations>),
    /// Lethal events of a month.
    Lethal(Split<Lethal>),
    /// Civilian casualties of a month.
    Casualty(Split<Casualties>),
    /// Restrictions of a month.
    Access(Split<Access>),
    /// Rows of an imported file.
    File(FileRows),
    /// The mission.
    Mission(Mission),
}

/// The baseline before the agreement, and what counts under it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Split<T> {
    /// Before the agreement.
    pub baseline: T,
    /// Under it.
    pub counted: T,
}

impl<T> Split<T> {
    /// The one that an event belongs to.
    pub const fn side(&mut self, historical: bool) -> &mut T {
        if historical { &mut self.baseline } else { &mut self.counted }
    }
}

/// A report's totals for a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Period {
    /// Participant that reported.
    pub author: String,
    /// Area.
    pub area: String,
    /// Start, in microseconds since the epoch.
    pub from: i64,
    /// End, not included, in microseconds since the epoch.
    pub until: i64,
    /// The source's name for the report.
    pub report: Option<String>,
    /// Ceasefire violations.
    pub ceasefire_violations: Option<Count>,
    /// Explosions among them.
    pub explosions: Option<Count>,
    /// Weapons in violation of withdrawal lines.
    pub weapons: Option<Count>,
    /// Restrictions of movement.
    pub restrictions: Option<Count>,
    /// What could not be seen.
    pub coverage: Option<String>,
    /// Before the agreement.
    pub historical: bool,
    /// The entry.
    pub seq: u64,
}

/// Single observations, added up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Observations {
    /// Rows.
    pub rows: u64,
    /// Rounds, bursts and movements; exercises included.
    pub rounds: u64,
    /// Explosions among them.
    pub explosions: u64,
    /// Those assessed as exercises.
    pub exercises: u64,
    /// Those with proscribed weapons.
    pub proscribed: u64,
    /// Rows whose count is not exact.
    pub inexact: u64,
    /// Rounds by kind.
    pub by_kind: BTreeMap<String, u64>,
    /// Rounds by side of origin.
    pub by_side: BTreeMap<String, u64>,
}

/// Lethal events, added up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lethal {
    /// Events.
    pub events: u64,
    /// Best estimates of all deaths.
    pub best: u64,
    /// Lowest estimates of all deaths.
    pub low: u64,
    /// Highest estimates of all deaths.
    pub high: u64,
    /// Deaths of people known to be civilians.
    pub civilians: u64,
    /// Deaths of people of unknown status.
    pub unknown: u64,
    /// Deaths of combatants by side.
    pub by_side: BTreeMap<String, u64>,
    /// Events that reach beyond the month in which they began, and are counted in that month.
    pub spanning: u64,
}

/// Killed and injured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toll {
    /// Killed.
    pub killed: u64,
    /// Injured.
    pub injured: u64,
}

impl Toll {
    pub(crate) const fn add(&mut self, killed: u64, injured: u64) {
        self.killed = self.killed.saturating_add(killed);
        self.injured = self.injured.saturating_add(injured);
    }
}

/// Civilian casualties, added up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Casualties {
    /// Reports.
    pub reports: u64,
    /// All of them.
    pub toll: Toll,
    /// Those recorded in a later month than they happened in.
    pub reported_later: Toll,
    /// Those not corroborated.
    pub uncorroborated: Toll,
    /// Who they were.
    pub persons: Persons,
    /// By cause.
    pub by_cause: BTreeMap<String, Toll>,
}

/// Restrictions, added up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Access {
    /// Reports.
    pub reports: u64,
    /// Restrictions.
    pub restrictions: u64,
    /// Reports whose count is not exact.
    pub inexact: u64,
    /// Restrictions by side.
    pub by_side: BTreeMap<String, u64>,
    /// Restrictions by form.
    pub by_form: BTreeMap<String, u64>,
    /// How long they took together, in minutes.
    pub minutes: u64,
}

/// Rows of an imported file that have become events.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileRows {
    /// How many events name the file.
    pub events: u64,
    /// The highest row named.
    pub last: u64,
}

/// The mission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mission {
    /// Its status.
    pub status: MissionStatus,
    /// Since when, in microseconds since the epoch.
    pub since: i64,
    /// Who keeps the archive.
    pub archive_custodian: Option<String>,
}
