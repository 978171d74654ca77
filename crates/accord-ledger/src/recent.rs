//! What the writer knows by heart: the entries that the index does not reflect yet.

use crate::history::index_record;
use accord_format::entry::Entry;
use accord_format::hash::{EventHash, NodeHash};
use accord_store::StoreResult;
use accord_store::index::IndexRecord;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

/// How many streams' lengths are kept.
const LENGTHS_MAX: usize = 65_536;
/// How many roots are kept.
const ROOTS_MAX: usize = 1_024;

/// The newest entries, whether durable or in a batch under way or being made, with what the index
/// will say of them. The index reflects everything below the first.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    first: u64,
    entries: VecDeque<Arc<Entry>>,
    by_event: HashMap<EventHash, u64>,
    by_id: HashMap<String, HashMap<String, EventHash>>,
    by_stream: HashMap<String, VecDeque<u64>>,
    /// How many entries of a stream the index has, where that was compared with the record.
    lengths: RefCell<HashMap<String, u64>>,
    /// Roots at the sizes that authors have seen, and at that of a batch under way.
    roots: RefCell<BTreeMap<u64, NodeHash>>,
}

impl Recent {
    /// Nothing is new from `first` on.
    pub(crate) fn from(first: u64) -> Self {
        Self { first, ..Self::default() }
    }

    pub(crate) fn push(&mut self, entry: Arc<Entry>) {
        let (seq, event) = (entry.header.seq, entry.event());
        self.by_event.insert(event.hash(), seq);
        let of_author = match self.by_id.get_mut(event.author()) {
            Some(of_author) => of_author,
            None => self.by_id.entry(event.author().to_owned()).or_default(),
        };
        of_author.insert(event.id.clone(), event.hash());
        match self.by_stream.get_mut(&event.stream) {
            Some(seqs) => seqs.push_back(seq),
            None => drop(self.by_stream.insert(event.stream.clone(), VecDeque::from([seq]))),
        }
        self.entries.push_back(entry);
    }

    /// The first that the index does not reflect.
    pub(crate) const fn first(&self) -> u64 {
        self.first
    }

    /// The seq behind the last.
    pub(crate) fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    pub(crate) fn last(&self) -> Option<&Entry> {
        self.entries.back().map(|entry| &**entry)
    }

    pub(crate) fn entry(&self, seq: u64) -> Option<&Entry> {
        self.entries.get(self.at(seq)?).map(|entry| &**entry)
    }

    /// The entries from `seq` on.
    pub(crate) fn since(&self, seq: u64) -> impl Iterator<Item = &Arc<Entry>> {
        self.entries.iter().skip(self.at(seq).unwrap_or(0))
    }

    fn at(&self, seq: u64) -> Option<usize> {
        usize::try_from(seq.checked_sub(self.first)?).ok()
    }

    pub(crate) fn seq_of(&self, event: &EventHash) -> Option<u64> {
        self.by_event.get(event).copied()
    }

    pub(crate) fn by_id(&self, author: &str, id: &str) -> Option<EventHash> {
        self.by_id.get(author)?.get(id).copied()
    }

    /// The seqs of a stream's entries.
    pub(crate) fn of_stream(&self, stream: &str) -> impl Iterator<Item = u64> {
        self.by_stream.get(stream).into_iter().flatten().copied()
    }

    /// How many entries a stream has.
    pub(crate) fn length_of(&self, stream: &str) -> u64 {
        self.by_stream.get(stream).map_or(0, VecDeque::len) as u64
    }

    /// How many entries of a stream the index has; `look` looks, and compares with the record.
    pub(crate) fn indexed_length(
        &self,
        stream: &str,
        look: impl FnOnce() -> StoreResult<u64>,
    ) -> StoreResult<u64> {
        if let Some(length) = self.lengths.borrow().get(stream) {
            return Ok(*length);
        }
        let length = look()?;
        let mut lengths = self.lengths.borrow_mut();
        if lengths.len() >= LENGTHS_MAX {
            lengths.clear();
        }
        lengths.insert(stream.to_owned(), length);
        Ok(length)
    }

    pub(crate) fn root(&self, size: u64) -> Option<NodeHash> {
        self.roots.borrow().get(&size).copied()
    }

    pub(crate) fn know_root(&self, size: u64, root: NodeHash) {
        let mut roots = self.roots.borrow_mut();
        if roots.len() >= ROOTS_MAX {
            // Authors rarely see what is older again.
            roots.pop_first();
        }
        roots.insert(size, root);
    }

    /// What the index is to be told of the first entries, at most `most` and below `end`.
    pub(crate) fn records(&self, end: u64, most: usize) -> Vec<IndexRecord> {
        let durable = self.entries.iter().take_while(|entry| entry.header.seq < end);
        durable.take(most).map(|entry| index_record(entry)).collect()
    }

    /// Forgets the first entries: the index has them.
    pub(crate) fn forget(&mut self, indexed: &[IndexRecord]) {
        let lengths = self.lengths.get_mut();
        for record in indexed {
            self.entries.pop_front();
            self.first += 1;
            self.by_event.remove(&record.event_hash);
            if let Some(of_author) = self.by_id.get_mut(&record.participant) {
                of_author.remove(&record.id);
                if of_author.is_empty() {
                    self.by_id.remove(&record.participant);
                }
            }
            if let Some(seqs) = self.by_stream.get_mut(&record.stream) {
                seqs.pop_front();
                if seqs.is_empty() {
                    self.by_stream.remove(&record.stream);
                }
            }
            if let Some(length) = lengths.get_mut(&record.stream) {
                *length = length.saturating_add(1);
            }
        }
    }
}

#[cfg(test)]
mod tests;
