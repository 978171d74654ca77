//! The four hot paths, each as a small program that does the same instructions in every run, for
//! `.ci/counts` to count them.
//!
//! ```text
//! counts make DIR      make the ledger that the others work on
//! counts append DIR    take its events into a new ledger
//! counts verify DIR    check all of it
//! counts fold DIR      read its entries and fold them into the state of every family
//! counts prove DIR     make receipts
//! ```
//!
//! Work that is divided is given to one thread, the index is in memory, and nothing depends on the
//! time. Only what happens within [`counted_hot_path`] is counted; what comes before makes ready for
//! it. Verification reads ahead on a thread of its own, so all of that program is counted.

#![forbid(unsafe_code)]

use accord_bench::{Recipe, Story};
use accord_charter::Charter;
use accord_format::entry::Entry;
use accord_ledger::clock::SystemClock;
use accord_ledger::verify::{self, Verdict};
use accord_ledger::{Ledger, LedgerError, Options, Outcome, Record, Submission};
use accord_projection::Source;
use accord_store::disk::RealDisk;
use accord_store::index::MemoryIndex;
use accord_views::{Families, Known, Replay};
use std::error::Error;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;

type Fallible<T> = Result<T, Box<dyn Error>>;

/// Events of one batch. What an author has seen is the head before the batch, so that the events
/// can be appended again only in the same batches.
const BATCH: usize = 256;
/// Batches behind the genesis: the tree has two levels, and the last tile is not full.
const BATCHES: usize = 4;
/// How far apart the entries are of which receipts are made.
const APART: usize = 3;

fn main() -> Fallible<()> {
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global()?;
    let mut args = std::env::args().skip(1);
    let (path, dir) = (args.next().unwrap_or_default(), args.next().ok_or("name a directory")?);
    let dir = PathBuf::from(dir);
    match path.as_str() {
        "make" => make(&dir.join("made")),
        "append" => append(&dir),
        "verify" => verify(&dir.join("made")),
        "fold" => fold(&dir.join("made")),
        "prove" => prove(&dir.join("made")),
        other => Err(format!("no path {other:?}; see the head of this file").into()),
    }
}

/// Whatever is called from here is counted.
#[inline(never)]
fn counted_hot_path<T>(work: impl FnOnce() -> Fallible<T>) -> Fallible<T> {
    black_box(work())
}

fn charter() -> Fallible<Charter> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../agreements/twelve-point.toml");
    Ok(Charter::from_toml(&std::fs::read_to_string(path)?).map_err(|why| format!("{why:?}"))?)
}

fn found(dir: &Path, recipe: &Recipe<'_>) -> Fallible<Ledger> {
    std::fs::create_dir_all(dir)?;
    let options = Options {
        admission: Some(Box::new(Families::new()?)),
        index: Box::new(MemoryIndex::default()),
        clock: Box::new(SystemClock),
        accept_gap: false,
    };
    Ok(recipe.found(Arc::new(RealDisk::new(dir)), options)?)
}

fn make(dir: &Path) -> Fallible<()> {
    let charter = charter()?;
    let recipe = Recipe::new(&charter, 1);
    let mut ledger = found(dir, &recipe)?;
    let mut story = Story::of(&recipe)?;
    for _ in 0..BATCHES {
        let made = (0..BATCH).map(|_| story.next_event().map(|made| made.submission));
        take(&mut ledger, &made.collect::<Result<Vec<_>, _>>()?)?;
        story.saw(ledger.size(), ledger.root());
    }
    Ok(ledger.close()?)
}

fn take(ledger: &mut Ledger, batch: &[Submission]) -> Fallible<()> {
    for outcome in ledger.append(batch)? {
        if !matches!(outcome, Outcome::Accepted { .. }) {
            return Err(format!("an event was not taken in: {outcome:?}").into());
        }
    }
    Ok(())
}

fn append(dir: &Path) -> Fallible<()> {
    let made = Record::open(&dir.join("made"))?;
    let entries = made.entries(1).collect::<Result<Vec<_>, LedgerError>>()?;
    let submission = |entry: &Entry| Submission {
        note: entry.signed().note().as_bytes().to_vec(),
        at: Some(entry.header.recorded),
    };
    let submissions: Vec<_> = entries.iter().map(submission).collect();
    let charter = charter()?;
    // Whatever an earlier run left there would be another ledger.
    let dir = dir.join("appended");
    match std::fs::remove_dir_all(&dir) {
        Err(why) if why.kind() != std::io::ErrorKind::NotFound => return Err(why.into()),
        _ => {}
    }
    let mut ledger = found(&dir, &Recipe::new(&charter, 1))?;
    counted_hot_path(|| submissions.chunks(BATCH).try_for_each(|batch| take(&mut ledger, batch)))?;
    if ledger.root() == made.head()?.checkpoint().root {
        return Ok(());
    }
    Err("the same events made another tree".into())
}

fn verify(dir: &Path) -> Fallible<()> {
    let (report, _) = counted_hot_path(|| {
        let admission = Some(Box::new(Families::new()?) as _);
        let options = verify::Options { admission, ..verify::Options::default() };
        Ok(Record::open(dir)?.verify(options, &mut ()))
    })?;
    match [report.integrity(), report.authority(), report.admission()] {
        [Verdict::Holds, Verdict::Holds, Verdict::Holds] => Ok(()),
        _ => Err(format!("the ledger does not verify: {:?}", report.problems).into()),
    }
}

/// Entries in memory.
struct Entries(Vec<Entry>);

impl Source for Entries {
    fn entry(&self, seq: u64) -> Option<Entry> {
        self.0.get(usize::try_from(seq).ok()?).cloned()
    }
}

fn fold(dir: &Path) -> Fallible<()> {
    let record = Record::open(dir)?;
    let (size, root) = (record.size(), record.head()?.checkpoint().root);
    let digests = counted_hot_path(|| {
        let entries = record.entries(0).collect::<Result<Vec<_>, LedgerError>>()?;
        let entries = Entries(entries);
        let last = entries.0.last().ok_or("no entry")?.header.recorded;
        let mut replay = Replay::new(Known::All, last)?;
        for entry in &entries.0 {
            replay.entry(entry, false, &entries)?;
        }
        let state = replay.finish(&entries)?;
        if state.size() != size {
            return Err("entries are missing".into());
        }
        Ok(state.digests(root)?)
    })?;
    black_box(digests);
    Ok(())
}

fn prove(dir: &Path) -> Fallible<()> {
    let record = Record::open(dir)?;
    let head = record.head()?;
    counted_hot_path(|| {
        for seq in (0..record.size()).step_by(APART) {
            black_box(record.receipt(seq, &head)?.to_text());
        }
        Ok(())
    })
}
