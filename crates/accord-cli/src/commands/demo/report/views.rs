//! Views, shortened: enough to see what is there, and how to see the rest.

use crate::error::CliError;
use crate::output::Output;
use accord_views::view::{Cell, Table, View, text};
use std::path::Path;

/// The most tables of a view, and rows of a table.
const TABLES_MAX: usize = 3;
const ROWS_MAX: usize = 6;
/// The view that is short already.
const WHOLE: &str = "overview";
/// Mark of rows that tell of the time before the agreement.
const BASELINE: &str = "baseline";
/// The table of cases, and the word for those that are at an end.
const CASES: &str = "cases";
const CLOSED: &str = "closed";

/// Prints the beginning of a view, and the command that prints all of it.
pub(super) fn print(dir: &Path, view: &View, out: &mut Output) -> Result<(), CliError> {
    let (short, left) = shortened(view);
    out.line("")?;
    out.raw(&text::render(&short))?;
    let rest = match left {
        (0, 0) => "As of another day:".to_owned(),
        (0, rows) => format!("{rows} more rows:"),
        (tables, rows) => format!("{tables} more tables, {rows} more rows in all:"),
    };
    out.line(format_args!("\n{rest} accord replay --dir {} --view {}", dir.display(), view.name))
}

/// The first tables and rows, those of the story before those of the baseline; and how many of
/// each are left out.
fn shortened(view: &View) -> (View, (usize, usize)) {
    let rows = |tables: &[Table]| tables.iter().map(|table| table.rows.len()).sum::<usize>();
    let mut short = view.clone();
    short.tables.retain(|table| !table.rows.is_empty());
    let all = short.tables.len();
    if view.name == WHOLE {
        return (short, (0, 0));
    }
    short.tables.truncate(TABLES_MAX);
    for table in &mut short.tables {
        // A stable sort: otherwise the order stays.
        table.rows.sort_by_key(|row| row.marks.contains(&BASELINE));
        table.rows.truncate(ROWS_MAX);
    }
    short.notes.clear();
    let left = (all - short.tables.len(), rows(&view.tables) - rows(&short.tables));
    (short, left)
}

/// The stream of a case that has come to its end.
pub(super) fn closed_case(views: &[View]) -> Option<String> {
    let tables = views.iter().flat_map(|view| &view.tables);
    let mut rows = tables.filter(|table| table.key == CASES).flat_map(|table| &table.rows);
    let closed =
        rows.find(|row| matches!(row.cells.first(), Some(Cell::Text(status)) if status == CLOSED));
    closed.map(|row| row.label.clone())
}
