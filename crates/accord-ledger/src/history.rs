//! Earlier entries for the judges: those in the store, and those of the batch being made.

use crate::admission::History;
use crate::judge::Roots;
use accord_format::entry::Entry;
use accord_format::hash::{EventHash, NodeHash};
use accord_format::merkle;
use accord_store::index::{Index, IndexRecord};
use accord_store::{Nearby, StoreError, StoreResult, View};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Entries accepted into the batch that is not yet durable.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    first: u64,
    entries: Vec<Entry>,
    by_event: BTreeMap<EventHash, u64>,
    by_id: BTreeMap<(String, String), EventHash>,
    by_stream: BTreeMap<String, Vec<u64>>,
    /// Roots of the store at the sizes that authors of the batch have seen: mostly one.
    roots: RefCell<BTreeMap<u64, NodeHash>>,
}

impl Pending {
    pub(crate) fn from(first: u64) -> Self {
        Self { first, ..Self::default() }
    }

    pub(crate) fn push(&mut self, entry: Entry) {
        let (seq, event) = (entry.header.seq, entry.event());
        self.by_event.insert(event.hash(), seq);
        self.by_id.insert((event.author().to_owned(), event.id.clone()), event.hash());
        self.by_stream.entry(event.stream.clone()).or_default().push(seq);
        self.entries.push(entry);
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn entry(&self, seq: u64) -> Option<&Entry> {
        self.entries.get(usize::try_from(seq.checked_sub(self.first)?).ok()?)
    }
}

/// What an index record says of an entry.
pub(crate) fn index_record(entry: &Entry) -> IndexRecord {
    let event = entry.event();
    IndexRecord {
        seq: entry.header.seq,
        event_hash: event.hash(),
        participant: event.author().to_owned(),
        id: event.id.clone(),
        stream: event.stream.clone(),
    }
}

/// The record below a candidate: store, index and pending batch together.
///
/// The judges' questions have no room for I/O errors; the first one is kept here, and whoever
/// asked for the judgement must look before it believes the answer.
pub(crate) struct Below<'a> {
    pub(crate) view: View<'a>,
    pub(crate) index: &'a dyn Index,
    pub(crate) pending: &'a Pending,
    nearby: Nearby<'a>,
    /// What lies at or above this seq is not there yet for whoever asks.
    limit: u64,
    failed: RefCell<Option<StoreError>>,
}

impl<'a> Below<'a> {
    pub(crate) fn new(view: View<'a>, index: &'a dyn Index, pending: &'a Pending) -> Self {
        let (nearby, failed) = (Nearby::new(view), RefCell::new(None));
        Self { view, index, pending, nearby, limit: u64::MAX, failed }
    }

    /// The same, as it was before entry `limit`.
    pub(crate) fn before(mut self, limit: u64) -> Self {
        self.limit = limit;
        self
    }

    fn ask<T>(&self, answer: StoreResult<T>) -> Option<T> {
        answer.map_err(|error| self.failed.borrow_mut().get_or_insert(error).to_string()).ok()
    }

    /// Fails if any answer so far was cut short by an error.
    pub(crate) fn settle(&self) -> StoreResult<()> {
        self.failed.borrow_mut().take().map_or(Ok(()), Err)
    }

    /// Number of entries of a stream: the revision that the next one gets.
    ///
    /// It is written into the record, so the index is not believed alone: the entry that it calls
    /// the stream's last has to agree.
    pub(crate) fn revision(&self, stream: &str) -> u64 {
        let pending = self.pending.by_stream.get(stream).map_or(0, Vec::len) as u64;
        self.ask(self.length_of(stream)).unwrap_or(0) + pending
    }

    fn length_of(&self, stream: &str) -> StoreResult<u64> {
        let length = self.index.stream_length(stream)?;
        let from = length.saturating_sub(1);
        let ends = match (length, &*self.index.stream(stream, from, 2)?) {
            (0, []) => true,
            (1.., [last]) => {
                let entry = Entry::parse(&self.view.entry(*last)?);
                entry.is_ok_and(|e| e.header.revision == from && e.event().stream == stream)
            }
            _ => false,
        };
        if ends {
            return Ok(length);
        }
        Err(StoreError::Index(format!(
            "it gives {stream} {length} entries, and the record does not"
        )))
    }

    /// The event with this author and id.
    pub(crate) fn event_by_id(&self, author: &str, id: &str) -> Option<EventHash> {
        let key = (author.to_owned(), id.to_owned());
        if let Some(event) = self.pending.by_id.get(&key) {
            return Some(*event);
        }
        // As with events, the entry itself has the last word.
        self.ask(self.index.by_id(id)).unwrap_or_default().into_iter().find_map(|seq| {
            let entry = Entry::parse(&self.ask(self.view.entry(seq))?).ok()?;
            let event = entry.event();
            (event.author() == author && event.id == id).then(|| event.hash())
        })
    }
}

