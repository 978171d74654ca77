//! The record itself: how large it is, what was corrected, taken back, erased or disputed, what is
//! late or under suspicion, and what a reader of the entries alone can know of its witnesses.
//!
//! Its figures select from the family `record`, whose subjects are `entries`, `types/<type>`,
//! `uninterpreted`, `corrections` (those that correct, narrowed by `author` and `reason`),
//! `corrected`, `retracted`, `duplicates`, `redacted`, `suspects`, `reaffirmed`, `endorsed`,
//! `disputed`, `disputes` (the entries that dispute, while open), `disputes/<provision>` (with what
//! they dispute), `settled` (disputes with what settled them), `void`, `late`,
//! `findings/<code>`, `provision/<code>`, `seen/<participant>`, and of an imported file
//! `rows/<digest>/<author>`, `row_events/…` and `row_corrections/…`.

mod marks;

use super::figure::figure;
use super::{Cell, Table, View, text};
use crate::marks::{RECORD, reason_of};
use crate::replay::Snapshot;
use accord_format::time::Timestamp;
use accord_ledger::brackets::Cosigned;
use accord_projection::{Correction, Selector};
use std::collections::BTreeMap;

/// Parts in a whole, of which a share is told.
const WHOLE: u64 = 10_000;

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("integrity", "Integrity", snapshot);
    view.tables.push(record(snapshot));
    view.tables.extend(anchored(snapshot));
    view.tables.extend(evidence(snapshot));
    view.tables.extend(types(snapshot));
    view.tables.extend(findings(snapshot));
    view.tables.extend(counted(snapshot, "correctors", "author", |c| &c.author));
    view.tables.extend(counted(snapshot, "reasons", "reason", |c| reason_of(&c.reason)));
    view.tables.extend(marks::corrections(snapshot));
    view.tables.extend(marks::retractions(snapshot));
    view.tables.extend(marks::duplicates(snapshot));
    view.tables.extend(marks::redactions(snapshot));
    view.tables.extend(marks::disputes(snapshot));
    view.tables.extend(seen(snapshot));
    view.tables.push(keys(snapshot));
    view.notes.push(
        "Signatures, checkpoints, cosignatures and forks are not in the entries, but for checkpoints that were anchored: `accord verify` judges them, and holds the record against receipts and checkpoints kept elsewhere."
            .to_owned(),
    );
    view
}

/// A count of the entries with a mark.
fn marked(snapshot: &Snapshot, key: String, mark: impl Into<String>, unit: &'static str) -> Cell {
    let selector = Selector::new(RECORD, mark);
    let count = snapshot.families().enumerate(&selector).len() as u64;
    figure(snapshot, key, count, unit, selector)
}

fn record(snapshot: &Snapshot) -> Table {
    let columns = [("entries", "entries")];
    let mut table = Table::new("record", "The record", &columns);
    for (mark, label) in [
        ("entries", "entries"),
        ("void", "void"),
        ("uninterpreted", "of types not interpreted"),
        ("late", "recorded late"),
        ("corrections", "corrections in force"),
        ("corrected", "corrected"),
        ("retracted", "retracted"),
        ("duplicates", "duplicates"),
        ("redacted", "redacted"),
        ("suspects", "under suspicion"),
        ("reaffirmed", "reaffirmed"),
        ("endorsed", "endorsed by others"),
        ("disputed", "disputed"),
    ] {
        table.row(mark, label, vec![marked(snapshot, format!("record/{mark}"), mark, "entries")]);
    }
    let tally = snapshot.families().tally();
    let late = (tally.late.len() as u64).saturating_mul(WHOLE);
    let share = late.checked_div(tally.entries).unwrap_or(0);
    let all = Selector::new(RECORD, "entries");
    let cell = figure(snapshot, "record/late_share", share, text::BASIS_POINTS, all);
    table.row("late_share", "share recorded late", vec![cell]);
    let disputes = snapshot.families().disputes();
    let (open, all) = (disputes.open().count() as u64, disputes.all().count() as u64);
    for (key, label, mark, count) in [
        ("record/disputes", "open disputes", "disputes", open),
        ("record/disputes/settled", "settled disputes", "settled", all.saturating_sub(open)),
    ] {
        let cell = figure(snapshot, key, count, "disputes", Selector::new(RECORD, mark));
        table.row(mark, label, vec![cell]);
    }
    let head = snapshot.head().map_or(Cell::Empty, |head| Cell::Text(head.to_string()));
    table.row("head", "hash of the last entry", vec![head]);
    table
}

