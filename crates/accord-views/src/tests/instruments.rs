//! Texts deposited for a party that has no keys here.

use super::world::{World, foreign};
use accord_projection::Facts;
use serde_json::json;

#[test]
fn who_stands_behind_a_text_is_a_fact() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let deposit = |world: &mut World, party: &str, stands_for: &str, text: &str| {
        let payload = json!({
            "party": party, "stands_for": stands_for, "text_digest": text.repeat(32),
            "instrument_digest": "ee".repeat(32), "verified_by": "seal and signature compared",
        });
        let outcome = world.submit("secretariat", "instrument.deposited", "", payload);
        let (seq, findings) = outcome.unwrap();
        (seq, findings.into_iter().map(|f| f.code).collect::<Vec<_>>())
    };
    let subject =
        |stands_for: &str, text: &str| format!("instruments/{stands_for}/{}", text.repeat(32));
    let parties = |world: &World, subject: &str| {
        Facts::fact(&world.families, "instrument.deposited", subject)
    };
    let accepted = subject("ceasefire.accepted", "ab");
    assert_eq!(parties(&world, &accepted), None);
    let (first, findings) = deposit(&mut world, "ru", "ceasefire.accepted", "ab");
    assert_eq!(findings, ["not_signed_by_own_key"]);
    deposit(&mut world, "ru", "ceasefire.accepted", "cd");
    deposit(&mut world, "ru", "advance_halt.committed", "ab");
    assert_eq!(parties(&world, &accepted), Some(json!({"parties": ["ru"]})));
    let (_, findings) = deposit(&mut world, "atlantis", "ceasefire.accepted", "ab");
    assert_eq!(findings, ["not_signed_by_own_key", "unknown_side"]);
    deposit(&mut world, "ua", "ceasefire.accepted", "ab");
    deposit(&mut world, "ua", "ceasefire.accepted", "ab");
    let all = json!({"parties": ["atlantis", "ru", "ua"]});
    assert_eq!(parties(&world, &accepted), Some(all));
    foreign(&mut world);
    world.check_replay();
    world.retract(first);
    world.check_replay();
    let left = json!({"parties": ["atlantis", "ua"]});
    assert_eq!(parties(&world, &accepted), Some(left));
    let board = world.view("board");
    let instruments = board.tables.iter().find(|t| t.key == "instruments").unwrap();
    assert_eq!(instruments.rows.len(), 5);
}
