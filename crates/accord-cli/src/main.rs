//! The command-line tool `accord`: parse, call, render. What it knows of ledgers, it knows from
//! the crates below it.

mod catalogue;
mod cli;
mod commands;
mod compose;
mod deposits;
mod error;
mod exit;
mod files;
mod genesis;
mod human;
mod import;
mod keys;
mod notes;
mod output;
mod pinning;
mod progress;
mod report;
mod signals;
mod states;
mod uuid7;
mod witnesses;

use std::process::ExitCode;

fn main() -> ExitCode {
    quiet_index();
    cli::run(std::env::args_os()).into()
}

/// Damaged files of the index make sled panic; that is caught, and the index made anew from the
/// entries. The words of such a panic are for nobody.
fn quiet_index() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let of_sled = panic.location().is_some_and(|at| at.file().contains("/sled-"));
        if !of_sled {
            default(panic);
        }
    }));
}
