//! Deposits: whether what somebody left with a witness or mirror was answered.

use super::{Args, Authority, FILE_MAX, Judged, event, needed, refusal};
use crate::commands::ledger::admission;
use crate::deposits::{self, facts};
use crate::error::CliError;
use crate::files;
use crate::pinning;
use accord_format::deposit::Deposit;
use accord_format::event::SignedEvent;
use accord_format::key::VKey;
use accord_format::receipt::Receipt;
use accord_format::refusal::Refusal;
use accord_ledger::Record;
use accord_ledger::deposits::{Answer, Docket, DocketError, depositaries};
use accord_ledger::evidence::prove_withheld;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// The longest refusal or receipt that is read.
pub(super) const NOTE_BYTES: u64 = 1 << 20;

pub(super) fn check(args: &Args, bytes: &[u8]) -> Judged {
    let (claimed, note) = match Deposit::read(bytes) {
        Ok(read) => read,
        Err(error) => return Ok(Err(error.to_string())),
    };
    if let Some(path) = &args.bundle {
        return in_bundle(args, bytes, path);
    }
    if let Some(path) = &args.receipt {
        return by_receipt(args, bytes, path);
    }
    let held = args.held.record(&args.dir, &claimed.ledger);
    let held =
        held.map_err(|error| needed(error, ", --url URL, --bundle FILE or --receipt FILE"))?;
    let wanted = BTreeSet::from([claimed.event]);
    let docket = match Docket::read(&held.record, Some(admission()?), &wanted) {
        Ok(docket) => docket,
        Err(error) => return cannot(error),
    };
    let keys = [args.held.keys(), depositaries(docket.kernel())].concat();
    let (deposit, depositary) = match deposits::open(bytes, &keys) {
        Ok(opened) => opened,
        Err(why) => return Ok(Err(why)),
    };
    let signed = match args.event.as_deref().map(event).transpose()?.transpose() {
        Ok(signed) => signed,
        Err(why) => return Ok(Err(why)),
    };
    let refusals = match refusals(args, &docket, &deposit)? {
        Ok(refusals) => refusals,
        Err(why) => return Ok(Err(why)),
    };
    let answer = match docket.answer(&deposit, signed.as_ref(), &refusals) {
        Ok(answer) => answer,
        Err(error) => return cannot(error),
    };
    let mut facts = facts(&deposit, &depositary, &answer);
    match (&answer, signed) {
        (Answer::Refused(refusal), signed) => {
            judge_again(&held.record, refusal, signed.as_ref(), &mut facts)?;
        }
        (Answer::Withheld { due, .. }, Some(signed)) => {
            let file = prove_withheld(&held.record, &docket, &signed, note, &depositary, due);
            keep(args, &deposit, file.map_err(|e| e.to_string()), &mut facts)?;
        }
        _ => {}
    }
    Ok(Ok(facts))
}

/// What is wrong with the file is an answer; what is wrong with the record keeps it from being one.
fn cannot(error: DocketError) -> Judged {
    match error {
        DocketError::Record(error) => Err(error.into()),
        error @ (DocketError::OtherLedger { .. } | DocketError::OtherEvent { .. }) => {
            Ok(Err(error.to_string()))
        }
        error => Err(CliError::Usage(error.to_string())),
    }
}

/// The refusals given, all of which must be the operator's and of this event.
fn refusals(
    args: &Args,
    docket: &Docket,
    deposit: &Deposit,
) -> Result<Result<Vec<Refusal>, String>, CliError> {
    let mut all = Vec::new();
    for path in &args.refusal {
        let bytes = files::read(path, NOTE_BYTES)?;
        let refusal = match docket.refusal(&bytes) {
            Ok(refusal) => refusal,
            Err(error) => return Ok(Err(format!("{}: {error}", path.display()))),
        };
        if (refusal.ledger, refusal.event) != (deposit.ledger, deposit.event) {
            let (path, event) = (path.display(), refusal.event);
            return Ok(Err(format!("{path} refuses event {event}, deposited was another")));
        }
        all.push(refusal);
    }
    Ok(Ok(all))
}

fn judge_again(
    record: &Record,
    refused: &Refusal,
    signed: Option<&SignedEvent>,
    facts: &mut Value,
) -> Result<(), CliError> {
    let Some(signed) = signed else {
        facts["says"] = format!(
            "{} Whether that was right: give --event NOTE to judge again.",
            facts["says"].as_str().unwrap_or_default()
        )
        .into();
        return Ok(());
    };
    match refusal::again(record, refused, signed, json!({}))? {
        Ok(judged) => {
            facts["judged_again"] = judged["judged_again"].clone();
            facts["says"] = judged["says"].clone();
        }
        Err(why) => {
            facts["finding"] = "refused_wrongly".into();
            facts["says"] = why.into();
        }
    }
    Ok(())
}

