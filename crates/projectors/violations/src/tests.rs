//! Payloads, and the fold of cases that nobody judged.

use crate::event::CaseEvent;
use crate::{Case, Outcome, Status, Violations};
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
        ("violation.provisionally_determined", provisional("a", late)),
        ("violation.provisionally_determined", provisional("b", early)),
        ("violation.remedy_ordered", {
            let mut order = remedy();
            order["resolution"] = "board/x".into();
            order
        }),
        ("violation.reopened", json!({"reason": "x", "team": "north"})),
        ("violation.reopened", json!({"reason": "x", "standard": "balance"})),
        ("violation.visit_recorded", visit(&json!([]), 0, 0)),
        ("violation.visit_recorded", visit(&json!([{}]), 0, 0)),
        ("violation.visit_recorded", visit(&json!(vec![json!({"area": "a"}); 65]), 0, 0)),
        ("violation.visit_recorded", visit(&json!([{"area": "a"}]), 100_001, 0)),
        ("violation.visit_recorded", visit(&json!([{"area": "a"}]), 0, 100_001)),
        (
            "violation.visit_recorded",
            visit(&json!([{"position": {"lat": 0, "lon": 180_000_001}}]), 0, 0),
        ),
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

fn provisional(victim: &str, until: &str) -> Value {
    json!({
        "determination": {
            "armed_attack": true, "responsible": "a", "victim": victim,
            "breach": {"from": "2026-03-01T00:00:00Z", "until": until},
        },
        "basis": "craters",
    })
}

fn remedy() -> Value {
    json!({
        "remedy": "withdrawal", "words": "x", "obliged": "a", "due": "2026-03-05T00:00:00Z",
        "resolution": "resolution/x",
    })
}

fn visit(places: &Value, interviews: u32, refusals: u32) -> Value {
    json!({
        "places": places, "interviews_count": interviews, "refusals_count": refusals,
        "access": "partial",
    })
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
        ("violation.visit_recorded", visit(&json!([{"area": "a"}]), 13, 2)),
        ("violation.provisionally_determined", provisional("b", "2026-03-02T00:00:00Z")),
        ("violation.remedy_ordered", remedy()),
        ("violation.remedy_completed", json!({"remedy": "withdrawal"})),
        ("violation.reopened", json!({"reason": "x"})),
        (
            "violation.reopened",
            json!({"reason": "x", "team": "south", "standard": "reasonable_grounds"}),
        ),
        ("violation.adjudicated", json!({"decision": "overturned", "resolution": "resolution/x"})),
    ]
}

#[test]
fn every_code_that_the_family_says_is_declared() {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    accord_projection::testing::check_codes::<Violations>(sources);
}

/// How often each step is taken: the steps of the procedure more often than the ways out of it.
fn often() -> impl Strategy<Value = usize> {
    prop_oneof![
        8 => proptest::sample::select(vec![1usize, 3, 4, 6, 8, 11, 16, 17, 19]),
        2 => 0usize..21,
    ]
}

/// What holds of every case, whatever came before.
fn holds(case: &Case) -> Result<(), TestCaseError> {
    prop_assert_eq!(
        case.status.is_open(),
        case.ended_at.is_none() || case.status == Status::NoAction
    );
    prop_assert_eq!(case.merged_into.is_some(), case.status == Status::Merged);
    if matches!(case.status, Status::Attributed | Status::Upheld | Status::Overturned) {
        prop_assert!(case.attribution.is_some() && case.finding.is_some());
    }
    if case.status == Status::UnderInvestigation {
        prop_assert!(case.investigation.is_some());
    }
    let resolved = matches!(
        case.status,
        Status::Upheld | Status::Modified | Status::Overturned | Status::NoAction | Status::Closed
    );
    prop_assert!(!resolved || case.resolved.is_some());
    prop_assert!(case.provisionals.iter().filter(|p| p.is_running()).count() <= 1);
    prop_assert!(case.provisionals.len() <= case.reopenings.len() + 1);
    if case.resolved.is_some_and(|r| r.is_decided() || r == Outcome::NoAction) {
        prop_assert!(case.provisional().is_none(), "a decision ends it");
    }
    let spans = case.determinations();
    prop_assert!(spans.iter().all(|s| s.until.is_none_or(|until| until >= s.determined_at)));
    Ok(())
}

proptest! {
    /// The fold is total: in whatever order steps come, each is taken or named as out of order,
    /// and the state keeps its shape.
    #[test]
    fn any_order_of_steps_folds(order in proptest::collection::vec(often(), 1..40)) {
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
        let (mut before, mut attacks): (Option<Status>, _) = (None, 0);
        for entry in log.entries() {
            engine.apply(entry, &basis);
            engine.settle(&log, &basis).unwrap();
            let state = engine.state(&case).unwrap();
            let case = state.case().unwrap();
            holds(case)?;
            let over = before.is_some_and(|before| !before.is_open());
            let again = before == Some(Status::Closed)
                && entry.event().event_type == "violation.reopened";
            prop_assert!(!over || again || before == Some(case.status), "nothing leaves an end");
            before = Some(case.status);
            prop_assert!(case.determinations().len() >= attacks, "what was determined stays known");
            attacks = case.determinations().len();
        }
    }
}
