//! Reports: issued, frozen, and what becomes of their figures. What its parts have in common.

mod contents;
mod cost;
mod errata;
mod issue;

use super::world::World;
use crate::replay::{Known, Snapshot};
use crate::report::{Choice, Material, Period, Report, payload};
use crate::view::{self, View};
use accord_format::hash::NodeHash;
use accord_format::merkle;
use accord_format::time::Timestamp;
use accord_oversight::event::{ReportFile, ReportForm};
use accord_projection::Provenance;
use serde_json::{Value, json};

const VIOLATIONS: &str = "ceasefire_violations";

fn at(text: &str) -> Timestamp {
    Timestamp::parse_seconds(text).unwrap()
}

/// What is told of in the tests: a fortnight, casualties and an allegation, all in the first quarter.
struct Story {
    world: World,
    fortnight: u64,
    case: u64,
}

pub(super) fn count(value: u64) -> Value {
    json!({"value": value, "qualifier": "exact"})
}

fn casualty(world: &mut World, day: &str, killed: u64) -> u64 {
    let occurred = json!({"from": format!("{day}T00:00:00Z"), "precision": "day"});
    let persons = json!({"men": 0, "women": 0, "boys": 0, "girls": 0, "unknown": killed});
    let payload = json!({
        "area": "donetsk", "killed": killed, "injured": 0, "persons": persons, "cause": "shelling",
        "corroborated": true,
    });
    world.submit_of("mission", "casualty.recorded", "", occurred, payload).unwrap().0
}

fn fortnight(world: &mut World, from: &str, until: &str, value: u64) -> u64 {
    let occurred = json!({"from": format!("{from}T00:00:00Z"), "until": format!("{until}T00:00:00Z"), "precision": "day"});
    let payload = json!({"area": "donetsk", VIOLATIONS: count(value)});
    world.submit_of("mission", "observation.batch_recorded", "", occurred, payload).unwrap().0
}

impl Story {
    fn begin() -> Self {
        let mut world = World::founded("2025-12-20T05:00:00Z");
        world.log.at("2026-01-20T05:00:00Z");
        let fortnight = fortnight(&mut world, "2026-01-05", "2026-01-19", 253);
        casualty(&mut world, "2026-01-10", 2);
        let allegation = json!({"category": "A2", "against": "ru"});
        let (case, _) = world.submit("observer", "violation.alleged", "", allegation).unwrap();
        world.log.at("2026-04-02T05:00:00Z");
        Self { world, fortnight, case }
    }

    fn key(&self, member: &str) -> String {
        let view = self.world.view("ceasefire");
        let found = view.figures().find(|f| f.key.ends_with(member)).unwrap();
        found.key.clone()
    }
}

fn root(world: &World, size: u64) -> NodeHash {
    let leaves: Vec<_> = world.log.entries()[..usize::try_from(size).unwrap()]
        .iter()
        .map(|e| merkle::leaf_hash(&e.to_bytes()))
        .collect();
    merkle::root_of(&leaves)
}

pub(super) fn quarter() -> Period {
    Period {
        label: "2026-Q1".to_owned(),
        from: at("2026-01-01T00:00:00Z"),
        until: at("2026-04-01T00:00:00Z"),
    }
}

fn compose_of(period: Period, world: &World, closing: &Snapshot, opening: &Snapshot) -> Report {
    let root = root(world, closing.size());
    let material = Material { closing, root, opening, views: &[], frozen: &[] };
    Report::compose(period, &material).unwrap()
}

/// The report of a period, from all that is known.
pub(super) fn compose(world: &World, period: Period) -> Report {
    let mut closing = world.replay(Known::All, period.until);
    closing.compare_reports(&world.log).unwrap();
    let opening = world.replay(Known::All, period.from);
    compose_of(period, world, &closing, &opening)
}

fn files() -> Vec<ReportFile> {
    let digest = accord_catalogue::unit::Digest::new("cd".repeat(32)).unwrap();
    vec![ReportFile { form: ReportForm::Html, digest }]
}

fn signed(report: &Report, number: &str) -> Value {
    serde_json::to_value(payload(report, number, files(), &[]).unwrap()).unwrap()
}

/// The payload that freezes the figures of a view whose keys begin so.
pub(super) fn chosen(report: &Report, number: &str, view: &str, prefix: &str) -> Value {
    let choice = Choice { view: view.to_owned(), prefix: prefix.to_owned() };
    serde_json::to_value(payload(report, number, files(), &[choice]).unwrap()).unwrap()
}

/// The view with every figure made again.
fn compared(world: &World, known: Known) -> View {
    let mut snapshot = world.replay(known, world.log.now());
    snapshot.compare_reports(&world.log).unwrap();
    let view = view::view("reports", &snapshot).unwrap();
    for figure in view.figures() {
        let provenance = figure.provenance.as_ref().unwrap();
        let seqs = snapshot.families().enumerate(&provenance.selector);
        let again = Provenance::new(provenance.selector.clone(), &seqs);
        assert_eq!(*provenance, again, "{}", figure.key);
    }
    view
}

fn row<'a>(view: &'a View, key: &str) -> &'a view::Row {
    let rows = view.tables.iter().filter(|t| t.key == "figures").flat_map(|t| &t.rows);
    rows.into_iter().find(|row| row.key == key).unwrap_or_else(|| panic!("no row {key}"))
}

fn value(view: &View, key: &str) -> Option<u64> {
    view.figure(key).map(|f| f.value)
}