/// How far witnesses have cosigned, by the checkpoints that the record itself holds.
fn anchored(snapshot: &Snapshot) -> Option<Table> {
    const TYPE: &str = "types/checkpoint.anchored";
    let columns = [("size", "entries"), ("since", "not before"), ("by", "at the latest")];
    let mut table = Table::new("witnessed", "Witnessed, as far as the record says", &columns);
    let last = snapshot.kernel().anchors().iter().max_by_key(|anchor| anchor.cosigned.size)?;
    let instant = |seconds: u64| {
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        Cell::Text(Timestamp::from_seconds(seconds).to_seconds_string())
    };
    let Cosigned { size, since, by } = last.cosigned;
    let size = figure(snapshot, "witnessed/size", size, "entries", Selector::new(RECORD, TYPE));
    let label = format!("checkpoint in entry {}", last.seq);
    table.row("size", label, vec![size, instant(since), instant(by)]);
    Some(table)
}

/// Evidence that nobody looked at, or that is not what it should be.
fn evidence(snapshot: &Snapshot) -> Option<Table> {
    let mut table = Table::new("evidence", "Evidence", &[("items", "items")]);
    let items = || snapshot.families().evidence().states("evidence/");
    if items().all(|(_, state)| state.item().is_none()) {
        return None;
    }
    for status in accord_evidence::Status::ALL {
        let of = |state: &accord_evidence::EvidenceState| {
            state.item().is_some_and(|item| item.status() == status)
        };
        let count = items().filter(|(_, state)| of(state)).count() as u64;
        let selector = Selector::new("evidence", "evidence/*").with("status", status.as_str());
        let key = format!("evidence/{}", status.as_str());
        table.row(
            status.as_str(),
            status.as_str(),
            vec![figure(snapshot, key, count, "items", selector)],
        );
    }
    Some(table)
}

fn types(snapshot: &Snapshot) -> Option<Table> {
    let mut table = Table::new("types", "Entries by type", &[("entries", "entries")]);
    let tally = snapshot.families().tally();
    for name in tally.by_type.keys() {
        let cell = marked(snapshot, format!("types/{name}"), format!("types/{name}"), "entries");
        table.row(name.clone(), name.clone(), vec![cell]);
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend(tally.uninterpreted.contains_key(name).then_some("not interpreted"));
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

fn findings(snapshot: &Snapshot) -> Option<Table> {
    let mut codes: BTreeMap<String, std::collections::BTreeSet<u64>> = BTreeMap::new();
    for (_, finding) in snapshot.families().findings() {
        codes.entry(finding.code.into_owned()).or_default().insert(finding.seq);
    }
    let mut table = Table::new("findings", "Findings", &[("entries", "entries")]);
    for (code, seqs) in codes {
        let selector = Selector::new(RECORD, format!("findings/{code}"));
        let key = format!("findings/{code}");
        let cell = figure(snapshot, key, seqs.len() as u64, "entries", selector);
        table.row(code.clone(), code.replace('_', " "), vec![cell]);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// Corrections in force by a property of theirs.
fn counted(
    snapshot: &Snapshot,
    key: &'static str,
    attribute: &'static str,
    of: impl Fn(&Correction) -> &str,
) -> Option<Table> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, correction) in snapshot.families().basis().amendments.all_corrections() {
        let count = counts.entry(of(correction)).or_default();
        *count = count.saturating_add(1);
    }
    let title = format!("Corrections by {attribute}");
    let mut table = Table::new(key, title, &[("corrections", "corrections")]);
    for (value, count) in counts {
        let selector = Selector::new(RECORD, "corrections").with(attribute, value);
        let cell = figure(snapshot, format!("{key}/{value}"), count, "corrections", selector);
        table.row(value, value.replace('_', " "), vec![cell]);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// How much of the record each author had seen and found to be its own history.
fn seen(snapshot: &Snapshot) -> Option<Table> {
    let columns = [("size", "entries seen"), ("seq", "as said in")];
    let mut table = Table::new("seen", "What authors have seen of the record", &columns);
    for (participant, seen) in &snapshot.families().tally().seen {
        let selector = Selector::new(RECORD, format!("seen/{participant}"));
        let cells = vec![
            figure(snapshot, format!("seen/{participant}"), seen.size, "entries", selector),
            Cell::Text(format!("seq {}", seen.seq)),
        ];
        table.row(participant, participant, cells);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// Under which keys a checkpoint of this size counts.
fn keys(snapshot: &Snapshot) -> Table {
    let mut table = Table::new("keys", "Keys that sign checkpoints now", &[("key", "key")]);
    let kernel = snapshot.kernel();
    for vkey in kernel.checkpoint_keys(snapshot.size()) {
        table.row(vkey.id_string(), "checkpoint", vec![Cell::Text(vkey.to_string())]);
    }
    let changed = kernel.key_history(snapshot.size()).last();
    let since = changed.map_or(Cell::Empty, |seq| Cell::Text(format!("seq {seq}")));
    table.row("since", "keys or their authority last changed", vec![since]);
    table
}
