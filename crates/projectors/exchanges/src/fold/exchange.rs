//! The course of an exchange, one arm for each event.
//!
//! What is reported to have happened is taken whatever the procedure stood at: people who came
//! home have come home. And a step that was taken stands, even where a report that it rested on is
//! taken back: what had to be there is for the judge to ask.

use super::{Event, lists, parties_signing, party_of};
use crate::event::{
    ExchangeAgreed, ExchangeAttested, ExchangeDiscrepancyRaised, ExchangeDiscrepancyResolved,
    ExchangeEvent, ExchangeHandoverRecorded, ExchangePostponed, ExchangeProposed,
    ExchangeReceiptConfirmed, ExchangeReconciled, Formula,
};
use crate::state::{
    Agreement, Attestation, ByCategory, Discrepancy, Exchange, Handover, Postponement, Proposal,
    Receipt, Reconciliation, Settlement, Status, Sum,
};
use accord_catalogue::unit::{At, Code};
use accord_projection::{OutOfOrder, Terms};
use std::collections::BTreeMap;

pub(super) fn step(
    exchange: &mut Exchange,
    item: &Event<'_>,
    terms: &Terms,
) -> Result<(), OutOfOrder> {
    match &item.payload {
        ExchangeEvent::Proposed(p) => return propose(exchange, item, p, terms),
        ExchangeEvent::ListSubmitted(p) => {
            need_open(exchange, item)?;
            lists::submit(exchange, item, p, terms)?;
            exchange.postponed = None;
        }
        ExchangeEvent::ListChecked(p) => return lists::check(exchange, item, p, terms),
        ExchangeEvent::Agreed(p) => return agree(exchange, item, p),
        ExchangeEvent::HandoverRecorded(p) => hand_over(exchange, item, p, terms),
        ExchangeEvent::ReceiptConfirmed(p) => receive(exchange, item, p, terms),
        ExchangeEvent::Attested(p) => attest(exchange, item, p),
        ExchangeEvent::DiscrepancyRaised(p) => raise(exchange, item, p),
        ExchangeEvent::DiscrepancyResolved(p) => return resolve(exchange, item, p, terms),
        ExchangeEvent::Reconciled(p) => return reconcile(exchange, item, p),
        ExchangeEvent::Postponed(p) => {
            need_open(exchange, item)?;
            postpone(exchange, item, p);
        }
        ExchangeEvent::Cancelled(_) => {
            need_open(exchange, item)?;
            exchange.cancelled_at = Some(item.effect.micros());
        }
        // Of other subjects; the caller has seen to it.
        _ => {}
    }
    Ok(())
}

fn need_open(exchange: &Exchange, item: &Event<'_>) -> Result<(), OutOfOrder> {
    let status = exchange.status();
    if status.is_over() {
        Err(impossible(item, "an exchange that is not over", status))
    } else {
        Ok(())
    }
}

fn impossible(item: &Event<'_>, wanted: &str, status: Status) -> OutOfOrder {
    OutOfOrder::needs(item.event, wanted, status.as_str())
}

fn propose(
    exchange: &mut Exchange,
    item: &Event<'_>,
    p: &ExchangeProposed,
    terms: &Terms,
) -> Result<(), OutOfOrder> {
    if let Some(proposal) = &exchange.proposal {
        let detail = format!("{} is the exchange that {} proposed", item.event.stream, proposal.by);
        return Err(OutOfOrder::new(detail));
    }
    let releasing: Vec<&Code> = match p.formula {
        Formula::Unilateral => p.planned.keys().collect(),
        _ => p.parties.iter().collect(),
    };
    exchange.historical = item.is_historical(terms);
    exchange.proposal = Some(Proposal {
        by: item.event.author().to_owned(),
        formula: p.formula,
        parties: p.parties.iter().map(ToString::to_string).collect(),
        releasing: releasing.into_iter().map(ToString::to_string).collect(),
        categories: p.categories.iter().map(ToString::to_string).collect(),
        at: item.effect.micros(),
    });
    Ok(())
}

fn agree(exchange: &mut Exchange, item: &Event<'_>, p: &ExchangeAgreed) -> Result<(), OutOfOrder> {
    need_open(exchange, item)?;
    exchange.agreement = Some(Agreement {
        lists: p.lists.iter().map(ToString::to_string).collect(),
        counts: p.counts.iter().map(|(party, counts)| (party.to_string(), plain(counts))).collect(),
        window: p.window.clone(),
        at: item.effect.micros(),
    });
    exchange.postponed = None;
    Ok(())
}

