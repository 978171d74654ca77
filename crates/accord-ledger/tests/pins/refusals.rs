//! Refusals that others judge again.

use super::*;
use accord_format::event::SignedEvent;
use accord_format::possession;
use accord_format::refusal::Refusal;
use accord_ledger::verify::{Again, RejudgeError, Rejudged, rejudge};
use accord_ledger::{Outcome, Submission};

/// The refusal of an event that comes at `seconds`.
fn refused(kit: &mut Kit, event: &SignedEvent, seconds: Option<i64>) -> Refusal {
    let at = seconds.map(|seconds| kit::instant(seconds).timestamp());
    let submission = Submission { note: event.note().as_bytes().to_vec(), at };
    let outcome = kit.ledger().append(&[submission]).unwrap().pop().unwrap();
    let Outcome::Refused { note: Some(note), .. } = outcome else { panic!("{outcome:?}") };
    Refusal::open(note.as_bytes(), key("operator/main", 1).vkey()).unwrap()
}

fn again(kit: &Kit, refusal: &Refusal, event: &SignedEvent) -> Result<Rejudged, RejudgeError> {
    rejudge(&kit.reader(), refusal, event, kit::admission(true), at(0))
}

fn report(kit: &mut Kit, signer: &NoteSigner, role: &str) -> SignedEvent {
    kit.event("test.reported", "test/", &json!({"count": 1}), &[(signer, role)])
}

#[test]
fn an_honest_refusal_stands() {
    let mut kit = Kit::with_domain();
    let (mission, party) = (key("mission/field-3", 21), key("north/liaison", 23));
    grow(&mut kit, 0, 3);
    // By kernel guards and by the domain's, each with its own code.
    let mut cases = Vec::new();
    let event = report(&mut kit, &party, "party");
    cases.push(("not-granted", refused(&mut kit, &event, None), event));
    let event = report(&mut kit, &party, "mission");
    cases.push(("role-not-held", refused(&mut kit, &event, None), event));
    let event = kit.event("test.unheard_of", "test/", &json!({}), &[(&mission, "mission")]);
    cases.push(("type-unknown", refused(&mut kit, &event, None), event));
    let opener = report(&mut kit, &mission, "mission");
    assert_eq!(kit.append(&opener), "accepted");
    let stream = opener.event().stream.clone();
    let signers = [(&mission, "mission")];
    let certified = kit.event("test.certified", &stream, &json!({}), &signers);
    assert_eq!(kit.append(&certified), "accepted");
    let twice = kit.event("test.certified", &stream, &json!({}), &signers);
    cases.push(("certified-before", refused(&mut kit, &twice, None), twice));
    let mut draft = kit.draft("test.reported", &stream, &json!({"count": 2}), &signers);
    draft.id.clone_from(&opener.event().id);
    let event = SignedEvent::sign(&draft.to_line().unwrap(), &[&mission]).unwrap();
    cases.push(("id-conflict", refused(&mut kit, &event, None), event));
    let mut draft = kit.draft("test.reported", "test/", &json!({"count": 2}), &signers);
    draft.seen.size = 3;
    let event = SignedEvent::sign(&draft.to_line().unwrap(), &[&mission]).unwrap();
    cases.push(("seen-elsewhere", refused(&mut kit, &event, None), event));
    // Later entries change nothing of what was judged then.
    let payload = json!({"participant": "north", "role": "mission"});
    let granted = kit.authority_says("participant.role_granted", "participant/north", &payload);
    assert_eq!(granted, "accepted");
    published(&mut kit);
    for (code, refusal, event) in &cases {
        assert_eq!(refusal.code, *code);
        let found = again(&kit, refusal, event).unwrap();
        assert!(found.holds(code) && !found.operators_word, "{code}: {found:?}");
    }
}

