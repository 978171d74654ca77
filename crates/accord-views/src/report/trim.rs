//! What the report of a period shows of a view: its own time and that of the period before. What
//! lies further back stands in totals and tables of years, and in the view itself, which has it all.

use super::Period;
use crate::view::{Row, Table, View, When};

/// How many rows of a table are printed.
pub(super) const ROWS_MAX: usize = 40;
/// What tells of a time at least as long, in microseconds, is a total that stays: 360 days.
const LONG: i64 = 360 * 86_400_000_000;

/// Leaves what the report shows, which are the rows `kept` at least, and counts what it does not.
pub(super) fn trim(view: &mut View, period: &Period, kept: impl Fn(&Row) -> bool) {
    let shown = period.shown();
    for table in &mut view.tables {
        let rows = table.rows.len();
        table.rows.retain(|row| kept(row) || stays(row, &shown));
        cap(table, &kept);
        table.left_out = table.left_out.saturating_add(rows.saturating_sub(table.rows.len()));
    }
}

fn stays(row: &Row, shown: &When) -> bool {
    row.when.is_none_or(|when| is_total(&when) || when.meets(shown))
}

/// A year; what only goes on is none.
const fn is_total(when: &When) -> bool {
    when.until < i64::MAX && when.until.saturating_sub(when.from) >= LONG
}

/// The latest rows where time tells them apart and the latest stand last, and else the first.
fn cap(table: &mut Table, kept: impl Fn(&Row) -> bool) {
    let loose = table.rows.iter().filter(|row| !kept(row)).count();
    let from = |row: Option<&Row>| row.and_then(|row| row.when).map(|when| when.from);
    let (first, last) = (from(table.rows.first()), from(table.rows.last()));
    let ascending = first.zip(last).is_some_and(|(first, last)| first < last);
    let shown = if ascending { loose.saturating_sub(ROWS_MAX)..loose } else { 0..ROWS_MAX };
    let mut nth = 0..;
    table.rows.retain(|row| kept(row) || nth.next().is_some_and(|nth| shown.contains(&nth)));
}
