//! Payloads, and the fold of cases that nobody judged.

use crate::event::CaseEvent;
use crate::{Status, Violations};
use accord_catalogue::PayloadError;
use accord_format::time::Timestamp;
use accord_projection::testing::Log;
use accord_projection::{Basis, Engine, Payloads};
use proptest::prelude::*;
use serde_json::{Value, json};

fn check(name: &str, payload: &Value) -> Result<(), PayloadError> {
    let at = CaseEvent::position(name, 1).unwrap();
    (CaseEvent::TYPES[at].check)(payload)
}

#[test]
fn payloads_say_what_contradicts_itself() {
    let decided = |decision: &str, victim: &str, until: &str| {
        json!({
            "decision": decision, "resolution": "resolution/x",
            "determination": {
                "armed_attack": true, "responsible": "a", "victim": victim,
                "breach": {"from": "2026-03-01T00:00:00Z", "until": until},
            },
        })
    };
    let (late, early) = ("2026-03-02T00:00:00Z", "2026-03-01T00:00:00Z");
    assert_eq!(check("violation.adjudicated", &decided("upheld", "b", late)), Ok(()));
    for (name, payload) in [
        ("violation.adjudicated", decided("overturned", "b", late)),
        ("violation.adjudicated", decided("upheld", "a", late)),
        ("violation.adjudicated", decided("upheld", "b", early)),
        ("violation.adjudicated", json!({"decision": "upheld", "resolution": "board/x"})),
        (
            "violation.adjudicated",
            json!({"decision": "upheld", "resolution": "resolution/x", "severity": 5}),
        ),
        ("violation.registered", json!({"outcome": "accepted"})),
        ("violation.registered", json!({"outcome": "accepted", "severity": 0})),
        ("violation.registered", json!({"outcome": "declined"})),
        ("violation.registered", json!({"outcome": "declined", "reason": "x", "reply_due": late})),
        ("violation.attributed", json!({"responsible": [], "intent": "unknown", "method": "x"})),
        (
            "violation.attributed",
            json!({"responsible": ["a", "a"], "intent": "unknown", "method": "x"}),
        ),
        (
            "violation.attributed",
            json!({"responsible": ["a", "undetermined"], "intent": "unknown", "method": "x"}),
        ),
        ("violation.merged", json!({"into": "resolution/x"})),
        (
            "violation.alleged",
            json!({"category": "A1", "against": "a", "place": {"lat": 99_000_000, "lon": 0}}),
        ),
        (
            "violation.alleged",
            json!({"category": "A1", "against": "a", "observations": vec!["ab".repeat(32); 257]}),
        ),
    ] {
        let error = check(name, &payload).unwrap_err();
        assert!(matches!(error, PayloadError::Content(_)), "{name} {payload}: {error}");
    }
}

#[test]
fn what_must_be_heard_is_declared_so() {
    let heard = CaseEvent::TYPES.iter().filter(|t| t.always_heard).map(|t| t.name);
    assert_eq!(heard.collect::<Vec<_>>(), ["violation.alleged", "violation.response_filed"]);
}

/// Every step of a case, valid in itself.
fn steps() -> Vec<(&'static str, Value)> {
    let digest = "ab".repeat(32);
    vec![
        ("violation.alleged", json!({"category": "A1", "against": "a"})),
        (
            "violation.registered",
            json!({"outcome": "accepted", "severity": 2, "reply_due": "2026-03-09T00:00:00Z"}),
        ),
        ("violation.registered", json!({"outcome": "declined", "reason": "elsewhere"})),
        ("violation.investigation_opened", json!({"team": "north", "standard": "balance"})),
        (
            "violation.finding_recorded",
            json!({"result": "verified", "confidence": "low", "report": digest}),
        ),
        (
            "violation.finding_recorded",
            json!({"result": "unfounded", "confidence": "low", "report": digest}),
        ),
        ("violation.attributed", json!({"responsible": ["a"], "intent": "unknown", "method": "x"})),
        ("violation.response_filed", json!({"stance": "deny"})),
        ("violation.adjudicated", json!({"decision": "upheld", "resolution": "resolution/x"})),
        ("violation.adjudicated", json!({"decision": "remitted", "resolution": "resolution/x"})),
        ("violation.no_action_decided", json!({"reason": "x"})),
        ("violation.closed", json!({"reason": "x"})),
        ("violation.withdrawn", json!({"reason": "x"})),
        ("violation.merged", json!({"into": "violation/other"})),
    ]
}

proptest! {
    /// The fold is total: in whatever order steps come, each is taken or named as out of order,
    /// and the state keeps its shape.
    #[test]
    fn any_order_of_steps_folds(order in proptest::collection::vec(0usize..14, 1..40)) {
        let steps = steps();
        let mut log = Log::default();
        log.at("2026-03-01T00:00:00Z");
        let mut engine = Engine::<Violations>::at(Timestamp::MAX);
        let alleged = CaseEvent::TYPES[0];
        log.write("observer", &alleged, "", steps[0].1.clone());
        let case = log.entries()[0].event().stream.clone();
        for at in order {
            let (name, payload) = &steps[at];
            let declared = CaseEvent::TYPES[CaseEvent::position(name, 1).unwrap()];
            log.write("mission", &declared, &case, payload.clone());
        }
        let basis = Basis::default();
        let mut before: Option<Status> = None;
        for entry in log.entries() {
            engine.apply(entry, &basis);
            engine.settle(&log, &basis).unwrap();
            let state = engine.state(&case).unwrap();
            let case = state.case().unwrap();
            prop_assert_eq!(case.status.is_open(), case.ended_at.is_none() || case.status == Status::NoAction);
            prop_assert_eq!(case.merged_into.is_some(), case.status == Status::Merged);
            if matches!(case.status, Status::Attributed | Status::Upheld) {
                prop_assert!(case.attribution.is_some() && case.finding.is_some());
            }
            let over = before.is_some_and(|before| !before.is_open());
            prop_assert!(!over || before == Some(case.status), "nothing leaves an end");
            before = Some(case.status);
        }
    }
}
