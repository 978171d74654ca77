//! Documents: deposited instruments, imported files, audit opinions.

use crate::event::Opinion;
use serde::{Deserialize, Serialize};

/// A deposited instrument.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Instrument {
    /// Whose it is.
    pub party: String,
    /// The type that it stands for.
    pub stands_for: String,
    /// BLAKE3 of the text that it accepts.
    pub text_digest: String,
    /// The depositary.
    pub depositary: String,
    /// When it was deposited.
    pub at: i64,
}

/// An imported file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportedFile {
    /// What it is.
    pub source: String,
    /// Rows that become events.
    pub rows: u64,
    /// BLAKE3 of the mapping.
    pub mapping_digest: Option<String>,
    /// Under which licence.
    pub licence: String,
    /// Who imports it.
    pub by: String,
    /// Event hash of the batch.
    pub event: String,
    /// The entry.
    pub seq: u64,
    /// When it began.
    pub at: i64,
    /// Entries that resumed it.
    pub resumed: Vec<u64>,
}

/// An audit opinion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// First entry.
    pub from_seq: u64,
    /// Last entry.
    pub to_seq: u64,
    /// The conclusion.
    pub opinion: Opinion,
    /// The auditor.
    pub by: String,
    /// When.
    pub at: i64,
}
