//! `accord prove`: a receipt or a bundle of one entry, or that entries are all of their kind.

mod complete;

use super::ledger::{DirArgs, admission, find};
use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files;
use clap::Args as ClapArgs;
use serde_json::json;
use std::path::PathBuf;

/// Make a proof that an entry is in the ledger, or that entries are all of their kind, for checking
/// anywhere offline
#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    dir: DirArgs,
    /// Seq, event hash, entry hash or event id
    #[arg(value_name = "ENTRY", required_unless_present = "complete")]
    entry: Option<String>,
    /// Prove that these are all entries: of stream/STREAM, of type/TYPE, or by signer/PARTICIPANT
    ///
    /// By the last index that the operator committed to; entries behind it are not covered.
    #[arg(long, value_name = "KEY", conflicts_with_all = ["entry", "bundle"])]
    complete: Option<String>,
    /// With --complete: by the last commitment at or below this position, instead of the last
    #[arg(long, value_name = "SEQ", requires = "complete", conflicts_with = "entry")]
    at: Option<u64>,
    /// With --complete: what a mirror or another holder of a copy vouches for, made by `accord index
    /// vouch`
    #[arg(long, value_name = "FILE", requires = "complete", conflicts_with = "entry")]
    vouched: Option<PathBuf>,
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
    if let Some(key) = &args.complete {
        return complete::run(args, key, session);
    }
    let out = &mut session.out;
    let record = args.dir.record()?;
    let entry = find(&record, args.entry.as_deref().unwrap_or_default())?;
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
