//! How each event changes the state of a subject.

mod hotline;
mod place;
mod site;
mod tally;

use crate::HOTLINE_CLOCK;
use crate::event::{MissionStatus, MissionStatusChanged, Monitored, ObservationBatchRecorded};
use crate::state::{Mission, MonitoringState as State, Period, Split};
use crate::subject;
use accord_projection::{Item, OutOfOrder, Terms};

pub(crate) use hotline::is_exact;
pub(crate) use site::is_holder;

type Event<'a> = Item<'a, Monitored>;

/// Changes what is in the variant that the subject has; its name says which, so that no other is
/// met. The change is a result, and on an error the state is as it was.
macro_rules! attempt {
    ($state:ident, $variant:ident, $inner:ident => $change:expr) => {
        match $state {
            State::$variant($inner) => $change,
            other => {
                let mut inner = Default::default();
                let $inner = &mut inner;
                let changed = $change;
                if changed.is_ok() {
                    *other = State::$variant(inner);
                }
                changed
            }
        }
    };
}

/// The same for a change that is always possible.
macro_rules! within {
    ($state:ident, $variant:ident, $inner:ident => $change:expr) => {
        attempt!($state, $variant, $inner => {
            $change;
            Ok(())
        })
    };
}

/// The same for a sum, on the side of the baseline or the other.
macro_rules! tally {
    ($state:ident, $variant:ident, $historical:expr, $sum:ident => $add:expr) => {
        within!($state, $variant, split => {
            let $sum = Split::side(split, $historical);
            $add
        })
    };
}

pub(crate) fn fold(
    state: &mut State,
    subject: &str,
    item: &Event<'_>,
    terms: &Terms,
) -> Result<(), OutOfOrder> {
    if subject.starts_with("file/") {
        let Some(source) = subject::source_of(&item.payload) else { return Ok(()) };
        return within!(state, File, rows => tally::file_row(rows, source));
    }
    let before = item.is_historical(terms);
    let at = item.effect.micros();
    match &item.payload {
        Monitored::Observation(p) => {
            let near = tally::is_near(p, terms.charter(item.seq));
            tally!(state, Day, before, day => tally::observation(day, p, near))
        }
        Monitored::Batch(p) => {
            *state = period(item, p, before);
            Ok(())
        }
        Monitored::Lethal(p) => {
            tally!(state, Lethal, before, month => tally::lethal(month, item, p))
        }
        Monitored::Casualty(p) if subject.starts_with("casualty_late/") => {
            tally!(state, CasualtyLate, before, month => tally::late_casualty(month, p))
        }
        Monitored::Casualty(p) => {
            tally!(state, Casualty, before, month => tally::casualty(month, item, p))
        }
        Monitored::Access(p) => tally!(state, Access, before, month => tally::access(month, p)),
        Monitored::Uav(p) => {
            tally!(state, Interference, before, month => tally::interference(month, p))
        }
        Monitored::Weapon(p) => tally!(state, Weapons, before, day => tally::weapon(day, p)),
        Monitored::Damage(p) => tally!(state, Damage, before, month => tally::damage(month, p)),
        Monitored::Mission(p) => mission(state, item, p),
        Monitored::Sensor(p) => within!(state, Sensor, sensor => place::sensor(sensor, p, at)),
        Monitored::SensorStatus(p) => {
            within!(state, Sensor, sensor => place::sensor_status(sensor, p, at))
        }
        Monitored::WeaponsLine(p) => within!(state, Line, line => place::line(line, p, at)),
        Monitored::Zone(p) => attempt!(state, Zone, zone => place::zone(zone, p, at)),
        Monitored::Disengaged(_) => within!(state, Zone, zone => place::disengaged(zone, at)),
        Monitored::Breached(p) => {
            within!(state, Zone, zone => place::breached(zone, p, at, before))
        }
        Monitored::Hazard(p) => within!(state, Hazard, land => place::hazard(land, p, before)),
        Monitored::Released(p) => within!(state, Hazard, land => place::released(land, p, before)),
        Monitored::Site(p) => attempt!(state, Site, site => site::registered(site, p)),
        Monitored::Inventory(p) => {
            attempt!(state, Site, site => site::declared(site, p, item, terms))
        }
        Monitored::Inspection(p) => {
            within!(state, Site, site => site::inspected(site, p, at, before))
        }
        Monitored::Called(p) => {
            let due = is_exact(&item.occurred)
                .then(|| terms.deadline(item.seq, HOTLINE_CLOCK, item.occurred.from.timestamp()));
            within!(state, Call, call => hotline::called(call, p, item, due.flatten(), before))
        }
        Monitored::Acknowledged(p) => {
            attempt!(state, Call, call => hotline::acknowledged(call, p, item, terms))
        }
        Monitored::CallClosed(p) => within!(state, Call, call => hotline::closed(call, p, item)),
        Monitored::ReturnFire(_) => {
            within!(state, Call, call => hotline::return_fire(call, item, terms, before))
        }
    }
}

fn period(item: &Event<'_>, p: &ObservationBatchRecorded, historical: bool) -> State {
    State::Period(Box::new(Period {
        author: item.event.author().to_owned(),
        area: p.area.to_string(),
        from: item.occurred.from.timestamp().micros(),
        until: item.occurred.end().micros(),
        report: p.report.as_ref().map(ToString::to_string),
        ceasefire_violations: p.ceasefire_violations.clone(),
        explosions: p.explosions.clone(),
        exercises: p.exercises.clone(),
        tallies: p.tallies.clone(),
        weapons: p.weapons.clone(),
        restrictions: p.restrictions.clone(),
        coverage: p.coverage.as_ref().map(ToString::to_string),
        historical,
        seq: item.seq,
    }))
}

fn mission(
    state: &mut State,
    item: &Event<'_>,
    p: &MissionStatusChanged,
) -> Result<(), OutOfOrder> {
    let before = match state {
        State::Mission(mission) if mission.status == MissionStatus::Closed => {
            return Err(OutOfOrder::new("the mission is closed; its status does not change"));
        }
        State::Mission(mission) => Some(mission.clone()),
        _ => None,
    };
    let custodian = p.archive_custodian.as_ref().map(ToString::to_string);
    *state = State::Mission(Mission::step(before, item.effect.micros(), p.status, custodian));
    Ok(())
}
