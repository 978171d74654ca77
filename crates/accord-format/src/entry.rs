//! Entries: an event in its place (`accord.entry/v1`).

use crate::event::{EventError, SignedEvent};
use crate::hash::EntryHash;
use crate::time::Timestamp;
use crate::wire;

/// First line of an entry.
pub const FIRST_LINE: &str = "accord.entry/v1";
/// The longest entry, in bytes: what a C2SP entry bundle can hold.
pub const ENTRY_MAX: usize = 65_535;

/// Why bytes are not an entry.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// Longer than [`ENTRY_MAX`].
    #[error("the entry has {0} bytes, the limit is {ENTRY_MAX}")]
    TooLong(usize),
    /// Not UTF-8.
    #[error("the entry is not UTF-8")]
    Utf8,
    /// The first line names another format or version.
    #[error("the first line is not \"{FIRST_LINE}\"; a newer format needs a newer accord")]
    FirstLine,
    /// The header line is not spelled as this format spells it.
    #[error(
        "the header line is not of the form {{\"seq\":…,\"revision\":…,\"prev\":…,\"recorded\":…}}"
    )]
    Header,
    /// The event in it.
    #[error("the event: {0}")]
    Event(#[from] EventError),
}

/// What the ledger adds to an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Position in the ledger, from 0.
    pub seq: u64,
    /// Position in the event's stream, from 0.
    pub revision: u64,
    /// Entry hash of the entry before; zeros at seq 0.
    pub prev: EntryHash,
    /// When the ledger took it in; never decreases.
    pub recorded: Timestamp,
}

impl Header {
    /// The first two lines of the entry, each with its LF.
    pub fn to_text(&self) -> String {
        let Self { seq, revision, prev, recorded } = self;
        format!(
            "{FIRST_LINE}\n{{\"seq\":{seq},\"revision\":{revision},\"prev\":\"{prev}\",\"recorded\":\"{recorded}\"}}\n"
        )
    }

    /// Reads the two lines and gives back what follows them.
    pub fn parse(text: &str) -> Result<(Self, &str), EntryError> {
        let mut rest = text;
        if wire::take_line(&mut rest) != Some(FIRST_LINE) {
            return Err(EntryError::FirstLine);
        }
        let line = wire::take_line(&mut rest).ok_or(EntryError::Header)?;
        let header = Self::parse_line(line).ok_or(EntryError::Header)?;
        Ok((header, rest))
    }

    fn parse_line(line: &str) -> Option<Self> {
        let (seq, line) = line.strip_prefix("{\"seq\":")?.split_once(",\"revision\":")?;
        let (revision, line) = line.split_once(",\"prev\":\"")?;
        let (prev, line) = line.split_once("\",\"recorded\":\"")?;
        let recorded = line.strip_suffix("\"}")?;
        Some(Self {
            seq: wire::decimal(seq)?,
            revision: wire::decimal(revision)?,
            prev: prev.parse().ok()?,
            recorded: Timestamp::parse_micros(recorded).ok()?,
        })
    }
}

/// An entry: header and event note, with its hash.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What the ledger added.
    pub header: Header,
    signed: SignedEvent,
    hash: EntryHash,
}

impl Entry {
    /// Puts `signed` behind `header`.
    pub fn new(header: Header, signed: SignedEvent) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(header.to_text().as_bytes()).update(signed.note().as_bytes());
        let hash = EntryHash::from_bytes(*hasher.finalize().as_bytes());
        Self { header, signed, hash }
    }

    /// Parses an entry's bytes. Signatures and the chain are for the caller to check.
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > ENTRY_MAX {
            return Err(EntryError::TooLong(bytes.len()));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| EntryError::Utf8)?;
        let (header, note) = Header::parse(text)?;
        Ok(Self { header, signed: SignedEvent::parse(note.as_bytes())?, hash: entry_hash(bytes) })
    }

    /// The signed event.
    pub const fn signed(&self) -> &SignedEvent {
        &self.signed
    }

    /// The event.
    pub const fn event(&self) -> &crate::event::Event {
        self.signed.event()
    }

    /// BLAKE3 of the entry's bytes.
    pub const fn hash(&self) -> EntryHash {
        self.hash
    }

    /// The entry's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.header.to_text().into_bytes();
        bytes.extend_from_slice(self.signed.note().as_bytes());
        bytes
    }
}

/// The entry hash of an entry's bytes.
pub fn entry_hash(bytes: &[u8]) -> EntryHash {
    EntryHash::from_bytes(*blake3::hash(bytes).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn header() -> Header {
        let recorded = Timestamp::parse_micros("2026-03-01T05:00:00.123456Z").unwrap();
        Header { seq: 41, revision: 3, prev: EntryHash::from_bytes([1; 32]), recorded }
    }

    #[test]
    fn the_header_has_one_spelling() {
        let text = header().to_text();
        assert_eq!(Header::parse(&format!("{text}rest")).unwrap(), (header(), "rest"));
        for (from, to) in [
            ("entry/v1", "entry/v2"),
            ("\"seq\":41", "\"seq\":041"),
            ("\"seq\":41", "\"seq\": 41"),
            ("\"revision\":3", "\"revision\":-3"),
            ("01", "0G"),
            (".123456Z", "Z"),
            ("\"}", "\"} "),
        ] {
            assert!(Header::parse(&text.replacen(from, to, 1)).is_err(), "{to}");
        }
    }

    proptest! {
        #[test]
        fn headers_round_trip(seq: u64, revision: u64, prev: [u8; 32], micros in 0i64..4_000_000_000_000_000) {
            let header = Header { seq, revision, prev: EntryHash::from_bytes(prev), recorded: Timestamp::from_micros(micros) };
            prop_assert_eq!(Header::parse(&header.to_text()).unwrap().0, header);
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(Entry::parse(&bytes).is_err());
        }
    }
}
