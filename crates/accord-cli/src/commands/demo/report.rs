//! What is in the ledger, what the board reads of it, and what to try next.

use crate::cli::Session;
use crate::commands::ledger::admission;
use crate::commands::state::{Moment, moment};
use crate::commands::verify::{style, verdict, word};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Style;
use crate::progress::Progress;
use accord_format::entry::Entry;
use accord_ledger::Record;
use accord_ledger::verify::{Follower, Options, Report};
use accord_views::Known;
use accord_views::view::{self, Figure, text};
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
    let now = moment(&record, None, None, session.progress)?;
    let before = match watch.restated {
        Some(seq) => Some(moment(&record, Some(Known::Size(seq)), None, session.progress)?),
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
        people(dir, &record, &report, &now, &told, session)?;
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
        "integrity": word(report.integrity()),
        "authority": word(report.authority()),
        "admission": word(report.admission()),
        "figure": {"now": told.now, "before": told.before, "before_seq": told.before_seq},
    })
}

fn people(
    dir: &Path,
    record: &Record,
    report: &Report,
    now: &Moment,
    told: &Told,
    session: &mut Session,
) -> Result<(), CliError> {
    let out = &mut session.out;
    let warning = "The clock of this ledger is simulated: the data are real, the times at which \
                   they were recorded are not, and the allegations are made up.";
    out.line(out.paint(Style::Warn, warning))?;
    out.line("")?;
    if let Some(view) = view::view("overview", &now.snapshot) {
        out.raw(&text::render(&view))?;
        out.line("")?;
    }
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
    out.line("")?;
    out.line(out.paint(Style::Bold, "Verified"))?;
    for (name, found) in [
        ("INTEGRITY", report.integrity()),
        ("AUTHORITY", report.authority()),
        ("ADMISSION", report.admission()),
    ] {
        let painted = out.paint(style(found), word(found));
        out.line(format_args!("  {name}  {painted}"))?;
    }
    out.line(verdict(report))?;
    out.line("")?;
    next(dir, record, told, session)
}

/// The commands to try next, each to be copied as it stands.
fn next(dir: &Path, record: &Record, told: &Told, session: &mut Session) -> Result<(), CliError> {
    let out = &mut session.out;
    let dir = dir.display();
    let before = told.before_seq.map_or(0, |seq| seq.saturating_sub(1));
    let last = record.size().saturating_sub(1);
    out.line(out.paint(Style::Bold, "To try next"))?;
    for command in [
        format!("accord verify --dir {dir}"),
        format!("accord replay --dir {dir} --view ceasefire"),
        format!("accord replay --dir {dir} --view ceasefire --known-at {before}"),
        format!("accord replay --dir {dir} --view civilians"),
        format!("accord replay --dir {dir} --view violations"),
        format!("accord replay --dir {dir} --view imports"),
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
    Ok(())
}