/// Keeps the evidence where it was asked for, or where evidence is kept; says where.
fn keep(
    args: &Args,
    deposit: &Deposit,
    file: Result<Vec<u8>, String>,
    facts: &mut Value,
) -> Result<(), CliError> {
    let kept = match (file, &args.out) {
        (Ok(bytes), Some(path)) => {
            files::create(path, &bytes, false).map_err(CliError::file("create", path))?;
            Ok(path.clone())
        }
        (Ok(bytes), None) => {
            let event = deposit.event.to_string();
            let name = format!("{}.withheld", event.get(..16).unwrap_or_default());
            pinning::keep_file(&name, &bytes)
        }
        (Err(why), _) => Err(why),
    };
    match kept {
        Ok(path) => facts["evidence"] = json!(path),
        Err(why) => facts["no_evidence"] = json!(why),
    }
    Ok(())
}

/// Whether a bundle, checked from the ledger id alone, holds what was deposited.
fn in_bundle(args: &Args, bytes: &[u8], path: &Path) -> Judged {
    let (deposit, depositary) = match deposits::open(bytes, &args.held.keys()) {
        Ok(opened) => opened,
        Err(why) => return Ok(Err(why)),
    };
    let ledger = args.dir.ledger.unwrap_or(deposit.ledger);
    let bundle = files::read(path, FILE_MAX)?;
    let proven = match accord_ledger::check::bundle(&bundle, &ledger) {
        Ok(proven) => proven,
        Err(error) => return Ok(Err(format!("{}: {error}", path.display()))),
    };
    let (header, found) = (proven.entry.header, proven.entry.event().hash());
    if (found, ledger) != (deposit.event, deposit.ledger) {
        let what = format!("{} holds event {found}, deposited was another", path.display());
        return Ok(Err(what));
    }
    Ok(Ok(taken_in(&deposit, &depositary, header.seq, header.recorded)))
}

/// Whether a receipt shows that what was deposited was taken in.
fn by_receipt(args: &Args, bytes: &[u8], path: &Path) -> Judged {
    let (deposit, depositary) = match deposits::open(bytes, &args.held.keys()) {
        Ok(opened) => opened,
        Err(why) => return Ok(Err(why)),
    };
    let Some(note) = &args.event else {
        let text = "a receipt is checked with the event note that it was given for: --event FILE";
        return Err(CliError::Usage(text.to_owned()));
    };
    let signed = match event(note)? {
        Ok(signed) => signed,
        Err(why) => return Ok(Err(why)),
    };
    let receipt = match Receipt::parse(&files::read(path, NOTE_BYTES)?) {
        Ok(receipt) => receipt,
        Err(error) => return Ok(Err(format!("{}: {error}", path.display()))),
    };
    let authority = Authority::of(args)?;
    let size = receipt.proof().checkpoint.checkpoint().size;
    let (found, ledger) = (signed.event().hash(), signed.event().ledger);
    let entry = match receipt.verify(signed, &authority.origin(), authority.keys(size)) {
        Ok(entry) => entry,
        Err(error) => return Ok(Err(format!("{}: {error}", path.display()))),
    };
    if (found, ledger) != (deposit.event, Some(deposit.ledger)) {
        return Ok(Err(format!("{} is event {found}, deposited was another", note.display())));
    }
    Ok(Ok(taken_in(&deposit, &depositary, entry.header.seq, entry.header.recorded)))
}

/// What a proof without the record shows.
fn taken_in(
    deposit: &Deposit,
    depositary: &VKey,
    seq: u64,
    recorded: accord_format::time::Timestamp,
) -> Value {
    let after = recorded.seconds().saturating_sub(deposit.time.timestamp().seconds());
    let says = format!(
        "The operator signed that this event is in the record, as entry {seq}, recorded at {recorded}: {after} seconds after the deposit, by two clocks. Whether that was in time, the charter says, which stands in the record: --dir."
    );
    json!({
        "kind": "deposit", "ledger": deposit.ledger, "event": deposit.event, "time": deposit.time,
        "depositary": depositary.id_string(), "answer": "taken-in", "finding": null,
        "seq": seq, "recorded": recorded.to_string(), "says": says,
    })
}
