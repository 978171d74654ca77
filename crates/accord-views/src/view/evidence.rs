//! Evidence: where it comes from, who keeps it, and whether it is what was registered.

use super::figure::{day, figure};
use super::{Cell, Table, View};
use crate::replay::Snapshot;
use accord_evidence::event::{CopyKind, Origin};
use accord_evidence::{EvidenceState, ItemState, Status};
use accord_projection::Selector;
use std::collections::{BTreeMap, BTreeSet};

const FAMILY: &str = "evidence";
const ITEMS: &str = "evidence/*";
/// How many items are listed; all are counted.
const LISTED_MAX: usize = 200;

type Items = [(String, ItemState)];
/// A property of items.
type Is<'a> = &'a dyn Fn(&ItemState) -> bool;

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("evidence", "Evidence", snapshot);
    let items = items(snapshot);
    view.tables.push(origins(snapshot, &items));
    view.tables.push(lapses(snapshot, &items));
    view.tables.extend(custody(snapshot, &items));
    view.tables.push(access(snapshot, &items));
    view.tables.extend(list(snapshot, &items));
    view.tables.extend(disclosures(snapshot));
    if items.len() > LISTED_MAX {
        view.notes.push(format!("{} items; the latest {LISTED_MAX} are listed.", items.len()));
    }
    view
}

fn items(snapshot: &Snapshot) -> Vec<(String, ItemState)> {
    let states = snapshot.families().evidence().states("evidence/");
    let mut items: Vec<_> = states
        .filter_map(|(subject, state)| state.item().map(|i| (subject.to_owned(), i.clone())))
        .collect();
    items.sort_by_key(|(_, item)| item.seq);
    items
}

fn all() -> Selector {
    Selector::new(FAMILY, ITEMS)
}

/// Items by origin and state.
fn origins(snapshot: &Snapshot, items: &Items) -> Table {
    let columns = [
        ("items", "items"),
        ("unverified", "unverified"),
        ("intact", "intact"),
        ("mismatch", "mismatch"),
        ("missing", "missing"),
    ];
    let mut table = Table::new("origins", "Items by origin and state", &columns);
    for origin in [Origin::Mission, Origin::Party, Origin::OpenSource, Origin::Public] {
        let name = origin.as_str();
        let of = |status: Option<Status>| {
            let is = |item: &ItemState| {
                item.origin == origin && status.is_none_or(|status| item.status() == status)
            };
            items.iter().filter(|(_, item)| is(item)).count() as u64
        };
        let selector = || all().with("origin", name);
        let key = |member: &str| format!("origins/{name}/{member}");
        let mut cells = vec![figure(snapshot, key("items"), of(None), "items", selector())];
        for status in Status::ALL {
            let selector = selector().with("status", status.as_str());
            let cell = figure(snapshot, key(status.as_str()), of(Some(status)), "items", selector);
            cells.push(cell);
        }
        table.row(name, name.replace('_', " "), cells);
    }
    table
}

fn lapses(snapshot: &Snapshot, items: &Items) -> Table {
    let mut table = Table::new("lapses", "What is not as it should be", &[("items", "items")]);
    let known: BTreeSet<&str> = items.iter().map(|(subject, _)| subject.as_str()).collect();
    let redacted = snapshot.families().basis().amendments.redactions();
    let unsigned = |item: &ItemState| item.custody.iter().any(|link| !link.signed);
    let alone = |item: &ItemState| {
        item.copy == CopyKind::Working
            && !item.original.as_deref().is_some_and(|original| known.contains(original))
    };
    let own = |item: &ItemState| item.checks.last().is_some_and(|check| check.by_custodian);
    let rows: [(&'static str, &str, Is<'_>); 7] = [
        ("unverified", "nobody verified it", &|item| item.status() == Status::Unverified),
        ("mismatch", "something else was found", &|item| item.status() == Status::Mismatch),
        ("missing", "not found", &|item| item.status() == Status::Missing),
        ("self_verified", "last verified by its own custodian", &own),
        ("unsigned", "handed over without a receipt", &unsigned),
        ("alone", "working copy of no registered original", &alone),
        ("erased", "erased", &|item| redacted.contains_key(&item.seq)),
    ];
    for (key, label, is) in rows {
        let count = items.iter().filter(|(_, item)| is(item)).count() as u64;
        let cell = figure(snapshot, format!("lapses/{key}"), count, "items", all());
        table.row(key, label, vec![cell]);
    }
    table
}

