//! What changed: over the period, and since the last report.

use super::Section;
use super::errata::{amount, is_of_the_record};
use crate::replay::Snapshot;
use crate::view::{Cell, Figure, Row, Table, View};
use accord_format::time::Timestamp;
use accord_oversight::OversightState;
use accord_oversight::event::Amount;
use accord_oversight::state::Report as Issued;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many changes are printed of each kind; all are counted.
const LISTED_MAX: usize = 60;

/// What changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Changes {
    /// Since the start of the period, from the same entries. What stands in a row of the period
    /// itself is new, and no change.
    pub over_the_period: Vec<Change>,
    /// How many of those are left out.
    pub left_out: usize,
    /// Number of the last report issued, if any was.
    pub last_report: Option<String>,
    /// Since that report, whose frozen figures are compared.
    pub since_last_report: Vec<Change>,
}

/// A figure that changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The view.
    pub view: &'static str,
    /// What it is of: table, row and column.
    pub label: String,
    /// The figure by now.
    pub figure: Figure,
    /// What it was; nothing when there was no such figure.
    pub before: Option<Before>,
}

/// What a figure was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Before {
    /// Its value.
    pub value: u64,
    /// How it was meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<accord_catalogue::unit::Qualifier>,
}

impl From<Amount> for Before {
    fn from(Amount { value, qualifier }: Amount) -> Self {
        Self { value, qualifier }
    }
}

impl Changes {
    pub(super) fn between(
        closing: &Snapshot,
        opening: &[View],
        (sections, from): (&[Section], Timestamp),
    ) -> Self {
        let mut before = BTreeMap::new();
        for view in opening {
            for figure in view.figures() {
                before.insert((view.name, figure.key.as_str()), amount(figure));
            }
        }
        let mut over_the_period = Vec::new();
        let is_new = |row: &Row| row.when.is_some_and(|when| when.from >= from.micros());
        for found in of_the_world(sections).into_iter().filter(|found| !is_new(found.row)) {
            let was = before.get(&found.key()).copied();
            // What appears with nothing in it is no change.
            let now = amount(found.figure);
            if was.map_or(now.value > 0, |was| was != now) {
                over_the_period.push(found.change(was));
            }
        }
        let left_out = over_the_period.len().saturating_sub(LISTED_MAX);
        over_the_period.truncate(LISTED_MAX);
        let last = last_report(closing);
        Self {
            over_the_period,
            left_out,
            since_last_report: last.as_ref().map(|(_, r)| since(r, sections)).unwrap_or_default(),
            last_report: last.map(|(number, _)| number),
        }
    }
}

/// A figure and where it stands.
#[derive(Clone, Copy)]
struct Found<'a> {
    view: &'static str,
    table: &'a Table,
    row: &'a Row,
    column: &'static str,
    figure: &'a Figure,
}

impl<'a> Found<'a> {
    fn key(&self) -> (&'static str, &'a str) {
        (self.view, self.figure.key.as_str())
    }

    fn change(&self, was: Option<Amount>) -> Change {
        let Self { view, table, row, column, figure } = *self;
        let before = was.map(Before::from);
        let label = format!("{}: {}, {column}", table.title, row.label);
        Change { view, label, figure: figure.clone(), before }
    }
}

/// The figures of every section but those about reports themselves.
fn of_the_world(sections: &[Section]) -> Vec<Found<'_>> {
    let mut all = Vec::new();
    for section in sections.iter().filter(|section| section.formula.is_some()) {
        let view = section.view.name;
        for table in &section.view.tables {
            for row in &table.rows {
                for (cell, column) in row.cells.iter().zip(&table.columns) {
                    // Counts of entries grow whatever happens.
                    if let Cell::Figure(figure) = cell
                        && !is_of_the_record(figure)
                    {
                        all.push(Found { view, table, row, column: column.title, figure });
                    }
                }
            }
        }
    }
    all
}

fn since(report: &Issued, sections: &[Section]) -> Vec<Change> {
    let mut frozen = BTreeMap::new();
    for figure in &report.figures {
        frozen.insert((figure.view.as_str(), figure.key.as_str()), figure.amount);
    }
    let mut changes = Vec::new();
    for found in of_the_world(sections) {
        if let Some(was) = frozen.get(&found.key())
            && *was != amount(found.figure)
        {
            changes.push(found.change(Some(*was)));
        }
    }
    changes
}

/// The report that was issued last.
fn last_report(snapshot: &Snapshot) -> Option<(String, Issued)> {
    let states = snapshot.families().oversight().states("report/");
    let reports = states.filter_map(|(subject, state)| match &*state {
        OversightState::Report(report) => {
            let number = subject.split_once('/').map_or(subject, |(_, number)| number);
            Some((number.to_owned(), (**report).clone()))
        }
        _ => None,
    });
    reports.max_by_key(|(_, report)| report.seq)
}
