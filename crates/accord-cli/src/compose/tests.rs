use super::*;
use accord_format::event::Event;

fn defaults(signers: Vec<Signer>) -> Defaults {
    Defaults {
        ledger: Some(LedgerId::from_bytes([7; 32])),
        seen: SeenAt::nothing(),
        issued: Timestamp::parse_seconds("2026-03-01T05:00:00Z").unwrap(),
        signers,
    }
}

fn key(name: &str) -> NoteSigner {
    NoteSigner::from_seed(name, &[5; 32]).unwrap()
}

#[test]
fn a_draft_needs_type_and_payload_only() {
    let keys = [key("ua/head")];
    let signers = signers(&keys, &["party".to_owned()]).unwrap();
    let draft = r#"{"type": "delegation.granted",
        "payload": {"to": "mission", "role": "party", "types": ["violation.alleged"],
                    "until": "2026-04-01 00:00"}}"#;
    let composed = from_draft(draft, defaults(signers)).unwrap();
    assert_eq!(composed.notes.len(), 1);
    let signed = composed.envelope.sign(&[&keys[0]]).unwrap();
    let event = signed.event();
    assert_eq!(event.stream, format!("delegation/{}", event.id));
    assert_eq!(event.payload["until"], "2026-04-01T00:00:00Z");
    assert_eq!(event.issued.to_string(), "2026-03-01T05:00:00Z");
    assert_eq!(event.signers[0].role(), "party");
}

#[test]
fn a_drafts_own_members_stand() {
    let other = LedgerId::from_bytes([9; 32]).to_string();
    let draft = json!({
        "ledger": other, "id": "0198f3c2-0000-7000-8000-000000000001", "version": 1,
        "type": "charter.endorsed", "stream": "charter/x",
        "signers": [{"key": "ua/head+00000001", "as": "party"}],
        "issued": "2026-03-02 06:00", "occurred": "2026-03-01",
        "seen": {"size": 4, "root": "ab".repeat(32)}, "expects": 3,
        "relates": [{"event": "cd".repeat(32), "rel": "supports"}], "payload": {},
    });
    let composed = from_draft(&draft.to_string(), defaults(Vec::new())).unwrap();
    let event = Event::parse(&composed.envelope.to_text().unwrap()).unwrap();
    assert_eq!(event.ledger.unwrap().to_string(), other);
    assert_eq!((event.expects, event.seen.size, event.relates.len()), (Some(3), 4, 1));
    assert_eq!(event.occurred.precision.as_str(), "day");
    assert_eq!(event.issued.to_string(), "2026-03-02T06:00:00Z");
}

#[test]
fn a_wrong_draft_is_refused_with_what_to_write() {
    for (draft, hint) in [
        (json!([]), "JSON object"),
        (json!({"payload": {}}), "no \"type\""),
        (json!({"type": "charter.endorsed", "stream": "charter/x"}), "no \"payload\""),
        (json!({"type": "charter.endorst", "payload": {}}), "did you mean charter.endorsed?"),
        (json!({"type": "charter.endorsed", "payload": {}}), "--stream charter/<id>"),
        (json!({"type": "charter.endorsed", "payload": {}, "stream": "case/x"}), "not case/x"),
        (json!({"type": "charter.endorsed", "payload": {}, "nonce": 1}), "\"nonce\""),
        (json!({"type": "charter.endorsed", "payload": {}, "version": "1"}), "whole number"),
        (
            json!({"type": "charter.endorsed", "payload": {}, "stream": "charter/x", "expects": -1}),
            "whole number",
        ),
        (
            json!({"type": "charter.endorsed", "payload": {}, "stream": "charter/x", "seen": 1}),
            "seen must be",
        ),
        (
            json!({"type": "charter.endorsed", "payload": {}, "stream": "charter/x", "signers": [1]}),
            "signers must be",
        ),
        (
            json!({"type": "charter.endorsed", "payload": {"a": 1}, "stream": "charter/x"}),
            "accord schema",
        ),
        (
            json!({"type": "charter.endorsed", "payload": {}, "stream": "charter/x", "occurred": 5}),
            "/occurred",
        ),
    ] {
        let error = from_draft(&draft.to_string(), defaults(Vec::new())).unwrap_err();
        assert!(error.to_string().contains(hint), "{draft}: {error}");
    }
}

#[test]
fn one_role_for_all_keys_or_one_for_each() {
    let keys = [key("a/x"), key("b/x")];
    let of = |roles: &[&str]| {
        let roles: Vec<String> = roles.iter().map(|r| (*r).to_owned()).collect();
        signers(&keys, &roles).map(|s| s.into_iter().map(|s| s.role).collect::<Vec<_>>())
    };
    assert_eq!(of(&["r"]).unwrap(), ["r", "r"]);
    assert_eq!(of(&["r", "s"]).unwrap(), ["r", "s"]);
    assert!(of(&[]).is_err() && of(&["r", "s", "t"]).is_err());
    assert!(signers(&[], &["r".to_owned()]).is_err());
}
