//! What each event does to its subjects.

mod exchange;
mod lists;
mod remains;

use crate::event::{DetentionTallyDeclared, ExchangeEvent, ExchangeReceiptConfirmed};
use crate::state::ExchangesState;
use accord_projection::{Item, OutOfOrder, Terms};
use std::collections::BTreeSet;

pub(crate) use exchange::concerned_all_sign;
pub(crate) use remains::{count, is_of_remains};

type Event<'a> = Item<'a, ExchangeEvent>;

pub(crate) fn fold(
    state: &mut ExchangesState,
    subject: &str,
    item: &Event<'_>,
    terms: &Terms,
) -> Result<(), OutOfOrder> {
    match &item.payload {
        ExchangeEvent::TallyDeclared(p) => tally(state, item, p),
        ExchangeEvent::ReceiptConfirmed(p) if subject != item.event.stream => {
            release(state, item, p, terms);
        }
        payload if is_of_remains(payload) => remains::fold(state, item, terms),
        _ => {
            if let ExchangesState::Exchange(exchange) = state {
                return exchange::step(exchange, item, terms);
            }
            let mut exchange = Box::default();
            exchange::step(&mut exchange, item, terms)?;
            *state = ExchangesState::Exchange(exchange);
        }
    }
    Ok(())
}

/// The party that the author stands for; before there is a charter, the author itself.
pub(crate) fn party_of(item: &Event<'_>, terms: &Terms) -> Option<String> {
    let party = match terms.charter(item.seq) {
        Some(_) => item.party(terms),
        None => Some(item.event.author()),
    };
    party.map(ToOwned::to_owned)
}

/// Every party that a signer stands for; before there is a charter, every signer.
pub(crate) fn parties_signing(item: &Event<'_>, terms: &Terms) -> BTreeSet<String> {
    match terms.charter(item.seq) {
        Some(_) => item.parties(terms),
        None => item.event.signers.iter().map(|s| s.participant().to_owned()).collect(),
    }
}

fn tally(state: &mut ExchangesState, item: &Event<'_>, p: &DetentionTallyDeclared) {
    if matches!(state, ExchangesState::Empty) {
        *state = ExchangesState::Held(Box::default());
    }
    if let ExchangesState::Held(held) = state {
        held.declare(tally_key(item, p), item.seq, item.effect.micros(), &p.count);
    }
}

/// Under which the state keeps the tally of a source.
pub(crate) fn tally_key(item: &Event<'_>, p: &DetentionTallyDeclared) -> String {
    let category = p.category.as_ref().map_or("*", |category| category.as_str());
    format!("{}/{category}", item.event.author())
}

/// Takes note of who came home, against what was said to be held.
fn release(
    state: &mut ExchangesState,
    item: &Event<'_>,
    p: &ExchangeReceiptConfirmed,
    terms: &Terms,
) {
    if matches!(state, ExchangesState::Empty) {
        *state = ExchangesState::Held(Box::default());
    }
    let another = party_of(item, terms).is_some_and(|party| party != p.from.as_str());
    if let (ExchangesState::Held(held), Some(account), true) = (state, &p.account, another) {
        held.release(&account.counts);
    }
}