fn plain(counts: &BTreeMap<Code, u64>) -> ByCategory {
    counts.iter().map(|(code, n)| (code.to_string(), *n)).collect()
}

fn hand_over(
    exchange: &mut Exchange,
    item: &Event<'_>,
    p: &ExchangeHandoverRecorded,
    terms: &Terms,
) {
    let Some(from) = party_of(item, terms).filter(|from| from != p.to.as_str()) else { return };
    let status = exchange.status();
    let unplanned = matches!(status, Status::Postponed | Status::Cancelled | Status::Reconciled);
    let handover = Handover {
        seq: item.seq,
        at: item.effect.micros(),
        counts: p.counts.as_ref().map(plain),
        extra: p.extra,
        unplanned: unplanned.then_some(status),
    };
    if exchange.concerns(&from) && exchange.concerns(p.to.as_str()) {
        exchange.postponed = None;
    }
    let stage = exchange.stages.entry(p.stage).or_default();
    stage.deliveries.entry(format!("{from}/{}", p.to)).or_default().handovers.push(handover);
}

fn receive(exchange: &mut Exchange, item: &Event<'_>, p: &ExchangeReceiptConfirmed, terms: &Terms) {
    let Some(to) = party_of(item, terms).filter(|to| to != p.from.as_str()) else { return };
    let receipt = Receipt { seq: item.seq, at: item.effect.micros(), account: p.account.clone() };
    let stage = exchange.stages.entry(p.stage).or_default();
    stage.deliveries.entry(format!("{}/{to}", p.from)).or_default().receipts.push(receipt);
}

fn attest(exchange: &mut Exchange, item: &Event<'_>, p: &ExchangeAttested) {
    let seen = p.seen.iter().map(|(party, count)| (party.to_string(), Sum::of(count))).collect();
    let attestation = Attestation { present: p.present, seen };
    let stage = exchange.stages.entry(p.stage).or_default();
    stage.attestations.insert(item.event.author().to_owned(), attestation);
}

fn raise(exchange: &mut Exchange, item: &Event<'_>, p: &ExchangeDiscrepancyRaised) {
    let discrepancy = Discrepancy {
        by: item.event.author().to_owned(),
        stage: p.stage,
        kind: p.kind,
        at: item.effect.micros(),
        resolved_at: None,
        settled: None,
    };
    exchange.discrepancies.insert(item.event.hash().to_string(), discrepancy);
}

fn resolve(
    exchange: &mut Exchange,
    item: &Event<'_>,
    p: &ExchangeDiscrepancyResolved,
    terms: &Terms,
) -> Result<(), OutOfOrder> {
    let settled = concerned_all_sign(exchange, item, terms);
    let stream = &item.event.stream;
    let Some(found) = exchange.discrepancies.get_mut(p.discrepancy.as_str()) else {
        let detail = format!(
            "{} raised no discrepancy about {stream}; name the event that did",
            p.discrepancy
        );
        return Err(OutOfOrder::coded("discrepancy-unknown", detail));
    };
    if found.resolved_at.is_some() {
        let detail = format!("the discrepancy {} of {stream} is resolved", p.discrepancy);
        return Err(OutOfOrder::new(detail));
    }
    found.resolved_at = Some(item.effect.micros());
    found.settled = settled.then(|| Settlement { seq: item.seq, differences: p.settles.clone() });
    Ok(())
}

/// True when every party concerned has signed.
pub(crate) fn concerned_all_sign(exchange: &Exchange, item: &Event<'_>, terms: &Terms) -> bool {
    let signing = parties_signing(item, terms);
    let parties = exchange.proposal.as_ref().map(|p| &p.parties);
    parties.is_some_and(|all| all.iter().all(|party| signing.contains(party)))
}

fn reconcile(
    exchange: &mut Exchange,
    item: &Event<'_>,
    p: &ExchangeReconciled,
) -> Result<(), OutOfOrder> {
    if exchange.cancelled_at.is_some() {
        return Err(impossible(item, "an exchange that is not over", exchange.status()));
    }
    // Books that changed since are reconciled anew; whether they have, the judge asks.
    exchange.reconciled =
        Some(Reconciliation { seq: item.seq, at: item.effect.micros(), totals: plain(&p.totals) });
    Ok(())
}

fn postpone(exchange: &mut Exchange, item: &Event<'_>, p: &ExchangePostponed) {
    exchange.postponed = Some(Postponement {
        by: item.event.author().to_owned(),
        at: item.effect.micros(),
        until: p.until.as_ref().map(|until| At::timestamp(until).micros()),
    });
    exchange.postponements = exchange.postponements.saturating_add(1);
}
