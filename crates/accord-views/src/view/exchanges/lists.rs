//! How far lists were right, as each participant that checked them says. Entries of lists are not
//! persons.

use super::selector;
use crate::replay::Snapshot;
use crate::view::Table;
use crate::view::figure::figure;
use crate::view::text::BASIS_POINTS;
use accord_exchanges::Exchange;
use accord_exchanges::event::ListErrors;
use std::collections::BTreeMap;

/// What one participant's checks came to.
#[derive(Default)]
struct Checked {
    lists: u64,
    entries: u64,
    matched: u64,
    unmatched: u64,
    errors: ListErrors,
}

impl Checked {
    /// Errors in ten thousand entries.
    fn rate(&self) -> u64 {
        let (errors, entries) = (u128::from(self.errors.total()), u128::from(self.entries));
        let rate = errors.saturating_mul(10_000).checked_div(entries).unwrap_or(0);
        u64::try_from(rate).unwrap_or(u64::MAX)
    }
}

pub(super) fn table(snapshot: &Snapshot, counted: &[&Exchange]) -> Table {
    let columns = [
        ("lists", "lists"),
        ("entries", "entries"),
        ("matched", "matched"),
        ("unmatched", "unmatched"),
        ("duplicate", "duplicate"),
        ("already_released", "already released"),
        ("wrong_category", "wrong category"),
        ("identity_error", "identity error"),
        ("errors", "errors"),
        ("error_rate", "error rate"),
    ];
    let mut table = Table::new("lists", "Lists by who checked them", &columns);
    let mut all: BTreeMap<&str, Checked> = BTreeMap::new();
    for list in counted.iter().flat_map(|exchange| exchange.lists.values()) {
        for (by, check) in list.sound_checks() {
            let sum = all.entry(by).or_default();
            sum.lists = sum.lists.saturating_add(1);
            sum.entries = sum.entries.saturating_add(list.count);
            sum.matched = sum.matched.saturating_add(check.matched);
            sum.unmatched = sum.unmatched.saturating_add(check.unmatched);
            sum.errors.add(&check.errors);
        }
    }
    for (by, sum) in all {
        let cell = |member: &str, value, unit| {
            figure(snapshot, format!("lists/{by}/{member}"), value, unit, selector(false))
        };
        let mut cells = vec![
            cell("lists", sum.lists, "lists"),
            cell("entries", sum.entries, "list entries"),
            cell("matched", sum.matched, "list entries"),
            cell("unmatched", sum.unmatched, "list entries"),
        ];
        for (kind, errors) in sum.errors.by_kind() {
            cells.push(cell(kind, errors, "list entries"));
        }
        cells.push(cell("errors", sum.errors.total(), "list entries"));
        cells.push(cell("error_rate", sum.rate(), BASIS_POINTS));
        table.row(by, by, cells);
    }
    table
}
