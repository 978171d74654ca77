//! Imports: which files the record was filled from, and whether all their rows are there.

use super::figure::{day, figure};
use super::{Cell, Table, View};
use crate::replay::Snapshot;
use accord_monitoring::MonitoringState;
use accord_oversight::OversightState;
use accord_projection::Selector;

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("imports", "Imports", snapshot);
    let columns = [
        ("source", "source"),
        ("rows", "rows stated"),
        ("events", "events recorded"),
        ("by", "by"),
        ("licence", "licence"),
    ];
    let mut table = Table::new("files", "Imported files", &columns);
    for (subject, state) in snapshot.families().oversight().states("file/") {
        let OversightState::File(file) = &*state else { continue };
        let recorded = snapshot.families().monitoring().state(subject);
        let events = match recorded.as_deref() {
            Some(MonitoringState::File(rows)) => rows.events,
            _ => 0,
        };
        let stated = Selector::new("oversight", subject);
        let found = Selector::new("monitoring", subject);
        let cells = vec![
            Cell::Text(file.source.clone()),
            figure(snapshot, format!("{subject}/rows"), file.rows, "rows", stated),
            figure(snapshot, format!("{subject}/events"), events, "events", found),
            Cell::Text(format!("{}, {}", file.by, day(file.at))),
            Cell::Text(file.licence.clone()),
        ];
        table.row(subject, subject.chars().take(17).collect::<String>(), cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.push(match events {
                0 => "no rows as events",
                some if some < file.rows => "incomplete",
                _ => "complete",
            });
            row.marks.extend((!file.resumed.is_empty()).then_some("resumed"));
        }
    }
    view.tables.push(table);
    view.notes.push(
        "A file of restatements has no rows as events: its rows are corrections of earlier entries.".to_owned(),
    );
    view
}