/// How many custodians items have had.
fn custody(snapshot: &Snapshot, items: &Items) -> Option<Table> {
    let mut lengths: BTreeMap<usize, u64> = BTreeMap::new();
    for (_, item) in items {
        let count = lengths.entry(item.custody.len()).or_default();
        *count = count.saturating_add(1);
    }
    let mut table = Table::new("custody", "Length of custody", &[("items", "items")]);
    for (length, count) in lengths {
        let selector = all().with("custodians", length.to_string());
        let cell = figure(snapshot, format!("custody/{length}"), count, "items", selector);
        let label =
            if length == 1 { "1 custodian".to_owned() } else { format!("{length} custodians") };
        table.row(length.to_string(), label, vec![cell]);
    }
    (!table.rows.is_empty()).then_some(table)
}

fn access(snapshot: &Snapshot, items: &Items) -> Table {
    let mut table = Table::new("access", "Access", &[("times", "times")]);
    let sum = |of: fn(&ItemState) -> u64| {
        items.iter().map(|(_, item)| of(item)).fold(0, u64::saturating_add)
    };
    let steps = |item: &ItemState| (item.custody.len() as u64).saturating_sub(1);
    for (key, label, count) in [
        ("transfers", "transfers", sum(steps)),
        ("accesses", "accesses", sum(|item| item.accesses)),
    ] {
        let cell = figure(snapshot, format!("access/{key}"), count, "times", all());
        table.row(key, label, vec![cell]);
    }
    let disclosed = snapshot.families().evidence().states("disclosure/");
    let disclosed = disclosed.filter(|(_, s)| matches!(&**s, EvidenceState::Disclosure(_))).count();
    let selector = Selector::new(FAMILY, "disclosure/*");
    let cell = figure(snapshot, "access/disclosures", disclosed as u64, "times", selector);
    table.row("disclosures", "disclosures", vec![cell]);
    table
}

fn list(snapshot: &Snapshot, items: &Items) -> Option<Table> {
    let columns = [
        ("status", "state"),
        ("origin", "origin"),
        ("copy", "copy"),
        ("content", "content"),
        ("registered", "registered"),
        ("custodian", "kept by"),
        ("custodians", "custodians"),
        ("disclosures", "disclosures"),
    ];
    let redacted = snapshot.families().basis().amendments.redactions();
    let mut table = Table::new("items", "Items", &columns);
    for (subject, item) in items.iter().rev().take(LISTED_MAX) {
        let number = |member: &str, count: u64, unit| {
            let key = format!("{subject}/{member}");
            figure(snapshot, key, count, unit, Selector::new(FAMILY, subject))
        };
        let content = item.name.clone().unwrap_or_else(|| item.content.clone());
        let cells = vec![
            Cell::Text(item.status().as_str().to_owned()),
            Cell::Text(item.origin.as_str().replace('_', " ")),
            Cell::Text(item.copy.as_str().to_owned()),
            Cell::Text(content),
            Cell::Text(format!("{} by {}", day(item.at), item.registered_by)),
            Cell::Text(item.custodian().to_owned()),
            number("custodians", item.custody.len() as u64, "custodians"),
            number("disclosures", item.disclosures, "times"),
        ];
        table.row(subject, subject, cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend(item.sealed.then_some("sealed"));
            row.marks.extend(redacted.contains_key(&item.seq).then_some("REDACTED"));
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

fn disclosures(snapshot: &Snapshot) -> Option<Table> {
    let columns = [
        ("target", "what"),
        ("recipient", "to"),
        ("legal_basis", "entitled by"),
        ("purpose", "what for"),
        ("by", "by"),
    ];
    let mut all: Vec<_> = Vec::new();
    for (subject, state) in snapshot.families().evidence().states("disclosure/") {
        if let EvidenceState::Disclosure(disclosure) = &*state {
            all.push((subject.to_owned(), disclosure.clone()));
        }
    }
    all.sort_by(|(a, x), (b, y)| (x.at, a).cmp(&(y.at, b)));
    let mut table = Table::new("disclosures", "Disclosures", &columns);
    for (subject, disclosure) in all.iter().rev().take(LISTED_MAX) {
        let cells = vec![
            Cell::Text(disclosure.target.clone()),
            Cell::Text(disclosure.recipient.clone()),
            Cell::Text(disclosure.legal_basis.clone()),
            Cell::Text(disclosure.purpose.clone()),
            Cell::Text(format!("{}, {}", disclosure.by, day(disclosure.at))),
        ];
        table.row(subject, day(disclosure.at), cells);
    }
    (!table.rows.is_empty()).then_some(table)
}
