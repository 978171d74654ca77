//! False witness of forks.

use super::*;

fn kept(kit: &Kit) -> usize {
    let reader = kit.reader();
    reader.disk().list(accord_ledger::forks::FORKS).map_or(0, |names| names.len())
}

fn seen_elsewhere(kit: &mut Kit, signer: &NoteSigner, role: &str) -> &'static str {
    let target = kit.id;
    let payload = json!({"target": target});
    let mut draft = kit.draft("record.endorsed", "record/", &payload, &[(signer, role)]);
    draft.seen.size = accord_format::json::INTEGER_MAX.unsigned_abs();
    let event = SignedEvent::sign(&draft.to_line().unwrap(), &[signer]).unwrap();
    kit.append(&event)
}

/// Evidence of forks is worth keeping; a disk full of it would stop the ledger.
#[test]
fn false_witness_does_not_fill_the_disk() {
    let mut kit = Kit::new();
    let (party, mission) = (key("north/liaison", 23), key("mission/field-3", 21));
    let payload = json!({"participant": "mission", "key": mission.id_string(), "reason": "lost"});
    assert_eq!(kit.authority_says("key.revoked", "participant/mission", &payload), "accepted");
    assert_eq!(seen_elsewhere(&mut kit, &mission, "mission"), "seen-elsewhere");
    assert_eq!(kept(&kit), 0);
    for _ in 0..1_003 {
        assert_eq!(seen_elsewhere(&mut kit, &party, "party"), "seen-elsewhere");
    }
    assert_eq!(kept(&kit), 2_000);
    assert_eq!(endorse(&mut kit, &party, "party"), "accepted");
}
