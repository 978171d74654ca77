//! Indicators: figures of other views that are followed under a name of their own.

use super::super::figure::words;
use super::super::text::write_figure;
use super::super::{Cell, Table, VIEWS, View};
use crate::replay::Snapshot;
use accord_oversight::OversightState;
use std::collections::BTreeMap;

/// What each indicator's figure says now; `scorecard` is this view as far as it is made.
pub(super) fn table(snapshot: &Snapshot, scorecard: &View) -> Option<Table> {
    let columns = [
        ("title", "what"),
        ("value", "now"),
        ("unit", "unit"),
        ("cadence", "looked at"),
        ("figure", "figure"),
        ("stipulation", "stipulation"),
    ];
    let mut table = Table::new("indicators", "Indicators", &columns);
    let mut views: BTreeMap<&str, View> = BTreeMap::new();
    for (subject, state) in snapshot.families().oversight().states("indicator/") {
        let OversightState::Indicator(indicator) = &*state else { continue };
        let code = subject.trim_start_matches("indicator/");
        let kind = VIEWS.iter().find(|kind| kind.name == indicator.view);
        let found = match kind {
            Some(kind) if kind.name == scorecard.name => scorecard.figure(&indicator.figure),
            Some(kind) => views
                .entry(kind.name)
                .or_insert_with(|| (kind.make)(snapshot))
                .figure(&indicator.figure),
            None => None,
        };
        // The figure itself, with its entries, stands in its own view.
        let value = words(found.map(write_figure));
        let missing = found.is_none();
        let cells = vec![
            Cell::Text(indicator.title.clone()),
            value,
            Cell::Text(indicator.unit.clone()),
            Cell::Text(indicator.cadence.as_str().to_owned()),
            Cell::Text(format!("{} {}", indicator.view, indicator.figure)),
            words(indicator.stipulation.clone()),
        ];
        table.row(code, code, cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend(missing.then_some("no such figure"));
        }
    }
    (!table.rows.is_empty()).then_some(table)
}
