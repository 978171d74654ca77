//! `accord repair`: a damaged ledger put right from a mirror of it.

use crate::cli::Session;
use crate::commands::ledger::{admission, disk};
use crate::commands::mirror::follow::source;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Style;
use accord_format::hash::LedgerId;
use accord_ledger::Record;
use accord_ledger::verify::{self, Verdict};
use accord_mirror::mirror::ledger_of;
use accord_mirror::repair::{Options, Repaired, repair};
use clap::Args as ClapArgs;
use serde_json::json;
use std::path::PathBuf;

/// Put the damaged files of a ledger, or of a mirror, right from a good mirror
#[derive(ClapArgs, Debug)]
pub(crate) struct Args {
    /// The good mirror: its address or its directory
    #[arg(long, value_name = "URL|DIR")]
    from: String,
    /// The damaged ledger's directory
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// The ledger's id, where its own first entry does not read
    #[arg(long, value_name = "ID")]
    ledger: Option<LedgerId>,
    /// Replace a tail that does not read by one that ends where the last known checkpoint does; what
    /// was acknowledged behind that is lost, unless another copy of the tail is found
    #[arg(long)]
    cut_tail: bool,
    /// How long one answer may take to its last byte, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

/// Runs it, and verifies what came of it.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let mut source = source(&args.from, args.timeout)?;
    let options = Options { ledger: ledger(args)?, cut_tail: args.cut_tail };
    let repaired = repair(disk(&args.dir), &mut *source, options)?;
    let record = Record::open(&args.dir)?;
    let options = verify::Options { admission: Some(admission()?), ..verify::Options::default() };
    let (report, _) = record.verify(options, &mut ());
    let holds = report.integrity() == Verdict::Holds;
    say(&repaired, holds, session)?;
    Ok(if holds && repaired.left.is_empty() { Exit::Fine } else { Exit::Found })
}

fn ledger(args: &Args) -> Result<LedgerId, CliError> {
    if let Some(ledger) = args.ledger {
        return Ok(ledger);
    }
    let noted = ledger_of(&*disk(&args.dir))?.and_then(|id| id.parse().ok());
    let first = || Some(Record::open(&args.dir).ok()?.entry(0).ok()?.event().hash());
    noted.or_else(first).ok_or_else(|| {
        let text = "the ledger's first entry does not read: say which ledger it is by --ledger ID";
        CliError::Usage(text.to_owned())
    })
}

fn say(repaired: &Repaired, holds: bool, session: &mut Session) -> Result<(), CliError> {
    let Repaired { mirror, size, files, aside, left } = repaired;
    let out = &mut session.out;
    if out.is_json() {
        return out.document(&json!({
            "accord": "repair/1", "mirror": mirror, "size": size, "files": files, "aside": aside,
            "left": left, "integrity": if holds { "holds" } else { "broken" },
        }));
    }
    for file in files {
        out.line(format_args!("put right  {file}"))?;
    }
    if files.is_empty() {
        out.line("every file that the mirror can speak for was right already")?;
    }
    if let Some(aside) = aside {
        out.line(format_args!("kept aside {aside}"))?;
    }
    for what in left {
        let word = out.paint(Style::Bad, "NOT PUT RIGHT");
        out.line(format_args!("{word} {}", what.escape_debug()))?;
    }
    let word = if holds {
        out.paint(Style::Good, "holds")
    } else {
        out.paint(Style::Bad, "does not hold; run `accord verify`")
    };
    out.line(format_args!("INTEGRITY {word}: {size} entries, {mirror} of them at the mirror"))
}
