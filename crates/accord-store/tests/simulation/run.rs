//! One seed: a random life of a ledger, with crashes and failing calls, checked all along.

use crate::check::{check, verify};
use crate::model::Model;
use accord_store::disk::sim::{Stop, random::Random};
use accord_store::disk::{Disk, Operation, SimDisk};
use accord_store::{Recovered, Store, StoreError, StoreResult};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How often something was reached, by name.
#[derive(Clone, Default)]
pub(crate) struct Coverage(pub(crate) BTreeMap<String, u64>);

impl Coverage {
    pub(crate) fn count(&mut self, what: impl Into<String>) {
        *self.0.entry(what.into()).or_default() += 1;
    }

    pub(crate) fn add(&mut self, other: Self) {
        for (what, times) in other.0 {
            *self.0.entry(what).or_default() += times;
        }
    }

    /// How often anything was reached whose name begins with `prefix`.
    pub(crate) fn of(&self, prefix: &str) -> u64 {
        self.0.iter().filter(|(what, _)| what.starts_with(prefix)).map(|(_, times)| times).sum()
    }
}

/// A large ledger to begin from, so that the edges of higher tiles are in reach.
pub(crate) struct Large {
    disk: SimDisk,
    model: Model,
}

impl Large {
    pub(crate) fn build() -> Self {
        let disk = SimDisk::new(0);
        let mut random = Random::new(0);
        let mut model = Model::default();
        let mut store = None;
        while model.size() < 65_500 {
            let left = usize::try_from(65_500 - model.size()).expect("small");
            let batch =
                model.draft(if model.size() == 0 { 1 } else { left.min(4000) }, &mut random);
            model.in_flight = Some((batch.clone(), None));
            let mut sign = |size, root| Ok(model.sign(size, root));
            let note = if let Some(store) = &mut store {
                Store::commit(store, &batch, &mut sign).expect("no fault").checkpoint
            } else {
                let arc: Arc<dyn Disk> = Arc::new(disk.clone());
                let (first, committed) = Store::init(arc, &batch[0], &mut sign).expect("no fault");
                store = Some(first);
                committed.checkpoint
            };
            model.accept(&note);
        }
        let store = store.expect("a store");
        let head = store.head_checkpoint().to_owned();
        store.close(Some(&head)).expect("no fault");
        model.published = model.size();
        model.settled = 65_500 / 256 * 256;
        Self { disk, model }
    }
}

pub(crate) struct Life<'a> {
    pub(crate) disk: SimDisk,
    pub(crate) model: Model,
    random: Random,
    store: Option<Store>,
    /// What the store is doing, for the coverage.
    phase: &'static str,
    failures_seen: u64,
    coverage: &'a mut Coverage,
}

impl<'a> Life<'a> {
    /// Lives the life of `seed` to its end.
    pub(crate) fn run(seed: u64, large: &Large, coverage: &'a mut Coverage) -> SimDisk {
        let mut random = Random::new(seed);
        let mut life = if random.one_in(50) {
            coverage.count("begun large");
            let (disk, model) = (large.disk.fork(random.bits()), large.model.clone());
            Life { disk, model, random, store: None, phase: "open", failures_seen: 0, coverage }
        } else {
            let (disk, model) = (SimDisk::new(random.bits()), Model::default());
            Life { disk, model, random, store: None, phase: "init", failures_seen: 0, coverage }
        };
        life.model.quorum = life.random.one_in(2) && life.model.published == 0;
        if life.model.size() > 0 {
            life.cross_the_edge();
        }
        for _ in 0..12 + life.random.below(20) {
            life.step();
        }
        life.disk.fail_at(&[]);
        life.disk.crash_at(None);
        life.reopen();
        // Opening may have planned more.
        life.disk.fail_at(&[]);
        life.disk.crash_at(None);
        let store = life.store.take().expect("an open store");
        let head = store.head_checkpoint().to_owned();
        if life.model.quorum {
            life.store = Some(store);
            life.publish_witnessed(&head);
            life.store
                .take()
                .expect("no fault is planned")
                .close(None)
                .expect("no fault is planned");
        } else {
            store.close(Some(&head)).expect("no fault is planned");
        }
        life.model.published = life.model.size();
        let stop = if life.random.one_in(2) { Stop::Kill } else { Stop::PowerCut };
        life.disk.restart(stop);
        check(&life.disk, &life.model);
        verify(&life.disk);
        life.disk
    }

    /// Fills the first tile of the second level, perhaps with a crash on the way.
    fn cross_the_edge(&mut self) {
        self.reopen();
        self.commit_some(40);
        if self.store.is_some() && self.random.one_in(2) {
            self.disk.crash_at(Some(self.disk.calls() + self.random.below(30) as u64));
        }
        self.work("promote", Store::promote);
    }

