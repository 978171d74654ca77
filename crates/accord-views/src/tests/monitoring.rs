//! What monitors report, as judges and readers see it.

mod access;
mod civilians;
mod hotline;
mod observing;
mod random;
mod sites;

use super::provenance;
use super::world::World;
use crate::replay::Snapshot;
use crate::view::View;
use accord_format::time::Timestamp;
use accord_ledger::admission::Finding;
use accord_monitoring::Monitoring;
use accord_projection::Projector;
use serde_json::{Value, json};

/// The views that show what monitors report.
const VIEWS: [&str; 4] = ["ceasefire", "access", "weapons", "civilians"];

/// A world with a charter, on the first of March.
fn world() -> World {
    World::with_charter("2026-03-01T05:00:00Z")
}

fn second(from: &str) -> Value {
    json!({"from": from, "precision": "second"})
}

/// A time that began before the agreement and ended under it.
fn since_before(until: &str) -> Value {
    json!({"from": "2026-03-01T00:00:00Z", "until": until, "precision": "second"})
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
        let mechanism = ["out_of_order", "not_historical"].contains(&finding.code);
        assert!(declared || mechanism, "{} is not declared", finding.code);
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
    for name in VIEWS {
        provenance::check_at(world, name, as_of);
    }
}

/// The same, now; and the state that follows the record is the one that a replay makes.
fn check(world: &mut World) {
    check_figures(world, world.log.now());
    world.check_replay();
}
