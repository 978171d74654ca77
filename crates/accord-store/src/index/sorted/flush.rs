//! From the newest part to runs, and from runs to larger ones.

use super::home::Home;
use super::{Run, SortedIndex, nothing};
use crate::error::{StoreError, StoreResult};
use crate::files::remove_if_there;
use crate::index::Reflects;
use crate::index::merge;
use crate::index::recent::{MemoryRows, Recent};
use crate::index::record::{Row, Table, split};
use crate::index::run::{Footer, Writer};
use std::ops::Range;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

/// The run that is made of the newest part, until it has its name.
pub(super) const FLUSHED: &str = "flushed.tmp";
/// The run that is made of others, until it has its name.
pub(super) const MERGED: &str = "merged.tmp";
/// Runs up to which merging may fall behind.
const RUNS_MAX: usize = 64;

/// Runs being merged on another thread.
#[derive(Debug)]
pub(super) struct Merging {
    range: Range<usize>,
    done: JoinHandle<StoreResult<Run>>,
}

impl SortedIndex {
    /// Takes rows in, and makes a run of all that are new if there are enough.
    pub(super) fn take(&mut self, rows: Vec<Row>, head: Reflects) -> StoreResult<()> {
        let entries = head.size.saturating_sub(self.recent.base().size);
        if entries > self.flush_at {
            match self.write_run(&rows, head) {
                Ok(()) => return self.merge_some(),
                Err(error @ StoreError::IndexDamaged(_)) => return self.noted(None, Err(error)),
                // There may be no room for a file; there may be some for the rows. It is tried again.
                Err(_) => self.flush_at = entries.saturating_add(self.shape.newest),
            }
        }
        let added = self.recent.add(rows, head);
        self.noted(None, added)
    }

    /// Makes a run of the newest part and of `rows`, and begins a new one behind it.
    fn write_run(&mut self, rows: &[Row], head: Reflects) -> StoreResult<()> {
        let mut all = self.recent.rows()?;
        all.extend_from_slice(rows);
        all.sort_unstable();
        let mut counts = [0; Table::ALL.len()];
        for row in &all {
            let count = split(row).and_then(|(table, _)| counts.get_mut(table.at()));
            count.map(|count| *count += 1).ok_or_else(|| lost("a row"))?;
        }
        let base = self.recent.base();
        let entries = head.size.saturating_sub(base.size);
        if counts != [entries; Table::ALL.len()] {
            return Err(lost("rows of its newest part"));
        }
        let footer = Footer::new(base, head, counts).ok_or_else(|| lost("its head"))?;
        let path = self.home.path(FLUSHED);
        remove_if_there(&*self.disk, &path)?;
        let mut writer = Writer::create(Arc::clone(&self.disk), path, footer)?;
        for row in &all {
            writer.push(row)?;
        }
        let run = self.name(writer.finish()?)?;
        self.runs.push(Arc::new(run));
        // From here on the run has what the newest part had.
        let recent = self.home.begin(head);
        std::mem::replace(&mut self.recent, recent).discard();
        self.flush_at = self.shape.newest;
        Ok(())
    }

    /// Gives a run the name that says what it has, durably.
    fn name(&self, run: Run) -> StoreResult<Run> {
        let path = self.home.run(run.footer().from().size, run.footer().to().size);
        self.disk.rename(run.path(), &path)?;
        self.disk.sync_dir(self.home.dir())?;
        Ok(run.renamed(path))
    }

    /// Merges what is to be merged, here or on another thread.
    fn merge_some(&mut self) -> StoreResult<()> {
        while self.merging.is_none() {
            let sizes: Vec<u64> = self.runs.iter().map(|run| run.footer().entries()).collect();
            let Some(range) = merge::due(&sizes, self.shape.newest, self.shape.fan) else { break };
            let path = self.home.path(MERGED);
            let Some(runs) = self.runs.get(range.clone()).map(<[_]>::to_vec) else { break };
            let disk = Arc::clone(&self.disk);
            let work = move || {
                remove_if_there(&*disk, &path)?;
                merge::merge(&disk, &runs, &path)
            };
            if self.shape.beside
                && let Ok(done) =
                    thread::Builder::new().name("index".to_owned()).spawn(work.clone())
            {
                self.merging = Some(Merging { range, done });
            } else if !self.install(range, work())? {
                break;
            }
        }
        // Where merging is slower than what comes, it waits.
        if self.runs.len() >= RUNS_MAX { self.end_merging(true) } else { Ok(()) }
    }

    /// Puts the run in place that was merged on another thread, if that is done or to be waited for.
    pub(super) fn end_merging(&mut self, wait: bool) -> StoreResult<()> {
        while let Some(merging) = self.merging.take_if(|merging| wait || merging.done.is_finished())
        {
            let Merging { range, done } = merging;
            let run = done.join().unwrap_or_else(|_| {
                Err(StoreError::Index("the thread that merged its files gave up".to_owned()))
            });
            if self.install(range, run)? {
                self.merge_some()?;
            }
        }
        Ok(())
    }

    /// Puts a merged run in the place of those that it was made of; false if that cannot be now.
    ///
    /// # Errors
    /// If one of those is damaged.
    fn install(&mut self, range: Range<usize>, run: StoreResult<Run>) -> StoreResult<bool> {
        let run = match run.and_then(|run| self.name(run)) {
            Ok(run) => Arc::new(run),
            Err(StoreError::IndexDamaged(why)) => {
                return self.noted(None, Err(StoreError::IndexDamaged(why)));
            }
            // It answers as well from many runs, and tries again when there is one more.
            Err(_) => return Ok(false),
        };
        let replaced: Vec<_> = self.runs.splice(range, [run]).collect();
        for run in replaced {
            // What stays is removed by the next opening.
            drop(self.disk.remove_file(run.path()));
        }
        Ok(true)
    }

    /// Forgets everything.
    pub(super) fn forget(&mut self) -> StoreResult<()> {
        if let Some(merging) = self.merging.take() {
            drop(merging.done.join());
        }
        self.states.clear()?;
        self.runs.clear();
        let names = self.disk.list(self.home.dir())?;
        let mut files: Vec<(u64, u64)> = names.iter().filter_map(|n| Home::ends(n)).collect();
        // From the end, so that what is left if it stops is the beginning of the chain.
        files.sort_unstable_by_key(|ends| std::cmp::Reverse(*ends));
        for (from, to) in files {
            self.disk.remove_file(&self.home.run(from, to))?;
        }
        self.disk.sync_dir(self.home.dir())?;
        self.damaged.take();
        // What goes and what comes may have the same place.
        let none = Box::new(MemoryRows::from(nothing()));
        std::mem::replace::<Box<dyn Recent>>(&mut self.recent, none).discard();
        self.recent = self.home.begin(nothing());
        self.flush_at = self.shape.newest;
        Ok(())
    }
}

fn lost(what: &str) -> StoreError {
    StoreError::IndexDamaged(format!("it has lost {what}"))
}
