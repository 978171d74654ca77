//! A map in memory.

use super::engine::{Engine, Pair};
use crate::error::StoreResult;
use std::collections::BTreeMap;
use std::ops::Range;

#[derive(Debug, Default)]
pub(super) struct Memory(BTreeMap<Vec<u8>, Vec<u8>>);

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
        Ok(())
    }

    fn flush(&mut self) -> StoreResult<()> {
        Ok(())
    }
}
