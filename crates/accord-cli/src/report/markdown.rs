//! The report as Markdown, for those who read plain text or put it into another document.

use super::escape::{code, markdown as safe};
use super::{
    SHOWN, SIMULATED, WHOLE_RECORD, agreement, before, by_now, changes, checks, has_starred,
    in_short, is_numeric, left_out, lists, moment, reference, restated, tables, title, unfinished,
};
use accord_views::report::{Chart, Report, Section};
use accord_views::view::{Cell, Figure, Table, View, text};
use std::fmt::Write as _;

/// The longest bar of a chart, in characters.
const BAR_MAX: u64 = 40;
/// The longest label of a bar.
const LABEL_MAX: usize = 32;

/// Writes the report.
pub(crate) fn render(report: &Report) -> String {
    let mut out = String::new();
    line(&mut out, &format!("# {}\n", safe(&title(report))));
    line(&mut out, &format!("{}\n", safe(&agreement(report))));
    if report.simulated {
        line(&mut out, &format!("**{}**\n", safe(SIMULATED)));
    }
    if let Some(why) = unfinished(report) {
        line(&mut out, &format!("**{}**\n", safe(&why)));
    }
    for (name, value) in moment(report) {
        line(&mut out, &format!("- {name}: {}", safe(&value)));
    }
    line(&mut out, "");
    short(&mut out, report);
    line(&mut out, &format!("{}\n", safe(SHOWN)));
    for section in &report.sections {
        view(&mut out, report, section);
    }
    line(&mut out, "\n## What changed\n");
    changed(&mut out, report);
    sources(&mut out, report);
    state(&mut out, report);
    out
}

// Writing to a string does not fail.
fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn row(out: &mut String, cells: impl IntoIterator<Item = String>) {
    for cell in cells {
        let _ = write!(out, "| {cell} ");
    }
    line(out, "|");
}

/// The head of a table: titles, and whether each stands to the right.
fn head(out: &mut String, columns: &[(&str, bool)]) {
    row(out, columns.iter().map(|(title, _)| safe(title)));
    row(out, columns.iter().map(|(_, numeric)| if *numeric { "---:" } else { "---" }.to_owned()));
}

fn short(out: &mut String, report: &Report) {
    if report.short.is_empty() {
        return;
    }
    line(out, "## In short\n");
    let now = by_now(report);
    head(out, &[("", false), ("when the period began", true), (&now, true), ("change", true)]);
    for of in &report.short {
        let (before, change) = in_short(of);
        let cells = [safe(of.label), safe(&before), figure(report, &of.figure), safe(&change)];
        row(out, cells);
    }
    line(out, "");
}

fn changed(out: &mut String, report: &Report) {
    for (title, changes, left_out) in changes(report) {
        if changes.is_empty() {
            line(out, &format!("{}: no figure.\n", safe(&title)));
            continue;
        }
        line(out, &format!("### {}\n", safe(&title)));
        head(
            out,
            &[("figure", false), ("view", false), ("before", true), ("now", true), ("unit", false)],
        );
        for change in changes {
            let cells = [
                safe(&change.label),
                safe(change.view),
                safe(&before(change)),
                figure(report, &change.figure),
                safe(change.figure.unit),
            ];
            row(out, cells);
        }
        line(out, "");
        if left_out > 0 {
            line(out, &format!("{left_out} more are left out.\n"));
        }
    }
}

fn view(out: &mut String, report: &Report, section: &Section) {
    line(out, &format!("## {}\n", safe(section.view.title)));
    section.charts.iter().for_each(|chart| draw(out, chart));
    let mut empty = true;
    for table in tables(&section.view) {
        empty = false;
        self::table(out, report, (&section.view, table));
    }
    if empty {
        line(out, "Nothing is recorded.\n");
    }
    if has_starred(&section.view) {
        line(out, &format!("{}\n", safe(text::ASTERISK)));
    }
    for note in &section.view.notes {
        line(out, &format!("{}\n", safe(note)));
    }
}

