//! Single observations in spans before T.

use super::super::figure::{figure, words};
use super::super::span::{
    self, FORTNIGHT, FORTNIGHT_BEFORE, Side, Source, TODAY, WEEK, Window, change, share,
};
use super::super::{Cell, Table};
use crate::replay::Snapshot;
use accord_monitoring::MonitoringState;
use accord_monitoring::state::{Observations, Split};
use accord_projection::{Selector, UNDETERMINED};
use std::collections::{BTreeMap, BTreeSet};

const WINDOWS: [Window; 4] = [TODAY, WEEK, FORTNIGHT, FORTNIGHT_BEFORE];

/// A way to tell observations apart: key, title, and the sums.
type Breakdown = (&'static str, &'static str, fn(&Observations) -> &BTreeMap<String, u64>);

const BREAKDOWNS: [Breakdown; 5] = [
    ("by_kind", "By kind, exercises included", |o| &o.by_kind),
    ("by_weapon", "By class of weapon where it is known, exercises included", |o| &o.by_weapon),
    ("by_side", "By side of origin, exercises included", |o| &o.by_side),
    ("by_zone", "Inside zones, exercises included", |o| &o.by_zone),
    ("near_zone", "Close to zones, exercises included", |o| &o.near_zone),
];

/// The sums of one area in one span.
struct Span {
    window: Window,
    source: Source,
    sum: Split<Observations>,
}

/// All of them; none when there are no single observations.
pub(super) fn tables(snapshot: &Snapshot) -> Vec<Table> {
    let areas = areas(snapshot);
    if areas.is_empty() {
        return Vec::new();
    }
    let spans: Vec<(&str, Vec<Span>)> =
        areas.iter().map(|area| (area.as_str(), spans(snapshot, area))).collect();
    let mut tables = vec![windows(&spans)];
    tables.extend(BREAKDOWNS.iter().filter_map(|by| breakdown(&spans, by)));
    tables.extend(peaks(snapshot, &areas));
    tables
}

fn areas(snapshot: &Snapshot) -> BTreeSet<String> {
    let engine = snapshot.families().monitoring();
    let mut areas = BTreeSet::new();
    let mut from = "day/".to_owned();
    loop {
        let subject = engine.subjects_from(&from).next();
        let area = subject.and_then(|subject| subject.strip_prefix("day/")?.split('/').next());
        let Some(area) = area.map(ToOwned::to_owned) else { break };
        // On to the first day of the next area, whatever lies between: '0' comes right after '/'.
        from = format!("day/{area}0");
        areas.insert(area);
    }
    areas
}

fn observations(state: &MonitoringState) -> Option<&Split<Observations>> {
    if let MonitoringState::Day(split) = state { Some(split) } else { None }
}

fn spans(snapshot: &Snapshot, area: &str) -> Vec<Span> {
    let prefix = format!("day/{area}/");
    let make = |window: Window| {
        let selector = window.selector(snapshot, &prefix);
        let sum = span::sum(snapshot, &selector, observations, gather);
        Span { window, source: Source::new(snapshot, selector), sum }
    };
    WINDOWS.into_iter().map(make).collect()
}

fn gather(sum: &mut Observations, more: &Observations) {
    span::add([
        (&mut sum.rows, more.rows),
        (&mut sum.rounds, more.rounds),
        (&mut sum.explosions, more.explosions),
        (&mut sum.exercises, more.exercises),
        (&mut sum.exercise_explosions, more.exercise_explosions),
        (&mut sum.proscribed, more.proscribed),
        (&mut sum.classified, more.classified),
        (&mut sum.inexact, more.inexact),
    ]);
    for (sum, more) in [
        (&mut sum.by_kind, &more.by_kind),
        (&mut sum.by_side, &more.by_side),
        (&mut sum.by_weapon, &more.by_weapon),
        (&mut sum.by_zone, &more.by_zone),
        (&mut sum.near_zone, &more.near_zone),
    ] {
        span::add_all(sum, more);
    }
}

fn windows(areas: &[(&str, Vec<Span>)]) -> Table {
    let columns = [
        ("rounds", "rounds"),
        ("change", "change"),
        ("without_exercises", "without exercises"),
        ("change_without_exercises", "change"),
        ("explosions", "explosions"),
        ("explosions_without_exercises", "without exercises"),
        ("exercises", "exercises"),
        ("undetermined", "side undetermined"),
        ("proscribed", "proscribed"),
        ("proscribed_share", "of those classified"),
        ("inexact", "rows not exact"),
    ];
    let mut table =
        Table::new("observations", "Single observations before the as-of instant", &columns);
    for (area, spans) in areas {
        let before = spans.iter().find(|s| s.window.key == FORTNIGHT_BEFORE.key);
        for span in spans {
            let Window { key, title, .. } = span.window;
            // What counts is shown though it be nothing; the baseline only where there is some.
            let counted = Side {
                of: &span.sum.counted,
                key: format!("{area}/{key}"),
                baseline: false,
                when: None,
            };
            let baseline = Side {
                of: &span.sum.baseline,
                key: format!("{area}/{key}/baseline"),
                baseline: true,
                when: None,
            };
            let than = before.filter(|_| key == FORTNIGHT.key).map(|s| &s.sum.counted);
            let there = baseline.of.rows > 0;
            for side in [Some(counted), there.then_some(baseline)].into_iter().flatten() {
                let than = than.filter(|_| !side.baseline);
                let cells = cells(&span.source, &side, than);
                table.row(side.key.clone(), format!("{area}, {title}"), cells);
                side.mark(table.rows.last_mut());
            }
        }
    }
    table
}

