//! The state of a moment: what `replay`, `diff` and the demonstration ask for.

use super::ledger::{admission, instant};
use crate::error::CliError;
use crate::progress::Progress;
use accord_format::entry::Entry;
use accord_format::hash::NodeHash;
use accord_format::merkle;
use accord_format::time::Timestamp;
use accord_ledger::Record;
use accord_ledger::admission::Finding;
use accord_ledger::clock::{Clock as _, SystemClock};
use accord_ledger::verify::{Follower, Options};
use accord_projection::Source;
use accord_store::Nearby;
use accord_views::view::{self, REPORTS, View};
use accord_views::{Known, Replay, Snapshot, ViewError};

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

/// Reads the record up to `known` and folds it as of `as_of`; by default all of it, and now.
pub(crate) fn moment(
    record: &Record,
    known: Option<Known>,
    as_of: Option<Timestamp>,
    progress: bool,
) -> Result<Moment, CliError> {
    let as_of = match as_of {
        Some(as_of) => as_of,
        None => now(record)?,
    };
    let [moment] = moments(record, known, [as_of], progress)?;
    Ok(moment)
}

/// The same for several instants, in one reading.
pub(crate) fn moments<const N: usize>(
    record: &Record,
    known: Option<Known>,
    as_of: [Timestamp; N],
    progress: bool,
) -> Result<[Moment; N], CliError> {
    let mut replays = Vec::with_capacity(N);
    for as_of in as_of {
        replays.push(Replay::new(known.unwrap_or(Known::All), as_of)?);
    }
    let progress = Progress::new("entries replayed", Some(record.size()), progress);
    let mut feed = Feed { replays, reading: Reading::of(record), progress, failed: None };
    // Which entries are void has to be known; their signatures are for `verify` to check again.
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
