//! Counts of what was read, whatever it means.

mod records;
mod rows;

pub use rows::FileRows;

use crate::runs::Runs;
use accord_format::entry::Entry;
use accord_format::time::Timestamp;
use accord_projection::columns::Row;
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
    pub by_type: BTreeMap<String, Runs>,
    /// Entries of types that this software does not know, by type.
    pub uninterpreted: BTreeMap<String, u64>,
    /// Entries recorded long after what they tell of, by seq.
    pub late: Vec<u64>,
    /// What bears on each provision of the charter in force by its type; the baseline does not.
    #[serde(with = "bearings")]
    pub by_provision: BTreeMap<String, Vec<Bearing>>,
    /// The entries of each case, by its stream: they bear on what its category breaks.
    #[serde(with = "bearings")]
    pub by_case: BTreeMap<String, Vec<Bearing>>,
    /// Which rows of an imported file are in the record: digest of the file, then author.
    pub rows: BTreeMap<String, BTreeMap<String, FileRows>>,
    /// The largest checkpoint of this ledger that each participant said it had seen.
    pub seen: BTreeMap<String, Seen>,
    /// Entries that others stand behind, each with the entries that say so.
    pub endorsed: BTreeMap<u64, Vec<u64>>,
    /// Entries that their authors confirmed, each with the entry that says so.
    pub reaffirmed: BTreeMap<u64, u64>,
}

/// An entry that bears on a provision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bearing {
    /// The entry.
    pub seq: u64,
    /// From when on it does, in microseconds since the epoch.
    pub at: i64,
}

impl Row<2> for Bearing {
    fn numbers(&self) -> [i64; 2] {
        [self.seq.cast_signed(), self.at]
    }

    fn of([seq, at]: [i64; 2]) -> Option<Self> {
        Some(Self { seq: seq.cast_unsigned(), at })
    }
}

/// Lists of bearings, saved in columns.
mod bearings {
    use super::{BTreeMap, Bearing, Row};
    use accord_projection::columns::Columns;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        all: &BTreeMap<String, Vec<Bearing>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let columns = |all: &Vec<Bearing>| Columns::of(all.iter().map(Row::numbers));
        serializer.collect_map(all.iter().map(|(name, all)| (name, columns(all))))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<String, Vec<Bearing>>, D::Error> {
        let all = BTreeMap::<String, Columns>::deserialize(deserializer)?;
        let read = |(name, columns): (String, Columns)| {
            let rows = columns.rows()?.into_iter().map(Bearing::of);
            Some((name, rows.collect::<Option<Vec<_>>>()?))
        };
        let read = all.into_iter().map(read).collect::<Option<_>>();
        read.ok_or_else(|| D::Error::custom("numbers that make no rows"))
    }
}

/// The checkpoint that a participant said it had seen. Judges let in no event whose author saw
/// another history, so this much of the record the author holds to be the one that it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Its size.
    pub size: u64,
    /// The entry that says so.
    pub seq: u64,
}

impl Tally {
    pub(crate) fn count(&mut self, entry: &Entry, late_after: Option<u64>) {
        let (seq, event) = (entry.header.seq, entry.event());
        self.entries = seq.saturating_add(1);
        match self.by_type.get_mut(&event.event_type) {
            Some(seqs) => {
                seqs.insert(seq);
            }
            None => {
                self.by_type.entry(event.event_type.clone()).or_default().insert(seq);
            }
        }
        let behind = entry.header.recorded.seconds().saturating_sub(event.occurred.end().seconds());
        let limit = late_after.unwrap_or(LATE_DEFAULT);
        if u64::try_from(behind).is_ok_and(|behind| behind > limit) {
            self.late.push(seq);
        }
        self.count_row(entry);
        self.count_seen(entry);
    }

    fn count_seen(&mut self, entry: &Entry) {
        let event = entry.event();
        let (size, seq) = (event.seen.size, entry.header.seq);
        match self.seen.get_mut(event.author()) {
            Some(seen) if size <= seen.size => {}
            Some(seen) => *seen = Seen { size, seq },
            None if size == 0 => {}
            None => {
                self.seen.insert(event.author().to_owned(), Seen { size, seq });
            }
        }
    }

    /// Takes note that an entry bears on provisions, from `at` on.
    pub(crate) fn bears(&mut self, provisions: &[String], entry: &Entry, at: Timestamp) {
        let bearing = Bearing { seq: entry.header.seq, at: at.micros() };
        for provision in provisions {
            match self.by_provision.get_mut(provision) {
                Some(all) => all.push(bearing),
                None => self.by_provision.entry(provision.clone()).or_default().push(bearing),
            }
        }
    }

    /// Takes note of an entry of a case.
    pub(crate) fn bears_on_case(&mut self, entry: &Entry, at: Timestamp) {
        let bearing = Bearing { seq: entry.header.seq, at: at.micros() };
        self.by_case.entry(entry.event().stream.clone()).or_default().push(bearing);
    }

    pub(crate) fn pass(&mut self, entry: &Entry) {
        self.entries = entry.header.seq.saturating_add(1);
        self.void.push(entry.header.seq);
    }

    pub(crate) fn miss(&mut self, event_type: &str) {
        *self.uninterpreted.entry(event_type.to_owned()).or_default() += 1;
    }
}