impl History for Below<'_> {
    fn entry(&self, seq: u64) -> Option<Entry> {
        if let Some(entry) = self.pending.entry(seq) {
            return Some(entry.clone());
        }
        if seq >= self.view.size().min(self.limit) {
            return None;
        }
        let bytes = self.ask(self.nearby.entry(seq))?;
        Entry::parse(&bytes).ok()
    }

    fn seq_of(&self, event: &EventHash) -> Option<u64> {
        if let Some(seq) = self.pending.by_event.get(event) {
            return Some(*seq);
        }
        // The index only says where to look; the entry itself has the last word.
        let seq = self.ask(self.index.by_event(event)).flatten()?;
        self.entry(seq).filter(|e| e.event().hash() == *event).map(|_| seq)
    }

    fn stream(&self, stream: &str) -> Vec<u64> {
        let mut seqs = self.ask(self.index.stream(stream, 0, usize::MAX)).unwrap_or_default();
        seqs.extend(self.pending.by_stream.get(stream).into_iter().flatten());
        seqs.retain(|seq| *seq < self.limit);
        seqs
    }

    fn has_stream(&self, stream: &str) -> bool {
        let first =
            self.ask(self.index.stream(stream, 0, 1)).and_then(|seqs| seqs.first().copied());
        first.is_some_and(|seq| seq < self.limit) || self.pending.by_stream.contains_key(stream)
    }
}

impl Roots for Below<'_> {
    fn root_at(&self, size: u64) -> Option<NodeHash> {
        if size > self.view.size() {
            return None;
        }
        if let Some(root) = self.pending.roots.borrow().get(&size) {
            return Some(*root);
        }
        let root = self.ask(merkle::root(&self.view, size))?;
        self.pending.roots.borrow_mut().insert(size, root);
        Some(root)
    }
}

/// A history that has no index: it knows what it has been told while reading from the start.
#[derive(Debug, Default)]
pub(crate) struct Told {
    by_event: BTreeMap<EventHash, u64>,
    by_stream: BTreeMap<String, Stream>,
}

/// What has been told of one stream.
#[derive(Debug, Default)]
struct Stream {
    seqs: Vec<u64>,
    /// The revision that its last entry claims.
    revision: u64,
}

impl Told {
    pub(crate) fn tell(&mut self, entry: &Entry) {
        let event = entry.event();
        self.by_event.insert(event.hash(), entry.header.seq);
        let stream = self.by_stream.entry(event.stream.clone()).or_default();
        stream.seqs.push(entry.header.seq);
        stream.revision = entry.header.revision;
    }

    /// The seq and the claimed revision of a stream's last entry.
    pub(crate) fn last_of(&self, stream: &str) -> Option<(u64, u64)> {
        let stream = self.by_stream.get(stream)?;
        Some((*stream.seqs.last()?, stream.revision))
    }

    pub(crate) fn holds(&self, event: &EventHash) -> Option<u64> {
        self.by_event.get(event).copied()
    }
}

/// [`Told`] with the entries behind it.
pub(crate) struct TellTale<'a> {
    view: View<'a>,
    nearby: Nearby<'a>,
    told: &'a Told,
}

impl<'a> TellTale<'a> {
    pub(crate) const fn new(view: View<'a>, told: &'a Told) -> Self {
        Self { view, nearby: Nearby::new(view), told }
    }
}

impl History for TellTale<'_> {
    fn entry(&self, seq: u64) -> Option<Entry> {
        Entry::parse(&self.nearby.entry(seq).ok()?).ok()
    }

    fn seq_of(&self, event: &EventHash) -> Option<u64> {
        self.told.holds(event)
    }

    fn stream(&self, stream: &str) -> Vec<u64> {
        self.told.by_stream.get(stream).map(|s| s.seqs.clone()).unwrap_or_default()
    }

    fn has_stream(&self, stream: &str) -> bool {
        self.told.by_stream.contains_key(stream)
    }
}

/// Roots from the hash tiles of the ledger itself.
impl Roots for TellTale<'_> {
    fn root_at(&self, size: u64) -> Option<NodeHash> {
        (size <= self.view.size()).then(|| merkle::root(&self.view, size).ok()).flatten()
    }
}

/// No record at all: what lies before the genesis, or is not at hand.
pub(crate) struct Nothing;

impl History for Nothing {
    fn entry(&self, _: u64) -> Option<Entry> {
        None
    }

    fn seq_of(&self, _: &EventHash) -> Option<u64> {
        None
    }

    fn stream(&self, _: &str) -> Vec<u64> {
        Vec::new()
    }
}

impl Roots for Nothing {
    fn root_at(&self, size: u64) -> Option<NodeHash> {
        (size == 0).then(merkle::empty_root)
    }
}
