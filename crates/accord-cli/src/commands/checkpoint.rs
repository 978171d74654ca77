//! `accord checkpoint`: the signed head of the ledger, and the witnesses' cosignatures under it.

mod anchor;
mod cosign;
mod export;
mod policy;
mod print;
mod status;
mod words;

pub(crate) use policy::lines as policy_lines;
pub(super) use words::{quorum_document, quorum_lines};

use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use clap::{Args as ClapArgs, Subcommand};

/// Print the latest published checkpoint, to be kept elsewhere
#[derive(ClapArgs, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    print: print::Args,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say what is published, what waits, who cosigned and who is missing
    Status(status::Args),
    /// Write what waits for cosignatures as a request that a witness reads
    Export(export::Args),
    /// Ask the witnesses to cosign the head, or take in cosignatures from files
    Cosign(Box<cosign::Args>),
    /// Put checkpoints that met their quorum into the record, so that they bracket its times
    Anchor(Box<anchor::Args>),
    /// Print the witness policy in force, or check one and print the payload that changes it
    Policy(policy::Args),
}

/// Runs the command.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    match &args.command {
        None => print::run(&args.print, session),
        Some(Command::Status(args)) => status::run(args, session),
        Some(Command::Export(args)) => export::run(args, session),
        Some(Command::Cosign(args)) => cosign::run(args, session),
        Some(Command::Anchor(args)) => anchor::run(args, session),
        Some(Command::Policy(args)) => policy::run(args, session),
    }
}
