//! What is to be said about a report in the light of the state before it.

use super::Event;
use crate::event::{
    InspectionRecorded, InventoryDeclared, LandReleased, Monitored, ObservationBatchRecorded,
    ReturnFireNotified, WeaponObserved, WeaponStatus,
};
use crate::state::{Call, Inventory, MonitoringState as State, Site};
use crate::{HOTLINE_CLOCK, Monitoring, subject};
use accord_catalogue::unit::Code;
use accord_projection::{Remark, Scene};

type Here<'a> = Scene<'a, Monitoring>;

/// How many neighbours are looked at for an overlap with a period.
const NEIGHBOURS: usize = 64;

pub(crate) fn in_scene(item: &Event<'_>, scene: &Here<'_>) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let say = &mut remarks;
    match &item.payload {
        Monitored::Observation(p) => {
            say.extend(blind(item, scene));
            say.extend(p.sensor.as_ref().and_then(|sensor| sensor_of(sensor, item, scene)));
            let zones = p.zone.iter().chain(p.near_zone.as_ref().map(|near| &near.zone));
            say.extend(zones.filter_map(|zone| unknown_zone(zone, scene)));
        }
        Monitored::Batch(p) => say.extend(overlap(item, p, scene)),
        Monitored::Weapon(p) => {
            say.extend(blind(item, scene));
            say.extend(p.sensor.as_ref().and_then(|sensor| sensor_of(sensor, item, scene)));
            say.extend(p.zone.iter().filter_map(|zone| unknown_zone(zone, scene)));
            say.extend(against_the_line(item, p, scene));
        }
        Monitored::SensorStatus(p) => say.extend(unregistered(&p.sensor, scene)),
        Monitored::Disengaged(p) => say.extend(unknown_zone(&p.zone, scene)),
        Monitored::Breached(p) => say.extend(unknown_zone(&p.zone, scene)),
        Monitored::Inventory(p) => say.extend(totals_fall(item, p, scene)),
        Monitored::Inspection(p) => say.extend(unlike_declared(item, p, scene)),
        Monitored::Released(p) => say.extend(beyond_hazard(item, p, scene)),
        Monitored::Acknowledged(_) => say.extend(claimed_later(item, scene)),
        Monitored::ReturnFire(p) => say.extend(no_failed_call(item, p, scene)),
        _ => {}
    }
    remarks
}

/// A report from a time at which the mission observed nothing.
fn blind(item: &Event<'_>, scene: &Here<'_>) -> Option<Remark> {
    let state = scene.state(subject::MISSION)?;
    let State::Mission(mission) = &*state else { return None };
    let status = mission.at(item.occurred.from.timestamp().micros())?;
    status.is_blind().then(|| {
        Remark::new("mission_not_working", format!("the mission was {} then", status.as_str()))
    })
}

/// A sensor that did not work then, or that nobody registered.
fn sensor_of(sensor: &Code, item: &Event<'_>, scene: &Here<'_>) -> Option<Remark> {
    if let Some(remark) = unregistered(sensor, scene) {
        return Some(remark);
    }
    let state = scene.state(&format!("sensor/{sensor}"))?;
    let State::Sensor(known) = &*state else { return None };
    let worked = known.worked_at(item.occurred.from.timestamp().micros())?;
    (!worked).then(|| {
        Remark::new("sensor_out_of_service", format!("sensor {sensor} was out of service then"))
    })
}

fn unregistered(sensor: &Code, scene: &Here<'_>) -> Option<Remark> {
    let state = scene.state(&format!("sensor/{sensor}"));
    let known = matches!(state.as_deref(), Some(State::Sensor(sensor)) if sensor.kind.is_some());
    (!known).then(|| Remark::new("unknown_sensor", format!("sensor {sensor} is not registered")))
}

fn unknown_zone(zone: &Code, scene: &Here<'_>) -> Option<Remark> {
    let state = scene.state(&format!("zone/{zone}"));
    let known = matches!(state.as_deref(), Some(State::Zone(zone)) if zone.terms.is_some());
    (!known).then(|| Remark::new("unknown_zone", format!("zone {zone} is not registered")))
}

/// A period that its author has reported on before for the same area: a figure is restated by a
/// correction, not by a second report.
fn overlap(item: &Event<'_>, p: &ObservationBatchRecorded, scene: &Here<'_>) -> Option<Remark> {
    let prefix = format!("period/{}/", p.area);
    let from = item.occurred.from.timestamp().micros();
    let until = item.occurred.end().micros();
    let overlaps = |subject: &str| {
        let state = scene.state(subject)?;
        let State::Period(other) = &*state else { return None };
        let meets = other.from < until && from < other.until;
        (meets && other.author == item.event.author()).then_some(other.seq)
    };
    let mut own = Vec::new();
    subject::of(item, &mut own);
    let own = own.first()?;
    let mut before = Vec::new();
    let mut at = own.as_str();
    while let Some(subject) = scene.subject_before(at) {
        if before.len() >= NEIGHBOURS || !subject.starts_with(&prefix) {
            break;
        }
        before.push(subject);
        at = subject;
    }
    let after = scene.subjects_from(own).take(NEIGHBOURS).take_while(|s| s.starts_with(&prefix));
    let seq = before.into_iter().chain(after).find_map(overlaps)?;
    let detail = format!(
        "the same author reported on this area and time at seq {seq}; a restated figure is a record.corrected"
    );
    Some(Remark::new("period_overlaps", detail))
}

