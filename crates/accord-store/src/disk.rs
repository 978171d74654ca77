//! The one door to files: everything the store reads or writes goes through [`Disk`].
//!
//! The trait is narrow on purpose. Two implementations stand behind it, [`RealDisk`] for a
//! directory and [`SimDisk`] for tests, and a third for object storage needs no other seam. Only
//! the index's newest part stays outside, since sled opens its own files, and the folded states
//! beside it: they hold nothing that cannot be rebuilt.
//!
//! What callers may rely on, and what they may not:
//! - bytes written are durable only once [`DiskFile::sync_data`] has returned `Ok`;
//! - a name made, moved or removed is durable only once [`Disk::sync_dir`] of its directory has
//!   returned `Ok`; until then a crash keeps any subset of such changes, in any order;
//! - after a failed `sync_data` nothing is known: what a read still shows may be gone at the next
//!   power cut, and repeating the sync proves nothing. The bytes must be written to a new file.

mod path;
pub mod real;
pub mod sim;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;

pub use real::RealDisk;
pub use sim::SimDisk;

/// What was being done when a [`DiskError`] arose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Operation {
    /// Asking whether and as what a path exists.
    Inspect,
    /// Reading bytes.
    Read,
    /// Listing a directory.
    List,
    /// Creating a file.
    Create,
    /// Opening a file to append to it.
    Open,
    /// Appending bytes.
    Append,
    /// Making a file's bytes durable.
    Sync,
    /// Moving a file over another name.
    Rename,
    /// Removing a file.
    Remove,
    /// Creating a directory.
    CreateDir,
    /// Removing an empty directory.
    RemoveDir,
    /// Making a directory's names durable.
    SyncDir,
    /// Taking the writer's lock.
    Lock,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inspect => "inspect",
            Self::Read => "read",
            Self::List => "list directory",
            Self::Create => "create",
            Self::Open => "open for appending",
            Self::Append => "append to",
            Self::Sync => "make durable",
            Self::Rename => "move into place",
            Self::Remove => "remove",
            Self::CreateDir => "create directory",
            Self::RemoveDir => "remove directory",
            Self::SyncDir => "make durable the directory",
            Self::Lock => "lock",
        })
    }
}

/// An operation that failed, on which path, and what the system said.
#[derive(Debug, thiserror::Error)]
#[error("cannot {operation} {path}: {source}")]
pub struct DiskError {
    /// What was being done.
    pub operation: Operation,
    /// On which path; the full one on a real disk.
    pub path: String,
    /// What the system answered.
    pub source: io::Error,
}

impl DiskError {
    /// An error of `operation` on `path`.
    pub fn new(operation: Operation, path: impl Into<String>, source: io::Error) -> Self {
        Self { operation, path: path.into(), source }
    }

    /// Whether the path does not exist.
    pub fn is_not_found(&self) -> bool {
        self.source.kind() == io::ErrorKind::NotFound
    }

    /// Whether the system forbids writing here, for this user or for everyone.
    pub fn is_read_only(&self) -> bool {
        matches!(
            self.source.kind(),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
        )
    }

    /// Whether another process holds the lock.
    pub fn is_locked(&self) -> bool {
        self.operation == Operation::Lock && self.source.kind() == io::ErrorKind::WouldBlock
    }

    /// Whether a file is longer than the bound that the caller set.
    pub fn is_too_large(&self) -> bool {
        self.operation == Operation::Read && self.source.kind() == io::ErrorKind::FileTooLarge
    }
}

/// The result of one operation.
pub type DiskResult<T> = Result<T, DiskError>;

/// What a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Dir,
    /// Something else, such as a symbolic link; never followed.
    Other,
}

/// Who may read what is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The owner alone: mode 0600, directories 0700.
    Private,
    /// Everyone, within the process's umask.
    Public,
}

/// A directory tree of files, by paths relative to its root.
///
/// Paths are `/`-separated and relative, without `.`, `..` or empty parts; others are refused with
/// [`io::ErrorKind::InvalidInput`].
pub trait Disk: fmt::Debug + Send + Sync {
    /// What `path` is, or `None` if there is nothing.
    fn kind(&self, path: &str) -> DiskResult<Option<Kind>>;

    /// The length of the file in bytes.
    fn len(&self, path: &str) -> DiskResult<u64>;

    /// The whole file, refused with [`io::ErrorKind::FileTooLarge`] if longer than `max_bytes`.
    fn read(&self, path: &str, max_bytes: u64) -> DiskResult<Vec<u8>>;

    /// Exactly `len` bytes from `offset`; fewer are [`io::ErrorKind::UnexpectedEof`].
    fn read_at(&self, path: &str, offset: u64, len: usize) -> DiskResult<Vec<u8>>;

    /// Opens a file to read in many places of it.
    fn open_read(&self, path: &str) -> DiskResult<Box<dyn DiskReader>>;

    /// The names in a directory, sorted.
    fn list(&self, path: &str) -> DiskResult<Vec<String>>;

    /// Creates a file that must not exist yet, open for appending.
    fn create(&self, path: &str, access: Access) -> DiskResult<Box<dyn DiskFile>>;

    /// Opens an existing file for appending.
    fn open_append(&self, path: &str) -> DiskResult<Box<dyn DiskFile>>;

    /// Moves `from` to `to`, replacing a file there at one stroke.
    fn rename(&self, from: &str, to: &str) -> DiskResult<()>;

    /// Removes a file.
    fn remove_file(&self, path: &str) -> DiskResult<()>;

    /// Creates a directory whose parent exists.
    fn create_dir(&self, path: &str, access: Access) -> DiskResult<()>;

    /// Removes an empty directory.
    fn remove_dir(&self, path: &str) -> DiskResult<()>;

    /// Makes the names in directory `path` durable; the empty path is the root.
    fn sync_dir(&self, path: &str) -> DiskResult<()>;

    /// Takes the exclusive lock on the file `path`, creating it if needed, without waiting:
    /// [`DiskError::is_locked`] if another holds it. It is released when the guard is dropped or
    /// the process ends.
    fn try_lock(&self, path: &str) -> DiskResult<Box<dyn DiskLock>>;
}

/// A file open for appending.
pub trait DiskFile: fmt::Debug + Send {
    /// Appends all of `bytes`. After an error any prefix of them may have been appended.
    fn append(&mut self, bytes: &[u8]) -> DiskResult<()>;

    /// Returns once everything appended so far is on stable storage.
    fn sync_data(&mut self) -> DiskResult<()>;
}

/// A file open for reading; it stays so when its name is moved or removed.
pub trait DiskReader: fmt::Debug + Send + Sync {
    /// Exactly `len` bytes from `offset`; fewer are [`io::ErrorKind::UnexpectedEof`].
    fn read_at(&self, offset: u64, len: usize) -> DiskResult<Vec<u8>>;
}

/// Holds a lock until dropped.
pub trait DiskLock: fmt::Debug + Send + Sync {}
