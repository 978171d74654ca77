//! What a witness knows after it was stopped, and the states on which it does not start.

use crate::kit::*;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::cosignature::{Algorithm, CosignerSigner};
use accord_format::log_key::LogSigner;
use accord_format::merkle::leaf_hash;
use accord_format::witnessing::origin_hash;
use accord_witness::Refusal;
use accord_witness::state::{State, StateError};
use accord_witness::witness::{SetupError, Witness, WitnessKeys};
use std::path::{Path, PathBuf};

fn record(directory: &Path) -> PathBuf {
    directory.join("state/logs").join(origin_hash(ORIGIN)).join("checkpoint")
}

/// Why the witness does not start.
#[track_caller]
fn refuses(directory: &Path, log: &Log) -> StateError {
    match Witness::open(real_disk(directory), Desk::new().setup(&[log])) {
        Err(SetupError::State(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_restart_forgets_nothing() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let (log, other) = (Log::new(ORIGIN, "a", 9), Log::new("other.example/log", "b", 4));
    let witness = fresh(directory.path(), &desk, &[&log, &other]);
    witness.add_checkpoint(&log.body(0, 5)).unwrap();
    witness.add_checkpoint(&other.body(0, 2)).unwrap();
    let served = witness.checkpoint(&origin_hash(ORIGIN)).unwrap();
    drop(witness);

    let witness = reopened(directory.path(), &desk, &[&log, &other]);
    assert_eq!(witness.checkpoint(&origin_hash(ORIGIN)), Some(served));
    let fork = log.forked(2);
    assert!(matches!(witness.add_checkpoint(&log.body(0, 9)), Err(Refusal::Conflict { held: 5 })));
    assert!(matches!(witness.add_checkpoint(&fork.body(5, 5)), Err(Refusal::Contradiction(5))));
    assert!(witness.add_checkpoint(&fork.body(5, 9)).is_err());
    witness.add_checkpoint(&log.body(5, 9)).unwrap();
    witness.add_checkpoint(&other.body(2, 4)).unwrap();
}

#[test]
fn the_first_start_is_said_to_be_one() {
    let directory = tempfile::tempdir().unwrap();
    let log = Log::new(ORIGIN, "a", 3);
    let disk = real_disk(directory.path());
    assert!(matches!(refuses(directory.path(), &log), StateError::Missing));
    State::create(&disk).unwrap();
    assert!(matches!(State::create(&disk), Err(StateError::Exists)));
    reopened(directory.path(), &Desk::new(), &[&log]);
    // What is lost is not silently begun anew.
    std::fs::remove_file(directory.path().join("state/format")).unwrap();
    assert!(matches!(refuses(directory.path(), &log), StateError::Missing));
    assert!(matches!(State::create(&disk), Err(StateError::Foreign)));
}

#[test]
fn a_directory_of_something_else_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("state");
    std::fs::create_dir(&state).unwrap();
    std::fs::write(state.join("letter"), "x").unwrap();
    assert!(matches!(State::create(&real_disk(directory.path())), Err(StateError::Foreign)));
    std::fs::write(state.join("format"), "accord.witness-state/v9\n").unwrap();
    let error = refuses(directory.path(), &Log::new(ORIGIN, "a", 3));
    assert!(matches!(error, StateError::Format(found) if found.ends_with("/v9")));
}

#[test]
fn one_state_has_one_witness() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 3);
    let _running = fresh(directory.path(), &desk, &[&log]);
    let error = refuses(directory.path(), &log);
    assert!(matches!(&error, StateError::Disk(e) if e.is_locked()), "{error}");
}

