//! Folded states in files of their own, beside sled, which never gives back the place of what it has
//! replaced.
//!
//! A state is written whole beside its name and then given it. Nobody waits for it to be durable: one
//! that is not whole has another checksum.

use super::{Reflects, Snapshot, keys};
use crate::error::{StoreError, StoreResult};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// A directory of states.
#[derive(Debug)]
pub(super) struct States(PathBuf);

impl States {
    /// Those that belong to the index in the directory `index`: its neighbour.
    pub(super) fn of(index: &Path) -> Self {
        Self(index.with_file_name("states"))
    }

    fn path(&self, name: &str, version: u32) -> PathBuf {
        self.0.join(format!("{name}-{version}"))
    }

    pub(super) fn get(&self, name: &str, version: u32) -> StoreResult<Option<Snapshot>> {
        match fs::read(self.path(name, version)) {
            Ok(bytes) => keys::decode_snapshot(&bytes).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed("read", &error)),
        }
    }

    /// What the beginning of a state says.
    pub(super) fn reflects(&self, name: &str, version: u32) -> StoreResult<Option<Reflects>> {
        let mut head = [0; keys::SNAPSHOT_HEAD];
        let read = File::open(self.path(name, version)).and_then(|mut f| f.read_exact(&mut head));
        match read {
            Ok(()) => keys::snapshot_reflects(&head).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed("read", &error)),
        }
    }

    pub(super) fn put(&self, name: &str, version: u32, snapshot: &Snapshot) -> StoreResult<()> {
        let path = self.path(name, version);
        let beside = path.with_extension("tmp");
        let bytes = keys::encode_snapshot(snapshot);
        let written = fs::create_dir_all(&self.0)
            .and_then(|()| fs::write(&beside, bytes))
            .and_then(|()| fs::rename(&beside, &path));
        written.map_err(|error| self.failed("write", &error))?;
        self.remove(|other| other != path && name_of(other) == Some(name))
    }

    pub(super) fn clear(&self) -> StoreResult<()> {
        self.remove(|_| true)
    }

    /// Removes files: states of older versions, and what an earlier process has not finished.
    fn remove(&self, which: impl Fn(&Path) -> bool) -> StoreResult<()> {
        let remove = || -> io::Result<()> {
            for file in fs::read_dir(&self.0)? {
                let path = file?.path();
                if which(&path) {
                    fs::remove_file(path)?;
                }
            }
            Ok(())
        };
        match remove() {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(self.failed("remove", &error))
            }
            _ => Ok(()),
        }
    }

    fn failed(&self, doing: &str, error: &io::Error) -> StoreError {
        StoreError::Index(format!("cannot {doing} a state in {}: {error}", self.0.display()))
    }
}

/// The name of a state, by its file's.
fn name_of(path: &Path) -> Option<&str> {
    Some(path.file_name()?.to_str()?.rsplit_once('-')?.0)
}
