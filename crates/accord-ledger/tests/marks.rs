//! Marks on records beside corrections: erasures, endorsements, duplicates of what was taken back,
//! and suspicion that reaches further back than was known at first.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod kit;

use accord_format::event::SignedEvent;
use accord_format::hash::EventHash;
use accord_format::key::NoteSigner;
use accord_ledger::kernel::KeyStatus;
use accord_ledger::{Record, kernel::types};
use kit::{Kit, instant, key};
use serde_json::{Value, json};

fn report(kit: &mut Kit, signer: &NoteSigner, payload: &Value) -> SignedEvent {
    let event = kit.event("test.reported", "test/", payload, &[(signer, "mission")]);
    assert_eq!(kit.append(&event), "accepted");
    event
}

#[test]
fn an_erasure_is_said_once_and_reaches_the_corrections() {
    let mut kit = Kit::with_domain();
    let (desk, mission) = (key("secretariat/desk", 24), key("mission/field-3", 21));
    let (picture, other) = ("ab".repeat(32), "cd".repeat(32));
    let target =
        report(&mut kit, &mission, &json!({"count": 1, "picture": picture})).event().hash();
    let patches = json!([{"pointer": "/payload/count", "old": 1, "new": 2}]);
    let correction = json!({"target": target, "patches": patches, "reason": "typing"});
    let correction =
        kit.event("record.corrected", "record/", &correction, &[(&mission, "mission")]);
    assert_eq!(kit.append(&correction), "accepted");
    let redact = |kit: &mut Kit, commitment: &str| {
        let payload = json!({"target": target, "commitment": commitment, "basis": "court"});
        kit.says((&desk, "secretariat"), "record.redacted", "record/", &payload)
    };
    assert_eq!(redact(&mut kit, &other), "commitment-unknown");
    assert_eq!(redact(&mut kit, &picture), "accepted");
    let (size, _) = kit.now();
    assert_eq!(redact(&mut kit, &picture), "redacted-before");
    let kernel = kit.agreed();
    let records = kernel.records();
    assert_eq!(records.redacted(&target, &picture), Some(size - 1));
    assert_eq!(records.redacted(&target, &other), None);
    for event in [target, correction.event().hash()] {
        assert_eq!(records.redactions(&event).collect::<Vec<_>>(), [size - 1]);
    }
}

#[test]
fn whoever_is_enrolled_may_stand_behind_a_record() {
    let mut kit = Kit::with_domain();
    let (mission, party) = (key("mission/field-3", 21), key("north/liaison", 23));
    let target = report(&mut kit, &mission, &json!({"count": 1})).event().hash();
    let endorse = |kit: &mut Kit, target: EventHash| {
        let payload = json!({ "target": target });
        kit.says((&party, "party"), "record.endorsed", "record/", &payload)
    };
    assert_eq!(endorse(&mut kit, EventHash::from_bytes([7; 32])), "target-unknown");
    assert_eq!(endorse(&mut kit, target), "accepted");
    let (size, _) = kit.now();
    // Once more says no more.
    assert_eq!(endorse(&mut kit, target), "accepted");
    let kernel = kit.agreed();
    assert_eq!(kernel.records().endorsements(&target).collect::<Vec<_>>(), [("north", size - 1)]);
}

#[test]
fn nothing_is_a_duplicate_of_what_was_taken_back() {
    let mut kit = Kit::with_domain();
    let (desk, mission) = (key("secretariat/desk", 24), key("mission/field-3", 21));
    let [first, second] =
        [1, 2].map(|n| report(&mut kit, &mission, &json!({ "count": n })).event().hash());
    let retraction = json!({"target": first, "reason": "it was not so"});
    let retract = (&mission, "mission");
    assert_eq!(kit.says(retract, "record.retracted", "record/", &retraction), "accepted");
    let mark = json!({"target": second, "canonical": first});
    assert_eq!(
        kit.says((&desk, "secretariat"), "record.duplicate_marked", "record/", &mark),
        "canonical-retracted"
    );
    assert_eq!(kit.agreed().records().duplicate_of(&second), None);
}

