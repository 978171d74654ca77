//! What the index consists of: rows, each the key of something and the seq of an entry that has it.
//!
//! A row is the letter of a table, the first bytes of a hash, and the seq in five bytes. That rows
//! are sorted as bytes sorts them by table, key and seq.

use super::{IndexRecord, Reflects};
use crate::error::{StoreError, StoreResult};
use accord_format::hash::{EventHash, NodeHash};
use accord_format::merkle::empty_root;

/// Bytes of a seq.
pub(super) const SEQ: usize = 5;
/// Most bytes of a key.
const KEY_MOST: usize = 16;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    /// Entries by their events.
    Events,
    /// Entries by their events' ids.
    Ids,
    /// Entries by their streams.
    Streams,
}

impl Table {
    /// In the order of their letters.
    pub(super) const ALL: [Self; 3] = [Self::Events, Self::Ids, Self::Streams];

    const fn letter(self) -> u8 {
        match self {
            Self::Events => b'e',
            Self::Ids => b'i',
            Self::Streams => b's',
        }
    }

    /// Its place in [`Table::ALL`].
    pub(super) const fn at(self) -> usize {
        match self {
            Self::Events => 0,
            Self::Ids => 1,
            Self::Streams => 2,
        }
    }

    pub(super) fn of(letter: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.letter() == letter)
    }

    /// Bytes of a hash that stand for it.
    ///
    /// What shares them with something else is looked at and found to be other. Only of two streams
    /// that share them the writer, who compares with the entries, could go on with neither: so
    /// there they are as many as nobody finds a pair of.
    const fn key(self) -> usize {
        match self {
            Self::Events | Self::Ids => 8,
            Self::Streams => KEY_MOST,
        }
    }

    /// Bytes of a row without its letter.
    pub(super) const fn width(self) -> usize {
        self.key() + SEQ
    }
}

/// What rows are found by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    table: Table,
    bytes: [u8; KEY_MOST],
}

impl Key {
    fn of(table: Table, hash: &[u8; 32]) -> Self {
        let mut bytes = [0; KEY_MOST];
        for (to, from) in bytes.iter_mut().zip(hash).take(table.key()) {
            *to = *from;
        }
        Self { table, bytes }
    }

    pub(super) fn event(event: &EventHash) -> Self {
        Self::of(Table::Events, event.as_bytes())
    }

    pub(super) fn id(id: &str) -> Self {
        Self::of(Table::Ids, &hash_of("accord index v3 id", id))
    }

    pub(super) fn stream(stream: &str) -> Self {
        Self::of(Table::Streams, &hash_of("accord index v3 stream", stream))
    }

    pub(super) const fn table(&self) -> Table {
        self.table
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.table.key()).unwrap_or_default()
    }

    /// The row of an entry that has it.
    pub(super) fn row(&self, seq: u64) -> StoreResult<Row> {
        let [0, 0, 0, seq @ ..] = seq.to_be_bytes() else {
            return Err(StoreError::Index("it has no room for 2^40 entries".to_owned()));
        };
        Ok([&[self.table.letter()], self.bytes(), &seq].concat())
    }

    /// What all its rows begin with.
    pub(super) fn prefix(&self) -> Row {
        [&[self.table.letter()], self.bytes()].concat()
    }
}

fn hash_of(context: &str, name: &str) -> [u8; 32] {
    *blake3::Hasher::new_derive_key(context).update(name.as_bytes()).finalize().as_bytes()
}

/// A row.
pub(super) type Row = Vec<u8>;

/// The seq that a row ends with.
pub(super) fn seq_of(row: &[u8]) -> Option<u64> {
    let (_, seq) = row.split_last_chunk::<SEQ>()?;
    Some(seq.iter().fold(0, |seq, byte| seq << 8 | u64::from(*byte)))
}

/// The table of a row, and the rest of it.
pub(super) fn split(row: &[u8]) -> Option<(Table, &[u8])> {
    let (letter, rest) = row.split_first()?;
    let table = Table::of(*letter)?;
    (rest.len() == table.width()).then_some((table, rest))
}

/// All rows of some entries.
pub(super) fn rows_of(records: &[IndexRecord]) -> StoreResult<Vec<Row>> {
    let mut rows = Vec::with_capacity(records.len().saturating_mul(Table::ALL.len()));
    for record in records {
        rows.push(Key::event(&record.event_hash).row(record.seq)?);
        rows.push(Key::id(&record.id).row(record.seq)?);
        rows.push(Key::stream(&record.stream).row(record.seq)?);
    }
    Ok(rows)
}

/// The head of no entries.
pub(super) fn nothing() -> Reflects {
    Reflects { size: 0, root: empty_root() }
}

/// Bytes of a head.
pub(super) const HEAD: usize = 8 + 32;

pub(super) fn encode_head(head: &Reflects) -> [u8; HEAD] {
    let mut bytes = [0; HEAD];
    let (size, root) = bytes.split_at_mut(8);
    size.copy_from_slice(&head.size.to_be_bytes());
    root.copy_from_slice(head.root.as_bytes());
    bytes
}

pub(super) fn decode_head(bytes: &[u8]) -> Option<Reflects> {
    let (size, root) = bytes.split_first_chunk()?;
    let root = NodeHash::from_bytes(root.try_into().ok()?);
    Some(Reflects { size: u64::from_be_bytes(*size), root })
}
