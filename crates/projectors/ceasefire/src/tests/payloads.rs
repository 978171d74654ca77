//! What payloads contradict in themselves, and what is never refused.

use super::bench::{baseline, declared, digest, proposal};
use crate::event::Truce;
use accord_catalogue::PayloadError;
use accord_projection::Payloads;
use serde_json::{Value, json};

fn movement(name: &str) -> Value {
    let mut payload = json!({
        "line": "front", "segment": "S-4", "by": "third", "direction": "advance",
        "metres": {"value": 1, "qualifier": "exact"}, "area_m2": {"value": 0, "qualifier": "exact"},
    });
    if name == "line.movement_verified" {
        payload["as_of"] = "2026-03-01T00:00:00Z".into();
        payload["confidence"] = "low".into();
    }
    payload
}

fn window() -> Value {
    json!({
        "purpose": "evacuation", "area": "x",
        "from": "2026-03-06T09:00:00Z", "until": "2026-03-06T15:00:00Z",
    })
}

/// A payload of every type that is as it should be.
fn good() -> Vec<(&'static str, Value)> {
    let persons = json!({"value": 1, "qualifier": "exact"});
    let order = json!({"ceasefire": "ceasefire/x", "order_ref": "D-1", "measures": ["a", "b"]});
    let notice = json!({"notice_digest": digest(1), "effective_at": "2026-03-01T00:00:00Z"});
    vec![
        ("ceasefire.proposed", proposal()),
        ("ceasefire.accepted", json!({"text_digest": digest(1)})),
        ("ceasefire.declined", json!({})),
        ("ceasefire.entered_into_force", json!({"effective_at": "2026-03-01T00:00:00Z"})),
        ("ceasefire.recommitted", json!({"effective_at": "2026-03-01T00:00:00Z"})),
        ("ceasefire.suspended", json!({"resolution": "resolution/x"})),
        ("ceasefire.resumed", json!({"resolution": "resolution/x"})),
        ("ceasefire.denounced", notice),
        ("ceasefire.terminated", json!({"resolution": "resolution/x", "reason": "x"})),
        ("ceasefire_order.issued", order),
        (
            "discipline.reported",
            json!({"case": "violation/x", "action": "warning", "persons": persons}),
        ),
        ("advance_halt.committed", json!({"line": "front", "text_digest": digest(1)})),
        ("line.baseline_adopted", baseline()),
        ("line.movement_alleged", movement("line.movement_alleged")),
        ("line.movement_verified", movement("line.movement_verified")),
        ("silence_window.requested", window()),
        ("silence_window.guaranteed", json!({})),
        ("silence_window.opened", json!({})),
        ("silence_window.closed", json!({"completed": false})),
        ("silence_window.breached", json!({"by": "undetermined"})),
    ]
}

#[test]
fn every_type_reads_and_takes_no_unknown_member() {
    let good = good();
    assert_eq!(
        good.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        Truce::TYPES.iter().map(|t| t.name).collect::<Vec<_>>()
    );
    for (name, mut payload) in good {
        assert_eq!((declared(name).check)(&payload), Ok(()), "{name}");
        payload["name_of_person"] = "x".into();
        let error = (declared(name).check)(&payload).unwrap_err();
        assert!(matches!(error, PayloadError::Shape(_)), "{name}: {error}");
    }
}

#[test]
fn payloads_say_what_contradicts_itself() {
    let many = |value: Value, times: usize| Value::from(vec![value; times]);
    let codes = |times: usize| -> Value { (0..times).map(|n| format!("m{n}")).collect() };
    let halt = |n: usize| json!({"line": format!("l{n}"), "text_digest": digest(1)});
    let halts = |times: usize| -> Value { (0..times).map(halt).collect() };
    let zero = json!({"value": 0, "qualifier": "exact"});
    let north = json!({"lat": 90_000_001, "lon": 0});
    let changes = [
        ("ceasefire.proposed", "scope", json!("local")),
        ("ceasefire.proposed", "ends_at", json!("2026-03-10T00:00:00Z")),
        ("ceasefire.proposed", "measures", codes(65)),
        ("ceasefire.proposed", "measures", many(json!("a"), 2)),
        ("ceasefire.proposed", "halts", halts(17)),
        ("ceasefire.proposed", "halts", many(halt(1), 2)),
        ("ceasefire.suspended", "resolution", json!("board/x")),
        ("ceasefire.resumed", "resolution", json!("board/x")),
        ("ceasefire.terminated", "resolution", json!("resolution-x/x")),
        ("ceasefire_order.issued", "ceasefire", json!("line/x")),
        ("ceasefire_order.issued", "measures", codes(65)),
        ("ceasefire_order.issued", "measures", many(json!("a"), 2)),
        ("discipline.reported", "case", json!("line/x")),
        ("discipline.reported", "persons", zero.clone()),
        ("line.baseline_adopted", "length_m", json!(0)),
        ("line.baseline_adopted", "resolution", json!("board/x")),
        ("line.movement_alleged", "bearing", json!(360)),
        ("line.movement_alleged", "metres", zero.clone()),
        ("line.movement_alleged", "case", json!("line/x")),
        ("line.movement_verified", "metres", zero),
        ("line.movement_verified", "case", json!("line/x")),
        ("silence_window.requested", "until", json!("2026-03-06T09:00:00Z")),
        ("silence_window.requested", "site", north),
        ("silence_window.breached", "observations", many(json!(digest(1)), 257)),
        ("silence_window.breached", "case", json!("line/x")),
    ];
    let good: std::collections::BTreeMap<_, _> = good().into_iter().collect();
    for (name, member, value) in changes {
        let mut payload = good[name].clone();
        payload[member] = value;
        let error = (declared(name).check)(&payload).unwrap_err();
        assert!(matches!(error, PayloadError::Content(_)), "{name} {member}: {error}");
    }
    // What is just within the bounds.
    for (name, member, value) in [
        ("ceasefire.proposed", "measures", codes(64)),
        ("ceasefire.proposed", "halts", halts(16)),
        ("line.movement_alleged", "bearing", json!(359)),
        ("silence_window.breached", "observations", many(json!(digest(1)), 256)),
    ] {
        let mut payload = good[name].clone();
        payload[member] = value;
        assert_eq!((declared(name).check)(&payload), Ok(()), "{name} {member}");
    }
}

#[test]
fn what_must_be_heard_is_declared_so() {
    let heard = Truce::TYPES.iter().filter(|t| t.always_heard).map(|t| t.name);
    let expected = ["ceasefire.declined", "ceasefire.denounced", "line.movement_alleged"];
    assert_eq!(heard.collect::<Vec<_>>(), expected);
}
