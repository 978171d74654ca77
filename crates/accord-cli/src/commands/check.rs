//! `accord check`: receipts, bundles, proofs of completeness, refusals and checkpoints, offline.

mod complete;

use super::ledger::{DirArgs, admission};
use crate::cli::Session;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files;
use crate::output::{Output, Style};
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::event::{NOTE_MAX, SignedEvent};
use accord_format::hash::LedgerId;
use accord_format::key::VKey;
use accord_format::receipt::Receipt;
use accord_format::refusal::Refusal;
use accord_ledger::kernel::Kernel;
use clap::Args as ClapArgs;
use serde_json::{Value, json};
use std::path::PathBuf;

/// The largest file that is read.
const FILE_MAX: u64 = 64 << 20;

/// Check a receipt, a bundle, a proof of completeness, a refusal or a checkpoint
///
/// A bundle or a proof of completeness needs only --ledger. The others are checked under the keys of the ledger in --dir,
/// which can be any verified copy.
#[derive(ClapArgs, Clone, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    dir: DirArgs,
    /// The file to check
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// For a receipt: the event note that it was given for
    #[arg(long, value_name = "FILE")]
    event: Option<PathBuf>,
    /// For a bundle or a proof of completeness: the ledger id, known from elsewhere
    #[arg(long, value_name = "ID")]
    ledger: Option<LedgerId>,
    /// For a proof of completeness: the key of somebody who must have computed the index again (may
    /// be repeated; all of them must)
    #[arg(long = "index-key", value_name = "VKEY")]
    index_keys: Vec<VKey>,
}

/// Runs the command.
pub(crate) fn run(args: &Args, session: &mut Session) -> Result<Exit, CliError> {
    let bytes = files::read(&args.file, FILE_MAX)?;
    let first_line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    if first_line == complete::FIRST_LINE {
        return complete::run(args, &bytes, session);
    }
    let out = &mut session.out;
    let result = match first_line {
        b"accord.bundle/v1" => bundle(args, &bytes)?,
        b"c2sp.org/tlog-proof@v1" => receipt(args, &bytes)?,
        b"accord.refusal/v1" => refusal(args, &bytes)?,
        _ => checkpoint(args, &bytes)?,
    };
    match result {
        Ok(facts) => {
            if out.is_json() {
                out.document(&json!({"accord": "check/1", "valid": true, "facts": facts}))?;
            } else {
                out.line(out.paint(Style::Good, "VALID"))?;
                for (name, value) in facts.as_object().into_iter().flatten() {
                    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    out.line(format_args!("  {name:<12} {value}"))?;
                }
            }
            Ok(Exit::Fine)
        }
        Err(why) => {
            not_valid(&why, out)?;
            Ok(Exit::Found)
        }
    }
}

fn not_valid(why: &str, out: &mut Output) -> Result<(), CliError> {
    if out.is_json() {
        out.document(&json!({"accord": "check/1", "valid": false, "why": why}))
    } else {
        out.line(format_args!("{}: {why}", out.paint(Style::Bad, "NOT VALID")))
    }
}

/// What was found, or why the file does not convince; an outer error when it could not be judged.
type Judged = Result<Result<Value, String>, CliError>;

fn kernel(args: &Args) -> Result<Kernel, CliError> {
    Ok(args.dir.record()?.kernel(Some(admission()?))?)
}

fn bundle(args: &Args, bytes: &[u8]) -> Judged {
    let ledger = args.ledger.ok_or_else(|| {
        CliError::Usage("a bundle is checked against a ledger id that you know from elsewhere: give --ledger ID".to_owned())
    })?;
    Ok(accord_ledger::check::bundle(bytes, &ledger).map_err(|e| e.to_string()).map(|proven| {
        let (header, event) = (proven.entry.header, proven.entry.event());
        json!({
            "kind": "bundle", "ledger": proven.ledger, "origin": proven.origin, "seq": header.seq,
            "size": proven.size, "recorded": header.recorded.to_string(), "type": event.event_type,
            "event": event.hash(), "payload": event.payload,
        })
    }))
}

fn receipt(args: &Args, bytes: &[u8]) -> Judged {
    let path = args.event.as_ref().ok_or_else(|| {
        CliError::Usage(
            "a receipt is checked with the event note that it was given for: give --event FILE"
                .to_owned(),
        )
    })?;
    let kernel = kernel(args)?;
    let note = files::read(path, NOTE_MAX as u64)?;
    Ok(check_receipt(bytes, &note, &kernel))
}

fn check_receipt(bytes: &[u8], note: &[u8], kernel: &Kernel) -> Result<Value, String> {
    let receipt = Receipt::parse(bytes).map_err(|e| e.to_string())?;
    let signed = SignedEvent::parse(note).map_err(|e| e.to_string())?;
    let size = receipt.proof().checkpoint.checkpoint().size;
    let keys = kernel.checkpoint_keys(size);
    let entry = receipt.verify(signed, &kernel.origin(), keys).map_err(|e| e.to_string())?;
    Ok(json!({
        "kind": "receipt", "origin": kernel.origin(), "seq": entry.header.seq, "size": size,
        "recorded": entry.header.recorded.to_string(), "event": entry.event().hash(), "entry": entry.hash(),
    }))
}

fn refusal(args: &Args, bytes: &[u8]) -> Judged {
    let kernel = kernel(args)?;
    let Some(operator) = kernel.operator() else {
        return Ok(Err("the ledger names no operator key".to_owned()));
    };
    Ok(Refusal::open(bytes, operator).map_err(|e| e.to_string()).and_then(|refusal| {
        if Some(refusal.ledger) != kernel.ledger() {
            return Err(format!("it is of ledger {}", refusal.ledger));
        }
        Ok(json!({
            "kind": "refusal", "event": refusal.event, "code": refusal.code, "size": refusal.size, "root": refusal.root,
        }))
    }))
}

fn checkpoint(args: &Args, bytes: &[u8]) -> Judged {
    let signed = match SignedCheckpoint::parse(bytes) {
        Ok(signed) => signed,
        Err(error) => {
            return Ok(Err(format!("neither receipt, bundle, refusal nor checkpoint: {error}")));
        }
    };
    let kernel = kernel(args)?;
    let keys = kernel.checkpoint_keys(signed.checkpoint().size);
    let verified = signed.verify(&kernel.origin(), keys);
    Ok(verified.map_err(|e| e.to_string()).map(|head| {
        json!({"kind": "checkpoint", "origin": head.origin, "size": head.size, "root": head.root})
    }))
}