#[test]
fn a_settlement_may_name_the_resolution_that_it_carries_out() {
    let mut kit = Kit::with_domain();
    let (desk, party) = (key("secretariat/desk", 24), key("north/liaison", 23));
    let target = kit.id;
    let payload = json!({"target": target, "ground": "we were not there"});
    let disputed = kit.event("record.disputed", "record/", &payload, &[(&party, "party")]);
    assert_eq!(kit.append(&disputed), "accepted");
    let stream = disputed.event().stream.clone();
    for (resolution, code) in [("not a stream", "payload-invalid"), ("resolution/x", "accepted")] {
        let outcome = json!({"outcome": "it stands", "resolution": resolution});
        let settle = (&desk, "secretariat");
        assert_eq!(kit.says(settle, "record.dispute_settled", &stream, &outcome), code);
    }
    kit.agreed();
}

#[test]
fn a_correction_names_the_row_that_it_was_made_from() {
    let check = types::event_type("record.corrected", 1).unwrap().check;
    let with = |source: Value| {
        let patches = json!([{"pointer": "/payload/count", "old": 1, "new": 2}]);
        let target = "ab".repeat(32);
        check(&json!({"target": target, "patches": patches, "reason": "typing", "source": source}))
    };
    assert_eq!(with(json!({"file": "ab".repeat(32), "row": 1})), Ok(()));
    for wrong in [
        json!({"file": "ab".repeat(32), "row": 0}),
        json!({"file": "ab", "row": 1}),
        json!({"file": "ab".repeat(32)}),
        json!({"file": "ab".repeat(32), "row": 1, "sheet": "x"}),
    ] {
        assert!(with(wrong.clone()).is_err(), "{wrong}");
    }
}

/// The theft was noticed, and later dated further back.
#[test]
fn a_theft_can_turn_out_to_be_older_and_never_younger() {
    let mut kit = Kit::with_domain();
    let mission = key("mission/field-3", 21);
    let reports: Vec<SignedEvent> =
        (1..=3).map(|n| report(&mut kit, &mission, &json!({ "count": n }))).collect();
    let issued = |at: usize| reports[at].event().issued.to_string();
    let revoke = |kit: &mut Kit, since: Option<String>| {
        let mut payload =
            json!({"participant": "mission", "key": mission.id_string(), "reason": "compromised"});
        if let Some(since) = since {
            payload["compromised_since"] = since.into();
        }
        kit.authority_says("key.revoked", "participant/mission", &payload)
    };
    let suspects = |kit: &mut Kit| {
        let kernel = kit.agreed();
        let record = Record::of(kit.reader());
        let entry = |event: &SignedEvent| {
            let hash = event.event().hash();
            record.find(|e| e.event().hash() == hash).unwrap().unwrap()
        };
        reports.iter().map(|event| kernel.is_suspect(&entry(event))).collect::<Vec<_>>()
    };
    assert_eq!(revoke(&mut kit, None), "accepted");
    let first = kit.now().0 - 1;
    assert_eq!(suspects(&mut kit), [false, false, false]);
    assert_eq!(revoke(&mut kit, None), "key-status");
    assert_eq!(revoke(&mut kit, Some(issued(2))), "accepted");
    assert_eq!(suspects(&mut kit), [false, false, true]);
    assert_eq!(revoke(&mut kit, Some(issued(2))), "key-status");
    assert_eq!(revoke(&mut kit, Some(instant(86_400).to_string())), "key-status");
    assert_eq!(revoke(&mut kit, None), "key-status");
    assert_eq!(revoke(&mut kit, Some(issued(1))), "accepted");
    assert_eq!(suspects(&mut kit), [false, true, true]);
    let kernel = kit.agreed();
    let record = &kernel.keys()[&mission.id_string()];
    assert_eq!((record.status, record.revoked), (KeyStatus::Revoked, Some(first)));
    // Another's key is not reached by it.
    let payload = json!({"participant": "north", "key": mission.id_string(), "reason": "lost", "compromised_since": issued(0)});
    assert_eq!(kit.authority_says("key.revoked", "participant/north", &payload), "key-unknown");
}
