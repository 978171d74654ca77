//! The header lines of the tail, read strictly.

use super::{FRAME_BYTES_MAX, FRAME_ENTRIES_MAX, HEADER_BYTES_MAX, checksum};
use crate::error::RecordError;
use accord_format::checkpoint::NOTE_MAX;
use accord_format::hash::{EntryHash, from_hex};

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Base { seq: u64, prev: EntryHash },
    Frame { seq: u64, count: usize, prev: EntryHash },
    Checkpoint { size: u64 },
}

/// A header line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header<'a> {
    pub(super) kind: Kind,
    /// Bytes that follow the line.
    pub(super) body_bytes: usize,
    /// The line's length with its LF.
    pub(super) line_bytes: usize,
    checksum: [u8; 32],
    /// The line up to the space before the checksum.
    signed: &'a [u8],
}

impl<'a> Header<'a> {
    /// Reads the header at the beginning of `bytes`.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, RecordError> {
        let window = bytes.get(..HEADER_BYTES_MAX).unwrap_or(bytes);
        let end = window.iter().position(|b| *b == b'\n');
        let end = end.ok_or(RecordError::NoLine(window.len()))?;
        let line = &window[..end];
        let text = std::str::from_utf8(line).map_err(|_| RecordError::Unknown)?;
        let (signed, sum) = text.rsplit_once(' ').ok_or(RecordError::Unknown)?;
        let fields: Vec<&str> = signed.split(' ').collect();
        let (kind, body_bytes) = match fields.as_slice() {
            ["base", seq, prev] => (Kind::Base { seq: decimal(seq)?, prev: prev.parse()? }, 0),
            ["frame", seq, count, bytes, prev] => {
                let count = bounded(count, FRAME_ENTRIES_MAX)?;
                let kind = Kind::Frame { seq: decimal(seq)?, count, prev: prev.parse()? };
                (kind, bounded(bytes, FRAME_BYTES_MAX)?)
            }
            ["checkpoint", size, bytes] => {
                (Kind::Checkpoint { size: decimal(size)? }, bounded(bytes, NOTE_MAX)?)
            }
            _ => return Err(RecordError::Unknown),
        };
        let checksum = from_hex(sum)?;
        Ok(Self { kind, body_bytes, line_bytes: end + 1, checksum, signed: signed.as_bytes() })
    }

    /// Whether the record has this body.
    pub(super) fn checks(&self, body: &[u8]) -> bool {
        body.len() == self.body_bytes && checksum(self.signed, body) == self.checksum
    }

    /// Whether the record would have `body` if its header gave that length: then the header was
    /// damaged and the body is whole, which no torn write leaves.
    pub(super) fn checks_with_other_length(&self, body: &[u8]) -> bool {
        let Ok(text) = std::str::from_utf8(self.signed) else { return false };
        let fields: Vec<&str> = text.split(' ').collect();
        let length = body.len().to_string();
        let repaired = match fields.as_slice() {
            ["frame", seq, count, _, prev] => format!("frame {seq} {count} {length} {prev}"),
            ["checkpoint", size, _] => format!("checkpoint {size} {length}"),
            _ => return false,
        };
        checksum(repaired.as_bytes(), body) == self.checksum
    }
}

fn decimal(text: &str) -> Result<u64, RecordError> {
    let plain = !text.is_empty()
        && text.len() <= 20
        && text.bytes().all(|b| b.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    let bad = || RecordError::Number(text.chars().take(32).collect());
    if plain { text.parse().map_err(|_| bad()) } else { Err(bad()) }
}

fn bounded(text: &str, max: usize) -> Result<usize, RecordError> {
    let number = decimal(text)?;
    usize::try_from(number).ok().filter(|n| *n <= max).ok_or(RecordError::TooLong(number))
}
