//! Rows in memory.

use super::Recent;
use crate::error::StoreResult;
use crate::index::Reflects;
use crate::index::record::{Key, Row, seq_of};
use std::collections::BTreeSet;

#[derive(Debug)]
pub(in crate::index) struct MemoryRows {
    base: Reflects,
    head: Reflects,
    rows: BTreeSet<Row>,
}

impl MemoryRows {
    pub(in crate::index) const fn from(base: Reflects) -> Self {
        Self { base, head: base, rows: BTreeSet::new() }
    }

    fn of(&self, key: &Key) -> impl Iterator<Item = &Row> {
        let prefix = key.prefix();
        self.rows.range(prefix.clone()..).take_while(move |row| row.starts_with(&prefix))
    }
}

impl Recent for MemoryRows {
    fn base(&self) -> Reflects {
        self.base
    }

    fn head(&self) -> Reflects {
        self.head
    }

    fn count(&self, key: &Key) -> StoreResult<u64> {
        Ok(self.of(key).count() as u64)
    }

    fn seqs(&self, key: &Key, skip: u64, limit: usize) -> StoreResult<Vec<u64>> {
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        Ok(self.of(key).skip(skip).take(limit).filter_map(|row| seq_of(row)).collect())
    }

    fn add(&mut self, rows: Vec<Row>, head: Reflects) -> StoreResult<()> {
        self.rows.extend(rows);
        self.head = head;
        Ok(())
    }

    fn rows(&self) -> StoreResult<Vec<Row>> {
        Ok(self.rows.iter().cloned().collect())
    }

    fn flush(&self) -> StoreResult<()> {
        Ok(())
    }

    fn discard(self: Box<Self>) {}
}
