//! `accord witness`: cosigning the checkpoints of ledgers that others keep.

mod deposit;
mod journal;
mod log;
mod serve;
mod subtree;

use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use clap::{Args as ClapArgs, Subcommand};

/// Run a witness, which cosigns a ledger's checkpoints as long as they tell one history
#[derive(ClapArgs, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::ServeArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the line of a ledger's log for --logs and for policies
    Log(log::Args),
    /// Deposit an event's note with a witness, and print its signed word that it has it
    Deposit(Box<deposit::Args>),
    /// Have a witness or a mirror sign a subtree of what it has cosigned, and print its line
    Subtree(Box<subtree::Args>),
}

/// Runs it.
pub(crate) fn run(args: Args, session: &mut Session) -> Result<Exit, CliError> {
    match args.command {
        None => serve::run(&args.serve, session),
        Some(Command::Log(args)) => log::run(&args, session),
        Some(Command::Deposit(args)) => deposit::run(&args, session),
        Some(Command::Subtree(args)) => subtree::run(&args, session),
    }
}
