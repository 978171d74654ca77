//! The merits of acts. Hard guards stand before `exchange.reconciled` above all: it certifies that
//! the books agree.

mod books;

use crate::Exchanges;
use crate::event::{
    ExchangeAgreed, ExchangeDiscrepancyResolved, ExchangeEvent, ExchangePostponed, ExchangeProposed,
};
use crate::fold::{concerned_all_sign, party_of};
use crate::state::{Exchange, ExchangesState, Status};
use accord_catalogue::unit::{At, Code};
use accord_projection::{Item, OutOfOrder, Refusal, Scene};
use std::collections::BTreeSet;

type Event<'a> = Item<'a, ExchangeEvent>;

pub(crate) fn judge(item: &Event<'_>, scene: &Scene<'_, Exchanges>) -> Result<(), Refusal> {
    if let ExchangeEvent::Proposed(p) = &item.payload {
        return proposed(item, p, scene);
    }
    let Some(exchange) = scene.part(&item.event.stream, ExchangesState::exchange) else {
        return Ok(());
    };
    let exchange = &*exchange;
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
    if scene.terms().charter(item.seq).is_none() {
        return Ok(());
    }
    let known = |party: &&Code| scene.terms().is_party(item.seq, party.as_str());
    if let Some(party) = p.parties.iter().find(|party| !known(party)) {
        let detail = format!("{party} is no party of the charter");
        return Err(Refusal::new("side-unknown", detail));
    }
    match item.party(scene.terms()) {
        Some(own) if !p.parties.iter().any(|party| party.as_str() == own) => {
            let detail = format!("{own} proposes an exchange between others; an intermediary may");
            Err(Refusal::new("not-concerned", detail))
        }
        _ => Ok(()),
    }
}

fn wrong_state(item: &Event<'_>, wanted: &str, status: Status) -> Refusal {
    OutOfOrder::needs(item.event, wanted, status.as_str()).into()
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
    if item.is_signed_by(&found.by) || all {
        return Ok(());
    }
    let detail =
        format!("{} raised it and takes it back, or all parties concerned sign together", found.by);
    Err(Refusal::new("not-the-raiser", detail))
}
