//! Exchanges: how many, who came home, what did not go as agreed, who is still held, and the
//! remains of the dead.
//!
//! Sums over everything are shown as they are. Where a sum is broken down, small numbers are not,
//! and of an exchange whose books do not agree yet no number of persons is.

mod held;
mod listing;
mod lists;
mod numbers;
mod remains;
mod small;

use super::figure::figure;
use super::{Cell, Table, View};
use crate::replay::Snapshot;
use accord_exchanges::state::Batch;
use accord_exchanges::{Exchange, Status};
use accord_projection::Selector;
use numbers::{MEMBERS, Numbers};
use small::Shown;
use std::collections::BTreeMap;

const FAMILY: &str = "exchanges";
const ALL: &str = "exchange/*";

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("exchanges", "Exchanges", snapshot);
    let all = exchanges(snapshot);
    view.tables.push(totals(snapshot, &all));
    view.tables.push(by_status(snapshot, &all));
    let counted: Vec<&Exchange> = counted(&all).collect();
    view.tables.push(sides(snapshot, &counted));
    view.tables.push(returned(snapshot, &counted));
    view.tables.push(lists::table(snapshot, &counted));
    view.tables.push(durations(snapshot, &counted));
    view.tables.push(held::table(snapshot));
    view.tables.push(remains::totals(snapshot));
    view.tables.push(remains::batches(snapshot));
    view.tables.push(problems(snapshot, &all));
    view.tables.push(listing::table(snapshot, &all));
    view.tables.push(listing::stages(snapshot, &all));
    view.notes = notes(&all);
    view
}

/// Every exchange with its subject, the earliest first.
fn exchanges(snapshot: &Snapshot) -> Vec<(String, Exchange)> {
    let states = snapshot.families().exchanges().states("exchange/");
    let mut all: Vec<(String, Exchange)> = states
        .filter_map(|(subject, state)| state.exchange().map(|e| (subject.to_owned(), e.clone())))
        .collect();
    let proposed = |exchange: &Exchange| exchange.proposal.as_ref().map(|p| p.at);
    all.sort_by(|(a, x), (b, y)| (proposed(x), a).cmp(&(proposed(y), b)));
    all
}

/// Those that count under the agreement.
fn counted(all: &[(String, Exchange)]) -> impl Iterator<Item = &Exchange> {
    all.iter().map(|(_, exchange)| exchange).filter(|exchange| !exchange.historical)
}

/// Every exchange that counts under the agreement, or of the baseline.
fn selector(historical: bool) -> Selector {
    Selector::new(FAMILY, ALL).with("historical", historical.to_string())
}

/// How many exchanges and stages, and the persons in them.
fn totals(snapshot: &Snapshot, all: &[(String, Exchange)]) -> Table {
    let columns = [("counted", "under the agreement"), ("baseline", "before it")];
    let mut table = Table::new("totals", "Exchanges and persons", &columns);
    let sides = [false, true].map(|historical| {
        let of: Vec<&Exchange> =
            all.iter().map(|(_, e)| e).filter(|e| e.historical == historical).collect();
        let mut numbers = Numbers::default();
        for exchange in &of {
            numbers.add(&Numbers::of(exchange));
        }
        (historical, of.len() as u64, numbers)
    });
    let mut row = |key: &str, label: &str, unit, value: &dyn Fn(u64, &Numbers) -> u64| {
        let cells = sides.iter().map(|(historical, exchanges, numbers)| {
            if *historical && *exchanges == 0 {
                return Cell::Empty;
            }
            let key = if *historical { format!("baseline/{key}") } else { key.to_owned() };
            figure(snapshot, key, value(*exchanges, numbers), unit, selector(*historical))
        });
        let cells = cells.collect();
        table.row(key, label, cells);
    };
    row("exchanges/number", "exchanges", "exchanges", &|exchanges, _| exchanges);
    row("exchanges/stages", "stages", "stages", &|_, numbers| numbers.stages);
    for member in MEMBERS {
        let key = format!("persons/{}", member.key);
        row(&key, member.label, "persons", &|_, numbers| (member.of)(numbers));
    }
    table
}

fn by_status(snapshot: &Snapshot, all: &[(String, Exchange)]) -> Table {
    let mut table = Table::new("status", "Exchanges by status", &[("exchanges", "exchanges")]);
    for status in Status::ALL.map(Status::as_str) {
        let number = counted(all).filter(|e| e.status().as_str() == status).count() as u64;
        if number > 0 {
            let key = format!("status/{status}");
            let cell =
                figure(snapshot, key, number, "exchanges", selector(false).with("status", status));
            table.row(status, status.replace('_', " "), vec![cell]);
        }
    }
    table
}

/// The same by the party that releases.
fn sides(snapshot: &Snapshot, counted: &[&Exchange]) -> Table {
    let mut by_side: BTreeMap<String, Numbers> = BTreeMap::new();
    for exchange in counted {
        for (side, numbers) in Numbers::by_side(exchange) {
            by_side.entry(side).or_default().add(&numbers);
        }
    }
    let columns = MEMBERS.map(|member| (member.key, member.label));
    let mut table = Table::new("sides", "Persons by the side that releases them", &columns);
    let below = small::below(snapshot);
    let shown = MEMBERS.map(|member| {
        let values: Vec<u64> = by_side.values().map(member.of).collect();
        small::guard(&values, below)
    });
    for (at, (side, numbers)) in by_side.iter().enumerate() {
        let cells = MEMBERS.iter().zip(&shown).map(|(member, shown)| {
            let key = format!("side/{side}/{}", member.key);
            let cell = || figure(snapshot, key, (member.of)(numbers), "persons", selector(false));
            shown.get(at).map_or(Cell::Empty, |shown| shown.cell(below, cell))
        });
        let cells = cells.collect();
        table.row(side, side, cells);
    }
    table
}

