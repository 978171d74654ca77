//! Access: where monitors were kept from working, and whether those who were called answered.

mod hotline;

use super::figure::figure;
use super::span::{self, Source, by_time, of_time, sides};
use super::{Table, View};
use crate::replay::Snapshot;
use accord_monitoring::MonitoringState;
use accord_monitoring::event::InspectionOutcome;
use accord_monitoring::state::{Access, Interference, Split};
use accord_projection::{Selector, UNDETERMINED};
use std::collections::BTreeMap;

const FAMILY: &str = "monitoring";

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("access", "Access", snapshot);
    view.tables.extend(totals(snapshot));
    view.tables.push(months(snapshot));
    view.tables.extend(by_side(snapshot));
    view.tables.extend(flights(snapshot));
    view.tables.extend(interference(snapshot));
    view.tables.extend(inspections(snapshot));
    hotline::add(&mut view, snapshot);
    view
}

fn access(state: &MonitoringState) -> Option<&Split<Access>> {
    if let MonitoringState::Access(split) = state { Some(split) } else { None }
}

fn gather(sum: &mut Access, more: &Access) {
    span::add([
        (&mut sum.reports, more.reports),
        (&mut sum.restrictions, more.restrictions),
        (&mut sum.inexact, more.inexact),
        (&mut sum.minutes, more.minutes),
        (&mut sum.remedied, more.remedied),
    ]);
    span::add_all(&mut sum.by_side, &more.by_side);
    span::add_all(&mut sum.by_form, &more.by_form);
    for (key, both) in &more.by_side_and_form {
        let total = sum.by_side_and_form.entry(key.clone()).or_default();
        span::add([(&mut total.count, both.count), (&mut total.minutes, both.minutes)]);
    }
}

fn months(snapshot: &Snapshot) -> Table {
    let columns = [
        ("restrictions", "restrictions"),
        ("minutes", "minutes"),
        ("remedied", "put right"),
        ("inexact", "reports not exact"),
    ];
    let mut table = Table::new("months", "Restrictions of movement, by month", &columns);
    for (time, split) in by_time(snapshot, "access/", 7, access, gather) {
        for side in sides(&time, &split, |of| of.reports > 0) {
            let cell = |member: &str, value, unit| {
                let key = format!("access/{}/{member}", side.key);
                figure(snapshot, key, value, unit, of_time("access/", &time))
            };
            let cells = vec![
                cell("restrictions", side.of.restrictions, "restrictions"),
                cell("minutes", side.of.minutes, "minutes"),
                cell("remedied", side.of.remedied, "restrictions"),
                cell("inexact", side.of.inexact, "reports"),
            ];
            table.row(side.key.clone(), time.clone(), cells);
            side.mark(table.rows.last_mut());
        }
    }
    table
}

