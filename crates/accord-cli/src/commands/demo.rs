//! `accord demo`: a ledger of real data under the twelve-point charter, to try everything on.

mod build;
mod cast;
mod data;
mod report;
mod reports;
mod script;
mod stage;
mod story;

pub(crate) use data::charter;

use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use accord_store::layout;
use std::path::{Path, PathBuf};

/// Build a ledger of real data to try everything on
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Directory to build it in, which must not exist yet
    #[arg(value_name = "DIR", default_value = "demo")]
    dir: PathBuf,
}

/// Runs it.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let dir = args.dir.as_path();
    if dir.join(layout::TAIL).is_file() {
        session.out.line(format_args!(
            "There is a ledger in {} already; it is left as it is. To build it anew, remove the directory.",
            dir.display()
        ))?;
        session.out.line("")?;
        return report::print(dir, session);
    }
    refuse_other_content(dir)?;
    // Built beside its place and moved there whole, so that a demonstration that was broken off
    // is never mistaken for one.
    let building = beside(dir)?;
    let built = build::build(&building, session);
    if let Err(error) = built {
        drop(std::fs::remove_dir_all(&building));
        return Err(error);
    }
    // An empty directory may be there; a rename replaces it.
    std::fs::rename(&building, dir).map_err(CliError::file("move the ledger to", dir))?;
    report::print(dir, session)
}

/// Refuses a directory with something else in it.
fn refuse_other_content(dir: &Path) -> Result<(), CliError> {
    match std::fs::read_dir(dir) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(CliError::file("read", dir)(e)),
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(CliError::Usage(format!(
                "{} holds something that is no ledger; name another directory: accord demo DIR",
                dir.display()
            ))),
        },
    }
}

/// A new directory next to `dir`.
fn beside(dir: &Path) -> Result<PathBuf, CliError> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(CliError::Entropy)?;
    let name = dir.file_name().map_or_else(|| "demo".into(), |n| n.to_string_lossy());
    let path = dir.with_file_name(format!(".{name}-{:08x}", u32::from_be_bytes(bytes)));
    std::fs::create_dir_all(&path).map_err(CliError::file("create", &path))?;
    Ok(path)
}

/// Says what is being done, for whoever waits.
fn step(text: impl std::fmt::Display, session: &Session) {
    if !session.out.is_json() {
        output::note(format_args!("- {text}"));
    }
}
