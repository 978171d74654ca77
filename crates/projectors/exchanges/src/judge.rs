//! The merits of acts. Hard guards stand before `exchange.reconciled` above all: it certifies that
//! the books agree.

use crate::Exchanges;
use crate::event::{
    Account, ExchangeAgreed, ExchangeEvent, ExchangePostponed, ExchangeProposed, ExchangeReconciled,
};
use crate::fold::{concerned_all_sign, party_of};
use crate::state::{Delivery, Exchange, ExchangesState, Status};
use accord_catalogue::unit::{At, Code};
use accord_projection::{Item, Refusal, Scene};
use std::collections::BTreeSet;

type Event<'a> = Item<'a, ExchangeEvent>;

pub(crate) fn judge(item: &Event<'_>, scene: &Scene<'_, Exchanges>) -> Result<(), Refusal> {
    if let ExchangeEvent::Proposed(p) = &item.payload {
        return proposed(item, p, scene);
    }
    let state = scene.state(&item.event.stream);
    let Some(exchange) = state.as_deref().and_then(ExchangesState::exchange) else {
        return Ok(());
    };
    match &item.payload {
        ExchangeEvent::ListSubmitted(_) | ExchangeEvent::Cancelled(_) => {
            concerned(item, exchange, scene)
        }
        ExchangeEvent::Postponed(p) => {
            concerned(item, exchange, scene)?;
            postponed(item, p)
        }
        ExchangeEvent::Agreed(p) => agreed(item, p, exchange, scene),
        ExchangeEvent::DiscrepancyResolved(p) => {
            resolved(item, p.discrepancy.as_str(), exchange, scene)
        }
        ExchangeEvent::Reconciled(p) => reconciled(item, p, exchange, scene),
        _ => Ok(()),
    }
}

/// Parties are those of the charter, and one that proposes takes part.
fn proposed(
    item: &Event<'_>,
    p: &ExchangeProposed,
    scene: &Scene<'_, Exchanges>,
) -> Result<(), Refusal> {
    let Some(charter) = scene.terms().charter(item.seq) else { return Ok(()) };
    if let Some(party) =
        p.parties.iter().find(|party| !charter.parties.contains_key(party.as_str()))
    {
        let detail = format!("{party} is no party of the charter");
        return Err(Refusal::new("side-unknown", detail));
    }
    match charter.party_of(item.event.author()) {
        Some(own) if !p.parties.iter().any(|party| party.as_str() == own) => {
            let detail = format!("{own} proposes an exchange between others; an intermediary may");
            Err(Refusal::new("not-concerned", detail))
        }
        _ => Ok(()),
    }
}

fn wrong_state(item: &Event<'_>, wanted: &str, status: Status) -> Refusal {
    let (what, stream) = (&item.event.event_type, &item.event.stream);
    let detail = format!("{what} needs {wanted}; {stream} is {}", status.as_str());
    Refusal::new("wrong-state", detail)
}

/// Only a party of the exchange takes its steps.
fn concerned(
    item: &Event<'_>,
    exchange: &Exchange,
    scene: &Scene<'_, Exchanges>,
) -> Result<(), Refusal> {
    if party_of(item, scene.terms()).is_some_and(|party| exchange.concerns(&party)) {
        return Ok(());
    }
    let detail = format!("{} stands for no party of {}", item.event.author(), item.event.stream);
    Err(Refusal::new("not-concerned", detail))
}

fn postponed(item: &Event<'_>, p: &ExchangePostponed) -> Result<(), Refusal> {
    match p.until.as_ref().filter(|until| At::timestamp(until) <= item.recorded) {
        Some(until) => {
            let detail = format!(
                "{until} is over; name an instant after {}",
                item.recorded.to_seconds_string()
            );
            Err(Refusal::new("until-passed", detail))
        }
        None => Ok(()),
    }
}

fn agreed(
    item: &Event<'_>,
    p: &ExchangeAgreed,
    exchange: &Exchange,
    scene: &Scene<'_, Exchanges>,
) -> Result<(), Refusal> {
    if !concerned_all_sign(exchange, item, scene.terms()) {
        let parties = exchange.proposal.as_ref().map(|p| &p.parties);
        let all: Vec<&str> = parties.into_iter().flatten().map(String::as_str).collect();
        let detail = format!("all parties concerned sign one text: {}", all.join(", "));
        return Err(Refusal::new("signature-missing", detail));
    }
    let (status, lists) = (exchange.status(), exchange.lists_status());
    if status == Status::Disputed {
        return Err(wrong_state(item, "an exchange that is not disputed", status));
    }
    if lists != Status::ListsChecked {
        return Err(wrong_state(item, "lists of all who release, each checked by another", lists));
    }
    let current: BTreeSet<&str> = exchange.current_lists().map(|(root, _)| root).collect();
    if let Some(root) = p.lists.iter().find(|root| !current.contains(root.as_str())) {
        let detail =
            format!("{root} is no list of {}, or not its latest version", item.event.stream);
        return Err(Refusal::new("list-unknown", detail));
    }
    match p.counts.keys().find(|party| !exchange.concerns(party.as_str())) {
        Some(party) => {
            let detail =
                format!("{party} is to release persons and is no party of {}", item.event.stream);
            Err(Refusal::new("not-concerned", detail))
        }
        None => Ok(()),
    }
}

