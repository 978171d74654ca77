//! `accord witness log`: how a ledger's log is named to witnesses and in policies.

use crate::cli::Session;
use crate::commands::ledger::{DirArgs, admission};
use crate::error::CliError;
use crate::exit::Exit;
use clap::Args as ClapArgs;
use serde_json::json;

/// Print the line of a ledger's log for --logs and for policies
#[derive(ClapArgs, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    dir: DirArgs,
}

/// Runs it.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let record = args.dir.record()?;
    let kernel = record.kernel(Some(admission()?))?;
    let keys = kernel.checkpoint_keys(record.size());
    let out = &mut session.out;
    if out.is_json() {
        out.document(&json!({"accord": "witness-log/1", "origin": kernel.origin(), "keys": keys}))?;
    } else {
        for key in keys {
            out.line(format_args!("log {key}"))?;
        }
    }
    Ok(Exit::Fine)
}
