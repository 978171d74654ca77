//! Civilian objects damaged, and dangerous land.

use super::super::figure::figure;
use super::super::span::{self, Source, by_time, of_time, sides};
use super::super::{Cell, Table};
use crate::replay::Snapshot;
use accord_monitoring::MonitoringState;
use accord_monitoring::event::ReleaseMethod;
use accord_monitoring::state::{Damage, Hazard, Split};
use accord_projection::Selector;
use std::collections::BTreeMap;

/// The subjects of damage by the month in which it happened.
const DAMAGE: &str = "damage/";

/// Objects damaged, by kind and year.
pub(super) fn damage(snapshot: &Snapshot) -> Option<Table> {
    let columns = [("objects", "objects"), ("inexact", "reports not exact")];
    let mut table = Table::new("damage", "Civilian objects damaged, by year", &columns);
    for (time, split) in by_time(snapshot, DAMAGE, 4, read, gather) {
        for side in sides(&time, &split, |of| of.reports > 0) {
            let all = std::iter::once(("all", side.of.objects));
            let kinds = side.of.by_object.iter().map(|(kind, objects)| (kind.as_str(), *objects));
            let causes = side.of.by_cause.iter().map(|(cause, objects)| (cause, *objects));
            let causes: Vec<_> =
                causes.map(|(cause, objects)| (format!("cause_{cause}"), objects)).collect();
            let causes = causes.iter().map(|(cause, objects)| (cause.as_str(), *objects));
            for (part, objects) in all.chain(kinds).chain(causes) {
                let row = format!("{}/{part}", side.key);
                let key = format!("damage/{row}");
                let cell = figure(snapshot, key, objects, "objects", of_time(DAMAGE, &time));
                let inexact = (part == "all").then(|| {
                    let key = format!("damage/{row}/inexact");
                    figure(snapshot, key, side.of.inexact, "reports", of_time(DAMAGE, &time))
                });
                let cells = vec![cell, inexact.unwrap_or(Cell::Empty)];
                table.row(row, format!("{time}, {}", part.replace('_', " ")), cells);
                side.mark(table.rows.last_mut());
            }
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

fn read(state: &MonitoringState) -> Option<&Split<Damage>> {
    if let MonitoringState::Damage(split) = state { Some(split) } else { None }
}

fn gather(sum: &mut Damage, more: &Damage) {
    span::add([
        (&mut sum.reports, more.reports),
        (&mut sum.objects, more.objects),
        (&mut sum.inexact, more.inexact),
    ]);
    span::add_all(&mut sum.by_object, &more.by_object);
    span::add_all(&mut sum.by_cause, &more.by_cause);
}

/// The hazards of an area together, in square metres.
#[derive(Default)]
struct Land {
    hazards: u64,
    reported: u64,
    baseline: u64,
    released: u64,
    by_method: BTreeMap<String, u64>,
    items: u64,
    remaining: u64,
    beyond: u64,
}

impl Land {
    fn add(&mut self, hazard: &Hazard) {
        let reported = if hazard.historical { &mut self.baseline } else { &mut self.reported };
        let released = hazard.all_released_m2();
        span::add([
            (reported, hazard.reported_m2),
            (&mut self.hazards, 1),
            (&mut self.released, hazard.released_m2),
            (&mut self.items, hazard.items),
            (&mut self.remaining, hazard.reported_m2.saturating_sub(released)),
            (&mut self.beyond, released.saturating_sub(hazard.reported_m2)),
        ]);
        span::add_all(&mut self.by_method, &hazard.by_method);
    }
}

/// Dangerous land by area, and what was released of it.
pub(super) fn hazards(snapshot: &Snapshot) -> Option<Table> {
    let columns = [
        ("hazards", "hazards"),
        ("reported", "m2 reported"),
        ("baseline", "m2 before the agreement"),
        ("released", "m2 released"),
        ("cancelled", "cancelled"),
        ("reduced", "reduced"),
        ("cleared", "cleared"),
        ("items", "items destroyed"),
        ("remaining", "m2 left"),
        ("beyond", "m2 released too much"),
    ];
    let mut areas: BTreeMap<String, Land> = BTreeMap::new();
    for (_, state) in snapshot.families().monitoring().states("hazard/") {
        let MonitoringState::Hazard(hazard) = &*state else { continue };
        let area = hazard.area.clone().unwrap_or_else(|| "not reported".to_owned());
        areas.entry(area).or_default().add(hazard);
    }
    let title = "Dangerous land, and what was released of it under the agreement";
    let mut table = Table::new("hazards", title, &columns);
    let source = Source::new(snapshot, Selector::new("monitoring", "hazard/*"));
    for (area, land) in areas {
        let cell = |member: &str, value, unit| {
            source.figure(format!("hazards/{area}/{member}"), value, unit)
        };
        let by = |method: ReleaseMethod| {
            let released = land.by_method.get(method.as_str()).copied().unwrap_or(0);
            cell(method.as_str(), released, "square metres")
        };
        let cells = vec![
            cell("hazards", land.hazards, "hazards"),
            cell("reported", land.reported, "square metres"),
            cell("baseline", land.baseline, "square metres"),
            cell("released", land.released, "square metres"),
            by(ReleaseMethod::Cancelled),
            by(ReleaseMethod::Reduced),
            by(ReleaseMethod::Cleared),
            cell("items", land.items, "items"),
            cell("remaining", land.remaining, "square metres"),
            cell("beyond", land.beyond, "square metres"),
        ];
        table.row(area.clone(), area.clone(), cells);
    }
    (!table.rows.is_empty()).then_some(table)
}
