//! Marks on records: corrections, retractions, duplicates, disputes, redactions.

#![allow(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    reason = "a helper that fails fails its test"
)]

mod kit;

use accord_format::event::SignedEvent;
use accord_format::hash::EventHash;
use accord_format::possession;
use accord_ledger::{Outcome, Record};
use kit::{Kit, key, outcome_code};
use serde_json::{Value, json};

/// A report by the mission's field key.
fn report(kit: &mut Kit, payload: &Value) -> EventHash {
    let mission = key("mission/field-3", 21);
    let event = kit.event("test.reported", "test/", payload, &[(&mission, "mission")]);
    assert_eq!(kit.append(&event), "accepted");
    event.event().hash()
}

fn patch(pointer: &str, old: Value, new: Value) -> Value {
    let mut patch = json!({"pointer": pointer});
    for (name, value) in [("old", old), ("new", new)] {
        if !value.is_null() {
            patch[name] = value;
        }
    }
    patch
}

fn corrected(target: EventHash, patches: &[Value]) -> Value {
    json!({"target": target, "patches": patches, "reason": "late_info"})
}

/// A correction signed by the mission's field key.
fn correct(kit: &mut Kit, target: EventHash, patches: Vec<Value>) -> (&'static str, EventHash) {
    let mission = key("mission/field-3", 21);
    let payload = corrected(target, &patches);
    let event = kit.event("record.corrected", "record/", &payload, &[(&mission, "mission")]);
    (kit.append(&event), event.event().hash())
}

fn retract(kit: &mut Kit, target: EventHash) -> &'static str {
    let mission = key("mission/field-3", 21);
    let payload = json!({"target": target, "reason": "it was not so"});
    kit.says((&mission, "mission"), "record.retracted", "record/", &payload)
}

/// What a report says with its corrections.
fn effective(kit: &mut Kit, target: EventHash) -> Value {
    let kernel = kit.agreed();
    let record = Record::of(kit.reader());
    let entry = record.find(|e| e.event().hash() == target).unwrap().unwrap();
    kernel.records().effective(&entry).unwrap().payload().clone()
}

#[test]
fn a_correction_shows_old_and_new_and_the_latest_wins() {
    let mut kit = Kit::with_domain();
    let target = report(&mut kit, &json!({"count": 15_800}));
    let first = vec![patch("/payload/count", json!(15_800), json!(23_000))];
    assert_eq!(correct(&mut kit, target, first.clone()).0, "accepted");
    assert_eq!(effective(&mut kit, target), json!({"count": 23_000}));
    // Old must be what the record says now, no longer what it said when it was signed.
    assert_eq!(correct(&mut kit, target, first).0, "patch-invalid");
    let second = vec![
        patch("/payload/count", json!(23_000), json!(23_500)),
        patch("/payload/note", Value::Null, json!("restated")),
    ];
    assert_eq!(correct(&mut kit, target, second).0, "accepted");
    assert_eq!(effective(&mut kit, target), json!({"count": 23_500, "note": "restated"}));
    let removed = vec![patch("/payload/note", json!("restated"), Value::Null)];
    assert_eq!(correct(&mut kit, target, removed).0, "accepted");
    assert_eq!(effective(&mut kit, target), json!({"count": 23_500}));
    // What was signed stays what it was, and every step stays readable.
    let record = Record::of(kit.reader());
    let entry = record.find(|e| e.event().hash() == target).unwrap().unwrap();
    assert_eq!(entry.event().payload, json!({"count": 15_800}));
    let (_, kernel) = kit.verify();
    let steps: Vec<usize> =
        kernel.records().corrections(&target).map(|c| c.patches.len()).collect();
    assert_eq!(steps, [1, 2, 1]);
}

#[test]
fn several_patches_apply_together_or_not_at_all() {
    let mut kit = Kit::with_domain();
    let target = report(&mut kit, &json!({"count": 3, "parts": [1, 2]}));
    let half = vec![
        patch("/payload/count", json!(3), json!(4)),
        patch("/payload/parts/0", json!(9), json!(2)),
    ];
    assert_eq!(correct(&mut kit, target, half).0, "patch-invalid");
    assert_eq!(effective(&mut kit, target), json!({"count": 3, "parts": [1, 2]}));
    // Within one correction a later patch builds on an earlier one.
    let chained = vec![
        patch("/payload/count", json!(3), json!(4)),
        patch("/payload/count", json!(4), json!(5)),
        patch("/payload/parts/0", json!(1), json!(3)),
    ];
    assert_eq!(correct(&mut kit, target, chained).0, "accepted");
    assert_eq!(effective(&mut kit, target), json!({"count": 5, "parts": [3, 2]}));
}

