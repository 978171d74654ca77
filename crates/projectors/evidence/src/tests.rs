//! Payloads, and the fold of items that nobody judged.

use crate::event::EvidenceEvent;
use crate::{EVIDENCE_ITEMS, EVIDENCE_STATUS, Evidence, Status};
use accord_catalogue::PayloadError;
use accord_format::time::Timestamp;
use accord_projection::testing::Log;
use accord_projection::{Basis, Engine, Payloads, Projector};
use proptest::prelude::*;
use serde_json::{Value, json};

fn check(name: &str, payload: &Value) -> Result<(), PayloadError> {
    let at = EvidenceEvent::position(name, 1).unwrap();
    (EvidenceEvent::TYPES[at].check)(payload)
}

fn open() -> Value {
    json!({
        "open": {"blake3": "ab".repeat(32), "bytes": 10, "media_type": "image/jpeg", "name": "a.jpg"},
        "captured": {"at": "2026-03-01T04:00:00Z", "method": "photograph", "device_kind": "camera"},
        "collector": "team-north", "origin": "mission", "copy": "original",
    })
}

fn sealed() -> Value {
    let mut payload = open();
    payload.as_object_mut().unwrap().remove("open");
    payload["sealed"] = json!({"commitment": "cd".repeat(32), "bytes": 4_096});
    payload
}

fn with(mut payload: Value, pointer: &str, value: Value) -> Value {
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    payload.pointer_mut(parent).unwrap()[member] = value;
    payload
}

#[test]
fn payloads_say_what_contradicts_itself() {
    assert_eq!(check("evidence.registered", &open()), Ok(()));
    assert_eq!(check("evidence.registered", &sealed()), Ok(()));
    let working = with(open(), "/copy", json!("working"));
    let made = with(working.clone(), "/original", json!("evidence/x"));
    assert_eq!(check("evidence.registered", &made), Ok(()));
    let mut neither = open();
    neither.as_object_mut().unwrap().remove("open");
    for (name, payload) in [
        ("evidence.registered", with(open(), "/sealed", sealed()["sealed"].clone())),
        ("evidence.registered", neither),
        ("evidence.registered", with(open(), "/open/bytes", json!(0))),
        ("evidence.registered", with(sealed(), "/sealed/bytes", json!(0))),
        ("evidence.registered", with(open(), "/open/name", json!("a/b"))),
        ("evidence.registered", with(open(), "/open/name", json!("x".repeat(256)))),
        ("evidence.registered", with(open(), "/original", json!("evidence/x"))),
        ("evidence.registered", with(working, "/original", json!("violation/x"))),
        ("evidence.verified", json!({"result": "intact", "found": "ab".repeat(32)})),
        ("evidence.verified", json!({"result": "missing", "found": "ab".repeat(32)})),
    ] {
        let error = check(name, &payload).unwrap_err();
        assert!(matches!(error, PayloadError::Content(_)), "{name} {payload}: {error}");
    }
    for media_type in ["", "image", "image/", "/jpeg", "Image/jpeg", "image/a/b", "image/ä", "+/x"]
    {
        let payload = with(open(), "/open/media_type", json!(media_type));
        assert!(check("evidence.registered", &payload).is_err(), "{media_type}");
    }
    // A sealed item has no name.
    let named = with(sealed(), "/sealed/name", json!("a.jpg"));
    assert!(matches!(check("evidence.registered", &named), Err(PayloadError::Shape(_))));
}

/// Every step of an item, valid in itself, and who takes it.
fn steps() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("mission", "evidence.transferred", json!({"to": "vault", "purpose": "safekeeping"})),
        ("vault", "evidence.transferred", json!({"to": "mission", "purpose": "examination"})),
        ("mission", "evidence.accessed", json!({"to": "laboratory", "purpose": "examination"})),
        ("vault", "evidence.accessed", json!({"to": "court", "purpose": "hearing"})),
        ("auditor", "evidence.verified", json!({"result": "intact"})),
        ("vault", "evidence.verified", json!({"result": "mismatch", "found": "ef".repeat(32)})),
        ("auditor", "evidence.verified", json!({"result": "missing"})),
    ]
}

#[test]
fn facts_tell_of_items_and_of_contents() {
    let mut log = Log::default();
    let mut engine = Engine::<Evidence>::at(Timestamp::MAX);
    let (basis, registered) = (Basis::default(), EvidenceEvent::TYPES[0]);
    for author in ["mission", "observer"] {
        log.write(author, &registered, "", open());
    }
    for entry in log.entries() {
        engine.apply(entry, &basis);
    }
    engine.settle(&log, &basis).unwrap();
    let items: Vec<&str> = log.entries().iter().map(|e| e.event().stream.as_str()).collect();
    let content = engine.state(&format!("content/{}", "ab".repeat(32))).unwrap();
    assert_eq!(Evidence::fact(EVIDENCE_ITEMS, &content), Some(json!({ "items": items })));
    assert_eq!(Evidence::fact(EVIDENCE_STATUS, &content), None);
    let item = engine.state(items[1]).unwrap();
    let status = json!({
        "status": "unverified", "sealed": false, "origin": "mission",
        "registered_by": "observer", "custodian": "observer",
    });
    assert_eq!(Evidence::fact(EVIDENCE_STATUS, &item), Some(status));
    assert_eq!(Evidence::fact(EVIDENCE_ITEMS, &item), None);
}

proptest! {
    /// In whatever order steps come, each is taken or named as out of order, and the chain of
    /// custody has no gap: every link was signed by the custodian before it.
    #[test]
    fn any_order_of_steps_folds(order in proptest::collection::vec(0usize..7, 1..40)) {
        let steps = steps();
        let mut log = Log::default();
        log.write("mission", &EvidenceEvent::TYPES[0], "", open());
        let item = log.entries()[0].event().stream.clone();
        for at in &order {
            let (author, name, payload) = &steps[*at];
            let declared = EvidenceEvent::TYPES[EvidenceEvent::position(name, 1).unwrap()];
            log.write(author, &declared, &item, payload.clone());
        }
        let basis = Basis::default();
        let mut engine = Engine::<Evidence>::at(Timestamp::MAX);
        for entry in log.entries() {
            engine.apply(entry, &basis);
        }
        engine.settle(&log, &basis).unwrap();
        let state = engine.state(&item).unwrap();
        let state = state.item().unwrap();
        for pair in state.custody.windows(2) {
            let entry = &log.entries()[usize::try_from(pair[1].seq).unwrap()];
            prop_assert_eq!(entry.event().author(), &pair[0].custodian);
            prop_assert!(pair[0].custodian != pair[1].custodian && pair[0].since < pair[1].since);
        }
        let refused = engine.findings().iter().filter(|f| f.code == "out_of_order").count();
        let taken = state.custody.len() - 1 + state.checks.len()
            + usize::try_from(state.accesses).unwrap();
        prop_assert_eq!(taken + refused, order.len());
        prop_assert_eq!(state.status() == Status::Unverified, state.checks.is_empty());
    }
}

#[test]
fn every_code_that_the_family_says_is_declared() {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    accord_projection::testing::check_codes::<Evidence>(sources);
}
