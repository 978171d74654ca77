//! `accord index`: the index, which holds only what the entries say; and the commitments to the
//! index over streams, types and signers, from which completeness is proven.

mod commit;
mod vouch;

use super::ledger::WriteArgs;
use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::keys::Passphrase;
use accord_store::index::SortedIndex;
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
    /// Commit in the ledger to what stands in every stream, of every type and by every signer
    ///
    /// From then on it can be proven which entries are all of their kind, up to this one.
    Commit(WriteArgs),
    /// Recompute the index that the operator committed to, and sign that it is right
    ///
    /// For mirrors, parties and whoever else holds a copy. The record is verified first.
    Vouch(vouch::Args),
}

/// Runs the command.
pub(crate) fn run(args: Args, session: &mut Session) -> Result<Exit, CliError> {
    match args.command {
        Command::Rebuild(write) => rebuild(&write, session),
        Command::Commit(write) => commit::run(&write, session),
        Command::Vouch(args) => vouch::run(&args, session),
    }
}

fn rebuild(write: &WriteArgs, session: &mut Session) -> Result<Exit, CliError> {
    let out = &mut session.out;
    drop(write.dir.record()?);
    drop(SortedIndex::recreate(&write.dir.dir.join(layout::INDEX))?);
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
