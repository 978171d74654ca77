use super::*;
use proptest::prelude::*;

fn key() -> NoteSigner {
    NoteSigner::from_seed("mission/field-3", &[7; 32]).unwrap()
}

fn line(extra: &str) -> String {
    format!(
        r#"{{"ledger":"{}","id":"0198f3c2-0000-7000-8000-000000000001","type":"violation.alleged","version":1,"stream":"violation/1","signers":[{{"key":"{}","as":"mission"}}],"issued":"2026-03-01T05:00:00Z","occurred":{{"from":"2026-03-01T04:00:00Z","precision":"hour"}},"seen":{{"size":0,"root":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}},"payload":{{}}{extra}}}"#,
        "ab".repeat(32),
        key().id_string()
    )
}

fn refusal(json: &str) -> String {
    SignedEvent::sign(json, &[&key()]).unwrap_err().to_string()
}

#[test]
fn signs_and_parses() {
    let signed = SignedEvent::sign(&line(""), &[&key()]).unwrap();
    let parsed = SignedEvent::parse(signed.note().as_bytes()).unwrap();
    assert_eq!(parsed, signed);
    let event = parsed.event();
    assert_eq!(event.author(), "mission");
    assert_eq!(event.family(), "violation");
    assert_eq!(event.hash(), event_hash(event.text()));
    assert_eq!(
        event.occurred.end(),
        Instant::new(event.occurred.from.timestamp()).timestamp().plus_seconds(3600)
    );
    let public = key().vkey().key().clone();
    assert_eq!(parsed.verify(|_| Some(&public)), Ok(()));
    assert_eq!(parsed.verify(|_| None), Err(0));
}

#[test]
fn every_member_is_checked() {
    let good = line("");
    for (from, to, said) in [
        ("\"version\":1", "\"version\":0", "version"),
        ("\"version\":1", "\"version\":\"1\"", "version"),
        ("\"version\":1,", "", "version"),
        ("7000-8000", "4000-8000", "UUID v7"),
        ("7000-8000", "7000-c000", "UUID v7"),
        ("0198f3c2", "0198F3C2", "UUID v7"),
        ("violation.alleged", "Violation.alleged", "type"),
        ("violation/1", "violation", "stream"),
        ("violation/1", "violation/../1", "stream"),
        ("05:00:00Z", "05:00:00.0Z", "issued"),
        ("\"precision\":\"hour\"", "\"precision\":\"hours\"", "precision"),
        (
            "\"precision\":\"hour\"",
            "\"precision\":\"hour\",\"until\":\"2026-03-01T04:00:00Z\"",
            "until",
        ),
        ("\"size\":0", "\"size\":1.0", "integer"),
        ("e3b0c442", "00b0c442", "empty tree"),
        ("\"as\":\"mission\"", "\"as\":\"mission\",\"x\":1", "not a member"),
        ("\"payload\":{}", "\"payload\":[]", "payload"),
        ("\"payload\":{}", "\"payload\":{},\"payload\":{}", "twice"),
        ("\"payload\":{}", "\"payload\":{},\"evidence\":[]", "evidence"),
        ("\"payload\":{}", "\"payload\":{},\"nonce\":1", "not a member"),
        ("\"payload\":{}", "\"payload\":{},\"expects\":-1", "expects"),
        ("\"payload\":{}", "\"payload\":{\"a\":\"\\u0007\"}", "U+0007"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from}");
        let message = refusal(&bad);
        assert!(message.contains(said), "{to}: {message}");
    }
}

