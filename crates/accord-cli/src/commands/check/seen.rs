//! An event beside a record: every author says which head it had verified when it signed.

use super::{Args, Judged, record};
use crate::commands::ledger::admission;
use crate::error::CliError;
use accord_format::event::SignedEvent;
use accord_format::merkle;
use accord_ledger::keyring::Keyring;
use serde_json::json;

pub(super) fn check(args: &Args, bytes: &[u8]) -> Judged {
    let signed = match SignedEvent::parse(bytes) {
        Ok(signed) => signed,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let record = record(args, "")?;
    let kernel = record.kernel(Some(admission()?))?;
    let event = signed.event();
    if event.ledger != kernel.ledger() {
        let named = event.ledger.map_or_else(|| "none".to_owned(), |ledger| ledger.to_string());
        return Ok(Err(format!("the event is for ledger {named}, this is another")));
    }
    if let Err(error) = Keyring::of(&kernel).verify(&signed) {
        return Ok(Err(error.to_string()));
    }
    let (seen, author) = (event.seen, event.author());
    if seen.size > record.size() {
        return Ok(Err(format!(
            "{author} signed that it had verified a head of {} entries of this ledger, root {}; this copy has {}: it lacks what the author saw, or the author lied",
            seen.size,
            seen.root,
            record.size()
        )));
    }
    let (view, head) = (record.view(), record.head()?);
    let (root, head) = (merkle::root(&view, seen.size)?, head.checkpoint());
    let proof = merkle::consistency_proof(&view, seen.size, head.size)?;
    if merkle::verify_consistency((seen.size, &root), (head.size, &head.root), &proof).is_err() {
        // Nobody is to be accused for what a damaged file says.
        return Err(CliError::Usage(
            "the hashes of this record are damaged; run `accord verify`".to_owned(),
        ));
    }
    if root != seen.root {
        return Ok(Err(format!(
            "{author} signed that it had verified root {} at size {} of this ledger, which has {root} there: the author was shown another history, or lied. The checkpoint that it saw, if it kept it, and one of this record make a fraud proof: `accord verify --against CHECKPOINT`",
            seen.root, seen.size
        )));
    }
    let says = format!(
        "Those whom it names signed this event, and {author} had verified the first {} entries of this very record when it signed.",
        seen.size
    );
    Ok(Ok(json!({
        "kind": "event", "event": event.hash(), "type": event.event_type, "stream": event.stream,
        "author": author, "seen_size": seen.size, "seen_root": seen.root, "says": says,
    })))
}
