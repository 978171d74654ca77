//! What the monitors could see, and the zones that they watch.

use super::super::figure::{day, figure, words};
use super::super::span::FORTNIGHT;
use super::super::{Cell, Table};
use crate::replay::Snapshot;
use accord_format::time::MICROS_PER_DAY;
use accord_monitoring::MonitoringState;
use accord_monitoring::event::SensorKind;
use accord_monitoring::state::{Mission, Sensor, Zone};
use accord_projection::Selector;

const FAMILY: &str = "monitoring";
const MICROS_PER_HOUR: i64 = 3_600_000_000;

/// The mission and its sensors; nothing when the record tells of neither.
pub(super) fn tables(snapshot: &Snapshot) -> Vec<Table> {
    let sensors = sensors(snapshot);
    let mut table =
        Table::new("coverage", "What could be seen", &[("value", "value"), ("since", "since")]);
    if let Some(mission) = mission(snapshot) {
        let status = Cell::Text(mission.status.as_str().to_owned());
        table.row("mission", "mission", vec![status, Cell::Text(day(mission.since))]);
        let until = snapshot.as_of().micros();
        let from = until.saturating_sub(FORTNIGHT.first.saturating_mul(MICROS_PER_DAY));
        let hours = u64::try_from(mission.blind(from, until) / MICROS_PER_HOUR).unwrap_or(0);
        let selector = Selector::new(FAMILY, "mission/main");
        let cell = figure(snapshot, "coverage/blind_hours", hours, "hours", selector);
        let label = "hours without observation in 14 days";
        table.row("blind_hours", label, vec![cell, Cell::Empty]);
    }
    if !sensors.is_empty() {
        let out = sensors.iter().filter(|(_, sensor)| sensor.works() == Some(false)).count();
        for (key, label, value) in
            [("sensors", "sensors", sensors.len()), ("sensors_out", "sensors out of service", out)]
        {
            let selector = Selector::new(FAMILY, "sensor/*");
            let value = u64::try_from(value).unwrap_or(u64::MAX);
            let cell = figure(snapshot, format!("coverage/{key}"), value, "sensors", selector);
            table.row(key, label, vec![cell, Cell::Empty]);
        }
    }
    let some = (!table.rows.is_empty()).then_some(table);
    some.into_iter().chain(outages(&sensors)).collect()
}

fn mission(snapshot: &Snapshot) -> Option<Mission> {
    let state = snapshot.families().monitoring().state("mission/main")?;
    if let MonitoringState::Mission(mission) = &*state { Some(mission.clone()) } else { None }
}

fn sensors(snapshot: &Snapshot) -> Vec<(String, Sensor)> {
    let states = snapshot.families().monitoring().states("sensor/");
    let sensors = states.filter_map(|(subject, state)| match &*state {
        MonitoringState::Sensor(sensor) => {
            Some((subject.strip_prefix("sensor/")?.to_owned(), sensor.clone()))
        }
        _ => None,
    });
    sensors.collect()
}

/// The sensors that are out of service.
fn outages(sensors: &[(String, Sensor)]) -> Option<Table> {
    let columns = [("kind", "kind"), ("area", "area"), ("since", "since")];
    let mut table = Table::new("outages", "Sensors out of service", &columns);
    for (code, sensor) in sensors.iter().filter(|(_, sensor)| sensor.works() == Some(false)) {
        let cells = vec![
            words(sensor.kind.map(SensorKind::as_str)),
            words(sensor.area.clone()),
            words(sensor.steps.last().map(|step| day(step.since))),
        ];
        table.row(code.clone(), code.clone(), cells);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// The zones, and for how many whole days forces have been out of each.
pub(super) fn zones(snapshot: &Snapshot) -> Option<Table> {
    let columns = [
        ("area", "area"),
        ("days_disengaged", "days disengaged"),
        ("breaches", "breaches"),
        ("last_breach", "last breach"),
        ("baseline_breaches", "before the agreement"),
    ];
    let mut table = Table::new("zones", "Zones", &columns);
    for (subject, state) in snapshot.families().monitoring().states("zone/") {
        let MonitoringState::Zone(zone) = &*state else { continue };
        let code = subject.strip_prefix("zone/").unwrap_or_default();
        let cell = |member: &str, value, unit| {
            let selector = Selector::new(FAMILY, subject);
            figure(snapshot, format!("zones/{code}/{member}"), value, unit, selector)
        };
        let days = days_disengaged(zone, snapshot.as_of().micros());
        let cells = vec![
            words(zone.terms.as_ref().map(|terms| terms.area.clone())),
            days.map_or(Cell::Empty, |days| cell("days_disengaged", days, "days")),
            cell("breaches", zone.breaches, "breaches"),
            words(zone.last_breach.map(day)),
            cell("baseline_breaches", zone.baseline_breaches, "breaches"),
        ];
        table.row(code, code, cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend(zone.terms.is_none().then_some("not registered"));
            row.marks.extend(zone.disengaged_since.is_none().then_some("not disengaged"));
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

fn days_disengaged(zone: &Zone, now: i64) -> Option<u64> {
    let micros = now.saturating_sub(zone.disengaged_since?);
    u64::try_from(micros / MICROS_PER_DAY).ok()
}