#[test]
fn a_correction_can_be_taken_back_and_only_the_last() {
    let mut kit = Kit::with_domain();
    let target = report(&mut kit, &json!({"count": 1}));
    let (code, first) =
        correct(&mut kit, target, vec![patch("/payload/count", json!(1), json!(2))]);
    assert_eq!(code, "accepted");
    let (code, second) =
        correct(&mut kit, target, vec![patch("/payload/count", json!(2), json!(3))]);
    assert_eq!(code, "accepted");
    assert_eq!(retract(&mut kit, first), "not-last-correction");
    assert_eq!(retract(&mut kit, second), "accepted");
    assert_eq!(effective(&mut kit, target), json!({"count": 2}));
    assert_eq!(retract(&mut kit, second), "not-last-correction");
    assert_eq!(retract(&mut kit, first), "accepted");
    assert_eq!(effective(&mut kit, target), json!({"count": 1}));
    // From there it goes on.
    let third = vec![patch("/payload/count", json!(1), json!(7))];
    assert_eq!(correct(&mut kit, target, third).0, "accepted");
    assert_eq!(effective(&mut kit, target), json!({"count": 7}));
}

#[test]
fn the_same_signers_correct_or_the_head_of_each_body() {
    let mut kit = Kit::with_domain();
    let (field, head, party) =
        (key("mission/field-3", 21), key("mission/head", 22), key("north/liaison", 23));
    let joint = kit.event(
        "test.reported",
        "test/",
        &json!({"count": 1}),
        &[(&field, "mission"), (&party, "party")],
    );
    assert_eq!(kit.append(&joint), "accepted");
    let target = joint.event().hash();
    let raise = |n: u64| corrected(target, &[patch("/payload/count", json!(n), json!(n + 1))]);
    let mut by = |signers: &[(&_, &str)], n| {
        let event = kit.event("record.corrected", "record/", &raise(n), signers);
        kit.append(&event)
    };
    assert_eq!(by(&[(&field, "mission")], 1), "not-the-author");
    assert_eq!(by(&[(&party, "party")], 1), "not-the-author");
    assert_eq!(by(&[(&key("secretariat/desk", 24), "secretariat")], 1), "not-the-author");
    assert_eq!(by(&[(&field, "mission"), (&party, "party")], 1), "accepted");
    // The head stands in for its own body only.
    assert_eq!(by(&[(&head, "mission")], 2), "not-the-author");
    assert_eq!(by(&[(&head, "mission"), (&party, "party")], 2), "accepted");
    assert_eq!(retract(&mut kit, target), "not-the-author");
    // A key that rotation made of the author's is the author's.
    let new = key("mission/field-4", 41);
    let rotation = json!({"participant": "mission", "old_key": field.id_string(),
        "vkey": new.vkey(), "possession": possession::prove(&kit.id, "mission", &new)});
    let own = report(&mut kit, &json!({"count": 1}));
    assert_eq!(
        kit.says((&field, "mission"), "key.rotated", "participant/mission", &rotation),
        "accepted"
    );
    let payload = corrected(own, &[patch("/payload/count", json!(1), json!(2))]);
    assert_eq!(kit.says((&new, "mission"), "record.corrected", "record/", &payload), "accepted");
    assert_eq!(effective(&mut kit, own), json!({"count": 2}));
}

#[test]
fn acts_have_counter_acts_not_corrections() {
    let mut kit = Kit::with_domain();
    let mission = key("mission/field-3", 21);
    let opened =
        kit.event("test.reported", "test/", &json!({"count": 1}), &[(&mission, "mission")]);
    assert_eq!(kit.append(&opened), "accepted");
    let stream = opened.event().stream.clone();
    let act = kit.event("test.certified", &stream, &json!({}), &[(&mission, "mission")]);
    assert_eq!(kit.append(&act), "accepted");
    let target = act.event().hash();
    let words = vec![patch("/payload/words", Value::Null, json!("x"))];
    assert_eq!(correct(&mut kit, target, words.clone()).0, "target-is-act");
    assert_eq!(retract(&mut kit, target), "target-is-act");
    let genesis = kit.id;
    assert_eq!(correct(&mut kit, genesis, words).0, "target-is-act");
    assert_eq!(retract(&mut kit, genesis), "target-is-act");
    assert_eq!(
        kit.says((&mission, "mission"), "test.certified", &stream, &json!({})),
        "certified-before"
    );
    assert_eq!(
        kit.says((&mission, "mission"), "test.certified", "test/nothing", &json!({})),
        "stream-unknown"
    );
    kit.agreed();
}

