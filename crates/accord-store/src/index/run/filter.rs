//! A filter: it says of most keys that no entry has them, without a look at the rows.
//!
//! It consists of lines of 64 bytes; a key has some bits in one of them. Of keys that are not there
//! it lets one in some hundred pass.

use super::footer::FILTER;
use super::{Run, damaged};
use crate::error::StoreResult;
use crate::index::record::Table;

/// Bytes of a line.
pub(super) const LINE: usize = 64;
/// Bits for each row.
const EACH: u64 = 10;
/// Bits that a key sets.
const SET: u32 = 6;

/// Lines of a filter over so many rows.
pub(super) fn lines_for(rows: u64) -> Option<u64> {
    Some(rows.checked_mul(EACH)?.div_ceil(LINE as u64 * 8).max(1))
}

/// A filter in memory.
#[derive(Debug, Default)]
pub(super) struct Filter(Box<[[u8; LINE]]>);

impl Filter {
    /// An empty one over so many rows; nothing if there is no such filter.
    pub(super) fn over(rows: u64) -> Option<Self> {
        let lines = usize::try_from(lines_for(rows)?).ok()?;
        Some(Self(vec![[0; LINE]; lines].into()))
    }

    pub(super) fn read(run: &Run) -> StoreResult<Self> {
        let mut lines = Vec::new();
        let mut blocks = run.blocks(FILTER);
        while let Some(block) = blocks.next()? {
            let (chunks, rest) = block.as_chunks::<LINE>();
            if !rest.is_empty() {
                return Err(damaged(run.path(), "has half a line"));
            }
            lines.extend_from_slice(chunks);
        }
        Ok(Self(lines.into()))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_flattened()
    }

    /// The line of a key, and its bits in it.
    fn place(&self, table: Table, key: &[u8]) -> (usize, [(usize, u8); SET as usize]) {
        let first = key.first_chunk().copied().map_or(0, u64::from_be_bytes);
        let bits = mixed(first ^ (table.at() as u64) << 56);
        // The high half says which line.
        let line = usize::try_from(((bits >> 32) * self.0.len() as u64) >> 32).unwrap_or(0);
        let mut rest = mixed(bits);
        let places = [(); SET as usize].map(|()| {
            let bit = usize::try_from(rest & 0x1ff).unwrap_or(0);
            rest >>= 9;
            (bit / 8, 1 << (bit % 8))
        });
        (line, places)
    }

    pub(super) fn add(&mut self, table: Table, key: &[u8]) {
        let (line, places) = self.place(table, key);
        let Some(line) = self.0.get_mut(line) else { return };
        for (byte, bit) in places {
            if let Some(byte) = line.get_mut(byte) {
                *byte |= bit;
            }
        }
    }

    pub(super) fn may_have(&self, table: Table, key: &[u8]) -> bool {
        let (line, places) = self.place(table, key);
        // A filter without lines says nothing.
        let Some(line) = self.0.get(line) else { return true };
        places.iter().all(|(byte, bit)| line.get(*byte).is_none_or(|byte| byte & bit != 0))
    }
}

/// Spreads what differs in few bits over all of them.
const fn mixed(number: u64) -> u64 {
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}