    fn step(&mut self) {
        self.plan_misfortune();
        if self.store.is_none() {
            self.reopen();
        }
        match self.random.below(16) {
            0..=7 => self.commit(),
            8..=10 => self.publish(),
            11 => self.work("promote", Store::promote),
            12 => {
                if self.random.one_in(2) {
                    self.close();
                }
                // Otherwise the process ends without closing.
                self.store = None;
            }
            13 => self.read(),
            _ => self.stop(),
        }
    }

    /// Now and then lets one or two of the next calls fail, or the machine stop in one.
    fn plan_misfortune(&mut self) {
        let next = self.disk.calls();
        let mut soon = |most: usize| next + self.random.below(most) as u64;
        let (first, second, near) = (soon(60), soon(60), soon(12));
        match self.random.below(8) {
            0 => self.disk.fail_at(&[near]),
            1 => self.disk.fail_at(&[first, second]),
            2 => self.disk.fail_at(&[near, near + 1 + self.random.below(4) as u64]),
            3 => self.disk.crash_at(Some(near)),
            4 => self.disk.crash_at(Some(first)),
            _ => {}
        }
    }

    fn commit(&mut self) {
        let count = match self.random.below(6) {
            0 => 1,
            1 | 2 => 1 + self.random.below(8),
            3 | 4 => 1 + self.random.below(100),
            _ if self.random.one_in(3) => 1 + self.random.below(800),
            _ => 230 + self.random.below(50),
        };
        self.commit_some(count);
    }

    fn commit_some(&mut self, count: usize) {
        let batch = self.model.draft(count, &mut self.random);
        let Some(mut store) = self.store.take() else { return };
        self.phase = "commit";
        self.model.in_flight = Some((batch.clone(), None));
        let result = store.commit(&batch, &mut |size, root| Ok(self.model.sign(size, root)));
        match result {
            Ok(committed) => {
                self.model.accept(&committed.checkpoint);
                assert_eq!(
                    (committed.size, committed.root),
                    (self.model.size(), self.model.root())
                );
                self.store = Some(store);
            }
            Err(error) => {
                self.excuse(&error);
                // The writer refuses everything until it is opened again.
                let again = store.commit(&batch, &mut |_, _| panic!("signed while poisoned"));
                assert!(matches!(again, Err(StoreError::Poisoned { .. })), "{again:?}");
            }
        }
    }

    fn publish(&mut self) {
        // The head, or an older checkpoint that had to wait.
        let notes: Vec<String> =
            self.model.released.range(self.model.published..).map(|(_, n)| n.clone()).collect();
        let skip = if self.random.one_in(3) { self.random.below(notes.len()) } else { 0 };
        let Some(note) = notes.iter().rev().nth(skip).cloned() else { return };
        let size: u64 = note.lines().nth(1).and_then(|line| line.parse().ok()).expect("a size");
        if self.store.as_ref().and_then(Store::published).is_some_and(|p| p.size > size) {
            // A publication that returned an error had taken place.
            return;
        }
        if self.model.quorum {
            if self.random.one_in(2) {
                return self.work("hold", |store| store.hold(&note));
            }
            return self.publish_witnessed(&note);
        }
        self.work("publish", |store| store.publish(&note));
        if self.store.is_some() {
            self.model.published = size;
        }
    }

    /// Publishes under one cosignature or two, of which `witnessed/` may have others.
    fn publish_witnessed(&mut self, note: &str) {
        let (mut cosigned, line) = self.model.cosign(note);
        let mut lines = vec![line];
        if self.random.one_in(2) {
            let (more, line) = self.model.cosign(&cosigned);
            cosigned = more;
            lines.push(line);
        }
        let size: u64 = note.lines().nth(1).and_then(|line| line.parse().ok()).expect("a size");
        self.work("publish", |store| store.publish_witnessed(&cosigned));
        if let Some(store) = &self.store
            && store.published().is_some_and(|published| published.note == cosigned)
        {
            assert!(store.pending().is_none_or(|pending| pending.size > size));
            self.model.published = size;
            self.model.witnessed.entry(size).or_default().extend(lines);
            self.coverage.count("witnessed");
        }
    }

    fn close(&mut self) {
        let Some(store) = self.store.take() else { return };
        self.phase = "close";
        let head = store.head_checkpoint().to_owned();
        let publish = self.random.one_in(2) && !self.model.quorum;
        let publication = publish.then_some(head.as_str());
        match store.close(publication) {
            Ok(()) if publication.is_some() => self.model.published = self.model.size(),
            Ok(()) => {}
            Err(error) => self.excuse(&error),
        }
    }

