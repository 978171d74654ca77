//! Each mark by itself: what bears it, and which entry put it there.

use crate::replay::Snapshot;
use crate::view::{Cell, Table, When};
use accord_format::time::Timestamp;

/// How many marks of a kind are listed; all are counted.
const LISTED_MAX: usize = 200;

fn seq(seq: u64) -> Cell {
    Cell::Text(format!("seq {seq}"))
}

/// The latest rows, or no table at all.
fn listed(mut table: Table) -> Option<Table> {
    let beyond = table.rows.len().saturating_sub(LISTED_MAX);
    if beyond > 0 {
        table.rows.drain(..beyond);
        table.title = format!("{}, the last {LISTED_MAX}", table.title);
    }
    (!table.rows.is_empty()).then_some(table)
}

pub(super) fn corrections(snapshot: &Snapshot) -> Option<Table> {
    let columns = [
        ("target", "entry"),
        ("pointer", "what"),
        ("old", "old"),
        ("new", "new"),
        ("author", "by"),
        ("reason", "why"),
        ("recorded", "when"),
    ];
    let mut table = Table::new("corrections", "Corrections", &columns);
    let mut all: Vec<_> = snapshot.families().basis().amendments.all_corrections().collect();
    all.sort_by_key(|(_, correction)| correction.by);
    for (target, correction) in all {
        for patch in &correction.patches {
            let value = |v: &Option<serde_json::Value>| {
                Cell::Text(v.as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string))
            };
            let recorded = Timestamp::from_micros(correction.recorded).to_seconds_string();
            let cells = vec![
                Cell::Text(target.to_string()),
                Cell::Text(patch.pointer.clone()),
                value(&patch.old),
                value(&patch.new),
                Cell::Text(correction.author.clone()),
                Cell::Text(correction.reason.clone()),
                Cell::Text(recorded),
            ];
            let by = correction.by;
            table.row(format!("{by}{}", patch.pointer), format!("seq {by}"), cells);
            table.of(When::since(correction.recorded, Some(correction.recorded)));
        }
    }
    listed(table)
}

pub(super) fn retractions(snapshot: &Snapshot) -> Option<Table> {
    let mut table = Table::new("retractions", "Retractions", &[("by", "taken back by")]);
    let mut all: Vec<_> = snapshot.families().basis().amendments.retractions().iter().collect();
    all.sort_by_key(|(_, by)| **by);
    for (target, by) in all {
        table.row(target.to_string(), format!("seq {target}"), vec![seq(*by)]);
    }
    listed(table)
}

pub(super) fn duplicates(snapshot: &Snapshot) -> Option<Table> {
    let columns = [("canonical", "counts in its place"), ("by", "marked by")];
    let mut table = Table::new("duplicates", "Duplicates", &columns);
    let amendments = &snapshot.families().basis().amendments;
    let mut all: Vec<_> = amendments.duplicates().iter().collect();
    all.sort_by_key(|(_, duplicate)| duplicate.by);
    for (target, duplicate) in all {
        let cells = vec![seq(duplicate.canonical), seq(duplicate.by)];
        table.row(target.to_string(), format!("seq {target}"), cells);
        if let Some(row) = table.rows.last_mut() {
            let gone = amendments.retractions().contains_key(&duplicate.canonical);
            row.marks.extend(gone.then_some("neither counts"));
        }
    }
    listed(table)
}

pub(super) fn redactions(snapshot: &Snapshot) -> Option<Table> {
    let mut table = Table::new("redactions", "Redactions", &[("by", "erased by")]);
    for (target, by) in snapshot.families().basis().amendments.redactions() {
        let by: Vec<String> = by.iter().map(|seq| format!("seq {seq}")).collect();
        table.row(target.to_string(), format!("seq {target}"), vec![Cell::Text(by.join(", "))]);
    }
    listed(table)
}

pub(super) fn disputes(snapshot: &Snapshot) -> Option<Table> {
    let columns = [
        ("target", "entry"),
        ("by", "disputed by"),
        ("settled", "settled"),
        ("resolution", "resolution"),
    ];
    let mut table = Table::new("disputes", "Disputes", &columns);
    let mut all: Vec<_> = snapshot.families().disputes().all().collect();
    all.sort_by_key(|dispute| dispute.by);
    for dispute in all {
        let settled = dispute.settled.as_ref();
        let resolution = settled.and_then(|s| s.resolution.clone());
        let cells = vec![
            seq(dispute.target),
            Cell::Text(dispute.author.clone()),
            settled.map_or(Cell::Empty, |s| seq(s.seq)),
            resolution.map_or(Cell::Empty, Cell::Text),
        ];
        table.row(dispute.by.to_string(), format!("seq {}", dispute.by), cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend(settled.is_none().then_some("open"));
        }
    }
    listed(table)
}
