//! A report in print: Markdown, and HTML that needs nothing but itself.
//!
//! Both are functions of the report alone, so that whoever makes it again from the same ledger and
//! moment gets the same bytes. Words out of the record are hostile until they are escaped.

mod escape;
mod html;
mod markdown;
mod page;
pub(crate) mod period;
mod svg;
#[cfg(test)]
mod tests;

pub(crate) use html::render as html;
pub(crate) use markdown::render as markdown;

use accord_format::time::Timestamp;
use accord_views::report::{Before, Change, Line, Quoted, Reference, Report};
use accord_views::view::{Cell, Figure, Restatement, Row, Table, VIEWS, View, text};

/// What a simulated clock means for a reader.
const SIMULATED: &str = "The clock of this ledger is simulated: whoever appended set the times.";
/// Where a figure without a selector comes from.
const WHOLE_RECORD: &str = "all";

/// A title for the report.
fn title(report: &Report) -> String {
    let unfinished = if report.unfinished { ", unfinished" } else { "" };
    format!("Report {}{unfinished}", report.period.label)
}

/// What a period that has not ended means for a reader.
fn unfinished(report: &Report) -> Option<String> {
    report.unfinished.then(|| {
        format!(
            "The period is unfinished: the report speaks as of {}, and the period ends {}.",
            report.as_of,
            report.period.until.to_seconds_string()
        )
    })
}

/// The agreement in one line.
fn agreement(report: &Report) -> String {
    match (&report.agreement, report.charter_version) {
        (Some(title), Some(version)) => format!("{title}, charter version {version}"),
        _ => "No charter is in force.".to_owned(),
    }
}

/// What the report is of, as names and values.
fn moment(report: &Report) -> Vec<(&'static str, String)> {
    vec![
        ("Period", days(report.period.from, report.period.until)),
        ("Before it", days(report.period.before(), report.period.from)),
        ("As of", report.as_of.clone()),
        ("Known", format!("{}, the last recorded {}", entries(report.known), report.recorded)),
        ("Ledger", report.ledger.to_string()),
        ("Origin", report.origin.clone()),
        ("Root", report.root.to_string()),
    ]
}

/// `2026-01-01 to 2026-03-31` where both are midnights, and the instants elsewhere.
fn days(from: Timestamp, until: Timestamp) -> String {
    let is_midnight =
        |at: Timestamp| at.seconds().rem_euclid(86_400) == 0 && at == at.floor_second();
    let day = |at: Timestamp| at.to_seconds_string().chars().take(10).collect::<String>();
    if is_midnight(from) && is_midnight(until) {
        format!("{} to {}", day(from), day(until.plus_seconds(-1)))
    } else {
        format!("{} until {}", from.to_seconds_string(), until.to_seconds_string())
    }
}

/// What a table leaves out, and the command that has it.
fn left_out(report: &Report, view: &View, table: &Table) -> Option<(String, String)> {
    let what = match table.left_out {
        0 => return None,
        1 => "and 1 more row, which this command shows:".to_owned(),
        more => format!("and {} more rows, which this command shows:", text::grouped(more as u64)),
    };
    let (seq, as_of) = (report.at_seq(), &report.as_of);
    let command = format!("accord replay --known-at {seq} --as-of {as_of} --view {}", view.name);
    Some((what, command))
}

/// What the tables of a report show, in a sentence.
const SHOWN: &str = "Tables show what tells of the period and of the period before it, totals since \
    the agreement, and years; what lies further back is counted below each table.";

fn entries(number: u64) -> String {
    if number == 1 { "1 entry".to_owned() } else { format!("{number} entries") }
}

/// What a figure's reference is called.
fn reference(report: &Report, figure: &Figure) -> String {
    report.reference(figure).map_or_else(|| WHOLE_RECORD.to_owned(), |number| number.to_string())
}

/// Tables that have something in them.
fn tables(view: &View) -> impl Iterator<Item = &Table> {
    view.tables.iter().filter(|table| !table.rows.is_empty())
}

/// True where a column holds figures and stands to the right.
fn is_numeric(table: &Table, at: usize) -> bool {
    let held =
        |row: &Row| matches!(row.cells.get(at), Some(Cell::Figure(_) | Cell::Suppressed { .. }));
    table.rows.iter().any(held)
}

