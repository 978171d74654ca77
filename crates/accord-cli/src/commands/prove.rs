//! `accord prove`: a receipt or a bundle of one entry.

use super::ledger::{DirArgs, admission, find};
use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files;
use clap::Args as ClapArgs;
use serde_json::json;
use std::path::PathBuf;

/// Make a proof that an entry is in the ledger, for checking anywhere offline
#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    dir: DirArgs,
    /// Seq, event hash, entry hash or event id
    #[arg(value_name = "ENTRY")]
    entry: String,
    /// Make a bundle: the whole entry with genesis and key history, checkable from nothing but the
    /// ledger id
    #[arg(long)]
    bundle: bool,
    /// Write to FILE, which must not exist, instead of standard output
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let out = &mut session.out;
    let record = args.dir.record()?;
    let entry = find(&record, &args.entry)?;
    let seq = entry.header.seq;
    // Only what is published is handed out: it is durable, whatever becomes of this machine.
    let published = record.published()?.filter(|c| c.checkpoint().size > seq).ok_or_else(|| {
        CliError::Usage(format!(
            "entry {seq} is acknowledged but not yet published; run `accord checkpoint --publish`, or where witnesses are required `accord checkpoint cosign`"
        ))
    })?;
    let text = if args.bundle {
        let kernel = record.kernel(Some(admission()?))?;
        let bundle = record.bundle(&kernel, seq, &published)?;
        String::from_utf8_lossy(&bundle.to_bytes()).into_owned()
    } else {
        record.receipt(seq, &published)?.to_text()
    };
    let kind = if args.bundle { "bundle" } else { "receipt" };
    if let Some(path) = &args.out {
        files::create(path, text.as_bytes(), false).map_err(CliError::file("create", path))?;
        let size = published.checkpoint().size;
        if out.is_json() {
            out.document(
                &json!({"accord": "proof/1", "kind": kind, "file": path, "seq": seq, "size": size}),
            )?;
        } else {
            out.line(format_args!(
                "{kind} of entry {seq} under the checkpoint of size {size}: {}",
                path.display()
            ))?;
        }
    } else if out.is_json() {
        out.document(&json!({"accord": "proof/1", "kind": kind, "seq": seq, "text": text}))?;
    } else {
        out.raw(&text)?;
    }
    Ok(Exit::Fine)
}
