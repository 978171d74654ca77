//! `accord bench`: how fast this machine is with ledgers, beside what bounds it.

mod generate;
mod table;

use super::demo::charter;
use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use accord_bench::measure::{Bench, Part, Results, Scale};
use clap::builder::PossibleValuesParser;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Where it is measured unless somebody says.
const DIR: &str = "accord-bench";

/// Measure this machine with made-up ledgers, or make one
#[derive(clap::Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// Directory to measure in, which must not exist yet, on the disk to be measured; it is
    /// removed at the end
    #[arg(long, value_name = "DIR", default_value = DIR)]
    dir: PathBuf,
    /// Smaller ledgers and fewer rounds
    #[arg(long, conflicts_with = "large")]
    quick: bool,
    /// Open a ledger of a million entries too
    #[arg(long)]
    large: bool,
    /// Only this part; once for each
    #[arg(long, value_name = "PART", value_parser = parts())]
    only: Vec<String>,
    /// Seed of the ledgers
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    /// Make a made-up ledger of any size, with its keys beside it
    Generate(generate::Args),
}

fn parts() -> PossibleValuesParser {
    Part::ALL.map(Part::name).into()
}

/// Runs it.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    if cfg!(debug_assertions) {
        output::note(
            "warning: this is a debug build, whose figures say nothing; build with --release",
        );
    }
    if let Some(Command::Generate(args)) = &args.command {
        return generate::run(args, session);
    }
    let charter = charter()?;
    let tool = std::env::current_exe().map_err(CliError::file("find", Path::new("accord")))?;
    make(&args.dir)?;
    let dir = args.dir.canonicalize().map_err(CliError::file("find", &args.dir));
    let results = dir.and_then(|dir| {
        let bench = Bench { charter: &charter, seed: args.seed, dir: &dir, tool: &tool };
        let quiet = session.out.is_json() && !session.progress;
        let mut hear = |what: &str| {
            if !quiet {
                output::note(format_args!("- {what}"));
            }
        };
        Ok(bench.run(&args.wanted(), &args.scale(), &mut hear)?)
    });
    // Also of a run that failed: what it left is of no use to anybody.
    let removed = std::fs::remove_dir_all(&args.dir);
    let results = results?;
    removed.map_err(CliError::file("remove", &args.dir))?;
    print(args, &results, session)?;
    Ok(Exit::Fine)
}

impl Args {
    /// The parts asked for, in their order; all of them unless some are named.
    fn wanted(&self) -> Vec<Part> {
        let asked =
            |part: &Part| self.only.is_empty() || self.only.iter().any(|o| o == part.name());
        Part::ALL.into_iter().filter(asked).collect()
    }

    fn scale(&self) -> Scale {
        match (self.quick, self.large) {
            (true, _) => Scale::quick(),
            (false, true) => Scale::large(),
            (false, false) => Scale::full(),
        }
    }
}

/// Makes the directory, which must not exist: it is removed at the end.
fn make(dir: &Path) -> Result<(), CliError> {
    match std::fs::create_dir(dir) {
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Err(CliError::Usage(format!(
            "{} exists; name a directory to be made and removed again: --dir DIR",
            dir.display()
        ))),
        made => made.map_err(CliError::file("create", dir)),
    }
}

fn print(args: &Args, results: &Results, session: &mut Session) -> Result<(), CliError> {
    let out = &mut session.out;
    if !out.is_json() {
        return table::print(results, out);
    }
    let figures: Vec<_> = results
        .figures
        .iter()
        .map(|figure| {
            json!({
                "name": figure.name, "value": figure.value, "unit": figure.unit,
                "bound": figure.bound, "ratio": figure.ratio(), "target": figure.target,
                "verdict": figure.verdict(),
            })
        })
        .collect();
    out.document(&json!({
        "accord": "bench/1", "seed": args.seed, "debug_build": cfg!(debug_assertions),
        "machine": results.machine, "figures": figures,
    }))
}
