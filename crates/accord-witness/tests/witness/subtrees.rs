//! `sign-subtree`: every status, both sides, and what does not vouch for a subtree.

use crate::kit::*;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::cosignature::{CosignerVKey, Subtree, claimed_time};
use accord_format::hash::NodeHash;
use accord_format::merkle::{is_subtree, leaf_hash, subtree_proof, subtree_root};
use accord_format::note::{Note, NoteSignature};
use accord_format::witnessing::{SUBTREE_BODY_MAX, SignSubtree, origin_hash, parse_cosignatures};
use accord_witness::client::{self, AskError};
use accord_witness::http::{Ask, Response, Tls, Url};
use accord_witness::server::{Options, Server};
use accord_witness::witness::{Witness, sign_subtree};
use std::sync::Arc;
use std::time::Duration;

const TIME: Duration = Duration::from_secs(30);

/// A witness that has cosigned sizes 5 and 20 of a log.
struct Bench {
    log: Log,
    desk: Desk,
    witness: Arc<Witness>,
    url: Url,
    _server: Server,
    _directory: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
        let log = Log::new(ORIGIN, "a", 20);
        let witness = fresh(directory.path(), &desk, &[&log]);
        let (server, url) = serve(&witness, Options::default());
        let bench = Self { log, desk, witness, url, _server: server, _directory: directory };
        bench.cosign(0, 5);
        bench
    }

    fn cosign(&self, old: u64, size: u64) -> SignedCheckpoint {
        self.witness.add_checkpoint(&self.log.body(old, size)).unwrap();
        self.newest()
    }

    fn newest(&self) -> SignedCheckpoint {
        let note = self.witness.checkpoint(&origin_hash(ORIGIN)).unwrap();
        SignedCheckpoint::parse(note.as_bytes()).unwrap()
    }

    fn request(&self, checkpoint: &SignedCheckpoint, start: u64, end: u64) -> SignSubtree {
        let leaves = self.log.leaves.as_slice();
        let Ok(root) = subtree_root(leaves, start, end);
        let root = root.unwrap_or_else(|| leaf_hash(b"none"));
        let Ok(proof) = subtree_proof(leaves, (start, end), checkpoint.checkpoint().size);
        SignSubtree { subtree: Subtree { start, end, root }, proof, checkpoint: checkpoint.clone() }
    }

    fn post(&self, body: impl Into<Vec<u8>>) -> Response {
        ask(&self.url, "sign-subtree", Ask::Post(body.into()))
    }

    #[track_caller]
    fn refused(&self, body: impl Into<Vec<u8>>, status: u16, code: &str) {
        let answer = self.post(body);
        assert_eq!(answer.status, status, "{}", answer.excerpt());
        assert!(answer.excerpt().starts_with(&format!("{code}: ")), "{}", answer.excerpt());
    }
}

/// The witness's ML-DSA-44 key.
fn able() -> CosignerVKey {
    vkeys().pop().unwrap()
}

fn with_lines(note: &SignedCheckpoint, lines: &[NoteSignature]) -> SignedCheckpoint {
    let note = Note::new(note.note().text(), lines).unwrap().to_text();
    SignedCheckpoint::parse(note.as_bytes()).unwrap()
}

