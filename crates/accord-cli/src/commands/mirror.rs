//! `accord mirror`: a verified copy of a ledger that somebody else keeps.

pub(crate) mod follow;
mod status;

use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Follow a ledger: fetch, verify, store, cosign, and serve what is held
    Follow(Box<follow::Args>),
    /// Say what a mirror holds, how its last round went, and which evidence it keeps
    Status(status::Args),
}

/// Runs it.
pub(crate) fn run(command: Command, session: &mut Session) -> Result<Exit, CliError> {
    match command {
        Command::Follow(args) => follow::run(&args, session),
        Command::Status(args) => status::run(&args, session),
    }
}
