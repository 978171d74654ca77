//! Totals that reports give for periods.

use super::super::figure::{day, figure, reported, words};
use super::super::span::{BASELINE, Source, change};
use super::super::{Cell, Table, When};
use crate::replay::Snapshot;
use accord_catalogue::unit::{Count, Qualifier};
use accord_format::time::MICROS_PER_DAY;
use accord_monitoring::MonitoringState;
use accord_monitoring::event::PeriodTally;
use accord_monitoring::state::Period;
use accord_projection::Selector;
use std::collections::{BTreeMap, BTreeSet};

const FAMILY: &str = "monitoring";

pub(super) fn periods(snapshot: &Snapshot) -> Vec<(String, Period)> {
    let states = snapshot.families().monitoring().states("period/");
    let mut periods: Vec<_> = states
        .filter_map(|(subject, state)| match &*state {
            MonitoringState::Period(period) => Some((subject.to_owned(), (**period).clone())),
            _ => None,
        })
        .collect();
    periods.sort_by(|(a, x), (b, y)| {
        (&x.area, x.from, x.until, a).cmp(&(&y.area, y.from, y.until, b))
    });
    periods
}

/// `2019-02-11 to 2019-02-24` for a period that ends at the midnight after.
fn span(period: &Period) -> String {
    let last = period.until.saturating_sub(1).max(period.from);
    format!("{} to {}", day(period.from), day(last))
}

pub(super) fn table(snapshot: &Snapshot, periods: &[(String, Period)]) -> Table {
    let mut table = Table::new(
        "periods",
        "Reported totals by period",
        &[
            ("area", "area"),
            ("ceasefire_violations", "violations"),
            ("explosions", "explosions"),
            ("exercises", "exercises"),
            ("weapons", "weapons"),
            ("restrictions", "restrictions"),
            ("by", "reported by"),
            ("report", "report"),
        ],
    );
    let overlapping = overlapping(periods);
    for (subject, period) in periods {
        let cell = |member: &'static str, count, unit| {
            let selector = Selector::new(FAMILY, subject.clone());
            let key = format!("{subject}/{member}");
            reported(snapshot, key, count, unit, selector, (period.seq, member))
        };
        let cells = vec![
            Cell::Text(period.area.clone()),
            cell(
                "ceasefire_violations",
                period.ceasefire_violations.as_ref(),
                "ceasefire violations",
            ),
            cell("explosions", period.explosions.as_ref(), "explosions"),
            cell("exercises", period.exercises.as_ref(), "ceasefire violations"),
            cell("weapons", period.weapons.as_ref(), "weapons"),
            cell("restrictions", period.restrictions.as_ref(), "restrictions"),
            Cell::Text(period.author.clone()),
            words(period.report.clone()),
        ];
        table.row(subject.clone(), span(period), cells);
        table.of(When { from: period.from, until: period.until });
        if let Some(row) = table.rows.last_mut() {
            let restated = snapshot.families().basis().amendments.corrections(period.seq).count();
            row.marks.extend((restated > 0).then_some("restated"));
            row.marks.extend(period.historical.then_some(BASELINE));
            row.marks.extend(overlapping.contains(&period.seq).then_some("overlapping"));
        }
    }
    table
}

/// Periods of one area and author that share time with another.
pub(super) fn overlapping(periods: &[(String, Period)]) -> BTreeSet<u64> {
    let mut seqs = BTreeSet::new();
    // By area and start: the latest end so far of each author tells.
    let mut open: BTreeMap<(&str, &str), (i64, u64)> = BTreeMap::new();
    for (_, period) in periods {
        let key = (period.area.as_str(), period.author.as_str());
        if let Some((until, seq)) = open.get(&key)
            && period.from < *until
        {
            seqs.extend([*seq, period.seq]);
        }
        let longest = open.get(&key).is_none_or(|(until, _)| *until < period.until);
        if longest {
            open.insert(key, (period.until, period.seq));
        }
    }
    seqs
}

