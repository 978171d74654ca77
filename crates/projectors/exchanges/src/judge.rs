//! The merits of acts. Hard guards stand before `exchange.reconciled` above all: it certifies that
//! the books agree.

mod books;

use crate::Exchanges;
use crate::event::{
    ExchangeAgreed, ExchangeDiscrepancyResolved, ExchangeEvent, ExchangePostponed, ExchangeProposed,
};
use crate::fold::{concerned_all_sign, party_of};
use crate::state::{Exchange, ExchangesState, Status};
use accord_catalogue::unit::At;
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
        ExchangeEvent::DiscrepancyResolved(p) => resolved(item, p, exchange, scene),
        ExchangeEvent::Reconciled(p) => books::reconciled(item, p, exchange, scene),
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
    p: &ExchangeDiscrepancyResolved,
    exchange: &Exchange,
    scene: &Scene<'_, Exchanges>,
) -> Result<(), Refusal> {
    let Some(found) = exchange.discrepancies.get(p.discrepancy.as_str()) else { return Ok(()) };
    let all = concerned_all_sign(exchange, item, scene.terms());
    if !p.settles.is_empty() {
        return books::settled(p, exchange, all);
    }
    let raised = item.event.signers.iter().any(|signer| signer.participant() == found.by);
    if raised || all {
        return Ok(());
    }
    let detail =
        format!("{} raised it and takes it back, or all parties concerned sign together", found.by);
    Err(Refusal::new("not-the-raiser", detail))
}
