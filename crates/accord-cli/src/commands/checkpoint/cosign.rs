//! `accord checkpoint cosign`: cosignatures, asked for over the network or taken in from files.

use super::words::{quorum_document, quorum_lines};
use crate::cli::Session;
use crate::commands::ledger::{WriteArgs, disk};
use crate::error::CliError;
use crate::exit::Exit;
use crate::files;
use crate::keys::Passphrase;
use crate::output::{Output, Style};
use crate::witnesses::Network;
use accord_format::checkpoint::{NOTE_MAX, SignedCheckpoint};
use accord_format::note::NoteSignature;
use accord_format::witnessing::{AddCheckpoint, BODY_MAX, parse_cosignatures};
use accord_ledger::cosigners::Collected;
use accord_ledger::{Ledger, Taken};
use clap::Args as ClapArgs;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Which ledger, and where the cosignatures come from.
#[derive(ClapArgs, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    write: WriteArgs,
    /// Cosignatures that came from a witness: its lines, or a whole checkpoint with them; - for
    /// standard input (may be repeated) [default: ask every witness at its address]
    #[arg(long, value_name = "FILE")]
    from: Vec<PathBuf>,
    /// The checkpoint that the lines are of, as it was exported [default: what waits]
    #[arg(long, value_name = "FILE", requires = "from")]
    note: Option<PathBuf>,
    /// How long a witness has to answer, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10, conflicts_with = "from",
        value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

/// Runs it.
pub(super) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let (mut ledger, _) = args.write.open(&mut Passphrase::new(&args.write.passphrase))?;
    let taken = if args.from.is_empty() {
        let disk = disk(&args.write.dir.dir);
        let network = Network::new(args.timeout).within(&ledger.bench().kernel);
        ledger.cosign(&mut network.with_entries(disk))?
    } else {
        Some(import(args, &mut ledger)?)
    };
    let Some(taken) = taken else {
        ledger.close()?;
        return Err(CliError::Usage(
            "this ledger requires no witness; its checkpoints are published without".to_owned(),
        ));
    };
    say(&taken, &ledger, &mut session.out)?;
    // Another copy that a witness knows is to be heard of at once.
    let rival = ledger.known_rival();
    ledger.close()?;
    rival?;
    let alarmed = taken.without.iter().any(|without| without.alarming);
    Ok(if taken.published && !alarmed { Exit::Fine } else { Exit::Found })
}

/// Takes in what the files hold.
fn import(args: &Args, ledger: &mut Ledger) -> Result<Taken, CliError> {
    let (mut note, mut lines) = (None, Vec::new());
    if let Some(path) = &args.note {
        note = Some(exported(path)?);
    }
    for path in &args.from {
        let bytes = files::read(path, NOTE_MAX as u64)?;
        match SignedCheckpoint::parse(&bytes) {
            Ok(whole) => {
                lines.extend(whole.note().signatures().iter().cloned());
                note = note.or(Some(whole));
            }
            Err(_) => lines.extend(cosignatures(path, &bytes)?),
        }
    }
    let note = note.or_else(|| ledger.pending()).ok_or_else(|| {
        CliError::Usage(
            "nothing waits; say with --note which checkpoint the lines are of".to_owned(),
        )
    })?;
    Ok(ledger.take_in(&note, &Collected { lines, ..Collected::default() })?)
}

fn cosignatures(path: &Path, bytes: &[u8]) -> Result<Vec<NoteSignature>, CliError> {
    parse_cosignatures(bytes).map_err(|e| {
        let why = format!("{}: neither a checkpoint nor signature lines: {e}", path.display());
        CliError::Usage(why)
    })
}

/// The checkpoint of an export, with its proof or without.
fn exported(path: &Path) -> Result<SignedCheckpoint, CliError> {
    let bytes = files::read(path, BODY_MAX as u64)?;
    let parsed = AddCheckpoint::parse(&bytes).map(|request| request.checkpoint);
    parsed
        .or_else(|_| SignedCheckpoint::parse(&bytes))
        .map_err(|e| CliError::Usage(format!("{}: {e}", path.display())))
}

fn say(taken: &Taken, ledger: &Ledger, out: &mut Output) -> Result<(), CliError> {
    if out.is_json() {
        return out.document(&json!({
            "accord": "checkpoint-cosign/1",
            "size": taken.size,
            "taken": taken.taken,
            "published": taken.published,
            "quorums": taken.quorums.iter().map(quorum_document).collect::<Vec<_>>(),
            "rejected": taken.rejected.iter().map(|(key, why)| json!({"key": key, "why": why})).collect::<Vec<_>>(),
            "without": taken.without.iter().map(|w| json!({"witness": w.witness, "why": w.why, "alarming": w.alarming})).collect::<Vec<_>>(),
        }));
    }
    let word = if taken.published {
        out.paint(Style::Good, "published")
    } else {
        out.paint(Style::Warn, "waits")
    };
    let (size, count) = (taken.size, taken.taken);
    out.line(format_args!(
        "{word}  the checkpoint of {size} entries; {count} cosignatures came in"
    ))?;
    let policy = ledger.bench().kernel.policies().at(size);
    for quorum in &taken.quorums {
        for line in quorum_lines(quorum, policy) {
            out.line(format_args!("  {line}"))?;
        }
    }
    for without in &taken.without {
        let witness = if without.alarming {
            out.paint(Style::Bad, &without.witness)
        } else {
            without.witness.clone()
        };
        out.line(format_args!("  {witness}: {}", without.why))?;
    }
    for (key, why) in &taken.rejected {
        let word = out.paint(Style::Bad, "not counted");
        out.line(format_args!("  {word} {key}: {why}"))?;
    }
    Ok(())
}
