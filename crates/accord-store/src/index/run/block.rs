//! Blocks: some bytes, and a checksum.

use super::Run;
use crate::error::StoreResult;

/// Most bytes of a block's contents.
pub(super) const CONTENTS: usize = 4_096 - SUM;
/// Bytes of a checksum.
pub(super) const SUM: usize = 8;
/// Blocks that are read at once by whoever reads all.
const AHEAD: u64 = 16;

/// The checksum of a block that begins at `at` in a file with this seal.
pub(super) fn sum(seal: &[u8; 32], at: u64, contents: &[u8]) -> [u8; SUM] {
    let mut hasher = blake3::Hasher::new_keyed(seal);
    hasher.update(&at.to_be_bytes()).update(contents);
    hasher.finalize().as_bytes().first_chunk().copied().unwrap_or_default()
}

/// The contents of a block, if it has its checksum.
pub(super) fn open<'a>(seal: &[u8; 32], at: u64, block: &'a [u8]) -> Option<&'a [u8]> {
    let (contents, found) = block.split_last_chunk::<SUM>()?;
    (sum(seal, at, contents) == *found).then_some(contents)
}

/// A part of a file: so many items of one width, in blocks of as many as fit. The last block ends
/// behind the last item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Where it begins.
    pub(super) start: u64,
    /// Bytes of an item.
    pub(super) width: usize,
    /// Number of items.
    pub(super) count: u64,
}

impl Part {
    /// Items in a block.
    pub(super) const fn each(&self) -> u64 {
        (CONTENTS / self.width) as u64
    }

    /// Number of blocks.
    pub(super) const fn blocks(&self) -> u64 {
        self.count.div_ceil(self.each())
    }

    /// Where it ends; nothing if it cannot be that long.
    pub(super) fn end(&self) -> Option<u64> {
        let contents = self.count.checked_mul(self.width as u64)?;
        self.start.checked_add(contents)?.checked_add(self.blocks().checked_mul(SUM as u64)?)
    }

    /// Where a block begins, and how long its contents are.
    pub(super) fn block(&self, block: u64) -> (u64, usize) {
        let items = self.count.saturating_sub(block * self.each()).min(self.each());
        let each = self.each() * self.width as u64 + SUM as u64;
        (self.start + block * each, usize::try_from(items).unwrap_or(0) * self.width)
    }
}

/// The contents of one block after the other.
#[derive(Debug)]
pub(in crate::index) struct Blocks<'a> {
    run: &'a Run,
    part: Part,
    next: u64,
    /// What was read ahead, and where it begins.
    ahead: Vec<u8>,
    at: u64,
}

impl<'a> Blocks<'a> {
    pub(super) fn of(run: &'a Run, part: usize) -> Self {
        let part = run.footer.part(part);
        Self { run, part, next: 0, ahead: Vec::new(), at: 0 }
    }

    /// The next block, if there is one.
    pub(in crate::index) fn next(&mut self) -> StoreResult<Option<&[u8]>> {
        if self.next >= self.part.blocks() {
            return Ok(None);
        }
        let (at, len) = self.part.block(self.next);
        let end = at + (len + SUM) as u64;
        if end > self.at + self.ahead.len() as u64 {
            let last = (self.next + AHEAD).min(self.part.blocks()) - 1;
            let (last, len) = self.part.block(last);
            let len = usize::try_from(last - at).unwrap_or(0) + len + SUM;
            self.ahead = self.run.read_at(at, len)?;
            self.at = at;
        }
        self.next += 1;
        let from = usize::try_from(at - self.at).unwrap_or(usize::MAX);
        let block = self.ahead.get(from..).and_then(|rest| rest.get(..len + SUM));
        self.run.open_block(at, block.unwrap_or_default()).map(Some)
    }
}
