//! The newest rows, which still change.

mod memory;
mod sled_rows;

pub(super) use memory::MemoryRows;
pub(super) use sled_rows::SledRows;

use super::Reflects;
use super::record::{Key, Row};
use crate::error::StoreResult;
use std::fmt;

/// The rows of the entries from a base on.
pub(super) trait Recent: fmt::Debug + Send + Sync {
    /// Where they begin.
    fn base(&self) -> Reflects;

    /// Where they end.
    fn head(&self) -> Reflects;

    /// How many entries have a key.
    fn count(&self, key: &Key) -> StoreResult<u64>;

    /// At most `limit` entries that have a key, behind the first `skip`.
    fn seqs(&self, key: &Key, skip: u64, limit: usize) -> StoreResult<Vec<u64>>;

    /// Adds the rows of the entries up to `head`, all at one stroke.
    fn add(&mut self, rows: Vec<Row>, head: Reflects) -> StoreResult<()>;

    /// All rows, in order.
    fn rows(&self) -> StoreResult<Vec<Row>>;

    /// Asks for what there is to be written out.
    fn flush(&self) -> StoreResult<()>;

    /// Lets go of everything, here and on disk.
    fn discard(self: Box<Self>);
}
