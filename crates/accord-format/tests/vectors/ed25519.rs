//! Ed25519 edge cases, pinned to the one signature rule. What is expected comes from the vectors'
//! own description of each case, never from this code.

use crate::support::{hex, list, read_json, read_text, text};
use accord_format::key::{KeyError, PublicKey, VKey};
use accord_format::note::NoteSignature;
use accord_format::prepared::{Check, PreparedKey, verify_all};
use serde_json::Value;

fn public_key(bytes: &[u8]) -> Result<PublicKey, KeyError> {
    PublicKey::from_bytes(bytes.try_into().unwrap())
}

/// The verdict of a key with its table.
fn prepared(key: &PublicKey, message: &[u8], signature: &[u8]) -> bool {
    let key = PreparedKey::new(key);
    let verdict = key.verify(message, signature);
    let check = Check { key: &key, message, signature };
    assert_eq!(verify_all(&[check, check]), [verdict, verdict]);
    verdict
}

#[test]
fn cctv() {
    let vectors = read_json("cctv-ed25519/ed25519vectors.json");
    let (mut cases, mut keys_refused, mut accepted) = (0, 0, 0);
    for case in vectors.as_array().unwrap() {
        let flags: Vec<&str> = match &case["flags"] {
            Value::Null => Vec::new(),
            _ => list(case, "flags").iter().map(|f| f.as_str().unwrap()).collect(),
        };
        let any = |which: &[&str]| flags.iter().any(|f| which.contains(f));
        // Enrolment: canonical and torsion-free.
        let key_is_good = !any(&["low_order_A", "non_canonical_A", "low_order_component_A"]);
        // Then cofactorless, with R canonical and not of small order.
        let signature_is_good =
            !any(&["low_order_R", "non_canonical_R", "low_order_residue", "reencoded_k"]);
        let key = public_key(&hex(text(case, "key")));
        assert_eq!(key.is_ok(), key_is_good, "key of case {}: {flags:?}", case["number"]);
        if let Ok(key) = key {
            let valid = key.verify(text(case, "msg").as_bytes(), &hex(text(case, "sig")));
            assert_eq!(valid, signature_is_good, "case {}: {flags:?}", case["number"]);
            // So does a key with its table, alone and among others.
            let (message, signature) = (text(case, "msg").as_bytes(), hex(text(case, "sig")));
            assert_eq!(prepared(&key, message, &signature), valid, "case {}", case["number"]);
            // A note's signature line goes by the same rule.
            let vkey = VKey::new("vectors", key).unwrap();
            let (name, id) = (vkey.name().to_owned(), vkey.id());
            let line = NoteSignature { name, id, signature: hex(text(case, "sig")) };
            assert_eq!(vkey.verify(text(case, "msg"), &line), valid, "case {}", case["number"]);
            accepted += u32::from(valid);
        } else {
            keys_refused += 1;
        }
        cases += 1;
    }
    // Under the 28 keys that pass, one signature has neither a flaw nor a residue.
    assert_eq!((cases, keys_refused, accepted), (914, 886, 1));
}

/// "Taming the many EdDSAs", table 1 and section 4.2: of its public keys only those of cases 6 and
/// 7 are canonical points of order L, and their signatures are the ones whose S is not reduced.
#[test]
fn speccheck() {
    let cases = read_json("ed25519-speccheck/cases.json");
    let cases = cases.as_array().unwrap();
    // The published verdicts of the strict rule, under keys that nobody checked at enrolment.
    let results = read_text("ed25519-speccheck/results.md");
    let strict = results.lines().find(|l| l.starts_with("|Dalek strict")).unwrap();
    let strict: Vec<bool> = strict
        .split('|')
        .skip(2)
        .map(str::trim)
        .filter(|v| !v.is_empty())
        .map(|v| v == "V")
        .collect();
    assert_eq!((cases.len(), strict.len()), (12, 12));
    for (number, (case, strict)) in cases.iter().zip(strict).enumerate() {
        let key = public_key(&hex(text(case, "pub_key")));
        assert_eq!(key.is_ok(), matches!(number, 6 | 7), "key of case {number}: {key:?}");
        let valid = key
            .as_ref()
            .is_ok_and(|k| k.verify(&hex(text(case, "message")), &hex(text(case, "signature"))));
        assert_eq!(valid, strict && key.is_ok(), "case {number}");
        let (message, signature) = (hex(text(case, "message")), hex(text(case, "signature")));
        let by_table = key.as_ref().is_ok_and(|key| prepared(key, &message, &signature));
        assert_eq!(by_table, valid, "case {number}");
        // Nothing of this set is valid here: what strictness lets through falls with its key.
        assert!(!valid, "case {number}");
    }
}

#[test]
fn keys_are_refused_for_the_reason_they_have() {
    let low_order = [
        ("0000000000000000000000000000000000000000000000000000000000000000", KeyError::Torsion),
        (
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            KeyError::NotCanonical,
        ),
        ("0000000000000000000000000000000000000000000000000000000000000080", KeyError::Torsion),
        (
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            KeyError::NotCanonical,
        ),
        ("0100000000000000000000000000000000000000000000000000000000000000", KeyError::Torsion),
        (
            "0100000000000000000000000000000000000000000000000000000000000080",
            KeyError::NotCanonical,
        ),
        (
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            KeyError::NotCanonical,
        ),
        (
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            KeyError::NotCanonical,
        ),
        ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", KeyError::Torsion),
        ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", KeyError::Torsion),
        ("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", KeyError::Torsion),
        ("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", KeyError::Torsion),
        ("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", KeyError::Torsion),
        (
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            KeyError::NotCanonical,
        ),
    ];
    for (key, error) in low_order {
        assert_eq!(public_key(&hex(key)), Err(error), "{key}");
    }
    // A point with a prime-order and a low-order component (case 3 of the speccheck set).
    let mixed = "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d";
    assert_eq!(public_key(&hex(mixed)), Err(KeyError::Torsion));
    // y = 2 is on no point of the curve.
    let mut off = [0; 32];
    off[0] = 2;
    assert_eq!(public_key(&off), Err(KeyError::NotCanonical));
}
