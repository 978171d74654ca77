//! What was said to one proposal of a text is not said to the next.

use super::{EFFECTIVE, START, agree, digest, enter, say, text};
use crate::tests::suspicion::enrol;
use crate::tests::world::{World, refused};
use serde_json::{Value, json};

fn propose(world: &mut World, scope: &str) -> String {
    let mut proposal = json!({
        "scope": scope, "text_digest": digest(0xaa), "effective_at": EFFECTIVE,
    });
    if scope == "general" {
        proposal["halts"] = json!([{"line": "front", "text_digest": digest(0xbb)}]);
    }
    say(world, "chair", "ceasefire.proposed", "", proposal)
}

fn accept(world: &mut World, party: &str, stream: &str) {
    say(world, party, "ceasefire.accepted", stream, json!({"text_digest": digest(0xaa)}));
}

fn instrument(stands_for: &str, of: u8) -> Value {
    json!({
        "party": "ru", "stands_for": stands_for, "text_digest": digest(of),
        "instrument_digest": digest(0xee), "verified_by": "seal and signature compared",
    })
}

fn deposit(world: &mut World, stands_for: &str, of: u8) -> u64 {
    say(world, "secretariat", "instrument.deposited", "", instrument(stands_for, of));
    world.size() - 1
}

fn halt(world: &mut World, party: &str) {
    let payload = json!({"line": "front", "text_digest": digest(0xbb)});
    say(world, party, "advance_halt.committed", "", payload);
}

fn try_to_enter(world: &mut World, stream: &str) -> Result<Vec<&'static str>, &'static str> {
    let payload = json!({"effective_at": EFFECTIVE});
    let outcome = world.submit("chair", "ceasefire.entered_into_force", stream, payload);
    let codes = |findings: Vec<accord_ledger::admission::Finding>| {
        findings.into_iter().map(|finding| finding.code).collect()
    };
    outcome.map(|(_, findings)| codes(findings)).map_err(|rejection| rejection.code)
}

#[test]
fn an_instrument_accepts_the_proposal_that_it_came_after() {
    let mut world = World::with_charter(START);
    let first = propose(&mut world, "sea");
    deposit(&mut world, "ceasefire.accepted", 0xaa);
    let second = propose(&mut world, "sea");
    for stream in [&first, &second] {
        accept(&mut world, "ua", stream);
    }
    assert_eq!(try_to_enter(&mut world, &second), Err("acceptance-missing"));
    let said = |world: &World, stream: &str| {
        text(&world.view("ceasefire"), "acceptances", &format!("{stream}/ru"), "said")
    };
    assert_eq!(said(&world, &second), "nothing");
    assert_eq!(said(&world, &first), "accepted by instrument, not signed by its own key");
    assert_eq!(try_to_enter(&mut world, &first), Ok(vec!["accepted_by_instrument"]));
    // One that was made out before the proposal was made, and recorded after it, is of another.
    let day_before = json!({"from": "2026-03-04T00:00:00Z", "precision": "day"});
    let payload = instrument("ceasefire.accepted", 0xaa);
    world.submit_of("secretariat", "instrument.deposited", "", day_before, payload).unwrap();
    assert_eq!(try_to_enter(&mut world, &second), Err("acceptance-missing"));
    deposit(&mut world, "ceasefire.accepted", 0xaa);
    assert_eq!(try_to_enter(&mut world, &second), Ok(vec!["accepted_by_instrument"]));
    world.check_replay();
}

#[test]
fn what_rests_on_an_instrument_is_said_when_it_is_taken_back() {
    let mut world = World::with_charter(START);
    let (stream, other) = (propose(&mut world, "sea"), propose(&mut world, "sea"));
    let instrument = deposit(&mut world, "ceasefire.accepted", 0xaa);
    accept(&mut world, "ua", &stream);
    assert_eq!(try_to_enter(&mut world, &stream), Ok(vec!["accepted_by_instrument"]));
    let entered = world.size() - 1;
    let by = world.retract(instrument);
    let all = world.now().families().findings();
    let said = |code: &str| -> Vec<(u64, String)> {
        let found = all.iter().filter(|(_, f)| f.code == code);
        found.map(|(_, f)| (f.seq, f.detail.clone())).collect()
    };
    let changed = said("basis_changed");
    let about = |seq: u64| changed.iter().find(|(act, _)| *act == seq);
    let (_, detail) = about(entered).unwrap();
    assert!(detail.contains(&format!("seq {by} changed what seq {instrument} says")), "{detail}");
    let retraction = said("changes_basis");
    let rests = format!("acts rest on seq {instrument}: seq {}, {entered};", entered - 1);
    assert!(
        retraction.iter().any(|(seq, detail)| *seq == by && detail.starts_with(&rests)),
        "{retraction:?}"
    );
    // What was done before it, and what another text bears, does not rest on it.
    assert!(changed.iter().all(|(act, _)| *act > instrument), "{changed:?}");
    assert_eq!(try_to_enter(&mut world, &other), Err("acceptance-missing"));
    world.check_replay();
}

