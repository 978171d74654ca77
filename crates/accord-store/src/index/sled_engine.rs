//! sled, kept at arm's length: its errors are ours, and its panics are errors.

use super::engine::{Engine, Pair};
use super::states::States;
use super::{Reflects, Snapshot};
use crate::error::{StoreError, StoreResult};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the version of the keys stands, in a tree of its own.
const FORMAT_TREE: &[u8] = b"format";
const FORMAT: &[u8] = b"accord.index/v2";
/// Memory for sled's page cache; the default of 1 GiB would dwarf everything else.
const CACHE_BYTES: u64 = 64 << 20;

/// How often, and how far apart, the lock is tried.
const LOCK_TRIES: u32 = 20;
const LOCK_WAIT: Duration = Duration::from_millis(10);

#[derive(Debug)]
pub(super) struct Sled {
    db: sled::Db,
    states: States,
}

impl Sled {
    pub(super) fn open(path: &Path) -> StoreResult<Self> {
        let db = open_db(path)?;
        let found = guard(|| {
            let format = db.open_tree(FORMAT_TREE)?;
            if let Some(found) = format.get(FORMAT_TREE)? {
                return Ok(found);
            }
            format.insert(FORMAT_TREE, FORMAT)?;
            Ok(FORMAT.into())
        })?;
        if found.as_ref() != FORMAT {
            let found = String::from_utf8_lossy(&found).into_owned();
            return Err(StoreError::Index(format!("it is of another version, {found:?}")));
        }
        Ok(Self { db, states: States::of(path) })
    }

    /// Moves a directory that does not open out of the way.
    pub(super) fn set_aside(path: &Path) -> StoreResult<()> {
        let mut aside = path.as_os_str().to_owned();
        aside.push(".damaged");
        let aside = PathBuf::from(aside);
        let gone = |result: io::Result<()>| match result {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        };
        // What was moved aside before may have been a file in the place of the directory.
        let removed = match fs::remove_dir_all(&aside) {
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => fs::remove_file(&aside),
            other => other,
        };
        let moved = match gone(removed) {
            Ok(()) => gone(fs::rename(path, &aside)),
            Err(error) => Err(error),
        };
        moved.map_err(|error| {
            let path = path.display();
            StoreError::Index(format!("{path} cannot be moved aside ({error}); remove it by hand"))
        })
    }
}

/// Opens sled. For a moment after it was dropped, threads of its own still hold its lock.
fn open_db(path: &Path) -> StoreResult<sled::Db> {
    let config = sled::Config::new()
        .path(path)
        .cache_capacity(CACHE_BYTES)
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
    // What unwound is never looked at again: the caller recreates the index.
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(sled::Error::Io(error))) if error.to_string().contains("could not acquire lock") => {
            Err(StoreError::IndexInUse)
        }
        Ok(Err(error)) => Err(StoreError::Index(error.to_string())),
        Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied());
            Err(StoreError::Index(format!("sled gave up: {}", text.unwrap_or("no reason given"))))
        }
    }
}

impl Engine for Sled {
    fn get(&self, key: &[u8]) -> StoreResult<Option<Vec<u8>>> {
        guard(|| Ok(self.db.get(key)?.map(|value| value.to_vec())))
    }

    fn range(&self, keys: Range<Vec<u8>>, limit: usize) -> StoreResult<Vec<Pair>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        guard(|| {
            let pairs = self.db.range(keys).take(limit);
            pairs.map(|pair| pair.map(|(key, value)| (key.to_vec(), value.to_vec()))).collect()
        })
    }

    fn last(&self, keys: Range<Vec<u8>>) -> StoreResult<Option<Vec<u8>>> {
        guard(|| {
            let last = self.db.range(keys).next_back().transpose()?;
            Ok(last.map(|(key, _)| key.to_vec()))
        })
    }

    fn write(&mut self, changes: BTreeMap<Vec<u8>, Vec<u8>>) -> StoreResult<()> {
        guard(|| {
            let mut batch = sled::Batch::default();
            for (key, value) in changes {
                batch.insert(key, value);
            }
            self.db.apply_batch(batch)
        })
    }

    fn clear(&mut self) -> StoreResult<()> {
        self.states.clear()?;
        guard(|| self.db.clear())
    }

    fn flush(&mut self) -> StoreResult<()> {
        guard(|| self.db.flush().map(drop))
    }

    fn state(&self, name: &str, version: u32) -> StoreResult<Option<Snapshot>> {
        self.states.get(name, version)
    }

    fn state_reflects(&self, name: &str, version: u32) -> StoreResult<Option<Reflects>> {
        self.states.reflects(name, version)
    }

    fn put_state(&mut self, name: &str, version: u32, state: &Snapshot) -> StoreResult<()> {
        self.states.put(name, version, state)
    }
}
