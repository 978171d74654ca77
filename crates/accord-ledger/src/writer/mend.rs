//! The index, brought up to the entries; and made anew in mid-work where it turns out to be damaged.

use super::Ledger;
use crate::error::LedgerError;
use crate::history::index_record;
use accord_format::merkle;
use accord_store::StoreError;
use accord_store::index::Reflects;

/// Entries between two writes of the index.
const CHUNK: usize = 16_384;

impl Ledger {
    /// Does something; if it comes upon damage to the index, makes that anew and does it again.
    pub(super) fn mending<T>(
        &mut self,
        mut work: impl FnMut(&mut Self) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        match work(self) {
            Err(LedgerError::Store(StoreError::IndexDamaged(_))) => {
                self.index.clear()?;
                self.index_entries()?;
                work(self)
            }
            result => result,
        }
    }

    /// Tells the index of the entries behind those that it reflects, up to those that the writer
    /// knows by heart.
    pub(super) fn index_entries(&mut self) -> Result<(), LedgerError> {
        let end = self.recent.first();
        let start = self.index.reflects()?.map_or(0, |reflects| reflects.size);
        let mut records = Vec::new();
        for seq in start..end {
            records.push(index_record(&self.read(seq)?));
            if records.len() == CHUNK || seq + 1 == end {
                let root = merkle::root(&self.store.view(), seq + 1)?;
                self.index.apply(&records, Reflects { size: seq + 1, root })?;
                records.clear();
            }
        }
        Ok(())
    }
}