fn figures(row: &Row) -> impl Iterator<Item = &Figure> {
    row.cells.iter().filter_map(|c| if let Cell::Figure(f) = c { Some(&**f) } else { None })
}

/// What was restated in a table, a line each.
fn restated(table: &Table) -> Vec<String> {
    let mut lines = Vec::new();
    for row in &table.rows {
        for figure in figures(row) {
            lines.extend(figure.restated.iter().map(|r| restatement(&row.label, figure.unit, r)));
        }
    }
    lines
}

fn restatement(label: &str, unit: &str, of: &Restatement) -> String {
    let shown = |value: &Option<serde_json::Value>| {
        value.as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string)
    };
    format!(
        "{label}: {unit} restated from {} to {} by {} on {} (seq {}; {})",
        shown(&of.old),
        shown(&of.new),
        of.author,
        of.recorded,
        of.by,
        of.reason
    )
}

/// True when a view has a figure with an asterisk.
fn has_starred(view: &View) -> bool {
    view.figures().any(text::is_starred)
}

/// What a figure was before.
fn before(change: &Change) -> String {
    was(&change.figure, change.before.as_ref())
}

fn was(figure: &Figure, before: Option<&Before>) -> String {
    let Some(before) = before else { return "-".to_owned() };
    let (mut figure, qualifier) = (figure.clone(), before.qualifier);
    (figure.value, figure.qualifier, figure.suspect) = (before.value, qualifier, false);
    text::write_figure(&figure)
}

/// What stands over the figures of the report's own moment.
fn by_now(report: &Report) -> String {
    if report.unfinished { format!("as of {}", report.as_of) } else { "when it ended".to_owned() }
}

/// A line of the report in short: what it was when the period began, and by how much it changed.
fn in_short(line: &Line) -> (String, String) {
    let change = line.change().unwrap_or_else(|| "-".to_owned());
    (was(&line.figure, line.before.as_ref()), change)
}

/// The beginning of the command that lists the entries of a source; view and key of a figure follow.
fn lists(report: &Report) -> String {
    let (seq, as_of) = (report.at_seq(), &report.as_of);
    format!("accord replay --known-at {seq} --as-of {as_of} --view VIEW --figure KEY")
}

/// The headings over what changed, each with its changes and how many are left out.
fn changes(report: &Report) -> Vec<(String, &[Change], usize)> {
    let changes = &report.changes;
    let over = "Over the period, by what is known now".to_owned();
    let mut all = vec![(over, changes.over_the_period.as_slice(), changes.left_out)];
    if let Some(number) = &changes.last_report {
        let since = format!("Since report {number}");
        all.push((since, changes.since_last_report.as_slice(), 0));
    }
    all
}

/// How a reader makes the report again, and what that shows: sentences, some with a command.
fn checks(report: &Report) -> Vec<(&'static str, String)> {
    let (seq, as_of) = (report.at_seq(), &report.as_of);
    vec![
        (
            "Verify the ledger, with a checkpoint that you kept yourself:",
            "accord verify --against CHECKPOINT".to_owned(),
        ),
        (
            "Make the state again; the digests must be those above:",
            format!("accord replay --known-at {seq} --as-of {as_of}"),
        ),
        ("Make this report again; the files must be the same to the byte:", again(report)),
        ("Look at an entry that a figure comes from:", "accord show SEQ".to_owned()),
    ]
}

/// The command that makes the report again.
fn again(report: &Report) -> String {
    let (label, seq, as_of) = (Quoted(&report.period.label), report.at_seq(), &report.as_of);
    let mut command = format!("accord report --period {label} --known-at {seq} --as-of {as_of}");
    for choice in report.frozen.iter().filter(|choice| !choice.prefix.is_empty()) {
        let figures = format!("{}:{}", choice.view, choice.prefix);
        command.push_str(" --freeze ");
        command.push_str(&Quoted(&figures).to_string());
    }
    if report.sections.len() < VIEWS.len() {
        for section in &report.sections {
            command.push_str(" --view ");
            command.push_str(section.view.name);
        }
    }
    command
}

/// The entries of a source that are listed, and how many are not.
fn listed(source: &Reference) -> String {
    let seqs: Vec<String> = source.seqs.iter().map(u64::to_string).collect();
    match source.unlisted() {
        0 => seqs.join(", "),
        more => format!("{} and {more} more", seqs.join(", ")),
    }
}
