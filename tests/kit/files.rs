//! A ledger's directory in memory.

use accord_store::disk::{
    Access, Disk, DiskError, DiskFile, DiskLock, DiskReader, DiskResult, Kind, Operation,
};
use accord_store::{Reader, StoreResult};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Files by path relative to the ledger's directory. Copies share their bytes, so that each damage
/// costs only what it touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(BTreeMap<String, Arc<Vec<u8>>>);

impl Files {
    /// Reads a directory, leaving out the index.
    pub fn load(directory: &Path) -> Self {
        let mut files = Self::default();
        files.load_below(directory, "");
        files
    }

    fn load_below(&mut self, root: &Path, below: &str) {
        for item in std::fs::read_dir(root.join(below)).unwrap() {
            let item = item.unwrap();
            let name = item.file_name().into_string().unwrap();
            let path = if below.is_empty() { name } else { format!("{below}/{name}") };
            if item.file_type().unwrap().is_dir() {
                if path != accord_store::layout::INDEX {
                    self.load_below(root, &path);
                }
            } else {
                self.put(&path, std::fs::read(item.path()).unwrap());
            }
        }
    }

    /// Writes everything below `directory`.
    pub fn save(&self, directory: &Path) {
        for (path, bytes) in &self.0 {
            let path = directory.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes.as_slice()).unwrap();
        }
    }

    /// The paths, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The bytes of a file, which must be there.
    pub fn get(&self, path: &str) -> &[u8] {
        self.0.get(path).unwrap_or_else(|| panic_missing(path))
    }

    /// Whether the file is there.
    pub fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// Puts a file there, in the place of the one before.
    pub fn put(&mut self, path: &str, bytes: Vec<u8>) {
        self.0.insert(path.to_owned(), Arc::new(bytes));
    }

    /// Takes a file away.
    pub fn remove(&mut self, path: &str) {
        self.0.remove(path);
    }

    /// These files with one changed by `change`.
    #[must_use]
    pub fn with(&self, path: &str, change: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut bytes = self.get(path).to_vec();
        change(&mut bytes);
        let mut files = self.clone();
        files.put(path, bytes);
        files
    }

    /// These files without one.
    #[must_use]
    pub fn without(&self, path: &str) -> Self {
        let mut files = self.clone();
        files.remove(path);
        files
    }

    /// Opens them as a ledger, through the store.
    pub fn reader(&self) -> StoreResult<Reader> {
        Reader::open(Arc::new(Shelf(self.clone())))
    }
}

#[expect(clippy::panic, reason = "a missing file is a mistake in a test")]
fn panic_missing(path: &str) -> &'static Arc<Vec<u8>> {
    panic!("there is no {path}")
}

/// A disk that only reads.
#[derive(Debug)]
struct Shelf(Files);

fn fail<T>(operation: Operation, path: &str, kind: io::ErrorKind) -> DiskResult<T> {
    Err(DiskError::new(operation, path, kind.into()))
}

impl Shelf {
    fn bytes(&self, path: &str) -> DiskResult<&[u8]> {
        match self.0.0.get(path) {
            Some(bytes) => Ok(bytes),
            None => fail(Operation::Read, path, io::ErrorKind::NotFound),
        }
    }
}

/// A file of it.
#[derive(Debug)]
struct Leaf(String, Arc<Vec<u8>>);

impl DiskReader for Leaf {
    fn read_at(&self, offset: u64, len: usize) -> DiskResult<Vec<u8>> {
        let start = usize::try_from(offset).unwrap();
        match self.1.get(start..start.saturating_add(len)) {
            Some(bytes) => Ok(bytes.to_vec()),
            None => fail(Operation::Read, &self.0, io::ErrorKind::UnexpectedEof),
        }
    }
}

impl Disk for Shelf {
    fn kind(&self, path: &str) -> DiskResult<Option<Kind>> {
        if self.0.has(path) {
            return Ok(Some(Kind::File));
        }
        let below = format!("{path}/");
        let is_dir = path.is_empty() || self.0.paths().any(|p| p.starts_with(&below));
        Ok(is_dir.then_some(Kind::Dir))
    }

    fn len(&self, path: &str) -> DiskResult<u64> {
        Ok(self.bytes(path)?.len() as u64)
    }

    fn read(&self, path: &str, max_bytes: u64) -> DiskResult<Vec<u8>> {
        let bytes = self.bytes(path)?;
        if bytes.len() as u64 > max_bytes {
            return fail(Operation::Read, path, io::ErrorKind::FileTooLarge);
        }
        Ok(bytes.to_vec())
    }

    fn read_at(&self, path: &str, offset: u64, len: usize) -> DiskResult<Vec<u8>> {
        self.open_read(path)?.read_at(offset, len)
    }

    fn open_read(&self, path: &str) -> DiskResult<Box<dyn DiskReader>> {
        let found = self.0.0.get(path).map(|bytes| Leaf(path.to_owned(), Arc::clone(bytes)));
        match found {
            Some(leaf) => Ok(Box::new(leaf)),
            None => fail(Operation::Read, path, io::ErrorKind::NotFound),
        }
    }

    fn list(&self, path: &str) -> DiskResult<Vec<String>> {
        let below = format!("{path}/");
        let inside = self.0.paths().filter_map(|p| p.strip_prefix(&below));
        let names: BTreeSet<&str> = inside.filter_map(|p| p.split('/').next()).collect();
        if names.is_empty() {
            return fail(Operation::List, path, io::ErrorKind::NotFound);
        }
        Ok(names.into_iter().map(str::to_owned).collect())
    }

    fn create(&self, path: &str, _: Access) -> DiskResult<Box<dyn DiskFile>> {
        fail(Operation::Create, path, io::ErrorKind::ReadOnlyFilesystem)
    }

    fn open_append(&self, path: &str) -> DiskResult<Box<dyn DiskFile>> {
        fail(Operation::Open, path, io::ErrorKind::ReadOnlyFilesystem)
    }

    fn rename(&self, from: &str, _: &str) -> DiskResult<()> {
        fail(Operation::Rename, from, io::ErrorKind::ReadOnlyFilesystem)
    }

    fn remove_file(&self, path: &str) -> DiskResult<()> {
        fail(Operation::Remove, path, io::ErrorKind::ReadOnlyFilesystem)
    }

    fn create_dir(&self, path: &str, _: Access) -> DiskResult<()> {
        fail(Operation::CreateDir, path, io::ErrorKind::ReadOnlyFilesystem)
    }

    fn remove_dir(&self, path: &str) -> DiskResult<()> {
        fail(Operation::RemoveDir, path, io::ErrorKind::ReadOnlyFilesystem)
    }

    fn sync_dir(&self, path: &str) -> DiskResult<()> {
        fail(Operation::SyncDir, path, io::ErrorKind::ReadOnlyFilesystem)
    }

    fn try_lock(&self, path: &str) -> DiskResult<Box<dyn DiskLock>> {
        fail(Operation::Lock, path, io::ErrorKind::ReadOnlyFilesystem)
    }
}
