//! Marks on records that reach too far.

use super::*;
use accord_catalogue::{EventType, Kind, Payload, StreamRule};
use accord_ledger::admission::{Admission, Candidate, Context, Finding, Rejection};
use accord_ledger::{Ledger, Options};

/// A count was reported.
#[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reported {
    /// How many.
    n: i64,
    /// Of what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    of: Option<String>,
}
impl Payload for Reported {}

const REPORTED: EventType =
    EventType::new::<Reported>("test.reported", Kind::Report, StreamRule::Opens("test"));

struct Families;

impl Admission for Families {
    fn event_type(&self, name: &str, version: u32) -> Option<&EventType> {
        (name == REPORTED.name && version == 1).then_some(&REPORTED)
    }

    fn event_types(&self) -> Vec<&EventType> {
        vec![&REPORTED]
    }

    fn judge(&mut self, _: &Candidate<'_>, _: &Context<'_>) -> Result<Vec<Finding>, Rejection> {
        Ok(Vec::new())
    }

    fn applied(&mut self, _: &Entry, _: &Context<'_>) {}

    fn snapshot(&self) -> Vec<u8> {
        Vec::new()
    }

    fn restore(&mut self, _: &[u8]) -> Result<(), String> {
        Ok(())
    }
}

/// A ledger with one report by the mission.
fn reported() -> (Kit, SignedEvent) {
    let mut kit = Kit::new();
    kit.ledger = None;
    let options = Options { admission: Some(Box::new(Families)), ..kit::options(false) };
    let keys = kit::operator_keys(&kit.origin());
    kit.ledger = Some(Ledger::open(kit.disk.clone(), keys, options).unwrap().0);
    let signers = [(&key("mission/field-3", 21), "mission")];
    let report = kit.event("test.reported", "test/", &json!({"n": 0}), &signers);
    assert_eq!(kit.append(&report), "accepted");
    (kit, report)
}

fn correct(
    kit: &mut Kit,
    signers: &[(&NoteSigner, &str)],
    target: &SignedEvent,
    patches: &Value,
) -> (&'static str, SignedEvent) {
    let payload = json!({"target": target.event().hash(), "patches": patches, "reason": "typing"});
    let event = kit.event("record.corrected", "record/", &payload, signers);
    (kit.append(&event), event)
}

fn n(old: i64, new: i64) -> Value {
    json!([{"pointer": "/payload/n", "old": old, "new": new}])
}

#[test]
fn a_correction_reaches_what_it_may_and_nothing_else() {
    let (mut kit, report) = reported();
    let (mission, party) = (key("mission/field-3", 21), key("north/liaison", 23));
    let by = [(&mission, "mission")];
    let from = report.event().occurred.from.to_string();
    let later = instant(86_400 * 900).to_string();
    for (patches, code) in [
        (json!([{"pointer": "/signers/0/as", "old": "mission", "new": "party"}]), "patch-invalid"),
        (json!([{"pointer": "/issued", "old": from, "new": later}]), "patch-invalid"),
        (json!([{"pointer": "/payload", "old": {"n": 0}, "new": {"n": 1}}]), "patch-invalid"),
        (json!([{"pointer": "/payload/n", "old": 0, "new": "many"}]), "patch-invalid"),
        (json!([{"pointer": "/payload/n", "old": 0}]), "patch-invalid"),
        (json!([{"pointer": "/payload/extra", "new": 1}]), "patch-invalid"),
        (json!([{"pointer": "/payload/of", "new": "ab".repeat(32)}]), "patch-invalid"),
        (
            json!([{"pointer": "/occurred/precision", "old": "second", "new": "vague"}]),
            "patch-invalid",
        ),
        (json!([{"pointer": "/occurred/until", "new": from}]), "patch-invalid"),
        // Into the future, where it would count for nothing until then.
        (json!([{"pointer": "/occurred/from", "old": from, "new": later}]), "occurred-in-future"),
        (Value::Array(vec![n(0, 1)[0].clone(); 3_00]), "patch-invalid"),
        (json!([]), "patch-invalid"),
        (n(7, 8), "patch-invalid"),
    ] {
        assert_eq!(correct(&mut kit, &by, &report, &patches).0, code, "{patches}");
    }
    assert_eq!(correct(&mut kit, &[(&party, "party")], &report, &n(0, 1)).0, "not-the-author");
    let (code, correction) =
        correct(&mut kit, &[(&key("mission/head", 22), "mission")], &report, &n(0, 1));
    assert_eq!(code, "accepted");
    assert_eq!(correct(&mut kit, &by, &correction, &n(0, 1)).0, "target-is-act");
    let early =
        json!([{"pointer": "/occurred/from", "old": from, "new": instant(-50).to_string()}]);
    assert_eq!(correct(&mut kit, &by, &report, &early).0, "accepted");
    assert!(
        verify::verify(
            &kit.reader(),
            verify::Options { admission: Some(Box::new(Families)), ..verify::Options::default() },
            &mut ()
        )
        .0
        .is_sound()
    );
}

/// What binds a record to its ledger and its history is no commitment that could be erased.
#[test]
fn only_a_commitment_is_redacted() {
    let mut kit = Kit::new();
    let (mission, desk) = (key("mission/field-3", 21), key("secretariat/desk", 24));
    let payload = json!({"target": kit.id, "ground": "ab".repeat(32)});
    let mut draft = kit.draft("record.disputed", "record/", &payload, &[(&mission, "mission")]);
    let sealed = accord_format::hash::ContentHash::of(b"sealed");
    draft.evidence =
        vec![accord_format::event::Evidence::Sealed { commitment: sealed, bytes: 4_096 }];
    let event = SignedEvent::sign(&draft.to_line().unwrap(), &[&mission]).unwrap();
    assert_eq!(kit.append(&event), "accepted");
    let root = event.event().seen.root.to_string();
    for (commitment, code) in [
        (root, "commitment-unknown"),
        ("cd".repeat(32), "commitment-unknown"),
        (sealed.to_string(), "accepted"),
        ("ab".repeat(32), "accepted"),
    ] {
        let payload =
            json!({"target": event.event().hash(), "commitment": commitment, "basis": "court"});
        assert_eq!(
            says(&mut kit, &desk, "secretariat", "record.redacted", "record/", &payload),
            code
        );
    }
}

/// Each correction costs everybody as much as all before it together.
#[test]
fn one_record_is_not_corrected_without_end() {
    let (mut kit, report) = reported();
    let mission = key("mission/field-3", 21);
    let by = [(&mission, "mission")];
    for at in 0..1_000 {
        assert_eq!(correct(&mut kit, &by, &report, &n(at, at + 1)).0, "accepted", "{at}");
    }
    assert_eq!(correct(&mut kit, &by, &report, &n(1_000, 0)).0, "corrections-exhausted");
    let payload = json!({"target": report.event().hash(), "reason": "beyond repair"});
    assert_eq!(
        says(&mut kit, &mission, "mission", "record.retracted", "record/", &payload),
        "accepted"
    );
    assert_eq!(correct(&mut kit, &by, &report, &n(1_000, 0)).0, "target-retracted");
}
