//! The state of a moment: what `replay`, `diff` and the demonstration ask for.

use super::ledger::{admission, instant};
use crate::error::CliError;
use crate::output::note;
use crate::progress::Progress;
use crate::states::States;
use accord_format::entry::Entry;
use accord_format::hash::{EntryHash, NodeHash};
use accord_format::merkle;
use accord_format::time::Timestamp;
use accord_ledger::admission::Finding;
use accord_ledger::clock::{Clock as _, SystemClock};
use accord_ledger::verify::{Follower, Options};
use accord_ledger::{Reckoning, Record};
use accord_projection::Source;
use accord_store::Nearby;
use accord_views::view::{self, REPORTS, View};
use accord_views::{Known, Replay, Saved, Snapshot, ViewError};
use std::sync::Once;

/// K on the command line: a seq, or an instant.
pub(crate) fn known(text: &str) -> Result<Known, String> {
    if let Ok(seq) = text.parse::<u64>() {
        return seq
            .checked_add(1)
            .map(Known::Size)
            .ok_or_else(|| "there is no such seq".to_owned());
    }
    instant(text).map(Known::At).map_err(|why| format!("give a seq, or an instant: {why}"))
}

/// The state of (`known`, `as_of`), and the root over the entries known.
pub(crate) struct Moment {
    pub(crate) snapshot: Snapshot,
    pub(crate) root: NodeHash,
}

impl Moment {
    /// The view of this name; what it compares is read from the record again.
    pub(crate) fn view(&mut self, name: &str, record: &Record) -> Result<View, CliError> {
        if name == REPORTS {
            self.snapshot.compare_reports(&Reading::of(record))?;
        }
        view::view(name, &self.snapshot)
            .ok_or_else(|| CliError::Usage(format!("there is no view {name:?}")))
    }
}

/// The state of what is known at `known`, as of `as_of`; by default all of it, and now. It is made of
/// the nearest of the kept states and the entries behind that, or of all of them.
pub(crate) fn moment(
    record: &Record,
    kept: Option<&States>,
    known: Option<Known>,
    as_of: Option<Timestamp>,
    progress: bool,
) -> Result<Moment, CliError> {
    let as_of = match as_of {
        Some(as_of) => as_of,
        None => now(record)?,
    };
    let [moment] = moments(record, kept, known, [as_of], progress)?;
    Ok(moment)
}

/// The same for several instants, in one reading.
pub(crate) fn moments<const N: usize>(
    record: &Record,
    kept: Option<&States>,
    known: Option<Known>,
    as_of: [Timestamp; N],
    progress: bool,
) -> Result<[Moment; N], CliError> {
    let known = known.unwrap_or(Known::All);
    // Of a record with anything wrong in it, verification says what the state is.
    if let Ok(moments) = reckon(record, kept, known, as_of, progress) {
        return Ok(moments);
    }
    verify(record, known, as_of, progress)
}

/// Judges the entries that are known, from the nearest kept state on, and keeps states on the way.
fn reckon<const N: usize>(
    record: &Record,
    kept: Option<&States>,
    known: Known,
    as_of: [Timestamp; N],
    progress: bool,
) -> Result<[Moment; N], CliError> {
    let (view, all) = (record.view(), record.size());
    let size = size_of(record, known)?;
    let root = |size| merkle::root(&view, size).ok();
    let nearest = kept.and_then(|kept| kept.nearest(size, root));
    let (mut reckoning, mut head) = match nearest {
        Some((reckoning, saved)) => (reckoning, Some(saved.key.head)),
        None => (Reckoning::new(admission()?), None),
    };
    let from = reckoning.size();
    let mut progress = Progress::new("entries replayed", Some(size), progress);
    let nearby = Nearby::new(view);
    for entry in record.entries(from) {
        let entry = entry?;
        let (found, expected) = (entry.header.seq, reckoning.size());
        if expected == size {
            break;
        }
        if found != expected {
            return Err(ViewError::Gap { expected, found }.into());
        }
        reckoning.entry(&entry, view, &nearby);
        head = Some(entry.hash());
        let done = reckoning.size();
        if let Some(kept) = kept.filter(|_| States::wants(done, from, all)) {
            keep(kept, &reckoning, root(done), entry.hash(), all);
        }
        progress.set(done);
    }
    progress.finish();
    let head = head.filter(|_| reckoning.size() == size).ok_or(ViewError::Empty)?;
    let (mut settled, root) = (Some(Replay::of(reckoning, head)?), merkle::root(&view, size)?);
    let mut moments = Vec::with_capacity(N);
    for (nth, at) in as_of.into_iter().enumerate() {
        // A large state is copied only for those that come after.
        let replay = if nth + 1 == N { settled.take() } else { settled.clone() };
        let (mut replay, source) = (replay.ok_or(ViewError::Empty)?, Reading::of(record));
        replay.advance(at, &source)?;
        moments.push(Moment { snapshot: replay.finish(&source)?, root });
    }
    <[Moment; N]>::try_from(moments).map_err(|_| ViewError::Empty.into())
}

