use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
#[derive(clap::Args, Debug)]
pub(crate) struct Args {}
pub(crate) fn run(_: &Args, _: &mut Session) -> Result<Exit, CliError> {
    Ok(Exit::Fine)
}
