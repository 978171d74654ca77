//! Which subjects an event bears on.

use crate::event::{Monitored, ReturnFireNotified, SourceRow};
use accord_format::time::Timestamp;
use accord_projection::Item;

/// Subject of the mission.
pub(crate) const MISSION: &str = "mission/main";

pub(crate) fn of(item: &Item<'_, Monitored>, out: &mut Vec<String>) {
    let from = item.occurred.from.timestamp();
    out.push(match &item.payload {
        Monitored::Observation(p) => format!("day/{}/{}", p.area, from.to_day_string()),
        Monitored::Batch(p) => {
            // The seq keeps two reports of one period apart.
            let (start, end) = (instant(from), instant(item.occurred.end()));
            format!("period/{}/{start}/{end}/{}", p.area, item.seq)
        }
        Monitored::Lethal(_) => format!("lethal/{}", month(from)),
        Monitored::Access(_) => format!("access/{}", month(from)),
        Monitored::Casualty(_) => format!("casualty/{}", month(from)),
        Monitored::Uav(_) => format!("uav/{}", month(from)),
        Monitored::Damage(_) => format!("damage/{}", month(from)),
        Monitored::Weapon(_) => format!("weapon/{}", from.to_day_string()),
        Monitored::Mission(_) => MISSION.to_owned(),
        Monitored::ReturnFire(p) => return_fire(p, item),
        // One subject for each sensor, line, site, zone, hazard and call: its stream.
        Monitored::Sensor(_)
        | Monitored::SensorStatus(_)
        | Monitored::WeaponsLine(_)
        | Monitored::Site(_)
        | Monitored::Inventory(_)
        | Monitored::Inspection(_)
        | Monitored::Zone(_)
        | Monitored::Disengaged(_)
        | Monitored::Breached(_)
        | Monitored::Hazard(_)
        | Monitored::Released(_)
        | Monitored::Called(_)
        | Monitored::Acknowledged(_)
        | Monitored::CallClosed(_) => item.event.stream.clone(),
    });
    if is_late_casualty(item) {
        out.push(format!("casualty_late/{}", month(item.recorded)));
    }
    if let Some(SourceRow { file, .. }) = source_of(&item.payload) {
        out.push(format!("file/{file}"));
    }
}

/// Subject of a notice: the call that it names, or one of its own.
fn return_fire(p: &ReturnFireNotified, item: &Item<'_, Monitored>) -> String {
    let id = || item.event.stream.split('/').nth(1).unwrap_or_default();
    p.call.as_ref().map_or_else(|| format!("hotline/without/{}", id()), ToString::to_string)
}

/// True for casualties that the mission corroborated, recorded in a later month than they happened
/// in.
fn is_late_casualty(item: &Item<'_, Monitored>) -> bool {
    let Monitored::Casualty(p) = &item.payload else { return false };
    p.corroborated && month(item.recorded) != month(item.occurred.from.timestamp())
}

/// The row of an imported file that the event was made from.
pub(crate) fn source_of(payload: &Monitored) -> Option<&SourceRow> {
    match payload {
        Monitored::Observation(p) => p.source.as_ref(),
        Monitored::Batch(p) => p.source.as_ref(),
        Monitored::Lethal(p) => p.source.as_ref(),
        Monitored::Access(p) => p.source.as_ref(),
        Monitored::Casualty(p) => p.source.as_ref(),
        Monitored::Uav(p) => p.source.as_ref(),
        Monitored::Weapon(p) => p.source.as_ref(),
        Monitored::Damage(p) => p.source.as_ref(),
        Monitored::Hazard(p) => p.source.as_ref(),
        _ => None,
    }
}

/// True for events whose subjects add up to the same in any order: tallies, and the two sides of
/// a hazard.
pub(crate) const fn commutes(payload: &Monitored) -> bool {
    matches!(
        payload,
        Monitored::Observation(_)
            | Monitored::Batch(_)
            | Monitored::Lethal(_)
            | Monitored::Access(_)
            | Monitored::Casualty(_)
            | Monitored::Uav(_)
            | Monitored::Weapon(_)
            | Monitored::Damage(_)
            | Monitored::Hazard(_)
            | Monitored::Released(_)
    )
}

/// `2019-02`, the UTC month of an instant.
pub(crate) fn month(at: Timestamp) -> String {
    let (year, month, _) = at.date();
    format!("{year:04}-{month:02}")
}

/// The day alone for a midnight, else the whole instant.
fn instant(at: Timestamp) -> String {
    if at.seconds().rem_euclid(86_400) == 0 { at.to_day_string() } else { at.to_seconds_string() }
}
