//! Everything the tool says on standard output: text for people or one JSON document.

use crate::error::CliError;
use serde::Serialize;
use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write};

/// How a word is shown on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// A heading.
    Bold,
    /// In order.
    Good,
    /// Wrong.
    Bad,
    /// Worth a look.
    Warn,
}

impl Style {
    const fn code(self) -> &'static str {
        match self {
            Self::Bold => "1",
            Self::Good => "32",
            Self::Bad => "31",
            Self::Warn => "33",
        }
    }
}

/// Standard output.
pub(crate) struct Output {
    json: bool,
    colour: bool,
    out: Box<dyn Write>,
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("json", &self.json).finish_non_exhaustive()
    }
}

impl Output {
    /// Standard output; colour only on a terminal and without `NO_COLOR`.
    pub(crate) fn standard(json: bool) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty())
            || std::env::var_os("TERM").is_some_and(|v| v == "dumb");
        let stdout = io::stdout();
        let colour = !json && !plain && stdout.is_terminal();
        Self { json, colour, out: Box::new(io::BufWriter::new(stdout)) }
    }

    /// True when one JSON document is asked for.
    pub(crate) const fn is_json(&self) -> bool {
        self.json
    }

    /// `text` in a style, when there is colour.
    pub(crate) fn paint(&self, style: Style, text: impl Display) -> String {
        if self.colour {
            format!("\u{1b}[{}m{text}\u{1b}[0m", style.code())
        } else {
            text.to_string()
        }
    }

    /// One line for people.
    pub(crate) fn line(&mut self, text: impl Display) -> Result<(), CliError> {
        writeln!(self.out, "{text}").map_err(CliError::Output)
    }

    /// Text as it stands, such as a note.
    pub(crate) fn raw(&mut self, text: &str) -> Result<(), CliError> {
        self.out.write_all(text.as_bytes()).map_err(CliError::Output)
    }

    /// A JSON document, over several lines.
    pub(crate) fn document(&mut self, value: &impl Serialize) -> Result<(), CliError> {
        serde_json::to_writer_pretty(&mut self.out, value)
            .map_err(|e| CliError::Output(e.into()))?;
        self.line("")
    }

    /// A JSON document on a line of its own, for commands that answer as they go.
    pub(crate) fn record(&mut self, value: &impl Serialize) -> Result<(), CliError> {
        serde_json::to_writer(&mut self.out, value).map_err(|e| CliError::Output(e.into()))?;
        self.line("")?;
        self.flush()
    }

    /// Hands everything to the system.
    pub(crate) fn flush(&mut self) -> Result<(), CliError> {
        self.out.flush().map_err(CliError::Output)
    }
}

/// Says something beside the answer: a warning, a conversion made, a hint.
pub(crate) fn note(text: impl Display) {
    // Nobody reading standard error is no reason to fail.
    drop(writeln!(io::stderr(), "{text}"));
}