#[test]
fn a_correction_reaches_payload_and_occurred_only() {
    let mut kit = Kit::with_domain();
    let picture = "ab".repeat(32);
    let target = report(&mut kit, &json!({"count": 1, "parts": [1], "picture": picture}));
    let unknown = EventHash::from_bytes([7; 32]);
    for (patches, code) in [
        (vec![], "patch-invalid"),
        (vec![patch("/payload/count", json!(1), json!(2)); 65], "patch-invalid"),
        (vec![patch("/signers/0/as", json!("mission"), json!("party"))], "patch-invalid"),
        (vec![patch("/type", json!("test.reported"), json!("test.certified"))], "patch-invalid"),
        (vec![patch("/issued", json!("x"), json!("y"))], "patch-invalid"),
        (vec![patch("/payload/picture", json!(picture), json!("cd".repeat(32)))], "patch-invalid"),
        (vec![patch("/payload/picture", json!(picture), Value::Null)], "patch-invalid"),
        (vec![patch("/payload/note", Value::Null, json!("ef".repeat(32)))], "patch-invalid"),
        (vec![patch("/payload/count", json!(1), json!(1))], "patch-invalid"),
        (vec![patch("/payload/count", json!(1), json!("one"))], "patch-invalid"),
        (vec![patch("/payload/count", json!(1), Value::Null)], "patch-invalid"),
        (vec![patch("/payload/unheard_of", Value::Null, json!(1))], "patch-invalid"),
        (vec![patch("/payload/parts/1", Value::Null, json!(1))], "patch-invalid"),
        (vec![patch("/occurred/precision", json!("second"), json!("about"))], "patch-invalid"),
        (vec![patch("/occurred/from", json!("x"), json!("y"))], "patch-invalid"),
    ] {
        assert_eq!(correct(&mut kit, target, patches.clone()).0, code, "{patches:?}");
    }
    let moved = vec![patch("/payload/count", json!(1), json!(2))];
    assert_eq!(correct(&mut kit, unknown, moved).0, "target-unknown");
    let precision = vec![patch("/occurred/precision", json!("second"), json!("day"))];
    assert_eq!(correct(&mut kit, target, precision).0, "accepted");
    let kernel = kit.agreed();
    let record = Record::of(kit.reader());
    let entry = record.find(|e| e.event().hash() == target).unwrap().unwrap();
    let span = kernel.records().effective(&entry).unwrap().occurred().unwrap();
    assert_eq!(span.precision, accord_format::event::Precision::Day);
}

#[test]
fn what_was_taken_back_is_neither_corrected_nor_taken_back_again() {
    let mut kit = Kit::with_domain();
    let target = report(&mut kit, &json!({"count": 1}));
    assert_eq!(retract(&mut kit, EventHash::from_bytes([7; 32])), "target-unknown");
    assert_eq!(retract(&mut kit, target), "accepted");
    let (seq, _) = kit.now();
    let raise = vec![patch("/payload/count", json!(1), json!(2))];
    assert_eq!(correct(&mut kit, target, raise).0, "target-retracted");
    assert_eq!(retract(&mut kit, target), "target-retracted");
    assert_eq!(kit.agreed().records().retracted(&target), Some(seq - 1));
}

#[test]
fn duplicates_point_to_one_that_counts() {
    let mut kit = Kit::with_domain();
    let (mission, desk, party) =
        (key("mission/field-3", 21), key("secretariat/desk", 24), key("north/liaison", 23));
    let reports: Vec<EventHash> = (1..=4).map(|n| report(&mut kit, &json!({"count": n}))).collect();
    let payload = |a: EventHash, b: EventHash| json!({"target": a, "canonical": b});
    let mut mark = |signer, role: &'static str, a, b| {
        kit.says((signer, role), "record.duplicate_marked", "record/", &payload(a, b))
    };
    assert_eq!(mark(&mission, "mission", reports[0], reports[0]), "duplicate-circular");
    assert_eq!(mark(&party, "party", reports[0], reports[1]), "not-granted");
    assert_eq!(mark(&mission, "mission", reports[0], reports[1]), "accepted");
    assert_eq!(mark(&mission, "mission", reports[1], reports[0]), "duplicate-circular");
    assert_eq!(mark(&mission, "mission", reports[2], reports[0]), "duplicate-circular");
    // The secretariat may say so by grant, though it wrote neither.
    assert_eq!(mark(&desk, "secretariat", reports[2], reports[3]), "accepted");
    let nothing = EventHash::from_bytes([7; 32]);
    assert_eq!(mark(&mission, "mission", nothing, reports[3]), "target-unknown");
    assert_eq!(mark(&mission, "mission", reports[3], nothing), "target-unknown");
    let (code, correction) =
        correct(&mut kit, reports[3], vec![patch("/payload/count", json!(4), json!(5))]);
    assert_eq!(code, "accepted");
    let types = payload(reports[3], correction);
    assert_eq!(
        kit.says((&mission, "mission"), "record.duplicate_marked", "record/", &types),
        "duplicate-type"
    );
    let kernel = kit.agreed();
    let of = |n: usize| kernel.records().duplicate_of(&reports[n]);
    assert_eq!((of(0), of(1), of(2), of(3)), (Some(reports[1]), None, Some(reports[3]), None));
}