#[test]
fn a_wrong_refusal_is_shown_to_be_wrong() {
    let mut kit = Kit::with_domain();
    let (mission, party) = (key("mission/field-3", 21), key("north/liaison", 23));
    grow(&mut kit, 0, 3);
    let event = report(&mut kit, &party, "party");
    let honest = refused(&mut kit, &event, None);
    // The right event under a guard that does not refuse it.
    let named_wrong = Refusal { code: "role-not-held".to_owned(), ..honest };
    let found = again(&kit, &named_wrong, &event).unwrap();
    assert!(!found.holds("role-not-held") && found.holds("not-granted"), "{found:?}");
    // An event that nothing speaks against.
    let good = report(&mut kit, &mission, "mission");
    let withheld = Refusal { event: good.event().hash(), ..honest.clone() };
    let found = again(&kit, &withheld, &good).unwrap();
    assert!(found.at.iter().all(|(_, again)| *again == Again::Admitted), "{found:?}");
    // One that was in the record already.
    let first = Record::of(kit.reader()).entry(honest.size - 1).unwrap();
    let repeated = Refusal { event: first.event().hash(), ..honest.clone() };
    let found = again(&kit, &repeated, first.signed()).unwrap();
    assert!(found.at.iter().all(|(_, again)| *again == Again::Recorded(honest.size - 1)));
    // What only the operator can know, of an event that needs nothing of the operator's.
    let own = Refusal { code: "operator-lacks-key".to_owned(), ..withheld };
    let found = again(&kit, &own, &good).unwrap();
    assert!(!found.operators_word && !found.holds(&own.code), "{found:?}");
    // And of one that does.
    let new = key("operator/next", 71);
    let payload =
        json!({"vkey": new.vkey(), "possession": possession::prove(&kit.id, "operator", &new)});
    let [a, b] = [key("authority-a/k", 11), key("authority-b/k", 12)];
    let signers = [(&a, "key_authority"), (&b, "key_authority")];
    let rotation = kit.event("ledger.operator_key_rotated", "ledger/main", &payload, &signers);
    let own = Refusal { event: rotation.event().hash(), ..own };
    assert!(again(&kit, &own, &rotation).unwrap().operators_word);
}

#[test]
fn what_cannot_be_judged_again_says_why() {
    let (mut kit, party) = (Kit::with_domain(), key("north/liaison", 23));
    grow(&mut kit, 0, 3);
    let event = report(&mut kit, &party, "party");
    let refusal = refused(&mut kit, &event, None);
    let other = report(&mut kit, &party, "party");
    assert!(matches!(again(&kit, &refusal, &other), Err(RejudgeError::OtherEvent { .. })));
    let later = Refusal { size: refusal.size + 1, ..refusal.clone() };
    assert!(matches!(again(&kit, &later, &event), Err(RejudgeError::TooShort { .. })));
    let elsewhere = Refusal { root: accord_format::merkle::empty_root(), ..refusal.clone() };
    assert!(matches!(again(&kit, &elsewhere, &event), Err(RejudgeError::OtherHistory { .. })));
    let ledger = accord_format::hash::LedgerId::from_bytes([1; 32]);
    let foreign = Refusal { ledger, ..refusal };
    assert!(matches!(again(&kit, &foreign, &event), Err(RejudgeError::OtherLedger { .. })));
}

/// A key that was suspended when the event came, and no longer when the next entry did: the
/// refusal names no instant, so it stands if it can have been right.
#[test]
fn the_instant_of_a_refusal_is_not_known() {
    let mut kit = Kit::with_domain();
    let mission = key("mission/field-3", 21);
    let day = 86_400;
    let payload = json!({"participant": "mission", "key": mission.id_string(), "reason": "lost"});
    let head = key("mission/head", 22);
    let suspended = kit.says((&head, "mission"), "key.suspended", "participant/mission", &payload);
    assert_eq!(suspended, "accepted");
    let event = report(&mut kit, &mission, "mission");
    let refusal = refused(&mut kit, &event, Some(day));
    assert_eq!(refusal.code, "key-suspended");
    let found = again(&kit, &refusal, &event).unwrap();
    assert!(found.holds("key-suspended"), "{found:?}");
    // The next entry comes when the suspension is over.
    let party = key("north/liaison", 23);
    let target = kit.id;
    let next =
        kit.event("record.endorsed", "record/", &json!({"target": target}), &[(&party, "party")]);
    let submission = Submission {
        note: next.note().as_bytes().to_vec(),
        at: Some(kit::instant(5 * day).timestamp()),
    };
    kit.ledger().append(&[submission]).unwrap();
    let found = again(&kit, &refusal, &event).unwrap();
    assert!(found.holds("key-suspended"), "{found:?}");
    assert_eq!(found.at.last().unwrap().1, Again::Admitted, "{found:?}");
}
