//! Who is still held: the gap to all for all, source by source.

use super::FAMILY;
use super::small;
use crate::replay::Snapshot;
use crate::view::figure::{day, figure, reported};
use crate::view::{Cell, Table};
use accord_catalogue::unit::{Count, Text};
use accord_exchanges::state::Tally;
use accord_projection::Selector;

pub(super) fn table(snapshot: &Snapshot) -> Table {
    let columns = [
        ("as_of", "as of"),
        ("declared", "declared held"),
        ("released", "released since"),
        ("remaining", "remaining"),
    ];
    let mut table = Table::new("remaining", "Persons held, source by source", &columns);
    for (subject, state) in snapshot.families().exchanges().states("held/") {
        let side = subject.trim_start_matches("held/");
        for (key, tally) in state.held().into_iter().flat_map(|held| &held.tallies) {
            let name = format!("remaining/{side}/{key}");
            let (source, category) = key.split_once('/').unwrap_or((key, "*"));
            let category = if category == "*" { "all" } else { category };
            let label = format!("{side}, {category}, by {source}");
            table.row(name.clone(), label, cells(snapshot, subject, &name, tally));
            if let Some(row) = table.rows.last_mut() {
                row.marks.extend(tally.unexplained.is_some().then_some("unexplained fall"));
                row.marks.extend(tally.is_exceeded().then_some("more released than held"));
            }
        }
    }
    table
}

fn cells(snapshot: &Snapshot, subject: &str, name: &str, tally: &Tally) -> Vec<Cell> {
    let below = small::below(snapshot);
    let selector = || Selector::new(FAMILY, subject);
    let guarded = |value: u64, cell: &dyn Fn() -> Cell| {
        if small::is_small(value, below) { Cell::Suppressed { below } } else { cell() }
    };
    let number = |member: &str, value: u64| {
        guarded(value, &|| {
            figure(snapshot, format!("{name}/{member}"), value, "persons", selector())
        })
    };
    let declared = &tally.declared;
    let count = Count {
        value: declared.value,
        qualifier: declared.qualifier,
        word: declared.word.as_deref().and_then(|word| Text::new(word).ok()),
    };
    let held = guarded(declared.value, &|| {
        let key = format!("{name}/declared");
        reported(snapshot, key, Some(&count), "persons", selector(), (tally.seq, "count"))
    });
    let mut remaining = number("remaining", tally.remaining());
    if let Cell::Figure(figure) = &mut remaining {
        figure.qualifier = Some(declared.qualifier);
    }
    vec![Cell::Text(day(tally.at)), held, number("released", tally.released), remaining]
}