/// Keeps a state; whoever cannot reads everything again the next time.
fn keep(kept: &States, reckoning: &Reckoning, root: Option<NodeHash>, head: EntryHash, all: u64) {
    let Some(root) = root else { return };
    let saved = Saved::of(reckoning, root, head).map_err(|e| e.to_string());
    if let Err(why) = saved.and_then(|saved| kept.keep(&saved, all)) {
        static SAID: Once = Once::new();
        SAID.call_once(|| {
            note(format_args!(
                "warning: no state of this ledger is kept: {why}; --no-pin does without"
            ));
        });
    }
}

/// How many entries are known at `known`.
fn size_of(record: &Record, known: Known) -> Result<u64, CliError> {
    let at = match known {
        Known::All => return Ok(record.size()),
        Known::Size(size) => return Ok(size.min(record.size())),
        Known::At(at) => at,
    };
    // No entry was recorded before the one above it.
    let (mut from, mut to) = (0, record.size());
    while from < to {
        let middle = from + (to - from) / 2;
        if record.entry(middle)?.header.recorded <= at { from = middle + 1 } else { to = middle }
    }
    Ok(from)
}

/// Reads all that is known as verification does, which says what to make of entries that are not as
/// they were; their signatures are for `verify` to check again.
fn verify<const N: usize>(
    record: &Record,
    known: Known,
    as_of: [Timestamp; N],
    progress: bool,
) -> Result<[Moment; N], CliError> {
    let mut replays = Vec::with_capacity(N);
    for as_of in as_of {
        replays.push(Replay::new(known, as_of)?);
    }
    let progress = Progress::new("entries replayed", Some(record.size()), progress);
    let mut feed = Feed { replays, reading: Reading::of(record), progress, failed: None };
    let options =
        Options { admission: Some(admission()?), from: Some(record.head()?), ..Options::default() };
    record.verify(options, &mut feed);
    feed.progress.finish();
    if let Some(failed) = feed.failed {
        return Err(failed.into());
    }
    let mut moments = Vec::with_capacity(N);
    for replay in feed.replays {
        let snapshot = replay.finish(&Reading::of(record))?;
        let root = merkle::root(&record.view(), snapshot.size())?;
        moments.push(Moment { snapshot, root });
    }
    <[Moment; N]>::try_from(moments).map_err(|_| ViewError::Empty.into())
}

/// Now: for a simulated clock, when the last entry was recorded.
pub(crate) fn now(record: &Record) -> Result<Timestamp, CliError> {
    let simulated = record.entry(0)?.event().payload.get("clock_policy").and_then(|p| p.as_str())
        == Some("simulated");
    let last = record.entry(record.size().saturating_sub(1))?.header.recorded;
    Ok(if simulated { last } else { SystemClock.now().max(last) })
}

/// Entries again, for whoever folds.
pub(crate) struct Reading<'a>(Nearby<'a>);

impl<'a> Reading<'a> {
    pub(crate) fn of(record: &'a Record) -> Self {
        Self(Nearby::new(record.view()))
    }
}

impl Source for Reading<'_> {
    fn entry(&self, seq: u64) -> Option<Entry> {
        Entry::parse(&self.0.entry(seq).ok()?).ok()
    }
}

struct Feed<'a> {
    replays: Vec<Replay>,
    reading: Reading<'a>,
    progress: Progress,
    failed: Option<ViewError>,
}

impl Follower for Feed<'_> {
    fn said(&mut self, seq: u64, findings: &[Finding]) {
        for replay in &mut self.replays {
            replay.said(seq, findings);
        }
    }

    fn entry(&mut self, entry: &Entry, void: bool) {
        for replay in &mut self.replays {
            if self.failed.is_none() {
                self.failed = replay.entry(entry, void, &self.reading).err();
            }
        }
    }

    fn progress(&mut self, done: u64, _: u64) {
        self.progress.set(done);
    }
}