/// Rounds that were no exercise.
const fn earnest(o: &Observations) -> u64 {
    o.rounds.saturating_sub(o.exercises)
}

fn cells(source: &Source, side: &Side<'_, Observations>, than: Option<&Observations>) -> Vec<Cell> {
    let o = side.of;
    let cell = |member: &str, value, unit| {
        let key = format!("observations/{}/{member}", side.key);
        source.figure(key, value, unit)
    };
    let change =
        |now: u64, of: fn(&Observations) -> u64| words(than.and_then(|then| change(of(then), now)));
    let undetermined = o.by_side.get(UNDETERMINED).copied().unwrap_or(0);
    let explosions = o.explosions.saturating_sub(o.exercise_explosions);
    vec![
        cell("rounds", o.rounds, "rounds"),
        change(o.rounds, |o| o.rounds),
        cell("without_exercises", earnest(o), "rounds"),
        change(earnest(o), earnest),
        cell("explosions", o.explosions, "explosions"),
        cell("explosions_without_exercises", explosions, "explosions"),
        cell("exercises", o.exercises, "rounds"),
        cell("undetermined", undetermined, "rounds"),
        cell("proscribed", o.proscribed, "rounds"),
        words(share(o.proscribed, o.classified)),
        cell("inexact", o.inexact, "rows"),
    ]
}

/// What counts in the latest fortnight and the one before, told apart in one way.
fn breakdown(areas: &[(&str, Vec<Span>)], (key, title, of): &Breakdown) -> Option<Table> {
    let columns = [
        (FORTNIGHT.key, FORTNIGHT.title),
        (FORTNIGHT_BEFORE.key, FORTNIGHT_BEFORE.title),
        ("change", "change"),
    ];
    let mut table = Table::new(key, *title, &columns);
    for (area, spans) in areas {
        let span = |key| spans.iter().find(|s: &&Span| s.window.key == key);
        let (Some(now), Some(then)) = (span(FORTNIGHT.key), span(FORTNIGHT_BEFORE.key)) else {
            continue;
        };
        let names: BTreeSet<&String> =
            of(&now.sum.counted).keys().chain(of(&then.sum.counted).keys()).collect();
        for name in names {
            let value = |span: &Span| of(&span.sum.counted).get(name).copied().unwrap_or(0);
            let cell = |span: &Span| {
                let key = format!("{key}/{area}/{name}/{}", span.window.key);
                span.source.figure(key, value(span), "rounds")
            };
            let change = words(change(value(then), value(now)));
            let cells = vec![cell(now), cell(then), change];
            table.row(format!("{area}/{name}"), format!("{area}, {name}"), cells);
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

/// The day with most rounds of each area under the agreement.
fn peaks(snapshot: &Snapshot, areas: &BTreeSet<String>) -> Option<Table> {
    let columns = [("day", "day"), ("rounds", "rounds"), ("exercises", "of which exercises")];
    let mut table = Table::new("peak", "Peak day under the agreement", &columns);
    for area in areas {
        let prefix = format!("day/{area}/");
        let mut peak: Option<(String, u64, u64)> = None;
        for (subject, state) in snapshot.families().monitoring().states(&prefix) {
            let Some(o) = observations(&state).map(|split| &split.counted) else { continue };
            if o.rounds > peak.as_ref().map_or(0, |(_, rounds, _)| *rounds) {
                peak = Some((subject.to_owned(), o.rounds, o.exercises));
            }
        }
        let Some((subject, rounds, exercises)) = peak else { continue };
        let date = subject.strip_prefix(&prefix).unwrap_or_default().to_owned();
        let cell = |member: &str, value| {
            let selector = Selector::new("monitoring", subject.clone());
            figure(snapshot, format!("peak/{area}/{member}"), value, "rounds", selector)
        };
        let cells = vec![Cell::Text(date), cell("rounds", rounds), cell("exercises", exercises)];
        table.row(area.clone(), area.clone(), cells);
    }
    (!table.rows.is_empty()).then_some(table)
}
