//! The reports of the quarters: while the story is played, each is made of what is known by then,
//! printed, and issued, and what has changed of the one before is acknowledged.

use super::script::{HOUR, Line, Script, at};
use super::stage::Stage;
use super::step;
use crate::cli::Session;
use crate::commands::state::{Reading, moments};
use crate::error::CliError;
use crate::files::{self, Place};
use crate::report::{self as print, period};
use accord_catalogue::unit::Digest;
use accord_format::hash::ContentHash;
use accord_ledger::Record;
use accord_views::report::{
    Choice, Material, Period, Report, ReportFile, ReportForm, amount, payload,
};
use accord_views::{Snapshot, view};
use serde_json::{Value, json};
use std::path::Path;

/// Quarters, and the day on which the report of each is issued.
const QUARTERS: [(&str, i64); 7] = [
    ("2026-Q2", 177),
    ("2026-Q3", 269),
    ("2026-Q4", 361),
    ("2027-Q1", 451),
    ("2027-Q2", 542),
    ("2027-Q3", 634),
    ("2027-Q4", 726),
];
/// Which figures are frozen: views, and what keys in them begin with.
const FROZEN: [(&str, &str); 7] = [
    ("ceasefire", "trend/"),
    ("access", "by_side/"),
    ("civilians", "casualty/"),
    ("violations", "status/"),
    ("violations", "against/"),
    ("exchanges", "persons/"),
    ("board", "outcomes/"),
];
/// How many changes of a report are acknowledged at most.
const ERRATA_MAX: usize = 8;

/// A report that is issued.
struct Issued {
    at_seq: u64,
    payload: Value,
}

/// Plays all lines, and issues each report when its day has come.
pub(super) fn play<'a>(
    stage: &mut Stage<'_>,
    script: &mut Script<'a>,
    session: &mut Session,
) -> Result<(), CliError> {
    let mut lines = script.take();
    let mut before: Option<Issued> = None;
    for (quarter, day) in QUARTERS {
        let later = lines.split_off(lines.partition_point(|line| line.after <= at(day, 12)));
        stage.play(&std::mem::replace(&mut lines, later), "events", session)?;
        step(format_args!("issuing the report of {quarter}"), session);
        let period = period::parse(quarter).map_err(CliError::Usage)?;
        let record = Record::open(stage.dir)?;
        let moments = moments(&record, None, None, [period.until, period.from], session.progress)?;
        let [mut closing, opening] = moments;
        closing.snapshot.compare_reports(&Reading::of(&record))?;
        let (root, opening) = (closing.root, &opening.snapshot);
        // Where this period opens, the one before closed.
        if let Some(before) = &before {
            acknowledge(&record, opening, script, before, at(day, 13))?;
        }
        let material =
            Material { closing: &closing.snapshot, root, opening, views: &[], frozen: &[] };
        before = Some(issue(stage.dir, script, period, &material, at(day, 14))?);
        let said: Vec<Line<'a>> = script.take();
        stage.play(&said, "reports", session)?;
    }
    stage.play(&lines, "events", session)
}

/// Makes the report of a quarter, writes it, and says that it is issued.
fn issue(
    dir: &Path,
    script: &mut Script<'_>,
    period: Period,
    material: &Material<'_>,
    after: i64,
) -> Result<Issued, CliError> {
    let (stem, number) = (period::stem(&period), period.label.to_lowercase());
    let report = Report::compose(period, material)?;
    let dir = dir.join("reports");
    std::fs::create_dir_all(&dir).map_err(CliError::file("create", &dir))?;
    let mut published = Vec::new();
    for (ending, form, text) in [
        ("md", ReportForm::Markdown, print::markdown(&report)),
        ("html", ReportForm::Html, print::html(&report)),
    ] {
        let path = dir.join(format!("{stem}.{ending}"));
        files::place(&path, text.as_bytes(), Place::Keep)?;
        let digest = Digest::new(ContentHash::of(text.as_bytes()).to_string());
        published.push(ReportFile { form, digest: digest.map_err(unusable)? });
    }
    let chosen = FROZEN.map(|(view, key)| Choice { view: view.to_owned(), prefix: key.to_owned() });
    let issued = payload(&report, &number, published, &chosen).map_err(unusable)?;
    let payload = serde_json::to_value(&issued).map_err(|e| CliError::Output(e.into()))?;
    let secretariat = script.one("secretariat")?;
    script.say(after, "report.issued", &[secretariat], payload.clone())?;
    Ok(Issued { at_seq: report.at_seq(), payload })
}

fn unusable(why: impl std::fmt::Display) -> CliError {
    CliError::Usage(format!("a report of the demonstration cannot be issued: {why}"))
}

/// Says of each figure of an earlier report that is another by now what it is, and since when.
fn acknowledge(
    record: &Record,
    now: &Snapshot,
    script: &mut Script<'_>,
    report: &Issued,
    after: i64,
) -> Result<(), CliError> {
    let mut errata: Vec<Value> = Vec::new();
    for (name, _) in FROZEN {
        let Some(view) = view::view(name, now) else { continue };
        let stated = report.payload["figures"].as_array().into_iter().flatten();
        for stated in stated.filter(|stated| stated["view"] == name) {
            let key = stated["key"].as_str().unwrap_or_default();
            let Some(figure) = view.figure(key) else { continue };
            let Some(provenance) = &figure.provenance else { continue };
            let new = json!(amount(figure));
            let known = errata.iter().any(|e| e["view"] == name && e["key"] == key);
            if known || new == stated["amount"] {
                continue;
            }
            let seqs = now.families().enumerate(&provenance.selector);
            let Some(cause) = seqs.last().filter(|seq| **seq > report.at_seq) else { continue };
            errata.push(json!({
                "report": report.payload["number"], "view": name, "key": key,
                "old": stated["amount"], "new": new,
                "cause": record.entry(*cause)?.event().hash().to_string(),
            }));
        }
    }
    let secretariat = script.one("secretariat")?;
    for (place, erratum) in (0..).zip(errata.into_iter().take(ERRATA_MAX)) {
        let after = after + place * HOUR / 60;
        script.say(after, "report.erratum_issued", &[secretariat], erratum)?;
    }
    Ok(())
}
