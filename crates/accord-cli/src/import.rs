//! Imports: the rows of a table become signed events, by a mapping that is data.
//!
//! A row's event id is made from the file's digest and the row's number, and everything else in it
//! from the row, the mapping and the batch event. So the same row always becomes the same bytes,
//! and an import that was broken off is completed by running it again: rows that are in the ledger
//! are answered with their first receipt.

mod convert;
mod correction;
mod mapping;
mod plan;
mod table;

pub(crate) use correction::Targets;
pub(crate) use mapping::Mapping;
pub(crate) use plan::{Frame, Plan, Planned, Subject, plan};
pub(crate) use table::Table;

use crate::exit::Exit;
use accord_format::hash::ContentHash;
use accord_format::time::Timestamp;
use std::path::PathBuf;

/// The largest table, in bytes.
pub(crate) const TABLE_MAX: u64 = 64 * 1024 * 1024;
/// The largest mapping, in bytes.
pub(crate) const MAPPING_MAX: u64 = 256 * 1024;
/// Type of the event that stands before the rows of a file.
pub(crate) const BATCH_TYPE: &str = "import.batch_recorded";

/// A row that does not become an event.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, thiserror::Error)]
#[error("{file} row {row} (line {line}), column {column}: {problem}")]
pub(crate) struct BadRow {
    /// Name of the file.
    pub(crate) file: String,
    /// Number of the row, from 1 after the header.
    pub(crate) row: u64,
    /// Line of the file on which it starts, from 1.
    pub(crate) line: u64,
    /// Column, or the member that several columns make.
    pub(crate) column: String,
    /// What was found and what is expected.
    pub(crate) problem: String,
}

/// Why a file is not imported.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImportError {
    /// The mapping is not one.
    #[error("mapping {}: {why}", path.display())]
    Mapping {
        /// Which file.
        path: PathBuf,
        /// What is wrong, with the line where that is known.
        why: String,
    },
    /// The table is no CSV file with a header.
    #[error("table {}: {why}", path.display())]
    Table {
        /// Which file.
        path: PathBuf,
        /// What is wrong and where.
        why: String,
    },
    /// Rows that do not map.
    #[error(
        "{count} of the rows cannot be imported, so nothing was; correct the file or the mapping, or leave these rows out with --skip-bad-rows"
    )]
    BadRows {
        /// How many.
        count: usize,
    },
    /// The whole file is in the ledger.
    #[error("this file is in the ledger already: batch {batch}, {rows} rows")]
    Complete {
        /// Event hash of the batch.
        batch: String,
        /// Its rows.
        rows: u64,
    },
    /// A batch of this file was begun in another way.
    #[error("an import of this file was begun by event {batch}, but {why}")]
    Other {
        /// Event hash of the batch.
        batch: String,
        /// What differs, and what to do.
        why: String,
    },
}

impl ImportError {
    /// How the process ends.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Mapping { .. } | Self::Table { .. } => Exit::Usage,
            Self::BadRows { .. } => Exit::Found,
            Self::Complete { .. } | Self::Other { .. } => Exit::Refused,
        }
    }

    /// Stable code for programs.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Mapping { .. } => "import-mapping",
            Self::Table { .. } => "import-table",
            Self::BadRows { .. } => "import-bad-rows",
            Self::Complete { .. } => "import-complete",
            Self::Other { .. } => "import-begun-otherwise",
        }
    }
}

/// The id of the event made from row `row` (from 1; 0 is the batch) of the file with `digest`.
///
/// A UUID version 7: its time is `at`, in milliseconds, and its other bits are the first ten bytes
/// of BLAKE3 in key-derivation mode, context `accord import row v1`, over the file's digest and the
/// row's number as eight bytes, big-endian.
pub(crate) fn row_id(digest: &ContentHash, row: u64, at: Timestamp) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("accord import row v1");
    hasher.update(digest.as_bytes()).update(&row.to_be_bytes());
    let mut rest = [0; 10];
    hasher.finalize_xof().fill(&mut rest);
    crate::uuid7::from_parts(at, rest)
}

/// BLAKE3 of a file's bytes.
pub(crate) fn digest(bytes: &[u8]) -> ContentHash {
    ContentHash::from_bytes(*blake3::hash(bytes).as_bytes())
}

#[cfg(test)]
mod tests;
