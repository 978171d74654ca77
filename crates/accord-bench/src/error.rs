//! What keeps a measurement from being made.

use accord_format::event::EventError;
use accord_format::key::KeyError;
use accord_ledger::{LedgerError, OperatorError};
use accord_store::StoreError;
use accord_store::disk::DiskError;
use accord_views::ViewError;
use std::io;
use std::path::{Path, PathBuf};

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The charter lacks what the made-up record is about.
    #[error("the charter names no {0}, which a made-up record needs; measure with another charter")]
    Charter(&'static str),
    /// The ledger did not take in what was made for it.
    #[error("the made-up {event_type} was refused: {code}: {detail}")]
    Refused {
        /// Its type.
        event_type: String,
        /// The guard.
        code: String,
        /// In words.
        detail: String,
    },
    /// A file could not be used.
    #[error("cannot {doing} {}: {source}", path.display())]
    File {
        /// What was tried.
        doing: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A run of the tool failed.
    #[error("the tool, run to be measured, ended with {status}: {said}")]
    Tool {
        /// How it ended.
        status: String,
        /// What it said on standard error.
        said: String,
    },
    /// What is measured came to another result than it must.
    #[error("{0}")]
    Wrong(String),
    /// An event could not be made.
    #[error("a made-up event: {0}")]
    Event(#[from] EventError),
    /// A key could not be made.
    #[error("a made-up key: {0}")]
    Key(#[from] KeyError),
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The operator's keys are not those of the ledger.
    #[error(transparent)]
    Operator(#[from] OperatorError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The disk failed.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A state could not be folded.
    #[error(transparent)]
    View(#[from] ViewError),
    /// JSON could not be made or read.
    #[error("JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl BenchError {
    /// Says what was being done with which file.
    pub(crate) fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { doing, path, source }
    }
}
