//! Refusals: the operator's word that it did not take an event in, and the same judgement again.

use super::{Args, Judged, event, record};
use crate::commands::ledger::admission;
use crate::error::CliError;
use crate::files;
use accord_format::event::SignedEvent;
use accord_format::refusal::Refusal;
use accord_ledger::verify::{self, Again, RejudgeError, Rejudged};
use accord_ledger::{Record, deposits};
use serde_json::{Value, json};

pub(super) fn check(args: &Args, bytes: &[u8]) -> Judged {
    let record = record(args, "")?;
    let kernel = record.kernel(Some(admission()?))?;
    let refusal = match deposits::refusal(&kernel, bytes) {
        Ok(refusal) => refusal,
        Err(error) => return Ok(Err(error.to_string())),
    };
    if Some(refusal.ledger) != kernel.ledger() {
        return Ok(Err(format!("it is of ledger {}", refusal.ledger)));
    }
    let mut facts = json!({
        "kind": "refusal", "event": refusal.event, "code": refusal.code, "size": refusal.size, "root": refusal.root,
    });
    let Some(path) = &args.event else {
        facts["says"] = format!(
            "The operator signed that it refused this event by the guard {}, judging over the first {} entries. Whether that was right: give --event NOTE to judge again.",
            refusal.code, refusal.size
        )
        .into();
        return Ok(Ok(facts));
    };
    let signed = match event(path)? {
        Ok(signed) => signed,
        Err(why) => return Ok(Err(why)),
    };
    again(&record, &refusal, &signed, facts)
}

/// The same judgement again, added to `facts`; or why the refusal was wrong.
pub(super) fn again(
    record: &Record,
    refusal: &Refusal,
    signed: &SignedEvent,
    facts: Value,
) -> Judged {
    let again =
        verify::rejudge(record.reader(), refusal, signed, Some(admission()?), files::now()?);
    match again {
        Ok(again) => Ok(verdict(refusal, &again, facts)),
        // A newer copy would do: nothing was judged.
        Err(error @ RejudgeError::TooShort { .. }) => Err(CliError::Usage(error.to_string())),
        Err(RejudgeError::Record(error)) => Err(error.into()),
        Err(error) => Ok(Err(error.to_string())),
    }
}

fn verdict(refusal: &Refusal, again: &Rejudged, mut facts: Value) -> Result<Value, String> {
    let code = &refusal.code;
    let at = |instant: &accord_format::time::Timestamp, again: &Again| match again {
        Again::Admitted => format!("let in, had it come at {instant}"),
        Again::Recorded(seq) => format!("given its receipt: it is in the record as entry {seq}"),
        Again::Refused(rejection) => {
            format!("refused by {}, had it come at {instant}: {}", rejection.code, rejection.detail)
        }
    };
    let each: Vec<String> = again.at.iter().map(|(instant, what)| at(instant, what)).collect();
    facts["judged_again"] = json!(each);
    if again.holds(code) {
        let always = again
            .at
            .iter()
            .all(|(_, what)| matches!(what, Again::Refused(rejection) if rejection.code == code));
        facts["says"] = if always {
            format!("Judged again over the same {} entries, the guard {code} refuses this event: the refusal was right.", refusal.size)
        } else {
            format!("Judged again over the same {} entries, the guard {code} refuses this event at some of the instants at which it may have come, not at all: the refusal can have been right.", refusal.size)
        }
        .into();
        return Ok(facts);
    }
    if again.operators_word {
        facts["says"] = format!("The guard {code} speaks of what the operator has, so nobody else can judge it again; the operator answers for it with its signature.").into();
        return Ok(facts);
    }
    Err(format!(
        "the refusal is signed by the operator, and WRONG: the guard {code} does not refuse this event over these {} entries. It would be {}. The refusal and the event prove that to everybody who has the ledger",
        refusal.size,
        each.join("; or ")
    ))
}
