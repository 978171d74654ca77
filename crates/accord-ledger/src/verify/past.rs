//! The entries before the one that is judged, for the judges.

use crate::admission::History;
use crate::seen::Seen;
use accord_format::entry::Entry;
use accord_format::event::Event;
use accord_format::hash::EventHash;
use accord_store::Nearby;

/// What was seen so far, with the entries behind it.
#[derive(Clone, Copy)]
pub(super) struct Past<'a> {
    pub(super) seen: &'a Seen,
    pub(super) nearby: &'a Nearby<'a>,
}

impl Past<'_> {
    /// Whether `holds` is true of the event at `seq`. One that cannot be read any more, though it was
    /// before, is taken for what is looked for: so no repetition goes unseen.
    fn is(&self, seq: u64, holds: impl Fn(&Event) -> bool) -> bool {
        self.entry(seq).is_none_or(|entry| holds(entry.event()))
    }

    /// The first entry by an author that has an id.
    pub(super) fn with_id(&self, author: &str, id: &str) -> Option<u64> {
        let same = |event: &Event| event.author() == author && event.id == id;
        self.seen.id(author, id, |seq| self.is(seq, same))
    }
}

impl History for Past<'_> {
    fn entry(&self, seq: u64) -> Option<Entry> {
        Entry::parse(&self.nearby.entry(seq).ok()?).ok()
    }

    fn seq_of(&self, event: &EventHash) -> Option<u64> {
        self.seen.event(event, |seq| self.is(seq, |found| found.hash() == *event))
    }

    fn stream(&self, stream: &str) -> Vec<u64> {
        self.seen.stream(stream)
    }

    fn has_stream(&self, stream: &str) -> bool {
        self.seen.has_stream(stream)
    }
}
