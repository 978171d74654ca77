//! `accord verify`: the whole record read again, and a verdict.

mod kept;
pub(super) mod witnesses;

use super::demand::DemandArgs;
use super::ledger::{DirArgs, admission};
use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files;
use crate::output::{self, Output, Style};
use crate::pinning;
use crate::progress::Progress;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::entry::Entry;
use accord_ledger::Record;
use accord_ledger::verify::{Follower, Held, Options, Report, Verdict};
use clap::Args as ClapArgs;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Verify a ledger from its bytes alone, and say what holds
#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    dir: DirArgs,
    /// A checkpoint, receipt, bundle or pin kept elsewhere, which the record must agree with (may be
    /// repeated); after a rotation of the checkpoint keys only a bundle or pin speaks for itself
    #[arg(long, value_name = "FILE")]
    against: Vec<PathBuf>,
    /// A checkpoint up to which the record was verified before: signatures below it are not
    /// checked again
    #[arg(long, value_name = "CHECKPOINT")]
    from: Option<PathBuf>,
    /// Go on from the last sound verification that was made here: the bytes of its entries are read
    /// and hashed again, down to their root, and only what has come since is checked and judged
    #[arg(long, conflicts_with_all = ["from", "no_pin"])]
    resume: bool,
    #[command(flatten)]
    demand: DemandArgs,
}

/// The most bytes of what is held elsewhere, as `accord check` reads them.
const HELD_MAX: u64 = 64 << 20;

/// Shows how far it is, and remembers the span of time.
struct Watch {
    progress: Progress,
    first: Option<String>,
    last: Option<String>,
}

impl Watch {
    /// What was taken over was not shown to it.
    fn resumed(&mut self, record: &Record) {
        let recorded = |seq| record.entry(seq).ok().map(|e| e.header.recorded.to_string());
        self.first = recorded(0);
        self.last = self.last.take().or_else(|| recorded(record.size().saturating_sub(1)));
    }
}

impl Follower for Watch {
    fn entry(&mut self, entry: &Entry, _: bool) {
        let recorded = entry.header.recorded.to_string();
        self.first.get_or_insert_with(|| recorded.clone());
        self.last = Some(recorded);
    }

    fn progress(&mut self, done: u64, _: u64) {
        self.progress.set(done);
    }
}

/// Runs the command.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let out = &mut session.out;
    let record = args.dir.record()?;
    let read = |path: &PathBuf| -> Result<Held, CliError> {
        let bytes = files::read(path, HELD_MAX)?;
        Held::parse(&bytes).map_err(|why| {
            let path = path.display();
            CliError::Usage(format!("{path}: no checkpoint, receipt, bundle or pin: {why}"))
        })
    };
    let held = args.against.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let from: Option<SignedCheckpoint> =
        args.from.as_ref().map(read).transpose()?.map(|held| held.checkpoint().clone());
    let (kept, nothing) = match args.resume.then(|| pinning::kept(&record)) {
        None => (None, None),
        Some(Ok(kept)) => (Some(kept), None),
        Some(Err(why)) => (None, Some(why)),
    };
    let (admission, demand) = (Some(admission()?), args.demand.read()?);
    let options = Options { admission, held, from, kept, demand };
    let progress = Progress::new("entries verified", Some(record.size()), session.progress);
    let mut watch = Watch { progress, first: None, last: None };
    let examined = record.examine(options, &mut watch);
    watch.progress.finish();
    let report = &examined.report;
    let not_resumed = nothing.as_ref().or(report.not_resumed.as_ref());
    if let Some(why) = not_resumed {
        output::note(format_args!(
            "there is no earlier verification to go on from ({why}): all was verified"
        ));
    }
    if report.resumed.is_some() {
        watch.resumed(&record);
    }
    let evidence: Vec<_> = report.evidence.iter().map(pinning::keep_evidence).collect();
    kept::remember(report, &args.dir.pins)?;
    let beside = Beside { args, not_resumed, evidence: &evidence };
    if out.is_json() {
        out.document(&document(report, &beside))?;
    } else {
        print(report, &watch, &beside, out)?;
    }
    let verdicts = [report.authority(), report.admission()];
    let unasked = witnesses::verdict(report) == Some(Verdict::NotEstablished);
    let open = unasked || verdicts.contains(&Verdict::NotEstablished);
    let doubt = args.dir.pins.strict
        && (open
            || !report.suspects.is_empty()
            || !report.witnessing.outside.is_empty()
            || report.witnessing.unanchored.is_some());
    let compared = report.uncompared.is_empty();
    let exit = if report.is_sound() && compared && !doubt { Exit::Fine } else { Exit::Found };
    kept::keep(examined, &args.dir.pins)?;
    Ok(exit)
}

