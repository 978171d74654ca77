//! Folded states in files of their own, beside sled, which never gives back the place of what it has
//! replaced.
//!
//! A state is written whole beside its name and then given it. Nobody waits for it to be durable: one
//! that is not whole has another checksum.

use super::record::{HEAD, decode_head, encode_head};
use super::{Reflects, Snapshot};
use crate::error::{StoreError, StoreResult};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// States by name and version.
#[derive(Debug)]
pub(super) enum States {
    /// In files of a directory.
    Files(Files),
    /// In memory, and forgotten with it.
    Memory(BTreeMap<(String, u32), Snapshot>),
}

impl Default for States {
    fn default() -> Self {
        Self::Memory(BTreeMap::new())
    }
}

impl States {
    /// Those that belong to the index in the directory `index`: its neighbour.
    pub(super) fn of(index: &Path) -> Self {
        Self::Files(Files(index.with_file_name("states")))
    }

    pub(super) fn get(&self, name: &str, version: u32) -> StoreResult<Option<Snapshot>> {
        match self {
            Self::Files(files) => files.get(name, version),
            Self::Memory(all) => Ok(all.get(&(name.to_owned(), version)).cloned()),
        }
    }

    /// What a state reflects, without reading all of it.
    pub(super) fn reflects(&self, name: &str, version: u32) -> StoreResult<Option<Reflects>> {
        match self {
            Self::Files(files) => files.reflects(name, version),
            Self::Memory(all) => Ok(all.get(&(name.to_owned(), version)).map(|s| s.reflects)),
        }
    }

    pub(super) fn put(&mut self, name: &str, version: u32, snapshot: &Snapshot) -> StoreResult<()> {
        match self {
            Self::Files(files) => files.put(name, version, snapshot),
            Self::Memory(all) => {
                all.insert((name.to_owned(), version), snapshot.clone());
                Ok(())
            }
        }
    }

    pub(super) fn clear(&mut self) -> StoreResult<()> {
        match self {
            Self::Files(files) => files.remove(|_| true),
            Self::Memory(all) => {
                all.clear();
                Ok(())
            }
        }
    }
}

/// A directory of states.
#[derive(Debug)]
pub(super) struct Files(PathBuf);

impl Files {
    fn path(&self, name: &str, version: u32) -> PathBuf {
        self.0.join(format!("{name}-{version}"))
    }

    fn get(&self, name: &str, version: u32) -> StoreResult<Option<Snapshot>> {
        match fs::read(self.path(name, version)) {
            Ok(bytes) => decode(&bytes).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed("read", &error)),
        }
    }

    /// What the beginning of a state says.
    fn reflects(&self, name: &str, version: u32) -> StoreResult<Option<Reflects>> {
        let mut head = [0; SUM + HEAD];
        let read = File::open(self.path(name, version)).and_then(|mut f| f.read_exact(&mut head));
        match read {
            Ok(()) => Ok(head.get(SUM..).and_then(decode_head)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed("read", &error)),
        }
    }

    fn put(&self, name: &str, version: u32, snapshot: &Snapshot) -> StoreResult<()> {
        let path = self.path(name, version);
        let beside = path.with_extension("tmp");
        let bytes = encode(snapshot);
        let written = fs::create_dir_all(&self.0)
            .and_then(|()| fs::write(&beside, bytes))
            .and_then(|()| fs::rename(&beside, &path));
        written.map_err(|error| self.failed("write", &error))?;
        self.remove(|other| other != path && name_of(other) == Some(name))
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

/// Bytes of a state's checksum, which is over all that is behind it.
const SUM: usize = 32;

fn encode(snapshot: &Snapshot) -> Vec<u8> {
    let rest = [&encode_head(&snapshot.reflects), snapshot.bytes.as_slice()].concat();
    [blake3::hash(&rest).as_bytes(), rest.as_slice()].concat()
}

fn decode(bytes: &[u8]) -> StoreResult<Snapshot> {
    let bad = |why: &str| StoreError::Index(format!("a state {why}"));
    let (sum, rest) = bytes.split_first_chunk::<SUM>().ok_or_else(|| bad("is cut off"))?;
    if blake3::hash(rest).as_bytes() != sum {
        return Err(bad("has another checksum"));
    }
    let (head, bytes) = rest.split_at_checked(HEAD).ok_or_else(|| bad("is cut off"))?;
    let reflects = decode_head(head).ok_or_else(|| bad("has an impossible head"))?;
    Ok(Snapshot { reflects, bytes: bytes.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::record::nothing;

    #[test]
    fn a_state_that_changed_is_an_error() {
        let snapshot = Snapshot { reflects: nothing(), bytes: b"state".to_vec() };
        let good = encode(&snapshot);
        assert_eq!(decode(&good).unwrap(), snapshot);
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert!(decode(&bad).is_err(), "byte {at}");
            assert!(decode(&good[..at]).is_err(), "length {at}");
        }
    }
}
