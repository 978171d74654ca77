//! What the monitors counted, period by period, and their single observations: tables for the views
//! that show them.

use super::figure::{day, figure, reported, words};
use super::{Cell, Table, View};
use crate::replay::Snapshot;
use accord_format::time::Timestamp;
use accord_monitoring::MonitoringState;
use accord_monitoring::state::{Observations, Period};
use accord_projection::Selector;
use std::collections::{BTreeMap, BTreeSet};

const FAMILY: &str = "monitoring";
const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Windows before T over which single observations are added up: name, title, days back from T at
/// which it begins and ends.
const WINDOWS: [(&str, &str, i64, i64); 3] = [
    ("last_7_days", "last 7 days", 7, 0),
    ("last_14_days", "last 14 days", 14, 0),
    ("previous_14_days", "14 days before", 28, 14),
];

/// Adds the tables, and what a reader has to know about them.
pub(super) fn add(view: &mut View, snapshot: &Snapshot) {
    let periods = periods(snapshot);
    view.tables.push(period_table(snapshot, &periods));
    view.tables.extend(trend_table(snapshot, &periods));
    view.tables.extend(observation_table(snapshot));
    if periods.iter().any(|(_, p)| p.historical) {
        view.notes.push(
            "Rows marked baseline tell of the time before the agreement; they count under no provision.".to_owned(),
        );
    }
    if !overlapping(&periods).is_empty() {
        view.notes.push(
            "Rows marked overlapping tell of the same area and time; they are not to be added up."
                .to_owned(),
        );
    }
}

fn periods(snapshot: &Snapshot) -> Vec<(String, Period)> {
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

fn period_table(snapshot: &Snapshot, periods: &[(String, Period)]) -> Table {
    let mut table = Table::new(
        "periods",
        "Reported totals by period",
        &[
            ("area", "area"),
            ("ceasefire_violations", "violations"),
            ("explosions", "explosions"),
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
            cell("weapons", period.weapons.as_ref(), "weapons"),
            cell("restrictions", period.restrictions.as_ref(), "restrictions"),
            Cell::Text(period.author.clone()),
            words(period.report.clone()),
        ];
        table.row(subject.clone(), span(period), cells);
        if let Some(row) = table.rows.last_mut() {
            let restated = snapshot.families().basis().amendments.corrections(period.seq).count();
            row.marks.extend((restated > 0).then_some("restated"));
            row.marks.extend(period.historical.then_some("baseline"));
            row.marks.extend(overlapping.contains(&period.seq).then_some("overlapping"));
        }
    }
    table
}

/// Periods of one area and author that share time with another.
fn overlapping(periods: &[(String, Period)]) -> BTreeSet<u64> {
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

/// The daily mean of each area's latest period and of the one before.
fn trend_table(snapshot: &Snapshot, periods: &[(String, Period)]) -> Option<Table> {
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
        let mean = |subject: &str, period: &Period, name: &str| {
            let violations = period.ceasefire_violations.as_ref().map_or(0, |c| c.value);
            let mean = violations / days(period);
            let selector = Selector::new(FAMILY, subject);
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

/// `-97 %`, in whole percent towards zero; nothing when there was nothing before.
fn change(then: u64, now: u64) -> Option<String> {
    let (then, now) = (i128::from(then), i128::from(now));
    (then > 0).then(|| format!("{:+} %", (now - then) * 100 / then))
}

/// Single observations in the windows before T.
fn observation_table(snapshot: &Snapshot) -> Option<Table> {
    let mut table = Table::new(
        "observations",
        "Single observations before the as-of instant",
        &[
            ("rounds", "rounds"),
            ("explosions", "explosions"),
            ("exercises", "exercises"),
            ("undetermined", "side undetermined"),
        ],
    );
    let engine = snapshot.families().monitoring();
    let mut areas = BTreeSet::new();
    for (subject, _) in engine.states("day/") {
        areas.extend(subject.split('/').nth(1).map(ToOwned::to_owned));
    }
    for area in areas {
        for (name, title, begin, end) in WINDOWS {
            let at = |days: i64| {
                let back = Timestamp::from_micros(
                    snapshot.as_of().micros().saturating_sub(days.saturating_mul(MICROS_PER_DAY)),
                );
                format!("day/{area}/{}", day(back.micros()))
            };
            // A window of n days ends with the day of its end and begins with the n-th before.
            let selector = Selector::range(FAMILY, at(begin - 1), at(end));
            let mut sum = Observations::default();
            for (subject, state) in engine.states(&format!("day/{area}/")) {
                let within =
                    *subject >= *selector.subject && selector.to.as_deref() >= Some(subject);
                if let (true, MonitoringState::Day(split)) = (within, &*state) {
                    gather(&mut sum, &split.baseline);
                    gather(&mut sum, &split.counted);
                }
            }
            let cell = |member: &str, value| {
                let key = format!("observations/{area}/{name}/{member}");
                figure(snapshot, key, value, "rounds", selector.clone())
            };
            let undetermined = sum.by_side.get(accord_projection::UNDETERMINED).copied();
            let cells = vec![
                cell("rounds", sum.rounds),
                cell("explosions", sum.explosions),
                cell("exercises", sum.exercises),
                cell("undetermined", undetermined.unwrap_or(0)),
            ];
            table.row(format!("{area}/{name}"), format!("{area}, {title}"), cells);
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

fn gather(sum: &mut Observations, more: &Observations) {
    sum.rounds = sum.rounds.saturating_add(more.rounds);
    sum.explosions = sum.explosions.saturating_add(more.explosions);
    sum.exercises = sum.exercises.saturating_add(more.exercises);
    for (side, rounds) in &more.by_side {
        let total = sum.by_side.entry(side.clone()).or_default();
        *total = total.saturating_add(*rounds);
    }
}
