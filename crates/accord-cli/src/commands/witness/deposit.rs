//! `accord witness deposit`: leaving an event's note with a witness.

use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files;
use accord_format::cosignature::CosignerVKey;
use accord_format::event::{NOTE_MAX, SignedEvent};
use accord_witness::client;
use accord_witness::http::{Tls, Url};
use clap::Args as ClapArgs;
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;

/// Deposit an event's note with a witness, and print its signed word that it has it
#[derive(ClapArgs, Debug)]
pub(crate) struct Args {
    /// The event's note; - for standard input
    note: PathBuf,
    /// The witness's submission prefix
    #[arg(long)]
    url: Url,
    /// The witness's Ed25519 key, as a policy names it
    #[arg(long, value_name = "VKEY")]
    witness: CosignerVKey,
    /// How long to wait, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

/// Runs it.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let event = SignedEvent::parse(&files::read(&args.note, NOTE_MAX as u64)?)?;
    let time = Duration::from_secs(args.timeout);
    let (deposit, note) = client::deposit(&args.url, &event, &args.witness, &Tls::system(), time)?;
    let out = &mut session.out;
    if out.is_json() {
        out.document(&json!({
            "accord": "deposit/1", "ledger": deposit.ledger, "event": deposit.event, "time": deposit.time, "note": note,
        }))?;
    } else {
        out.raw(&note)?;
    }
    Ok(Exit::Fine)
}
