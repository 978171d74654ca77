//! Every single call of a written life fails once, and every pair of calls of a short one.

use crate::check::{check, verify};
use crate::model::Model;
use accord_store::disk::sim::{Stop, random::Random};
use accord_store::disk::{Disk, SimDisk};
use accord_store::{Store, StoreError};
use std::sync::Arc;

#[derive(Clone, Copy)]
enum Step {
    Commit(usize),
    Publish,
    /// Lets the head wait for cosignatures.
    Hold,
    /// Publishes the head under a cosignature.
    Witnessed,
    Promote,
    /// Closes after publishing.
    Close,
}

use Step::{Close, Commit, Hold, Promote, Publish, Witnessed};

const LONG: [Step; 10] = [
    Commit(3),
    Publish,
    Commit(300),
    Publish,
    Commit(300),
    Promote,
    Commit(1),
    Close,
    Commit(250),
    Close,
];
const SHORT: [Step; 4] = [Commit(260), Publish, Promote, Commit(1)];

const QUORUM: [Step; 10] =
    [Commit(3), Hold, Witnessed, Commit(300), Hold, Commit(1), Witnessed, Witnessed, Hold, Promote];

struct Script {
    disk: SimDisk,
    model: Model,
    random: Random,
    store: Option<Store>,
    /// Calls that fail.
    fails: Vec<u64>,
    /// What an error makes of the machine; nothing if only the writer is dropped.
    stop: Option<Stop>,
    failures_seen: u64,
}

impl Script {
    /// Goes through `steps` while the calls `fails` fail; returns the number of calls.
    fn play(steps: &[Step], seed: u64, fails: &[u64], stop: Option<Stop>) -> u64 {
        let disk = SimDisk::new(seed);
        disk.fail_at(fails);
        let (mut model, random) = (Model::default(), Random::new(seed));
        let fails = fails.to_vec();
        let quorum = steps.iter().any(|step| matches!(step, Witnessed));
        model.quorum = quorum;
        let mut script = Self { disk, model, random, store: None, fails, stop, failures_seen: 0 };
        for step in steps {
            script.reopen();
            script.step(*step);
        }
        script.reopen();
        let calls = script.disk.calls();
        script.disk.fail_at(&[]);
        check(&script.disk, &script.model);
        drop(script.store.take());
        script.disk.restart(Stop::PowerCut);
        check(&script.disk, &script.model);
        verify(&script.disk);
        calls
    }

    fn step(&mut self, step: Step) {
        let mut store = self.store.take().expect("open");
        let head = store.head_checkpoint().to_owned();
        let result = match step {
            Commit(count) => {
                let batch = self.model.draft(count, &mut self.random);
                self.model.in_flight = Some((batch.clone(), None));
                let mut sign = |size, root| Ok(self.model.sign(size, root));
                store.commit(&batch, &mut sign).map(|done| self.model.accept(&done.checkpoint))
            }
            Publish => store.publish(&head).map(|()| self.model.published = self.model.size()),
            Hold => store.hold(&head),
            Witnessed => {
                let (note, line) = self.model.cosign(&head);
                store.publish_witnessed(&note).map(|()| {
                    let size = self.model.size();
                    self.model.published = size;
                    self.model.witnessed.entry(size).or_default().push(line);
                })
            }
            Promote => store.promote(),
            Close => {
                let result = store.close(Some(&head));
                match result {
                    Ok(()) => self.model.published = self.model.size(),
                    Err(error) => self.fail(&error),
                }
                return;
            }
        };
        match result {
            Ok(()) => self.store = Some(store),
            Err(error) => {
                drop(store);
                self.fail(&error);
            }
        }
    }

    /// An error is in order only if a call was made to fail since the last one.
    fn fail(&mut self, error: &StoreError) {
        assert!(!error.is_corrupt(), "a failure was taken for damage: {error}");
        let failures = self.disk.failures();
        assert!(failures > self.failures_seen, "without a failing call: {error}");
        self.failures_seen = failures;
        if let Some(stop) = self.stop {
            self.disk.restart(stop);
            self.disk.fail_at(&self.fails);
        }
    }

