//! Casualties that the mission reported, with how many of them nobody has corroborated.

use super::super::figure::figure;
use super::super::observations::deaths;
use super::super::span::{self, Side, Source, by_time, of_time, sides};
use super::super::{Cell, Table, View};
use crate::replay::Snapshot;
use accord_monitoring::MonitoringState;
use accord_monitoring::state::{Casualties, LateCasualties, Split, Toll};
use accord_projection::Selector;

const FAMILY: &str = "monitoring";
/// The subjects of casualties by the month in which they happened.
const HAPPENED: &str = "casualty/";
/// The subjects of casualties of earlier months by the month in which they were recorded.
const RECORDED: &str = "casualty_late/";

/// Adds the tables, and what a reader has to know about them.
pub(super) fn add(view: &mut View, snapshot: &Snapshot) {
    view.tables.push(months(snapshot));
    view.tables.extend(late(snapshot));
    view.tables.extend(causes(snapshot));
    view.tables.extend(persons(snapshot));
    view.notes.push("Casualties are counted in the month in which they happened. Those that were corroborated and recorded in a later month are shown apart as well, by the month of recording; they are part of the former.".to_owned());
}

fn casualties(state: &MonitoringState) -> Option<&Split<Casualties>> {
    if let MonitoringState::Casualty(split) = state { Some(split) } else { None }
}

fn gather(sum: &mut Casualties, more: &Casualties) {
    span::add([(&mut sum.reports, more.reports)]);
    add_toll(&mut sum.toll, &more.toll);
    add_toll(&mut sum.reported_later, &more.reported_later);
    add_toll(&mut sum.uncorroborated, &more.uncorroborated);
    span::add([
        (&mut sum.persons.men, more.persons.men),
        (&mut sum.persons.women, more.persons.women),
        (&mut sum.persons.boys, more.persons.boys),
        (&mut sum.persons.girls, more.persons.girls),
        (&mut sum.persons.unknown, more.persons.unknown),
    ]);
    for (cause, toll) in &more.by_cause {
        add_toll(sum.by_cause.entry(cause.clone()).or_default(), toll);
    }
}

const fn add_toll(sum: &mut Toll, more: &Toll) {
    sum.add(more.killed, more.injured);
}

fn months(snapshot: &Snapshot) -> Table {
    let columns = [
        ("killed", "killed"),
        ("injured", "injured"),
        ("later_killed", "of the killed, reported later"),
        ("later_injured", "of the injured, reported later"),
        ("uncorroborated_killed", "of the killed, uncorroborated"),
        ("uncorroborated_injured", "of the injured, uncorroborated"),
    ];
    let title = "Casualties that the mission reported, uncorroborated ones included, by month";
    let mut table = Table::new("casualties", title, &columns);
    for (time, split) in by_time(snapshot, HAPPENED, 7, casualties, gather) {
        for side in sides(&time, &split, |of| of.reports > 0) {
            let cell = |member: &str, value| {
                let key = format!("casualty/{}/{member}", side.key);
                figure(snapshot, key, value, "civilians", of_time(HAPPENED, &time))
            };
            let of = side.of;
            let cells = vec![
                cell("killed", of.toll.killed),
                cell("injured", of.toll.injured),
                cell("later_killed", of.reported_later.killed),
                cell("later_injured", of.reported_later.injured),
                cell("uncorroborated_killed", of.uncorroborated.killed),
                cell("uncorroborated_injured", of.uncorroborated.injured),
            ];
            table.row(side.key.clone(), time.clone(), cells);
            side.mark(table.rows.last_mut());
        }
    }
    table
}

