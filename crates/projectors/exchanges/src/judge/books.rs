//! Books: what settles a difference, and when they agree.

use super::{Event, wrong_state};
use crate::Exchanges;
use crate::event::{Account, ExchangeDiscrepancyResolved, ExchangeReconciled};
use crate::state::{ByCategory, Exchange, Status};
use accord_projection::{Refusal, Scene};
use std::collections::BTreeSet;

/// Numbers that differ are settled by all parties concerned, as they are on record.
pub(super) fn settled(
    p: &ExchangeDiscrepancyResolved,
    exchange: &Exchange,
    all_sign: bool,
) -> Result<(), Refusal> {
    if !all_sign {
        let detail = "a difference stands when all parties concerned sign that it does; without `settles` it may be taken back";
        return Err(Refusal::new("signature-missing", detail));
    }
    for settled in &p.settles {
        let key = (settled.stage, settled.from.as_str(), settled.to.as_str());
        let found = exchange.deliveries().find(|(stage, from, to, _)| (*stage, *from, *to) == key);
        let numbers = found.and_then(|(.., delivery)| delivery.difference());
        if numbers != Some((settled.handed_over, settled.received)) {
            let (stage, from, to) = key;
            let found = numbers.map_or_else(
                || "no two numbers that differ".to_owned(),
                |(handed, received)| format!("{handed} handed over and {received} received"),
            );
            let detail = format!(
                "stage {stage}, {from} to {to}: there are {found}, not {} and {}; settle what is on record",
                settled.handed_over, settled.received
            );
            return Err(Refusal::new("difference-unknown", detail));
        }
    }
    Ok(())
}

pub(super) fn reconciled(
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
    let changed = exchange.still_agrees() == Some(false);
    if status != Status::InProgress && !changed {
        return Err(wrong_state(
            item,
            "an exchange in progress, or books that changed since",
            status,
        ));
    }
    books_agree(exchange)?;
    totals_agree(p, exchange)?;
    scene.rests_on_subjects([&item.event.stream])
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
            && exchange.differs_unsettled((stage, from, to), delivery)
        {
            let detail = format!(
                "{name}: {handed} handed over, {received} received; correct a report, or settle these numbers together"
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

fn totals_agree(p: &ExchangeReconciled, exchange: &Exchange) -> Result<(), Refusal> {
    let totals: ByCategory = p.totals.iter().map(|(code, n)| (code.to_string(), *n)).collect();
    match exchange.other_totals(&totals).first() {
        Some((party, claimed, found)) => {
            let detail = format!("{party} released {found} by the receipts, not {claimed}");
            Err(Refusal::new("totals-differ", detail))
        }
        None => Ok(()),
    }
}
