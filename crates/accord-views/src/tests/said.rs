//! What append says of an entry a replay says too.

use super::board::constitute;
use super::cases::allege;
use super::reports::quarter;
use super::world::World;
use crate::Families;
use crate::replay::Known;
use accord_ledger::admission::{Admission, Finding};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const OVERLAPS: &str = "period_overlaps";

fn fortnight(world: &mut World, value: u64) -> (u64, Vec<Finding>) {
    let occurred = json!({
        "from": "2026-03-01T00:00:00Z", "until": "2026-03-15T00:00:00Z", "precision": "day",
    });
    let count = json!({"value": value, "qualifier": "exact"});
    let payload = json!({"area": "donetsk", "ceasefire_violations": count});
    world.submit_of("mission", "observation.batch_recorded", "", occurred, payload).unwrap()
}

/// Entries of several families of which something is said in the light of what was there before,
/// with all that append said of them.
fn story() -> (World, BTreeSet<(u64, String, String)>) {
    let mut world = World::with_charter("2026-03-20T05:00:00Z");
    let mut said: Vec<(u64, Vec<Finding>)> =
        vec![fortnight(&mut world, 10), fortnight(&mut world, 20)];
    constitute(&mut world);
    let case = allege(&mut world, "observer", "ru");
    let mut say = |world: &mut World, who: &str, name: &str, stream: &str, payload: Value| {
        said.push(world.submit(who, name, stream, payload).unwrap());
    };
    for payload in [json!({"stance": "deny"}), json!({"stance": "accept"})] {
        say(&mut world, "ru", "violation.response_filed", &case, payload);
    }
    say(
        &mut world,
        "mission",
        "violation.visit_recorded",
        &case,
        json!({
            "places": [{"area": "atlantis"}], "interviews_count": 0, "refusals_count": 0, "access": "none",
        }),
    );
    say(
        &mut world,
        "mission",
        "sensor.status_changed",
        "",
        json!({"sensor": "c9", "works": false}),
    );
    say(
        &mut world,
        "auditor",
        "assessment.recorded",
        "",
        json!({"stipulation": "nowhere", "score": 1}),
    );
    let flat =
        said.into_iter().flat_map(|(seq, findings)| findings.into_iter().map(move |f| (seq, f)));
    let flat = flat.map(|(seq, f)| (seq, f.code.to_owned(), f.detail)).collect();
    (world, flat)
}

fn listed(families: &Families) -> BTreeSet<(u64, String, String)> {
    let all = families.findings().into_iter();
    all.map(|(_, f)| (f.seq, f.code.into_owned(), f.detail)).collect()
}

#[test]
fn what_append_said_a_replay_lists() {
    let (mut world, said) = story();
    let codes: BTreeSet<&str> = said.iter().map(|(_, code, _)| code.as_str()).collect();
    assert!(codes.contains(OVERLAPS) && codes.len() >= 4, "{codes:?}");
    let (snapshot, again) = world.judged_anew(world.size(), world.log.now());
    let again: BTreeSet<_> =
        again.into_iter().map(|(seq, f)| (seq, f.code.to_owned(), f.detail)).collect();
    assert_eq!(again, said, "judged again, the same is said");
    assert_eq!(listed(snapshot.families()), said);
    assert_eq!(listed(&world.families), said);
    // What the next opening reads back instead of a replay says it too.
    let mut kept = Families::new().unwrap();
    kept.restore(&world.families.snapshot()).unwrap();
    assert_eq!(listed(&kept), said);
    for code in codes {
        let entries: BTreeSet<u64> =
            said.iter().filter(|(_, c, _)| c == code).map(|(seq, ..)| *seq).collect();
        let figure = world.view("integrity").figure(&format!("findings/{code}")).unwrap().value;
        assert_eq!(figure, entries.len() as u64, "{code}");
    }
    world.check_replay();
}

#[test]
fn what_was_said_of_an_entry_holds_while_it_stands() {
    let mut world = World::with_charter("2026-03-20T05:00:00Z");
    fortnight(&mut world, 10);
    let (second, findings) = fortnight(&mut world, 20);
    assert_eq!(findings.iter().map(|f| f.code).collect::<Vec<_>>(), [OVERLAPS]);
    let overlaps = |world: &World, known| {
        let snapshot = world.replay(known, world.log.now());
        let all = snapshot.families().findings();
        all.into_iter()
            .filter(|(_, f)| f.code == OVERLAPS)
            .map(|(name, f)| (name, f.seq))
            .collect::<Vec<_>>()
    };
    assert_eq!(overlaps(&world, Known::All), [("monitoring", second)]);
    assert_eq!(overlaps(&world, Known::Size(second)), [], "it was not there yet");
    let before = world.size();
    world.retract(second);
    assert_eq!(overlaps(&world, Known::All), []);
    assert_eq!(overlaps(&world, Known::Size(before)), [("monitoring", second)], "known then");
    // As of a moment before it happened there is nothing to say it of.
    let early = accord_format::time::Timestamp::parse_seconds("2026-03-02T00:00:00Z").unwrap();
    let snapshot = world.replay(Known::Size(before), early);
    assert!(snapshot.families().findings().iter().all(|(_, f)| f.code != OVERLAPS));
    world.check_replay();
}

/// The judge of a report counts the findings that whoever wrote the report has counted.
#[test]
fn a_report_of_findings_is_what_the_judge_finds() {
    let mut world = World::founded("2025-12-20T05:00:00Z");
    world.log.at("2026-03-20T05:00:00Z");
    fortnight(&mut world, 10);
    fortnight(&mut world, 20);
    world.log.at("2026-04-02T05:00:00Z");
    let report = super::reports::compose(&world, quarter());
    let payload = super::reports::chosen(&report, "2026-q1", "integrity", "findings/");
    assert_eq!(payload["figures"].as_array().unwrap().len(), 1);
    world.submit("secretariat", "report.issued", "", payload.clone()).unwrap();
    let mut wrong = payload;
    (wrong["number"], wrong["figures"][0]["amount"]["value"]) = (json!("other"), json!(2));
    let refused = super::world::refused(world.submit("secretariat", "report.issued", "", wrong));
    assert_eq!(refused, "figure-differs");
}