/// A weapon's distance that says something else about the line than its status does.
fn against_the_line(item: &Event<'_>, p: &WeaponObserved, scene: &Here<'_>) -> Option<Remark> {
    let state = scene.state(&format!("weapons_line/{}", p.class))?;
    let State::Line(line) = &*state else { return None };
    let least = line.at(item.occurred.from.timestamp().micros())?;
    let distance = p.distance_m?;
    let within = distance < least;
    let told = p.status == WeaponStatus::InViolation;
    let said = p.status.as_str();
    let detail = format!("{said} at {distance} m from the line; {} stays {least} m away", p.class);
    (within != told).then(|| Remark::new("contrary_to_line", detail))
}

fn with_site<T>(
    item: &Event<'_>,
    scene: &Here<'_>,
    read: impl FnOnce(&Site) -> Option<T>,
) -> Option<T> {
    let state = scene.state(&item.event.stream)?;
    if let State::Site(site) = &*state { read(site) } else { None }
}

/// An inventory with less than the one before, without a reason.
fn totals_fall(item: &Event<'_>, p: &InventoryDeclared, scene: &Here<'_>) -> Option<Remark> {
    if p.explanation.is_some() {
        return None;
    }
    let items = p.items.iter().map(|item| (item.class.to_string(), item.count)).collect();
    let now = Inventory { as_of: p.as_of.to_string(), items };
    with_site(item, scene, |site| {
        if !crate::fold::is_holder(site, item, scene.terms()) {
            return None;
        }
        let before = site.inventory.as_ref()?;
        let (class, then, now) = now.falls_behind(before)?;
        let as_of = &before.as_of;
        let detail = format!("{then} of {class} on {as_of}, {now} now, and no explanation");
        Some(Remark::new("totals_fall", detail))
    })
}

/// An inspection that accounts for another number than was declared.
fn unlike_declared(item: &Event<'_>, p: &InspectionRecorded, scene: &Here<'_>) -> Option<Remark> {
    with_site(item, scene, |site| {
        let declared = site.inventory.as_ref()?;
        p.items.iter().find_map(|item| {
            let parts = [item.present, item.missing, item.unable_to_verify];
            let found = parts.iter().fold(0_u64, |sum, part| sum.saturating_add(*part));
            let said = declared.items.get(item.class.as_str()).copied().unwrap_or(0);
            (found != said).then(|| {
                let detail = format!(
                    "present, missing and unable to verify are {found} of {}; {said} were declared as of {}",
                    item.class, declared.as_of
                );
                Remark::new("does_not_add_up", detail)
            })
        })
    })
}

/// More land released than is dangerous.
fn beyond_hazard(item: &Event<'_>, p: &LandReleased, scene: &Here<'_>) -> Option<Remark> {
    let state = scene.state(&item.event.stream)?;
    let State::Hazard(land) = &*state else { return None };
    let released = land.all_released_m2().saturating_add(p.area_m2);
    (released > land.reported_m2).then(|| {
        let detail = format!("{released} m2 released of {} m2 reported", land.reported_m2);
        Remark::new("does_not_add_up", detail)
    })
}

/// An answer that is said to have been in time, but is recorded when the time is over.
fn claimed_later(item: &Event<'_>, scene: &Here<'_>) -> Option<Remark> {
    let state = scene.state(&item.event.stream)?;
    let State::Call(call) = &*state else { return None };
    let due = call.logged.as_ref()?.due?;
    let given = item.occurred.from.timestamp().micros();
    (given < due && item.recorded.micros() >= due).then(|| {
        let detail = format!("the time set by {HOTLINE_CLOCK} was over when it was recorded");
        Remark::new("recorded_after_deadline", detail)
    })
}

/// Fire returned though the call that it names had not failed before.
fn no_failed_call(item: &Event<'_>, p: &ReturnFireNotified, scene: &Here<'_>) -> Option<Remark> {
    let call = p.call.as_ref()?;
    let opened = item.occurred.from.timestamp().micros();
    let state = scene.state(call.as_str());
    let failed = match state.as_deref() {
        Some(State::Call(call)) => Call::had_failed_by(call, opened),
        _ => false,
    };
    (!failed).then(|| {
        let detail = format!("{call} had not failed when fire was opened, as far as is recorded");
        Remark::new("no_failed_call", detail)
    })
}
