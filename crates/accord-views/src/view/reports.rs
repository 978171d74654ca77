//! Issued reports: each figure as it was frozen, what the record says of it by now, and which
//! entries made the difference.
//!
//! What the record says by now is there once [`Snapshot::compare_reports`] has made it.

use super::figure::{day, figure, words};
use super::{Cell, Table, View};
use crate::marks::RECORD;
use crate::replay::Snapshot;
use crate::report::{Comparison, figure_name};
use accord_format::time::Timestamp;
use accord_oversight::OversightState;
use accord_oversight::event::Amount;
use accord_oversight::state::{Frozen, Report};
use accord_projection::Selector;
use std::collections::BTreeSet;

/// Name of the view.
pub const NAME: &str = "reports";
const FIGURES: &str = "figures";
const CHANGED: &str = "changed";
const FAMILY: &str = "oversight";
/// How many entries a cell names; its figure selects all.
const NAMED_MAX: usize = 8;

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new(NAME, "Reports", snapshot);
    let reports = reports(snapshot);
    view.tables.push(list(snapshot, &reports));
    for (subject, report) in &reports {
        view.tables.push(figures(snapshot, subject, report));
    }
    if reports.is_empty() {
        view.notes.push("No report has been issued yet.".to_owned());
    } else if snapshot.families().comparisons.is_done() {
        view.notes.push(
            "Now is what the record says by now of the report's own moment. Figures that count entries as they are known grow with the record and are not compared."
                .to_owned(),
        );
    } else {
        view.notes.push("The figures were not made again for this view.".to_owned());
    }
    view
}

/// Leaves only the figures that have changed, for where there is no room for all.
pub(crate) fn keep_changed(view: &mut View) {
    for table in view.tables.iter_mut().filter(|table| table.key == FIGURES) {
        table.rows.retain(|row| row.marks.contains(&CHANGED));
    }
    view.notes.push("Figures that have not changed are not listed here.".to_owned());
}

fn reports(snapshot: &Snapshot) -> Vec<(String, Report)> {
    let states = snapshot.families().oversight().states("report/");
    let mut reports: Vec<_> = states
        .filter_map(|(subject, state)| match &*state {
            OversightState::Report(report) => Some((subject.to_owned(), (**report).clone())),
            _ => None,
        })
        .collect();
    reports.sort_by_key(|(_, report)| report.seq);
    reports
}

/// `2026-q1` of `report/2026-q1`.
fn number(subject: &str) -> &str {
    subject.split_once('/').map_or(subject, |(_, number)| number)
}

fn list(snapshot: &Snapshot, reports: &[(String, Report)]) -> Table {
    let columns = [
        ("period", "period"),
        ("as_of", "as of"),
        ("known", "known up to"),
        ("figures", "figures"),
        ("changed", "changed since"),
        ("unacknowledged", "not acknowledged"),
        ("issued", "issued"),
    ];
    let mut table = Table::new("reports", "Reports", &columns);
    for (subject, report) in reports {
        let number = number(subject);
        let count = |member: &str, value: usize, selector| {
            figure(snapshot, format!("{number}/{member}"), value as u64, "figures", selector)
        };
        let mut cells = vec![
            Cell::Text(period(report)),
            Cell::Text(Timestamp::from_micros(report.as_of).to_seconds_string()),
            Cell::Text(format!("seq {}", report.at_seq)),
            count("figures", report.figures.len(), Selector::new(FAMILY, subject)),
        ];
        if snapshot.families().comparisons.is_done() {
            let changed: Vec<&Frozen> =
                report.figures.iter().filter(|f| is_changed(snapshot, subject, f)).collect();
            let open = changed.iter().filter(|f| !is_acknowledged(snapshot, subject, f)).count();
            let selector = || Selector::new(RECORD, format!("cause/{subject}/*"));
            cells.push(count("changed", changed.len(), selector()));
            cells.push(count("unacknowledged", open, selector()));
        } else {
            cells.extend([Cell::Empty, Cell::Empty]);
        }
        cells.push(Cell::Text(format!("{} by {}", day(report.at), report.by)));
        table.row(number, number, cells);
    }
    table
}

/// `2026-01-01 to 2026-03-31` for a period that ends at the midnight after.
fn period(report: &Report) -> String {
    let last = report.until.saturating_sub(1).max(report.from);
    format!("{} to {}", day(report.from), day(last))
}

