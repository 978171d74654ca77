//! `accord checkpoint status`: what is published, what waits, who cosigned and who is missing.

use super::words::{quorum_document, quorum_lines};
use crate::cli::Session;
use crate::commands::ledger::{DirArgs, admission};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Style;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::policy::{Policy, Quorum};
use accord_ledger::quorum;
use clap::Args as ClapArgs;
use serde_json::{Value, json};

/// Which ledger.
#[derive(ClapArgs, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    dir: DirArgs,
}

/// A checkpoint and what each policy that it must meet says of it.
struct Judged<'a> {
    size: u64,
    quorums: Vec<(&'a Policy, Quorum)>,
}

impl Judged<'_> {
    fn document(&self) -> Value {
        let quorums = self.quorums.iter().map(|(_, q)| quorum_document(q));
        json!({"size": self.size, "quorums": quorums.collect::<Vec<_>>()})
    }
}

/// Runs it.
pub(super) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let record = args.dir.record()?;
    let kernel = record.kernel(Some(admission()?))?;
    let policies = kernel.policies();
    let judged = |note: SignedCheckpoint, after: u64| {
        let size = note.checkpoint().size;
        let each = policies.demanded(after.min(size), size);
        let quorums = each.filter(|p| !quorum::asks_for_none(p)).map(|p| (p, p.judge(&note)));
        Judged { size, quorums: quorums.collect() }
    };
    let published = record.published()?;
    let after = published.as_ref().map_or(0, |note| note.checkpoint().size);
    let published = published.map(|note| judged(note, after));
    let pending = record.pending()?.filter(|note| note.checkpoint().size > after);
    let waiting = pending.map(|note| judged(note, after));
    let forks = record.forks()?;
    let calm = forks.checkpoints.is_empty() && forks.events.is_empty();
    let exit = if calm { Exit::Fine } else { Exit::Found };
    let out = &mut session.out;
    if out.is_json() {
        out.document(&json!({
            "accord": "checkpoint-status/1",
            "origin": kernel.origin(),
            "size": record.size(),
            "published": published.as_ref().map(Judged::document),
            "waiting": waiting.as_ref().map(Judged::document),
            "anchored": kernel.last_anchored(),
            "forks": forks.checkpoints.iter().map(|(path, _)| path).chain(&forks.events).collect::<Vec<_>>(),
        }))?;
        return Ok(exit);
    }
    out.line(format_args!("Ledger     {}, {} entries", kernel.origin(), record.size()))?;
    for (name, found, none) in
        [("Published", &published, "nothing yet"), ("Waiting", &waiting, "nothing")]
    {
        let Some(found) = found else {
            out.line(format_args!("{name:<10} {none}"))?;
            continue;
        };
        out.line(format_args!("{name:<10} the checkpoint of {} entries", found.size))?;
        if found.quorums.is_empty() {
            out.line("           no witness is required")?;
        }
        for (policy, quorum) in &found.quorums {
            for line in quorum_lines(quorum, Some(policy)) {
                out.line(format_args!("           {line}"))?;
            }
        }
    }
    let anchored = match kernel.last_anchored() {
        0 => "no checkpoint".to_owned(),
        size => format!("the checkpoint of {size} entries"),
    };
    out.line(format_args!("Anchored   {anchored}"))?;
    for (path, size) in &forks.checkpoints {
        let word = out.paint(Style::Bad, "Elsewhere ");
        out.line(format_args!(
            "{word} a checkpoint of {size} entries of this log does not fit this copy: {path}"
        ))?;
    }
    if let Some(path) = forks.events.last() {
        let (word, count) = (out.paint(Style::Bad, "Elsewhere "), forks.events.len());
        out.line(format_args!(
            "{word} {count} events whose authors name another history than this, such as {path}"
        ))?;
    }
    if !calm {
        out.line("           give these files to whoever audits the ledger; once each is explained, move it elsewhere")?;
    }
    Ok(exit)
}
