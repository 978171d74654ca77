//! Crashes and failures at every file operation, on the simulated disk: what was answered is never
//! taken back.

use crate::kit::*;
use accord_store::disk::sim::Stop;
use accord_store::disk::{Disk, SimDisk};
use accord_witness::Refusal;
use accord_witness::state::{State, StateError};
use accord_witness::witness::{SetupError, Witness};
use std::sync::Arc;

fn open(disk: &SimDisk, log: &Log) -> Result<Witness, SetupError> {
    let disk: Arc<dyn Disk> = Arc::new(disk.clone());
    Witness::open(disk, Desk::new().setup(&[log]))
}

/// The steps of one life: what was answered for, if anything.
fn live(witness: &Witness, log: &Log) -> Option<u64> {
    let mut answered = None;
    let mut old = witness.logs().first().and_then(|(_, size)| *size).unwrap_or(0);
    for size in [old + 1, old + 4, old + 6] {
        match witness.add_checkpoint(&log.body(old, size)) {
            Ok(_) => {
                answered = Some(size);
                old = size;
            }
            Err(Refusal::State(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
    answered
}

/// Shows the witness another history wherever it might be taken in.
#[track_caller]
fn holds(witness: &Witness, log: &Log, answered: u64) {
    let (_, held) = witness.logs().remove(0);
    let held = held.unwrap_or(0);
    assert!(held >= answered, "{answered} was answered, {held} is held");
    let fork = log.forked(0);
    for old in [0, answered, held] {
        for size in [answered, held, held + 2] {
            if size > 0 && (held > 0 || old > 0) {
                let cosigned = witness.add_checkpoint(&fork.body(old, size.max(old)));
                assert!(cosigned.is_err(), "{old} {size}");
            }
        }
    }
    witness.add_checkpoint(&log.body(held, held + 1)).unwrap();
}

#[test]
fn a_crash_at_any_operation_takes_nothing_back() {
    let log = Log::new(ORIGIN, "a", 60);
    let (mut crashed, mut answered_before) = (0, 0);
    for stop in [Stop::Kill, Stop::PowerCut] {
        for seed in 0..6 {
            let disk = SimDisk::new(seed);
            let shared: Arc<dyn Disk> = Arc::new(disk.clone());
            State::create(&shared).unwrap();
            let calls = disk.calls();
            let whole = {
                let disk = disk.fork(seed);
                live(&open(&disk, &log).unwrap(), &log).unwrap();
                disk.calls() - calls
            };
            for call in 0..whole {
                let disk = disk.fork(seed * 1000 + call);
                disk.crash_at(Some(disk.calls() + call));
                let answered = open(&disk, &log).ok().and_then(|witness| live(&witness, &log));
                if disk.crashed().is_none() {
                    continue;
                }
                crashed += 1;
                answered_before += usize::from(answered.is_some());
                disk.crash_at(None);
                disk.restart(stop);
                let witness = open(&disk, &log).unwrap();
                holds(&witness, &log, answered.unwrap_or(0));
                drop(witness);
                // And once more, now without warning: what was found is as durable as what was made.
                disk.restart(Stop::PowerCut);
                let witness = open(&disk, &log).unwrap();
                holds(&witness, &log, answered.unwrap_or(0) + 1);
            }
        }
    }
    assert!(crashed > 200 && answered_before > 50, "{crashed} {answered_before}");
}

#[test]
fn a_failure_of_any_operation_is_no_answer() {
    let log = Log::new(ORIGIN, "a", 60);
    let (mut failed, mut went_on) = (0, 0);
    for seed in 0..6 {
        let disk = SimDisk::new(seed);
        let shared: Arc<dyn Disk> = Arc::new(disk.clone());
        State::create(&shared).unwrap();
        for call in 0..60 {
            let disk = disk.fork(seed * 1000 + call);
            disk.fail_at(&[disk.calls() + call]);
            let answered = match open(&disk, &log) {
                Ok(witness) => live(&witness, &log),
                Err(SetupError::State(StateError::Disk(_))) => None,
                Err(other) => panic!("{other}"),
            };
            if disk.failures() == 0 {
                continue;
            }
            failed += 1;
            went_on += usize::from(answered == Some(6));
            disk.restart(Stop::PowerCut);
            holds(&open(&disk, &log).unwrap(), &log, answered.unwrap_or(0));
        }
    }
    assert!(failed > 100 && went_on > 10, "{failed} {went_on}");
}

#[test]
fn a_crash_at_the_first_start_leaves_no_state_or_a_whole_one() {
    let log = Log::new(ORIGIN, "a", 9);
    let mut crashed = 0;
    for stop in [Stop::Kill, Stop::PowerCut] {
        for call in 0..30 {
            let disk = SimDisk::new(call);
            let shared: Arc<dyn Disk> = Arc::new(disk.clone());
            disk.crash_at(Some(disk.calls() + call));
            let created = State::create(&shared);
            if disk.crashed().is_none() {
                created.unwrap();
                continue;
            }
            crashed += 1;
            disk.crash_at(None);
            disk.restart(stop);
            match open(&disk, &log) {
                Ok(_) => {}
                Err(SetupError::State(StateError::Missing)) => {
                    State::create(&shared).unwrap();
                    open(&disk, &log).unwrap();
                }
                Err(other) => panic!("{other}"),
            }
        }
    }
    assert!(crashed > 10, "{crashed}");
}
