//! Older rows, in a file that is never changed.
//!
//! A *run* has all rows of the entries from one head to another, sorted. Its file has, one behind the
//! other: the rows of each table without their letter, in blocks; a filter over all of them, in
//! blocks; and a footer, which says how many there are of each and so where everything is. Every
//! block ends with a checksum that also depends on the two heads and on where the block is, so that no
//! other part of this or of another file is taken for it; the footer ends with one of its own. So
//! there is no byte in it of which damage would not show when it is read.
//!
//! Which files belong together they say themselves: each begins with the head, size and root, that
//! the one before ends with.

mod block;
mod filter;
mod footer;
mod search;
#[cfg(test)]
mod tests;
mod write;

pub(super) use block::Blocks;
pub(super) use footer::Footer;
pub(super) use write::Writer;

use super::record::{Key, seq_of};
use crate::disk::{Disk, DiskError, DiskReader};
use crate::error::{StoreError, StoreResult};
use filter::Filter;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Questions after which it pays to have the filter in memory. A process that takes in one event asks
/// fewer.
const FILTER_AT: u32 = 32;

/// A run on disk.
#[derive(Debug)]
pub(super) struct Run {
    disk: Arc<dyn Disk>,
    path: String,
    footer: Footer,
    /// The file, from when it is first read.
    file: OnceLock<Box<dyn DiskReader>>,
    filter: OnceLock<Filter>,
    asked: AtomicU32,
    /// The block read last, with where it begins.
    last: Mutex<Option<(u64, Arc<[u8]>)>>,
}

impl Run {
    /// Opens the run in a file.
    ///
    /// # Errors
    /// [`StoreError::IndexDamaged`] if its footer is not whole, or the file has another length than
    /// that says.
    pub(super) fn open(disk: Arc<dyn Disk>, path: String) -> StoreResult<Self> {
        let len = disk.len(&path).map_err(|e| failed(&e))?;
        let at =
            len.checked_sub(footer::LEN as u64).ok_or_else(|| damaged(&path, "is too short"))?;
        let bytes = disk.read_at(&path, at, footer::LEN).map_err(|e| failed(&e))?;
        let footer = Footer::decode(&bytes).map_err(|why| damaged(&path, why))?;
        if footer.file_len() != Some(len) {
            return Err(damaged(&path, "has another length than it says"));
        }
        Ok(Self::new(disk, path, footer, None))
    }

    fn new(disk: Arc<dyn Disk>, path: String, footer: Footer, filter: Option<Filter>) -> Self {
        let filter = filter.map_or_else(OnceLock::new, OnceLock::from);
        let file = OnceLock::new();
        Self { disk, path, footer, file, filter, asked: AtomicU32::new(0), last: Mutex::default() }
    }

    pub(super) const fn footer(&self) -> &Footer {
        &self.footer
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The same run under the name that its file now has.
    pub(super) fn renamed(self, path: String) -> Self {
        Self { path, ..self }
    }

    /// How many entries have a key.
    pub(super) fn count(&self, key: &Key) -> StoreResult<u64> {
        Ok(if self.may_have(key)? { self.rows_of(key)?.count() as u64 } else { 0 })
    }

    /// At most `limit` entries that have a key, behind the first `skip`.
    pub(super) fn seqs(&self, key: &Key, skip: u64, limit: usize) -> StoreResult<Vec<u64>> {
        if !self.may_have(key)? {
            return Ok(Vec::new());
        }
        let rows = self.rows_of(key)?;
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        rows.skip(skip).take(limit).map(|row| self.seq(key, row)).collect()
    }

    /// The seq of a row.
    fn seq(&self, key: &Key, row: u64) -> StoreResult<u64> {
        let row = self.row(key.table(), row)?;
        let seq = seq_of(&row);
        seq.filter(|seq| self.footer.has(*seq))
            .ok_or_else(|| damaged(&self.path, "has a row of no entry of its own"))
    }

    /// False only if no entry has a key.
    fn may_have(&self, key: &Key) -> StoreResult<bool> {
        if let Some(filter) = self.filter.get() {
            return Ok(filter.may_have(key.table(), key.bytes()));
        }
        if self.asked.fetch_add(1, Ordering::Relaxed) < FILTER_AT {
            return Ok(true);
        }
        let filter = Filter::read(self)?;
        Ok(self.filter.get_or_init(|| filter).may_have(key.table(), key.bytes()))
    }

    /// The contents of the block that begins at `at`, without its checksum.
    fn block(&self, at: u64, len: usize) -> StoreResult<Arc<[u8]>> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, block)) = last.as_ref().filter(|(there, _)| *there == at) {
            return Ok(Arc::clone(block));
        }
        let bytes = self.read_at(at, len + block::SUM)?;
        let block: Arc<[u8]> = self.open_block(at, &bytes)?.into();
        *last = Some((at, Arc::clone(&block)));
        Ok(block)
    }

    fn read_at(&self, at: u64, len: usize) -> StoreResult<Vec<u8>> {
        let file = if let Some(file) = self.file.get() {
            file
        } else {
            let file = self.disk.open_read(&self.path).map_err(|e| failed(&e))?;
            self.file.get_or_init(|| file)
        };
        file.read_at(at, len).map_err(|e| failed(&e))
    }

    fn open_block<'a>(&self, at: u64, bytes: &'a [u8]) -> StoreResult<&'a [u8]> {
        let contents = block::open(self.footer.seal(), at, bytes);
        contents.ok_or_else(|| damaged(&self.path, &format!("has another checksum at {at}")))
    }

    /// The blocks of a part of the file, several at a time, for whoever reads all of it.
    pub(super) fn blocks(&self, part: usize) -> Blocks<'_> {
        Blocks::of(self, part)
    }
}

/// A file that is not there, or ends early, is damage; other failures are of the moment.
fn failed(error: &DiskError) -> StoreError {
    let text = error.to_string();
    match error.source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof | io::ErrorKind::IsADirectory => {
            StoreError::IndexDamaged(text)
        }
        _ => StoreError::Index(text),
    }
}

impl Run {
    /// The error of a run that is not as it was written.
    pub(super) fn damaged(&self, why: &str) -> StoreError {
        damaged(&self.path, why)
    }
}

fn damaged(path: &str, why: &str) -> StoreError {
    StoreError::IndexDamaged(format!("{path} {why}"))
}
