//! Sums over the events of a day or a month. They hold at the largest number there is instead of
//! wrapping; no honest record comes near it.

use crate::event::Persons;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// Explosions among the exercises.
    pub exercise_explosions: u64,
    /// Those with proscribed weapons.
    pub proscribed: u64,
    /// Those of which it is known whether the weapon is proscribed.
    pub classified: u64,
    /// Rows whose count is not exact.
    pub inexact: u64,
    /// Rounds by kind.
    pub by_kind: BTreeMap<String, u64>,
    /// Rounds by side of origin.
    pub by_side: BTreeMap<String, u64>,
    /// Rounds by class of weapon, where it is known.
    pub by_weapon: BTreeMap<String, u64>,
    /// Rounds by the zone that they lay in.
    pub by_zone: BTreeMap<String, u64>,
    /// Rounds by the zone that they lay close to.
    pub near_zone: BTreeMap<String, u64>,
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
    /// Adds others.
    pub const fn add(&mut self, killed: u64, injured: u64) {
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

/// Casualties that were corroborated and recorded in a later month than they happened in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateCasualties {
    /// Reports.
    pub reports: u64,
    /// The casualties.
    pub toll: Toll,
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
    /// Restrictions and minutes by `<side>/<form>`.
    pub by_side_and_form: BTreeMap<String, Restrictions>,
    /// How long they took together, in minutes.
    pub minutes: u64,
    /// Restrictions that were put right.
    pub remedied: u64,
}

/// Restrictions and how long they took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restrictions {
    /// How many.
    pub count: u64,
    /// How long together, in minutes.
    pub minutes: u64,
}

/// Interference with flights of the mission, added up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Interference {
    /// Reports.
    pub reports: u64,
    /// How often it happened.
    pub incidents: u64,
    /// Reports whose count is not exact.
    pub inexact: u64,
    /// How often by form.
    pub by_form: BTreeMap<String, u64>,
    /// How often by side.
    pub by_side: BTreeMap<String, u64>,
}

/// Weapons seen, added up. A weapon that is seen twice counts twice.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Weapons {
    /// Reports.
    pub reports: u64,
    /// Reports whose count is not exact.
    pub inexact: u64,
    /// All of them.
    pub all: Placed,
    /// By `<class>/<side in control of the place>`.
    pub by_class_and_side: BTreeMap<String, Placed>,
}

/// Weapons by where they were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// Nearer to the line than they may be.
    pub in_violation: u64,
    /// Beyond their line, but at no storage site.
    pub beyond_line_outside_site: u64,
    /// At a storage site.
    pub at_site: u64,
}

impl Placed {
    /// Adds others.
    pub const fn add(&mut self, more: &Self) {
        self.in_violation = self.in_violation.saturating_add(more.in_violation);
        self.beyond_line_outside_site =
            self.beyond_line_outside_site.saturating_add(more.beyond_line_outside_site);
        self.at_site = self.at_site.saturating_add(more.at_site);
    }
}

/// Damaged civilian objects, added up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Damage {
    /// Reports.
    pub reports: u64,
    /// Objects.
    pub objects: u64,
    /// Reports whose count is not exact.
    pub inexact: u64,
    /// Objects by kind.
    pub by_object: BTreeMap<String, u64>,
    /// Objects by cause.
    pub by_cause: BTreeMap<String, u64>,
}

/// Rows of an imported file that have become events.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileRows {
    /// How many events name the file.
    pub events: u64,
    /// The highest row named.
    pub last: u64,
}
