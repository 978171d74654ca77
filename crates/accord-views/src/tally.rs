//! Counts of what was read, whatever it means.

use accord_format::entry::Entry;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// After how many seconds an event counts as late when no charter says so: 30 days.
const LATE_DEFAULT: u64 = 30 * 86_400;

/// Counts of what was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Entries, void ones included.
    pub entries: u64,
    /// Void entries, by seq.
    pub void: Vec<u64>,
    /// Entries that are not void, by type.
    pub by_type: BTreeMap<String, u64>,
    /// Entries of types that this software does not know, by type.
    pub uninterpreted: BTreeMap<String, u64>,
    /// Entries recorded long after what they tell of, by seq.
    pub late: Vec<u64>,
    /// What bears on each provision of the charter in force; the baseline does not.
    pub by_provision: BTreeMap<String, Bearing>,
}

/// What bears on a provision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bearing {
    /// Entries, by seq.
    pub seqs: Vec<u64>,
    /// When the last one was recorded, in microseconds since the epoch.
    pub last: i64,
}

impl Tally {
    pub(crate) fn count(&mut self, entry: &Entry, late_after: Option<u64>) {
        let event = entry.event();
        self.entries = entry.header.seq.saturating_add(1);
        match self.by_type.get_mut(&event.event_type) {
            Some(count) => *count += 1,
            None => {
                self.by_type.insert(event.event_type.clone(), 1);
            }
        }
        let behind = entry.header.recorded.seconds().saturating_sub(event.occurred.end().seconds());
        let limit = late_after.unwrap_or(LATE_DEFAULT);
        if u64::try_from(behind).is_ok_and(|behind| behind > limit) {
            self.late.push(entry.header.seq);
        }
    }

    pub(crate) fn bears(&mut self, provision: &str, entry: &Entry) {
        let bearing = match self.by_provision.get_mut(provision) {
            Some(bearing) => bearing,
            None => self.by_provision.entry(provision.to_owned()).or_default(),
        };
        bearing.seqs.push(entry.header.seq);
        bearing.last = entry.header.recorded.micros();
    }

    pub(crate) fn pass(&mut self, entry: &Entry) {
        self.entries = entry.header.seq.saturating_add(1);
        self.void.push(entry.header.seq);
    }

    pub(crate) fn miss(&mut self, event_type: &str) {
        *self.uninterpreted.entry(event_type.to_owned()).or_default() += 1;
    }
}