#[test]
fn a_suspect_instrument_certifies_nothing() {
    let mut world = World::with_charter(START);
    let key = enrol(&mut world, "secretariat");
    let stream = propose(&mut world, "sea");
    accept(&mut world, "ua", &stream);
    world.log.at("2026-03-06T00:00:00Z");
    let forged = deposit(&mut world, "ceasefire.accepted", 0xaa);
    let state = |world: &World| text(&world.view("ceasefire"), "ceasefires", &stream, "state");
    assert_eq!(state(&world), "agreed");
    world.log.at("2026-03-07T00:00:00Z");
    let revoked = json!({
        "participant": "secretariat", "key": key, "reason": "compromised",
        "compromised_since": "2026-03-06T00:00:00Z",
    });
    world.kernel_event("key.revoked", "", revoked);
    assert_eq!(try_to_enter(&mut world, &stream), Err("rests-on-suspect"));
    assert_eq!(state(&world), "partly accepted");
    let said = text(&world.view("ceasefire"), "acceptances", &format!("{stream}/ru"), "said");
    assert_eq!(said, "an instrument accepts it, which is under suspicion");
    // Another one that nobody doubts goes before it.
    let mut sound = world.clone();
    sound.log.at("2026-03-08T00:00:00Z");
    deposit(&mut sound, "ceasefire.accepted", 0xaa);
    assert_eq!(try_to_enter(&mut sound, &stream), Ok(vec!["accepted_by_instrument"]));
    sound.check_replay();

    let targets = json!({"targets": [world.log.hash(forged)]});
    world.kernel_event("record.reaffirmed", "", targets);
    assert_eq!(try_to_enter(&mut world, &stream), Ok(vec!["accepted_by_instrument"]));
    world.check_replay();
}

#[test]
fn a_forged_instrument_does_not_undo_an_honest_one() {
    let mut world = World::with_charter(START);
    let key = enrol(&mut world, "secretariat");
    let stream = propose(&mut world, "sea");
    accept(&mut world, "ua", &stream);
    deposit(&mut world, "ceasefire.accepted", 0xaa);
    world.log.at("2026-03-06T00:00:00Z");
    deposit(&mut world, "ceasefire.accepted", 0xaa);
    let revoked = json!({
        "participant": "secretariat", "key": key, "reason": "compromised",
        "compromised_since": "2026-03-06T00:00:00Z",
    });
    world.kernel_event("key.revoked", "", revoked);
    assert_eq!(try_to_enter(&mut world, &stream), Ok(vec!["accepted_by_instrument"]));
}

#[test]
fn a_halt_is_committed_for_each_ceasefire() {
    let mut world = World::with_charter(START);
    let first = agree(&mut world);
    let second = propose(&mut world, "general");
    for party in ["ua", "ru"] {
        accept(&mut world, party, &second);
    }
    enter(&mut world, &first);
    assert_eq!(try_to_enter(&mut world, &second), Err("halt-missing"));
    halt(&mut world, "ua");
    assert_eq!(try_to_enter(&mut world, &second), Err("halt-missing"));
    // An instrument of a halt is bound to its proposal like any other.
    deposit(&mut world, "advance_halt.committed", 0xbb);
    let third = propose(&mut world, "general");
    assert_eq!(try_to_enter(&mut world, &second), Ok(vec!["halted_by_instrument"]));
    for party in ["ua", "ru"] {
        accept(&mut world, party, &third);
    }
    halt(&mut world, "ua");
    assert_eq!(try_to_enter(&mut world, &third), Err("halt-missing"));
    halt(&mut world, "ru");
    assert_eq!(try_to_enter(&mut world, &third), Ok(vec![]));
    let nobody = world.submit(
        "mission",
        "advance_halt.committed",
        "",
        json!({
            "line": "front", "text_digest": digest(0xbb),
        }),
    );
    assert_eq!(refused(nobody), "not-a-party");
    world.check_replay();
}
