//! `accord report`: the report of a period, as Markdown and HTML, and what is signed to issue it.

use super::ledger::{DirArgs, instant};
use super::replay::names;
use super::state::{Reading, known, moments, now};
use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files::{self, Place};
use crate::pinning;
use crate::report::{self as print, period};
use accord_catalogue::unit::Digest;
use accord_format::hash::ContentHash;
use accord_format::time::Timestamp;
use accord_ledger::Record;
use accord_views::Known;
use accord_views::report::{Choice, Material, Period, Report, ReportFile, ReportForm, payload};
use accord_views::view::VIEWS;
use clap::{Args as ClapArgs, ValueEnum};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Write the report of a period, with where each figure comes from
#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    dir: DirArgs,
    /// The period: 2026-Q1, 2026-03, 2026, 2026-03-01, FROM..UNTIL or FROM..=LAST
    #[arg(long, value_name = "PERIOD", value_parser = period::parse)]
    period: Period,
    /// What is known: up to this seq, or recorded by this instant [default: everything]
    #[arg(long, value_name = "SEQ|INSTANT", value_parser = known)]
    known_at: Option<Known>,
    /// The moment of which the report speaks [default: the end of the period, or now before it]
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    as_of: Option<Timestamp>,
    /// Directory to write to; made when it is not there
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    /// Which forms to write
    #[arg(long, value_enum, default_value_t = Format::Both)]
    format: Format,
    /// Only this view; once for each [default: every view]
    #[arg(long = "view", value_name = "NAME", value_parser = names())]
    views: Vec<String>,
    /// Write the payload of report.issued here too
    #[arg(long, value_name = "FILE")]
    payload: Option<PathBuf>,
    /// Number of the report that is issued [default: after the period, such as 2026-q1]
    #[arg(long, value_name = "CODE", requires = "payload")]
    number: Option<String>,
    /// Freeze only the figures of this view, or those whose keys begin so, which the report then
    /// prints whatever time they tell of; once for each
    /// [default: all but those of the time before the agreement and counts of entries]
    #[arg(long, value_name = "VIEW[:KEY]", value_parser = choice)]
    freeze: Vec<Choice>,
    /// Replace files that are there with another content
    #[arg(long)]
    force: bool,
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Markdown
    Md,
    /// HTML in one file
    Html,
    /// Both
    Both,
}

/// A file to be written.
struct File {
    path: PathBuf,
    bytes: Vec<u8>,
    form: Option<ReportForm>,
}

impl File {
    fn digest(&self) -> ContentHash {
        ContentHash::of(&self.bytes)
    }
}

/// Runs the command.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let record = args.dir.record()?;
    let as_of = as_of(args, &record)?;
    // Found out before the work, not after it.
    std::fs::create_dir_all(&args.out).map_err(CliError::file("create", &args.out))?;
    let report = compose(args, &record, as_of, session)?;
    let mut files = printed(args, &report);
    if let Some(path) = &args.payload {
        let bytes = issue(args, &report, &files)?;
        files.push(File { path: path.clone(), bytes, form: None });
    }
    let replace = if args.force { Place::Replace } else { Place::Keep };
    // Nothing is written unless everything can be.
    for file in &files {
        files::may_place(&file.path, &file.bytes, replace)?;
    }
    for file in &files {
        files::place(&file.path, &file.bytes, replace)?;
    }
    tell(args, &report, &files, session)?;
    Ok(Exit::Fine)
}

/// T: within the period and not ahead of now, in whole seconds, as it is signed.
fn as_of(args: &Args, record: &Record) -> Result<Timestamp, CliError> {
    let now = now(record)?.floor_second();
    let Period { label, from, until } = &args.period;
    let seconds = Timestamp::to_seconds_string;
    if now <= *from {
        let (from, now) = (seconds(*from), seconds(now));
        return Err(CliError::Usage(format!(
            "the period {label} begins {from}; it is {now} by this ledger"
        )));
    }
    let last = now.min(*until);
    match args.as_of {
        None => Ok(last),
        Some(at) if at > *from && at <= last && at == at.floor_second() => Ok(at),
        Some(at) => Err(CliError::Usage(format!(
            "--as-of {at}: a report of {label} speaks of a whole second after {} and up to {}",
            seconds(*from),
            seconds(last)
        ))),
    }
}

