//! Rows in sled, kept at arm's length: its errors are ours, and its panics are errors.
//!
//! sled's own `flush` reaches no stable storage, and after a power cut it may have lost anything, or
//! not open: so nothing waits for it and nothing rests on it. Its file never shrinks, and opening
//! takes longer the longer it is: so whoever has too many rows begins a new one in another directory.

use super::Recent;
use crate::error::{StoreError, StoreResult};
use crate::index::Reflects;
use crate::index::record::{HEAD, Key, Row, decode_head, encode_head, seq_of, split};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where it stands which entries these are; no row begins so.
const SPAN: &[u8] = b"m";
/// Before the two heads: the version of the rows.
const FORMAT: &[u8] = b"accord.index/v3\n";
/// Memory for sled's page cache; the default of 1 GiB would dwarf everything else.
const CACHE_BYTES: u64 = 16 << 20;
/// sled lays its file out in pieces of this size.
const SEGMENT_BYTES: usize = 64 << 10;

/// How often, and how far apart, the lock is tried.
const LOCK_TRIES: u32 = 20;
const LOCK_WAIT: Duration = Duration::from_millis(10);

#[derive(Debug)]
pub(in crate::index) struct SledRows {
    path: PathBuf,
    base: Reflects,
    head: Reflects,
    /// Nothing until there is a row.
    db: Option<sled::Db>,
}

impl SledRows {
    /// Begins in a directory that is not there yet.
    pub(in crate::index) const fn begin(path: PathBuf, base: Reflects) -> Self {
        Self { path, base, head: base, db: None }
    }

    /// Opens what is in a directory.
    ///
    /// # Errors
    /// If it cannot be opened, or does not begin at `base`.
    pub(in crate::index) fn open(path: PathBuf, base: Reflects) -> StoreResult<Self> {
        let db = open_db(&path)?;
        let span = guard(|| db.get(SPAN))?;
        let span = span.as_deref().and_then(|span| span.strip_prefix(FORMAT));
        let span = span.and_then(|span| span.split_first_chunk::<HEAD>());
        let heads = span.map(|(base, head)| (decode_head(base), decode_head(head)));
        let Some((Some(begins), Some(head))) = heads else {
            return Err(damaged("it does not say which entries it has"));
        };
        if begins != base || head.size < base.size {
            let (begins, ends) = (begins.size, base.size);
            return Err(damaged(&format!("it goes on from {begins}, the files end at {ends}")));
        }
        Ok(Self { path, base, head, db: Some(db) })
    }

    fn of(&self, key: &Key, skip: u64, limit: usize) -> StoreResult<Vec<u64>> {
        let Some(db) = &self.db else { return Ok(Vec::new()) };
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        let rows: Vec<sled::IVec> =
            guard(|| db.scan_prefix(key.prefix()).keys().skip(skip).take(limit).collect())?;
        let seq = |row: &sled::IVec| match split(row) {
            Some(_) => seq_of(row).filter(|seq| self.has(*seq)).ok_or_else(impossible),
            None => Err(impossible()),
        };
        rows.iter().map(seq).collect()
    }

    fn has(&self, seq: u64) -> bool {
        (self.base.size..self.head.size).contains(&seq)
    }
}

impl Recent for SledRows {
    fn base(&self) -> Reflects {
        self.base
    }

    fn head(&self) -> Reflects {
        self.head
    }

    fn count(&self, key: &Key) -> StoreResult<u64> {
        Ok(self.of(key, 0, usize::MAX)?.len() as u64)
    }

    fn seqs(&self, key: &Key, skip: u64, limit: usize) -> StoreResult<Vec<u64>> {
        self.of(key, skip, limit)
    }

    fn add(&mut self, rows: Vec<Row>, head: Reflects) -> StoreResult<()> {
        let db = match &mut self.db {
            Some(db) => db,
            none => none.insert(open_db(&self.path)?),
        };
        let span = [FORMAT, &encode_head(&self.base), &encode_head(&head)].concat();
        let mut batch = sled::Batch::default();
        for row in rows {
            batch.insert(row, &[]);
        }
        batch.insert(SPAN, span);
        guard(|| db.apply_batch(batch))?;
        self.head = head;
        Ok(())
    }

    fn rows(&self) -> StoreResult<Vec<Row>> {
        let Some(db) = &self.db else { return Ok(Vec::new()) };
        let keys: Vec<sled::IVec> = guard(|| db.iter().keys().collect())?;
        let rows: Vec<Row> =
            keys.iter().filter(|key| *key != SPAN).map(|key| key.to_vec()).collect();
        let sound =
            |row: &Row| split(row).is_some() && seq_of(row).is_some_and(|seq| self.has(seq));
        if rows.iter().all(sound) { Ok(rows) } else { Err(impossible()) }
    }

    fn flush(&self) -> StoreResult<()> {
        self.db.as_ref().map_or(Ok(()), |db| guard(|| db.flush().map(drop)))
    }

    fn discard(self: Box<Self>) {
        let path = self.path.clone();
        drop(self);
        // What stays is removed by the next opening.
        drop(fs::remove_dir_all(path));
    }
}

fn damaged(why: &str) -> StoreError {
    StoreError::IndexDamaged(why.to_owned())
}

fn impossible() -> StoreError {
    damaged("a row of its newest part has an impossible form")
}

/// Opens sled. For a moment after it was dropped, threads of its own still hold its lock.
fn open_db(path: &Path) -> StoreResult<sled::Db> {
    let config = sled::Config::new()
        .path(path)
        .cache_capacity(CACHE_BYTES)
        .segment_size(SEGMENT_BYTES)
        // Nothing waits for the index to be written, so no thread need do it by the clock.
        .flush_every_ms(None);
    let mut tries = 1;
    loop {
        match guard(|| config.open()) {
            Err(StoreError::IndexInUse) if tries < LOCK_TRIES => tries += 1,
            result => return result,
        }
        std::thread::sleep(LOCK_WAIT);
    }
}

/// Runs a call of sled; a panic in it, as damaged files provoke, becomes an error.
fn guard<T>(call: impl FnOnce() -> sled::Result<T>) -> StoreResult<T> {
    // What unwound is never looked at again: what cannot be read is made anew.
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(sled::Error::Io(error))) if error.to_string().contains("could not acquire lock") => {
            Err(StoreError::IndexInUse)
        }
        Ok(Err(sled::Error::Io(error))) => Err(StoreError::Index(error.to_string())),
        Ok(Err(error)) => Err(damaged(&error.to_string())),
        Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied());
            Err(damaged(&format!("sled gave up: {}", text.unwrap_or("no reason given"))))
        }
    }
}
