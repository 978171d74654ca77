//! A map in memory.

use super::engine::{Engine, Pair};
use super::{Reflects, Snapshot};
use crate::error::StoreResult;
use std::collections::BTreeMap;
use std::ops::Range;

#[derive(Debug, Default)]
pub(super) struct Memory(BTreeMap<Vec<u8>, Vec<u8>>, BTreeMap<(String, u32), Snapshot>);

impl Engine for Memory {
    fn get(&self, key: &[u8]) -> StoreResult<Option<Vec<u8>>> {
        Ok(self.0.get(key).cloned())
    }

    fn range(&self, keys: Range<Vec<u8>>, limit: usize) -> StoreResult<Vec<Pair>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.0.range(keys).take(limit).map(|(k, v)| (k.clone(), v.clone())).collect())
    }

    fn last(&self, keys: Range<Vec<u8>>) -> StoreResult<Option<Vec<u8>>> {
        Ok(self.0.range(keys).next_back().map(|(key, _)| key.clone()))
    }

    fn write(&mut self, changes: BTreeMap<Vec<u8>, Vec<u8>>) -> StoreResult<()> {
        self.0.extend(changes);
        Ok(())
    }

    fn clear(&mut self) -> StoreResult<()> {
        self.0.clear();
        self.1.clear();
        Ok(())
    }

    fn flush(&mut self) -> StoreResult<()> {
        Ok(())
    }

    fn state(&self, name: &str, version: u32) -> StoreResult<Option<Snapshot>> {
        Ok(self.1.get(&(name.to_owned(), version)).cloned())
    }

    fn state_reflects(&self, name: &str, version: u32) -> StoreResult<Option<Reflects>> {
        Ok(self.1.get(&(name.to_owned(), version)).map(|state| state.reflects))
    }

    fn put_state(&mut self, name: &str, version: u32, state: &Snapshot) -> StoreResult<()> {
        self.1.insert((name.to_owned(), version), state.clone());
        Ok(())
    }
}
