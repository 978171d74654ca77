//! Evidence that an event was withheld: what the operator can say to it is a refusal.

use super::deposit::NOTE_BYTES;
use super::{Args, Judged, ledger_id};
use crate::deposits;
use crate::files;
use accord_format::hash::LedgerId;
use accord_ledger::deposits::refusal;
use accord_ledger::evidence::{self, Shown};
use serde_json::json;
use std::path::Path;

/// Evidence that an event was withheld.
pub(super) fn check(args: &Args, bytes: &[u8]) -> Judged {
    let ledger = ledger_id(args, "evidence that an event was withheld")?;
    let shown = match evidence::withheld(bytes, &ledger, &args.held.keys()) {
        Ok(shown) => shown,
        Err(error) => return Ok(Err(error.to_string())),
    };
    if let Some(path) = args.refusal.first() {
        return refused(&shown, &ledger, path);
    }
    let Shown { deposit, event, due, .. } = &shown;
    let below = if shown.indexed == 0 {
        format!("all {} entries up to there are in this file", shown.end)
    } else {
        format!(
            "the first {} by the index that the operator itself committed to, the others up to entry {} are in this file",
            shown.indexed,
            shown.end.saturating_sub(1)
        )
    };
    let whose = if shown.is_witness {
        "a witness that the ledger's own policies name"
    } else {
        "whose key you gave"
    };
    let says = format!(
        "WITHHELD: {}, {whose}, had this event, validly signed by {}, at {}. By the charter of entry {} it was to be recorded or refused by {}. The operator's record reaches {}, and the event is not in it: {below}. A signed refusal, or a proof that the event was in the record by then, would be the operator's answer. Whether it was handed to the operator too, a deposit does not say. What a file cannot show is that no later charter, policy or revocation was left out of it: the record does.",
        shown.depositary.id_string(),
        event.signers.iter().map(|s| s.key_name().to_owned()).collect::<Vec<_>>().join(", "),
        deposit.time,
        due.charter,
        due.at,
        deposits::reach(&shown.reached),
    );
    Ok(Ok(json!({
        "kind": "withheld", "ledger": ledger, "origin": shown.origin, "event": deposit.event,
        "type": event.event_type, "stream": event.stream, "id": event.id, "time": deposit.time,
        "depositary": shown.depositary.id_string(), "is_witness": shown.is_witness,
        "due": due.at.to_string(), "limit_seconds": due.limit, "charter": due.charter,
        "reached": shown.reached.at.to_string(), "absent_below": shown.end, "indexed": shown.indexed,
        "size": shown.size, "says": says,
    })))
}

/// Whether this is the operator's word that it refused the event; then it was not withheld.
fn refused(shown: &Shown, ledger: &LedgerId, path: &Path) -> Judged {
    let given = files::read(path, NOTE_BYTES)?;
    let path = path.display();
    Ok(Err(match refusal(&shown.kernel, &given) {
        Ok(refusal) if (refusal.event, refusal.ledger) == (shown.deposit.event, *ledger) => {
            format!(
                "the operator refused this event by the guard {}, and {path} is its signed word: it was not withheld",
                refusal.code
            )
        }
        Ok(refusal) => format!("{path} refuses event {}, this is about another", refusal.event),
        Err(error) => format!("{path}: {error}"),
    }))
}