/// All months together, under the agreement and before it.
fn totals(snapshot: &Snapshot) -> Option<Table> {
    let columns = [
        ("restrictions", "restrictions"),
        ("minutes", "minutes"),
        ("remedied", "put right"),
        ("incidents", "incidents with aircraft"),
    ];
    let title = "Restrictions of movement, and interference with aircraft, all months";
    let mut table = Table::new("totals", title, &columns);
    let (moving, flying) = (Selector::new(FAMILY, "access/*"), Selector::new(FAMILY, "uav/*"));
    let kept = span::sum(snapshot, &moving, access, gather);
    let flown = span::sum(snapshot, &flying, flight, gather_flights);
    let (moving, flying) = (Source::new(snapshot, moving), Source::new(snapshot, flying));
    for (key, label, kept, flown) in [
        ("counted", "under the agreement", &kept.counted, &flown.counted),
        ("baseline", "before the agreement", &kept.baseline, &flown.baseline),
    ] {
        if kept.reports == 0 && flown.reports == 0 {
            continue;
        }
        let cell = |source: &Source, member: &str, value, unit| {
            source.figure(format!("totals/{key}/{member}"), value, unit)
        };
        let cells = vec![
            cell(&moving, "restrictions", kept.restrictions, "restrictions"),
            cell(&moving, "minutes", kept.minutes, "minutes"),
            cell(&moving, "remedied", kept.remedied, "restrictions"),
            cell(&flying, "incidents", flown.incidents, "incidents"),
        ];
        table.row(key, label, cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend((key == span::BASELINE).then_some(span::BASELINE));
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

/// Under the agreement, by side and form.
fn by_side(snapshot: &Snapshot) -> Option<Table> {
    let selector = Selector::new(FAMILY, "access/*");
    let sum = span::sum(snapshot, &selector, access, gather).counted;
    let source = Source::new(snapshot, selector);
    let columns = [("restrictions", "restrictions"), ("minutes", "minutes")];
    let title = "Restrictions under the agreement, by side and form";
    let mut table = Table::new("by_side", title, &columns);
    let mut row = |key: &str, label: String, restrictions, minutes: Option<u64>| {
        let cell = |member: &str, value, unit| {
            source.figure(format!("by_side/{key}/{member}"), value, unit)
        };
        let minutes = minutes.map_or(super::Cell::Empty, |m| cell("minutes", m, "minutes"));
        let cells = vec![cell("restrictions", restrictions, "restrictions"), minutes];
        table.row(key, label, cells);
    };
    for (side, restrictions) in &sum.by_side {
        let prefix = format!("{side}/");
        let of_side = || sum.by_side_and_form.iter().filter(|(key, _)| key.starts_with(&prefix));
        let minutes = of_side().map(|(_, both)| both.minutes).fold(0, u64::saturating_add);
        row(side, format!("{side}, all"), *restrictions, Some(minutes));
        for (key, both) in of_side() {
            row(key, key.replacen('/', ", ", 1), both.count, Some(both.minutes));
        }
    }
    for (form, restrictions) in &sum.by_form {
        row(&format!("all/{form}"), format!("all, {form}"), *restrictions, None);
    }
    (!table.rows.is_empty()).then_some(table)
}

fn flight(state: &MonitoringState) -> Option<&Split<Interference>> {
    if let MonitoringState::Interference(split) = state { Some(split) } else { None }
}

fn gather_flights(sum: &mut Interference, more: &Interference) {
    span::add([
        (&mut sum.reports, more.reports),
        (&mut sum.incidents, more.incidents),
        (&mut sum.inexact, more.inexact),
    ]);
    span::add_all(&mut sum.by_form, &more.by_form);
    span::add_all(&mut sum.by_side, &more.by_side);
}

fn flights(snapshot: &Snapshot) -> Option<Table> {
    let mut table = Table::new(
        "flights",
        "Interference with the mission's aircraft, by month",
        &[("incidents", "incidents"), ("inexact", "reports not exact")],
    );
    for (time, split) in by_time(snapshot, "uav/", 7, flight, gather_flights) {
        for side in sides(&time, &split, |of| of.reports > 0) {
            let cell = |member: &str, value, unit| {
                let key = format!("uav/{}/{member}", side.key);
                figure(snapshot, key, value, unit, of_time("uav/", &time))
            };
            let cells = vec![
                cell("incidents", side.of.incidents, "incidents"),
                cell("inexact", side.of.inexact, "reports"),
            ];
            table.row(side.key.clone(), time.clone(), cells);
            side.mark(table.rows.last_mut());
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

/// Under the agreement, by form and by side.
fn interference(snapshot: &Snapshot) -> Option<Table> {
    let selector = Selector::new(FAMILY, "uav/*");
    let sum = span::sum(snapshot, &selector, flight, gather_flights).counted;
    let source = Source::new(snapshot, selector);
    let title = "The same under the agreement, by form and by side";
    let mut table = Table::new("interference", title, &[("incidents", "incidents")]);
    for (kind, parts) in [("form", &sum.by_form), ("side", &sum.by_side)] {
        for (part, incidents) in parts {
            let row = format!("{kind}/{part}");
            let key = format!("interference/{row}/incidents");
            let cell = source.figure(key, *incidents, "incidents");
            table.row(row, format!("{kind} {part}"), vec![cell]);
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

/// What came of inspections of storage sites, by whose site it was.
fn inspections(snapshot: &Snapshot) -> Option<Table> {
    const OUTCOMES: [InspectionOutcome; 3] =
        [InspectionOutcome::Conducted, InspectionOutcome::Partial, InspectionOutcome::Refused];
    let columns = [
        ("conducted", "conducted"),
        ("partial", "partial"),
        ("refused", "refused"),
        ("baseline", "before the agreement"),
    ];
    let mut sides: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for (_, state) in snapshot.families().monitoring().states("storage_site/") {
        let MonitoringState::Site(site) = &*state else { continue };
        if !site.inspections.is_empty() || site.baseline_inspections > 0 {
            let holder = site.terms.as_ref().map_or(UNDETERMINED, |terms| &terms.party);
            let sums = sides.entry(holder.to_owned()).or_default();
            span::add_all(sums, &site.inspections);
            span::add([(
                sums.entry("baseline".to_owned()).or_default(),
                site.baseline_inspections,
            )]);
        }
    }
    let title = "Inspections of storage sites under the agreement, by side";
    let mut table = Table::new("inspections", title, &columns);
    let source = Source::new(snapshot, Selector::new(FAMILY, "storage_site/*"));
    for (side, outcomes) in sides {
        let cell = |outcome: &str| {
            let key = format!("inspections/{side}/{outcome}");
            source.figure(key, outcomes.get(outcome).copied().unwrap_or(0), "inspections")
        };
        let outcomes = OUTCOMES.map(InspectionOutcome::as_str).into_iter().chain(["baseline"]);
        let cells = outcomes.map(cell).collect();
        table.row(side.clone(), side.clone(), cells);
    }
    (!table.rows.is_empty()).then_some(table)
}