pub(super) const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "holds",
        Verdict::Fails => "FAILS",
        Verdict::NotEstablished => "not established",
    }
}

pub(super) const fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Holds => Style::Good,
        Verdict::Fails => Style::Bad,
        Verdict::NotEstablished => Style::Warn,
    }
}

/// What is said beside the report.
struct Beside<'a> {
    args: &'a Args,
    /// Why nothing was gone on from, where that was asked for.
    not_resumed: Option<&'a String>,
    evidence: &'a [Result<PathBuf, String>],
}

fn document(report: &Report, beside: &Beside<'_>) -> Value {
    let Beside { args, not_resumed, evidence } = *beside;
    json!({
        "accord": "verify/1",
        "ledger": report.ledger,
        "origin": report.origin,
        "simulated_clock": report.simulated,
        "size": report.size,
        "root": report.root,
        "signatures": report.signatures,
        "integrity": word(report.integrity()),
        "authority": word(report.authority()),
        "admission": word(report.admission()),
        "problems": report.problems.iter().map(|p| json!({"code": p.code, "seq": p.seq, "detail": p.detail})).collect::<Vec<_>>(),
        "void": report.voids.iter().map(|v| json!({
            "seq": v.seq, "event": v.event, "type": v.event_type, "judgement": v.court.name(), "code": v.code, "detail": v.detail,
        })).collect::<Vec<_>>(),
        "witnesses": witnesses::document(report),
        "suspect": report.suspects,
        "findings": report.findings,
        "not_interpreted": report.uninterpreted,
        "authority_not_established_from": report.not_established,
        "held_elsewhere_compared": report.compared,
        "held_elsewhere_not_compared": report.uncompared.iter().map(|u| json!({
            "file": args.against.get(u.held), "code": u.code, "detail": u.detail,
        })).collect::<Vec<_>>(),
        "signatures_trusted_below": report.trusted,
        "signatures_not_checked_now": report.unchecked,
        "entries_not_judged_now": report.resumed.as_ref().map_or(0, |of| of.size),
        "resumed": report.resumed.as_ref().map(|of| json!({
            "below": of.size, "root": of.root, "since": of.since, "when": of.when, "software": of.software,
        })),
        "not_resumed": not_resumed,
        "evidence": evidence.iter().flatten().collect::<Vec<_>>(),
        "notes": report.notes,
        "verdict": verdict(report),
    })
}

fn print(
    report: &Report,
    watch: &Watch,
    beside: &Beside<'_>,
    out: &mut Output,
) -> Result<(), CliError> {
    let Beside { args, evidence, .. } = *beside;
    let ledger = report.ledger.map_or_else(|| "unknown".to_owned(), |id| id.to_string());
    out.line(format_args!("Ledger     {}", report.origin))?;
    out.line(format_args!("Ledger id  {ledger}"))?;
    if report.simulated {
        out.line(out_warn(
            out,
            "Clock      SIMULATED: times in this record were set by whoever appended",
        ))?;
    }
    let (first, last) =
        (watch.first.as_deref().unwrap_or("-"), watch.last.as_deref().unwrap_or("-"));
    out.line(format_args!("Entries    {}, recorded {first} to {last}", report.size))?;
    if let Some(root) = report.root {
        out.line(format_args!("Root       {root}"))?;
    }
    for note in &report.notes {
        out.line(format_args!("Note       {note}"))?;
    }
    out.line("")?;
    let verdicts = [
        ("INTEGRITY", report.integrity(), integrity(report)),
        (
            "AUTHORITY",
            report.authority(),
            "keys, roles, thresholds at each entry's own position".to_owned(),
        ),
        ("ADMISSION", report.admission(), "the rules of the domain".to_owned()),
    ];
    for (name, verdict, what) in verdicts {
        let word = out.paint(style(verdict), format_args!("{:<15}", word(verdict)));
        out.line(format_args!("{name:<10} {word} {what}"))?;
    }
    witnesses::print(report, out)?;
    details(report, out)?;
    for (path, unfit) in
        report.uncompared.iter().filter_map(|u| Some((args.against.get(u.held)?, u)))
    {
        let code = out.paint(Style::Warn, unfit.code);
        out.line(format_args!("Held       {}: {code}: {}", path.display(), unfit.detail))?;
    }
    for kept in evidence {
        out.line(match kept {
            Ok(path) => format!("Evidence   {}", path.display()),
            Err(why) => format!("Evidence   could not be written: {why}"),
        })?;
    }
    out.line("")?;
    out.line(format_args!("Verdict: {}", verdict(report)))
}

