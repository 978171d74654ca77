//! What parties do on their own side: orders and discipline.

use super::{FAMILY, named};
use crate::replay::Snapshot;
use crate::view::figure::{day, figure, words};
use crate::view::{Cell, Table};
use accord_ceasefire::CeasefireState;
use accord_ceasefire::state::Order;
use accord_ceasefire::{DISCIPLINE, ORDERS};
use accord_projection::Selector;
use std::collections::{BTreeMap, BTreeSet};

/// Orders by ceasefire and party, with what was agreed and not ordered.
pub(super) fn orders(snapshot: &Snapshot) -> Option<Table> {
    let columns = [
        ("ceasefire", "ceasefire"),
        ("orders", "orders"),
        ("latest", "latest"),
        ("missing", "agreed and not ordered"),
    ];
    let mut table = Table::new("orders", "Orders to the forces", &columns);
    let engine = snapshot.families().ceasefire();
    for (subject, state) in engine.states(ORDERS) {
        let CeasefireState::Orders(orders) = &*state else { continue };
        let id = subject.strip_prefix(ORDERS).unwrap_or_default();
        let stream = format!("ceasefire/{id}");
        let ceasefire = engine.state(&stream);
        let ceasefire = ceasefire.as_deref().and_then(|s| s.ceasefire());
        let named = ceasefire.map_or_else(|| stream.clone(), named);
        let agreed = ceasefire.map(|c| &c.measures);
        let mut by_party: BTreeMap<&str, Vec<&Order>> = BTreeMap::new();
        for order in orders.values() {
            by_party.entry(&order.by).or_default().push(order);
        }
        for (party, orders) in by_party {
            let ordered: BTreeSet<&String> = orders.iter().flat_map(|o| &o.measures).collect();
            let missing = agreed.map(|all| {
                let missing = all.iter().filter(|m| !ordered.contains(m));
                missing.map(String::as_str).collect::<Vec<_>>().join(", ")
            });
            let latest = orders.iter().max_by_key(|o| o.at);
            let key = format!("{subject}/{party}");
            let selector = Selector::new(FAMILY, subject);
            let cells = vec![
                Cell::Text(named.clone()),
                figure(snapshot, key.clone(), orders.len() as u64, "orders", selector),
                words(latest.map(|o| format!("{}, {}", o.order_ref, day(o.at)))),
                words(missing.filter(|m| !m.is_empty())),
            ];
            table.row(key, party, cells);
            if let Some(row) = table.rows.last_mut() {
                row.marks.extend(agreed.is_none().then_some("unknown ceasefire"));
            }
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

/// Persons disciplined by case. Small numbers could point to a person and are not shown.
pub(super) fn discipline(snapshot: &Snapshot) -> Option<Table> {
    let charter = snapshot.families().basis().terms.latest();
    let below = charter.map_or(0, |c| u64::from(c.limits.small_cell));
    let columns = [("reports", "reports"), ("persons", "persons"), ("how", "how")];
    let mut table = Table::new("discipline", "Discipline by case", &columns);
    for (subject, state) in snapshot.families().ceasefire().states(DISCIPLINE) {
        let CeasefireState::Discipline(of) = &*state else { continue };
        let id = subject.strip_prefix(DISCIPLINE).unwrap_or_default();
        let case = format!("violation/{id}");
        let known = snapshot.families().violations().state(&case);
        let cell = |member: &str, value, unit| {
            let selector = Selector::new(FAMILY, subject);
            figure(snapshot, format!("{subject}/{member}"), value, unit, selector)
        };
        let persons = match of.total() {
            few if few < below => Cell::Suppressed { below },
            persons => cell("persons", persons, "persons"),
        };
        let how: Vec<&str> = of.persons.keys().map(String::as_str).collect();
        let cells =
            vec![cell("reports", of.reports, "reports"), persons, Cell::Text(how.join(", "))];
        table.row(subject, case, cells);
        if let Some(row) = table.rows.last_mut() {
            let known = known.as_deref().is_some_and(|s| s.case().is_some());
            row.marks.extend((!known).then_some("unknown case"));
            row.marks.extend((of.inexact > 0).then_some("not exact"));
        }
    }
    (!table.rows.is_empty()).then_some(table)
}
