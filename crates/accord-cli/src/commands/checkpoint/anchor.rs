//! `accord checkpoint anchor`: checkpoints that met their quorum, into the record.

use crate::cli::Session;
use crate::commands::ledger::WriteArgs;
use crate::commands::submit::{self, ReceiptArgs};
use crate::compose::{self, Frame, Signer};
use crate::error::CliError;
use crate::exit::Exit;
use crate::keys::Passphrase;
use crate::{catalogue, output};
use accord_ledger::kernel::OPERATOR;
use clap::Args as ClapArgs;
use serde_json::json;

/// The type of the entry.
const TYPE: &str = "checkpoint.anchored";

/// Which ledger.
#[derive(ClapArgs, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    write: WriteArgs,
    /// When it is recorded; for ledgers with a simulated clock only
    #[arg(long, value_name = "INSTANT")]
    at: Option<String>,
    #[command(flatten)]
    receipts: ReceiptArgs,
}

/// Runs it.
pub(super) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let mut passphrase = Passphrase::new(&args.write.passphrase);
    let at = args.at.as_deref().map(|t| compose::human_instant("--at", t)).transpose()?;
    let (ledger, _) = args.write.ledger(&mut passphrase)?;
    let Some(payload) = ledger.anchorable()? else {
        ledger.close()?;
        if session.out.is_json() {
            session.out.document(&json!({"accord": "append/1", "outcome": "nothing"}))?;
        } else {
            session.out.line("nothing has met its quorum since the last anchor")?;
        }
        return Ok(Exit::Fine);
    };
    let payload = serde_json::to_value(payload).map_err(|e| CliError::Output(e.into()))?;
    let key = ledger.operator_key()?;
    let signer = Signer { key: key.id_string(), role: OPERATOR.to_owned() };
    let issued = submit::now_in(&ledger, at)?;
    let id = ledger.bench().kernel.ledger();
    let frame = Frame::new(id, submit::head(&ledger), issued, vec![signer]);
    let event = frame.around(catalogue::find(TYPE, None)?, payload)?.sign(&[key])?;
    if !session.out.is_json() {
        output::note(format_args!("event {} in {}", event.event().hash(), event.event().stream));
    }
    submit::one(ledger, &event, at, &args.receipts, &mut session.out)
}
