//! Earlier entries for the judges: those in the store, and those that are new.

use crate::admission::History;
use crate::judge::Roots;
use crate::recent::Recent;
use accord_format::entry::Entry;
use accord_format::hash::{EventHash, NodeHash};
use accord_format::merkle;
use accord_store::index::{Index, IndexRecord};
use accord_store::{Nearby, StoreError, StoreResult, View};
use std::cell::RefCell;
use std::collections::HashMap;

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

/// The record below a candidate: store, index and what is new together.
///
/// The judges' questions have no room for I/O errors; the first one is kept here, and whoever
/// asked for the judgement must look before it believes the answer.
pub(crate) struct Below<'a> {
    pub(crate) view: View<'a>,
    pub(crate) index: &'a dyn Index,
    pub(crate) recent: &'a Recent,
    nearby: Nearby<'a>,
    /// What lies at or above this seq is not there yet for whoever asks.
    limit: u64,
    failed: RefCell<Option<StoreError>>,
}

impl<'a> Below<'a> {
    pub(crate) fn new(view: View<'a>, index: &'a dyn Index, recent: &'a Recent) -> Self {
        let (nearby, failed) = (Nearby::new(view), RefCell::new(None));
        Self { view, index, recent, nearby, limit: u64::MAX, failed }
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
        let new = self.recent.length_of(stream);
        let indexed = self.recent.indexed_length(stream, || self.length_of(stream));
        self.ask(indexed).unwrap_or(0) + new
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
        if let Some(event) = self.recent.by_id(author, id) {
            return Some(event);
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
        if let Some(entry) = self.recent.entry(seq).filter(|_| seq < self.limit) {
            return Some(entry.clone());
        }
        if seq >= self.view.size().min(self.limit) {
            return None;
        }
        let bytes = self.ask(self.nearby.entry(seq))?;
        Entry::parse(&bytes).ok()
    }

    fn seq_of(&self, event: &EventHash) -> Option<u64> {
        if let Some(seq) = self.recent.seq_of(event) {
            return Some(seq);
        }
        // The index only says where to look; the entry itself has the last word.
        let seqs = self.ask(self.index.by_event(event)).unwrap_or_default();
        seqs.into_iter().find(|seq| self.entry(*seq).is_some_and(|e| e.event().hash() == *event))
    }

    fn stream(&self, stream: &str) -> Vec<u64> {
        let mut seqs = self.ask(self.index.stream(stream, 0, usize::MAX)).unwrap_or_default();
        seqs.extend(self.recent.of_stream(stream));
        seqs.retain(|seq| *seq < self.limit);
        seqs
    }

    fn has_stream(&self, stream: &str) -> bool {
        if self.recent.of_stream(stream).next().is_some_and(|seq| seq < self.limit) {
            return true;
        }
        let first =
            self.ask(self.index.stream(stream, 0, 1)).and_then(|seqs| seqs.first().copied());
        first.is_some_and(|seq| seq < self.limit)
    }
}

impl Roots for Below<'_> {
    fn root_at(&self, size: u64) -> Option<NodeHash> {
        // That of a batch under way is known, though the view does not reach there yet.
        if let Some(root) = self.recent.root(size) {
            return Some(root);
        }
        if size > self.view.size() {
            return None;
        }
        let root = self.ask(merkle::root(&self.view, size))?;
        self.recent.know_root(size, root);
        Some(root)
    }
}

/// A history that has no index: it knows what it has been told while reading from the start.
#[derive(Debug, Default)]
pub(crate) struct Told {
    by_event: HashMap<EventHash, u64>,
    by_stream: HashMap<String, Vec<u64>>,
}

impl Told {
    pub(crate) fn tell(&mut self, entry: &Entry) {
        let (event, seq) = (entry.event(), entry.header.seq);
        self.by_event.insert(event.hash(), seq);
        self.by_stream.entry(event.stream.clone()).or_default().push(seq);
    }

    /// The seqs of a stream's entries.
    pub(crate) fn seqs_of(&self, stream: &str) -> Vec<u64> {
        self.by_stream.get(stream).cloned().unwrap_or_default()
    }

    pub(crate) fn holds(&self, event: &EventHash) -> Option<u64> {
        self.by_event.get(event).copied()
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
