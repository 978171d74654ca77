//! `accord charter`: checking an agreement's machine form before anyone signs it.

use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files;
use crate::output::Style;
use accord_charter::{Catalogue, Charter, MAX_JSON_BYTES, MAX_TOML_BYTES, Severity, check_with};
use accord_views::Families;
use clap::Subcommand;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Work on charters.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check a charter and say what is wrong, by line
    Check {
        /// The charter (TOML); - for standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Print a charter as the payload of charter.proposed
    Payload {
        /// The charter (TOML); - for standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// Runs it.
pub(crate) fn run(command: &Command, session: &mut Session) -> Result<Exit, CliError> {
    let (Command::Check { file } | Command::Payload { file }) = command;
    let text = files::read_text(file, MAX_TOML_BYTES as u64)?;
    let mut known = Catalogue::default();
    for family in Families::new()?.declarations() {
        let types = family.types.iter().map(|declared| declared.name.to_owned());
        known.families.insert(family.family.to_owned(), types.collect());
    }
    let report = check_with(&text, Some(&known));
    let out = &mut session.out;
    if let (Command::Payload { .. }, Some(charter)) = (command, &report.charter) {
        out.record(&json!({"charter": charter}))?;
        return Ok(Exit::Fine);
    }
    if out.is_json() {
        out.document(&json!({
            "accord": "charter/1", "sound": report.is_sound(), "complete": report.complete,
            "problems": report.problems, "json_bytes": report.json_bytes,
        }))?;
    } else {
        for problem in &report.problems {
            out.line(format_args!("{}:{problem}", file.display()))?;
        }
        let count = |severity| report.problems.iter().filter(|p| p.severity == severity).count();
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        let word = if report.is_sound() {
            out.paint(Style::Good, "sound")
        } else {
            out.paint(Style::Bad, "NOT SOUND")
        };
        let size = report.json_bytes.map_or_else(String::new, |n| {
            format!(", {n} of at most {MAX_JSON_BYTES} bytes in an event")
        });
        out.line(format_args!(
            "{}: {word}, {errors} error(s), {warnings} warning(s){size}",
            file.display()
        ))?;
        if !report.complete {
            out.line("how its parts fit together was not checked: mend the errors of shape first")?;
        }
    }
    Ok(if report.is_sound() { Exit::Fine } else { Exit::Found })
}

/// The charter in a file, for commands that need a sound one.
pub(super) fn read(file: &Path) -> Result<Charter, CliError> {
    let text = files::read_text(file, MAX_TOML_BYTES as u64)?;
    Charter::from_toml(&text).map_err(|problems| {
        let first = problems.iter().find(|p| p.severity == Severity::Error);
        let first = first.map_or_else(String::new, |p| format!(": {p}"));
        let name = file.display();
        CliError::Usage(format!(
            "{name} is no sound charter{first}; `accord charter check {name}` says all"
        ))
    })
}
