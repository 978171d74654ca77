//! Civilians killed and injured, by the month in which it happened.

use super::figure::figure;
use super::{Cell, Table, View};
use crate::replay::Snapshot;
use accord_monitoring::MonitoringState;
use accord_monitoring::state::{Casualties, Lethal};
use accord_projection::Selector;
use std::collections::BTreeMap;

const FAMILY: &str = "monitoring";

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("civilians", "Civilians", snapshot);
    view.tables.push(lethal(snapshot, "years", "Killed in lethal events, by year", 4));
    view.tables.push(lethal(snapshot, "months", "Killed in lethal events, by month", 7));
    view.tables.push(casualties(snapshot));
    view.tables.extend(persons(snapshot));
    view.notes.push("Only deaths of people known to be civilians count as civilian deaths; the estimates are over all who were killed, combatants included.".to_owned());
    let spanning: u64 = sums(snapshot, 4).values().map(|s| s.lethal.spanning).sum();
    if spanning > 0 {
        view.notes.push(format!("{spanning} lethal events reach beyond the month in which they began; each is counted in that month."));
    }
    view
}

/// What happened in a month or a year.
#[derive(Default)]
struct Sum {
    lethal: Lethal,
    casualties: Casualties,
    baseline: bool,
}

/// Lethal events by the first `length` characters of their month.
fn sums(snapshot: &Snapshot, length: usize) -> BTreeMap<String, Sum> {
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    let engine = snapshot.families().monitoring();
    for (subject, state) in engine.states("lethal/") {
        let MonitoringState::Lethal(split) = &*state else { continue };
        let sum = sums.entry(part(subject, length)).or_default();
        sum.baseline |= split.baseline.events > 0;
        for lethal in [&split.baseline, &split.counted] {
            add_lethal(&mut sum.lethal, lethal);
        }
    }
    for (subject, state) in engine.states("casualty/") {
        let MonitoringState::Casualty(split) = &*state else { continue };
        let sum = sums.entry(part(subject, length)).or_default();
        sum.baseline |= split.baseline.reports > 0;
        for casualties in [&split.baseline, &split.counted] {
            add_casualties(&mut sum.casualties, casualties);
        }
    }
    sums
}

/// `2014` or `2014-07` of `lethal/2014-07`.
fn part(subject: &str, length: usize) -> String {
    let month = subject.split('/').nth(1).unwrap_or_default();
    month.chars().take(length).collect()
}

fn add_lethal(sum: &mut Lethal, more: &Lethal) {
    sum.events = sum.events.saturating_add(more.events);
    sum.best = sum.best.saturating_add(more.best);
    sum.low = sum.low.saturating_add(more.low);
    sum.high = sum.high.saturating_add(more.high);
    sum.civilians = sum.civilians.saturating_add(more.civilians);
    sum.unknown = sum.unknown.saturating_add(more.unknown);
    sum.spanning = sum.spanning.saturating_add(more.spanning);
}

fn add_casualties(sum: &mut Casualties, more: &Casualties) {
    sum.reports = sum.reports.saturating_add(more.reports);
    for (sum, more) in [
        (&mut sum.toll, &more.toll),
        (&mut sum.reported_later, &more.reported_later),
        (&mut sum.uncorroborated, &more.uncorroborated),
    ] {
        sum.killed = sum.killed.saturating_add(more.killed);
        sum.injured = sum.injured.saturating_add(more.injured);
    }
    let (persons, more) = (&mut sum.persons, &more.persons);
    persons.men = persons.men.saturating_add(more.men);
    persons.women = persons.women.saturating_add(more.women);
    persons.boys = persons.boys.saturating_add(more.boys);
    persons.girls = persons.girls.saturating_add(more.girls);
    persons.unknown = persons.unknown.saturating_add(more.unknown);
}

fn lethal(snapshot: &Snapshot, key: &'static str, title: &str, length: usize) -> Table {
    let columns = [
        ("civilians", "civilians"),
        ("unknown", "status unknown"),
        ("best", "all, best"),
        ("low", "all, low"),
        ("high", "all, high"),
        ("events", "events"),
    ];
    let mut table = Table::new(key, title, &columns);
    for (time, sum) in sums(snapshot, length).into_iter().filter(|(_, s)| s.lethal.events > 0) {
        let cell = |member: &str, value, unit| {
            let selector = Selector::new(FAMILY, of_time("lethal", &time, length));
            figure(snapshot, format!("lethal/{time}/{member}"), value, unit, selector)
        };
        let cells = vec![
            cell("civilians", sum.lethal.civilians, "civilian deaths"),
            cell("unknown", sum.lethal.unknown, "deaths"),
            cell("best", sum.lethal.best, "deaths"),
            cell("low", sum.lethal.low, "deaths"),
            cell("high", sum.lethal.high, "deaths"),
            cell("events", sum.lethal.events, "events"),
        ];
        push(&mut table, time, &sum, cells);
    }
    table
}

fn push(table: &mut Table, time: String, sum: &Sum, cells: Vec<Cell>) {
    table.row(time.clone(), time, cells);
    if let Some(row) = table.rows.last_mut() {
        row.marks.extend(sum.baseline.then_some("baseline"));
    }
}

/// The subjects of a month, or of all months of a year.
fn of_time(kind: &str, time: &str, length: usize) -> String {
    if length == 7 { format!("{kind}/{time}") } else { format!("{kind}/{time}-*") }
}

fn casualties(snapshot: &Snapshot) -> Table {
    let columns = [
        ("killed", "killed"),
        ("injured", "injured"),
        ("later_killed", "killed, reported later"),
        ("later_injured", "injured, reported later"),
        ("uncorroborated_killed", "killed, uncorroborated"),
        ("uncorroborated_injured", "injured, uncorroborated"),
    ];
    let mut table =
        Table::new("casualties", "Casualties that the mission reported, by month", &columns);
    for (time, sum) in sums(snapshot, 7).into_iter().filter(|(_, s)| s.casualties.reports > 0) {
        let cell = |member: &str, value| {
            let selector = Selector::new(FAMILY, of_time("casualty", &time, 7));
            figure(snapshot, format!("casualty/{time}/{member}"), value, "civilians", selector)
        };
        let of = &sum.casualties;
        let cells = vec![
            cell("killed", of.toll.killed),
            cell("injured", of.toll.injured),
            cell("later_killed", of.reported_later.killed),
            cell("later_injured", of.reported_later.injured),
            cell("uncorroborated_killed", of.uncorroborated.killed),
            cell("uncorroborated_injured", of.uncorroborated.injured),
        ];
        push(&mut table, time, &sum, cells);
    }
    table
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
    let mut table = Table::new("persons", "Who they were, by year", &columns);
    for (time, sum) in sums(snapshot, 4).into_iter().filter(|(_, s)| s.casualties.reports > 0) {
        let cell = |member: &str, value: u64| {
            if value > 0 && value < below {
                return Cell::Suppressed { below };
            }
            let selector = Selector::new(FAMILY, of_time("casualty", &time, 4));
            figure(snapshot, format!("persons/{time}/{member}"), value, "civilians", selector)
        };
        let who = sum.casualties.persons;
        let cells = vec![
            cell("men", who.men),
            cell("women", who.women),
            cell("boys", who.boys),
            cell("girls", who.girls),
            cell("unknown", who.unknown),
        ];
        push(&mut table, time, &sum, cells);
    }
    (!table.rows.is_empty()).then_some(table)
}
