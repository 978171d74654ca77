//! `accord checkpoint export`: what waits, for witnesses that are not on the network.

use crate::cli::Session;
use crate::commands::ledger::DirArgs;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files;
use accord_format::merkle;
use accord_format::witnessing::AddCheckpoint;
use clap::Args as ClapArgs;
use serde_json::json;
use std::path::PathBuf;

/// Which ledger, and for whom.
#[derive(ClapArgs, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    dir: DirArgs,
    /// Size of the checkpoint that the witness has cosigned last; 0 if none
    #[arg(long, value_name = "SIZE", default_value_t = 0)]
    old: u64,
    /// Write the note alone, without the proof of consistency
    #[arg(long, conflicts_with = "old")]
    note: bool,
    /// Where to write it [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Runs it.
pub(super) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let record = args.dir.record()?;
    let published = record.published()?;
    let waiting = record.pending()?.or(published).ok_or_else(|| {
        CliError::Usage("nothing waits; run `accord checkpoint --publish` first".to_owned())
    })?;
    let size = waiting.checkpoint().size;
    if args.old > size {
        let old = args.old;
        return Err(CliError::Usage(format!(
            "--old {old}: what waits has {size} entries; if a witness has cosigned {old}, this is an older copy of the ledger, or another writer is at work"
        )));
    }
    let text = if args.note {
        waiting.to_text()
    } else {
        let proof = merkle::consistency_proof(&record.view(), args.old, size)
            .map_err(accord_ledger::LedgerError::from)?;
        AddCheckpoint { old: args.old, proof, checkpoint: waiting }.to_text()
    };
    let out = &mut session.out;
    if let Some(path) = &args.out {
        files::create(path, text.as_bytes(), false).map_err(CliError::file("create", path))?;
        if out.is_json() {
            out.document(&json!({"accord": "checkpoint-export/1", "size": size, "file": path}))?;
        } else {
            out.line(format_args!("the checkpoint of {size} entries: {}", path.display()))?;
        }
    } else if out.is_json() {
        out.document(&json!({"accord": "checkpoint-export/1", "size": size, "text": text}))?;
    } else {
        out.raw(&text)?;
    }
    Ok(Exit::Fine)
}
