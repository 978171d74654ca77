//! What is in the ledger in short, what the board reads of it view by view, and what to try next.

mod views;

use crate::cli::Session;
use crate::commands::ledger::admission;
use crate::commands::state::{Moment, moment};
use crate::commands::verify::{style, verdict, word};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Output, Style};
use crate::progress::Progress;
use accord_format::entry::Entry;
use accord_ledger::Record;
use accord_ledger::verify::{Follower, Options, Report};
use accord_views::Known;
use accord_views::view::{self, Figure, VIEWS, View, text};
use serde_json::{Value, json};
use std::path::Path;

/// Words in the key of the figure that is told twice: the fortnight, and what was counted in it.
const PERIOD: &str = "/2019-02-11/2019-02-25/";
const COUNTED: &str = "/ceasefire_violations";
const TITLE: &str = "11 to 24 February 2019, ceasefire violations in the fortnight";

/// Verifies the ledger in `dir` and prints all this.
pub(super) fn print(dir: &Path, session: &mut Session) -> Result<Exit, CliError> {
    let record = Record::open(dir)?;
    let mut watch = Watch {
        progress: Progress::new("entries verified", Some(record.size()), session.progress),
        restated: None,
    };
    let options = Options { admission: Some(admission()?), ..Options::default() };
    let (report, _) = record.verify(options, &mut watch);
    watch.progress.finish();
    let mut now = moment(&record, None, None, None, session.progress)?;
    let before = match watch.restated {
        Some(seq) => Some(moment(&record, None, Some(Known::Size(seq)), None, session.progress)?),
        None => None,
    };
    let told = Told {
        now: figure(&now),
        before: before.as_ref().and_then(figure),
        before_seq: watch.restated,
    };
    if session.out.is_json() {
        session.out.document(&document(dir, &report, &told))?;
    } else {
        people(dir, &record, &report, &mut now, &told, session)?;
    }
    Ok(if report.is_sound() { Exit::Fine } else { Exit::Found })
}

/// One figure, as it is known and as it was.
struct Told {
    now: Option<Figure>,
    before: Option<Figure>,
    before_seq: Option<u64>,
}

fn figure(moment: &Moment) -> Option<Figure> {
    let view = view::view("ceasefire", &moment.snapshot)?;
    let found = view.figures().find(|f| f.key.contains(PERIOD) && f.key.ends_with(COUNTED));
    found.cloned()
}

/// Remembers where the first correction stands.
struct Watch {
    progress: Progress,
    restated: Option<u64>,
}

impl Follower for Watch {
    fn entry(&mut self, entry: &Entry, _: bool) {
        if entry.event().event_type == "record.corrected" {
            self.restated.get_or_insert(entry.header.seq);
        }
    }

    fn progress(&mut self, done: u64, _: u64) {
        self.progress.set(done);
    }
}

fn document(dir: &Path, report: &Report, told: &Told) -> Value {
    json!({
        "accord": "demo/1",
        "dir": dir.display().to_string(),
        "ledger": report.ledger.map(|l| l.to_string()),
        "size": report.size,
        "simulated_clock": report.simulated,
        "made_up": WARNING.join(" "),
        "integrity": word(report.integrity()),
        "authority": word(report.authority()),
        "admission": word(report.admission()),
        "figure": {"now": told.now, "before": told.before, "before_seq": told.before_seq},
    })
}

/// What is said first of all.
const WARNING: [&str; 2] = [
    "Made up for this demonstration: everything recorded after the restatements of the OSCE SMM, and \
     the allegations before them. It tells nothing of any party. The clock is simulated.",
    "Real are the figures of the OSCE SMM and of UCDP, of the time before the agreement; they are \
     marked baseline. The times at which they were recorded are not real.",
];

/// Figures of the summary: what they are, and where they stand.
const SUMMARY: [(&str, &str, &str); 11] = [
    ("days without a severe violation upheld", "ceasefire", "health/days_without"),
    ("silence windows held to their end", "ceasefire", "windows/held"),
    ("cases closed", "violations", "status/closed"),
    ("cases open", "violations", "lapses/open"),
    ("decisions that upheld what was found", "violations", "decisions/upheld"),
    ("prisoners received", "exchanges", "persons/received"),
    ("dead identified", "exchanges", "remains/identified"),
    ("resolutions adopted", "board", "outcomes/adopted"),
    ("resolutions without a quorum", "board", "outcomes/no_quorum"),
    ("figures of the report of 2026-Q4 changed since", "reports", "2026-q4/changed"),
    ("entries under suspicion", "integrity", "record/suspects"),
];

