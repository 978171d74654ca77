//! Sensors, lines, zones and dangerous land.

use super::tally::{add, add_to};
use crate::event::{
    HazardReported, LandReleased, SensorRegistered, SensorStatusChanged, WeaponsLineSet,
    ZoneBreached, ZoneRegistered,
};
use crate::state::{Hazard, Line, Sensor, Zone, ZoneTerms};
use accord_projection::OutOfOrder;

type Folded = Result<(), OutOfOrder>;

pub(super) fn sensor(sensor: &mut Sensor, p: &SensorRegistered, at: i64) {
    sensor.kind = Some(p.kind);
    sensor.area = Some(p.area.to_string());
    sensor.step(at, p.works);
}

pub(super) fn sensor_status(sensor: &mut Sensor, p: &SensorStatusChanged, at: i64) {
    sensor.step(at, p.works);
}

pub(super) fn line(line: &mut Line, p: &WeaponsLineSet, at: i64) {
    line.step(at, p.distance_m);
}

pub(super) fn zone(zone: &mut Zone, p: &ZoneRegistered, at: i64) -> Folded {
    if zone.terms.is_some() {
        let detail = format!("zone {} is registered; another zone has another code", p.zone);
        return Err(OutOfOrder::coded("zone-known", detail));
    }
    zone.terms = Some(ZoneTerms {
        area: p.area.to_string(),
        geometry: p.geometry.to_string(),
        radius_m: p.radius_m,
        since: at,
    });
    Ok(())
}

pub(super) fn disengaged(zone: &mut Zone, at: i64) {
    // Found disengaged again, it has been so since the first time.
    zone.disengaged_since.get_or_insert(at);
}

pub(super) fn breached(zone: &mut Zone, p: &ZoneBreached, at: i64, historical: bool) {
    zone.disengaged_since = None;
    zone.last_breach = Some(at);
    if historical {
        add(&mut zone.baseline_breaches, 1);
    } else {
        add(&mut zone.breaches, 1);
        add_to(&mut zone.by_side, p.side.as_str(), 1);
    }
}

pub(super) fn hazard(land: &mut Hazard, p: &HazardReported, historical: bool) {
    land.area = Some(p.area.to_string());
    land.kind = Some(p.kind.as_str().to_owned());
    land.historical = historical;
    add(&mut land.reported_m2, p.area_m2);
}

pub(super) fn released(land: &mut Hazard, p: &LandReleased, historical: bool) {
    if historical {
        add(&mut land.baseline_released_m2, p.area_m2);
        return;
    }
    add(&mut land.released_m2, p.area_m2);
    add_to(&mut land.by_method, p.method.as_str(), p.area_m2);
    for item in &p.items {
        add(&mut land.items, item.count);
    }
}
