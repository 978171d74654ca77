//! Texts deposited for a party that has no keys here.

use super::world::{World, foreign};
use accord_projection::Facts;
use accord_projection::instrument::{Deposit, Deposited};
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
        let fact = Facts::fact(&world.families, "instrument.deposited", subject)?;
        let deposited: Deposited = serde_json::from_value(fact).unwrap();
        let seqs = |all: &Vec<Deposit>| all.iter().map(|deposit| deposit.seq).collect::<Vec<_>>();
        Some(deposited.parties.iter().map(|(p, all)| (p.clone(), seqs(all))).collect::<Vec<_>>())
    };
    let named = |all: &[(&str, &[u64])]| {
        Some(all.iter().map(|(p, seqs)| ((*p).to_owned(), seqs.to_vec())).collect::<Vec<_>>())
    };
    let accepted = subject("ceasefire.accepted", "ab");
    assert_eq!(parties(&world, &accepted), None);
    let (first, findings) = deposit(&mut world, "ru", "ceasefire.accepted", "ab");
    assert_eq!(findings, ["not_signed_by_own_key"]);
    deposit(&mut world, "ru", "ceasefire.accepted", "cd");
    deposit(&mut world, "ru", "advance_halt.committed", "ab");
    assert_eq!(parties(&world, &accepted), named(&[("ru", &[first])]));
    let (strange, findings) = deposit(&mut world, "atlantis", "ceasefire.accepted", "ab");
    assert_eq!(findings, ["not_signed_by_own_key", "unknown_side"]);
    let (one, _) = deposit(&mut world, "ua", "ceasefire.accepted", "ab");
    let (two, _) = deposit(&mut world, "ua", "ceasefire.accepted", "ab");
    let all = named(&[("atlantis", &[strange]), ("ru", &[first]), ("ua", &[one, two])]);
    assert_eq!(parties(&world, &accepted), all);
    foreign(&mut world);
    world.check_replay();
    world.retract(first);
    world.check_replay();
    let left = named(&[("atlantis", &[strange]), ("ua", &[one, two])]);
    assert_eq!(parties(&world, &accepted), left);
    let board = world.view("board");
    let instruments = board.tables.iter().find(|t| t.key == "instruments").unwrap();
    assert_eq!(instruments.rows.len(), 5);
}
