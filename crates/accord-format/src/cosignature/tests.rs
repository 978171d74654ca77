use super::*;
use crate::checkpoint::SignedCheckpoint;
use crate::key::{KeyError, NoteSigner, VKey};
use crate::log_key::{LogSigner, LogVKey};
use proptest::prelude::*;

const BOTH: [Algorithm; 2] = [Algorithm::Ed25519, Algorithm::MlDsa44];

fn signer(algorithm: Algorithm, seed: u8) -> CosignerSigner {
    CosignerSigner::from_seed("witness.example/w1", algorithm, &[seed; 32]).unwrap()
}

fn head(size: u64) -> Checkpoint {
    Checkpoint { origin: "log.example/a".into(), size, root: NodeHash::from_bytes([5; 32]) }
}

#[test]
fn algorithms_have_names() {
    for algorithm in BOTH {
        assert_eq!(algorithm.to_string().parse(), Ok(algorithm));
    }
    assert_eq!("ED25519".parse::<Algorithm>(), Err(UnknownAlgorithm("ED25519".into())));
}

/// The specification's own example, to the byte.
#[test]
fn the_signed_messages_are_those_of_the_specification() {
    let root = wire_root("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
    let head = Checkpoint { origin: "example.com/behind-the-sofa".into(), size: 20_852_163, root };
    let message = ed25519_message(&head, 1_679_315_147);
    let expected = "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n\
                    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    assert_eq!(String::from_utf8(message).unwrap(), expected);
    let message = ml_dsa_message("w", 3, &head.origin, &Subtree::whole(&head)).unwrap();
    let expected: Vec<u8> = [
        b"subtree/v1\n\0\x01w\0\0\0\0\0\0\0\x03\x1bexample.com/behind-the-sofa".as_slice(),
        &[0; 8],
        &[0, 0, 0, 0, 0x01, 0x3e, 0x2d, 0xc3],
        root.as_bytes(),
    ]
    .concat();
    assert_eq!(message, expected);
}

fn wire_root(base64: &str) -> NodeHash {
    crate::wire::node_hash(base64).unwrap()
}

#[test]
fn cosigns_and_verifies() {
    for algorithm in BOTH {
        let signer = signer(algorithm, 1);
        let head = head(7);
        for time in [0, 1, 1_700_000_000, TIME_MAX] {
            let line = signer.cosign(&head, time).unwrap();
            assert_eq!(signer.vkey().verify(&head, &line), Some(time));
            assert_eq!(claimed_time(&line), Some(time));
            assert_eq!(line.is_ml_dsa(), algorithm == Algorithm::MlDsa44);
        }
        let late = signer.cosign(&head, TIME_MAX + 1);
        assert_eq!(late, Err(CosignatureError::Time(TIME_MAX + 1)));
    }
}

#[test]
fn nothing_about_a_cosignature_can_be_changed() {
    for algorithm in BOTH {
        let signer = signer(algorithm, 1);
        let vkey = signer.vkey();
        let line = signer.cosign(&head(7), 1_700_000_000).unwrap();
        let other = |change: fn(&mut Checkpoint)| {
            let mut head = head(7);
            change(&mut head);
            vkey.verify(&head, &line)
        };
        assert_eq!(other(|head| head.origin.push('b')), None);
        assert_eq!(other(|head| head.size = 8), None);
        assert_eq!(other(|head| head.root = NodeHash::from_bytes([6; 32])), None);
        let changed = |change: fn(&mut NoteSignature)| {
            let mut line = line.clone();
            change(&mut line);
            vkey.verify(&head(7), &line)
        };
        assert_eq!(changed(|line| line.name.push('x')), None);
        assert_eq!(changed(|line| line.id = crate::key::KeyId::from_bytes([0; 4])), None);
        // The time is signed too, and a time past the limit is none.
        assert_eq!(changed(|line| line.signature[7] ^= 1), None);
        assert_eq!(changed(|line| line.signature[0] |= 0x80), None);
        assert_eq!(changed(|line| line.signature.truncate(7)), None);
        assert_eq!(changed(|line| line.signature.push(0)), None);
        let stranger = CosignerSigner::from_seed(vkey.name(), algorithm, &[2; 32]).unwrap();
        assert_eq!(stranger.vkey().verify(&head(7), &line), None);
    }
}

/// A line whose time is past the limit is no cosignature, even when it is truly signed.
#[test]
fn a_time_past_the_limit_is_refused_though_signed() {
    let signer = CosignerSigner::from_seed("w", Algorithm::Ed25519, &[1; 32]).unwrap();
    let plain = NoteSigner::from_seed("w", &[1; 32]).unwrap();
    for (time, accepted) in [(TIME_MAX, true), (TIME_MAX + 1, false)] {
        let text = String::from_utf8(ed25519_message(&head(7), time)).unwrap();
        let line = NoteSignature {
            id: signer.vkey().id(),
            signature: join(time, &plain.sign(&text).signature),
            name: "w".into(),
        };
        assert_eq!(signer.vkey().verify(&head(7), &line).is_some(), accepted);
        assert_eq!(claimed_time(&line).is_some(), accepted);
    }
}

#[test]
fn ml_dsa_covers_the_name_and_ed25519_does_not() {
    for algorithm in BOTH {
        let one = signer(algorithm, 1);
        let two = CosignerSigner::from_seed("witness.example/w2", algorithm, &[1; 32]).unwrap();
        let mut line = one.cosign(&head(7), 9).unwrap();
        line.name = two.vkey().name().to_owned();
        line.id = two.vkey().id();
        let passes = two.vkey().verify(&head(7), &line).is_some();
        assert_eq!(passes, algorithm == Algorithm::Ed25519);
    }
}

#[test]
fn names_and_origins_fit_one_byte_of_length() {
    let long = |length| "n".repeat(length);
    let make = |name: &str, algorithm| CosignerSigner::from_seed(name, algorithm, &[1; 32]);
    assert!(make(&long(255), Algorithm::MlDsa44).is_ok());
    let refused = make(&long(256), Algorithm::MlDsa44).map(drop);
    assert_eq!(refused, Err(KeyError::NameTooLong(256)));
    assert!(make(&long(256), Algorithm::Ed25519).is_ok());
    for (length, fits) in [(0, false), (1, true), (255, true), (256, false)] {
        let head = Checkpoint { origin: long(length), ..head(7) };
        let line = signer(Algorithm::MlDsa44, 1).cosign(&head, 1);
        if fits {
            assert!(signer(Algorithm::MlDsa44, 1).vkey().verify(&head, &line.unwrap()).is_some());
        } else {
            assert_eq!(line, Err(CosignatureError::Origin(length)));
        }
    }
}

#[test]
fn private_text_round_trips_and_debug_hides_it() {
    for algorithm in BOTH {
        let signer = signer(algorithm, 9);
        let text = signer.to_private_text();
        let again = CosignerSigner::parse(&text).unwrap();
        assert_eq!(again.vkey(), signer.vkey());
        assert_eq!(again.to_private_text(), text);
        let shown = format!("CosignerSigner({})", signer.vkey().id_string());
        assert_eq!([format!("{signer:?}"), format!("{signer:#?}")], [shown.clone(), shown]);
        assert_eq!(signer.vkey().to_string().parse::<CosignerVKey>().as_ref(), Ok(signer.vkey()));
        let json = serde_json::to_string(signer.vkey()).unwrap();
        assert_eq!(serde_json::from_str::<CosignerVKey>(&json).unwrap(), *signer.vkey());
        // One character of the id changed.
        let (start, end) = text.split_at(text.find(&signer.vkey().id().to_string()).unwrap());
        let digit = if end.starts_with('0') { '1' } else { '0' };
        let wrong = format!("{start}{digit}{}", &end[1..]);
        let refused = CosignerSigner::parse(&wrong).map(drop);
        assert!(matches!(refused, Err(KeyError::IdMismatch { .. })), "{refused:?}");
    }
    let event_key = NoteSigner::from_seed("w", &[1; 32]).unwrap().to_private_text();
    let refused = CosignerSigner::parse(&event_key).map(drop);
    assert!(matches!(refused, Err(KeyError::UnknownType { found: 1, .. })));
    assert!(matches!(CosignerSigner::parse("w+00000000+AA=="), Err(KeyError::Form)));
}

/// One key for several signature types has an id for each.
#[test]
fn types_are_told_apart_by_their_ids() {
    let note = NoteSigner::from_seed("n", &[1; 32]).unwrap();
    let cosigner = CosignerSigner::from_seed("n", Algorithm::Ed25519, &[1; 32]).unwrap();
    assert_ne!(note.vkey().id(), cosigner.vkey().id());
    let text = cosigner.vkey().to_string();
    let wrong = KeyError::UnknownType { found: 4, expected: "an Ed25519 (0x01)" };
    assert_eq!(text.parse::<VKey>(), Err(wrong));
    assert!(matches!(text.parse::<LogVKey>(), Err(KeyError::UnknownType { found: 4, .. })));
    let text = note.vkey().to_string();
    assert!(matches!(text.parse::<CosignerVKey>(), Err(KeyError::UnknownType { found: 1, .. })));
}

#[test]
fn subtrees_are_cosigned_without_a_time_and_by_ml_dsa_alone() {
    let origin = "log.example/a";
    let root = NodeHash::from_bytes([5; 32]);
    let signer = signer(Algorithm::MlDsa44, 1);
    let subtree = Subtree { start: 8, end: 13, root };
    let line = signer.cosign_subtree(origin, &subtree).unwrap();
    let vkey = signer.vkey();
    assert_eq!(claimed_time(&line), Some(0));
    assert!(vkey.verify_subtree(origin, &subtree, &line));
    assert!(!vkey.verify_subtree("log.example/b", &subtree, &line));
    assert!(!vkey.verify_subtree(origin, &Subtree { end: 14, ..subtree }, &line));
    // A checkpoint's cosignature with a time is none of the subtree.
    let head = head(7);
    let timed = signer.cosign(&head, 1).unwrap();
    assert!(!vkey.verify_subtree(origin, &Subtree::whole(&head), &timed));
    let untimed = signer.cosign(&head, 0).unwrap();
    assert!(vkey.verify_subtree(origin, &Subtree::whole(&head), &untimed));
    let ed25519 = self::signer(Algorithm::Ed25519, 1);
    let refused = ed25519.cosign_subtree(origin, &subtree);
    assert!(matches!(refused, Err(CosignatureError::Subtree { start: 8, end: 13, .. })));
    assert!(!ed25519.vkey().verify_subtree(origin, &subtree, &line));
}

#[test]
fn a_subtree_starts_where_a_tree_of_its_width_can() {
    let valid = |start, end| {
        let subtree = Subtree { start, end, root: NodeHash::from_bytes([0; 32]) };
        let signed = signer(Algorithm::MlDsa44, 1).cosign_subtree("o", &subtree).is_ok();
        assert_eq!(signed, subtree.is_valid());
        signed
    };
    let good = [(0, 1), (7, 8), (4, 8), (4, 7), (8, 13), (0, u64::MAX), (1 << 63, u64::MAX)];
    assert!(good.iter().all(|(start, end)| valid(*start, *end)));
    let bad = [(0, 0), (5, 5), (6, 5), (1, 3), (4, 9), (1, u64::MAX), (u64::MAX, 0)];
    assert!(!bad.iter().any(|(start, end)| valid(*start, *end)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_checkpoint_can_be_cosigned(
        size: u64, root: [u8; 32], seed: [u8; 32], time in 0..=TIME_MAX, origin in "[a-z0-9./-]{1,255}",
    ) {
        let root = if size == 0 { crate::merkle::empty_root() } else { NodeHash::from_bytes(root) };
        let head = Checkpoint { origin: origin.clone(), size, root };
        let log: Vec<_> =
            BOTH.iter().map(|a| LogSigner::from_seed(&origin, *a, &seed).unwrap()).collect();
        let signed = head.clone().sign_at(&[&log[0], &log[1]], time).unwrap();
        let cosigners: Vec<_> =
            BOTH.iter().map(|a| CosignerSigner::from_seed("w", *a, &seed).unwrap()).collect();
        let lines: Vec<_> = cosigners.iter().map(|c| c.cosign(&head, time).unwrap()).collect();
        let signed = signed.with_signatures(&lines).unwrap();
        let read = SignedCheckpoint::parse(signed.to_text().as_bytes()).unwrap();
        prop_assert_eq!(&read, &signed);
        prop_assert!(read.verify(&origin, &[log[0].vkey(), log[1].vkey()]).is_ok());
        for (cosigner, line) in cosigners.iter().zip(&lines) {
            prop_assert_eq!(cosigner.vkey().verify(read.checkpoint(), line), Some(time));
        }
    }
}