#[test]
fn every_subtree_of_what_was_cosigned_is_signed() {
    let bench = Bench::new();
    let early = bench.newest();
    let late = bench.cosign(5, 20);
    for note in [&early, &late] {
        let size = note.checkpoint().size;
        for end in 1..=size {
            for start in (0..end).filter(|start| is_subtree(*start, end)) {
                let request = bench.request(note, start, end);
                let answer = bench.post(request.to_text());
                assert_eq!(answer.status, 200, "{}", answer.excerpt());
                let lines = parse_cosignatures(&answer.body).unwrap();
                let [line] = lines.as_slice() else { panic!("{lines:?}") };
                assert!(able().verify_subtree(ORIGIN, &request.subtree, line));
                // \"If the cosignature format supports timestamps, the timestamp MUST be zero.\"
                assert_eq!(claimed_time(line), Some(0));
            }
        }
    }
    assert_eq!(bench.desk.codes().last(), Some(&"subtree-signed"));
    let asked = bench.request(&early, 4, 5);
    let line = client::sign_subtree(&bench.url, &asked, &able(), &Tls::system(), TIME).unwrap();
    assert!(able().verify_subtree(ORIGIN, &asked.subtree, &line));
    assert!(!able().verify_subtree("other.example/log", &asked.subtree, &line));
    assert!(!able().verify_subtree(ORIGIN, &Subtree { end: 6, ..asked.subtree }, &line));
}

#[test]
fn any_line_of_the_witness_vouches() {
    let bench = Bench::new();
    let note = bench.newest();
    // The log's line is left out, and one of the two algorithms is enough.
    for key in vkeys() {
        let lines: Vec<NoteSignature> =
            note.note().signatures().iter().filter(|l| key.is_named_by(l)).cloned().collect();
        let request = bench.request(&with_lines(&note, &lines), 0, 4);
        assert_eq!(bench.post(request.to_text()).status, 200);
    }
}

#[test]
fn what_is_no_request_is_bad() {
    let bench = Bench::new();
    let good = bench.request(&bench.newest(), 0, 4).to_text();
    for bad in [
        String::new(),
        good.replacen("subtree 0 4", "subtree 00 4", 1),
        good.replacen("subtree 0 4", "subtree 0", 1),
        good.replacen("subtree 0 4", "old 4", 1),
        good.replacen("subtree 0 4", "subtree 0 0", 1),
        good.replacen("subtree 0 4", "subtree 1 4", 1),
        good.replacen("subtree 0 4", "subtree 4 6", 1),
        good.replacen("\n\n", "\nAAAA\n\n", 1),
        good.replacen("\n\n", &format!("\n{}\n", "A".repeat(43) + "=\n").repeat(64), 1),
        good.replacen("\n\n", "\n", 1),
        good.trim_end().to_owned(),
    ] {
        bench.refused(bad, 400, "malformed");
    }
    assert_eq!(bench.post(vec![b'x'; SUBTREE_BODY_MAX + 1]).status, 413);
    assert_eq!(ask(&bench.url, "sign-subtree", Ask::Get).status, 405);
    assert_eq!(bench.post(good).status, 200);
}

#[test]
fn only_its_own_lines_vouch() {
    let bench = Bench::new();
    let note = bench.newest();
    let theirs: Vec<NoteSignature> =
        note.note().signatures().iter().filter(|l| l.name == ORIGIN).cloned().collect();
    let unsigned = bench.request(&with_lines(&note, &theirs), 0, 4);
    bench.refused(unsigned.to_text(), 403, "not-cosigned");
    // Another witness's line, and one of a key that has our name and not our id.
    for name in ["witness.example/x", "witness.example/w"] {
        let line = cosigners(name, 7)[1].cosign(note.checkpoint(), 5).unwrap();
        let other = bench.request(&with_lines(&note, &[line]), 0, 4);
        bench.refused(other.to_text(), 403, "not-cosigned");
    }
    // Ours with a bit flipped, beside one that is right; ours under another root.
    let mut lines = note.note().signatures().to_vec();
    lines.last_mut().unwrap().signature[100] ^= 1;
    let flipped = bench.request(&with_lines(&note, &lines), 0, 4);
    bench.refused(flipped.to_text(), 403, "signature-invalid");
    let fork = bench.log.forked(2);
    let moved = with_lines(&fork.signed(5), note.note().signatures());
    let Ok(root) = subtree_root(fork.leaves.as_slice(), 0, 4);
    let Ok(proof) = subtree_proof(fork.leaves.as_slice(), (0, 4), 5);
    let subtree = Subtree { start: 0, end: 4, root: root.unwrap() };
    let forked = SignSubtree { subtree, proof, checkpoint: moved };
    bench.refused(forked.to_text(), 403, "signature-invalid");
    // A line for a subtree of the same end is none for the checkpoint.
    let part = cosigners("witness.example/w", 1)[1]
        .cosign_subtree(ORIGIN, &Subtree { start: 4, end: 5, root: note.checkpoint().root })
        .unwrap();
    let partly = bench.request(&with_lines(&note, &[part]), 0, 4);
    bench.refused(partly.to_text(), 403, "signature-invalid");
}

