//! Proofs that an entry is in a log: bundles, receipts, and tlog-proofs of whatever log.

use super::{Args, Authority, FILE_MAX, Judged, event, ledger_id};
use crate::error::CliError;
use crate::files;
use accord_format::receipt::{Receipt, ReceiptError};
use accord_format::tlog_proof::TlogProof;
use serde_json::json;
use std::path::Path;

pub(super) fn bundle(args: &Args, bytes: &[u8]) -> Judged {
    let ledger = ledger_id(args, "a bundle")?;
    Ok(accord_ledger::check::bundle(bytes, &ledger).map_err(|e| e.to_string()).map(|proven| {
        let (header, event) = (proven.entry.header, proven.entry.event());
        let says = format!(
            "The operator of {} signed, with a key that this ledger's own authority appointed, that this entry stands at {} of {} entries. That its authors signed it is what the ledger says; whether it is true, no ledger says.",
            proven.origin, header.seq, proven.size
        );
        json!({
            "kind": "bundle", "ledger": proven.ledger, "origin": proven.origin, "seq": header.seq,
            "size": proven.size, "recorded": header.recorded.to_string(), "type": event.event_type,
            "event": event.hash(), "payload": event.payload, "says": says,
        })
    }))
}

/// A receipt, or a plain tlog-proof.
pub(super) fn tlog_proof(args: &Args, bytes: &[u8]) -> Judged {
    match (Receipt::parse(bytes), &args.event, &args.entry) {
        (_, _, Some(entry)) => plain(args, bytes, entry),
        (Ok(receipt), Some(note), None) => of_event(args, &receipt, note),
        (Ok(_), None, None) => Err(CliError::Usage(
            "a receipt is checked with the event note that it was given for: give --event FILE"
                .to_owned(),
        )),
        (Err(ReceiptError::NoHeader), _, None) => Err(CliError::Usage(
            "this tlog-proof carries no entry header: give the entry that it is about, --entry FILE"
                .to_owned(),
        )),
        (Err(error), ..) => Ok(Err(error.to_string())),
    }
}

fn of_event(args: &Args, receipt: &Receipt, note: &Path) -> Judged {
    let authority = Authority::of(args)?;
    let signed = match event(note)? {
        Ok(signed) => signed,
        Err(why) => return Ok(Err(why)),
    };
    let size = receipt.proof().checkpoint.checkpoint().size;
    let origin = authority.origin();
    let entry = receipt.verify(signed, &origin, authority.keys(size));
    Ok(entry.map_err(|e| e.to_string()).map(|entry| {
        let says = format!(
            "The operator of {origin} signed that it took this event in as entry {} and recorded it at {}. A copy of the ledger of {size} entries or more without it is false.",
            entry.header.seq, entry.header.recorded
        );
        json!({
            "kind": "receipt", "origin": origin, "seq": entry.header.seq, "size": size,
            "recorded": entry.header.recorded.to_string(), "event": entry.event().hash(), "entry": entry.hash(),
            "says": says,
        })
    }))
}

fn plain(args: &Args, bytes: &[u8], entry: &Path) -> Judged {
    let proof = match TlogProof::parse(bytes) {
        Ok(proof) => proof,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let entry = files::read(entry, FILE_MAX)?;
    let authority = Authority::of(args)?;
    let (origin, size) = (authority.origin(), proof.checkpoint.checkpoint().size);
    let verified = match &authority {
        // As the ledger makes them, proofs carry Ed25519 signatures alone.
        Authority::Ledger(_) => proof.verify_ed25519(&entry, &origin, authority.keys(size)),
        Authority::Given(..) => proof.verify(&entry, &origin, authority.keys(size)),
    };
    Ok(verified.map_err(|e| e.to_string()).map(|()| {
        let says = format!(
            "Whoever holds the keys of the log {origin} signed that these {} bytes are entry {} of {size}. Who wrote them, the proof does not say, and nothing vouches for its extra line.",
            entry.len(), proof.index
        );
        json!({
            "kind": "tlog-proof", "origin": origin, "index": proof.index, "size": size,
            "bytes": entry.len(), "says": says,
        })
    }))
}
