//! An index in memory.

use super::recent::{MemoryRows, Recent as _};
use super::record::{Key, nothing, rows_of};
use super::states::States;
use super::{Index, IndexRecord, Reflects, Snapshot, check_order};
use crate::error::StoreResult;
use accord_format::hash::EventHash;

/// An index in memory, for tests and for ledgers that are read only once.
#[derive(Debug)]
pub struct MemoryIndex {
    rows: MemoryRows,
    states: States,
}

impl Default for MemoryIndex {
    fn default() -> Self {
        Self { rows: MemoryRows::from(nothing()), states: States::default() }
    }
}

impl Index for MemoryIndex {
    fn reflects(&self) -> StoreResult<Option<Reflects>> {
        let head = self.rows.head();
        Ok((head.size > 0).then_some(head))
    }

    fn apply(&mut self, records: &[IndexRecord], head: Reflects) -> StoreResult<()> {
        check_order(self.rows.head().size, records, head)?;
        self.rows.add(rows_of(records)?, head)
    }

    fn clear(&mut self) -> StoreResult<()> {
        *self = Self::default();
        Ok(())
    }

    fn flush(&mut self) -> StoreResult<()> {
        Ok(())
    }

    fn by_event(&self, event: &EventHash) -> StoreResult<Vec<u64>> {
        self.rows.seqs(&Key::event(event), 0, usize::MAX)
    }

    fn by_id(&self, id: &str) -> StoreResult<Vec<u64>> {
        self.rows.seqs(&Key::id(id), 0, usize::MAX)
    }

    fn stream_length(&self, stream: &str) -> StoreResult<u64> {
        self.rows.count(&Key::stream(stream))
    }

    fn stream(&self, stream: &str, revision: u64, limit: usize) -> StoreResult<Vec<u64>> {
        self.rows.seqs(&Key::stream(stream), revision, limit)
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
