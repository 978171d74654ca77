//! Finding rows: keys are hashes and so lie evenly, and where one must be can be reckoned.

use super::{Run, damaged};
use crate::error::StoreResult;
use crate::index::record::{Key, SEQ, Table};
use std::ops::Range;

impl Run {
    /// The rows of a key, by their numbers in its table.
    pub(super) fn rows_of(&self, key: &Key) -> StoreResult<Range<u64>> {
        let from = [key.bytes(), &[0; SEQ]].concat();
        let first = self.first_from(key.table(), &from)?;
        // Most keys have one row or none.
        let mut end = first;
        while end < self.footer.part(key.table().at()).count && end - first < 2 {
            if !self.row(key.table(), end)?.starts_with(key.bytes()) {
                return Ok(first..end);
            }
            end += 1;
        }
        let most = [key.bytes(), &[0xff; SEQ]].concat();
        Ok(first..self.first_from(key.table(), &most)?)
    }

    /// The number of the first row that is not below `wanted`.
    fn first_from(&self, table: Table, wanted: &[u8]) -> StoreResult<u64> {
        let part = self.footer.part(table.at());
        let begins = begin(wanted);
        // It is in one of these blocks, or the first row behind them.
        let (mut low, mut high) = (0, part.blocks());
        // What the rows around them begin with.
        let (mut below, mut above) = (0, u64::MAX);
        let mut tries = 0_u32;
        while low < high {
            tries += 1;
            // Somebody may have made keys that do not lie evenly.
            let guess = if tries.is_multiple_of(4) {
                low.midpoint(high)
            } else {
                between(low, high, begins.saturating_sub(below), above.saturating_sub(below))
            };
            let (at, len) = part.block(guess);
            let block = self.block(at, len)?;
            let rows = Rows { block: &block, width: part.width };
            let (Some(first), Some(last)) = (rows.get(0), rows.last()) else {
                return Err(damaged(self.path(), "has an empty block"));
            };
            if last < wanted {
                (low, below) = (guess + 1, begin(last));
            } else if first >= wanted {
                (high, above) = (guess, begin(first));
            } else {
                return Ok(guess * part.each() + rows.below(wanted) as u64);
            }
        }
        Ok((low * part.each()).min(part.count))
    }

    /// A row, without its letter.
    pub(super) fn row(&self, table: Table, row: u64) -> StoreResult<Vec<u8>> {
        let part = self.footer.part(table.at());
        let (at, len) = part.block(row / part.each());
        let block = self.block(at, len)?;
        let from = usize::try_from(row % part.each()).unwrap_or(0) * part.width;
        let row = block.get(from..from + part.width);
        row.map(<[u8]>::to_vec).ok_or_else(|| damaged(self.path(), "ends early"))
    }
}

/// The rows of a block.
struct Rows<'a> {
    block: &'a [u8],
    width: usize,
}

impl<'a> Rows<'a> {
    fn get(&self, row: usize) -> Option<&'a [u8]> {
        self.block.get(row * self.width..)?.get(..self.width)
    }

    fn last(&self) -> Option<&'a [u8]> {
        self.block.rchunks_exact(self.width).next()
    }

    /// How many are below `wanted`.
    fn below(&self, wanted: &[u8]) -> usize {
        let (mut low, mut high) = (0, self.block.len() / self.width);
        while low < high {
            let middle = low.midpoint(high);
            if self.get(middle).is_some_and(|row| row < wanted) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// The number that a row begins with.
fn begin(row: &[u8]) -> u64 {
    row.first_chunk().copied().map_or(0, u64::from_be_bytes)
}

/// The number below `high`, from `low` on, that lies as `part` does in `whole`.
fn between(low: u64, high: u64, part: u64, whole: u64) -> u64 {
    let far = u128::from(high - low) * u128::from(part) / u128::from(whole.max(1));
    let far = u64::try_from(far).unwrap_or(u64::MAX);
    low.saturating_add(far).min(high - 1)
}
