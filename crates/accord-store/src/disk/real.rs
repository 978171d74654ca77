//! A directory of the operating system.

use super::{
    Access, Disk, DiskError, DiskFile, DiskLock, DiskReader, DiskResult, Kind, Operation, path,
};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The files below one directory.
///
/// The last part of a path is never followed when it is a symbolic link, so that a link planted in
/// the ledger cannot make the writer overwrite, or a reader publish, a file elsewhere. The root and
/// the directories between may be links: where a ledger lives is the operator's business.
#[derive(Clone, Debug)]
pub struct RealDisk {
    root: PathBuf,
}

impl RealDisk {
    /// The files below `root`, which need not exist before something is created.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn resolve(&self, operation: Operation, relative: &str) -> DiskResult<PathBuf> {
        path::check(operation, relative)?;
        Ok(if relative.is_empty() { self.root.clone() } else { self.root.join(relative) })
    }

    /// Resolves a path that is about to be opened, refusing a symbolic link.
    fn resolve_file(&self, operation: Operation, relative: &str) -> DiskResult<PathBuf> {
        let full = self.resolve(operation, relative)?;
        match fs::symlink_metadata(&full) {
            Ok(meta) if meta.file_type().is_symlink() => {
                let reason = "it is a symbolic link, which is not followed";
                Err(failed(operation, &full, io::Error::new(io::ErrorKind::InvalidInput, reason)))
            }
            Ok(meta) if meta.is_dir() => {
                let reason = "it is a directory";
                Err(failed(operation, &full, io::Error::new(io::ErrorKind::IsADirectory, reason)))
            }
            Ok(_) => Ok(full),
            Err(source) => Err(failed(operation, &full, source)),
        }
    }

    fn open_to_read(&self, relative: &str) -> DiskResult<(File, PathBuf)> {
        let full = self.resolve_file(Operation::Read, relative)?;
        let file = File::open(&full).map_err(|source| failed(Operation::Read, &full, source))?;
        Ok((file, full))
    }
}

fn failed(operation: Operation, full: &Path, source: io::Error) -> DiskError {
    DiskError::new(operation, full.display().to_string(), source)
}

fn file_options(access: Access) -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    if access == Access::Private {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = access;
    options
}

fn dir_builder(access: Access) -> fs::DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes to set"))]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    if access == Access::Private {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    #[cfg(not(unix))]
    let _ = access;
    builder
}

impl Disk for RealDisk {
    fn kind(&self, path: &str) -> DiskResult<Option<Kind>> {
        let full = self.resolve(Operation::Inspect, path)?;
        match fs::symlink_metadata(&full) {
            Ok(meta) if meta.is_file() => Ok(Some(Kind::File)),
            // The root may be reached through a link.
            Ok(meta) if meta.is_dir() || (path.is_empty() && full.is_dir()) => Ok(Some(Kind::Dir)),
            Ok(_) => Ok(Some(Kind::Other)),
            Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(failed(Operation::Inspect, &full, source)),
        }
    }

    fn len(&self, path: &str) -> DiskResult<u64> {
        let full = self.resolve_file(Operation::Inspect, path)?;
        let meta =
            fs::metadata(&full).map_err(|source| failed(Operation::Inspect, &full, source))?;
        Ok(meta.len())
    }

    fn read(&self, path: &str, max_bytes: u64) -> DiskResult<Vec<u8>> {
        let (file, full) = self.open_to_read(path)?;
        let mut bytes = Vec::new();
        // One byte more than allowed tells a file that is too long from one that just fits.
        file.take(max_bytes.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|source| failed(Operation::Read, &full, source))?;
        if bytes.len() as u64 > max_bytes {
            let reason = format!("longer than the {max_bytes} bytes that it may have");
            let source = io::Error::new(io::ErrorKind::FileTooLarge, reason);
            return Err(failed(Operation::Read, &full, source));
        }
        Ok(bytes)
    }

