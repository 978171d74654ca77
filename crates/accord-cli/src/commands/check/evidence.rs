//! Fraud proofs and rollbacks: what an operator signed, and shows no longer; and entries that it
//! misdated.

use super::{Args, Judged, admission, ledger_id};
use crate::error::CliError;
use accord_format::checkpoint::Checkpoint;
use accord_format::hash::LedgerId;
use accord_format::log_key::LogVKey;
use accord_ledger::brackets::Bound;
use accord_ledger::check::{self, Fork};
use accord_ledger::evidence::{self, WrongTime};
use accord_ledger::{LedgerError, Record};
use accord_store::StoreError;
use serde_json::{Value, json};

pub(super) fn fraud(args: &Args, bytes: &[u8]) -> Judged {
    let ledger = ledger_id(args, "a fraud proof")?;
    Ok(check::fraud(bytes, &ledger).map_err(|e| e.to_string()).map(|fork| {
        json!({
            "kind": "fraud", "ledger": ledger, "origin": fork.origin,
            "smaller": head(&fork.smaller), "larger": head(&fork.larger),
            "signed_both": ids(&fork.by_both),
            "signed_smaller_only": ids(&fork.by_one.0), "signed_larger_only": ids(&fork.by_one.1),
            "says": words(&fork),
        })
    }))
}

fn words(fork: &Fork) -> String {
    let (small, large) = (&fork.smaller, &fork.larger);
    let two = if small.size == large.size {
        format!("two different records of the same {} entries", small.size)
    } else {
        format!(
            "a record of {} entries and one of {} whose first {} are others",
            small.size, large.size, small.size
        )
    };
    if fork.by_both.is_empty() {
        return format!(
            "FORK: keys that this ledger's own authority appointed signed {two}. No key signed both, because the two records differ in whom they let sign: it was the operator, or somebody who kept a key that was rotated away or was given one by the authority."
        );
    }
    format!(
        "FORK: whoever holds {} signed {two}. Nobody without that key can have made this proof. An operator that keeps its key and runs one copy of the ledger cannot have come to this.",
        ids(&fork.by_both).join(" and ")
    )
}

pub(super) fn rollback(args: &Args, bytes: &[u8]) -> Judged {
    let ledger = ledger_id(args, "a rollback")?;
    Ok(check::rollback(bytes, &ledger).map_err(|e| e.to_string()).map(|behind| {
        let (small, large) = (&behind.smaller, &behind.larger);
        let says = format!(
            "ROLLBACK: the operator signed {} entries, so a record that ends after {} lacks {} of them. That the shorter one was shown as the newest, and when, is the word of whoever hands this over; whether the two agree as far as the shorter goes stays open.",
            large.size, small.size, large.size - small.size
        );
        json!({
            "kind": "rollback", "ledger": ledger, "origin": behind.origin,
            "smaller": head(small), "larger": head(large), "says": says,
        })
    }))
}

pub(super) fn misdated(args: &Args, bytes: &[u8]) -> Judged {
    let ledger = ledger_id(args, "evidence that an entry is misdated")?;
    let shown = match evidence::misdated(bytes, &ledger) {
        Ok(shown) => shown,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let (seq, recorded, event) = (shown.entry.header.seq, shown.recorded(), shown.entry.event());
    let seen = shown.bound().map_or_else(String::new, |bound| {
        if shown.code == "recorded-late" {
            format!("a quorum of the ledger's witnesses had it before them, in a checkpoint of {} entries, by {}", bound.size, bound.at)
        } else {
            format!("it stands behind a checkpoint of {} entries that a quorum of the ledger's witnesses cosigned no earlier than {}", bound.size, bound.at)
        }
    });
    let wrong = if shown.code == "recorded-late" { "POST-DATED" } else { "BACK-DATED" };
    let policy = shown
        .policy
        .map_or_else(|| "of the genesis".to_owned(), |entry| format!("that entry {entry} set"));
    let held = match by_record(args, &ledger, &shown)? {
        Held::Nowhere => "What a file cannot show is that no later policy was left out of it: hold it against a copy of the ledger with --dir.".to_owned(),
        Held::Same => format!("The record in {} says the same.", args.dir.dir.display()),
        Held::Otherwise(why) => return Ok(Err(why)),
    };
    let says = format!(
        "{wrong}, by the witnesses of the policy {policy}: the operator's record says that entry {seq} was recorded at {recorded}, and {seen}. {held} Either the operator's clock was wrong, or the operator is, or as many witnesses as make a quorum."
    );
    let at = |bound: Option<Bound>| bound.map(|bound| bound.at.to_string());
    Ok(Ok(json!({
        "kind": "misdated", "code": shown.code, "ledger": ledger, "origin": shown.origin, "seq": seq,
        "event": event.hash(), "type": event.event_type, "recorded": recorded.to_string(),
        "after": at(shown.bracket.after), "by": at(shown.bracket.by), "policy_of_entry": shown.policy,
        "size": shown.size, "says": says,
    })))
}

/// What a copy of the ledger says to evidence of a wrong time.
enum Held {
    /// There is none at hand.
    Nowhere,
    /// The same.
    Same,
    /// Something else.
    Otherwise(String),
}

/// Holds evidence of a wrong time against the record, where one of this ledger is at hand.
fn by_record(args: &Args, ledger: &LedgerId, shown: &WrongTime) -> Result<Held, CliError> {
    let record = match Record::open(&args.dir.dir) {
        Ok(record) => record,
        Err(LedgerError::Store(StoreError::NotALedger)) => return Ok(Held::Nowhere),
        Err(error) => return Err(error.into()),
    };
    let kernel = record.kernel(Some(admission()?))?;
    let (seq, dir) = (shown.entry.header.seq, args.dir.dir.display());
    if kernel.ledger() != Some(*ledger) || seq >= record.size() {
        return Ok(Held::Nowhere);
    }
    if record.entry(seq)?.hash() != shown.entry.hash() {
        return Ok(Held::Otherwise(format!(
            "the record in {dir} has another entry {seq}: one of the two is forged; compare their checkpoints with accord verify --against"
        )));
    }
    let bracket = record.brackets(&kernel)?.of(seq);
    Ok(match bracket.excludes(shown.recorded(), kernel.skew_at(seq)) {
        Some(code) if code == shown.code => Held::Same,
        _ => Held::Otherwise(format!(
            "by the whole record in {dir}, with every policy and charter, entry {seq} lies within the times that witnesses vouch for: the file leaves out what bears on that, or has cosignatures that the record lacks"
        )),
    })
}

fn head(head: &Checkpoint) -> Value {
    json!({"size": head.size, "root": head.root})
}

fn ids(keys: &[LogVKey]) -> Vec<String> {
    keys.iter().map(LogVKey::id_string).collect()
}
