//! Single entries for whoever reads on from one to the next.

use crate::error::StoreResult;
use crate::view::{Batch, View};
use accord_format::tile::TILE_WIDTH;
use std::cell::RefCell;

/// A view that keeps the bundle read last, so that a pass over entries one by one reads each bundle
/// once and not once for every entry in it.
#[derive(Debug)]
pub struct Nearby<'a> {
    view: View<'a>,
    last: RefCell<Option<Batch>>,
}

impl<'a> Nearby<'a> {
    /// Reads through `view`.
    pub const fn new(view: View<'a>) -> Self {
        Self { view, last: RefCell::new(None) }
    }

    /// The bytes of entry `seq`, as [`View::entry`] gives them.
    pub fn entry(&self, seq: u64) -> StoreResult<Vec<u8>> {
        let index = seq / TILE_WIDTH;
        // The tail is in memory, where a whole bundle would be copied for one entry.
        if seq >= self.view.size() || self.view.is_in_tail(index) {
            return self.view.entry(seq);
        }
        let known = |last: &Option<Batch>| last.as_ref()?.entry(seq).map(<[u8]>::to_vec);
        if let Some(entry) = known(&self.last.borrow()) {
            return Ok(entry);
        }
        *self.last.borrow_mut() = Some(self.view.batch(index)?);
        let entry = known(&self.last.borrow());
        entry.map_or_else(|| self.view.entry(seq), Ok)
    }
}