fn people(
    dir: &Path,
    record: &Record,
    report: &Report,
    now: &mut Moment,
    told: &Told,
    session: &mut Session,
) -> Result<(), CliError> {
    let views = VIEWS
        .iter()
        .map(|kind| now.view(kind.name, record))
        .collect::<Result<Vec<View>, CliError>>()?;
    let out = &mut session.out;
    for warning in WARNING {
        out.line(out.paint(Style::Warn, warning))?;
    }
    out.line("")?;
    summary(&views, out)?;
    twice(told, out)?;
    verified(report, out)?;
    for view in &views {
        views::print(dir, view, out)?;
    }
    let case = views::closed_case(&views);
    next(dir, record, told, case.as_deref(), session)
}

fn summary(views: &[View], out: &mut Output) -> Result<(), CliError> {
    let (known, until) = views.first().map_or((0, ""), |view| (view.known, &view.as_of));
    let title = format!("Two years in short, made up: {known} entries, the last of {until}");
    out.line(out.paint(Style::Bold, title))?;
    for (words, name, key) in SUMMARY {
        let view = views.iter().find(|view| view.name == name);
        let figure = view.and_then(|view| view.figure(key));
        let value = figure.map_or_else(|| "-".to_owned(), text::write_figure);
        out.line(format_args!("  {words:<48} {value:>20}"))?;
    }
    out.line("")
}

fn twice(told: &Told, out: &mut Output) -> Result<(), CliError> {
    out.line(out.paint(Style::Bold, TITLE))?;
    for (when, figure) in [
        ("as it is known now          ", &told.now),
        ("as known before restatement ", &told.before),
    ] {
        let value = figure.as_ref().map_or_else(|| "-".to_owned(), text::write_figure);
        out.line(format_args!("  {when}{value}"))?;
    }
    if [&told.now, &told.before].into_iter().flatten().any(text::is_starred) {
        out.line(text::ASTERISK)?;
    }
    out.line("")
}

fn verified(report: &Report, out: &mut Output) -> Result<(), CliError> {
    out.line(out.paint(Style::Bold, "Verified"))?;
    for (name, found) in [
        ("INTEGRITY", report.integrity()),
        ("AUTHORITY", report.authority()),
        ("ADMISSION", report.admission()),
    ] {
        let painted = out.paint(style(found), word(found));
        out.line(format_args!("  {name}  {painted}"))?;
    }
    out.line(verdict(report))
}

/// The commands to try next, each to be copied as it stands.
fn next(
    dir: &Path,
    record: &Record,
    told: &Told,
    case: Option<&str>,
    session: &mut Session,
) -> Result<(), CliError> {
    let out = &mut session.out;
    let dir = dir.display();
    let before = told.before_seq.map_or(0, |seq| seq.saturating_sub(1));
    let last = record.size().saturating_sub(1);
    out.line("")?;
    out.line(out.paint(Style::Bold, "To try next"))?;
    for command in [
        format!("accord verify --dir {dir}"),
        format!("accord replay --dir {dir} --view ceasefire"),
        format!("accord replay --dir {dir} --view ceasefire --known-at {before}"),
        format!("accord replay --dir {dir} --view civilians --figure causes/2027/shelling/injured"),
        format!(
            "accord diff --dir {dir} --view violations --known-at 2027-01-01 --to-known-at 2027-07-01"
        ),
        format!("accord log --dir {dir} --stream {}", case.unwrap_or("board/main")),
        format!("accord report --dir {dir} --period 2027-Q3 --out {dir}"),
        format!("accord log --dir {dir} --type record.corrected"),
        format!("accord show --dir {dir} {last}"),
        format!("accord prove --dir {dir} {last} --bundle"),
        format!(
            "accord append --dir {dir} --key {dir}/keys/mission.key --as mission \
             --type violation.alleged --payload '{{\"category\":\"O1\",\"against\":\"undetermined\"}}'"
        ),
    ] {
        out.line(format_args!("  {command}"))?;
    }
    out.line(format_args!(
        "The reports of the quarters lie in {dir}/reports. In the source, stories of"
    ))?;
    out.line(
        "tests/scenarios can be read, changed and played: cargo test -p accord-tests scenarios",
    )
}
