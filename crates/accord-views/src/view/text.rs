//! A view as plain text.

use super::{Cell, Figure, View};
use accord_catalogue::unit::Qualifier;
use std::fmt::Write as _;

/// The widest a column of words gets before its text is cut.
const WIDTH_MAX: usize = 48;

/// Writes a view for a terminal: tables in columns, numbers to the right.
pub fn render(view: &View) -> String {
    let mut out = String::new();
    let known = if view.known == 1 { "1 entry" } else { &format!("{} entries", view.known) };
    // Writing to a string does not fail.
    let _ = writeln!(
        out,
        "{} as of {}, known from {known} up to {}",
        view.title, view.as_of, view.recorded
    );
    if view.simulated {
        let _ = writeln!(out, "The clock of this ledger is simulated.");
    }
    for table in view.tables.iter().filter(|t| !t.rows.is_empty()) {
        let _ = writeln!(out, "\n{}", table.title);
        let mut lines = vec![heading(table)];
        lines.extend(table.rows.iter().map(line));
        write_columns(&mut out, &lines);
        for row in &table.rows {
            for figure in figures(row) {
                write_restatements(&mut out, &row.label, figure);
            }
        }
    }
    if view.figures().any(is_starred) {
        let _ = writeln!(out, "\n{ASTERISK}");
    }
    for note in &view.notes {
        let _ = writeln!(out, "\n{note}");
    }
    out
}

/// A cell as written: text, and whether it stands to the right.
type Written = (String, bool);

fn heading(table: &super::Table) -> Vec<Written> {
    let numeric =
        |at: usize| table.rows.iter().any(|row| matches!(row.cells.get(at), Some(Cell::Figure(_))));
    let titles = table.columns.iter().enumerate();
    let mut line = vec![(String::new(), false)];
    line.extend(titles.map(|(at, column)| (column.title.to_owned(), numeric(at))));
    line
}

fn line(row: &super::Row) -> Vec<Written> {
    let mut line = vec![(cut(&row.label), false)];
    line.extend(row.cells.iter().map(write_cell));
    line.push((row.marks.join(", "), false));
    line
}

fn write_cell(cell: &Cell) -> Written {
    match cell {
        Cell::Empty => ("-".to_owned(), true),
        Cell::Text(text) => (cut(text), false),
        Cell::Suppressed { below } => (format!("fewer than {below}"), true),
        Cell::Figure(figure) => (write_figure(figure), true),
    }
}

/// Unit of shares: parts of 10,000, written as a percentage.
pub(super) const BASIS_POINTS: &str = "basis points";

/// What the asterisk of [`write_figure`] means.
pub const ASTERISK: &str = "* The source does not say how exactly it counted.";

/// `at least 15,800` for a figure whose source said "over"; `23,000*` where it said nothing, which
/// [`ASTERISK`] explains.
pub fn write_figure(figure: &Figure) -> String {
    let number = match figure.unit {
        BASIS_POINTS => format!("{}.{:02} %", grouped(figure.value / 100), figure.value % 100),
        _ => grouped(figure.value),
    };
    let suspect = if figure.suspect { " (suspect)" } else { "" };
    let qualified = match figure.qualifier {
        None | Some(Qualifier::Exact) => number,
        Some(Qualifier::AtLeast) => format!("at least {number}"),
        Some(Qualifier::About) => format!("about {number}"),
        Some(Qualifier::AtMost) => format!("at most {number}"),
        Some(Qualifier::Unknown) => format!("{number}*"),
    };
    format!("{qualified}{suspect}")
}

/// True when a figure is written with an asterisk.
pub fn is_starred(figure: &Figure) -> bool {
    figure.qualifier == Some(Qualifier::Unknown)
}

/// `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn cut(text: &str) -> String {
    if text.chars().count() <= WIDTH_MAX {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(WIDTH_MAX - 1).collect();
    short.push('…');
    short
}

fn write_columns(out: &mut String, lines: &[Vec<Written>]) {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| {
        lines.iter().filter_map(|l| l.get(at)).map(|(t, _)| t.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for line in lines {
        let mut text = String::from(" ");
        for ((cell, right), width) in line.iter().zip(&widths) {
            let space = " ".repeat(width.saturating_sub(cell.chars().count()));
            let (before, after) = if *right { (space.as_str(), "") } else { ("", space.as_str()) };
            let _ = write!(text, " {before}{cell}{after} ");
        }
        let _ = writeln!(out, "{}", text.trim_end());
    }
}

fn figures(row: &super::Row) -> impl Iterator<Item = &Figure> {
    row.cells.iter().filter_map(|c| if let Cell::Figure(f) = c { Some(&**f) } else { None })
}

fn write_restatements(out: &mut String, label: &str, figure: &Figure) {
    for change in &figure.restated {
        let shown = |value: &Option<serde_json::Value>| {
            value.as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string)
        };
        let _ = writeln!(
            out,
            "  {label}: {} restated from {} to {} by {} on {} (seq {}; {})",
            figure.unit,
            shown(&change.old),
            shown(&change.new),
            change.author,
            change.recorded,
            change.by,
            change.reason
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
