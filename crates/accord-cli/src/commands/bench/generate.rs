//! `accord bench generate`: a made-up ledger of any size.

use crate::cli::Session;
use crate::commands::demo::charter;
use crate::error::CliError;
use crate::exit::Exit;
use crate::progress::Progress;
use accord_bench::{Recipe, generate, write_keys};
use accord_ledger::Record;
use serde_json::json;
use std::path::PathBuf;

/// Make a made-up ledger of any size, with its keys beside it
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Directory to make it in, which must not exist yet
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Entries
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    entries: u64,
    /// Where keys, ids and everything that looks thrown come from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Keys by which the mission reports
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..))]
    fields: u16,
    /// Participants whom the charter does not name
    #[arg(long, value_name = "N", default_value_t = 32)]
    observers: u16,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    super::make(&args.dir)?;
    let charter = charter()?;
    let recipe = Recipe {
        fields: args.fields,
        observers: args.observers,
        ..Recipe::new(&charter, args.seed)
    };
    let mut progress = Progress::new("entries made", Some(args.entries), session.progress);
    let made = generate(&recipe, &args.dir, args.entries, &mut |done| progress.set(done));
    progress.finish();
    made.and_then(|()| write_keys(&recipe, &args.dir))?;
    let record = Record::open(&args.dir)?;
    let head = record.head()?;
    let out = &mut session.out;
    if out.is_json() {
        return out
            .document(&json!({
                "accord": "bench-generate/1", "dir": args.dir.display().to_string(),
                "seed": args.seed, "size": record.size(), "root": head.checkpoint().root,
                "simulated_clock": true,
            }))
            .map(|()| Exit::Fine);
    }
    out.line(format_args!("{} entries in {}", record.size(), args.dir.display()))?;
    out.line(format_args!("root {}", head.checkpoint().root))?;
    out.line("All of it is made up, its clock is simulated, and anybody can make its keys.")?;
    Ok(Exit::Fine)
}
