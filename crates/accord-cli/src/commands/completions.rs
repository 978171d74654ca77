//! `accord completions`: for the shell.

use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use clap_complete::Shell;

/// Print a completion script for a shell
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Which shell
    shell: Shell,
}

/// Runs it on the whole command line.
pub(crate) fn run(
    args: &Args,
    mut tree: clap::Command,
    session: &mut Session,
) -> Result<Exit, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut tree, "accord", &mut script);
    session.out.raw(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Fine)
}
