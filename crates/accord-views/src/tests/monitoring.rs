//! What monitors report, as judges and readers see it.

mod access;
mod civilians;
mod hotline;
mod observing;
mod random;
mod sites;

use super::world::World;
use crate::replay::{Known, Replay, Snapshot};
use crate::view::{self, View};
use accord_format::time::Timestamp;
use accord_ledger::admission::Finding;
use accord_ledger::kernel;
use accord_monitoring::Monitoring;
use accord_projection::Projector;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The views that show what monitors report.
const VIEWS: [&str; 4] = ["ceasefire", "access", "weapons", "civilians"];

/// A world with a charter, on the first of March.
fn world() -> World {
    World::with_charter("2026-03-01T05:00:00Z")
}

fn second(from: &str) -> Value {
    json!({"from": from, "precision": "second"})
}

fn day(date: &str) -> Value {
    json!({"from": format!("{date}T00:00:00Z"), "precision": "day"})
}

fn exactly(value: u64) -> Value {
    json!({"value": value, "qualifier": "exact"})
}

/// The payload with another member.
fn with(payload: &Value, member: &str, value: impl Into<Value>) -> Value {
    let mut changed = payload.clone();
    changed[member] = value.into();
    changed
}

/// The codes of findings, each of which the family declares.
fn codes(findings: &[Finding]) -> Vec<&'static str> {
    for finding in findings {
        let declared = Monitoring::FINDINGS.iter().any(|guard| guard.code == finding.code);
        assert!(declared || finding.code == "out_of_order", "{} is not declared", finding.code);
    }
    findings.iter().map(|finding| finding.code).collect()
}

/// Takes a report in, and gives its seq and the codes of what is said about it.
fn report(
    world: &mut World,
    (author, name, stream): (&str, &str, &str),
    occurred: Value,
    payload: Value,
) -> (u64, Vec<&'static str>) {
    let (seq, findings) = world.submit_of(author, name, stream, occurred, payload).unwrap();
    (seq, codes(&findings))
}

/// What is said about an entry when the record is read again.
fn derived(snapshot: &Snapshot, seq: u64) -> Vec<String> {
    let all = snapshot.families().findings();
    all.into_iter().filter(|(_, f)| f.seq == seq).map(|(_, f)| f.code.to_string()).collect()
}

fn value(view: &View, key: &str) -> u64 {
    view.figure(key).unwrap_or_else(|| panic!("no figure {key} in {}", view.name)).value
}

fn absent(view: &View, key: &str) -> bool {
    view.figure(key).is_none()
}

/// Every figure comes to the same from the entries that it names, the kernel's besides; and one of
/// which nothing is named is nothing.
fn check_figures(world: &World, as_of: Timestamp) {
    let snapshot = world.replay(Known::All, as_of);
    for name in VIEWS {
        let view = view::view(name, &snapshot).unwrap();
        // Many figures come from the same entries.
        let mut alone: BTreeMap<Vec<u64>, View> = BTreeMap::new();
        for figure in view.figures() {
            let Some(provenance) = &figure.provenance else { continue };
            let named = snapshot.families().enumerate(&provenance.selector);
            let again = alone.entry(named.clone()).or_insert_with(|| {
                let entries = world.log.entries().iter().map(|entry| {
                    let kept = named.contains(&entry.header.seq) || kernel::owns(entry.event());
                    (entry.clone(), !kept)
                });
                let again = Replay::run(entries, &world.log, Known::All, as_of).unwrap();
                view::view(name, &again).unwrap()
            });
            let found = again.figure(&figure.key).map_or(0, |figure| figure.value);
            assert_eq!(found, figure.value, "{} of {name}", figure.key);
        }
    }
}

/// The same, now; and the state that follows the record is the one that a replay makes.
fn check(world: &mut World) {
    check_figures(world, world.log.now());
    world.check_replay();
}
