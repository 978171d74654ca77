//! C2SP signed-note: keys, deterministic signing, opening.

use crate::support::{base64, list, read_json, text};
use accord_format::key::{KeyError, NoteSigner, VKey};
use accord_format::note::{Note, NoteError};
use serde_json::Value;

fn vectors() -> Value {
    read_json("signed-note/notes.json")
}

fn vkeys(case: &Value) -> Vec<VKey> {
    list(case, "vkeys").iter().map(|k| k.as_str().unwrap().parse().unwrap()).collect()
}

/// Signed-note's rule: lines of unknown keys are ignored, a line of a known key must verify, and
/// at least one does. Gives the numbers of verified and of ignored lines.
fn open(note: &str, keys: &[VKey]) -> Option<(usize, usize)> {
    let note = Note::parse(note.as_bytes()).ok()?;
    let (mut verified, mut ignored) = (0, 0);
    for line in note.signatures() {
        match keys.iter().find(|k| k.name() == line.name && k.id() == line.id) {
            Some(key) if key.verify(note.text(), line) => verified += 1,
            Some(_) => return None,
            None => ignored += 1,
        }
    }
    (verified > 0).then_some((verified, ignored))
}

#[test]
fn verifier_keys() {
    let vectors = vectors();
    let valid = list(&vectors, "valid_vkeys");
    for case in valid {
        let key: VKey = text(case, "vkey").parse().unwrap();
        assert_eq!(key.id().to_string(), text(case, "key_id"));
        assert_eq!(key.to_string(), text(case, "vkey"));
    }
    let invalid = list(&vectors, "invalid_vkeys");
    for vkey in invalid {
        assert!(vkey.as_str().unwrap().parse::<VKey>().is_err(), "{vkey}");
    }
    assert_eq!((valid.len(), invalid.len()), (3, 2));
}

/// The cosignature suite: well-formed keys, of types that no event uses.
#[test]
fn verifier_keys_of_other_types_are_refused() {
    let unknown = |found| KeyError::UnknownType { found, expected: "an Ed25519 (0x01)" };
    let vectors = read_json("cosignature/vkeys.json");
    let cosigners = list(&vectors, "vkeys");
    for case in cosigners {
        let signature_type = u8::try_from(case["type"].as_u64().unwrap()).unwrap();
        assert_eq!(text(case, "vkey").parse::<VKey>(), Err(unknown(signature_type)));
    }
    assert_eq!(cosigners.len(), 1);
    let wrong_id = text(&vectors["vkey_with_wrong_key_id"], "vkey");
    assert_eq!(wrong_id.parse::<VKey>(), Err(unknown(6)));
}

#[test]
fn signing_is_deterministic() {
    let vectors = vectors();
    let case = &vectors["deterministic_sign"];
    let signer = NoteSigner::parse(text(case, "skey_test_only")).unwrap();
    assert_eq!(signer.to_private_text().as_str(), text(case, "skey_test_only"));
    let note = Note::new(text(case, "text"), &[signer.sign(text(case, "text"))]).unwrap();
    assert_eq!(note.to_text(), text(case, "signed_note"));
}

#[test]
fn opening() {
    let vectors = vectors();
    let good = list(&vectors, "open_ok");
    for case in good {
        let count = |member: &str| usize::try_from(case[member].as_u64().unwrap()).unwrap();
        assert_eq!(
            open(text(case, "note"), &vkeys(case)),
            Some((count("verified"), count("unverified")))
        );
        assert_eq!(
            Note::parse(text(case, "note").as_bytes()).unwrap().to_text(),
            text(case, "note")
        );
    }
    let bad = list(&vectors, "open_error");
    for case in bad {
        let note = case["note"].as_str().map_or_else(
            || {
                let times = usize::try_from(case["times"].as_u64().unwrap()).unwrap();
                format!("{}{}", text(case, "note_prefix"), text(case, "repeat_line").repeat(times))
            },
            str::to_owned,
        );
        assert_eq!(open(&note, &vkeys(case)), None, "{}", case["why"]);
    }
    assert_eq!((good.len(), bad.len()), (3, 3));
}

#[test]
fn malformed_notes() {
    let vectors = vectors();
    let cases = list(&vectors, "malformed_b64");
    for case in cases {
        let error = Note::parse(&base64(text(case, "note_b64")).unwrap()).unwrap_err();
        let expected = match text(case, "why") {
            "no signature block" | "blank line but no signatures" => {
                matches!(error, NoteError::NoSignatures)
            }
            "last signature line lacks newline" | "space in key name, no final newline" => {
                matches!(error, NoteError::Truncated)
            }
            "control character 0x01" => matches!(error, NoteError::Control { byte: 1, at: 0 }),
            "invalid UTF-8" => matches!(error, NoteError::Utf8(0)),
            "junk after signatures" => matches!(error, NoteError::SignatureLine { line: 2 }),
            other => panic!("unknown case {other}"),
        };
        assert!(expected, "{}: {error}", case["why"]);
    }
    assert_eq!(cases.len(), 7);
}
