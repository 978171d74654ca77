//! What is handed to the writer.

use super::*;
use accord_ledger::LedgerError;

fn endorsements(kit: &mut Kit, n: usize) -> Vec<Submission> {
    let (party, target) = (key("north/liaison", 23), kit.id);
    (0..n)
        .map(|_| {
            let payload = json!({"target": target});
            let event = kit.event("record.endorsed", "record/", &payload, &[(&party, "party")]);
            Submission { note: event.note().as_bytes().to_vec(), at: None }
        })
        .collect()
}

/// What the caller got wrong must not cost the writer its usability.
#[test]
fn a_batch_that_cannot_be_is_refused_before_anything_is_judged() {
    let mut kit = Kit::new();
    let size = kit.ledger().size();
    let batch = endorsements(&mut kit, 4_097);
    assert!(matches!(kit.ledger().append(&batch), Err(LedgerError::BatchTooLarge { .. })));
    assert!(!kit.ledger().is_stale());
    assert_eq!(kit.ledger().size(), size);
    let outcomes = kit.ledger().append(&batch[..3]).unwrap();
    assert!(outcomes.iter().all(|o| outcome_code(o) == "accepted"));
}

/// Junk beside good notes keeps nothing out and breaks nothing.
#[test]
fn hostile_notes_are_answered_one_by_one() {
    let mut kit = Kit::new();
    let good = endorsements(&mut kit, 2);
    let deep = format!("accord.event/v1\n{}\n\n\u{2014} a/b AAAAAAE=\n", "[".repeat(59_000));
    let junk = [Vec::new(), vec![0xff; 70_000], deep.into_bytes(), b"\n\n\n".to_vec()];
    let mut batch = vec![good[0].clone()];
    batch.extend(junk.map(|note| Submission { note, at: None }));
    batch.extend([good[1].clone(), good[0].clone()]);
    let outcomes = kit.ledger().append(&batch).unwrap();
    let codes: Vec<_> = outcomes.iter().map(outcome_code).collect();
    assert_eq!(
        codes,
        ["accepted", "malformed", "malformed", "malformed", "malformed", "accepted", "repeated"]
    );
    assert!(sound(&kit));
}

/// Whoever decides on the keys need not be who runs the ledger: keys that the operator does not
/// have would stop it for good, and must not cost the others of the batch anything either.
#[test]
fn keys_that_the_operator_lacks_do_not_come_into_force() {
    let mut kit = Kit::new();
    let (a, b) = (key("authority-a/k", 11), key("authority-b/k", 12));
    let signers = [(&a, "key_authority"), (&b, "key_authority")];
    let strange = key("x", 99).vkey().typed_base64();
    let held = key("x", 3).vkey().typed_base64();
    let stranger = key("operator/elsewhere", 98);
    let proof = possession::prove(&kit.id, "operator", &stranger);
    let rotations = [
        ("ledger.checkpoint_keys_rotated", json!({"checkpoint_keys": [held, strange]})),
        ("ledger.operator_key_rotated", json!({"vkey": stranger.vkey(), "possession": proof})),
    ];
    for (name, payload) in rotations {
        let rotation = kit.event(name, "ledger/main", &payload, &signers);
        let mut batch = endorsements(&mut kit, 2);
        batch.insert(1, Submission { note: rotation.note().as_bytes().to_vec(), at: None });
        let outcomes = kit.ledger().append(&batch).unwrap();
        let codes: Vec<_> = outcomes.iter().map(outcome_code).collect();
        assert_eq!(codes, ["accepted", "operator-lacks-key", "accepted"], "{name}");
        let Outcome::Refused { note: Some(_), rejection, .. } = &outcomes[1] else {
            panic!("a signed refusal")
        };
        assert!(rejection.detail.contains('+'), "names the key: {}", rejection.detail);
        assert!(!kit.ledger().is_stale());
    }
    let rotation = json!({"checkpoint_keys": [held]});
    assert_eq!(
        kit.authority_says("ledger.checkpoint_keys_rotated", "ledger/main", &rotation),
        "accepted"
    );
    kit.reopen();
    assert!(sound(&kit));
}
