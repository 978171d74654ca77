//! Orders and discipline, in whatever order they are told.

use super::Event;
use crate::event::{CeasefireOrderIssued, DisciplineReported};
use crate::state::{CeasefireState as State, Discipline, Order};
use accord_catalogue::unit::Qualifier;
use accord_projection::Terms;
use std::collections::BTreeMap;

pub(super) fn order(state: &mut State, item: &Event<'_>, p: &CeasefireOrderIssued, terms: &Terms) {
    let mut orders = match std::mem::take(state) {
        State::Orders(orders) => orders,
        _ => BTreeMap::default(),
    };
    let party = item.parties(terms).into_iter().next();
    orders.insert(
        item.seq,
        Order {
            by: party.unwrap_or_else(|| item.event.author().to_owned()),
            order_ref: p.order_ref.to_string(),
            measures: p.measures.iter().map(ToString::to_string).collect(),
            at: item.effect.micros(),
        },
    );
    *state = State::Orders(orders);
}

pub(super) fn discipline(state: &mut State, p: &DisciplineReported) {
    let mut discipline = match std::mem::take(state) {
        State::Discipline(discipline) => discipline,
        _ => Discipline::default(),
    };
    discipline.reports = discipline.reports.saturating_add(1);
    if p.persons.qualifier != Qualifier::Exact {
        discipline.inexact = discipline.inexact.saturating_add(1);
    }
    let persons = discipline.persons.entry(p.action.as_str().to_owned()).or_default();
    *persons = persons.saturating_add(p.persons.value);
    *state = State::Discipline(discipline);
}