/// What the reports on each area add up to, under the agreement and before it.
pub(super) fn totals(snapshot: &Snapshot, periods: &[(String, Period)]) -> Option<Table> {
    let columns = [
        ("ceasefire_violations", "violations"),
        ("explosions", "explosions"),
        ("weapons", "weapons"),
        ("restrictions", "restrictions"),
        ("reports", "reports"),
    ];
    let overlapping = overlapping(periods);
    let mut sums: BTreeMap<(&str, bool), Vec<&Period>> = BTreeMap::new();
    for (_, period) in periods {
        sums.entry((&period.area, period.historical)).or_default().push(period);
    }
    let mut table = Table::new("period_totals", "Reported totals, added up", &columns);
    for ((area, historical), of) in sums {
        let (key, words) = if historical {
            ("baseline", "before the agreement")
        } else {
            ("counted", "under the agreement")
        };
        let selector = Selector::new(FAMILY, format!("period/{area}/*"));
        let source = Source::new(snapshot, selector);
        let count = |member: &str, unit, read: fn(&Period) -> Option<&Count>| {
            sum(
                &source,
                format!("period_totals/{area}/{key}/{member}"),
                unit,
                of.iter().filter_map(|p| read(p)),
            )
        };
        let cells = vec![
            count("ceasefire_violations", "ceasefire violations", |p| {
                p.ceasefire_violations.as_ref()
            }),
            count("explosions", "explosions", |p| p.explosions.as_ref()),
            count("weapons", "weapons", |p| p.weapons.as_ref()),
            count("restrictions", "restrictions", |p| p.restrictions.as_ref()),
            source.figure(
                format!("period_totals/{area}/{key}/reports"),
                of.len() as u64,
                "reports",
            ),
        ];
        table.row(format!("{area}/{key}"), format!("{area}, {words}"), cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend(historical.then_some(BASELINE));
            let twice = of.iter().any(|period| overlapping.contains(&period.seq));
            row.marks.extend(twice.then_some("some overlap"));
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

/// A sum of counts, which is about as much when one of them is; nothing without one.
fn sum<'a>(
    source: &Source,
    key: String,
    unit: &'static str,
    counts: impl Iterator<Item = &'a Count>,
) -> Cell {
    let counts: Vec<&Count> = counts.collect();
    if counts.is_empty() {
        return Cell::Empty;
    }
    let total = counts.iter().fold(0_u64, |sum, count| sum.saturating_add(count.value));
    let mut cell = source.figure(key, total, unit);
    if let Cell::Figure(figure) = &mut cell
        && counts.iter().any(|count| count.qualifier != Qualifier::Exact)
    {
        figure.qualifier = Some(Qualifier::About);
    }
    cell
}

/// The daily mean of each area's latest period and of the one before.
pub(super) fn trend(snapshot: &Snapshot, periods: &[(String, Period)]) -> Option<Table> {
    let mut by_area: BTreeMap<&str, Vec<&(String, Period)>> = BTreeMap::new();
    for entry in periods.iter().filter(|(_, p)| p.ceasefire_violations.is_some()) {
        by_area.entry(&entry.1.area).or_default().push(entry);
    }
    let columns =
        [("latest", "latest"), ("mean", "a day"), ("before", "a day before"), ("change", "change")];
    let mut table = Table::new("trend", "Latest period and the one before", &columns);
    for (area, periods) in by_area {
        let Some((subject, latest)) = periods.last() else { continue };
        let before = periods.iter().rev().find(|(_, p)| p.until <= latest.from);
        let mean = |first: &str, period: &Period, name: &str| {
            let violations = period.ceasefire_violations.as_ref().map_or(0, |c| c.value);
            let mean = violations / days(period);
            // Which one is the latest, and which comes before it, both tell together.
            let selector = Selector::range(FAMILY, first, subject.as_str());
            let cell = figure(
                snapshot,
                format!("trend/{area}/{name}"),
                mean,
                "violations a day",
                selector,
            );
            (mean, cell)
        };
        let (now, cell) = mean(subject, latest, "latest");
        let then = before.map(|(subject, period)| mean(subject, period, "before"));
        let change = then.as_ref().and_then(|(then, _)| change(*then, now));
        let before = then.map_or(Cell::Empty, |(_, cell)| cell);
        let cells = vec![Cell::Text(span(latest)), cell, before, words(change)];
        table.row(area, area, cells);
    }
    (!table.rows.is_empty()).then_some(table)
}

fn days(period: &Period) -> u64 {
    let length = period.until.saturating_sub(period.from);
    u64::try_from(length / MICROS_PER_DAY).unwrap_or(1).max(1)
}

/// How the latest period of each area is broken down, where its report says.
pub(super) fn tallies(snapshot: &Snapshot, periods: &[(String, Period)]) -> Option<Table> {
    let columns = [("period", "period"), ("count", "violations")];
    let mut table = Table::new("tallies", "Parts of the latest reported period", &columns);
    let mut latest: BTreeMap<&str, &(String, Period)> = BTreeMap::new();
    for entry in periods.iter().filter(|(_, p)| !p.tallies.is_empty()) {
        latest.insert(&entry.1.area, entry);
    }
    for (area, (subject, period)) in latest {
        for (at, tally) in period.tallies.iter().enumerate() {
            let key = format!("tallies/{area}/{at}");
            let selector = Selector::new(FAMILY, subject.clone());
            let from = (period.seq, "tallies");
            let count =
                reported(snapshot, key.clone(), Some(&tally.count), "violations", selector, from);
            let cells = vec![Cell::Text(span(period)), count];
            table.row(key, format!("{area}, {}", part(tally)), cells);
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

/// `shot, rifle, zone north, side undetermined`.
fn part(tally: &PeriodTally) -> String {
    let words = [
        tally.kind.map(|kind| kind.as_str().to_owned()),
        tally.weapon.as_ref().map(ToString::to_string),
        tally.zone.as_ref().map(|zone| format!("zone {zone}")),
        tally.side.as_ref().map(|side| format!("side {side}")),
    ];
    let words: Vec<String> = words.into_iter().flatten().collect();
    if words.is_empty() { "not told apart".to_owned() } else { words.join(", ") }
}
