//! The index beside the store on one disk: whatever fails and wherever the machine stops, it has what
//! the store has, or says how far it goes.

use crate::model::Model;
use crate::run::Coverage;
use accord_format::hash::EventHash;
use accord_format::merkle;
use accord_store::disk::sim::{Stop, random::Random};
use accord_store::disk::{Disk, Operation, SimDisk};
use accord_store::index::{Index, IndexRecord, Reflects, Shape, SortedIndex};
use accord_store::{Store, StoreError, layout};
use std::sync::Arc;

const SEEDS: u64 = 2_000;
/// Small, so that files of all sizes are made and merged; and on one thread, so that what happens
/// follows from the seed.
const SHAPE: Shape = Shape { newest: 16, fan: 3, beside: false };

struct Twins {
    disk: SimDisk,
    model: Model,
    random: Random,
    /// Both are open or neither is.
    open: Option<(Store, SortedIndex)>,
    /// Entries that the index was told of.
    told: u64,
    coverage: Coverage,
}

impl Twins {
    fn live(seed: u64) -> Coverage {
        let mut random = Random::new(seed);
        let disk = SimDisk::new(random.bits());
        let (model, coverage) = (Model::default(), Coverage::default());
        let mut twins = Self { disk, model, random, open: None, told: 0, coverage };
        twins.reopen();
        for _ in 0..20 + twins.random.below(30) {
            twins.plan_misfortune();
            match twins.random.below(8) {
                0..=2 => twins.commit(),
                3 | 4 => twins.tell(),
                5 => twins.tell_all(),
                6 => twins.ask(),
                _ => twins.stop(),
            }
            if twins.disk.crashed().is_some() {
                twins.stop();
            }
            twins.check();
        }
        twins.coverage
    }

    fn plan_misfortune(&mut self) {
        let next = self.disk.calls();
        let mut soon = |most: usize| next + self.random.below(most) as u64;
        let (near, far) = (soon(20), soon(80));
        match self.random.below(7) {
            0 => self.disk.fail_at(&[near, far]),
            1 => self.disk.crash_at(Some(near)),
            2 => self.disk.crash_at(Some(far)),
            _ => {}
        }
    }

    fn commit(&mut self) {
        let Some((store, _)) = &mut self.open else { return };
        let batch = self.model.draft(1 + self.random.below(25), &mut self.random);
        self.model.in_flight = Some((batch.clone(), None));
        match store.commit(&batch, &mut |size, root| Ok(self.model.sign(size, root))) {
            Ok(committed) => self.model.accept(&committed.checkpoint),
            Err(_) => self.stop(),
        }
    }

    /// Tells the index of some entries more.
    fn tell(&mut self) {
        let most = 1 + self.random.below(40) as u64;
        self.tell_to(self.model.size().min(self.told + most));
    }

    fn tell_all(&mut self) {
        self.tell_to(self.model.size());
    }

    fn tell_to(&mut self, end: u64) {
        let Some((store, index)) = &mut self.open else { return };
        let records: Vec<_> = (self.told..end).map(|seq| record(&self.model, seq)).collect();
        // What the ledger cannot read it does not tell.
        let Ok(root) = merkle::root(&store.view(), end) else { return };
        let runs = index.runs();
        // Nothing that fails in making files keeps anything from being taken in.
        index.apply(&records, Reflects { size: end, root }).expect("taken in");
        self.told = end;
        if index.runs() < runs {
            self.coverage.count("merged");
        }
    }

    /// Asks while calls may fail: an error is no answer.
    fn ask(&mut self) {
        let Some((_, index)) = &self.open else { return };
        let failures = self.disk.failures();
        for seq in 0..self.told {
            match index.by_event(&event(&self.model, seq)) {
                Ok(found) => assert_eq!(found, [seq]),
                Err(StoreError::Index(_)) => assert!(self.disk.failures() > failures),
                Err(error) => panic!("a failure was taken for damage: {error}"),
            }
        }
    }

    fn stop(&mut self) {
        self.open = None;
        if let Some((operation, path)) = self.disk.crashed() {
            self.coverage.count(place(operation, &path));
        }
        let stop = if self.random.one_in(2) { Stop::Kill } else { Stop::PowerCut };
        self.disk.restart(stop);
        self.reopen();
    }