/// All months together, under the agreement and before it.
pub(super) fn totals(snapshot: &Snapshot) -> Option<Table> {
    let columns = [
        ("killed", "killed"),
        ("injured", "injured"),
        ("uncorroborated_killed", "of the killed, uncorroborated"),
        ("uncorroborated_injured", "of the injured, uncorroborated"),
        ("lethal", "killed in lethal events"),
    ];
    let title = "Civilians, all months: as the mission reported, and in lethal events";
    let mut table = Table::new("totals", title, &columns);
    let reported = Selector::new(FAMILY, format!("{HAPPENED}*"));
    let lethal = Selector::new(FAMILY, "lethal/*");
    let sum = span::sum(snapshot, &reported, casualties, gather);
    let dead = span::sum(snapshot, &lethal, deaths::lethal, deaths::gather);
    let (reported, lethal) = (Source::new(snapshot, reported), Source::new(snapshot, lethal));
    for (key, label, of, dead) in [
        ("counted", "under the agreement", &sum.counted, &dead.counted),
        ("baseline", "before the agreement", &sum.baseline, &dead.baseline),
    ] {
        if of.reports == 0 && dead.events == 0 {
            continue;
        }
        let cell = |source: &Source, member: &str, value| {
            source.figure(format!("totals/{key}/{member}"), value, "civilians")
        };
        let cells = vec![
            cell(&reported, "killed", of.toll.killed),
            cell(&reported, "injured", of.toll.injured),
            cell(&reported, "uncorroborated_killed", of.uncorroborated.killed),
            cell(&reported, "uncorroborated_injured", of.uncorroborated.injured),
            cell(&lethal, "lethal", dead.civilians),
        ];
        table.row(key, label, cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend((key == span::BASELINE).then_some(span::BASELINE));
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

fn late_casualties(state: &MonitoringState) -> Option<&Split<LateCasualties>> {
    if let MonitoringState::CasualtyLate(split) = state { Some(split) } else { None }
}

fn gather_late(sum: &mut LateCasualties, more: &LateCasualties) {
    span::add([(&mut sum.reports, more.reports)]);
    add_toll(&mut sum.toll, &more.toll);
}

/// What became known in each month of the months before it.
fn late(snapshot: &Snapshot) -> Option<Table> {
    let columns = [("killed", "killed"), ("injured", "injured"), ("reports", "reports")];
    let title = "Newly corroborated for earlier months, by month of recording";
    let mut table = Table::new("newly_corroborated", title, &columns);
    for (time, split) in by_time(snapshot, RECORDED, 7, late_casualties, gather_late) {
        for side in sides(&time, &split, |of| of.reports > 0) {
            let cell = |member: &str, value, unit| {
                let key = format!("newly_corroborated/{}/{member}", side.key);
                figure(snapshot, key, value, unit, of_time(RECORDED, &time))
            };
            let cells = vec![
                cell("killed", side.of.toll.killed, "civilians"),
                cell("injured", side.of.toll.injured, "civilians"),
                cell("reports", side.of.reports, "reports"),
            ];
            table.row(side.key.clone(), time.clone(), cells);
            side.mark(table.rows.last_mut());
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

/// Calls `row` for each year's sides.
fn years(snapshot: &Snapshot, mut row: impl FnMut(&str, &Side<'_, Casualties>)) {
    for (time, split) in by_time(snapshot, HAPPENED, 4, casualties, gather) {
        for side in sides(&time, &split, |of| of.reports > 0) {
            row(&time, &side);
        }
    }
}

fn causes(snapshot: &Snapshot) -> Option<Table> {
    let columns = [("killed", "killed"), ("injured", "injured")];
    let mut table = Table::new(
        "causes",
        "Casualties by cause and year, uncorroborated ones included",
        &columns,
    );
    years(snapshot, |time, side| {
        for (cause, toll) in &side.of.by_cause {
            let cell = |member: &str, value| {
                let key = format!("causes/{}/{cause}/{member}", side.key);
                figure(snapshot, key, value, "civilians", of_time(HAPPENED, time))
            };
            let cells = vec![cell("killed", toll.killed), cell("injured", toll.injured)];
            table.row(format!("{}/{cause}", side.key), format!("{time}, {cause}"), cells);
            side.mark(table.rows.last_mut());
        }
    });
    (!table.rows.is_empty()).then_some(table)
}

/// Who the casualties of each year were; small numbers could point to a person and are not shown.
fn persons(snapshot: &Snapshot) -> Option<Table> {
    let columns = [
        ("men", "men"),
        ("women", "women"),
        ("boys", "boys"),
        ("girls", "girls"),
        ("unknown", "not known"),
    ];
    let charter = snapshot.families().basis().terms.latest();
    let below = charter.map_or(0, |c| u64::from(c.limits.small_cell));
    let mut table = Table::new(
        "persons",
        "Casualties by who they were and year, uncorroborated ones included",
        &columns,
    );
    years(snapshot, |time, side| {
        let cell = |member: &str, value: u64| {
            if value > 0 && value < below {
                return Cell::Suppressed { below };
            }
            let key = format!("persons/{}/{member}", side.key);
            figure(snapshot, key, value, "civilians", of_time(HAPPENED, time))
        };
        let who = side.of.persons;
        let cells = vec![
            cell("men", who.men),
            cell("women", who.women),
            cell("boys", who.boys),
            cell("girls", who.girls),
            cell("unknown", who.unknown),
        ];
        table.row(side.key.clone(), time.to_owned(), cells);
        side.mark(table.rows.last_mut());
    });
    (!table.rows.is_empty()).then_some(table)
}
