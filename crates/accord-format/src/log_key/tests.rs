use super::*;
use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::hash::NodeHash;

const ORIGIN: &str = "log.example/a";
const BOTH: [Algorithm; 2] = [Algorithm::Ed25519, Algorithm::MlDsa44];

fn signer(algorithm: Algorithm, seed: u8) -> LogSigner {
    LogSigner::from_seed(ORIGIN, algorithm, &[seed; 32]).unwrap()
}

fn head() -> Checkpoint {
    Checkpoint { origin: ORIGIN.into(), size: 7, root: NodeHash::from_bytes([5; 32]) }
}

#[test]
fn keys_of_both_algorithms_round_trip() {
    for algorithm in BOTH {
        let signer = signer(algorithm, 1);
        let vkey = signer.vkey();
        assert_eq!((vkey.algorithm(), vkey.name()), (algorithm, ORIGIN));
        assert_eq!(vkey.to_string().parse().as_ref(), Ok(&vkey));
        assert_eq!(LogVKey::from_typed_base64(ORIGIN, &vkey.typed_base64()).as_ref(), Ok(&vkey));
        let json = serde_json::to_string(&vkey).unwrap();
        assert_eq!(serde_json::from_str::<LogVKey>(&json).unwrap(), vkey);
        assert_eq!(LogSigner::parse(&signer.to_private_text()).unwrap().vkey(), vkey);
        assert_eq!(vkey.id_string(), format!("{ORIGIN}+{}", vkey.id()));
    }
}

#[test]
fn other_types_are_refused() {
    let cosigner = CosignerSigner::from_seed(ORIGIN, Algorithm::Ed25519, &[1; 32]).unwrap();
    let wrong = KeyError::UnknownType { found: 4, expected: EXPECTED };
    let typed = cosigner.vkey().typed_base64();
    assert_eq!(LogVKey::from_typed_base64(ORIGIN, &typed), Err(wrong.clone()));
    assert_eq!(cosigner.vkey().to_string().parse::<LogVKey>(), Err(wrong.clone()));
    assert_eq!(LogSigner::parse(&cosigner.to_private_text()).map(drop), Err(wrong));
    for text in ["", "a+b", "log.example/a+00000000+", "PRIVATE+KEY+a+00000000+"] {
        assert_eq!(text.parse::<LogVKey>(), Err(KeyError::Form), "{text}");
        assert_eq!(LogSigner::parse(text).map(drop), Err(KeyError::Form), "{text}");
    }
    let short = LogVKey::from_typed_base64(ORIGIN, "BgAA");
    assert_eq!(short, Err(KeyError::Length { found: 2, expected: 1312 }));
}

#[test]
fn a_checkpoint_of_two_keys_needs_both() {
    let (classical, quantum) = (signer(Algorithm::Ed25519, 1), signer(Algorithm::MlDsa44, 2));
    let keys = [classical.vkey(), quantum.vkey()];
    let signed = head().sign_at(&[&classical, &quantum], 1_700_000_000).unwrap();
    let signed = SignedCheckpoint::parse(signed.to_text().as_bytes()).unwrap();
    assert_eq!(signed.verify(ORIGIN, &keys), Ok(&head()));
    // Stripped of its ML-DSA-44 line it is good enough for a receipt, and for nothing else.
    let small = signed.ed25519_only().unwrap();
    assert_eq!(small.note().signatures().len(), 1);
    assert_eq!(small.verify_ed25519(ORIGIN, &keys), Ok(&head()));
    let unsigned = CheckpointError::Unsigned(quantum.vkey().id_string());
    assert_eq!(small.verify(ORIGIN, &keys), Err(unsigned));
    // Stripped of its Ed25519 line it is good for nothing.
    let large = head().sign_at(&[&quantum], 1_700_000_000).unwrap();
    let unsigned = CheckpointError::Unsigned(classical.vkey().id_string());
    assert_eq!(large.verify(ORIGIN, &keys), Err(unsigned.clone()));
    assert_eq!(large.verify_ed25519(ORIGIN, &keys), Err(unsigned));
    assert_eq!(large.ed25519_only(), Err(crate::note::NoteError::NoSignatures.into()));
    // Without an Ed25519 key there is nothing that a receipt could rest on.
    let none = CheckpointError::Unsigned("any key".into());
    assert_eq!(large.verify_ed25519(ORIGIN, &keys[1..]), Err(none));
    assert!(large.verify(ORIGIN, &keys[1..]).is_ok());
}

#[test]
fn a_bad_line_of_either_key_spoils_the_checkpoint() {
    let signers = [signer(Algorithm::Ed25519, 1), signer(Algorithm::MlDsa44, 2)];
    let keys = [signers[0].vkey(), signers[1].vkey()];
    let good = head().sign_at(&[&signers[0], &signers[1]], 9).unwrap();
    for signer in &signers {
        let mut line = signer.sign(&head(), 9).unwrap();
        line.signature[40] ^= 1;
        let bad = good.with_signatures(&[line]).unwrap();
        let invalid = CheckpointError::Invalid(signer.vkey().id_string());
        assert_eq!(bad.verify(ORIGIN, &keys), Err(invalid.clone()));
        assert_eq!(bad.verify_ed25519(ORIGIN, &keys), Err(invalid));
        assert!(bad.is_signed_by(&signer.vkey()).is_err());
    }
    assert_eq!(good.is_signed_by(&keys[1]), Ok(true));
    assert_eq!(good.is_signed_by(&signer(Algorithm::MlDsa44, 3).vkey()), Ok(false));
}

#[test]
fn signatures_are_added_once_and_below() {
    let signed = head().sign_at(&[&signer(Algorithm::Ed25519, 1)], 0).unwrap();
    let cosigner = CosignerSigner::from_seed("w", Algorithm::Ed25519, &[1; 32]).unwrap();
    let line = |time| cosigner.cosign(&head(), time).unwrap();
    let more = signed.with_signatures(&[line(1), line(2), line(1)]).unwrap();
    assert_eq!(more.note().signatures()[1..], [line(1), line(2)]);
    assert_eq!(more.with_signatures(&[line(2), line(3)]).unwrap().note().signatures().len(), 4);
    assert_eq!(more.with_signatures(&[]).as_ref(), Ok(&more));
    assert_eq!(more.checkpoint(), signed.checkpoint());
    let many: Vec<_> = (0..200).map(line).collect();
    let too_many = crate::note::NoteError::TooManySignatures;
    assert_eq!(signed.with_signatures(&many), Err(too_many.into()));
    // A line that cannot be written cannot be added.
    let mut odd = line(1);
    odd.name = "a b".into();
    assert!(signed.with_signatures(&[odd]).is_err());
}
