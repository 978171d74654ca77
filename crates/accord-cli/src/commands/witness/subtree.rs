//! `accord witness subtree`: a part of the tree, signed by somebody who has cosigned the whole.

use crate::cli::Session;
use crate::commands::ledger::DirArgs;
use crate::error::CliError;
use crate::exit::Exit;
use accord_format::cosignature::{CosignerVKey, Subtree};
use accord_format::merkle;
use accord_format::witnessing::SignSubtree;
use accord_witness::client;
use accord_witness::http::{Tls, Url};
use clap::Args as ClapArgs;
use serde_json::json;
use std::time::Duration;

/// Have a witness or a mirror sign a subtree of what it has cosigned, and print its line
///
/// The published checkpoint must bear its line. A subtree starts at a multiple of the smallest power of
/// two that is not less than its width.
#[derive(ClapArgs, Debug)]
pub(crate) struct Args {
    /// Position of the first entry
    start: u64,
    /// Position behind the last entry
    end: u64,
    #[command(flatten)]
    dir: DirArgs,
    /// The submission prefix of the witness or mirror
    #[arg(long)]
    url: Url,
    /// Its ML-DSA-44 key, as a policy names it
    #[arg(long, value_name = "VKEY")]
    witness: CosignerVKey,
    /// How long to wait, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

/// Runs it.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let Args { start, end, .. } = *args;
    let record = args.dir.record()?;
    let checkpoint = record.published()?.ok_or_else(|| {
        CliError::Usage("nothing is published yet, so nobody has cosigned it".to_owned())
    })?;
    let (view, size) = (record.view(), checkpoint.checkpoint().size);
    let root = if end <= size { merkle::subtree_root(&view, start, end)? } else { None };
    let root = root.ok_or_else(|| {
        CliError::Usage(format!(
            "[{start}, {end}) is no subtree of the {size} entries that are published: it must not be empty, and must start at a multiple of the smallest power of two that is not less than its width"
        ))
    })?;
    let proof = merkle::subtree_proof(&view, (start, end), size)?;
    let request = SignSubtree { subtree: Subtree { start, end, root }, proof, checkpoint };
    let time = Duration::from_secs(args.timeout);
    let line = client::sign_subtree(&args.url, &request, &args.witness, &Tls::system(), time)?;
    let out = &mut session.out;
    if out.is_json() {
        let origin = &request.checkpoint.checkpoint().origin;
        out.document(&json!({
            "accord": "subtree/1", "origin": origin, "start": start, "end": end, "root": root,
            "line": line.to_line().trim_end(),
        }))?;
    } else {
        out.raw(&line.to_line())?;
    }
    Ok(Exit::Fine)
}
