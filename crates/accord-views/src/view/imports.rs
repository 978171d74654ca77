//! Imports: which files the record was filled from, and whether all their rows are there.
//!
//! A row is there when an entry by whoever imports the file names it as its source: an event, or,
//! for a file of restatements, the correction of an earlier one. What was retracted or corrected
//! later is there all the same.

use super::figure::{day, figure};
use super::{Cell, Table, View};
use crate::marks::RECORD;
use crate::replay::Snapshot;
use crate::tally::FileRows;
use accord_oversight::OversightState;
use accord_projection::Selector;
use std::collections::BTreeMap;

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("imports", "Imports", snapshot);
    let columns = [
        ("source", "source"),
        ("rows", "rows stated"),
        ("events", "events"),
        ("corrections", "corrections"),
        ("missing", "rows missing"),
        ("by", "by"),
        ("licence", "licence"),
    ];
    let mut table = Table::new("files", "Imported files", &columns);
    let all = &snapshot.families().tally().rows;
    for (subject, state) in snapshot.families().oversight().states("file/") {
        let OversightState::File(file) = &*state else { continue };
        let digest = subject.trim_start_matches("file/");
        let authors = all.get(digest);
        let none = FileRows::default();
        let rows = authors.and_then(|authors| authors.get(&file.by)).unwrap_or(&none);
        let of = |kind: &str| Selector::new(RECORD, format!("{kind}/{digest}/{}", file.by));
        let number = |name: &str, value, unit, selector| {
            figure(snapshot, format!("{subject}/{name}"), value, unit, selector)
        };
        let missing = file.rows.saturating_sub(rows.rows.len());
        let cells = vec![
            Cell::Text(file.source.clone()),
            number("rows", file.rows, "rows", Selector::new("oversight", subject)),
            number("events", rows.events.len(), "events", of("row_events")),
            number("corrections", rows.corrections.len(), "corrections", of("row_corrections")),
            number("missing", missing, "rows", of("rows")),
            Cell::Text(format!("{}, {}", file.by, day(file.at))),
            Cell::Text(file.licence.clone()),
        ];
        table.row(subject, subject.chars().take(17).collect::<String>(), cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend(marks(file.rows, rows, authors));
            row.marks.extend((!file.resumed.is_empty()).then_some("resumed"));
        }
    }
    view.tables.push(table);
    view
}

fn marks(
    stated: u64,
    rows: &FileRows,
    authors: Option<&BTreeMap<String, FileRows>>,
) -> Vec<&'static str> {
    let found = rows.rows.len();
    let mut marks = vec![match found {
        0 => "no rows",
        some if some < stated => "incomplete",
        some if some > stated => "more rows than stated",
        _ => "complete",
    }];
    let entries = rows.events.len().saturating_add(rows.corrections.len());
    marks.extend((entries > found).then_some("a row more than once"));
    let others = authors.map_or(0, BTreeMap::len) > usize::from(found > 0);
    marks.extend(others.then_some("rows by others"));
    marks
}
