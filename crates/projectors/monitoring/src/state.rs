//! What the family's state consists of. Instants are in microseconds since the epoch.

mod hotline;
mod period;
mod place;
mod site;
mod tally;
mod watch;

pub use hotline::{Answer, Call, Closing, Logged, ReturnFire};
pub use period::Period;
pub use place::{Hazard, Line, LineStep, Zone, ZoneTerms};
pub use site::{Inventory, Site, SiteTerms, Verified};
pub use tally::{
    Access, Casualties, Damage, FileRows, Interference, LateCasualties, Lethal, Observations,
    Placed, Restrictions, Toll, Weapons,
};
pub use watch::{Mission, MissionStep, Sensor, SensorStep};

use accord_format::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How many changes of one sensor, of the mission or of one line are kept; the oldest go first. A
/// sensor that fails and recovers ten times a day for a year stays below it.
const STEPS_MAX: usize = 8_192;

accord_projection::states! {
    /// The state of one subject.
    pub enum MonitoringState {
        /// A report's totals for a period.
        Period(Box<Period>) = period: Period;
        /// Single observations of a day.
        Day(Split<Observations>) = day: Split<Observations>;
        /// Lethal events of a month.
        Lethal(Split<Lethal>) = lethal: Split<Lethal>;
        /// Civilian casualties of a month.
        Casualty(Split<Casualties>) = casualty: Split<Casualties>;
        /// Casualties of earlier months, recorded in this one.
        CasualtyLate(Split<LateCasualties>) = casualty_late: Split<LateCasualties>;
        /// Restrictions of a month.
        Access(Split<Access>) = access: Split<Access>;
        /// Interference with flights in a month.
        Interference(Split<Interference>) = interference: Split<Interference>;
        /// Weapons seen on a day.
        Weapons(Split<Weapons>) = weapons: Split<Weapons>;
        /// Civilian objects damaged in a month.
        Damage(Split<Damage>) = damage: Split<Damage>;
        /// Rows of an imported file.
        File(FileRows) = file: FileRows;
        /// The mission.
        Mission(Mission) = mission: Mission;
        /// A sensor.
        Sensor(Sensor) = sensor: Sensor;
        /// The line of a class of weapon.
        Line(Line) = line: Line;
        /// A storage site.
        Site(Site) = site: Site;
        /// A zone.
        Zone(Zone) = zone: Zone;
        /// Dangerous land.
        Hazard(Hazard) = hazard: Hazard;
        /// A hotline call, and fire returned after it.
        Call(Call) = call: Call;
    }
}

impl MonitoringState {
    /// The next instant at which it changes by itself.
    pub(crate) fn deadline(&self) -> Option<Timestamp> {
        match self {
            Self::Call(call) => call.deadline().map(Timestamp::from_micros),
            _ => None,
        }
    }

    /// Makes that change.
    pub(crate) fn fire(&mut self, at: Timestamp) {
        if let Self::Call(call) = self {
            call.fire(at.micros());
        }
    }
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

/// Adds a change to a history, in which only so many are kept.
fn push_step<T>(steps: &mut Vec<T>, step: T) {
    if steps.len() >= STEPS_MAX {
        steps.remove(0);
    }
    steps.push(step);
}
