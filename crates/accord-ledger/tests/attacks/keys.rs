//! Keys that are stolen, dead or not one's own.

use super::*;

fn suspend(kit: &mut Kit, signer: &NoteSigner, at: i64) -> &'static str {
    let mission = key("mission/field-3", 21);
    let payload = json!({"participant": "mission", "key": mission.id_string(), "reason": "x"});
    let role = if signer.id_string().starts_with("mission") { "mission" } else { "key_authority" };
    let event = kit.event("key.suspended", "participant/mission", &payload, &[(signer, role)]);
    append_at(kit, &event, at)
}

/// A key whose suspension has run out signs again; so it can be suspended and rotated again.
#[test]
fn a_suspension_that_ran_out_binds_nobody() {
    let hour = 3600;
    let mut kit = Kit::new();
    let a = key("authority-a/k", 11);
    assert_eq!(suspend(&mut kit, &a, hour), "accepted");
    assert_eq!(suspend(&mut kit, &a, 2 * hour), "key-status");
    // Not by one member for ever, though: that would let it paralyse all the others.
    assert_eq!(suspend(&mut kit, &a, 74 * hour), "threshold-not-met");
    assert_eq!(suspend(&mut kit, &key("mission/head", 22), 74 * hour), "accepted");
    let (old, new) = (key("mission/field-3", 21), key("mission/field-4", 41));
    let rotation = json!({"participant": "mission", "old_key": old.id_string(), "vkey": new.vkey(),
        "possession": possession::prove(&kit.id, "mission", &new)});
    let rotate = kit.event("key.rotated", "participant/mission", &rotation, &[(&old, "mission")]);
    assert_eq!(append_at(&mut kit, &rotate, 75 * hour), "key-suspended");
    assert_eq!(append_at(&mut kit, &rotate, 147 * hour), "accepted");
    assert!(sound(&kit));
}

/// The longest suspension that a genesis can fix must not overflow the clock.
#[test]
fn a_suspension_for_ever_is_one() {
    let mut kit = Kit::bare_with(|genesis| genesis.suspension_hours = u32::MAX);
    let party = key("north/liaison", 23);
    assert_eq!(kit.enrol(&party, "north", &["party"]), "accepted");
    let payload = json!({"participant": "north", "key": party.id_string(), "reason": "x"});
    let a = key("authority-a/k", 11);
    assert_eq!(
        says(&mut kit, &a, "key_authority", "key.suspended", "participant/north", &payload),
        "accepted"
    );
    assert_eq!(endorse(&mut kit, &party, "party"), "key-suspended");
    assert!(sound(&kit));
}

/// The operator's key changes by its own event, or the ledger would go on signing refusals
/// with a key that its own record has retired.
#[test]
fn the_operators_key_is_replaced_by_the_authority_alone() {
    let mut kit = Kit::new();
    let (old, new) = (key("operator/main", 1), key("operator/next", 71));
    let rotation = json!({"participant": "operator", "old_key": old.id_string(), "vkey": new.vkey(),
        "possession": possession::prove(&kit.id, "operator", &new)});
    assert_eq!(
        says(&mut kit, &old, "operator", "key.rotated", "participant/operator", &rotation),
        "role-reserved"
    );
}

#[test]
fn a_revoked_key_stays_revoked_when_the_operator_gets_another() {
    let mut kit = Kit::new();
    let (old, new) = (key("operator/main", 1), key("operator/next", 71));
    let revoked = json!({"participant": "operator", "key": old.id_string(), "reason": "lost"});
    assert_eq!(kit.authority_says("key.revoked", "participant/operator", &revoked), "accepted");
    let rotation =
        json!({"vkey": new.vkey(), "possession": possession::prove(&kit.id, "operator", &new)});
    assert_eq!(
        kit.authority_says("ledger.operator_key_rotated", "ledger/main", &rotation),
        "accepted"
    );
    assert_eq!(endorse(&mut kit, &old, "operator"), "key-revoked");
    let record = &kit.ledger().bench().kernel.keys()[&old.id_string()];
    assert_eq!(record.status, accord_ledger::kernel::KeyStatus::Revoked);
}