    fn read_at(&self, path: &str, offset: u64, len: usize) -> DiskResult<Vec<u8>> {
        let (mut file, full) = self.open_to_read(path)?;
        let mut read = || {
            file.seek(SeekFrom::Start(offset))?;
            let mut bytes = Vec::new();
            (&mut file).take(len as u64).read_to_end(&mut bytes)?;
            if bytes.len() < len {
                let reason = format!("{len} bytes wanted at {offset}, {} are there", bytes.len());
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, reason));
            }
            Ok(bytes)
        };
        read().map_err(|source| failed(Operation::Read, &full, source))
    }

    fn open_read(&self, path: &str) -> DiskResult<Box<dyn DiskReader>> {
        let (file, full) = self.open_to_read(path)?;
        Ok(Box::new(RealReader {
            file,
            full,
            #[cfg(not(unix))]
            turn: std::sync::Mutex::default(),
        }))
    }

    fn list(&self, path: &str) -> DiskResult<Vec<String>> {
        let full = self.resolve(Operation::List, path)?;
        let list = || {
            let mut names = Vec::new();
            for entry in fs::read_dir(&full)? {
                // A name that is not UTF-8 is none of ours.
                if let Ok(name) = entry?.file_name().into_string() {
                    names.push(name);
                }
            }
            names.sort_unstable();
            Ok(names)
        };
        list().map_err(|source| failed(Operation::List, &full, source))
    }

    fn create(&self, path: &str, access: Access) -> DiskResult<Box<dyn DiskFile>> {
        let full = self.resolve(Operation::Create, path)?;
        // `create_new` neither follows a link nor opens what is there already.
        let file = file_options(access)
            .create_new(true)
            .append(true)
            .open(&full)
            .map_err(|source| failed(Operation::Create, &full, source))?;
        Ok(Box::new(RealFile { file, full }))
    }

    fn open_append(&self, path: &str) -> DiskResult<Box<dyn DiskFile>> {
        let full = self.resolve_file(Operation::Open, path)?;
        let file = OpenOptions::new()
            .append(true)
            .open(&full)
            .map_err(|source| failed(Operation::Open, &full, source))?;
        Ok(Box::new(RealFile { file, full }))
    }

    fn rename(&self, from: &str, to: &str) -> DiskResult<()> {
        let source = self.resolve(Operation::Rename, from)?;
        let target = self.resolve(Operation::Rename, to)?;
        fs::rename(&source, &target).map_err(|error| failed(Operation::Rename, &target, error))
    }

    fn remove_file(&self, path: &str) -> DiskResult<()> {
        let full = self.resolve(Operation::Remove, path)?;
        fs::remove_file(&full).map_err(|source| failed(Operation::Remove, &full, source))
    }

    fn create_dir(&self, path: &str, access: Access) -> DiskResult<()> {
        let full = self.resolve(Operation::CreateDir, path)?;
        dir_builder(access)
            .create(&full)
            .map_err(|source| failed(Operation::CreateDir, &full, source))
    }

    fn remove_dir(&self, path: &str) -> DiskResult<()> {
        let full = self.resolve(Operation::RemoveDir, path)?;
        fs::remove_dir(&full).map_err(|source| failed(Operation::RemoveDir, &full, source))
    }

    fn sync_dir(&self, path: &str) -> DiskResult<()> {
        let full = self.resolve(Operation::SyncDir, path)?;
        File::open(&full)
            .and_then(|dir| dir.sync_all())
            .map_err(|source| failed(Operation::SyncDir, &full, source))
    }

    fn try_lock(&self, path: &str) -> DiskResult<Box<dyn DiskLock>> {
        if self.kind(path)?.is_some() {
            self.resolve_file(Operation::Lock, path)?;
        }
        let full = self.resolve(Operation::Lock, path)?;
        let file = file_options(Access::Private)
            .create(true)
            .append(true)
            .open(&full)
            .map_err(|source| failed(Operation::Lock, &full, source))?;
        match file.try_lock() {
            Ok(()) => Ok(Box::new(RealLock { _file: file })),
            Err(TryLockError::WouldBlock) => {
                let reason = "another process holds it";
                Err(failed(
                    Operation::Lock,
                    &full,
                    io::Error::new(io::ErrorKind::WouldBlock, reason),
                ))
            }
            Err(TryLockError::Error(source)) => Err(failed(Operation::Lock, &full, source)),
        }
    }
}

#[derive(Debug)]
struct RealFile {
    file: File,
    full: PathBuf,
}

impl DiskFile for RealFile {
    fn append(&mut self, bytes: &[u8]) -> DiskResult<()> {
        self.file.write_all(bytes).map_err(|source| failed(Operation::Append, &self.full, source))
    }

    fn sync_data(&mut self) -> DiskResult<()> {
        self.file.sync_data().map_err(|source| failed(Operation::Sync, &self.full, source))
    }
}

#[derive(Debug)]
struct RealReader {
    file: File,
    full: PathBuf,
    /// Where a read moves the place of the next one.
    #[cfg(not(unix))]
    turn: std::sync::Mutex<()>,
}

impl RealReader {
    #[cfg(unix)]
    fn read(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, bytes, offset)
    }

    #[cfg(not(unix))]
    fn read(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        let _turn = self.turn.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut file = &self.file;
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(bytes)
    }
}

impl DiskReader for RealReader {
    fn read_at(&self, offset: u64, len: usize) -> DiskResult<Vec<u8>> {
        let mut bytes = vec![0; len];
        let read = self.read(&mut bytes, offset);
        read.map(|()| bytes).map_err(|source| failed(Operation::Read, &self.full, source))
    }
}

/// The system releases the lock with the file.
#[derive(Debug)]
struct RealLock {
    _file: File,
}

impl DiskLock for RealLock {}