/// A chart in characters, as a block of code, in which nothing is markup.
fn draw(out: &mut String, chart: &Chart) {
    line(out, &format!("### {}\n", safe(&chart.title)));
    let label =
        |text: &str| -> String { super::escape::clean(text).chars().take(LABEL_MAX).collect() };
    let width = chart.bars.iter().map(|b| label(&b.label).chars().count()).max().unwrap_or(0);
    let highest = u128::from(chart.highest().max(1));
    for bar in &chart.bars {
        let length = u128::from(bar.figure.value) * u128::from(BAR_MAX) / highest;
        let length = usize::try_from(length).unwrap_or(0).max(usize::from(bar.figure.value > 0));
        let sign = if bar.baseline { "░" } else { "█" };
        let (label, value) = (label(&bar.label), text::write_figure(&bar.figure));
        line(out, &format!("    {label:<width$}  {} {value}", sign.repeat(length)));
    }
    line(out, "");
    if chart.left_out > 0 {
        line(out, &format!("{} earlier ones are left out.\n", chart.left_out));
    }
}

fn table(out: &mut String, report: &Report, (view, table): (&View, &Table)) {
    line(out, &format!("### {}\n", safe(&table.title)));
    let mut columns = vec![("", false)];
    columns
        .extend(table.columns.iter().enumerate().map(|(at, c)| (c.title, is_numeric(table, at))));
    head(out, &columns);
    for of in &table.rows {
        let mut label = of.label.clone();
        if !of.marks.is_empty() {
            let _ = write!(label, " ({})", of.marks.join(", "));
        }
        let mut cells = vec![safe(&label)];
        cells.extend(of.cells.iter().map(|cell| match cell {
            Cell::Empty => "-".to_owned(),
            Cell::Text(text) => safe(text),
            Cell::Suppressed { below } => format!("fewer than {below}"),
            Cell::Figure(figure) => self::figure(report, figure),
        }));
        row(out, cells);
    }
    line(out, "");
    if let Some((what, command)) = left_out(report, view, table) {
        line(out, &format!("{} {}\n", safe(&what), code(&command)));
    }
    let restated = restated(table);
    for of in &restated {
        line(out, &format!("- {}", safe(of)));
    }
    if !restated.is_empty() {
        line(out, "");
    }
}

/// `12,345 [7]`, where 7 is what the source is called. Nothing defines links of such names.
fn figure(report: &Report, figure: &Figure) -> String {
    format!("{} [{}]", safe(&text::write_figure(figure)), reference(report, figure))
}

fn sources(out: &mut String, report: &Report) {
    line(out, "## Where the figures come from\n");
    line(
        out,
        "Each figure has a number in brackets, which stands here with the entries that the figure \
         comes from: what selects them, how many they are, the first of them, a digest of all, and \
         view and key of a figure, with which this command lists all:\n",
    );
    line(out, &format!("    {}\n", super::escape::clean(&lists(report))));
    head(
        out,
        &[
            ("source", false),
            ("selects", false),
            ("entries", true),
            ("which", false),
            ("digest", false),
            ("view and key", false),
        ],
    );
    let known = (report.known.to_string(), format!("0 to {}", report.at_seq()));
    let whole = [
        safe(WHOLE_RECORD),
        safe("the whole record"),
        known.0,
        known.1,
        "-".to_owned(),
        "-".to_owned(),
    ];
    row(out, whole);
    for source in &report.references {
        let cells = [
            source.number.to_string(),
            code(&source.selector),
            source.count.to_string(),
            super::listed(source),
            code(&source.digest.to_string()),
            code(&source.figure()),
        ];
        row(out, cells);
    }
    line(out, "");
}

fn state(out: &mut String, report: &Report) {
    line(out, "## State and how to check it\n");
    head(out, &[("family", false), ("fold", true), ("digest", false)]);
    for digest in &report.digests {
        let cells = [
            safe(digest.family),
            digest.fold_version.to_string(),
            code(&digest.digest.to_string()),
        ];
        row(out, cells);
    }
    line(out, "");
    head(out, &[("view", false), ("version of its formulas", true)]);
    for section in &report.sections {
        if let Some(version) = section.formula {
            row(out, [safe(section.view.name), version.to_string()]);
        }
    }
    line(out, "");
    for (why, command) in checks(report) {
        line(out, &format!("- {}\n\n      {}\n", safe(why), super::escape::clean(&command)));
    }
}
