//! The remains of the dead: each counter for itself.

use super::FAMILY;
use super::small;
use crate::replay::Snapshot;
use crate::view::figure::figure;
use crate::view::{Cell, Table};
use accord_catalogue::unit::{Count, Qualifier};
use accord_exchanges::state::{Batch, Sum};
use accord_projection::Selector;

/// The subjects of batches.
pub(super) const ALL: &str = "remains/*";
/// How many batches are listed; all are counted.
const LISTED_MAX: usize = 200;

/// A counter of a batch.
struct Counter {
    key: &'static str,
    label: &'static str,
    unit: &'static str,
    of: fn(&Batch) -> Sum,
}

const CONTAINERS: &str = "containers";
const PERSONS: &str = "persons";

const COUNTERS: [Counter; 9] = [
    Counter {
        key: "handed_over",
        label: "containers handed over",
        unit: CONTAINERS,
        of: Batch::containers_handed_over,
    },
    Counter {
        key: "received",
        label: "containers received",
        unit: CONTAINERS,
        of: Batch::containers_received,
    },
    Counter {
        key: "examined",
        label: "containers examined",
        unit: CONTAINERS,
        of: |batch| exactly(batch.examined.containers),
    },
    Counter {
        key: "multi_person",
        label: "of them with several persons",
        unit: CONTAINERS,
        of: |batch| exactly(batch.examined.multi_person),
    },
    Counter {
        key: "profiles",
        label: "persons by their profiles",
        unit: PERSONS,
        of: |batch| exactly(batch.examined.profiles),
    },
    Counter {
        key: "identified",
        label: "persons identified",
        unit: PERSONS,
        of: |batch| batch.identified.clone(),
    },
    Counter {
        key: "unidentifiable",
        label: "persons unidentifiable",
        unit: PERSONS,
        of: |batch| batch.unidentifiable.clone(),
    },
    Counter {
        key: "misattributed",
        label: "persons misattributed",
        unit: PERSONS,
        of: Batch::persons_misattributed,
    },
    Counter {
        key: "sent_back",
        label: "persons sent back",
        unit: PERSONS,
        of: Batch::persons_sent_back,
    },
];

fn exactly(value: u64) -> Sum {
    Sum::of(&Count { value, qualifier: Qualifier::Exact, word: None })
}

fn cell(snapshot: &Snapshot, key: String, sum: Sum, unit: &'static str, of: Selector) -> Cell {
    let mut cell = figure(snapshot, key, sum.value, unit, of);
    if let Cell::Figure(figure) = &mut cell {
        figure.qualifier = Some(sum.qualifier);
        figure.word = sum.word;
    }
    cell
}

fn all(snapshot: &Snapshot) -> Vec<(String, Batch)> {
    let states = snapshot.families().exchanges().states("remains/");
    states
        .filter_map(|(subject, state)| state.remains().map(|b| (subject.to_owned(), b.clone())))
        .collect()
}

/// Sums over all batches.
pub(super) fn totals(snapshot: &Snapshot) -> Table {
    let columns = [("counted", "under the agreement"), ("baseline", "before it")];
    let mut table = Table::new("remains", "Remains", &columns);
    let batches = all(snapshot);
    if batches.is_empty() {
        return table;
    }
    for counter in COUNTERS {
        let cells = [false, true].map(|historical| {
            let of: Vec<&Batch> =
                batches.iter().map(|(_, b)| b).filter(|b| b.historical == historical).collect();
            if historical && of.is_empty() {
                return Cell::Empty;
            }
            let mut sum = Sum::default();
            for batch in of {
                sum.join(&(counter.of)(batch));
            }
            let key = format!("remains/{}", counter.key);
            let key = if historical { format!("baseline/{key}") } else { key };
            let selector = Selector::new(FAMILY, ALL).with("historical", historical.to_string());
            cell(snapshot, key, sum, counter.unit, selector)
        });
        table.row(counter.key, counter.label, cells.into());
    }
    table
}

/// Batch by batch; small numbers of persons are not shown.
pub(super) fn batches(snapshot: &Snapshot) -> Table {
    let mut columns = vec![("status", "status")];
    columns.extend(COUNTERS.iter().map(|counter| (counter.key, counter.label)));
    let mut table = Table::new("batches", "Remains by batch", &columns);
    let batches = all(snapshot);
    let below = small::below(snapshot);
    for (subject, batch) in batches.iter().rev().take(LISTED_MAX) {
        let code = subject.trim_start_matches("remains/");
        let mut cells = vec![Cell::Text(batch.stage().as_str().replace('_', " "))];
        for counter in &COUNTERS {
            let sum = (counter.of)(batch);
            if counter.unit == PERSONS && small::is_small(sum.value, below) {
                cells.push(Cell::Suppressed { below });
                continue;
            }
            let key = format!("batch/{code}/{}", counter.key);
            let selector = Selector::new(FAMILY, subject.clone());
            cells.push(cell(snapshot, key, sum, counter.unit, selector));
        }
        table.row(subject.clone(), code, cells);
        if let Some(row) = table.rows.last_mut() {
            let problems = batch.problems();
            let has = |code: &str| problems.iter().any(|problem| problem.code == code);
            row.marks.extend(has("counts_differ").then_some("differs"));
            row.marks.extend(has("does_not_add_up").then_some("does not add up"));
            row.marks.extend(batch.historical.then_some("baseline"));
        }
    }
    table
}
