//! The command line as a whole: its words, and what happens around every command.

use crate::commands::{
    append, bench, charter, check, checkpoint, completions, demo, deposits, diff, draft, enrol,
    import, index, init, key, log, mirror, pin, prove, repair, replay, report, schema, show, sign,
    verify, witness,
};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{self, Output};
use clap::{Parser, Subcommand};
use serde_json::json;
use std::ffi::OsString;

/// An audit ledger for the implementation of a peace agreement
#[derive(Debug, Parser)]
#[command(name = "accord", version, max_term_width = 100, arg_required_else_help = true)]
struct Cli {
    /// Answer with one JSON document
    #[arg(long, global = true)]
    json: bool,
    /// Show progress even when standard error is no terminal
    #[arg(long, global = true)]
    progress: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Found a ledger
    Init(Box<init::Args>),
    /// Enrol a participant, or a further key of one
    Enrol(Box<enrol::Args>),
    /// Make, show and prove keys
    #[command(subcommand)]
    Key(key::Command),
    /// Print the JSON Schema of an event type, or the list of types
    Schema(schema::Args),
    /// Print a template of an event to fill in
    Draft(draft::Args),
    /// Turn a draft into a signed event note
    Sign(sign::Args),
    /// Append signed event notes; or draft, sign and append one event in one step
    Append(Box<append::Args>),
    /// Check charters
    #[command(subcommand)]
    Charter(charter::Command),
    /// Import the rows of a table as signed events
    Import(Box<import::Args>),
    /// List entries, oldest first
    Log(log::Args),
    /// Show one entry, and what later records say of it
    Show(show::Args),
    /// Verify a ledger from its bytes alone, and say what holds
    Verify(verify::Args),
    /// Rebuild the state as of any moment, as known at any moment
    Replay(replay::Args),
    /// Compare a view between two moments, figure by figure
    Diff(diff::Args),
    /// Write the report of a period, with where each figure comes from
    Report(report::Args),
    /// Make a proof that an entry is in the ledger, or that entries are all of their kind
    Prove(prove::Args),
    /// Check offline what somebody hands over: receipts, bundles, proofs, refusals, evidence
    Check(check::Args),
    /// List what was deposited with witnesses and mirrors, and what of it the record does not answer
    Deposits(Box<deposits::Args>),
    /// Show and forget what this user remembers of the ledgers that were read
    #[command(subcommand)]
    Pin(pin::Command),
    /// Print the latest published checkpoint, to be kept elsewhere
    Checkpoint(checkpoint::Args),
    /// Run a witness, which cosigns a ledger's checkpoints as long as they tell one history
    Witness(Box<witness::Args>),
    /// Keep a verified copy of somebody else's ledger, serve it and cosign it
    #[command(subcommand)]
    Mirror(mirror::Command),
    /// Put the damaged files of a ledger, or of a mirror, right from a good mirror
    Repair(repair::Args),
    /// Work on the index, commit to it, or vouch for it
    Index(index::Args),
    /// Build a ledger of real data to try everything on
    Demo(demo::Args),
    /// Measure this machine with made-up ledgers, beside what bounds it; or make such a ledger
    Bench(bench::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
}

/// What every command is given.
#[derive(Debug)]
pub(crate) struct Session {
    /// Standard output.
    pub(crate) out: Output,
    /// Whether progress was asked for.
    pub(crate) progress: bool,
}

/// Runs the tool with these arguments.
pub(crate) fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(help) => {
            // Help and version are answers; anything else is a mistake in the command line.
            let exit = if help.use_stderr() { Exit::Usage } else { Exit::Fine };
            drop(help.print());
            return exit;
        }
    };
    let mut session = Session { out: Output::standard(cli.json), progress: cli.progress };
    let result = dispatch(cli.command, &mut session).and_then(|exit| {
        session.out.flush()?;
        Ok(exit)
    });
    match result {
        Ok(exit) => exit,
        Err(error) if error.is_closed_pipe() => Exit::Fine,
        Err(error) => fail(&error, &mut session.out),
    }
}

fn dispatch(command: Command, session: &mut Session) -> Result<Exit, CliError> {
    match command {
        Command::Init(args) => init::run(&args, session),
        Command::Enrol(args) => enrol::run(&args, session),
        Command::Import(args) => import::run(&args, session),
        Command::Demo(args) => demo::run(&args, session),
        Command::Bench(args) => bench::run(&args, session),
        Command::Key(command) => key::run(command, session),
        Command::Schema(args) => schema::run(args, session),
        Command::Draft(args) => draft::run(args, session),
        Command::Sign(args) => sign::run(&args, session),
        Command::Append(args) => append::run(&args, session),
        Command::Charter(command) => charter::run(&command, session),
        Command::Completions(args) => {
            completions::run(&args, <Cli as clap::CommandFactory>::command(), session)
        }
        Command::Log(args) => log::run(&args, session),
        Command::Show(args) => show::run(&args, session),
        Command::Verify(args) => verify::run(&args, session),
        Command::Replay(args) => replay::run(&args, session),
        Command::Diff(args) => diff::run(&args, session),
        Command::Report(args) => report::run(&args, session),
        Command::Prove(args) => prove::run(&args, session),
        Command::Check(args) => check::run(&args, session),
        Command::Deposits(args) => deposits::run(&args, session),
        Command::Pin(command) => pin::run(&command, session),
        Command::Checkpoint(args) => checkpoint::run(&args, session),
        Command::Witness(args) => witness::run(*args, session),
        Command::Mirror(command) => mirror::run(command, session),
        Command::Repair(args) => repair::run(&args, session),
        Command::Index(args) => index::run(args, session),
    }
}

fn fail(error: &CliError, out: &mut Output) -> Exit {
    output::note(format_args!("accord: {error}"));
    if out.is_json() {
        let mut document = json!({
            "accord": "error/1",
            "code": error.code(),
            "message": error.to_string(),
            "exit": error.exit().code(),
        });
        if let Some(evidence) = error.evidence() {
            document["evidence"] = json!(evidence);
        }
        // Where standard output is the trouble, standard error has said it.
        drop(out.document(&document).and_then(|()| out.flush()));
    }
    error.exit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
