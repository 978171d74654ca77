//! `accord replay`: the state of any moment, as known at any moment.

use super::ledger::{DirArgs, instant, signers};
use super::state::{Moment, known, moment};
use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Style;
use crate::pinning;
use accord_format::time::Timestamp;
use accord_ledger::Record;
use accord_views::Known;
use accord_views::view::{VIEWS, View, text};
use clap::Args as ClapArgs;
use serde_json::json;

/// Rebuild the state as of any moment, as known at any moment
#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    dir: DirArgs,
    /// What was known: up to this seq, or recorded by this instant [default: everything]
    #[arg(long, value_name = "SEQ|INSTANT", value_parser = known)]
    known_at: Option<Known>,
    /// The moment asked about [default: now; with a simulated clock, that of the last entry]
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    as_of: Option<Timestamp>,
    /// Print this view
    #[arg(long, value_name = "NAME", value_parser = names())]
    view: Option<String>,
    /// Print this figure of the view, and the entries that it comes from
    #[arg(long, value_name = "KEY", requires = "view")]
    figure: Option<String>,
    /// Print the state of every family, as JSON
    #[arg(long, conflicts_with = "view")]
    state: bool,
}

pub(super) fn names() -> clap::builder::PossibleValuesParser {
    VIEWS.iter().map(|kind| kind.name).collect::<Vec<_>>().into()
}

/// Runs the command.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let record = args.dir.record()?;
    let kept = pinning::states(&record, &args.dir.pins);
    let mut moment = moment(&record, kept.as_ref(), args.known_at, args.as_of, session.progress)?;
    match (&args.view, &args.figure) {
        (Some(name), Some(key)) => figure(&record, &mut moment, name, key, session)?,
        (Some(name), None) => show_view(&moment.view(name, &record)?, session)?,
        _ if args.state => session.out.document(&moment.snapshot.families().states()?)?,
        _ => summary(&moment, session)?,
    }
    Ok(Exit::Fine)
}

fn show_view(view: &View, session: &mut Session) -> Result<(), CliError> {
    if session.out.is_json() {
        session.out.document(&json!({"accord": "view/1", "view": view}))
    } else {
        session.out.raw(&text::render(view))
    }
}

fn summary(moment: &Moment, session: &mut Session) -> Result<(), CliError> {
    let out = &mut session.out;
    let snapshot = &moment.snapshot;
    let digests = snapshot.digests(moment.root)?;
    if out.is_json() {
        let digests: Vec<_> = digests
            .iter()
            .map(
                |d| json!({"family": d.family, "fold_version": d.fold_version, "digest": d.digest}),
            )
            .collect();
        return out.document(&json!({
            "accord": "replay/1", "ledger": snapshot.ledger(), "known": snapshot.size(), "root": moment.root,
            "as_of": snapshot.as_of().to_string(), "simulated_clock": snapshot.kernel().is_simulated(), "digests": digests,
        }));
    }
    if snapshot.kernel().is_simulated() {
        let text = "The clock of this ledger is simulated.";
        out.line(out.paint(Style::Warn, text))?;
    }
    out.line(format_args!(
        "Known      {} entries, the last recorded {}",
        snapshot.size(),
        snapshot.kernel().recorded()
    ))?;
    out.line(format_args!("As of      {}", snapshot.as_of()))?;
    out.line(format_args!("Root       {}", moment.root))?;
    out.line("")?;
    out.line("Digests of the state, by which others can compare theirs:")?;
    for digest in digests {
        out.line(format_args!(
            "  {:<12} {}  (fold {})",
            digest.family, digest.digest, digest.fold_version
        ))?;
    }
    out.line("")?;
    let names: Vec<&str> = VIEWS.iter().map(|kind| kind.name).collect();
    out.line(format_args!("Views to ask for with --view: {}", names.join(", ")))
}

fn figure(
    record: &Record,
    moment: &mut Moment,
    name: &str,
    key: &str,
    session: &mut Session,
) -> Result<(), CliError> {
    let view = moment.view(name, record)?;
    let figure = view.figure(key).ok_or_else(|| {
        let keys: Vec<&str> = view.figures().map(|f| f.key.as_str()).take(8).collect();
        CliError::Usage(format!(
            "view {name} has no figure {key:?}; its keys begin {}, …",
            keys.join(", ")
        ))
    })?;
    let provenance = figure.provenance.as_ref();
    let seqs =
        provenance.map(|p| moment.snapshot.families().enumerate(&p.selector)).unwrap_or_default();
    let out = &mut session.out;
    if out.is_json() {
        return out.document(&json!({"accord": "figure/1", "figure": figure, "entries": seqs}));
    }
    out.line(format_args!("{key}  {}", text::write_figure(figure)))?;
    if text::is_starred(figure) {
        out.line(text::ASTERISK)?;
    }
    match provenance {
        Some(p) => out.line(format_args!(
            "from {} ({}, digest {}):",
            super::verify::entries(seqs.len() as u64),
            p.selector,
            p.digest
        ))?,
        None => out.line("counted over the whole record")?,
    }
    for seq in seqs {
        let entry = record.entry(seq)?;
        let who = signers(&entry);
        out.line(format_args!(
            "{seq:>7}  {}  {:<32} {who}",
            entry.header.recorded,
            entry.event().event_type
        ))?;
    }
    Ok(())
}
