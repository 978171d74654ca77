//! An index in memory: for readers that cannot have the lock of the one on disk, and for tests.

use super::{Index, IndexRecord};
use crate::error::StoreResult;
use accord_format::hash::{EventHash, NodeHash};
use std::collections::BTreeMap;

/// Everything in ordered maps; lost when dropped.
#[derive(Clone, Debug, Default)]
pub struct MemoryIndex {
    reflects: Option<(u64, NodeHash)>,
    events: BTreeMap<EventHash, u64>,
    ids: BTreeMap<(String, String), (u64, EventHash)>,
    streams: BTreeMap<String, Vec<u64>>,
    types: BTreeMap<String, Vec<u64>>,
    keys: BTreeMap<String, Vec<u64>>,
    recorded: BTreeMap<(i64, u64), ()>,
    snapshots: BTreeMap<(String, u32), Vec<u8>>,
}

impl Index for MemoryIndex {
    fn reflects(&self) -> StoreResult<Option<(u64, NodeHash)>> {
        Ok(self.reflects)
    }

    fn apply(&mut self, records: &[IndexRecord], size: u64, root: NodeHash) -> StoreResult<()> {
        for record in records {
            let seq = record.seq;
            self.events.insert(record.event, seq);
            self.ids.insert((record.participant.clone(), record.id.clone()), (seq, record.event));
            self.streams.entry(record.stream.clone()).or_default().push(seq);
            self.types.entry(record.event_type.clone()).or_default().push(seq);
            for key in &record.keys {
                self.keys.entry(key.clone()).or_default().push(seq);
            }
            self.recorded.insert((record.recorded_micros, seq), ());
        }
        self.reflects = Some((size, root));
        Ok(())
    }

    fn clear(&mut self) -> StoreResult<()> {
        *self = Self::default();
        Ok(())
    }

    fn by_event(&self, event: &EventHash) -> StoreResult<Option<u64>> {
        Ok(self.events.get(event).copied())
    }

    fn by_id(&self, participant: &str, id: &str) -> StoreResult<Option<(u64, EventHash)>> {
        Ok(self.ids.get(&(participant.to_owned(), id.to_owned())).copied())
    }

    fn stream_len(&self, stream: &str) -> StoreResult<u64> {
        Ok(self.streams.get(stream).map_or(0, Vec::len) as u64)
    }

    fn stream(&self, stream: &str) -> StoreResult<Vec<u64>> {
        Ok(self.streams.get(stream).cloned().unwrap_or_default())
    }

    fn of_type(&self, event_type: &str) -> StoreResult<Vec<u64>> {
        Ok(self.types.get(event_type).cloned().unwrap_or_default())
    }

    fn of_key(&self, key: &str) -> StoreResult<Vec<u64>> {
        Ok(self.keys.get(key).cloned().unwrap_or_default())
    }

    fn recorded_between(&self, from: i64, until: i64) -> StoreResult<Vec<u64>> {
        if from >= until {
            return Ok(Vec::new());
        }
        let found = self.recorded.range((from, 0)..(until, 0));
        Ok(found.map(|((_, seq), ())| *seq).collect())
    }

    fn snapshot(&self, name: &str, version: u32) -> StoreResult<Option<Vec<u8>>> {
        Ok(self.snapshots.get(&(name.to_owned(), version)).cloned())
    }

    fn put_snapshot(&mut self, name: &str, version: u32, bytes: &[u8]) -> StoreResult<()> {
        self.snapshots.insert((name.to_owned(), version), bytes.to_vec());
        Ok(())
    }
}
