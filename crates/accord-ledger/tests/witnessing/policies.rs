//! Which policies a ledger can have, and how one gives way to another.

use super::*;
use accord_format::key::NoteSigner;
use accord_format::possession;
use kit::quantum_key;

fn refused(lines: Vec<String>) -> String {
    match Kit::try_bare_with(|genesis| genesis.witness_policy = lines).map(|_| ()) {
        Err(LedgerError::Genesis(why)) => why,
        other => format!("{other:?}"),
    }
}

#[test]
fn a_genesis_has_no_policy_but_one_that_can_be_met() {
    let bad = |lines: Vec<String>| {
        assert!(refused(lines.clone()).contains("witness-policy-invalid"), "{lines:?}");
    };
    bad(policy(&[1], &[]));
    bad(policy(&[1], &["quorum w2"]));
    bad(policy(&[1, 1], &["quorum w1"]));
    bad(policy(&[1], &["group g 2 w1", "quorum g"]));
    bad(vec!["quorum none".to_owned(), "quorum none".to_owned()]);
    let log = key("ledger.example/test/0", 90);
    bad(policy(&[1], &[&format!("log {}", log.vkey()), "quorum w1"]));
    bad(vec![String::new(); 401]);
}

#[test]
fn a_key_serves_one_purpose() {
    let with_key = |seed: u8| {
        use accord_format::cosignature::{Algorithm, CosignerSigner};
        let name = "w.example/witness";
        let key = CosignerSigner::from_seed(name, Algorithm::Ed25519, &[seed; 32]).unwrap();
        vec![format!("witness w {}", key.vkey()), "quorum w".to_owned()]
    };
    // Those of the operator, the key authority and the checkpoints.
    for seed in [1, 11, 2] {
        assert!(refused(with_key(seed)).contains("different keys"));
    }
    let mut kit = Kit::new();
    // Those of authors, of the future, and of the past.
    for seed in [21, 2, 1, 13] {
        assert_eq!(change_policy(&mut kit, &with_key(seed)), "key-reused", "{seed}");
    }
    assert_eq!(change_policy(&mut kit, &two_of_three()), "accepted");
    assert_eq!(change_policy(&mut kit, &two_of_three()), "witness-policy-invalid");
    // Of a witness under another name, and as an author's.
    assert_eq!(change_policy(&mut kit, &with_key(101)), "key-reused");
    assert_eq!(kit.enrol(&key("south/desk", 101), "south", &["party"]), "key-reused");
    let rotation = json!({"checkpoint_keys": [key("x", 102).vkey().typed_base64()]});
    let rotated = kit.authority_says("ledger.checkpoint_keys_rotated", "ledger/main", &rotation);
    assert_eq!(rotated, "key-reused");
    // A witness stays through changes.
    assert_eq!(change_policy(&mut kit, &policy(&[1, 2, 4], &["quorum w1"])), "accepted");
    assert_eq!(change_policy(&mut kit, &two_of_three()), "accepted");
}

#[test]
fn the_threshold_of_the_authority_changes_the_policy() {
    let mut kit = Kit::new();
    let payload = json!({"witness_policy": two_of_three()});
    let mut says = |signers: &[(&NoteSigner, &str)]| {
        let event = kit.event("ledger.witness_policy_changed", "ledger/main", &payload, signers);
        kit.append(&event)
    };
    let (a, operator) = (key("authority-a/k", 11), key("operator/main", 1));
    assert_eq!(says(&[(&a, "key_authority")]), "threshold-not-met");
    assert_eq!(says(&[(&operator, "operator")]), "threshold-not-met");
    assert_eq!(change_policy(&mut kit, &two_of_three()), "accepted");
    let kernel = kit.verify().1;
    assert_eq!(kernel.policies().all().len(), 2);
    let size = kernel.size();
    assert!(kernel.policies().at(size - 1).unwrap().witnesses().is_empty());
    assert_eq!(kernel.policies().at(size).unwrap().witnesses().len(), 3);
}

