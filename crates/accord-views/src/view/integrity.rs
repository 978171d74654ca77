//! The record itself: what was corrected, taken back, erased, is late or under suspicion.
//!
//! Its figures select from the family `record`, whose subjects are `corrections`, `corrected`,
//! `retracted`, `duplicates`, `redacted`, `suspects`, `void`, `late`, `findings/<code>` and
//! `provision/<code>`.

use super::figure::{figure, total};
use super::{Cell, Table, View};
use crate::marks::RECORD;
use crate::replay::Snapshot;
use accord_format::time::Timestamp;
use accord_projection::Selector;
use std::collections::{BTreeMap, BTreeSet};

/// Makes the view. Checkpoints, witnesses and proofs are the verifier's to report.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("integrity", "Integrity", snapshot);
    view.tables.push(record(snapshot));
    view.tables.extend(types(snapshot));
    view.tables.extend(findings(snapshot));
    view.tables.extend(correctors(snapshot));
    view.tables.extend(corrections(snapshot));
    view
}

fn record(snapshot: &Snapshot) -> Table {
    let mut table = Table::new("record", "The record", &[("entries", "entries")]);
    let tally = snapshot.families().tally();
    table.row("entries", "entries", vec![total("record/entries", tally.entries, "entries")]);
    let marks = [
        ("void", "void"),
        ("late", "recorded late"),
        ("corrections", "corrections in force"),
        ("corrected", "corrected"),
        ("retracted", "retracted"),
        ("duplicates", "duplicates"),
        ("redacted", "redacted"),
        ("suspects", "under suspicion"),
    ];
    for (mark, label) in marks {
        let selector = Selector::new(RECORD, mark);
        let count = snapshot.families().enumerate(&selector).len() as u64;
        let cell = figure(snapshot, format!("record/{mark}"), count, "entries", selector);
        table.row(mark, label, vec![cell]);
    }
    let disputes = snapshot.kernel().records().disputes();
    let open = disputes.values().filter(|d| d.settled.is_none()).count() as u64;
    table.row("disputes", "open disputes", vec![total("record/disputes", open, "disputes")]);
    let uninterpreted: u64 = tally.uninterpreted.values().sum();
    let cell = total("record/uninterpreted", uninterpreted, "entries");
    table.row("uninterpreted", "of types not interpreted", vec![cell]);
    table
}

fn types(snapshot: &Snapshot) -> Option<Table> {
    let mut table = Table::new("types", "Entries by type", &[("entries", "entries")]);
    let tally = snapshot.families().tally();
    for (name, count) in &tally.by_type {
        let cell = total(format!("types/{name}"), *count, "entries");
        table.row(name.clone(), name.clone(), vec![cell]);
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend(tally.uninterpreted.contains_key(name).then_some("not interpreted"));
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

fn findings(snapshot: &Snapshot) -> Option<Table> {
    let all = snapshot.families().findings();
    let codes: BTreeSet<String> = all.into_iter().map(|(_, f)| f.code.into_owned()).collect();
    let mut table = Table::new("findings", "Findings", &[("entries", "entries")]);
    for code in codes {
        let selector = Selector::new(RECORD, format!("findings/{code}"));
        let count = snapshot.families().enumerate(&selector).len() as u64;
        let cell = figure(snapshot, format!("findings/{code}"), count, "entries", selector);
        table.row(code.clone(), code.replace('_', " "), vec![cell]);
    }
    (!table.rows.is_empty()).then_some(table)
}

fn correctors(snapshot: &Snapshot) -> Option<Table> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, correction) in snapshot.families().basis().amendments.all_corrections() {
        *counts.entry(&correction.author).or_default() += 1;
    }
    let mut table =
        Table::new("correctors", "Corrections by author", &[("corrections", "corrections")]);
    for (author, count) in counts {
        let selector = Selector::new(RECORD, "corrections").with("author", author);
        let key = format!("correctors/{author}");
        table.row(author, author, vec![figure(snapshot, key, count, "corrections", selector)]);
    }
    (!table.rows.is_empty()).then_some(table)
}

fn corrections(snapshot: &Snapshot) -> Option<Table> {
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
    for (target, correction) in snapshot.families().basis().amendments.all_corrections() {
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
        }
    }
    (!table.rows.is_empty()).then_some(table)
}
