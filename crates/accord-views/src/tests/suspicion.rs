//! Entries signed with a key that was in other hands.

use super::board;
use super::cases::{allege, attribute};
use super::determined::adopted;
use super::world::World;
use accord_format::key::NoteSigner;
use serde_json::json;

/// Enrols the key with which the log signs for a participant.
pub(super) fn enrol(world: &mut World, participant: &str) -> String {
    let key = NoteSigner::from_seed(&format!("{participant}/test"), &[7; 32]).unwrap();
    let payload = json!({
        "participant": participant, "name": participant, "kind": "body", "roles": ["mission"],
        "vkey": key.vkey().to_string(), "possession": "not looked at here",
    });
    world.kernel_event("participant.enrolled", "", payload);
    key.id_string()
}

#[test]
fn a_decision_does_not_rest_on_what_is_suspect() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let key = enrol(&mut world, "mission");
    let case = allege(&mut world, "observer", "ru");
    world.log.at("2026-03-02T05:00:00Z");
    attribute(&mut world, &case);
    let registered = world.size() - 4;
    world.kernel_event(
        "key.revoked",
        "",
        json!({"participant": "mission", "key": key, "reason": "compromised", "compromised_since": "2026-03-02T05:00:02Z"}),
    );
    // Registered at :01, before the theft; opened, found and attributed after it.
    let suspects: Vec<u64> = world.families.basis().amendments.suspects().iter().copied().collect();
    assert_eq!(suspects, [registered + 1, registered + 2, registered + 3]);
    assert_eq!(world.view("integrity").figure("record/suspects").unwrap().value, 3);
    let docket = world.view("violations");
    assert!(docket.figure("status/attributed").unwrap().suspect);

    board::constitute(&mut world);
    let resolution = board::table(&mut world, &[&case]);
    for seat in ["chair", "ukraine", "union", "britain", "france"] {
        board::vote(&mut world, &resolution, seat, "for").unwrap();
    }
    board::declare(&mut world, &resolution, "adopted").unwrap();
    let decide = |world: &mut World| board::adjudicate(world, &case, &resolution, "ru");
    assert_eq!(decide(&mut world), Err("rests-on-suspect"));

    let targets: Vec<String> = suspects.iter().map(|seq| world.log.hash(*seq)).collect();
    world.kernel_event("record.reaffirmed", "", json!({ "targets": targets }));
    assert!(!world.view("violations").figure("status/attributed").unwrap().suspect);
    decide(&mut world).unwrap();
    world.check_replay();
}

/// Revokes the secretariat's key, which corrects and retracts in these tests, from an instant on.
fn stolen_since(world: &mut World, key: &str, since: &str) {
    let payload = json!({
        "participant": "secretariat", "key": key, "reason": "compromised",
        "compromised_since": since,
    });
    world.kernel_event("key.revoked", "", payload);
}

fn suspects(world: &World) -> Vec<u64> {
    world.families.basis().amendments.suspects().iter().copied().collect()
}

#[test]
fn what_is_retracted_is_told_as_retracted_and_not_as_suspect() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let key = enrol(&mut world, "secretariat");
    let report = |world: &mut World| {
        let payload = json!({
            "party": "ru", "stands_for": "ceasefire.accepted", "text_digest": "ab".repeat(32),
            "instrument_digest": "cd".repeat(32), "verified_by": "seal",
        });
        world.submit("secretariat", "instrument.deposited", "", payload).unwrap().0
    };
    world.log.at("2026-03-02T05:00:00Z");
    let [before, after, stands] = [report(&mut world), report(&mut world), report(&mut world)];
    let early = world.retract(before);
    stolen_since(&mut world, &key, "2026-03-02T05:00:00Z");
    // What was retracted before the theft was known never was suspect; who retracted it is.
    assert_eq!(suspects(&world), [after, stands, early]);
    let figure = |world: &World, key: &str| world.view("integrity").figure(key).unwrap().value;
    assert_eq!((figure(&world, "record/suspects"), figure(&world, "record/retracted")), (3, 1));
    world.log.at("2026-03-03T05:00:00Z");
    world.retract(after);
    assert_eq!(suspects(&world), [stands, early]);
    assert_eq!((figure(&world, "record/suspects"), figure(&world, "record/retracted")), (2, 2));
    world.check_replay();
}

#[test]
fn a_suspect_correction_is_as_bad_a_ground_as_a_suspect_entry() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let key = enrol(&mut world, "secretariat");
    let case = allege(&mut world, "observer", "ru");
    let alleged = world.size() - 1;
    attribute(&mut world, &case);
    board::constitute(&mut world);
    let resolution = adopted(&mut world, &[&case]);
    world.log.at("2026-03-02T05:00:00Z");
    let patch = json!([{"pointer": "/payload/area", "old": "donetsk", "new": "luhansk"}]);
    let correction = world.correct(alleged, &patch);
    stolen_since(&mut world, &key, "2026-03-02T05:00:00Z");
    assert_eq!(suspects(&world), [correction]);
    let decide = |world: &mut World| board::adjudicate(world, &case, &resolution, "ru");
    assert_eq!(decide(&mut world), Err("rests-on-suspect"));
    // Taken back, it is no part of what the case says.
    world.retract(correction);
    decide(&mut world).unwrap();
    world.check_replay();
}