#[test]
fn optional_members_are_read() {
    let hash = "cd".repeat(32);
    let signed = SignedEvent::sign(
        &line(&format!(
            r#","expects":2,"evidence":[{{"blake3":"{hash}","bytes":3,"media_type":"image/png","name":"crater.png"}},{{"commitment":"{hash}","bytes":4096}}],"relates":[{{"event":"{hash}","rel":"contradicts"}}]"#
        )),
        &[&key()],
    )
    .unwrap();
    let event = signed.event();
    assert_eq!(event.expects, Some(2));
    assert_eq!(event.evidence.len(), 2);
    assert_eq!(event.relates[0].rel.as_str(), "contradicts");
    assert!(
        refusal(&line(&format!(r#","relates":[{{"event":"{hash}","rel":"likes"}}]"#)))
            .contains("rel")
    );
}

#[test]
fn signature_lines_are_exactly_those_of_the_signers() {
    let (key, other) = (key(), NoteSigner::from_seed("other/k", &[8; 32]).unwrap());
    let signed = SignedEvent::sign(&line(""), &[&key]).unwrap();
    let with = |lines: String| {
        SignedEvent::parse(format!("{}\n{lines}", signed.event().text()).as_bytes())
    };
    let (own, foreign) =
        (key.sign(signed.event().text()).to_line(), other.sign(signed.event().text()).to_line());
    assert!(with(own.clone()).is_ok());
    assert!(matches!(
        with(format!("{own}{foreign}")),
        Err(EventError::SignatureLine { line: 2, .. })
    ));
    assert!(matches!(with(foreign.clone()), Err(EventError::SignatureLine { line: 1, .. })));
    assert!(matches!(
        with(format!("{foreign}{own}")),
        Err(EventError::SignatureLine { line: 1, .. })
    ));
    assert!(matches!(with(format!("{own}{own}")), Err(EventError::SignatureLine { line: 2, .. })));
}

#[test]
fn every_signer_signs_in_order() {
    let (first, second) = (key(), NoteSigner::from_seed("north/liaison", &[8; 32]).unwrap());
    let also = format!(r#","signers":[{{"key":"{}","as":"mission"}}"#, first.id_string());
    let both = also.replace('}', &format!(r#"}},{{"key":"{}","as":"party"}}"#, second.id_string()));
    let signed =
        SignedEvent::sign(&line("").replace(also.as_str(), &both), &[&first, &second]).unwrap();
    let text = signed.event().text();
    let [own, other] = [&first, &second].map(|key| key.sign(text).to_line());
    let refused = |lines: &[&str]| {
        let note = format!("{text}\n{}", lines.concat());
        match SignedEvent::parse(note.as_bytes()) {
            Err(EventError::SignatureLine { line, .. }) => Some(line),
            _ => None,
        }
    };
    assert_eq!(refused(&[&own, &other]), None);
    assert_eq!(refused(&[&own]), Some(2));
    assert_eq!(refused(&[&other]), Some(1));
    assert_eq!(refused(&[&other, &own]), Some(1));
    assert_eq!(refused(&[&own, &own]), Some(2));
    assert_eq!(refused(&[&own, &other, &other]), Some(3));
}

#[test]
fn size_and_first_line_are_checked() {
    let long = line(&format!(r#","x":"{}""#, "a".repeat(NOTE_MAX)));
    assert!(refusal(&long).contains("limit"));
    let note =
        SignedEvent::sign(&line(""), &[&key()]).unwrap().note().replace("event/v1", "event/v2");
    assert!(matches!(SignedEvent::parse(note.as_bytes()), Err(EventError::FirstLine(_))));
}

#[test]
fn months_end_where_months_end() {
    let ends = |from: &str, precision: &str| {
        Occurred::from_value(&serde_json::json!({"from": from, "precision": precision}))
            .unwrap()
            .end()
            .to_seconds_string()
    };
    assert_eq!(ends("2024-01-31T00:00:00Z", "month"), "2024-02-29T00:00:00Z");
    assert_eq!(ends("2021-12-01T00:00:00Z", "month"), "2022-01-01T00:00:00Z");
    assert_eq!(ends("2024-02-29T12:00:00Z", "year"), "2025-02-28T12:00:00Z");
    assert_eq!(ends("2024-02-29T12:00:00Z", "unknown"), "2024-02-29T12:00:00Z");
}

proptest! {
    #[test]
    fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(SignedEvent::parse(&bytes).is_err());
    }

    #[test]
    fn a_changed_byte_changes_the_event_or_breaks_it(at in 0usize..900, bit in 0u8..8) {
        let signed = SignedEvent::sign(&line(""), &[&key()]).unwrap();
        let mut bytes = signed.note().as_bytes().to_vec();
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        let public = key().vkey().key().clone();
        let accepted = SignedEvent::parse(&bytes).is_ok_and(|e| e.verify(|_| Some(&public)).is_ok());
        prop_assert!(!accepted);
    }
}