fn dispute(kit: &mut Kit, target: EventHash) -> SignedEvent {
    let party = key("north/liaison", 23);
    let payload = json!({"target": target, "ground": "we were not there"});
    kit.event("record.disputed", "record/", &payload, &[(&party, "party")])
}

#[test]
fn anyone_disputes_and_who_is_granted_settles() {
    let mut kit = Kit::with_domain();
    let (desk, party) = (key("secretariat/desk", 24), key("north/liaison", 23));
    let target = report(&mut kit, &json!({"count": 1}));
    let disputed = dispute(&mut kit, target);
    assert_eq!(kit.append(&disputed), "accepted");
    let stream = disputed.event().stream.clone();
    let outcome = json!({"outcome": "the report stands"});
    let settle = |kit: &mut Kit, signer, role, stream: &str| {
        kit.says((signer, role), "record.dispute_settled", stream, &outcome)
    };
    assert_eq!(settle(&mut kit, &party, "party", &stream), "not-granted");
    assert_eq!(settle(&mut kit, &desk, "secretariat", "record/elsewhere"), "stream-unknown");
    assert_eq!(kit.agreed().records().disputes()[&stream].settled, None);
    assert_eq!(settle(&mut kit, &desk, "secretariat", &stream), "accepted");
    assert_eq!(settle(&mut kit, &desk, "secretariat", &stream), "dispute-settled");
    let (size, _) = kit.now();
    let kernel = kit.agreed();
    let known = &kernel.records().disputes()[&stream];
    assert_eq!((known.target, known.settled), (target, Some(size - 1)));
    // A stream of a record that is no dispute cannot be settled.
    let (code, correction) =
        correct(&mut kit, target, vec![patch("/payload/count", json!(1), json!(2))]);
    assert_eq!(code, "accepted");
    let record = Record::of(kit.reader());
    let entry = record.find(|e| e.event().hash() == correction).unwrap().unwrap();
    assert_eq!(settle(&mut kit, &desk, "secretariat", &entry.event().stream), "stream-unknown");
    // A dispute is heard whatever its author expects of the stream, but it must be about something.
    let mut draft = kit.draft(
        "record.disputed",
        "record/",
        &json!({"target": target, "ground": "x"}),
        &[(&party, "party")],
    );
    draft.expects = Some(9);
    let heard = SignedEvent::sign(&draft.to_line().unwrap(), &[&party]).unwrap();
    assert_eq!(kit.append(&heard), "accepted");
    let of_nothing = dispute(&mut kit, EventHash::from_bytes([7; 32]));
    assert_eq!(kit.append(&of_nothing), "target-unknown");
    kit.agreed();
}

#[test]
fn a_redaction_names_a_commitment_of_its_target() {
    let mut kit = Kit::with_domain();
    let (desk, mission) = (key("secretariat/desk", 24), key("mission/field-3", 21));
    let picture = "ab".repeat(32);
    let target = report(&mut kit, &json!({"count": 1, "picture": picture}));
    let redact =
        |commitment: &str| json!({"target": target, "commitment": commitment, "basis": "safety"});
    let mut say = |signer, role: &'static str, commitment: &str| {
        kit.says((signer, role), "record.redacted", "record/", &redact(commitment))
    };
    assert_eq!(say(&mission, "mission", &picture), "not-granted");
    assert_eq!(say(&desk, "secretariat", &"cd".repeat(32)), "commitment-unknown");
    assert_eq!(say(&desk, "secretariat", "ab"), "payload-invalid");
    assert_eq!(say(&desk, "secretariat", &picture), "accepted");
    let (size, _) = kit.now();
    let kernel = kit.agreed();
    assert_eq!(kernel.records().redactions(&target).collect::<Vec<_>>(), [size - 1]);
    // The record itself stays as it was, and verifies.
    let record = Record::of(kit.reader());
    let entry = record.find(|e| e.event().hash() == target).unwrap().unwrap();
    assert_eq!(entry.event().payload["picture"], json!(picture));
}

#[test]
fn a_report_that_does_not_add_up_is_admitted_and_marked() {
    let mut kit = Kit::with_domain();
    let mission = key("mission/field-3", 21);
    let event = kit.event(
        "test.reported",
        "test/",
        &json!({"count": 9, "parts": [1, 2]}),
        &[(&mission, "mission")],
    );
    let outcome = kit.submit(&event);
    let Outcome::Accepted { findings, .. } = &outcome else { panic!("{}", outcome_code(&outcome)) };
    assert_eq!(findings.iter().map(|f| f.code).collect::<Vec<_>>(), ["does_not_add_up"]);
    assert_eq!(kit.verify().0.findings["does_not_add_up"], 1);
}