/// What INTEGRITY is about, and what of it was not looked at again.
fn integrity(report: &Report) -> String {
    let all = format!("bytes, chain, tree, {} signatures", report.signatures);
    match (report.unchecked, &report.resumed) {
        (0, None) => all,
        (before, None) => format!("{all}, of which {before} were checked before and not again"),
        (before, Some(of)) => format!(
            "{all}, of which {before} under the first {} entries were checked before and not again",
            of.size
        ),
    }
}

fn out_warn(out: &Output, text: &str) -> String {
    out.paint(Style::Warn, text)
}

fn details(report: &Report, out: &mut Output) -> Result<(), CliError> {
    if !report.problems.is_empty() {
        out.line("")?;
        out.line(format_args!("{} problem(s):", report.problems.len()))?;
        for problem in &report.problems {
            let place = problem.seq.map_or_else(|| "-".to_owned(), |seq| format!("entry {seq}"));
            let code = out.paint(Style::Bad, problem.code);
            out.line(format_args!("  {code}  {place}: {}", problem.detail))?;
        }
    }
    if !report.voids.is_empty() {
        out.line("")?;
        out.line(format_args!(
            "{} void entries, in the record and without effect:",
            report.voids.len()
        ))?;
        for void in &report.voids {
            let code = out.paint(Style::Bad, void.code);
            let (court, seq, name) = (void.court.name(), void.seq, &void.event_type);
            out.line(format_args!("  {code} ({court})  entry {seq}, {name}: {}", void.detail))?;
        }
    }
    if !report.findings.is_empty() {
        let each: Vec<String> =
            report.findings.iter().map(|(code, n)| format!("{code} {n}")).collect();
        out.line(format_args!("Findings   {}", each.join(", ")))?;
    }
    if !report.suspects.is_empty() {
        let seqs: Vec<String> = report.suspects.iter().take(20).map(u64::to_string).collect();
        let more = if report.suspects.len() > 20 { ", …" } else { "" };
        out.line(format_args!(
            "Suspect    {} entries by keys in other hands: {}{more}",
            report.suspects.len(),
            seqs.join(", ")
        ))?;
    }
    for (name, count) in &report.uninterpreted {
        out.line(format_args!(
            "Not interpreted: {count} of {name}, which this software does not know"
        ))?;
    }
    if let Some(seq) = report.not_established {
        let why = if report.problems.is_empty() {
            "that entry needs a newer accord"
        } else {
            "entries before it are lost or altered"
        };
        out.line(format_args!(
            "From entry {seq} on, who had which power is not established: {why}"
        ))?;
    }
    Ok(())
}

/// One paragraph that can be quoted.
pub(super) fn verdict(report: &Report) -> String {
    let subject = format!("the record {} of {}", report.origin, entries(report.size));
    let root = report.root.map_or_else(String::new, |root| format!(" under root {root}"));
    let held = match report.compared {
        0 => "It was compared with nothing held elsewhere, so that a cut end or a history rewritten by \
              the operator would not show; give --against a checkpoint or receipt that somebody else kept."
            .to_owned(),
        n => format!("It agrees with {n} checkpoint(s), receipt(s) or bundle(s) held elsewhere."),
    };
    let held = match report.uncompared.len() {
        0 => held,
        n => format!(
            "{held} {n} of what was held elsewhere says nothing about it, for or against: see above."
        ),
    };
    let trusted = kept::trusted(report);
    let witnessed = witnesses::sentence(report);
    if report.integrity() == Verdict::Fails {
        let first = report.problems.iter().find_map(|p| p.seq);
        let first = first.map_or_else(String::new, |seq| format!(", the first at entry {seq}"));
        return format!(
            "{subject} has been damaged or altered: {} problem(s){first}. It must not be relied on; compare it with a mirror.",
            report.problems.len()
        );
    }
    if !report.voids.is_empty() {
        return format!(
            "{subject}{root} is intact, but {} of its entries were not validly admitted and are without effect.{witnessed}{trusted} {held}",
            report.voids.len()
        );
    }
    format!(
        "{subject}{root} is intact: nothing in it was altered, reordered or removed, and every entry bears \
         the valid signatures of those it names.{witnessed}{trusted} {held}"
    )
}

/// `1 entry`, `2 entries`.
pub(super) fn entries(count: u64) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}