#[test]
fn a_record_that_does_not_read_stops_the_start() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 9);
    let witness = fresh(directory.path(), &desk, &[&log]);
    witness.add_checkpoint(&log.body(0, 5)).unwrap();
    drop(witness);
    let path = record(directory.path());
    let good = std::fs::read(&path).unwrap();
    let text = String::from_utf8(good.clone()).unwrap();
    let unsigned = log.checkpoint(5).to_text() + "\n\u{2014} x AAAAAAE=\n";
    let another = Log::new("other.example/log", "a", 9).signed(5).to_text();
    for bad in [
        Vec::new(),
        good[..good.len() / 2].to_vec(),
        // Another size under the same signatures: an attempt to bring the witness back.
        text.replacen("\n5\n", "\n4\n", 1).into_bytes(),
        unsigned.into_bytes(),
        another.into_bytes(),
    ] {
        std::fs::write(&path, &bad).unwrap();
        let error = refuses(directory.path(), &log);
        assert!(
            matches!(&error, StateError::Damaged { path, .. } if path.ends_with("/checkpoint")),
            "{error}"
        );
    }
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert!(matches!(refuses(directory.path(), &log), StateError::Damaged { .. }));
    std::fs::remove_dir(&path).unwrap();
    std::fs::write(&path, &good).unwrap();
    reopened(directory.path(), &desk, &[&log]);
}

#[test]
fn a_flipped_bit_of_the_record_stops_the_start_or_changes_nothing() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 9);
    let witness = fresh(directory.path(), &desk, &[&log]);
    witness.add_checkpoint(&log.body(0, 5)).unwrap();
    drop(witness);
    let path = record(directory.path());
    let good = std::fs::read(&path).unwrap();
    // The head, the log's line and the Ed25519 line; the long one behind them is more of the same.
    let mut started = 0;
    for at in (0..good.len().min(420)).step_by(3) {
        let mut bad = good.clone();
        bad[at] ^= 1 << (at % 8);
        std::fs::write(&path, &bad).unwrap();
        if let Ok(witness) = Witness::open(real_disk(directory.path()), desk.setup(&[&log])) {
            // A line was spoilt, and another still vouches for the same head.
            assert_eq!(witness.logs(), [(ORIGIN.to_owned(), Some(5))], "{at}");
            assert!(at > log.checkpoint(5).to_text().len(), "{at}");
            started += 1;
        }
    }
    assert!(started > 0);
}

#[test]
fn keys_may_come_and_go_while_one_of_them_vouches() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let mut log = Log::new(ORIGIN, "a", 9);
    let witness = fresh(directory.path(), &desk, &[&log]);
    witness.add_checkpoint(&log.body(0, 5)).unwrap();
    drop(witness);
    // New keys of the log alone, then of the witness alone: each time the others vouch.
    let former = std::mem::replace(
        &mut log.keys,
        vec![LogSigner::from_seed(ORIGIN, Algorithm::Ed25519, &[4; 32]).unwrap()],
    );
    drop(reopened(directory.path(), &desk, &[&log]));
    let mut setup = desk.setup(&[&log]);
    let renewed = || WitnessKeys::new(cosigners("witness.example/w", 5)).unwrap();
    setup.keys = renewed();
    assert!(matches!(
        Witness::open(real_disk(directory.path()), setup),
        Err(SetupError::State(StateError::Damaged { .. }))
    ));
    log.keys = former;
    let mut setup = desk.setup(&[&log]);
    setup.keys = renewed();
    let witness = Witness::open(real_disk(directory.path()), setup).unwrap();
    assert!(matches!(witness.add_checkpoint(&log.body(0, 9)), Err(Refusal::Conflict { held: 5 })));
}

