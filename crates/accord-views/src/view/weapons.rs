//! Weapons: where they were seen, what is missing from storage sites, and broken seals.

mod sites;

use super::figure::{day, figure};
use super::span::{self, FORTNIGHT, FORTNIGHT_BEFORE, Side, Source, sides};
use super::{Cell, Table, View};
use crate::replay::Snapshot;
use accord_monitoring::MonitoringState;
use accord_monitoring::state::{Placed, Split, Weapons};
use accord_projection::Selector;

const FAMILY: &str = "monitoring";
/// The subjects of weapons seen by day.
const SEEN: &str = "weapon/";

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("weapons", "Weapons", snapshot);
    let spans = spans(snapshot);
    view.tables.push(windows(&spans));
    view.tables.extend(by_class(&spans));
    view.tables.extend(sites::missing(snapshot));
    view.tables.extend(sites::sides(snapshot));
    view.tables.extend(sites::list(snapshot));
    view.tables.extend(lines(snapshot));
    view.notes
        .push("Sightings are counted: a weapon that was seen on two days counts twice.".to_owned());
    view
}

/// A span and what was seen in it.
struct Span {
    key: &'static str,
    title: &'static str,
    source: Source,
    sum: Split<Weapons>,
}

fn spans(snapshot: &Snapshot) -> [Span; 3] {
    let make = |key, title, selector| {
        let sum = span::sum(snapshot, &selector, weapons, gather);
        Span { key, title, source: Source::new(snapshot, selector), sum }
    };
    let window = |w: span::Window| make(w.key, w.title, w.selector(snapshot, SEEN));
    let all = Selector::new(FAMILY, format!("{SEEN}*"));
    [window(FORTNIGHT), window(FORTNIGHT_BEFORE), make("all", "all together", all)]
}

fn weapons(state: &MonitoringState) -> Option<&Split<Weapons>> {
    if let MonitoringState::Weapons(split) = state { Some(split) } else { None }
}

fn gather(sum: &mut Weapons, more: &Weapons) {
    span::add([(&mut sum.reports, more.reports), (&mut sum.inexact, more.inexact)]);
    sum.all.add(&more.all);
    for (key, placed) in &more.by_class_and_side {
        sum.by_class_and_side.entry(key.clone()).or_default().add(placed);
    }
}

const COLUMNS: [(&str, &str); 3] = [
    ("in_violation", "in violation"),
    ("beyond_line_outside_site", "beyond the line, outside sites"),
    ("at_site", "at sites"),
];

fn cells(key: &str, placed: &Placed, source: &Source) -> Vec<Cell> {
    let cell =
        |member: &str, value| source.figure(format!("weapons/{key}/{member}"), value, "weapons");
    vec![
        cell("in_violation", placed.in_violation),
        cell("beyond_line_outside_site", placed.beyond_line_outside_site),
        cell("at_site", placed.at_site),
    ]
}

fn windows(spans: &[Span]) -> Table {
    let [violation, beyond, site] = COLUMNS;
    let columns = [violation, beyond, site, ("inexact", "reports not exact")];
    let mut table = Table::new("windows", "Weapons seen", &columns);
    for span in spans {
        for side in sides(span.key, &span.sum, |of| of.reports > 0) {
            let Side { of, key, .. } = &side;
            let mut cells = cells(key, &of.all, &span.source);
            let inexact = format!("weapons/{key}/inexact");
            cells.push(span.source.figure(inexact, of.inexact, "reports"));
            table.row(key.clone(), span.title, cells);
            side.mark(table.rows.last_mut());
        }
    }
    table
}

/// What counts in the latest fortnight, and in all, by class and by who controls the place.
fn by_class(spans: &[Span]) -> Option<Table> {
    let title = "The same under the agreement, by class and by who controls the place";
    let mut table = Table::new("by_class", title, &COLUMNS);
    for span in spans.iter().filter(|span| span.key != FORTNIGHT_BEFORE.key) {
        for (name, placed) in &span.sum.counted.by_class_and_side {
            let key = format!("{}/{name}", span.key);
            let label = format!("{}, {}", span.title, name.replacen('/', ", ", 1));
            let cells = cells(&key, placed, &span.source);
            table.row(key, label, cells);
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

/// The distance that each class keeps from the line.
fn lines(snapshot: &Snapshot) -> Option<Table> {
    let columns = [("distance", "metres from the line"), ("since", "since")];
    let mut table = Table::new("lines", "Withdrawal lines", &columns);
    for (subject, state) in snapshot.families().monitoring().states("weapons_line/") {
        let MonitoringState::Line(line) = &*state else { continue };
        let Some(step) = line.steps.last() else { continue };
        let class = subject.strip_prefix("weapons_line/").unwrap_or_default();
        let key = format!("lines/{class}/distance");
        let selector = Selector::new(FAMILY, subject);
        let distance = figure(snapshot, key, u64::from(step.distance_m), "metres", selector);
        table.row(class, class, vec![distance, Cell::Text(day(step.since))]);
    }
    (!table.rows.is_empty()).then_some(table)
}