    /// Opens both, as the ledger does: what the index lacks it is told.
    fn reopen(&mut self) {
        let store = loop {
            match Store::open(Arc::new(self.disk.clone())) {
                Ok((store, _)) => break store,
                Err(StoreError::NotALedger | StoreError::Incomplete) => {
                    let batch = self.model.draft(1, &mut self.random);
                    self.model.in_flight = Some((batch.clone(), None));
                    let disk: Arc<dyn Disk> = Arc::new(self.disk.clone());
                    let mut sign = |size, root| Ok(self.model.sign(size, root));
                    Store::init(disk, &batch[0], &mut sign).expect("no fault is planned");
                }
                Err(error) => panic!("{error}"),
            }
        };
        if store.size() > self.model.size() {
            self.model.accept(store.head_checkpoint());
        }
        self.model.in_flight = None;
        let disk: Arc<dyn Disk> = Arc::new(self.disk.clone());
        let (index, why) = SortedIndex::on(disk, layout::INDEX, SHAPE).expect("opened");
        assert_eq!(why, None, "what a crash left was taken for damage");
        // It is never ahead of what was acknowledged, nor of another history.
        let reflects = index.reflects().expect("a head");
        self.told = reflects.map_or(0, |reflects| reflects.size);
        if let Some(Reflects { size, root }) = reflects {
            assert_eq!(merkle::root(&store.view(), size).expect("hashes"), root);
            self.coverage.count("found some");
        }
        self.open = Some((store, index));
        if self.random.one_in(2) {
            self.tell_all();
        }
    }

    fn check(&mut self) {
        self.disk.fail_at(&[]);
        self.disk.crash_at(None);
        let Some((_, index)) = &self.open else { return };
        for seq in 0..self.model.size() {
            let expected: Vec<u64> = (seq < self.told).then_some(seq).into_iter().collect();
            assert_eq!(index.by_event(&event(&self.model, seq)).expect("an answer"), expected);
        }
        for stream in 0..3 {
            let expected: Vec<u64> = (0..self.told).filter(|seq| seq % 3 == stream).collect();
            let name = format!("stream/{stream}");
            assert_eq!(index.stream(&name, 0, usize::MAX).expect("an answer"), expected);
            assert_eq!(index.stream_length(&name).expect("an answer"), expected.len() as u64);
        }
    }
}

fn event(model: &Model, seq: u64) -> EventHash {
    let at = usize::try_from(seq).expect("small");
    EventHash::from_bytes(*model.leaves[at].as_bytes())
}

fn record(model: &Model, seq: u64) -> IndexRecord {
    IndexRecord {
        seq,
        event_hash: event(model, seq),
        participant: "somebody".to_owned(),
        id: format!("id-{seq}"),
        stream: format!("stream/{}", seq % 3),
    }
}

/// What the machine stopped in.
fn place(operation: Operation, path: &str) -> String {
    let place = match path.strip_prefix("private/index") {
        Some("") => "the index",
        Some("/flushed.tmp") => "a new run",
        Some("/merged.tmp") => "a merged run",
        Some(path) if path.contains("run") => "a run",
        Some(_) => "another file of the index",
        None => "the store",
    };
    format!("stopped in {operation} {place}")
}

#[test]
fn the_index_goes_with_the_store() {
    let mut total = Coverage::default();
    for seed in 0..SEEDS {
        let life = std::panic::AssertUnwindSafe(|| Twins::live(seed));
        let lived = std::panic::catch_unwind(life);
        total.add(lived.unwrap_or_else(|_| panic!("seed {seed} failed")));
    }
    for (what, times) in &total.0 {
        println!("{times:8} {what}");
    }
    for what in [
        "found some",
        "merged",
        "stopped in create a new run",
        "stopped in append to a new run",
        "stopped in make durable a new run",
        "stopped in create a merged run",
        "stopped in append to a merged run",
        "stopped in make durable a merged run",
        "stopped in move into place a run",
        "stopped in make durable the directory the index",
        "stopped in remove a run",
        "stopped in read a run",
        "stopped in append to the store",
    ] {
        assert!(total.of(what) > 0, "no seed ever reached: {what}");
    }
}
