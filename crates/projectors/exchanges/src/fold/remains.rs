//! Remains: counters, which come to the same in whatever order the reports do.

use super::{Event, party_of};
use crate::event::ExchangeEvent;
use crate::state::{Batch, ExchangesState, Sum};
use accord_catalogue::unit::Count;
use accord_projection::Terms;
use std::collections::BTreeMap;

/// True for the events of batches.
pub(crate) const fn is_of_remains(payload: &ExchangeEvent) -> bool {
    matches!(
        payload,
        ExchangeEvent::RemainsHandedOver(_)
            | ExchangeEvent::RemainsReceived(_)
            | ExchangeEvent::RemainsExamined(_)
            | ExchangeEvent::RemainsIdentified(_)
            | ExchangeEvent::RemainsUnidentifiable(_)
            | ExchangeEvent::RemainsMisattributed(_)
            | ExchangeEvent::RemainsSentBack(_)
    )
}

pub(super) fn fold(state: &mut ExchangesState, item: &Event<'_>, terms: &Terms) {
    if matches!(state, ExchangesState::Empty) {
        *state = ExchangesState::Remains(Box::default());
    }
    if let ExchangesState::Remains(batch) = state {
        count(batch, item, terms);
    }
}

/// Adds what a report counts.
pub(crate) fn count(batch: &mut Batch, item: &Event<'_>, terms: &Terms) {
    let before = item.is_historical(terms);
    match &item.payload {
        ExchangeEvent::RemainsHandedOver(p) => {
            let Some(from) = party_of(item, terms).filter(|from| from != p.to.as_str()) else {
                return;
            };
            batch.historical |= before;
            add(&mut batch.handed_over, &from, &p.containers);
            add(&mut batch.claimed, p.claimed_side.as_str(), &p.containers);
        }
        ExchangeEvent::RemainsReceived(p) => {
            let Some(to) = party_of(item, terms).filter(|to| to != p.from.as_str()) else { return };
            batch.historical |= before;
            add(&mut batch.received, &to, &p.containers);
        }
        ExchangeEvent::RemainsExamined(p) => {
            let examined = &mut batch.examined;
            examined.containers = examined.containers.saturating_add(p.containers);
            examined.profiles = examined.profiles.saturating_add(p.profiles);
            examined.multi_person = examined.multi_person.saturating_add(p.multi_person);
        }
        ExchangeEvent::RemainsIdentified(p) => batch.identified.add(&p.persons),
        ExchangeEvent::RemainsUnidentifiable(p) => batch.unidentifiable.add(&p.persons),
        ExchangeEvent::RemainsMisattributed(p) => {
            add(&mut batch.misattributed, p.belongs_to.as_str(), &p.persons);
        }
        ExchangeEvent::RemainsSentBack(p) => {
            add(&mut batch.sent_back, p.belongs_to.as_str(), &p.persons);
        }
        _ => {}
    }
}

fn add(by_side: &mut BTreeMap<String, Sum>, side: &str, count: &Count) {
    match by_side.get_mut(side) {
        Some(sum) => sum.add(count),
        None => {
            by_side.insert(side.to_owned(), Sum::of(count));
        }
    }
}
