//! Lists and their checks.

use super::{Event, party_of};
use crate::event::{ExchangeListChecked, ExchangeListSubmitted};
use crate::state::{Check, Exchange, List};
use accord_projection::{OutOfOrder, Terms};
use std::collections::BTreeMap;

pub(super) fn submit(
    exchange: &mut Exchange,
    item: &Event<'_>,
    p: &ExchangeListSubmitted,
    terms: &Terms,
) -> Result<(), OutOfOrder> {
    let Some(party) = party_of(item, terms) else {
        let detail = format!("{} stands for no party of the charter", item.event.author());
        return Err(OutOfOrder::coded("not-a-party", detail));
    };
    if exchange.lists.contains_key(p.root.as_str()) {
        let detail = format!("a list with root {} is there already; salt each list anew", p.root);
        return Err(OutOfOrder::coded("list-root-repeated", detail));
    }
    let earlier = exchange
        .lists
        .values_mut()
        .find(|l| !l.superseded && l.party == party && l.list == p.list.as_str());
    let expected = earlier.as_ref().map_or(1, |list| list.version.saturating_add(1));
    if p.version != expected {
        let detail = format!(
            "list {} of {party} comes in version {expected} next, not {}",
            p.list, p.version
        );
        return Err(OutOfOrder::coded("list-version", detail));
    }
    if let Some(earlier) = earlier {
        earlier.superseded = true;
    }
    let list = List {
        party,
        list: p.list.to_string(),
        version: p.version,
        role: p.role,
        category: p.category.to_string(),
        count: p.count,
        superseded: false,
        checks: BTreeMap::new(),
        at: item.effect.micros(),
    };
    exchange.lists.insert(p.root.to_string(), list);
    Ok(())
}

pub(super) fn check(
    exchange: &mut Exchange,
    item: &Event<'_>,
    p: &ExchangeListChecked,
    terms: &Terms,
) -> Result<(), OutOfOrder> {
    let Some(list) = exchange.lists.get_mut(p.root.as_str()) else {
        let detail = format!("{} has no list with root {}", item.event.stream, p.root);
        return Err(OutOfOrder::coded("list-unknown", detail));
    };
    let own = party_of(item, terms).is_some_and(|party| party == list.party);
    let check = Check { matched: p.matched, unmatched: p.unmatched, errors: p.errors, own };
    list.checks.insert(item.event.author().to_owned(), check);
    Ok(())
}
