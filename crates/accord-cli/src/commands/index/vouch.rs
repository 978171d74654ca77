//! `accord index vouch`: whoever holds a copy computes the index anew and signs that it is right.

use crate::cli::Session;
use crate::commands::ledger::DirArgs;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files;
use crate::keys::{self, Passphrase, PassphraseArgs};
use crate::output::Style;
use crate::progress::Progress;
use accord_format::completeness::Statement;
use accord_format::entry::Entry;
use accord_ledger::completeness::{statement, survey};
use accord_ledger::verify::{Follower, Options, Problem, Verdict};
use clap::Args as ClapArgs;
use serde_json::json;
use std::path::PathBuf;

/// Whose copy, and with which key.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    dir: DirArgs,
    /// Key file; the key is named NAME/index and signs nothing else
    #[arg(short, long = "key", value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    /// Vouch for the last commitment at or below this position, instead of the last
    #[arg(long, value_name = "SEQ")]
    at: Option<u64>,
    /// Write to FILE, which must not exist, instead of standard output
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

struct Watch(Progress);

impl Follower for Watch {
    fn entry(&mut self, _: &Entry, _: bool) {}

    fn progress(&mut self, done: u64, _: u64) {
        self.0.set(done);
    }
}

/// Runs the command.
pub(super) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let key = keys::read(&args.key, &mut Passphrase::new(&args.passphrase))?;
    let record = args.dir.record()?;
    let mut watch = Watch(Progress::new("entries verified", Some(record.size()), session.progress));
    let (report, kernel) = record.verify(Options::default(), &mut watch);
    watch.0.finish();
    if report.integrity() != Verdict::Holds {
        return refuse(&report.problems, session);
    }
    let limit = args.at.map_or(u64::MAX, |at| at.saturating_add(1));
    let last = survey(&record.view(), limit)?.last.ok_or_else(|| {
        let text =
            "the operator has committed to no index there; it does so by `accord index commit`";
        CliError::Usage(text.to_owned())
    })?;
    let statement = statement(&record.view(), &kernel, &last)?
        .ok_or_else(|| CliError::Usage("there is no genesis in this copy".to_owned()))?;
    let note = statement.sign(&key).map_err(|e| CliError::Usage(e.to_string()))?.to_text();
    if let Some(path) = &args.out {
        files::create(path, note.as_bytes(), false).map_err(CliError::file("create", path))?;
    }
    say(args, &statement, &note, session)
}

fn say(
    args: &Args,
    statement: &Statement,
    note: &str,
    session: &mut Session,
) -> Result<Exit, CliError> {
    let out = &mut session.out;
    let Statement { ledger, size, tree, index } = statement;
    if out.is_json() {
        out.document(&json!({
            "accord": "index-vouch/1", "vouched": true, "ledger": ledger, "size": size,
            "tree": tree, "index": index, "file": args.out, "note": note,
        }))?;
    } else if let Some(path) = &args.out {
        out.line(format_args!(
            "the {size} entries verify, and their index is what the operator committed to: {}",
            path.display()
        ))?;
    } else {
        out.raw(note)?;
    }
    Ok(Exit::Fine)
}

fn refuse(problems: &[Problem], session: &mut Session) -> Result<Exit, CliError> {
    let out = &mut session.out;
    if out.is_json() {
        let problems: Vec<_> = problems
            .iter()
            .map(|p| json!({"code": p.code, "seq": p.seq, "detail": p.detail}))
            .collect();
        let document = json!({"accord": "index-vouch/1", "vouched": false, "problems": problems});
        out.document(&document)?;
    } else {
        let word = out.paint(Style::Bad, "NOT VOUCHED");
        out.line(format_args!("{word}: INTEGRITY of this copy does not hold"))?;
        for problem in problems.iter().take(20) {
            let place = problem.seq.map_or_else(|| "-".to_owned(), |seq| format!("entry {seq}"));
            out.line(format_args!("  {}  {place}: {}", problem.code, problem.detail))?;
        }
    }
    Ok(Exit::Found)
}
