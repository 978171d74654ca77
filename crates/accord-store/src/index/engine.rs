//! The index over any ordered map of bytes.

use super::keys::{self, Table};
use super::memory::Memory;
use super::sled_engine::Sled;
use super::{Index, IndexRecord, Reflects, Snapshot};
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

/// Seqs kept as the number behind the key.
fn numbers_behind(
    engine: &dyn Engine,
    table: Table,
    part: &str,
    from: u64,
    limit: usize,
) -> StoreResult<Vec<u64>> {
    let start = table.numbered(&[part.as_bytes()], from);
    let pairs = engine.range(start..past(table, part), limit)?;
    pairs.iter().map(|(key, _)| keys::last_number(key)).collect()
}

/// A key past all numbered ones of `part`; the highest number is never used.
fn past(table: Table, part: &str) -> Vec<u8> {
    table.numbered(&[part.as_bytes()], u64::MAX)
}

fn number_at(engine: &dyn Engine, key: &[u8]) -> StoreResult<Option<u64>> {
    engine.get(key)?.map(|value| keys::number(&value)).transpose()
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
    let mut out = BTreeMap::new();
    for record in records {
        let seq = record.seq.to_be_bytes().to_vec();
        out.insert(Table::Event.key(&[record.event_hash.as_bytes()]), seq.clone());
        let mut with_event = seq.clone();
        with_event.extend_from_slice(record.event_hash.as_bytes());
        let id = Table::Id.key(&[record.participant.as_bytes(), record.id.as_bytes()]);
        out.insert(id, with_event);
        let stream = record.stream.as_bytes();
        let length_key = Table::StreamLength.key(&[stream]);
        let length = match out.get(&length_key) {
            Some(length) => keys::number(length)?,
            None => number_at(engine, &length_key)?.unwrap_or(0),
        };
        out.insert(Table::Stream.numbered(&[stream], length), seq.clone());
        out.insert(length_key, length.saturating_add(1).to_be_bytes().to_vec());
        out.insert(Table::Kind.numbered(&[record.kind.as_bytes()], record.seq), Vec::new());
        for key in &record.keys {
            out.insert(Table::Signer.numbered(&[key.as_bytes()], record.seq), Vec::new());
        }
        out.insert(keys::recorded(record.recorded_micros, record.seq), Vec::new());
        for key in &record.imported {
            out.insert(Table::Imported.key(&[key.as_bytes()]), seq.clone());
        }
    }
    out.insert(Table::Meta.key(&[]), keys::encode_reflects(&head));
    Ok(out)
}

macro_rules! index {
    ($name:ident) => {
        impl Index for $name {
            fn reflects(&self) -> StoreResult<Option<Reflects>> {
                let value = self.0.get(&Table::Meta.key(&[]))?;
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
                number_at(&self.0, &Table::Event.key(&[event.as_bytes()]))
            }

            fn by_id(&self, participant: &str, id: &str) -> StoreResult<Option<(u64, EventHash)>> {
                let key = Table::Id.key(&[participant.as_bytes(), id.as_bytes()]);
                let Some(value) = self.0.get(&key)? else { return Ok(None) };
                let (seq, event) =
                    value.split_at_checked(8).ok_or_else(|| keys::damaged("an id"))?;
                let event: [u8; 32] = event.try_into().map_err(|_| keys::damaged("an id"))?;
                Ok(Some((keys::number(seq)?, EventHash::from_bytes(event))))
            }

            fn stream_length(&self, stream: &str) -> StoreResult<u64> {
                let key = Table::StreamLength.key(&[stream.as_bytes()]);
                Ok(number_at(&self.0, &key)?.unwrap_or(0))
            }

            fn stream(&self, stream: &str, revision: u64, limit: usize) -> StoreResult<Vec<u64>> {
                let start = Table::Stream.numbered(&[stream.as_bytes()], revision);
                let pairs = self.0.range(start..past(Table::Stream, stream), limit)?;
                pairs.iter().map(|(_, value)| keys::number(value)).collect()
            }

            fn of_kind(&self, kind: &str, from: u64, limit: usize) -> StoreResult<Vec<u64>> {
                numbers_behind(&self.0, Table::Kind, kind, from, limit)
            }

            fn signed_with(&self, key: &str, from: u64, limit: usize) -> StoreResult<Vec<u64>> {
                numbers_behind(&self.0, Table::Signer, key, from, limit)
            }

            fn recorded_within(&self, micros: Range<i64>, limit: usize) -> StoreResult<Vec<u64>> {
                if micros.is_empty() {
                    return Ok(Vec::new());
                }
                let range = keys::recorded(micros.start, 0)..keys::recorded(micros.end, 0);
                let pairs = self.0.range(range, limit)?;
                pairs.iter().map(|(key, _)| keys::last_number(key)).collect()
            }

            fn last_recorded_by(&self, micros: i64) -> StoreResult<Option<u64>> {
                let range = keys::recorded(i64::MIN, 0)..keys::recorded(micros, u64::MAX);
                let last = self.0.last(range)?;
                last.map(|key| keys::last_number(&key)).transpose()
            }

            fn imported(&self, key: &str) -> StoreResult<Option<u64>> {
                number_at(&self.0, &Table::Imported.key(&[key.as_bytes()]))
            }

            fn snapshot(&self, name: &str, version: u32) -> StoreResult<Option<Snapshot>> {
                let key = Table::Snapshot.key(&[name.as_bytes(), &version.to_be_bytes()]);
                let value = self.0.get(&key)?;
                value.map(|value| keys::decode_snapshot(&value)).transpose()
            }

            fn put_snapshot(
                &mut self,
                name: &str,
                version: u32,
                snapshot: &Snapshot,
            ) -> StoreResult<()> {
                let key = Table::Snapshot.key(&[name.as_bytes(), &version.to_be_bytes()]);
                self.0.write(BTreeMap::from([(key, keys::encode_snapshot(snapshot))]))
            }
        }
    };
}

index!(MemoryIndex);
index!(SledIndex);
