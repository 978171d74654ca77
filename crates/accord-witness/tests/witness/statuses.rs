//! Every status code and body of tlog-witness, over HTTP.

use crate::kit::*;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::cosignature::Algorithm;
use accord_format::log_key::LogSigner;
use accord_format::note::Note;
use accord_format::witnessing::origin_hash;
use accord_witness::http::Ask;
use accord_witness::server::Options;

const TEXT: &str = "text/plain; charset=utf-8";

#[test]
fn cosigns_with_both_algorithms_and_serves_what_it_cosigned() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 20);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let (_server, url) = serve(&witness, Options::default());
    let path = format!("{}/checkpoint", origin_hash(ORIGIN));
    assert_eq!(ask(&url, &path, Ask::Get).status, 404);

    for (old, size) in [(0, 1), (1, 5), (5, 16), (16, 16), (16, 20)] {
        desk.set(START + i64::try_from(size).unwrap());
        let answer = post(&url, log.body(old, size));
        assert_eq!((answer.status, answer.content_type.as_deref()), (200, Some(TEXT)));
        let lines = String::from_utf8(answer.body).unwrap();
        let head = log.checkpoint(size);
        let time = START.unsigned_abs() + size;
        assert_eq!(times(&head, &lines, &vkeys()), [time, time]);

        // "It MUST include the cosignature(s) from the witness's key(s) that were returned from
        // add-checkpoint and the cosignature from the log key(s) that the witness verified."
        let served = ask(&url, &path, Ask::Get);
        assert_eq!((served.status, served.content_type.as_deref()), (200, Some(TEXT)));
        let served = SignedCheckpoint::parse(&served.body).unwrap();
        assert_eq!(served.verify(ORIGIN, &log.vkeys()), Ok(&head));
        assert!(served.to_text().ends_with(&lines), "{}", served.to_text());
    }
    assert_eq!(desk.codes(), ["cosigned"; 5]);
}

#[test]
fn an_empty_log_is_cosigned() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 3);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let (_server, url) = serve(&witness, Options::default());
    assert_eq!(post(&url, log.body(0, 0)).status, 200);
    assert_eq!(post(&url, log.body(0, 3)).status, 200);
}

#[test]
fn a_note_of_another_make_opens_the_answer() {
    // The published crate knows plain Ed25519 alone: it opens the log's line among those of ours,
    // which it must ignore.
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 3);
    let witness = fresh(directory.path(), &desk, &[&log]);
    witness.add_checkpoint(&log.body(0, 3)).unwrap();
    let served = witness.checkpoint(&origin_hash(ORIGIN)).unwrap();
    let note = signed_note::Note::from_bytes(served.as_bytes()).unwrap();
    let verifier = signed_note::StandardVerifier::new(&log.vkeys()[0].to_string()).unwrap();
    let known = signed_note::VerifierList::new(vec![Box::new(verifier)]);
    let (opened, ignored) = note.verify(&known).unwrap();
    assert_eq!((opened.len(), ignored.len()), (1, 2));
    assert_eq!(note.text(), log.checkpoint(3).to_text().as_bytes());
}

#[test]
fn an_unknown_log_is_not_found() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 3);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let (_server, url) = serve(&witness, Options::default());
    let other = Log::new("ledger.example/other", "a", 3);
    let answer = post(&url, other.body(0, 3));
    assert_eq!(answer.status, 404);
    assert!(answer.excerpt().starts_with("log-unknown: "), "{}", answer.excerpt());
    assert_eq!(ask(&url, "nowhere", Ask::Get).status, 404);
    assert_eq!(ask(&url, "add-checkpoint", Ask::Get).status, 405);
}