/// An authority of dead keys could never act again.
#[test]
fn dead_keys_do_not_stay_in_the_authority() {
    let mut kit = Kit::new();
    let (a, b) = (key("authority-a/k", 11), key("authority-b/k", 12));
    let c = key("authority-c/k", 13);
    let revoked = json!({"participant": "authority-c", "key": c.id_string(), "reason": "lost"});
    assert_eq!(kit.authority_says("key.revoked", "participant/authority-c", &revoked), "accepted");
    let proof = |kit: &Kit, k: &NoteSigner, p| possession::prove(&kit.id, p, k);
    let change = json!({"key_authority": {"keys": [a.vkey(), c.vkey()], "threshold": 2},
        "possessions": [proof(&kit, &a, "authority-a"), proof(&kit, &c, "authority-c")]});
    assert_eq!(
        kit.authority_says("ledger.authority_changed", "ledger/main", &change),
        "key-status"
    );
    let change = json!({"key_authority": {"keys": [a.vkey(), b.vkey()], "threshold": 2},
        "possessions": [proof(&kit, &a, "authority-a"), proof(&kit, &b, "authority-b")]});
    assert_eq!(kit.authority_says("ledger.authority_changed", "ledger/main", &change), "accepted");
}

/// A thief lends the power of the stolen key to an accomplice before the theft is noticed.
#[test]
fn what_a_stolen_key_lent_is_lent_no_more() {
    let mut kit = Kit::new();
    let (stolen, party) = (key("mission/field-3", 21), key("north/liaison", 23));
    let until = instant(86_400 * 300).to_string();
    let loan =
        json!({"to": "north", "role": "mission", "types": ["record.endorsed"], "until": until});
    let lent = kit.event("delegation.granted", "delegation/", &loan, &[(&stolen, "mission")]);
    assert_eq!(kit.append(&lent), "accepted");
    assert_eq!(endorse(&mut kit, &party, "mission"), "accepted");
    let since = lent.event().issued.to_string();
    let revocation = json!({"participant": "mission", "key": stolen.id_string(), "reason": "compromised", "compromised_since": since});
    assert_eq!(kit.authority_says("key.revoked", "participant/mission", &revocation), "accepted");
    assert_eq!(endorse(&mut kit, &party, "mission"), "role-not-held");
    let head = key("mission/head", 22);
    let confirm = json!({"targets": [lent.event().hash()]});
    assert_eq!(
        says(&mut kit, &head, "mission", "record.reaffirmed", "record/", &confirm),
        "accepted"
    );
    assert_eq!(endorse(&mut kit, &party, "mission"), "accepted");
    assert!(sound(&kit));
}

/// Checkpoint keys serve this log alone, and each once.
#[test]
fn a_genesis_does_not_use_a_key_twice() {
    for keys in [
        vec![key("x", 1).vkey().typed_base64()],
        vec![key("x", 11).vkey().typed_base64()],
        vec![key("x", 2).vkey().typed_base64(), key("x", 2).vkey().typed_base64()],
    ] {
        let refused = Kit::try_bare_with(|genesis| genesis.checkpoint_keys.clone_from(&keys));
        assert!(matches!(refused, Err(accord_ledger::LedgerError::Genesis(_))), "{keys:?}");
    }
}

#[test]
fn a_rotation_does_not_list_a_checkpoint_key_twice() {
    let mut kit = Kit::new();
    let new = key("x", 3).vkey().typed_base64();
    let rotation = json!({"checkpoint_keys": [new, new]});
    assert_eq!(
        kit.authority_says("ledger.checkpoint_keys_rotated", "ledger/main", &rotation),
        "key-reused"
    );
}

/// Two keys of one member are one voice, under whatever role the second one signs.
#[test]
fn one_member_of_the_authority_is_one_voice() {
    let mut kit = Kit::new();
    let (a, a2) = (key("authority-a/k", 11), key("authority-a/k2", 14));
    let payload = json!({"participant": "authority-a", "vkey": a2.vkey(),
        "possession": possession::prove(&kit.id, "authority-a", &a2)});
    assert_eq!(kit.authority_says("key.added", "participant/authority-a", &payload), "accepted");
    let role = json!({"participant": "north", "role": "witness"});
    let signers = [(&a, "key_authority"), (&a2, "key_authority")];
    let event = kit.event("participant.role_granted", "participant/north", &role, &signers);
    assert_eq!(kit.append(&event), "threshold-not-met");
}