    fn reopen(&mut self) {
        let mut tries = 0;
        while self.store.is_none() {
            tries += 1;
            assert!(tries <= self.fails.len() + 2, "the ledger does not open any more");
            match Store::open(Arc::new(self.disk.clone())) {
                Ok((store, _)) => {
                    if store.size() > self.model.size() {
                        self.model.accept(store.head_checkpoint());
                    }
                    self.model.in_flight = None;
                    assert_eq!(store.size(), self.model.size());
                    self.store = Some(store);
                }
                Err(StoreError::NotALedger | StoreError::Incomplete) => self.init(),
                Err(error) => self.fail(&error),
            }
        }
    }

    fn init(&mut self) {
        let batch = self.model.draft(1, &mut self.random);
        self.model.in_flight = Some((batch.clone(), None));
        let disk: Arc<dyn Disk> = Arc::new(self.disk.clone());
        let result =
            Store::init(disk, &batch[0], &mut |size, root| Ok(self.model.sign(size, root)));
        match result {
            Ok((store, committed)) => {
                self.model.accept(&committed.checkpoint);
                self.store = Some(store);
            }
            Err(error) => self.fail(&error),
        }
    }
}

const STOPS: [Option<Stop>; 3] = [None, Some(Stop::Kill), Some(Stop::PowerCut)];

#[test]
fn every_single_call_may_fail() {
    for steps in [&LONG, &QUORUM] {
        let calls = Script::play(steps, 0, &[], None);
        assert!(calls > 120, "{calls}");
        for call in 0..calls {
            for stop in STOPS {
                Script::play(steps, call, &[call], stop);
            }
        }
    }
}

#[test]
fn every_pair_of_calls_may_fail() {
    let calls = Script::play(&SHORT, 0, &[], None);
    assert!(calls > 50, "{calls}");
    for first in 0..calls {
        for second in first + 1..calls {
            let stop = STOPS[usize::try_from((first + second) % 3).expect("small")];
            Script::play(&SHORT, first * calls + second, &[first, second], stop);
        }
    }
}

/// Making damaged tiles anew may be cut off anywhere, and is begun again.
#[test]
fn every_call_of_a_rebuild_may_fail() {
    let disk = SimDisk::new(0);
    let (mut model, mut random) = (Model::default(), Random::new(0));
    let mut store = None;
    for count in [1, 599] {
        let batch = model.draft(count, &mut random);
        model.in_flight = Some((batch.clone(), None));
        let mut sign = |size, root| Ok(model.sign(size, root));
        let note = match &mut store {
            None => {
                let arc: Arc<dyn Disk> = Arc::new(disk.clone());
                let (first, done) = Store::init(arc, &batch[0], &mut sign).expect("no fault");
                store = Some(first);
                done.checkpoint
            }
            Some(store) => Store::commit(store, &batch, &mut sign).expect("no fault").checkpoint,
        };
        model.accept(&note);
    }
    let store = store.expect("a store");
    let head = store.head_checkpoint().to_owned();
    store.close(Some(&head)).expect("no fault");
    model.published = model.size();

    let tile = "public/tile/0/000";
    let good = disk.read(tile, 8192).expect("a tile");
    disk.overwrite(tile, &good[..8191]);
    disk.erase("public/tile/0/001");
    let start = disk.calls();
    let whole = disk.fork(0);
    let (_, recovered) = Store::open(Arc::new(whole.clone())).expect("opens");
    assert_eq!(recovered.rebuilt_tiles, 2);
    let mut interrupted = 0;
    for call in start..whole.calls() {
        let disk = disk.fork(call);
        disk.fail_at(&[call]);
        let failed = Store::open(Arc::new(disk.clone())).is_err();
        disk.restart(STOPS[usize::try_from(call % 2).expect("small") + 1].expect("a stop"));
        Store::open(Arc::new(disk.clone())).expect("opens");
        assert_eq!(disk.read(tile, 8192).expect("a tile"), good);
        check(&disk, &model);
        interrupted += u64::from(failed);
    }
    assert!(interrupted > 20, "{interrupted}");
}