#[test]
fn keys_are_kept_apart() {
    let directory = tempfile::tempdir().unwrap();
    State::create(&real_disk(directory.path())).unwrap();
    let log = Log::new(ORIGIN, "a", 3);
    let open = |cosigners: Vec<CosignerSigner>, logs: &[&Log]| {
        let mut setup = Desk::new().setup(logs);
        setup.keys = WitnessKeys::new(cosigners)?;
        Witness::open(real_disk(directory.path()), setup).map(drop)
    };
    let one = || cosigners("w.example", 1);
    assert!(matches!(open(vec![], &[&log]), Err(SetupError::NoKey)));
    assert!(matches!(open(one(), &[]), Err(SetupError::NoLog)));
    assert!(matches!(open(one(), &[&log, &log]), Err(SetupError::KeyTwice(_))));
    let twice = one().into_iter().chain(one()).collect();
    assert!(matches!(open(twice, &[&log]), Err(SetupError::KeyTwice(_))));
    let many = (0..9).flat_map(|n| cosigners("w.example", n)).collect();
    assert!(matches!(open(many, &[&log]), Err(SetupError::TooManyKeys(18))));
    // The log's key as a witness key.
    let seed = *leaf_hash(ORIGIN.as_bytes()).as_bytes();
    let of_log = CosignerSigner::from_seed("w.example", Algorithm::Ed25519, &seed).unwrap();
    assert!(matches!(open(vec![of_log], &[&log]), Err(SetupError::KeyTwice(_))));
    open(one(), &[&log]).unwrap();
    // A mistake at the first start leaves nothing behind.
    let elsewhere = tempfile::tempdir().unwrap();
    let begin = |logs: &[&Log]| {
        Witness::begin(real_disk(elsewhere.path()), Desk::new().setup(logs)).map(drop)
    };
    assert!(matches!(begin(&[&log, &log]), Err(SetupError::KeyTwice(_))));
    begin(&[&log]).unwrap();
    assert!(matches!(begin(&[&log]), Err(SetupError::State(StateError::Exists))));
}

#[test]
fn evidence_is_kept_and_survives() {
    let (directory, desk) = (tempfile::tempdir().unwrap(), Desk::new());
    let log = Log::new(ORIGIN, "a", 200);
    let fork = log.forked(3);
    let witness = fresh(directory.path(), &desk, &[&log]);
    witness.add_checkpoint(&log.body(0, 5)).unwrap();
    // Twice the same is one piece.
    for _ in 0..2 {
        assert!(witness.add_checkpoint(&fork.body(5, 5)).is_err());
    }
    assert!(witness.add_checkpoint(&fork.body(5, 9)).is_err());
    let evidence = record(directory.path()).with_file_name("evidence");
    let names = || {
        let mut names: Vec<String> = std::fs::read_dir(&evidence)
            .unwrap()
            .map(|item| item.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let kept = names();
    assert_eq!(kept.len(), 5, "{kept:?}");
    assert!(kept.iter().all(|name| name.starts_with("fork-5-")), "{kept:?}");
    let ending = |name: &str| name.rsplit_once('.').map_or("", |(_, ending)| ending).to_owned();
    for name in kept.iter().filter(|name| ending(name) != "proof") {
        let note = SignedCheckpoint::parse(&std::fs::read(evidence.join(name)).unwrap()).unwrap();
        note.verify(ORIGIN, &log.vkeys()).unwrap();
        let theirs = ending(name) == "submitted";
        let of = if theirs { &fork } else { &log };
        assert_eq!(note.checkpoint(), &of.checkpoint(note.checkpoint().size), "{name}");
    }
    // A proof that is merely wrong is kept apart, and there is an end to it.
    for size in 6..=100 {
        let mut request = log.request(5, size);
        request.proof.swap(0, 1);
        assert!(witness.add_checkpoint(request.to_text().as_bytes()).is_err());
    }
    let kept = names();
    let unproven = kept.iter().filter(|name| name.starts_with("unproven-"));
    assert_eq!(unproven.count(), 64 * 3);
    assert!(desk.codes().contains(&"evidence-full"));
    // There is still room for what proves something.
    assert!(witness.add_checkpoint(&fork.body(5, 8)).is_err());
    assert_eq!(names().iter().filter(|name| name.starts_with("fork-")).count(), 8);
    drop(witness);
    reopened(directory.path(), &desk, &[&log]);
    assert_eq!(names().len(), 64 * 3 + 8);
}