#[test]
fn only_trusted_keys_count() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 3);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let (_server, url) = serve(&witness, Options::default());

    // Signed by a key of the right name that is not trusted.
    let mut stranger = Log::new(ORIGIN, "a", 3);
    stranger.keys = vec![LogSigner::from_seed(ORIGIN, Algorithm::Ed25519, &[8; 32]).unwrap()];
    let answer = post(&url, stranger.body(0, 3));
    assert_eq!(answer.status, 403);
    assert!(answer.excerpt().starts_with("unsigned: "), "{}", answer.excerpt());

    // A trusted name and id with a signature that does not verify, beside one that does.
    let mut request = log.request(0, 3);
    let good = request.checkpoint.note().signatures()[0].clone();
    let mut bad = good.clone();
    bad.signature[7] ^= 1;
    let note = Note::new(request.checkpoint.note().text(), &[good.clone(), bad]).unwrap();
    request.checkpoint = SignedCheckpoint::parse(note.to_text().as_bytes()).unwrap();
    let answer = post(&url, request.to_text());
    assert_eq!(answer.status, 403);
    assert!(answer.excerpt().starts_with("signature-invalid: "), "{}", answer.excerpt());

    // Unknown lines are ignored beside a good one, and are not kept.
    let stray = stranger.signed(3).note().signatures()[0].clone();
    let note = Note::new(request.checkpoint.note().text(), &[stray, good]).unwrap();
    request.checkpoint = SignedCheckpoint::parse(note.to_text().as_bytes()).unwrap();
    assert_eq!(post(&url, request.to_text()).status, 200);
    let served = witness.checkpoint(&origin_hash(ORIGIN)).unwrap();
    assert_eq!(SignedCheckpoint::parse(served.as_bytes()).unwrap().note().signatures().len(), 3);
}

#[test]
fn a_log_may_sign_with_either_algorithm() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let mut log = Log::new(ORIGIN, "a", 9);
    log.keys.push(LogSigner::from_seed(ORIGIN, Algorithm::MlDsa44, &[7; 32]).unwrap());
    let witness = fresh(directory.path(), &desk, &[&log]);
    let both = std::mem::take(&mut log.keys);
    let mut size = 0;
    for key in both {
        log.keys = vec![key];
        witness.add_checkpoint(&log.body(size, size + 3)).unwrap();
        size += 3;
    }
    assert_eq!(witness.logs(), [(ORIGIN.to_owned(), Some(6))]);
}

#[test]
fn the_old_size_is_at_most_the_new_one() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 9);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let (_server, url) = serve(&witness, Options::default());
    assert_eq!(post(&url, log.body(0, 9)).status, 200);
    let answer = post(&url, log.body(9, 4));
    assert_eq!(answer.status, 400);
    assert!(answer.excerpt().starts_with("old-beyond-new: "), "{}", answer.excerpt());
}

#[test]
fn another_old_size_is_a_conflict_that_names_the_size() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 9);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let (_server, url) = serve(&witness, Options::default());
    let conflict = |old, size, held: &str| {
        let answer = post(&url, log.body(old, size));
        assert_eq!(answer.status, 409);
        assert_eq!(answer.content_type.as_deref(), Some("text/x.tlog.size"));
        assert_eq!(answer.body, held.as_bytes());
    };
    conflict(4, 9, "0\n");
    assert_eq!(post(&url, log.body(0, 7)).status, 200);
    for (old, size) in [(0, 9), (6, 9), (8, 9), (9, 9), (0, 3), (3, 7)] {
        conflict(old, size, "7\n");
    }
    assert_eq!(post(&url, log.body(7, 9)).status, 200);
}

#[test]
fn what_is_not_consistent_is_not_cosigned() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 20);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let (_server, url) = serve(&witness, Options::default());
    let refused = |body: Vec<u8>, code: &str| {
        let answer = post(&url, body);
        assert_eq!(answer.status, 422);
        assert!(answer.excerpt().starts_with(&format!("{code}: ")), "{}", answer.excerpt());
    };
    // A proof where none belongs.
    let mut request = log.request(0, 6);
    request.proof = log.proof(3, 6);
    refused(request.to_text().into_bytes(), "inconsistent");
    assert_eq!(post(&url, log.body(0, 6)).status, 200);
    // A proof at the same size.
    let mut request = log.request(6, 6);
    request.proof = log.proof(3, 6);
    refused(request.to_text().into_bytes(), "inconsistent");
    // A proof of something else, one that is too short, one that is too long, none.
    for proof in [log.proof(6, 18), log.proof(6, 20)[1..].to_vec(), Vec::new()] {
        let mut request = log.request(6, 20);
        request.proof = proof;
        refused(request.to_text().into_bytes(), "inconsistent");
    }
    let mut request = log.request(6, 20);
    request.proof.push(log.leaves[0]);
    refused(request.to_text().into_bytes(), "inconsistent");
    // Another history, of the same size and of a larger one.
    let fork = log.forked(4);
    refused(fork.body(6, 6), "contradiction");
    refused(fork.body(6, 20), "inconsistent");
    assert_eq!(witness.logs(), [(ORIGIN.to_owned(), Some(6))]);
    assert_eq!(post(&url, log.body(6, 20)).status, 200);
}