fn figures(snapshot: &Snapshot, subject: &str, report: &Report) -> Table {
    let columns = [
        ("figure", "figure"),
        ("then", "then"),
        ("now", "now"),
        ("causes", "entries that changed it"),
        ("named", "which"),
        ("acknowledged", "acknowledged"),
    ];
    let title = format!("Figures of report {}", number(subject));
    let mut table = Table::new(FIGURES, title, &columns);
    for frozen in &report.figures {
        let comparison = snapshot.families().comparisons.figure(subject, &frozen.view, &frozen.key);
        let (now, causes, named) = compared(snapshot, subject, frozen, comparison);
        let cells = vec![
            Cell::Text(frozen.key.clone()),
            amount(
                snapshot,
                format!("{}/then", key(subject, frozen)),
                frozen.amount,
                unit(comparison),
                Selector::new(FAMILY, subject),
            ),
            now,
            causes,
            named,
            acknowledged(snapshot, subject, frozen),
        ];
        table.row(key(subject, frozen), frozen.view.clone(), cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend(is_changed(snapshot, subject, frozen).then_some(CHANGED));
            let counts = comparison == Some(&Comparison::OfTheRecord);
            row.marks.extend(counts.then_some("counts what is known"));
        }
    }
    table
}

/// `2026-q1/overview/P01/score`.
fn key(subject: &str, frozen: &Frozen) -> String {
    figure_name(number(subject), &frozen.view, &frozen.key)
}

fn unit(comparison: Option<&Comparison>) -> &'static str {
    match comparison {
        Some(Comparison::OfTheWorld { unit: Some(unit), .. }) => unit,
        _ => "as stated",
    }
}

fn amount(
    snapshot: &Snapshot,
    key: String,
    amount: Amount,
    unit: &'static str,
    selector: Selector,
) -> Cell {
    let mut cell = figure(snapshot, key, amount.value, unit, selector);
    if let Cell::Figure(figure) = &mut cell {
        figure.qualifier = amount.qualifier;
    }
    cell
}

/// The cells of what the record says by now, how many entries changed it, and which.
fn compared(
    snapshot: &Snapshot,
    subject: &str,
    frozen: &Frozen,
    comparison: Option<&Comparison>,
) -> (Cell, Cell, Cell) {
    let Some(Comparison::OfTheWorld { now, causes, .. }) = comparison else {
        return (Cell::Empty, Cell::Empty, Cell::Empty);
    };
    let name = figure_name(subject, &frozen.view, &frozen.key);
    let key = key(subject, frozen);
    let value = match now {
        None => Cell::Text("no such figure any more".to_owned()),
        Some(now) => {
            let selector = Selector::new(RECORD, format!("now/{name}"));
            amount(snapshot, format!("{key}/now"), *now, unit(comparison), selector)
        }
    };
    if *now == Some(frozen.amount) {
        return (value, Cell::Empty, Cell::Empty);
    }
    let selector = Selector::new(RECORD, format!("cause/{name}"));
    let number = causes.len() as u64;
    let count = figure(snapshot, format!("{key}/causes"), number, "entries", selector);
    (value, count, Cell::Text(seqs(causes)))
}

fn seqs(causes: &BTreeSet<u64>) -> String {
    if causes.is_empty() {
        return "none of those that the figure selects".to_owned();
    }
    let named: Vec<String> = causes.iter().take(NAMED_MAX).map(u64::to_string).collect();
    let more = causes.len().saturating_sub(named.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("seq {}{more}", named.join(", "))
}

fn is_changed(snapshot: &Snapshot, subject: &str, frozen: &Frozen) -> bool {
    let comparison = snapshot.families().comparisons.figure(subject, &frozen.view, &frozen.key);
    comparison.is_some_and(|comparison| !comparison.agrees(Some(frozen.amount)))
}

fn is_acknowledged(snapshot: &Snapshot, subject: &str, frozen: &Frozen) -> bool {
    let comparison = snapshot.families().comparisons.figure(subject, &frozen.view, &frozen.key);
    comparison.is_some_and(|comparison| comparison.agrees(frozen.stated()))
}

fn acknowledged(snapshot: &Snapshot, subject: &str, frozen: &Frozen) -> Cell {
    let last = frozen.errata.last().map(|erratum| {
        let said = erratum.new.map_or_else(|| "nothing".to_owned(), |a| a.value.to_string());
        format!("{said} on {} by seq {}", day(erratum.at), erratum.seq)
    });
    let changed = is_changed(snapshot, subject, frozen);
    match last {
        Some(last) if changed && !is_acknowledged(snapshot, subject, frozen) => {
            Cell::Text(format!("{last}, and changed again"))
        }
        None if changed => Cell::Text("not yet".to_owned()),
        last => words(last),
    }
}
