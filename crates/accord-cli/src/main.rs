//! The command-line tool `accord`: parse, call, render. What it knows of ledgers, it knows from
//! the crates below it.

mod catalogue;
mod cli;
mod commands;
mod compose;
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
mod uuid7;
mod witnesses;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run(std::env::args_os()).into()
}
