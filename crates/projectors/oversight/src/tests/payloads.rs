//! What payloads say about themselves.

use crate::event::Overseen;
use accord_projection::Payloads;
use serde_json::{Value, json};

#[test]
fn payloads_say_what_contradicts_itself() {
    let check = |name: &str, payload: &Value| {
        let at = Overseen::position(name, 1).unwrap();
        (Overseen::TYPES[at].check)(payload)
    };
    let digest = "ab".repeat(32);
    let meeting = |agenda: &Vec<&str>| json!({"at": "2026-03-01T00:00:00Z", "agenda_digest": digest, "agenda": agenda});
    let streams: Vec<String> = (0..65).map(|n| format!("a/{n}")).collect();
    let many: Vec<&str> = streams.iter().map(String::as_str).collect();
    let attendance = |seat: &str, held_by: &str| json!({"present": ["a"], "proxies": [{"seat": seat, "held_by": held_by}]});
    for (name, payload) in [
        ("board.constituted", json!({"holders": {}})),
        ("board.constituted", json!({"holders": {"a": "x", "b": "x"}})),
        (
            "board.resolution_tabled",
            json!({"kind": "x", "title": "x", "text_digest": digest, "subjects": ["a/b", "a/b"]}),
        ),
        (
            "stipulation.registered",
            json!({"code": "x", "provision": "P01", "title": "x", "responsible": []}),
        ),
        (
            "stipulation.registered",
            json!({"code": "x", "provision": "P01", "title": "x", "responsible": ["a", "a"]}),
        ),
        ("assessment.recorded", json!({"stipulation": "x", "score": 4})),
        ("assessment.reviewed", json!({"stipulation": "x", "assessment": digest, "score": 4})),
        (
            "indicator.defined",
            json!({"code": "x", "title": "x", "view": "board", "figure": "x".repeat(201), "unit": "x", "cadence": "daily"}),
        ),
        ("board.meeting_convened", meeting(&vec!["a/b", "a/b"])),
        ("board.meeting_convened", meeting(&many)),
        ("board.attendance_recorded", json!({"present": ["a", "a"]})),
        ("board.attendance_recorded", json!({"present": vec!["a"; 257]})),
        ("board.attendance_recorded", attendance("a", "a")),
        ("board.attendance_recorded", attendance("b", "c")),
        (
            "board.attendance_recorded",
            json!({"present": ["a"], "proxies": [
                {"seat": "b", "held_by": "a"}, {"seat": "b", "held_by": "a"},
            ]}),
        ),
        (
            "board.resolution_declared",
            json!({"outcome": "failed", "effective_at": "2026-03-01T00:00:00Z"}),
        ),
        (
            "instrument.deposited",
            json!({"party": "x", "stands_for": "endorsement", "text_digest": digest, "instrument_digest": digest, "verified_by": "x"}),
        ),
        (
            "audit.opinion_recorded",
            json!({"from_seq": 2, "to_seq": 1, "opinion": "adverse", "findings_digest": digest}),
        ),
        (
            "import.batch_recorded",
            json!({"source": "x", "file_digest": digest, "rows": 0, "licence": "x"}),
        ),
    ] {
        let error = check(name, &payload).unwrap_err();
        assert!(matches!(error, accord_catalogue::PayloadError::Content(_)), "{name}: {error}");
    }
    let good = json!({"party": "x", "stands_for": "charter.endorsed", "text_digest": digest, "instrument_digest": digest, "verified_by": "x"});
    assert!(check("instrument.deposited", &good).is_ok());
    assert!(check("board.meeting_convened", &meeting(&many[..64].to_vec())).is_ok());
    assert!(check("board.attendance_recorded", &attendance("b", "a")).is_ok());
    assert!(check("board.attendance_recorded", &json!({"present": []})).is_ok());
    let later = json!({"outcome": "adopted", "effective_at": "2026-03-01T00:00:00Z"});
    assert!(check("board.resolution_declared", &later).is_ok());
}

#[test]
fn who_disagrees_is_heard() {
    let heard: Vec<_> = Overseen::TYPES.iter().filter(|t| t.always_heard).map(|t| t.name).collect();
    assert_eq!(heard, ["board.dissent_filed"]);
}
