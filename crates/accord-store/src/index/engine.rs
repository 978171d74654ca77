//! The index over any ordered map of bytes.

use super::keys;
use super::memory::Memory;
use super::sled_engine::Sled;
use super::states::States;
use super::{Index, IndexRecord, Reflects, Snapshot};
use super::{events, ids, streams};
use crate::error::{StoreError, StoreResult};
use accord_format::hash::EventHash;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::Path;

/// Key and value.
pub(super) type Pair = (Vec<u8>, Vec<u8>);

/// An ordered map of bytes that takes several changes at one stroke.
pub(super) trait Engine: fmt::Debug + Send + Sync {
    fn get(&self, key: &[u8]) -> StoreResult<Option<Vec<u8>>>;
    /// At most `limit` pairs in order.
    fn range(&self, keys: Range<Vec<u8>>, limit: usize) -> StoreResult<Vec<Pair>>;
    /// The last key in the range.
    fn last(&self, keys: Range<Vec<u8>>) -> StoreResult<Option<Vec<u8>>>;
    fn write(&mut self, changes: BTreeMap<Vec<u8>, Vec<u8>>) -> StoreResult<()>;
    fn clear(&mut self) -> StoreResult<()>;
    fn flush(&mut self) -> StoreResult<()>;
    fn state(&self, name: &str, version: u32) -> StoreResult<Option<Snapshot>>;
    fn state_reflects(&self, name: &str, version: u32) -> StoreResult<Option<Reflects>>;
    fn put_state(&mut self, name: &str, version: u32, state: &Snapshot) -> StoreResult<()>;
}

/// An index in memory, for tests and for ledgers that are read only once.
#[derive(Debug, Default)]
pub struct MemoryIndex(Memory);

/// The index in `private/index`, kept by sled.
///
/// sled's own `flush` reaches no stable storage, and after a power cut sled may not open: so nothing
/// waits for it, nothing rests on it, and opening recreates what cannot be opened.
#[derive(Debug)]
pub struct SledIndex(Sled);

impl SledIndex {
    /// Opens the index in the directory `path`, creating it if needed.
    ///
    /// # Errors
    /// [`StoreError::IndexInUse`] if another process has it open; [`StoreError::Index`] if it cannot
    /// be opened, or is one of another version: [`SledIndex::recreate`] it.
    pub fn open(path: &Path) -> StoreResult<Self> {
        Sled::open(path).map(Self)
    }

    /// Moves what is in the directory `path` aside, to `<path>.damaged` in place of an earlier one,
    /// and opens an empty index.
    ///
    /// # Errors
    /// [`StoreError::Index`] if that is not possible.
    pub fn recreate(path: &Path) -> StoreResult<Self> {
        Sled::set_aside(path)?;
        States::of(path).clear()?;
        Self::open(path)
    }

    /// Opens the index, recreating it if it cannot be opened; then says why.
    ///
    /// # Errors
    /// [`StoreError::IndexInUse`], or [`StoreError::Index`] if it cannot be recreated either.
    pub fn open_or_recreate(path: &Path) -> StoreResult<(Self, Option<String>)> {
        match Self::open(path) {
            Ok(index) => Ok((index, None)),
            Err(StoreError::Index(why)) => Ok((Self::recreate(path)?, Some(why))),
            Err(error) => Err(error),
        }
    }
}

/// Refuses records that do not lead from what the index reflects to `head`.
fn check_order(at: u64, records: &[IndexRecord], head: Reflects) -> StoreResult<()> {
    let mut expected = at;
    for record in records {
        if record.seq != expected {
            let reason = format!("entry {} was given where {expected} is next", record.seq);
            return Err(StoreError::Index(reason));
        }
        expected += 1;
    }
    if expected == head.size {
        return Ok(());
    }
    Err(StoreError::Index(format!("the records end at {expected}, the head has {}", head.size)))
}

/// All changes that `records` make.
fn changes(
    engine: &dyn Engine,
    records: &[IndexRecord],
    head: Reflects,
) -> StoreResult<BTreeMap<Vec<u8>, Vec<u8>>> {
    let (mut out, mut added) = (BTreeMap::new(), streams::Added::default());
    for record in records {
        events::put(engine, &mut out, record.event_hash.as_bytes(), record.seq)?;
        let opened = added.put(engine, &mut out, record)?;
        ids::put(engine, &mut out, &record.id, ids::Place { seq: record.seq, opened })?;
    }
    added.finish(&mut out);
    out.insert(keys::META.to_vec(), keys::encode_reflects(&head));
    Ok(out)
}

macro_rules! index {
    ($name:ident) => {
        impl Index for $name {
            fn reflects(&self) -> StoreResult<Option<Reflects>> {
                let value = self.0.get(keys::META)?;
                value.map(|value| keys::decode_reflects(&value)).transpose()
            }

            fn apply(&mut self, records: &[IndexRecord], head: Reflects) -> StoreResult<()> {
                check_order(self.reflects()?.map_or(0, |reflects| reflects.size), records, head)?;
                let changes = changes(&self.0, records, head)?;
                self.0.write(changes)
            }

            fn clear(&mut self) -> StoreResult<()> {
                self.0.clear()
            }

            fn flush(&mut self) -> StoreResult<()> {
                self.0.flush()
            }

            fn by_event(&self, event: &EventHash) -> StoreResult<Option<u64>> {
                events::find(&self.0, event.as_bytes())
            }

            fn by_id(&self, id: &str) -> StoreResult<Vec<u64>> {
                Ok(ids::find(&self.0, id)?.iter().map(|place| place.seq).collect())
            }

            fn stream_length(&self, name: &str) -> StoreResult<u64> {
                streams::length(&self.0, name)
            }

            fn stream(&self, name: &str, revision: u64, limit: usize) -> StoreResult<Vec<u64>> {
                streams::list(&self.0, name, revision, limit)
            }

            fn snapshot(&self, name: &str, version: u32) -> StoreResult<Option<Snapshot>> {
                self.0.state(name, version)
            }

            fn snapshot_reflects(&self, name: &str, version: u32) -> StoreResult<Option<Reflects>> {
                self.0.state_reflects(name, version)
            }

            fn put_snapshot(
                &mut self,
                name: &str,
                version: u32,
                snapshot: &Snapshot,
            ) -> StoreResult<()> {
                self.0.put_state(name, version, snapshot)
            }
        }
    };
}

index!(MemoryIndex);
index!(SledIndex);
