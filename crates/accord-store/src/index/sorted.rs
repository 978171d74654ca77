//! The index on disk: runs of older rows, and the newest rows beside them.
//!
//! Rows come to the newest part; when it has enough, they become a run, and a new newest part is
//! begun behind it. Now and then some runs become one. Each step is done when a file has been
//! written, synced, given its name, and the name synced; only then is anything removed that the step
//! replaces. So whenever it stops, the files there make a chain from the first entry on: opening goes
//! along it, by the longest run each time, and removes what is not in it. Where it ends, or breaks
//! off, the ledger goes on telling.
//!
//! What is found damaged in reading is removed at once, so that it is missed at the next opening if
//! not before.

mod flush;
mod home;
mod open;
#[cfg(test)]
mod tests;

use super::recent::Recent;
use super::record::{Key, nothing, rows_of};
use super::run::Run;
use super::states::States;
use super::{Index, IndexRecord, Reflects, Snapshot, check_order};
use crate::disk::{Disk, DiskLock};
use crate::error::{StoreError, StoreResult};
use accord_format::hash::EventHash;
use flush::Merging;
use home::Home;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// How the index is laid out; how it answers does not hang on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Most entries whose rows are in the newest part.
    pub newest: u64,
    /// How many runs of a size become one.
    pub fan: usize,
    /// Whether runs are merged on a thread of their own.
    pub beside: bool,
}

impl Default for Shape {
    fn default() -> Self {
        Self { newest: 4_096, fan: 8, beside: true }
    }
}

/// The index in `private/index`.
pub struct SortedIndex {
    disk: Arc<dyn Disk>,
    home: Home,
    shape: Shape,
    /// One behind the other, from the first entry on.
    runs: Vec<Arc<Run>>,
    recent: Box<dyn Recent>,
    /// Entries in the newest part at which a run is made of it.
    flush_at: u64,
    merging: Option<Merging>,
    /// What was found damaged since it was opened.
    damaged: OnceLock<String>,
    states: States,
    _lock: Box<dyn DiskLock>,
}

impl fmt::Debug for SortedIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SortedIndex")
            .field("runs", &self.runs.len())
            .field("recent", &self.recent)
            .finish_non_exhaustive()
    }
}

impl SortedIndex {
    /// How many files of older rows there are.
    pub fn runs(&self) -> usize {
        self.runs.len()
    }

    /// How many entries have a key.
    fn count(&self, key: &Key) -> StoreResult<u64> {
        let mut sum = self.noted(None, self.recent.count(key))?;
        for run in &self.runs {
            sum += self.noted(Some(run), run.count(key))?;
        }
        Ok(sum)
    }

    /// At most `limit` entries that have a key, in order, behind the first `skip`.
    fn seqs(&self, key: &Key, mut skip: u64, limit: usize) -> StoreResult<Vec<u64>> {
        let mut all = Vec::new();
        for run in &self.runs {
            if all.len() >= limit {
                return Ok(all);
            }
            if skip > 0 {
                let count = self.noted(Some(run), run.count(key))?;
                if count <= skip {
                    skip -= count;
                    continue;
                }
            }
            all.extend(self.noted(Some(run), run.seqs(key, skip, limit - all.len()))?);
            skip = 0;
        }
        all.extend(self.noted(None, self.recent.seqs(key, skip, limit - all.len()))?);
        Ok(all)
    }

    /// Takes note of damage that an answer came upon.
    fn noted<T>(&self, run: Option<&Arc<Run>>, answer: StoreResult<T>) -> StoreResult<T> {
        if let Err(StoreError::IndexDamaged(why)) = &answer {
            let _first = self.damaged.get_or_init(|| why.clone());
            if let Some(run) = run {
                // If it cannot be removed, it is found again.
                drop(self.disk.remove_file(run.path()));
            }
        }
        answer
    }
}

impl Index for SortedIndex {
    fn reflects(&self) -> StoreResult<Option<Reflects>> {
        if let Some(why) = self.damaged.get() {
            return Err(StoreError::IndexDamaged(why.clone()));
        }
        let head = self.recent.head();
        Ok((head.size > 0).then_some(head))
    }

    fn apply(&mut self, records: &[IndexRecord], head: Reflects) -> StoreResult<()> {
        let at = self.reflects()?.map_or(0, |reflects| reflects.size);
        check_order(at, records, head)?;
        if records.is_empty() {
            return Ok(());
        }
        self.end_merging(false)?;
        self.take(rows_of(records)?, head)
    }

    fn clear(&mut self) -> StoreResult<()> {
        self.forget()
    }

    fn flush(&mut self) -> StoreResult<()> {
        self.end_merging(true)?;
        self.recent.flush()
    }

    fn by_event(&self, event: &EventHash) -> StoreResult<Vec<u64>> {
        self.seqs(&Key::event(event), 0, usize::MAX)
    }

    fn by_id(&self, id: &str) -> StoreResult<Vec<u64>> {
        self.seqs(&Key::id(id), 0, usize::MAX)
    }

    fn stream_length(&self, stream: &str) -> StoreResult<u64> {
        self.count(&Key::stream(stream))
    }

    fn stream(&self, stream: &str, revision: u64, limit: usize) -> StoreResult<Vec<u64>> {
        self.seqs(&Key::stream(stream), revision, limit)
    }

    fn snapshot(&self, name: &str, version: u32) -> StoreResult<Option<Snapshot>> {
        self.states.get(name, version)
    }

    fn snapshot_reflects(&self, name: &str, version: u32) -> StoreResult<Option<Reflects>> {
        self.states.reflects(name, version)
    }

    fn put_snapshot(&mut self, name: &str, version: u32, snapshot: &Snapshot) -> StoreResult<()> {
        self.states.put(name, version, snapshot)
    }
}

impl Drop for SortedIndex {
    fn drop(&mut self) {
        // Runs that are being merged are worth the wait: the next process would begin again.
        drop(self.end_merging(true));
    }
}