#[test]
fn size_zero_has_the_empty_root() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 3);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let (_server, url) = serve(&witness, Options::default());
    // Signed by hand, as the library makes no such checkpoint.
    let mut head = log.checkpoint(3);
    head.size = 0;
    let LogSigner::Ed25519(key) = &log.keys[0] else { panic!("an Ed25519 key is made") };
    let signed =
        |text: &str, line| format!("old 0\n\n{}", Note::new(text, &[line]).unwrap().to_text());
    let text = head.to_text();
    let answer = post(&url, signed(&text, key.sign(&text)));
    assert_eq!(answer.status, 422);
    assert!(answer.excerpt().starts_with("empty-root: "), "{}", answer.excerpt());
    // Neither signed nor known come first.
    assert_eq!(post(&url, signed(&text, key.sign("x\n"))).status, 403);
    let other = text.replace(ORIGIN, "ledger.example/other");
    assert_eq!(post(&url, signed(&other, key.sign(&other))).status, 404);
}

#[test]
fn what_is_no_request_is_bad() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 3);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let (_server, url) = serve(&witness, Options::default());
    let good = log.request(0, 3).to_text();
    for bad in [
        String::new(),
        "old 0\n".to_owned(),
        good.replacen("old 0", "old 00", 1),
        good.replacen("old 0", "old -1", 1),
        good.replacen("old 0", "Old 0", 1),
        good.replacen("\n\n", "\nAAAA\n\n", 1),
        good.replacen("\n\n", "\r\n\r\n", 1),
        good.replacen("\n\n", &format!("\n{}\n", "A".repeat(43) + "=\n").repeat(64), 1),
        good.trim_end().to_owned(),
        good.replace("\n3\n", "\n03\n"),
    ] {
        let answer = post(&url, bad.clone());
        assert_eq!(answer.status, 400, "{bad}");
        assert!(answer.excerpt().starts_with("malformed: "), "{}", answer.excerpt());
    }
    assert_eq!(post(&url, good).status, 200);
}

#[test]
fn prefixes_are_kept_apart() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 3);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let path = format!("{}/checkpoint", origin_hash(ORIGIN));
    for (submission, monitoring) in
        [("/in", "/out"), ("", "/out"), ("/in", ""), ("/a/b", "/a/b"), ("", "")]
    {
        let options = Options {
            submission: submission.parse().unwrap(),
            monitoring: monitoring.parse().unwrap(),
            ..Options::default()
        };
        let (_server, url) = serve(&witness, options);
        let status = |below: &str, it| ask(&url, below, it).status;
        let asked = Ask::Post(b"old".to_vec());
        assert_eq!(status(&format!("{submission}/add-checkpoint"), asked.clone()), 400);
        assert_eq!(status(&format!("{monitoring}/{path}"), Ask::Get), 404);
        if submission != monitoring {
            let swapped = status(&format!("{monitoring}/add-checkpoint"), asked);
            assert!([404, 405].contains(&swapped), "{swapped}");
        }
    }
    for bad in ["in", "/in//out", "/in out", "/{in}", "/../in", "/in?x"] {
        assert!(bad.parse::<accord_witness::server::Prefix>().is_err(), "{bad}");
    }
}

#[test]
fn a_clock_that_went_back_stops_the_witness() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 9);
    let witness = fresh(directory.path(), &desk, &[&log]);
    let (_server, url) = serve(&witness, Options::default());
    assert_eq!(post(&url, log.body(0, 3)).status, 200);
    desk.set(START - 2);
    let answer = post(&url, log.body(3, 5));
    assert_eq!(answer.status, 503);
    assert!(answer.excerpt().starts_with("clock: "), "{}", answer.excerpt());
    // One second is how clocks are set right; the time does not go back.
    desk.set(START - 1);
    let answer = post(&url, log.body(3, 5));
    let lines = String::from_utf8(answer.body).unwrap();
    let start = START.unsigned_abs();
    assert_eq!(times(&log.checkpoint(5), &lines, &vkeys()), [start, start]);
    for unset in [0, -5] {
        desk.set(unset);
        assert_eq!(post(&url, log.body(5, 6)).status, 503);
    }
}
