//! What every new entry is compared with: the events, ids and streams of all entries before it, in
//! 41 bytes an entry.
//!
//! Each is known by the beginning of a keyed hash, and the key is drawn anew for every record that
//! is read from its start, so nobody can make an entry that is taken for another. Of events and ids
//! so little is kept that two may begin alike by chance: whoever asks confirms the answer by the
//! entry itself. Of streams, for which that would take too long, so much is kept that no two do.

mod table;
#[cfg(test)]
mod tests;

use accord_format::entry::Entry;
use accord_format::hash::EventHash;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use table::Table;

/// Bytes of an event's or id's hash that are kept.
const SHORT: usize = 5;
/// Bytes of a stream's hash that are kept.
const STREAM: usize = 16;
/// Bytes of a position: a trillion entries.
const SEQ: usize = 5;

/// What was seen of the entries so far.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    key: [u8; 32],
    keys: Keys,
    events: Table<{ SHORT + SEQ }, ()>,
    ids: Table<{ SHORT + SEQ }, ()>,
    /// With how many entries of the stream come before, while a record waits.
    streams: Table<{ STREAM + SEQ }, u64>,
    /// The stream that was asked for last, and what is known of it: of each entry it is asked for
    /// several times.
    asked: RefCell<Option<Asked>>,
    /// The revision that the last entry of a stream claims, where it is not the number of those before.
    odd: BTreeMap<[u8; STREAM], u64>,
}

/// What is known of a stream.
#[derive(Clone, Debug)]
struct Asked {
    stream: String,
    key: [u8; STREAM],
    /// The position of its last entry, and how many of its entries come before that.
    last: Option<(u64, u64)>,
}

/// The keys of the three kinds of hashes.
#[derive(Clone, Debug)]
struct Keys {
    events: [u8; 32],
    ids: [u8; 32],
    streams: [u8; 32],
    /// In tests, hashes that are often alike.
    alike: bool,
}

impl Keys {
    fn of(key: &[u8; 32]) -> Self {
        let of = |kind: &[u8]| *blake3::keyed_hash(key, kind).as_bytes();
        Self { events: of(b"events"), ids: of(b"ids"), streams: of(b"streams"), alike: false }
    }

    fn event(&self, event: &EventHash) -> [u8; SHORT] {
        self.short(&self.events, event.as_bytes())
    }

    fn id(&self, author: &str, id: &str) -> [u8; SHORT] {
        // A participant's code has no line end, so no two pairs are hashed alike.
        let mut pair = Vec::with_capacity(author.len() + id.len() + 1);
        pair.extend_from_slice(author.as_bytes());
        pair.push(b'\n');
        pair.extend_from_slice(id.as_bytes());
        self.short(&self.ids, &pair)
    }

    fn short(&self, key: &[u8; 32], what: &[u8]) -> [u8; SHORT] {
        let short = first(blake3::keyed_hash(key, what).as_bytes());
        if self.alike { short.map(|byte: u8| byte & 1) } else { short }
    }

    fn stream(&self, stream: &str) -> [u8; STREAM] {
        first(blake3::keyed_hash(&self.streams, stream.as_bytes()).as_bytes())
    }
}

fn first<const N: usize>(bytes: &[u8; 32]) -> [u8; N] {
    bytes.first_chunk().copied().unwrap_or([0; N])
}

/// A key and a position behind it.
fn record<const K: usize, const N: usize>(key: [u8; K], seq: u64) -> [u8; N] {
    let seq = seq.to_be_bytes();
    let mut record = [0; N];
    let bytes = key.iter().chain(seq.iter().skip(seq.len() - SEQ));
    record.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    record
}

fn seq_of<const N: usize>(record: &[u8; N]) -> u64 {
    record.iter().skip(N - SEQ).fold(0, |seq, byte| seq << 8 | u64::from(*byte))
}

/// 32 bytes that nobody knows beforehand, from those with which the standard library keys its maps.
fn drawn() -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for _ in 0..4 {
        hasher.update(&RandomState::new().build_hasher().finish().to_le_bytes());
    }
    *hasher.finalize().as_bytes()
}

impl Default for Seen {
    fn default() -> Self {
        let key = drawn();
        Self {
            key,
            keys: Keys::of(&key),
            events: Table::default(),
            ids: Table::default(),
            streams: Table::default(),
            asked: RefCell::default(),
            odd: BTreeMap::new(),
        }
    }
}

impl Seen {
    /// Bytes that [`Seen::write`] gives out.
    pub(crate) fn bytes(&self) -> u64 {
        let each = [SHORT + SEQ, SHORT + SEQ, STREAM + SEQ];
        let tables = [self.events.len(), self.ids.len(), self.streams.len()];
        let tables =
            each.iter().zip(tables).map(|(each, len)| (*each as u64).saturating_mul(len as u64));
        tables.fold(self.key.len() as u64, u64::saturating_add)
    }

    /// True when [`Seen::write`] says all that was told of `size` entries.
    pub(crate) fn is_whole(&self, size: u64) -> bool {
        let tables = [self.events.len(), self.ids.len(), self.streams.len()];
        self.odd.is_empty() && tables.iter().all(|len| *len as u64 == size)
    }

