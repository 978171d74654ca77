//! Which rows of imported files are in the record.

use super::Tally;
use crate::runs::Runs;
use accord_format::entry::Entry;
use serde::{Deserialize, Serialize};

/// The rows of a file that one author recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRows {
    /// Numbers of the rows.
    pub rows: Runs,
    /// Entries of events that were made from them.
    pub events: Runs,
    /// Entries of corrections that were made from them.
    pub corrections: Runs,
}

impl Tally {
    /// Takes note of an entry that names the row that it was made from, of whatever type.
    pub(super) fn count_row(&mut self, entry: &Entry) {
        let event = entry.event();
        let Some(source) = event.payload.get("source") else { return };
        let file = source.get("file").and_then(serde_json::Value::as_str);
        let row = source.get("row").and_then(serde_json::Value::as_u64);
        let (Some(file), Some(row)) = (file, row) else { return };
        let authors = match self.rows.get_mut(file) {
            Some(authors) => authors,
            None => self.rows.entry(file.to_owned()).or_default(),
        };
        let known = match authors.get_mut(event.author()) {
            Some(known) => known,
            None => authors.entry(event.author().to_owned()).or_default(),
        };
        known.rows.insert(row);
        let seqs = match event.event_type.as_str() {
            "record.corrected" => &mut known.corrections,
            _ => &mut known.events,
        };
        seqs.insert(entry.header.seq);
    }
}
