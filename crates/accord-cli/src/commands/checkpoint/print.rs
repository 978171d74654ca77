//! `accord checkpoint`: the latest published checkpoint.

use crate::cli::Session;
use crate::commands::ledger::WriteArgs;
use crate::error::CliError;
use crate::exit::Exit;
use crate::keys::Passphrase;
use accord_format::checkpoint::SignedCheckpoint;
use clap::Args as ClapArgs;
use serde_json::json;

/// Which ledger, and whether to publish first.
#[derive(ClapArgs, Clone, Debug)]
#[group(skip)]
pub(super) struct Args {
    #[command(flatten)]
    write: WriteArgs,
    /// Publish everything acknowledged first, or under a witness policy let it wait for
    /// cosignatures; needs the operator's key
    #[arg(long)]
    publish: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let out = &mut session.out;
    if args.publish {
        let (ledger, _) = args.write.open(&mut Passphrase::new(&args.write.passphrase))?;
        ledger.close()?;
    }
    let published: Option<SignedCheckpoint> = args.write.dir.record()?.published()?;
    let checkpoint = published.ok_or_else(|| {
        CliError::Usage(
            "nothing is published yet; run `accord checkpoint --publish`, or where witnesses are required `accord checkpoint cosign`"
                .to_owned(),
        )
    })?;
    if out.is_json() {
        let head = checkpoint.checkpoint();
        out.document(&json!({"accord": "checkpoint/1", "origin": head.origin, "size": head.size, "root": head.root, "note": checkpoint.to_text()}))?;
    } else {
        out.raw(&checkpoint.to_text())?;
    }
    Ok(Exit::Fine)
}
