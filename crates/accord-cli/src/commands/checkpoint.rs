//! `accord checkpoint`: the signed head of the ledger.

use super::ledger::WriteArgs;
use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::keys::Passphrase;
use accord_format::checkpoint::SignedCheckpoint;
use clap::Args as ClapArgs;
use serde_json::json;

/// Print the latest published checkpoint, to be kept elsewhere
#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    write: WriteArgs,
    /// Publish everything acknowledged first; needs the operator's key
    #[arg(long)]
    publish: bool,
}

/// Runs the command.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let out = &mut session.out;
    if args.publish {
        let (ledger, _) = args.write.ledger(&mut Passphrase::new(&args.write.passphrase))?;
        ledger.close()?;
    }
    let published: Option<SignedCheckpoint> = args.write.dir.record()?.published()?;
    let checkpoint = published.ok_or_else(|| {
        CliError::Usage("nothing is published yet; run `accord checkpoint --publish`".to_owned())
    })?;
    if out.is_json() {
        let head = checkpoint.checkpoint();
        out.document(&json!({"accord": "checkpoint/1", "origin": head.origin, "size": head.size, "root": head.root, "note": checkpoint.to_text()}))?;
    } else {
        out.raw(&checkpoint.to_text())?;
    }
    Ok(Exit::Fine)
}
