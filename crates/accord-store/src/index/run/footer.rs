//! The footer: what a run has, and where.

use super::block::{CONTENTS, Part, SUM};
use super::filter;
use crate::index::Reflects;
use crate::index::record::{HEAD, Table, decode_head, encode_head};

const FORMAT: &[u8; 14] = b"accord.run/v1\n";
const TABLES: usize = Table::ALL.len();
/// The part of the filter, behind those of the tables.
pub(super) const FILTER: usize = TABLES;
const SUMMED: usize = FORMAT.len() + 2 * HEAD + 8 * TABLES;
/// Bytes of a footer.
pub(in crate::index) const LEN: usize = SUMMED + 32;

/// What a run says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::index) struct Footer {
    /// The head behind which its entries begin.
    from: Reflects,
    /// The head with the last of them.
    to: Reflects,
    /// Rows of each table.
    counts: [u64; TABLES],
    seal: [u8; 32],
    parts: [Part; TABLES + 1],
}

impl Footer {
    /// Of a run with so many rows of each table; nothing if there cannot be so many.
    pub(in crate::index) fn new(
        from: Reflects,
        to: Reflects,
        counts: [u64; TABLES],
    ) -> Option<Self> {
        let heads = [encode_head(&from), encode_head(&to)].concat();
        let seal = blake3::derive_key("accord index v3 run", &heads);
        let mut parts = [Part { start: 0, width: 1, count: 0 }; TABLES + 1];
        let mut start = 0;
        let mut rows = 0_u64;
        for (part, table) in parts.iter_mut().zip(Table::ALL) {
            let count = counts.get(table.at()).copied()?;
            *part = Part { start, width: table.width(), count };
            start = part.end()?;
            rows = rows.checked_add(count)?;
        }
        let lines = filter::lines_for(rows)?;
        if let Some(part) = parts.last_mut() {
            *part = Part { start, width: filter::LINE, count: lines };
        }
        Some(Self { from, to, counts, seal, parts })
    }

    pub(in crate::index) const fn from(&self) -> Reflects {
        self.from
    }

    pub(in crate::index) const fn to(&self) -> Reflects {
        self.to
    }

    pub(in crate::index) const fn counts(&self) -> [u64; TABLES] {
        self.counts
    }

    /// Number of entries.
    pub(in crate::index) const fn entries(&self) -> u64 {
        self.to.size.saturating_sub(self.from.size)
    }

    /// True of the entries that it is over.
    pub(super) fn has(&self, seq: u64) -> bool {
        (self.from.size..self.to.size).contains(&seq)
    }

    pub(super) const fn seal(&self) -> &[u8; 32] {
        &self.seal
    }

    /// The part of a table, or of the filter.
    pub(super) fn part(&self, part: usize) -> Part {
        let nothing = Part { start: 0, width: CONTENTS, count: 0 };
        self.parts.get(part).copied().unwrap_or(nothing)
    }

    /// How long the file is; nothing if it cannot be.
    pub(super) fn file_len(&self) -> Option<u64> {
        self.part(FILTER).end()?.checked_add(LEN as u64)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = FORMAT.to_vec();
        bytes.extend(encode_head(&self.from));
        bytes.extend(encode_head(&self.to));
        for count in self.counts {
            bytes.extend(count.to_be_bytes());
        }
        bytes.extend(blake3::hash(&bytes).as_bytes());
        bytes
    }

    /// Reads a footer, or says what is wrong with it.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, &'static str> {
        let rest = bytes.strip_prefix(FORMAT).ok_or("is no run of this version")?;
        let (summed, sum) = bytes.split_last_chunk::<32>().ok_or("is cut off")?;
        if blake3::hash(summed).as_bytes() != sum {
            return Err("has a footer with another checksum");
        }
        let read = || {
            let (from, rest) = rest.split_at_checked(HEAD)?;
            let (to, rest) = rest.split_at_checked(HEAD)?;
            let (from, to) = (decode_head(from)?, decode_head(to)?);
            let (numbers, _) = rest.as_chunks::<8>();
            let mut counts = [0; TABLES];
            for (count, number) in counts.iter_mut().zip(numbers) {
                *count = u64::from_be_bytes(*number);
            }
            (from.size < to.size).then_some(())?;
            Self::new(from, to, counts)
        };
        read().ok_or("has a footer of an impossible form")
    }
}

const _: () = assert!(CONTENTS + SUM == 4_096);