fn compose(
    args: &Args,
    record: &Record,
    as_of: Timestamp,
    session: &Session,
) -> Result<Report, CliError> {
    let at = [as_of, args.period.from];
    let kept = pinning::states(record, &args.dir.pins);
    let [mut closing, opening] =
        moments(record, kept.as_ref(), args.known_at, at, session.progress)?;
    if closing.snapshot.size() == 0 {
        return Err(CliError::Usage(
            "nothing was known by then; give a later --known-at".to_owned(),
        ));
    }
    closing.snapshot.compare_reports(&Reading::of(record))?;
    let material = Material {
        closing: &closing.snapshot,
        root: closing.root,
        opening: &opening.snapshot,
        views: &args.views,
        frozen: &args.freeze,
    };
    Ok(Report::compose(args.period.clone(), &material)?)
}

fn printed(args: &Args, report: &Report) -> Vec<File> {
    let stem = period::stem(&report.period);
    let file = |ending: &str, text: String, form| File {
        path: args.out.join(format!("{stem}.{ending}")),
        bytes: text.into_bytes(),
        form: Some(form),
    };
    let mut files = Vec::new();
    if args.format != Format::Html {
        files.push(file("md", print::markdown(report), ReportForm::Markdown));
    }
    if args.format != Format::Md {
        files.push(file("html", print::html(report), ReportForm::Html));
    }
    files
}

/// The payload of `report.issued`.
fn issue(args: &Args, report: &Report, files: &[File]) -> Result<Vec<u8>, CliError> {
    let unusable = |why: String| CliError::Usage(format!("this cannot be issued: {why}"));
    let default = || period::stem(&report.period).trim_start_matches("report-").to_lowercase();
    let number = args.number.clone().unwrap_or_else(default);
    let mut published = Vec::new();
    for file in files {
        let digest = Digest::new(file.digest().to_string()).map_err(|e| unusable(e.to_string()))?;
        published.extend(file.form.map(|form| ReportFile { form, digest }));
    }
    let payload =
        payload(report, &number, published, &args.freeze).map_err(|e| unusable(e.to_string()))?;
    let mut bytes = serde_json::to_vec_pretty(&payload).map_err(|e| CliError::Output(e.into()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// `VIEW` or `VIEW:KEY`.
fn choice(text: &str) -> Result<Choice, String> {
    let (view, prefix) = text.split_once(':').unwrap_or((text, ""));
    if VIEWS.iter().all(|kind| kind.name != view) {
        return Err(format!("there is no view {view:?}; `accord replay --help` lists them"));
    }
    Ok(Choice { view: view.to_owned(), prefix: prefix.to_owned() })
}

fn tell(
    args: &Args,
    report: &Report,
    files: &[File],
    session: &mut Session,
) -> Result<(), CliError> {
    let out = &mut session.out;
    if out.is_json() {
        let files: Vec<_> = files
            .iter()
            .map(|file| {
                json!({"path": file.path.display().to_string(), "form": file.form, "bytes": file.bytes.len(), "blake3": file.digest()})
            })
            .collect();
        return out.document(&json!({"accord": "report/1", "files": files, "report": report}));
    }
    out.line(format_args!(
        "Report {} as of {}, known from {} up to {}",
        report.period.label,
        report.as_of,
        super::verify::entries(report.known),
        report.recorded
    ))?;
    for file in files {
        out.line(format_args!(
            "  {}  {} bytes, BLAKE3 {}",
            file.path.display(),
            file.bytes.len(),
            file.digest()
        ))?;
    }
    if let Some(path) = &args.payload {
        let quoted = shell_path(path);
        out.line(format_args!(
            "To issue it: accord append --type report.issued --payload \"$(cat {quoted})\" --key KEYFILE --as ROLE"
        ))?;
    }
    Ok(())
}

fn shell_path(path: &Path) -> String {
    accord_views::report::Quoted(&path.display().to_string()).to_string()
}
