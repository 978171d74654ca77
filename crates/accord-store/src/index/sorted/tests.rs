//! Random lives on a disk that fails and crashes, beside a model; and what is kept of files that do
//! not belong together.

use super::home::Home;
use super::*;
use crate::disk::SimDisk;
use crate::disk::sim::Stop;
use crate::index::tests::{SMALL, check_what_is_left, event, fill, head, record};
use proptest::prelude::*;

const DIR: &str = "index";

fn open(disk: &SimDisk) -> StoreResult<(SortedIndex, Option<String>)> {
    SortedIndex::on(Arc::new(disk.clone()), DIR, SMALL)
}

/// What may happen to an index.
#[derive(Clone, Debug)]
enum Step {
    /// It takes entries in.
    Apply(u64),
    /// A later call fails, and perhaps another one.
    Fail(u64, Option<u64>),
    /// The machine stops in a later call, if that comes.
    Crash(u64),
    Flush,
    Clear,
    /// It is closed and opened.
    Reopen,
    /// It is stopped and opened.
    Stop(bool),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (1..30_u64).prop_map(Step::Apply),
        2 => (1..3_u64).prop_map(Step::Apply),
        2 => (0..60_u64, proptest::option::of(0..60_u64)).prop_map(|(at, more)| Step::Fail(at, more)),
        2 => (0..60_u64).prop_map(Step::Crash),
        1 => Just(Step::Flush),
        1 => Just(Step::Clear),
        2 => Just(Step::Reopen),
        2 => any::<bool>().prop_map(Step::Stop),
    ];
    proptest::collection::vec(step, 1..60)
}

/// A life, and what is known of it.
struct Life {
    disk: SimDisk,
    index: Option<SortedIndex>,
    /// Entries that it was told of.
    told: u64,
    /// Entries that are in files whose names are durable.
    filed: u64,
    /// Whether it was stopped while it forgot everything, and no name was synced since.
    half_cleared: bool,
}

impl Life {
    fn live(seed: u64, steps: &[Step]) {
        let disk = SimDisk::new(seed);
        let index = Some(open(&disk).unwrap().0);
        let mut life = Self { disk, index, told: 0, filed: 0, half_cleared: false };
        for step in steps {
            life.step(step);
            if life.disk.crashed().is_some() {
                life.stop(Stop::PowerCut);
            }
            life.check();
        }
    }

    fn step(&mut self, step: &Step) {
        let Some(index) = &mut self.index else { return };
        match step {
            Step::Apply(count) => {
                let (end, base) = (self.told + count, index.recent.base().size);
                let records: Vec<_> = (self.told..end).map(record).collect();
                // Whatever fails in making files keeps nothing from being taken in.
                index.apply(&records, head(end)).unwrap();
                self.told = end;
                if index.recent.base().size > base && self.disk.crashed().is_none() {
                    (self.filed, self.half_cleared) = (index.recent.base().size, false);
                }
            }
            Step::Fail(at, more) => {
                let now = self.disk.calls();
                let more = more.map(|more| now + at + more);
                self.disk
                    .fail_at(&[Some(now + at), more].into_iter().flatten().collect::<Vec<_>>());
            }
            Step::Crash(at) => self.disk.crash_at(Some(self.disk.calls() + at)),
            Step::Flush => {
                let _of_what_failed = index.flush();
            }
            Step::Clear => {
                (self.told, self.filed) = (0, 0);
                self.half_cleared = index.clear().is_err();
                if self.half_cleared {
                    // Whoever clears goes no further then.
                    self.stop(Stop::Kill);
                }
            }
            Step::Reopen => {
                self.index = None;
                self.reopen();
            }
            Step::Stop(power) => self.stop(if *power { Stop::PowerCut } else { Stop::Kill }),
        }
    }

    fn stop(&mut self, stop: Stop) {
        // The machine has stopped before anything else can happen.
        self.disk.crash_at(Some(self.disk.calls()));
        self.index = None;
        self.disk.restart(stop);
        self.reopen();
    }

    fn reopen(&mut self) {
        let (index, why) = loop {
            match open(&self.disk) {
                Ok(opened) => break opened,
                Err(_) if self.disk.crashed().is_some() => {
                    self.disk.restart(Stop::PowerCut);
                }
                Err(StoreError::Index(_) | StoreError::Disk(_)) => {}
                Err(error) => panic!("{error}"),
            }
        };
        let half_cleared = self.half_cleared;
        assert!(half_cleared || why.is_none(), "of no use: {why:?}");
        let size = index.reflects().unwrap().map_or(0, |reflects| reflects.size);
        assert!(size >= self.filed && (half_cleared || size <= self.told), "{size}");
        // Names that are there may have been synced or not; the next one that is syncs them all.
        (self.told, self.filed) = (size, 0);
        self.index = Some(index);
    }

