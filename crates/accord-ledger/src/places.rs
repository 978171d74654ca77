//! Where each event and each stream is, for whoever reads a record from its start and has no index.

use accord_format::hash::EventHash;
use accord_format::varint;
use std::collections::{BTreeMap, HashMap};

/// Bytes of a stream's hash that stand for it. Two streams that share them would be taken for one,
/// so there are enough that nobody finds two.
const STREAM: usize = 16;

/// Event hash to seq in 16 bytes an entry and some slack: the first eight bytes of the hash stand
/// for it, and events that share them with an earlier one are kept whole. Beside it the entries of
/// each stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// What a saved state had, by rising first bytes.
    saved: Vec<(u64, u64)>,
    /// What has come since.
    short: HashMap<u64, u64>,
    clashes: BTreeMap<EventHash, u64>,
    streams: HashMap<[u8; STREAM], Vec<u64>>,
}

impl Places {
    /// Takes note of the event at `seq`, of this stream.
    pub fn learn(&mut self, event: &EventHash, stream: &str, seq: u64) {
        let beginning = beginning(event);
        if self.short(beginning).is_some() {
            self.clashes.entry(*event).or_insert(seq);
        } else {
            self.short.insert(beginning, seq);
        }
        self.streams.entry(short_stream(stream)).or_default().push(seq);
    }

    /// Where the event is, if it is anywhere: an answer that the caller checks against the entry.
    pub fn find(&self, event: &EventHash) -> Option<u64> {
        self.clashes.get(event).copied().or_else(|| self.short(beginning(event)))
    }

    /// The entries of a stream, in order.
    pub fn stream(&self, stream: &str) -> &[u64] {
        self.streams.get(&short_stream(stream)).map_or(&[], Vec::as_slice)
    }

    fn short(&self, beginning: u64) -> Option<u64> {
        let saved = self.saved.binary_search_by_key(&beginning, |(short, _)| *short).ok();
        let saved = saved.and_then(|at| self.saved.get(at)).map(|(_, seq)| *seq);
        saved.or_else(|| self.short.get(&beginning).copied())
    }

    /// All of it as bytes, the same for the same record.
    pub fn to_bytes(&self) -> Vec<u8> {
        let new = self.short.iter().map(|(short, seq)| (*short, *seq));
        let mut events: Vec<(u64, u64)> = self.saved.iter().copied().chain(new).collect();
        events.sort_unstable();
        let mut out = Vec::with_capacity(events.len().saturating_mul(18));
        varint::push(&mut out, events.len() as u64);
        for (short, _) in &events {
            out.extend_from_slice(&short.to_le_bytes());
        }
        for (_, seq) in &events {
            varint::push(&mut out, *seq);
        }
        varint::push(&mut out, self.clashes.len() as u64);
        for (event, seq) in &self.clashes {
            out.extend_from_slice(event.as_bytes());
            varint::push(&mut out, *seq);
        }
        let streams: BTreeMap<_, _> = self.streams.iter().collect();
        varint::push(&mut out, streams.len() as u64);
        for (name, seqs) in streams {
            out.extend_from_slice(name);
            varint::push(&mut out, seqs.len() as u64);
            let mut above = 0;
            for seq in seqs {
                varint::push(&mut out, seq.saturating_sub(above));
                above = *seq;
            }
        }
        out
    }

    /// Takes back what [`Places::to_bytes`] gave; nothing if these are other bytes.
    pub fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let rest = &mut bytes;
        let events = usize::try_from(varint::pop(rest)?).ok()?;
        let (shorts, seqs) = rest.split_at_checked(events.checked_mul(8)?)?;
        *rest = seqs;
        let mut saved = Vec::with_capacity(events);
        for short in shorts.as_chunks::<8>().0 {
            saved.push((u64::from_le_bytes(*short), varint::pop(rest)?));
        }
        if !saved.is_sorted_by(|(one, _), (other, _)| one < other) {
            return None;
        }
        let mut clashes = BTreeMap::new();
        for _ in 0..varint::pop(rest)? {
            let event = EventHash::from_bytes(chunk(rest)?);
            clashes.insert(event, varint::pop(rest)?);
        }
        let number = usize::try_from(varint::pop(rest)?).ok()?;
        // Each takes more than its name.
        let mut streams = HashMap::with_capacity(number.min(rest.len() / STREAM));
        for _ in 0..number {
            let name = chunk(rest)?;
            let len = usize::try_from(varint::pop(rest)?).ok()?;
            let (mut seqs, mut above) = (Vec::with_capacity(len.min(rest.len())), 0_u64);
            for _ in 0..len {
                above = above.checked_add(varint::pop(rest)?)?;
                seqs.push(above);
            }
            streams.insert(name, seqs);
        }
        rest.is_empty().then_some(Self { saved, short: HashMap::new(), clashes, streams })
    }
}

fn chunk<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (chunk, behind) = rest.split_first_chunk()?;
    *rest = behind;
    Some(*chunk)
}

fn beginning(event: &EventHash) -> u64 {
    event.as_bytes().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

fn short_stream(stream: &str) -> [u8; STREAM] {
    let hash = blake3::hash(stream.as_bytes());
    hash.as_bytes().first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn events_that_begin_alike_are_kept_apart() {
        let mut bytes = [7; 32];
        let first = EventHash::from_bytes(bytes);
        bytes[31] = 8;
        let second = EventHash::from_bytes(bytes);
        let mut places = Places::default();
        places.learn(&first, "one/stream", 1);
        places = Places::from_bytes(&places.to_bytes()).unwrap();
        places.learn(&second, "one/stream", 2);
        for places in [&places, &Places::from_bytes(&places.to_bytes()).unwrap()] {
            assert_eq!((places.find(&first), places.find(&second)), (Some(1), Some(2)));
            assert_eq!(places.find(&EventHash::from_bytes([0; 32])), None);
            assert_eq!(places.stream("one/stream"), [1, 2]);
            assert!(places.stream("other/stream").is_empty());
        }
    }

    proptest! {
        #[test]
        fn what_was_saved_goes_on_like_what_was_not(
            entries in proptest::collection::vec((0u8..40, 0u8..5), 1..60),
            cut in 0usize..60,
        ) {
            let (mut saved, mut whole) = (Places::default(), Places::default());
            for (seq, (event, stream)) in entries.iter().enumerate() {
                if seq == cut {
                    saved = Places::from_bytes(&saved.to_bytes()).unwrap();
                }
                for places in [&mut saved, &mut whole] {
                    let event = EventHash::from_bytes([*event; 32]);
                    places.learn(&event, &format!("s/{stream}"), seq as u64);
                }
            }
            prop_assert_eq!(saved.to_bytes(), whole.to_bytes());
            for byte in 0..40 {
                let event = EventHash::from_bytes([byte; 32]);
                prop_assert_eq!(saved.find(&event), whole.find(&event));
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            drop(Places::from_bytes(&bytes));
        }
    }
}