/// The first checkpoint that covers a change meets the old quorum and the new; the one after it
/// meets the new alone.
#[test]
fn the_old_quorum_hands_over_to_the_new() {
    let (mut kit, _) = witnessed();
    let mut witnesses = Witnesses::new(&[1, 2, 3, 4, 5, 10]);
    publish(&mut kit, &mut witnesses);
    let new = policy(&[4, 5, 10], &["group g all w4 w5 w10", "quorum g"]);
    assert_eq!(change_policy(&mut kit, &new), "accepted");
    witnesses.down(&["w2", "w3"]);
    let taken = cosign(&mut kit, &mut witnesses);
    assert_eq!(taken.quorums.iter().map(|q| q.met).collect::<Vec<_>>(), [true, false]);
    assert!(!taken.published);
    witnesses.down(&["w4"]);
    let taken = cosign(&mut kit, &mut witnesses);
    // What the new witnesses had said before is not forgotten.
    assert!(taken.published);
    grow(&mut kit, 1);
    witnesses.down(&["w1", "w2", "w3"]);
    assert!(cosign(&mut kit, &mut witnesses).published);
    assert_eq!(codes(&kit), Vec::<&str>::new());
}

/// Two changes between two checkpoints: every policy in between is met.
#[test]
fn no_policy_is_skipped() {
    let (mut kit, _) = witnessed();
    let mut witnesses = Witnesses::new(&[1, 2, 3, 4, 5]);
    publish(&mut kit, &mut witnesses);
    assert_eq!(change_policy(&mut kit, &policy(&[4], &["quorum w4"])), "accepted");
    assert_eq!(change_policy(&mut kit, &policy(&[5], &["quorum w5"])), "accepted");
    witnesses.down(&["w4"]);
    let taken = cosign(&mut kit, &mut witnesses);
    assert_eq!(taken.quorums.iter().map(|q| q.met).collect::<Vec<_>>(), [true, false, true]);
    assert!(!taken.published);
    witnesses.down(&[]);
    assert!(cosign(&mut kit, &mut witnesses).published);
}

/// Giving witnesses up takes their consent.
#[test]
fn the_last_quorum_lets_go() {
    let (mut kit, mut witnesses) = witnessed();
    publish(&mut kit, &mut witnesses);
    assert_eq!(change_policy(&mut kit, &[]), "accepted");
    kit.ledger().publish().unwrap();
    assert_eq!(size_of(&published(&kit).unwrap()), 1);
    publish(&mut kit, &mut witnesses);
    assert_eq!(size_of(&published(&kit).unwrap()), 2);
    grow(&mut kit, 1);
    kit.ledger().publish().unwrap();
    assert_eq!(size_of(&published(&kit).unwrap()), 3);
    kit.reopen();
    grow(&mut kit, 2);
    assert_eq!(codes(&kit), Vec::<&str>::new());
}

/// A rotation of the checkpoint keys to hybrid ones, and of the operator's key, under a policy: the
/// witnesses are asked with the new keys, and the ledger stays who it is.
#[test]
fn the_checkpoint_keys_are_rotated_under_a_policy() {
    let (mut kit, mut witnesses) = witnessed();
    let origin = kit.origin();
    publish(&mut kit, &mut witnesses);
    let next = key(&origin, 3);
    let quantum = quantum_key(&origin, 4).vkey();
    let both = json!({"checkpoint_keys": [next.vkey().typed_base64(), quantum.typed_base64()]});
    let rotated = kit.authority_says("ledger.checkpoint_keys_rotated", "ledger/main", &both);
    assert_eq!(rotated, "accepted");
    let new = key("operator/next", 71);
    let payload =
        json!({"vkey": new.vkey(), "possession": possession::prove(&kit.id, "operator", &new)});
    let rotated = kit.authority_says("ledger.operator_key_rotated", "ledger/main", &payload);
    assert_eq!(rotated, "accepted");
    let note = publish(&mut kit, &mut witnesses);
    assert_eq!(kit.origin(), origin);
    let by_log: Vec<_> = note.note().signatures().iter().filter(|l| l.name == origin).collect();
    let ids: Vec<_> = by_log.iter().map(|line| line.id).collect();
    assert_eq!(ids, [next.vkey().id(), quantum.id()]);
    // The old operator's key anchors nothing any more, the new one does.
    assert_eq!(anchor(&mut kit, &[&note]), "key-retired");
    let payload = anchoring(&[&note]);
    let says = kit.says((&new, "operator"), "checkpoint.anchored", "checkpoint/main", &payload);
    assert_eq!(says, "accepted");
    assert_eq!(codes(&kit), Vec::<&str>::new());
    // A witness's answer under the new keys is known for this log's.
    kit.reopen();
    kit.ledger().confirm(&mut witnesses).unwrap();
    grow(&mut kit, 1);
    publish(&mut kit, &mut witnesses);
    assert_eq!(codes(&kit), Vec::<&str>::new());
}