    fn work(&mut self, phase: &'static str, work: impl FnOnce(&mut Store) -> StoreResult<()>) {
        let Some(mut store) = self.store.take() else { return };
        self.phase = phase;
        match work(&mut store) {
            Ok(()) => self.store = Some(store),
            Err(error) => {
                self.excuse(&error);
                // What failed while only reading leaves the writer as it was.
                match store.promote() {
                    Err(StoreError::Poisoned { .. }) => {}
                    Err(error) => self.excuse(&error),
                    Ok(()) => assert!(["publish", "hold"].contains(&phase)),
                }
            }
        }
    }

    /// A reader beside the writer sees what was acknowledged.
    fn read(&mut self) {
        self.disk.fail_at(&[]);
        if self.disk.crashed().is_none() {
            self.disk.crash_at(None);
            check(&self.disk, &self.model);
            self.coverage.count("read");
        }
    }

    /// An error is in order only if a call was made to fail.
    fn excuse(&mut self, error: &StoreError) {
        assert!(self.disk.failures() > self.failures_seen, "{} failed: {error}", self.phase);
        assert!(!error.is_corrupt(), "a failure was taken for damage: {error}");
        self.failures_seen = self.disk.failures();
        match self.disk.crashed() {
            Some((operation, path)) => {
                let what = format!("stopped in {} {}", self.phase, place(operation, &path));
                self.coverage.count(what);
            }
            None => self.coverage.count(format!("failed in {}", self.phase)),
        }
    }

    fn stop(&mut self) {
        self.store = None;
        let stop = if self.random.one_in(3) { Stop::Kill } else { Stop::PowerCut };
        if self.disk.is_lying() {
            self.coverage.count(format!("{stop:?} with a lying cache"));
        }
        if self.disk.is_unsynced() {
            self.coverage.count(format!("{stop:?} with names unsynced"));
        }
        self.disk.restart(stop);
        if self.model.size() > 0 {
            let kept = check(&self.disk, &self.model);
            if self.model.in_flight.is_some() {
                self.coverage.count(if kept { "in flight, seen" } else { "in flight, not seen" });
            }
        }
    }

    /// Opens the store, begins it if need be, through failures and crashes.
    fn reopen(&mut self) {
        self.store = None;
        let mut tries = 0;
        while self.store.is_none() {
            tries += 1;
            if tries > 8 {
                self.disk.fail_at(&[]);
                self.disk.crash_at(None);
            }
            if self.disk.crashed().is_some() || self.random.one_in(4) {
                self.stop();
                if self.random.one_in(3) {
                    self.plan_misfortune();
                }
            }
            self.phase = "open";
            match Store::open(Arc::new(self.disk.clone())) {
                Ok((store, recovered)) => self.opened(store, &recovered),
                Err(StoreError::NotALedger | StoreError::Incomplete) => self.init(),
                Err(error) => self.excuse(&error),
            }
        }
    }

    fn opened(&mut self, store: Store, recovered: &Recovered) {
        if store.size() > self.model.size() {
            self.coverage.count("in flight, kept");
            self.model.accept(store.head_checkpoint());
        }
        self.model.in_flight = None;
        assert_eq!((store.size(), store.root()), (self.model.size(), self.model.root()));
        assert_eq!(store.last_entry_hash(), self.model.last_hash());
        assert_eq!(recovered.rebuilt_tiles, 0, "tiles were not durable when the tail let go");
        if recovered.dropped.is_some() {
            self.coverage.count("dropped");
        }
        if !recovered.temporaries.is_empty() {
            self.coverage.count("temporaries removed");
        }
        self.store = Some(store);
    }

    fn init(&mut self) {
        assert_eq!(self.model.size(), 0, "an acknowledged ledger is gone");
        self.phase = "init";
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
            Err(error) => self.excuse(&error),
        }
    }
}

/// What a call was about.
fn place(operation: Operation, path: &str) -> String {
    let place = match path {
        "private/tail" | "private/tail.tmp" => "tail",
        "public/checkpoint" => "checkpoint",
        "public/checkpoint.pending" => "pending",
        path if path.starts_with("public/witnessed") => "witnessed",
        "public/incoming.tmp" => "incoming",
        path if path.contains(".p") => "partial",
        path if path.starts_with("public/tile/entries") => "bundle",
        path if path.starts_with("public/tile/0") => "tile 0",
        path if path.starts_with("public/tile/") => "tile above",
        _ => "other",
    };
    format!("{operation} {place}")
}