/// Whoever raised a discrepancy takes it back; otherwise all parties concerned settle it together.
fn resolved(
    item: &Event<'_>,
    discrepancy: &str,
    exchange: &Exchange,
    scene: &Scene<'_, Exchanges>,
) -> Result<(), Refusal> {
    let Some(found) = exchange.discrepancies.get(discrepancy) else { return Ok(()) };
    let raised = item.event.signers.iter().any(|signer| signer.participant() == found.by);
    if raised || concerned_all_sign(exchange, item, scene.terms()) {
        return Ok(());
    }
    let detail =
        format!("{} raised it and takes it back, or all parties concerned sign together", found.by);
    Err(Refusal::new("not-the-raiser", detail))
}

fn reconciled(
    item: &Event<'_>,
    p: &ExchangeReconciled,
    exchange: &Exchange,
    scene: &Scene<'_, Exchanges>,
) -> Result<(), Refusal> {
    let open = exchange.discrepancies.iter().find(|(_, d)| d.resolved_at.is_none());
    if let Some((event, discrepancy)) = open {
        let detail =
            format!("{} raised a discrepancy, {event}, that is not resolved", discrepancy.by);
        return Err(Refusal::new("discrepancy-open", detail));
    }
    let status = exchange.status();
    if status != Status::InProgress {
        return Err(wrong_state(item, "an exchange in progress", status));
    }
    books_agree(exchange)?;
    totals_agree(p, exchange)?;
    let suspects = scene.suspects(&item.event.stream);
    if suspects.is_empty() {
        return Ok(());
    }
    let detail = format!(
        "entries {suspects:?} of the exchange were signed with a key in other hands; their authors have to reaffirm or retract them first"
    );
    Err(Refusal::new("rests-on-suspect", detail))
}

/// Both reports on every delivery, with the same numbers.
fn books_agree(exchange: &Exchange) -> Result<(), Refusal> {
    stages_follow(exchange)?;
    for (stage, from, to, delivery) in exchange.deliveries() {
        let name = format!("stage {stage}, {from} to {to}");
        let missing = match (delivery.handovers.is_empty(), delivery.receipts.is_empty()) {
            (true, _) => Some("handover"),
            (_, true) => Some("receipt"),
            _ => None,
        };
        if let Some(missing) = missing {
            let detail = format!("{name}: there is no {missing}");
            return Err(Refusal::new("stage-incomplete", detail));
        }
        if delivery.is_withheld() {
            let detail = format!("{name}: not all numbers are on record; a correction adds them");
            return Err(Refusal::new("numbers-withheld", detail));
        }
        if let Some(error) = delivery.accounts().find_map(Account::error) {
            return Err(Refusal::new("does-not-add-up", format!("{name}: {error}")));
        }
        if let Some((handed, received)) = delivery.difference()
            && !is_settled(exchange, stage, delivery)
        {
            let detail = format!(
                "{name}: {handed} handed over, {received} received; correct a report, or settle a discrepancy on the stage together"
            );
            return Err(Refusal::new("counts-differ", detail));
        }
    }
    Ok(())
}

/// Stages run from 1 without a gap.
fn stages_follow(exchange: &Exchange) -> Result<(), Refusal> {
    let stages: BTreeSet<u16> = exchange.deliveries().map(|(stage, ..)| stage).collect();
    match (1..=u16::MAX).zip(&stages).find(|(expected, stage)| expected != *stage) {
        Some((expected, stage)) => {
            let detail = format!("stage {stage} is on record and stage {expected} is not");
            Err(Refusal::new("stage-incomplete", detail))
        }
        None => Ok(()),
    }
}

/// True when all parties concerned have settled a discrepancy about the stage, and nothing more was
/// reported since.
fn is_settled(exchange: &Exchange, stage: u16, delivery: &Delivery) -> bool {
    let last = delivery.reports().max().unwrap_or(0);
    let about = exchange.discrepancies.values().filter(|d| d.stage == Some(stage));
    about.filter_map(|d| d.settled_by).any(|by| by > last)
}

fn totals_agree(p: &ExchangeReconciled, exchange: &Exchange) -> Result<(), Refusal> {
    let released = exchange.released();
    let parties: BTreeSet<&str> =
        released.keys().map(String::as_str).chain(p.totals.keys().map(Code::as_str)).collect();
    for party in parties {
        let found = released.get(party).copied().unwrap_or(0);
        let claimed = p.totals.iter().find(|(code, _)| code.as_str() == party).map_or(0, |t| *t.1);
        if claimed != found {
            let detail = format!("{party} released {found} by the receipts, not {claimed}");
            return Err(Refusal::new("totals-differ", detail));
        }
    }
    Ok(())
}