/// Who came home, by side and category.
fn returned(snapshot: &Snapshot, counted: &[&Exchange]) -> Table {
    let mut by_side: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    for exchange in counted {
        for (_, _, to, delivery) in exchange.deliveries() {
            for (category, persons) in delivery.accounts().flat_map(|account| &account.counts) {
                let sum = by_side.entry(to).or_default().entry(category.as_str()).or_default();
                *sum = sum.saturating_add(*persons);
            }
        }
    }
    let mut table = Table::new(
        "returned",
        "Persons who came home, by side and category",
        &[("received", "received")],
    );
    let below = small::below(snapshot);
    let sum = |categories: &BTreeMap<&str, u64>| {
        categories.values().fold(0, |sum: u64, persons| sum.saturating_add(*persons))
    };
    let sums: Vec<u64> = by_side.values().map(sum).collect();
    let cell = |key, value| figure(snapshot, key, value, "persons", selector(false));
    let sides = by_side.iter().zip(&sums).zip(small::guard(&sums, below));
    for (((side, categories), sum), whole) in sides {
        let shown = whole.cell(below, || cell(format!("returned/{side}"), *sum));
        table.row(*side, *side, vec![shown]);
        let values: Vec<u64> = categories.values().copied().collect();
        // The parts of what is not shown would add up to it.
        let parts = match whole {
            Shown::Yes => small::guard(&values, below),
            hidden => vec![hidden; values.len()],
        };
        for ((category, value), part) in categories.iter().zip(parts) {
            let key = format!("returned/{side}/{category}");
            let shown = part.cell(below, || cell(key, *value));
            table.row(format!("{side}/{category}"), format!("{side}, {category}"), vec![shown]);
        }
    }
    table
}

/// How long it took from the agreement until the books agreed.
fn durations(snapshot: &Snapshot, counted: &[&Exchange]) -> Table {
    let columns =
        [("exchanges", "exchanges"), ("median", "median days"), ("p90", "nine of ten within")];
    let mut table = Table::new("durations", "Days from the agreement to reconciliation", &columns);
    let mut days: Vec<u64> = counted.iter().filter_map(|e| listing::days(e)).collect();
    days.sort_unstable();
    if days.is_empty() {
        return table;
    }
    let rank = |percent: usize| {
        let at = (days.len() * percent).div_ceil(100).saturating_sub(1);
        days.get(at).copied().unwrap_or(0)
    };
    let cell = |member: &str, value, unit| {
        figure(snapshot, format!("duration/{member}"), value, unit, selector(false))
    };
    let cells = vec![
        cell("exchanges", days.len() as u64, "exchanges"),
        cell("median", rank(50), "days"),
        cell("p90", rank(90), "days"),
    ];
    table.row("duration", "agreed to reconciled", cells);
    table
}

/// What does not fit together, by the code of the finding; what it is in each exchange is a detail.
fn problems(snapshot: &Snapshot, all: &[(String, Exchange)]) -> Table {
    let columns = [("exchanges", "in exchanges"), ("batches", "in batches of remains")];
    let mut table = Table::new("problems", "What does not fit together", &columns);
    let mut codes: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (_, exchange) in all {
        for problem in exchange.problems() {
            codes.entry(problem.code).or_default().0 += 1;
        }
    }
    for (_, state) in snapshot.families().exchanges().states("remains/") {
        for problem in state.remains().map(Batch::problems).unwrap_or_default() {
            codes.entry(problem.code).or_default().1 += 1;
        }
    }
    for (code, (exchanges, batches)) in codes {
        let cell = |member: &str, value, subject| {
            if value == 0 {
                return Cell::Empty;
            }
            let key = format!("problems/{code}/{member}");
            figure(snapshot, key, value, "findings", Selector::new(FAMILY, subject))
        };
        let cells = vec![cell("exchanges", exchanges, ALL), cell("batches", batches, remains::ALL)];
        table.row(code, code.replace('_', " "), cells);
    }
    table
}

fn notes(all: &[(String, Exchange)]) -> Vec<String> {
    let mut notes = vec![
        "Received is what those who received say. Containers of remains are not persons.".to_owned(),
        "What is declared held stands source by source and is never added up; remaining is the source's number less those released since.".to_owned(),
    ];
    if all.iter().any(|(_, e)| e.reconciled.is_none()) {
        notes.push("Of an exchange that is not reconciled no number of persons is shown; the sums hold them.".to_owned());
    }
    let withheld =
        all.iter().flat_map(|(_, e)| e.deliveries()).filter(|d| d.3.is_withheld()).count();
    if withheld > 0 {
        notes.push(format!(
            "The numbers of {withheld} deliveries are not on record yet; sums are without them."
        ));
    }
    notes
}
