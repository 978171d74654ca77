//! What a witness must not forget, as files that a person can read.
//!
//! ```text
//! <state>/
//!   format                 one line: accord.witness-state/v1
//!   lock                   held while a witness runs
//!   logs/<hex SHA-256 of the origin>/
//!     checkpoint           the last checkpoint cosigned, with the log's and our own lines
//!     deposits/<event>     the deposit notes given out
//!     evidence/…           what the log signed that cannot stand beside what was cosigned
//! ```
//!
//! A file is written under another name, synced, renamed and its directory synced, so that a crash
//! leaves the old one or the new one. Nothing is answered before that has succeeded. What no file can
//! show is that the whole directory is an older copy of itself: a witness whose state is brought back
//! from a backup will cosign a second history, and must begin anew under new keys instead.

mod log;

pub use log::{Evidence, LogState};

use accord_format::witnessing::origin_hash;
use accord_store::disk::{Access, Disk, DiskError, DiskLock, Kind};
use std::sync::{Arc, Mutex};

const FORMAT: &str = "format";
const FORMAT_NEW: &str = "format.new";
const FORMAT_LINE: &[u8] = b"accord.witness-state/v1\n";
const LOCK: &str = "lock";
const LOGS: &str = "logs";

/// Why the state cannot be used. A witness that cannot read its state does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// A file operation failed.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// There is no state here.
    #[error(
        "there is no witness's state here; if this witness has never run before, say so with --new, \
         otherwise its state is elsewhere or lost, and it must not go on under the same keys"
    )]
    Missing,
    /// There is state here already.
    #[error("a witness's state is here already; leave out --new")]
    Exists,
    /// Something is here that is no state.
    #[error("the directory is not empty and holds no witness's state")]
    Foreign,
    /// Written by another version.
    #[error("the state is of another format than accord.witness-state/v1: {0:?}")]
    Format(String),
    /// A file that does not read as what it should be.
    #[error(
        "{path} is damaged: {why}; what was cosigned last is no longer known, so this witness must \
         not go on under the same keys"
    )]
    Damaged {
        /// Which file.
        path: String,
        /// What is wrong.
        why: String,
    },
}

impl StateError {
    /// Stable code for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Disk(_) => "state-file",
            Self::Missing => "state-missing",
            Self::Exists => "state-exists",
            Self::Foreign => "state-foreign",
            Self::Format(_) => "state-format",
            Self::Damaged { .. } => "state-damaged",
        }
    }
}

/// A witness's state, locked.
#[derive(Debug)]
pub struct State {
    disk: Arc<dyn Disk>,
    _lock: Mutex<Box<dyn DiskLock>>,
}

impl State {
    /// Makes the state of a witness that has never run.
    pub fn create(disk: &Arc<dyn Disk>) -> Result<(), StateError> {
        match disk.kind("")? {
            None => disk.create_dir("", Access::Private)?,
            Some(Kind::Dir) => {}
            Some(_) => return Err(StateError::Foreign),
        }
        if disk.kind(FORMAT)?.is_some() {
            return Err(StateError::Exists);
        }
        // What an earlier attempt may have left; everything else is not ours.
        let names = disk.list("")?;
        if names.iter().any(|name| ![FORMAT_NEW, LOCK, LOGS].contains(&name.as_str())) {
            return Err(StateError::Foreign);
        }
        let lock = disk.try_lock(LOCK)?;
        if disk.kind(LOGS)?.is_none() {
            disk.create_dir(LOGS, Access::Private)?;
        } else if !disk.list(LOGS)?.is_empty() {
            return Err(StateError::Foreign);
        }
        if disk.kind(FORMAT_NEW)?.is_some() {
            disk.remove_file(FORMAT_NEW)?;
        }
        let mut file = disk.create(FORMAT_NEW, Access::Private)?;
        file.append(FORMAT_LINE)?;
        file.sync_data()?;
        // A crash before the rename leaves no state, and the first start is tried again.
        disk.rename(FORMAT_NEW, FORMAT)?;
        disk.sync_dir("")?;
        drop(lock);
        Ok(())
    }

    /// Whether there is a state on `disk`, of whatever format.
    pub fn is_there(disk: &dyn Disk) -> Result<bool, StateError> {
        Ok(disk.kind("")?.is_some() && disk.kind(FORMAT)?.is_some())
    }

    /// Opens the state that is there.
    pub fn open(disk: Arc<dyn Disk>) -> Result<Self, StateError> {
        if disk.kind("")? != Some(Kind::Dir) || disk.kind(FORMAT)?.is_none() {
            return Err(StateError::Missing);
        }
        let lock = disk.try_lock(LOCK)?;
        let format = disk.read(FORMAT, 100)?;
        if format != FORMAT_LINE {
            return Err(StateError::Format(String::from_utf8_lossy(&format).trim_end().to_owned()));
        }
        if disk.kind(LOGS)? != Some(Kind::Dir) {
            let why = "the directory is not there".to_owned();
            return Err(StateError::Damaged { path: LOGS.to_owned(), why });
        }
        // Names that a killed predecessor put there may be in the cache alone.
        disk.sync_dir(LOGS)?;
        disk.sync_dir("")?;
        Ok(Self { disk, _lock: Mutex::new(lock) })
    }

    /// The names of the logs' directories.
    pub fn logs(&self) -> Result<Vec<String>, StateError> {
        Ok(self.disk.list(LOGS)?)
    }

    /// The state kept of the log `origin`, beginning it if there is none.
    pub fn log(&self, origin: &str) -> Result<LogState, StateError> {
        LogState::open(Arc::clone(&self.disk), format!("{LOGS}/{}", origin_hash(origin)))
    }
}
