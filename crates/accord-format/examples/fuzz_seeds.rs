//! Writes the fuzz targets' seeds into the corpus directory given, one file in each target's own.
//!
//!     cargo run -p accord-format --example fuzz_seeds fuzz/corpus

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a tool for whoever changes the format; its parts fail loudly"
)]

#[path = "../tests/example/completeness.rs"]
#[allow(dead_code, reason = "tests use the rest")]
mod completeness;
#[path = "../tests/example/ledger.rs"]
#[allow(dead_code, reason = "tests use the rest")]
mod ledger;
#[path = "../tests/example/seeds.rs"]
mod seeds;

use std::path::PathBuf;
use std::process::ExitCode;

fn write(corpus: &std::path::Path) -> std::io::Result<()> {
    for (target, name, data) in seeds::seeds() {
        std::fs::create_dir_all(corpus.join(target))?;
        std::fs::write(corpus.join(target).join(name), data)?;
    }
    Ok(())
}

fn main() -> ExitCode {
    let Some(corpus) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("name the corpus directory: fuzz/corpus");
        return ExitCode::from(2);
    };
    match write(&corpus) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", corpus.display());
            ExitCode::from(4)
        }
    }
}
