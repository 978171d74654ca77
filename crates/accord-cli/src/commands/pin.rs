//! `accord pin`: what this user remembers of the ledgers that were read.

use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Style;
use crate::pinning;
use crate::states::States;
use accord_format::hash::LedgerId;
use accord_ledger::pins::Pins;
use clap::Subcommand;
use serde_json::{Value, json};

/// Show and forget what this user remembers of the ledgers that were read
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Command {
    /// List the ledgers, each with the newest head that was verified
    List,
    /// Show the heads and results of verification that are kept of one ledger
    Show {
        /// The ledger id
        #[arg(value_name = "ID")]
        ledger: LedgerId,
    },
    /// Print the newest checkpoint that was verified of a ledger, to compare another copy with
    Checkpoint {
        /// The ledger id
        #[arg(value_name = "ID")]
        ledger: LedgerId,
    },
    /// Forget a ledger: the next reading takes it as it is
    Forget {
        /// The ledger id
        #[arg(value_name = "ID")]
        ledger: LedgerId,
    },
}

/// Runs the command.
pub(crate) fn run(command: &Command, session: &mut Session) -> Result<Exit, CliError> {
    let (pins, directory) = pinning::open()?;
    match command {
        Command::List => list(&pins, session),
        Command::Show { ledger } => show(&pins, ledger, session),
        Command::Checkpoint { ledger } => checkpoint(&pins, ledger, session),
        Command::Forget { ledger } => {
            if !pins.forget(ledger)? {
                return Err(unknown(ledger));
            }
            States::of(&directory, ledger).forget()?;
            if session.out.is_json() {
                session.out.document(&json!({"accord": "pin-forgotten/1", "ledger": ledger}))?;
            } else {
                session.out.line(format_args!("forgotten {ledger}"))?;
            }
            Ok(Exit::Fine)
        }
    }
}

fn unknown(ledger: &LedgerId) -> CliError {
    CliError::Usage(format!("nothing is remembered of ledger {ledger}; `accord pin list` lists"))
}

fn list(pins: &Pins, session: &mut Session) -> Result<Exit, CliError> {
    let out = &mut session.out;
    let mut all = Vec::new();
    for ledger in pins.ledgers()? {
        let Some(pin) = pins.of(&ledger)?.pins.pop() else { continue };
        let head = pin.head.checkpoint.checkpoint();
        if !out.is_json() {
            let clock = if pin.is_simulated() { "  SIMULATED" } else { "" };
            out.line(format_args!("{ledger}  {}", head.origin))?;
            out.line(format_args!(
                "  {} entries, root {}, verified {}{clock}",
                head.size, head.root, pin.seen
            ))?;
        }
        all.push(json!({
            "ledger": ledger, "origin": head.origin, "size": head.size, "root": head.root,
            "seen": pin.seen.to_string(), "simulated_clock": pin.is_simulated(),
        }));
    }
    if out.is_json() {
        out.document(&json!({"accord": "pins/1", "pins": all}))?;
    }
    Ok(Exit::Fine)
}

fn show(pins: &Pins, ledger: &LedgerId, session: &mut Session) -> Result<Exit, CliError> {
    let out = &mut session.out;
    let remembered = pins.of(ledger)?.pins;
    if remembered.is_empty() {
        return Err(unknown(ledger));
    }
    let verified = pins.verified(ledger)?;
    if out.is_json() {
        let heads: Vec<Value> = remembered
            .iter()
            .map(|pin| {
                let head = pin.head.checkpoint.checkpoint();
                json!({"size": head.size, "root": head.root, "seen": pin.seen.to_string(), "note": pin.head.checkpoint.to_text()})
            })
            .collect();
        out.document(
            &json!({"accord": "pin/1", "ledger": ledger, "heads": heads, "verified": verified}),
        )?;
        return Ok(Exit::Fine);
    }
    out.line(out.paint(Style::Bold, format_args!("Ledger {ledger}")))?;
    for pin in &remembered {
        let head = pin.head.checkpoint.checkpoint();
        out.line(format_args!(
            "  head      {} entries, root {}, seen {}",
            head.size, head.root, pin.seen
        ))?;
    }
    for found in &verified {
        out.line(format_args!(
            "  verified  {} entries, root {}, {}: integrity {}, authority {}, admission {}",
            found.size, found.root, found.when, found.integrity, found.authority, found.admission
        ))?;
    }
    Ok(Exit::Fine)
}

fn checkpoint(pins: &Pins, ledger: &LedgerId, session: &mut Session) -> Result<Exit, CliError> {
    let pin = pins.of(ledger)?.pins.pop().ok_or_else(|| unknown(ledger))?;
    session.out.raw(&pin.head.checkpoint.to_text())?;
    Ok(Exit::Fine)
}
