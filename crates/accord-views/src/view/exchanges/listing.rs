//! Exchanges one by one, and the stages of those whose books agree.

use super::FAMILY;
use super::numbers::{MEMBERS, Numbers};
use super::small::{self, Shown};
use crate::replay::Snapshot;
use crate::view::figure::figure;
use crate::view::{Cell, Table};
use accord_exchanges::{Exchange, Status};
use accord_format::time::MICROS_PER_DAY;
use accord_projection::Selector;

/// How many are listed, the latest first; all are counted.
const LISTED_MAX: usize = 200;

/// Whole days from the agreement until the books agreed.
pub(super) fn days(exchange: &Exchange) -> Option<u64> {
    let agreed = exchange.agreement.as_ref()?.at;
    let micros = exchange.reconciled.as_ref()?.at.saturating_sub(agreed);
    Some(u64::try_from(micros / MICROS_PER_DAY).unwrap_or(0))
}

pub(super) fn table(snapshot: &Snapshot, all: &[(String, Exchange)]) -> Table {
    let first = [("status", "status"), ("formula", "formula"), ("parties", "parties")];
    let mut columns = first.to_vec();
    columns.push(("stages", "stages"));
    columns.extend(MEMBERS.map(|member| (member.key, member.label)));
    columns.push(("days", "days"));
    let mut table = Table::new("exchanges", "Exchanges one by one", &columns);
    let listed: Vec<&(String, Exchange)> = all.iter().rev().take(LISTED_MAX).collect();
    let numbers: Vec<Numbers> = listed.iter().map(|(_, e)| Numbers::of(e)).collect();
    let below = small::below(snapshot);
    for ((subject, exchange), numbers) in listed.into_iter().zip(&numbers) {
        let cell = |member: &str, value, unit| {
            let selector = Selector::new(FAMILY, subject.clone());
            figure(snapshot, format!("{subject}/{member}"), value, unit, selector)
        };
        let proposal = exchange.proposal.as_ref();
        let parties = proposal.map(|p| p.parties.iter().map(String::as_str).collect::<Vec<_>>());
        let mut cells = vec![
            Cell::Text(exchange.status().as_str().replace('_', " ")),
            proposal.map_or(Cell::Empty, |p| Cell::Text(p.formula.as_str().replace('_', " "))),
            parties.map_or(Cell::Empty, |all| Cell::Text(all.join(", "))),
            cell("stages", numbers.stages, "stages"),
        ];
        for member in MEMBERS {
            let value = (member.of)(numbers);
            let shown = shown(exchange, value, below);
            cells.push(shown.cell(below, || cell(member.key, value, "persons")));
        }
        cells.push(days(exchange).map_or(Cell::Empty, |days| cell("days", days, "days")));
        table.row(subject.clone(), subject.clone(), cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks = marks(exchange);
        }
    }
    table
}

/// A number of persons is a detail until the books agree.
fn shown(exchange: &Exchange, value: u64, below: u64) -> Shown {
    if exchange.reconciled.is_none() {
        Shown::Withheld
    } else if small::is_small(value, below) {
        Shown::Small
    } else {
        Shown::Yes
    }
}

fn marks(exchange: &Exchange) -> Vec<&'static str> {
    let differs = exchange.problems().iter().any(|problem| problem.code == "counts_differ");
    let marks = [
        (exchange.reconciled.is_none(), "unreconciled"),
        (exchange.is_disputed() && exchange.status() != Status::Disputed, "disputed"),
        (differs, "differs"),
        (exchange.still_agrees() == Some(false), "to be reconciled again"),
        (exchange.reported_later() > 0, "reported later"),
        (exchange.historical, "baseline"),
    ];
    marks.into_iter().filter(|(holds, _)| *holds).map(|(_, mark)| mark).collect()
}

/// What each stage of a reconciled exchange came to.
pub(super) fn stages(snapshot: &Snapshot, all: &[(String, Exchange)]) -> Table {
    let columns = [("handed_over", "handed over"), ("received", "received")];
    let mut table = Table::new("stages", "Stages of reconciled exchanges", &columns);
    let below = small::below(snapshot);
    let reconciled = all.iter().rev().filter(|(_, exchange)| exchange.reconciled.is_some());
    let rows = reconciled.flat_map(|(subject, exchange)| {
        exchange.deliveries().map(move |delivery| (subject, exchange, delivery))
    });
    for (subject, exchange, (stage, from, to, delivery)) in rows.take(LISTED_MAX) {
        let name = format!("{subject}/stage/{stage}/{from}/{to}");
        let cell = |member: &str, value: Option<u64>| {
            let Some(value) = value else { return Cell::Empty };
            let selector = Selector::new(FAMILY, subject.clone());
            let key = format!("{name}/{member}");
            shown(exchange, value, below)
                .cell(below, || figure(snapshot, key, value, "persons", selector))
        };
        let cells =
            vec![cell("handed_over", delivery.handed()), cell("received", delivery.received())];
        table.row(name.clone(), format!("{subject}, stage {stage}, {from} to {to}"), cells);
    }
    table
}
