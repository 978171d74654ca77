//! Entries signed with a key that was in other hands.

use super::board;
use super::cases::{allege, attribute};
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