    fn check(&self) {
        let Some(index) = &self.index else { return };
        let expected = (self.told > 0).then(|| head(self.told));
        assert_eq!(index.reflects().unwrap(), expected);
        check_what_is_left(index);
        assert!(index.runs() < 3 * 10, "{}", index.runs());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever fails and wherever it stops, it goes on with what it says that it has, and has what
    /// was in files.
    #[test]
    fn a_life_among_failures_and_crashes(seed: u64, steps in steps()) {
        Life::live(seed, &steps);
    }
}

/// Stops at each call of a life in which runs are made and merged.
#[test]
fn it_may_stop_at_any_call() {
    let live = |crash: Option<u64>, stop: Stop| {
        let disk = SimDisk::new(crash.unwrap_or(0));
        disk.crash_at(crash);
        let mut told = 0;
        if let Ok((mut index, _)) = open(&disk) {
            for size in (7..100).step_by(7) {
                let records: Vec<_> = (size - 7..size).map(record).collect();
                index.apply(&records, head(size)).unwrap();
                told = size;
            }
        }
        let calls = disk.calls();
        if crash.is_some() {
            disk.restart(stop);
        }
        let (index, why) = open(&disk).unwrap();
        assert_eq!(why, None);
        let size = index.reflects().unwrap().map_or(0, |reflects| reflects.size);
        assert!(size <= told.max(98));
        check_what_is_left(&index);
        // Nothing is left over.
        let runs = disk.list(DIR).unwrap().iter().filter(|name| Home::ends(name).is_some()).count();
        assert_eq!(runs, index.runs());
        assert!(disk.files().iter().all(|file| !file.contains("tmp")));
        calls
    };
    let calls = live(None, Stop::Kill);
    assert!(calls > 60, "{calls}");
    for call in 0..calls {
        for stop in [Stop::Kill, Stop::PowerCut] {
            live(Some(call), stop);
        }
    }
}

/// A disk on which nothing can be written does not keep entries out, nor what is there from being
/// found.
#[test]
fn without_room_it_goes_on() {
    let disk = SimDisk::new(0);
    let (mut index, _) = open(&disk).unwrap();
    fill(&mut index, 50, 7);
    let runs = index.runs();
    assert!(runs > 0);
    for size in 51..200 {
        let now = disk.calls();
        // Creating a file is the third call of making a run.
        disk.fail_at(&(now..now + 40).collect::<Vec<_>>());
        index.apply(&[record(size - 1)], head(size)).unwrap();
        disk.fail_at(&[]);
        check_what_is_left(&index);
    }
    assert_eq!(index.runs(), runs);
    // There is room again.
    for size in 200..260 {
        index.apply(&[record(size - 1)], head(size)).unwrap();
    }
    assert!(index.recent.base().size > 200, "{:?}", index.recent.base());
    check_what_is_left(&index);
}

type Damage<'a> = Box<dyn Fn(&SimDisk, &str) + 'a>;

/// Files that are gone, of another ledger, older, damaged or renamed: what does not follow on from
/// the first entry is left out, and said.
#[test]
fn only_what_follows_on_is_used() {
    let disk = SimDisk::new(0);
    let (mut index, _) = open(&disk).unwrap();
    fill(&mut index, 107, 7);
    let paths: Vec<_> = index.runs.iter().map(|run| run.path().to_owned()).collect();
    assert!(paths.len() > 2, "{paths:?}");
    drop(index);
    let elsewhere = SimDisk::new(1);
    let (mut other, _) = open(&elsewhere).unwrap();
    for size in (7..107).step_by(7) {
        let records: Vec<_> = (size - 7..size).map(record).collect();
        let head = Reflects { root: head(size + 1).root, ..head(size) };
        other.apply(&records, head).unwrap();
    }
    drop(other);
    let damages: [(&str, Damage<'_>); 5] = [
        ("gone", Box::new(SimDisk::erase)),
        ("empty", Box::new(|disk, path| disk.overwrite(path, b""))),
        (
            "of another ledger",
            Box::new(|disk, path| {
                disk.overwrite(path, &elsewhere.read(path, u64::MAX - 1).unwrap());
            }),
        ),
        (
            "another version",
            Box::new(|disk, path| {
                let mut bytes = disk.read(path, u64::MAX - 1).unwrap();
                let at = bytes.windows(12).rposition(|w| w == b"accord.run/v").unwrap() + 12;
                bytes[at] = b'9';
                disk.overwrite(path, &bytes);
            }),
        ),
        (
            "another's name",
            Box::new(|disk, path| {
                let other = paths.iter().find(|other| *other != path).unwrap();
                disk.overwrite(path, &disk.read(other, u64::MAX - 1).unwrap());
            }),
        ),
    ];
    for (at, path) in paths.iter().enumerate() {
        for (what, damage) in &damages {
            let disk = disk.fork(0);
            damage(&disk, path);
            let (mut index, why) = open(&disk).unwrap();
            if at == 0 && *what == "of another ledger" {
                // It may be the beginning of something; of what, the root says.
                assert_eq!(index.runs(), 1);
                assert_ne!(index.reflects().unwrap().unwrap().root, head(42).root);
                continue;
            }
            let last = at + 1 == paths.len() && *what == "gone";
            assert_eq!(why.is_none(), last, "{path} {what}: {why:?}");
            assert_eq!(index.runs(), at, "{path} {what}");
            check_what_is_left(&index);
            // It goes on from there.
            let size = index.reflects().unwrap().map_or(0, |reflects| reflects.size);
            let records: Vec<_> = (size..150).map(record).collect();
            index.apply(&records, head(150)).unwrap();
            check_what_is_left(&index);
            drop(index);
            let (index, why) = open(&disk).unwrap();
            assert_eq!((why, index.reflects().unwrap()), (None, Some(head(150))), "{path} {what}");
        }
    }
}

/// What is found damaged in reading is an error from then on, until it is made anew; and missed at
/// the next opening.
#[test]
fn damage_that_is_met_later_is_no_answer() {
    for again in [false, true] {
        let disk = SimDisk::new(0);
        let (mut index, _) = open(&disk).unwrap();
        fill(&mut index, 107, 7);
        let path = index.runs[0].path().to_owned();
        drop(index);
        let mut bytes = disk.read(&path, u64::MAX - 1).unwrap();
        bytes[20] ^= 1;
        disk.overwrite(&path, &bytes);
        let (mut index, why) = open(&disk).unwrap();
        assert_eq!(why, None);
        let found = |index: &SortedIndex| {
            let seqs = |seq| index.by_event(&event(seq));
            (0..99).filter(|seq| matches!(seqs(*seq), Err(StoreError::IndexDamaged(_)))).count()
        };
        assert!(found(&index) > 0);
        assert!(matches!(index.reflects(), Err(StoreError::IndexDamaged(_))));
        let taken = index.apply(&[record(107)], head(108));
        assert!(matches!(taken, Err(StoreError::IndexDamaged(_))), "{taken:?}");
        if again {
            drop(index);
            let (opened, why) = open(&disk).unwrap();
            assert!(why.unwrap().contains("missing"));
            index = opened;
            assert_eq!(index.reflects().unwrap(), None);
        } else {
            index.clear().unwrap();
        }
        fill(&mut index, 107, 7);
        assert_eq!((found(&index), index.reflects().unwrap()), (0, Some(head(107))));
        check_what_is_left(&index);
    }
}

/// Damage that is met in merging is not merged away.
#[test]
fn damage_is_not_merged() {
    let disk = SimDisk::new(0);
    let (mut index, _) = open(&disk).unwrap();
    fill(&mut index, 24, 12);
    assert_eq!(index.runs(), 2);
    let path = index.runs[0].path().to_owned();
    let mut bytes = disk.read(&path, u64::MAX - 1).unwrap();
    bytes[20] ^= 1;
    disk.overwrite(&path, &bytes);
    let records: Vec<_> = (24..36).map(record).collect();
    let taken = index.apply(&records, head(36));
    assert!(matches!(taken, Err(StoreError::IndexDamaged(_))), "{taken:?}");
    assert!(matches!(index.reflects(), Err(StoreError::IndexDamaged(_))));
    assert!(!disk.files().contains(&path));
}

/// Beside a writer on threads of its own, with sled, over many openings: the same answers.
#[test]
fn many_openings_of_a_directory() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("index");
    let shape = Shape { newest: 16, fan: 3, beside: true };
    let mut size = 0;
    for round in 1..30 {
        let (mut index, why) = SortedIndex::open_shaped(&path, shape).unwrap();
        assert_eq!(why, None);
        assert_eq!(index.reflects().unwrap().map_or(0, |reflects| reflects.size), size);
        for _ in 0..round % 5 {
            let end = size + round % 7 + 1;
            let records: Vec<_> = (size..end).map(record).collect();
            index.apply(&records, head(end)).unwrap();
            size = end;
        }
        check_what_is_left(&index);
    }
    // Nothing is left of the newest parts before.
    let newest = std::fs::read_dir(&path)
        .unwrap()
        .filter(|item| item.as_ref().unwrap().file_name().to_str().unwrap().starts_with("newest-"));
    assert_eq!(newest.count(), 1);
}