#[test]
fn a_proof_that_does_not_hold_is_refused() {
    let bench = Bench::new();
    let note = bench.newest();
    let good = bench.request(&note, 0, 4);
    let mut wrong = good.clone();
    wrong.subtree.root = leaf_hash(b"other");
    bench.refused(wrong.to_text(), 422, "subtree-inconsistent");
    for proof in [
        Vec::new(),
        vec![NodeHash::from_bytes([0; 32])],
        [good.proof.clone(), good.proof.clone()].concat(),
        vec![NodeHash::from_bytes([0; 32]); 63],
    ] {
        let wrong = SignSubtree { proof, ..good.clone() };
        bench.refused(wrong.to_text(), 422, "subtree-inconsistent");
    }
}

#[test]
fn unknown_logs_and_keys_that_cannot() {
    let bench = Bench::new();
    let other = Log::new("ledger.example/other", "a", 5);
    let head = other.signed(5);
    let line = cosigners("witness.example/w", 1)[1].cosign(head.checkpoint(), 5).unwrap();
    let request = bench.request(&with_lines(&head, &[line]), 0, 4);
    bench.refused(request.to_text(), 404, "log-unknown");
    // Ed25519 signs no subtrees.
    let mut ed25519 = cosigners("witness.example/w", 1);
    ed25519.pop();
    let unable = sign_subtree(&ed25519, &bench.request(&bench.newest(), 0, 4)).unwrap_err();
    assert_eq!((unable.status(), unable.code()), (404, "subtrees-not-signed"));
    let asked = bench.request(&bench.newest(), 0, 4);
    let ask =
        |key: &CosignerVKey| client::sign_subtree(&bench.url, &asked, key, &Tls::system(), TIME);
    assert!(matches!(ask(&vkeys()[0]), Err(AskError::NotSigned(_))));
    let stranger = cosigners("witness.example/x", 7)[1].vkey().clone();
    assert!(matches!(ask(&stranger), Err(AskError::NotCosigned(_))));
}

#[test]
fn keys_of_the_names_that_vouched_sign() {
    let bench = Bench::new();
    let head = bench.log.signed(5);
    let two = |a, b| {
        let mut keys = cosigners("a.example/w", a);
        keys.extend(cosigners("b.example/w", b));
        keys
    };
    let keys = two(3, 4);
    let names = |lines: &[NoteSignature]| {
        let request = bench.request(&with_lines(&head, lines), 4, 5);
        let signed = sign_subtree(&keys, &request).unwrap();
        signed.into_iter().map(|line| line.name).collect::<Vec<_>>()
    };
    let line = |at: usize| two(3, 4)[at].cosign(head.checkpoint(), 5).unwrap();
    assert_eq!(names(&[line(0)]), ["a.example/w"]);
    assert_eq!(names(&[line(3)]), ["b.example/w"]);
    assert_eq!(names(&[line(2), line(1)]), ["a.example/w", "b.example/w"]);
    // A name that has no key for it is vouched for by the others, which sign all that it signs.
    let mut mixed = cosigners("a.example/w", 3);
    mixed.pop();
    mixed.push(cosigners("b.example/w", 4).pop().unwrap());
    let request = bench.request(&with_lines(&head, &[line(0)]), 4, 5);
    assert_eq!(sign_subtree(&mixed, &request).unwrap()[0].name, "b.example/w");
}
