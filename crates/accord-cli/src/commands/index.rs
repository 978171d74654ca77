//! `accord index`: the index, which holds only what the entries say.

use super::ledger::WriteArgs;
use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::keys::Passphrase;
use accord_store::index::SledIndex;
use accord_store::layout;
use clap::{Args as ClapArgs, Subcommand};
use serde_json::json;

/// Work on the index
#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// Throw the index away and make it anew from the entries
    Rebuild(WriteArgs),
}

/// Runs the command.
pub(crate) fn run(args: Args, session: &mut Session) -> Result<Exit, CliError> {
    let out = &mut session.out;
    let Command::Rebuild(write) = args.command;
    drop(write.dir.record()?);
    drop(SledIndex::recreate(&write.dir.dir.join(layout::INDEX))?);
    let (ledger, opened) = write.ledger(&mut Passphrase::new(&write.passphrase))?;
    ledger.close()?;
    if out.is_json() {
        out.document(
            &json!({"accord": "index/1", "indexed": opened.indexed, "replayed": opened.replayed}),
        )?;
    } else {
        out.line(format_args!("{} entries indexed anew", opened.indexed))?;
    }
    Ok(Exit::Fine)
}