    /// Gives all of it out in pieces.
    pub(crate) fn write<E>(
        &mut self,
        out: &mut dyn FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        out(&self.key)?;
        self.events.write(&mut *out)?;
        self.ids.write(&mut *out)?;
        self.streams.write(out)
    }

    /// Takes back what [`Seen::write`] gave of `size` entries in so many bytes; nothing if these are
    /// others. `read` gives the next ones.
    pub(crate) fn read<E>(
        size: u64,
        bytes: u64,
        mut read: impl FnMut(usize) -> Result<Vec<u8>, E>,
    ) -> Result<Option<Self>, E> {
        let each = ((SHORT + SEQ) * 2 + STREAM + SEQ) as u64;
        let expected = size.checked_mul(each).and_then(|all| all.checked_add(32));
        let Some(count) = usize::try_from(size).ok().filter(|_| expected == Some(bytes)) else {
            return Ok(None);
        };
        let key = read(32)?.first_chunk().copied().unwrap_or_default();
        let events = Table::read(count, &mut read)?;
        let ids = Table::read(count, &mut read)?;
        let streams = Table::read(count, &mut read)?;
        let (Some(events), Some(ids), Some(streams)) = (events, ids, streams) else {
            return Ok(None);
        };
        let keys = Keys::of(&key);
        let (asked, odd) = (RefCell::default(), BTreeMap::new());
        Ok(Some(Self { key, keys, events, ids, streams, asked, odd }))
    }

    /// Takes note of an entry; they come in order.
    pub(crate) fn tell(&mut self, entry: &Entry) {
        let (header, event) = (&entry.header, entry.event());
        let seq = header.seq;
        self.events.insert(record(self.keys.event(&event.hash()), seq), ());
        self.ids.insert(record(self.keys.id(event.author(), &event.id), seq), ());
        self.note_stream(&event.stream, seq, header.revision);
    }

    fn note_stream(&mut self, stream: &str, seq: u64, revision: u64) {
        let (stream, last) = self.ask(stream);
        let before = last.map_or(0, |(_, before)| before.saturating_add(1));
        self.streams.insert(record(stream, seq), before);
        self.asked.take();
        if revision != before {
            self.odd.insert(stream, revision);
        } else if !self.odd.is_empty() {
            self.odd.remove(&stream);
        }
    }

    /// The last entry that holds an event; `is` says whether the one at a position does.
    pub(crate) fn event(&self, event: &EventHash, is: impl Fn(u64) -> bool) -> Option<u64> {
        let key = self.keys.event(event);
        let new = self.events.waiting(&key).rev().map(|(record, ())| seq_of(record));
        let old = self.events.all(self.events.find(&key)).rev().map(seq_of);
        new.chain(old).find(|seq| is(*seq))
    }

    /// The first entry by an author that has an id; `is` says whether the one at a position does.
    pub(crate) fn id(&self, author: &str, id: &str, is: impl Fn(u64) -> bool) -> Option<u64> {
        let key = self.keys.id(author, id);
        let old = self.ids.all(self.ids.find(&key)).map(seq_of);
        let new = self.ids.waiting(&key).map(|(record, ())| seq_of(record));
        old.chain(new).find(|seq| is(*seq))
    }

    /// The position of a stream's last entry, and the revision that it claims.
    pub(crate) fn last_of(&self, stream: &str) -> Option<(u64, u64)> {
        let (stream, last) = self.ask(stream);
        let (seq, before) = last?;
        Some((seq, self.odd.get(&stream).copied().unwrap_or(before)))
    }

    /// A stream's key, and what [`Seen::number`] says of it.
    fn ask(&self, stream: &str) -> ([u8; STREAM], Option<(u64, u64)>) {
        let mut asked = self.asked.borrow_mut();
        if let Some(known) = asked.as_ref().filter(|known| known.stream == stream) {
            return (known.key, known.last);
        }
        let key = self.keys.stream(stream);
        let last = self.number(&key);
        *asked = Some(Asked { stream: stream.to_owned(), key, last });
        (key, last)
    }

    /// The position of a stream's last entry, and how many of its entries come before that.
    fn number(&self, stream: &[u8; STREAM]) -> Option<(u64, u64)> {
        if let Some((record, before)) = self.streams.waiting(stream).next_back() {
            return Some((seq_of(record), *before));
        }
        let places = self.streams.find(stream);
        let before = places.until.checked_sub(places.from)?.checked_sub(1)?;
        let last = self.streams.at(places.until.checked_sub(1)?)?;
        Some((seq_of(last), before as u64))
    }

    /// The positions of a stream's entries, in order.
    pub(crate) fn stream(&self, stream: &str) -> Vec<u64> {
        let key = self.keys.stream(stream);
        let old = self.streams.all(self.streams.find(&key)).map(seq_of);
        let new = self.streams.waiting(&key).map(|(record, _)| seq_of(record));
        old.chain(new).collect()
    }

    /// Whether a stream has an entry.
    pub(crate) fn has_stream(&self, stream: &str) -> bool {
        self.ask(stream).1.is_some()
    }
}
