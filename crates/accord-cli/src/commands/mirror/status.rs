//! `accord mirror status`: what a mirror holds, beside whoever follows.

use crate::cli::Session;
use crate::commands::ledger::disk;
use crate::error::CliError;
use crate::exit::Exit;
use accord_format::checkpoint::SignedCheckpoint;
use accord_mirror::found;
use accord_mirror::mirror::ledger_of;
use accord_store::replica::{self, Heads};
use clap::Args as ClapArgs;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Say what a mirror holds, how its last round went, and which evidence it keeps
#[derive(ClapArgs, Debug)]
pub(crate) struct Args {
    /// The mirror's directory
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

/// Runs it. Evidence kept makes it end as a check does that found something.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let disk = disk(&args.dir);
    let ledger = ledger_of(&*disk)?.ok_or_else(|| {
        CliError::Usage(format!("{} is no mirror's directory", args.dir.display()))
    })?;
    let evidence = found::kept(&*disk)?;
    let evidence: Vec<&String> = evidence
        .iter()
        .filter(|name| !name.ends_with(".answer") && !name.ends_with(".checkpoint"))
        .collect();
    let forks = found::forks(&*disk)?;
    let last = found::last(&*disk)?;
    let Heads { shown, newest } = replica::heads(&*disk)?;
    let note = newest.and_then(|newest| SignedCheckpoint::parse(newest.note.as_bytes()).ok());
    let published = shown.map_or(0, |shown| shown.size);
    let head = note.as_ref().map(SignedCheckpoint::checkpoint);
    let lines = note.as_ref().map(|note| note.note().signatures()).unwrap_or_default();
    let signers: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
    let out = &mut session.out;
    if out.is_json() {
        out.document(&json!({
            "accord": "mirror-status/1", "ledger": ledger, "origin": head.map(|h| &h.origin),
            "size": head.map_or(0, |h| h.size), "published": published, "root": head.map(|h| h.root),
            "signers": signers, "last": last, "evidence": evidence, "forks": forks,
        }))?;
    } else {
        out.line(format_args!("ledger {ledger}"))?;
        match head {
            Some(head) => {
                out.line(format_args!("origin {}", head.origin))?;
                out.line(format_args!("holds {} entries, root {}", head.size, head.root))?;
                out.line(format_args!("of these, {published} are published"))?;
                out.line(format_args!("signed by {}", signers.join(", ").escape_debug()))?;
            }
            None => out.line("holds nothing yet")?,
        }
        if let Some(last) = last {
            let word =
                |name: &str| last.get(name).and_then(Value::as_str).unwrap_or("-").to_owned();
            out.line(format_args!("last round {} {}", word("at"), word("code")))?;
        }
        for fork in &forks {
            out.line(format_args!("FORK: the proof is in {fork}"))?;
        }
        for name in &evidence {
            out.line(format_args!("evidence {}", name.escape_debug()))?;
        }
    }
    Ok(if evidence.is_empty() { Exit::Fine } else { Exit::Found })
}
