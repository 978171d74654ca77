//! The index that a writer keeps once it was asked for: it grows with the record.

use super::{push, walk};
use accord_format::completeness::Index;
use accord_format::entry::Entry;
use accord_format::hash::IndexHash;
use accord_format::merkle::leaf_hash;
use accord_store::{StoreError, View};

/// The index over durable entries.
#[derive(Debug, Default)]
pub(crate) struct Tracker {
    index: Index,
    size: u64,
}

impl Tracker {
    /// The index root over all entries of `view` and those of a batch behind them.
    pub(crate) fn root<'e>(
        &mut self,
        view: &View<'_>,
        pending: impl Iterator<Item = &'e Entry>,
    ) -> Result<IndexHash, StoreError> {
        let Self { index, size } = self;
        walk(view, *size, view.size(), |step| {
            push(index, &step);
            *size = step.seq.saturating_add(1);
        })?;
        let mut pending = pending.peekable();
        if pending.peek().is_none() {
            return Ok(self.index.root());
        }
        // Nobody knows yet whether these will be in the ledger.
        let mut index = self.index.clone();
        for entry in pending {
            index.push(leaf_hash(&entry.to_bytes()), entry.event());
        }
        Ok(index.root())
    }
}
