use super::*;
use crate::checkpoint::Checkpoint;
use crate::cosignature::{Algorithm, CosignerSigner};
use crate::key::NoteSigner;
use proptest::prelude::*;

pub(super) const HASH: &str = "BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=";

pub(super) fn checkpoint() -> SignedCheckpoint {
    let key = NoteSigner::from_seed("log.example/a", &[3; 32]).unwrap();
    let root = NodeHash::from_bytes([5; 32]);
    Checkpoint { origin: "log.example/a".into(), size: 7, root }.sign(&[&key]).unwrap()
}

fn request(old: u64, hashes: usize) -> AddCheckpoint {
    let proof = vec![NodeHash::from_bytes([5; 32]); hashes];
    AddCheckpoint { old, proof, checkpoint: checkpoint() }
}

fn parse(text: &str) -> Result<AddCheckpoint, AddCheckpointError> {
    AddCheckpoint::parse(text.as_bytes())
}

#[test]
fn a_request_is_what_the_specification_shows() {
    let text = request(3, 2).to_text();
    assert_eq!(text, format!("old 3\n{HASH}\n{HASH}\n\n{}", checkpoint().to_text()));
    assert_eq!(parse(&text), Ok(request(3, 2)));
    assert_eq!(parse(&request(0, 0).to_text()), Ok(request(0, 0)));
    // How it compares with the checkpoint is not this reader's to judge.
    assert_eq!(parse(&request(u64::MAX, PROOF_MAX).to_text()), Ok(request(u64::MAX, PROOF_MAX)));
}

#[test]
fn malformed_requests_are_refused() {
    use AddCheckpointError as E;
    let note = checkpoint().to_text();
    for first in
        ["", "old", "old ", "old 01", "old -1", "old  1", "Old 1", "old 1 ", " old 1", "old 1\r"]
    {
        assert_eq!(parse(&format!("{first}\n\n{note}")), Err(E::Old), "{first}");
    }
    assert_eq!(parse("old 18446744073709551616\n\n"), Err(E::Old));
    assert_eq!(parse("old 1"), Err(E::Old));
    for hash in ["BQU=", " ", &HASH[1..], &HASH.replace('U', "-"), &format!("{HASH} ")] {
        assert_eq!(parse(&format!("old 1\n{HASH}\n{hash}\n\n{note}")), Err(E::Hash(3)), "{hash}");
    }
    // The empty line is missing: the origin is taken for a hash; or the body ends.
    assert_eq!(parse(&format!("old 1\n{note}")), Err(E::Hash(2)));
    assert_eq!(parse(&format!("old 1\n{HASH}\n")), Err(E::Hash(3)));
    assert_eq!(parse(&request(1, PROOF_MAX + 1).to_text()), Err(E::TooManyHashes));
    assert!(matches!(parse(&format!("old 1\n\n\n{note}")), Err(E::Checkpoint(_))));
    assert!(matches!(parse("old 1\n\n"), Err(E::Checkpoint(_))));
    assert_eq!(AddCheckpoint::parse(b"old 1\n\xff"), Err(E::Utf8(6)));
    let long = format!("old 1\n{}", "A".repeat(BODY_MAX));
    assert_eq!(parse(&long), Err(E::TooLong(BODY_MAX + 6)));
}

/// A witness answers a size 0 with a wrong root otherwise than it answers nonsense.
#[test]
fn an_empty_tree_with_a_root_is_told_apart() {
    let text = request(0, 0).to_text().replace("log.example/a\n7\n", "log.example/a\n0\n");
    let expected = AddCheckpointError::Checkpoint(CheckpointError::EmptyRoot);
    assert_eq!(parse(&text), Err(expected));
}

#[test]
fn the_largest_request_fits() {
    let longest = format!("old {}\n", u64::MAX).len() + PROOF_MAX * (HASH.len() + 1) + 1;
    assert_eq!(longest + NOTE_MAX, BODY_MAX);
}

#[test]
fn answers_are_signature_lines_alone() {
    let head = checkpoint().checkpoint().clone();
    let lines = [Algorithm::Ed25519, Algorithm::MlDsa44].map(|algorithm| {
        CosignerSigner::from_seed("w", algorithm, &[1; 32]).unwrap().cosign(&head, 5).unwrap()
    });
    let text = cosignatures_to_text(&lines);
    assert_eq!(parse_cosignatures(text.as_bytes()), Ok(lines.to_vec()));
    assert_eq!(parse_cosignatures(b""), Err(AnswerError::Empty));
    assert_eq!(parse_cosignatures(b"\xff"), Err(AnswerError::Utf8(0)));
    let cut = &text[..text.len() - 1];
    assert_eq!(parse_cosignatures(cut.as_bytes()), Err(AnswerError::Line(2)));
    for wrong in [format!("\n{text}"), format!("hello\n{text}"), format!(" {text}")] {
        assert_eq!(parse_cosignatures(wrong.as_bytes()), Err(AnswerError::Line(1)), "{wrong}");
    }
    assert_eq!(parse_cosignatures(format!("{text}\n").as_bytes()), Err(AnswerError::Line(3)));
    let line = lines[0].to_line();
    let full = line.repeat(SIGNATURES_MAX);
    assert_eq!(parse_cosignatures(full.as_bytes()).unwrap().len(), SIGNATURES_MAX);
    let more = format!("{full}{line}");
    assert_eq!(parse_cosignatures(more.as_bytes()), Err(AnswerError::TooMany));
    let long = "x".repeat(NOTE_MAX + 1);
    assert_eq!(parse_cosignatures(long.as_bytes()), Err(AnswerError::TooLong(NOTE_MAX + 1)));
}

#[test]
fn a_size_is_one_line() {
    for size in [0, 7, u64::MAX] {
        assert_eq!(parse_size(size_to_text(size).as_bytes()), Some(size));
    }
    for wrong in ["", "\n", "7", "07\n", "7\n\n", "7\r\n", " 7\n", "-7\n", "\u{ff17}\n"] {
        assert_eq!(parse_size(wrong.as_bytes()), None, "{wrong:?}");
    }
    assert_eq!(parse_size(b"\xff\n"), None);
}

#[test]
fn origins_are_named_by_their_sha_256() {
    assert_eq!(
        origin_hash("abc"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

proptest! {
    #[test]
    fn any_request_is_read_back(old: u64, proof in proptest::collection::vec(any::<[u8; 32]>(), 0..=PROOF_MAX)) {
        let proof = proof.into_iter().map(NodeHash::from_bytes).collect();
        let request = AddCheckpoint { old, proof, checkpoint: checkpoint() };
        prop_assert_eq!(parse(&request.to_text()), Ok(request));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = (AddCheckpoint::parse(&bytes).is_ok(), parse_cosignatures(&bytes).is_ok());
        let _ = parse_size(&bytes);
    }
}
