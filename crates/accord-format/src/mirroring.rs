//! C2SP tlog-mirror, as bytes: how entries are handed to a mirror, and what it answers.
//!
//! The body of `add-entries` is a head and a sequence of packages, each of which is read and proven
//! by itself: nobody has to hold the whole of it.

use crate::hash::NodeHash;
use crate::tile::TILE_WIDTH;
use crate::wire;
use std::ops::Range;

/// Content type of the answer that says how to go on.
pub const INFO_CONTENT_TYPE: &str = "text/x.tlog.mirror-info";
/// Content type of the request.
pub const ENTRIES_CONTENT_TYPE: &str = "application/octet-stream";
/// The most hashes behind the entries of a package.
pub const HASHES_MAX: usize = 63;
/// The most packages that a client should put into one request.
pub const PACKAGES_MAX: usize = 32;
/// The longest answer that says how to go on: two sizes and the longest ticket.
pub const INFO_MAX: usize = 21 + 21 + 65_535_usize.div_ceil(3) * 4 + 1;
/// The longest package: 256 of the longest entries behind their lengths, and a whole proof.
pub const PACKAGE_MAX: usize = 256 * (2 + 65_535) + 1 + HASHES_MAX * HASH_BYTES;
const HASH_BYTES: usize = 32;

/// Why bytes are no part of an `add-entries` request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddEntriesError {
    /// The origin.
    #[error("the log's origin is not UTF-8")]
    Origin,
    /// The range.
    #[error("the upload starts at {start}, behind its end at {end}")]
    Range {
        /// First entry.
        start: u64,
        /// One after the last entry.
        end: u64,
    },
    /// Too long a proof.
    #[error("a package with {0} hashes; {HASHES_MAX} are the most")]
    TooManyHashes(u8),
    /// A part that does not fit in the length before it.
    #[error("{what} has {bytes} bytes, the limit is 65535")]
    TooLong {
        /// Which part.
        what: &'static str,
        /// Its length.
        bytes: usize,
    },
}

/// The beginning of an `add-entries` request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntriesHead {
    /// The log's origin.
    pub origin: String,
    /// First entry uploaded.
    pub start: u64,
    /// One after the last entry of the whole upload: the size of a pending checkpoint.
    pub end: u64,
    /// What the mirror gave along, if anything.
    pub ticket: Vec<u8>,
}

impl EntriesHead {
    /// Reads the beginning of `bytes`, and tells how many bytes that took; nothing if there are too
    /// few yet.
    pub fn read(bytes: &[u8]) -> Result<Option<(Self, usize)>, AddEntriesError> {
        let mut rest = bytes;
        let Some(origin) = take_counted(&mut rest) else { return Ok(None) };
        let origin = std::str::from_utf8(origin).map_err(|_| AddEntriesError::Origin)?.to_owned();
        let (Some(start), Some(end)) = (take_number(&mut rest), take_number(&mut rest)) else {
            return Ok(None);
        };
        let Some(ticket) = take_counted(&mut rest) else { return Ok(None) };
        if start > end {
            return Err(AddEntriesError::Range { start, end });
        }
        let taken = bytes.len() - rest.len();
        Ok(Some((Self { origin, start, end, ticket: ticket.to_vec() }, taken)))
    }

    /// The bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, AddEntriesError> {
        let mut out = Vec::new();
        push_counted(&mut out, "the origin", self.origin.as_bytes())?;
        out.extend_from_slice(&self.start.to_be_bytes());
        out.extend_from_slice(&self.end.to_be_bytes());
        push_counted(&mut out, "the ticket", &self.ticket)?;
        Ok(out)
    }

    /// The entries of each package of the canonical sequence, in order.
    pub fn packages(&self) -> impl Iterator<Item = Range<u64>> + use<> {
        let (mut at, end) = (self.start, self.end);
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let bundle_end = (at / TILE_WIDTH).saturating_add(1).saturating_mul(TILE_WIDTH);
            let package = at..bundle_end.min(end);
            at = package.end;
            Some(package)
        })
    }
}

/// The first entry of the subtree that a package beginning at `start` is proven by.
pub const fn subtree_start(start: u64) -> u64 {
    start / TILE_WIDTH * TILE_WIDTH
}

/// Entries, and the proof that the subtree which they end is of the log's tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The entries.
    pub entries: Vec<Vec<u8>>,
    /// The subtree consistency proof.
    pub proof: Vec<NodeHash>,
}

impl Package {
    /// Reads a package of `count` entries from the beginning of `bytes`, and tells how many bytes
    /// that took; nothing if there are too few yet.
    pub fn read(bytes: &[u8], count: u64) -> Result<Option<(Self, usize)>, AddEntriesError> {
        let mut rest = bytes;
        let mut entries = Vec::new();
        for _ in 0..count {
            let Some(entry) = take_counted(&mut rest) else { return Ok(None) };
            entries.push(entry);
        }
        let Some((&hashes, after)) = rest.split_first() else { return Ok(None) };
        if usize::from(hashes) > HASHES_MAX {
            return Err(AddEntriesError::TooManyHashes(hashes));
        }
        let Some((proof, after)) = after.split_at_checked(usize::from(hashes) * HASH_BYTES) else {
            return Ok(None);
        };
        let (proof, _) = proof.as_chunks::<HASH_BYTES>();
        let proof = proof.iter().map(|hash| NodeHash::from_bytes(*hash)).collect();
        let entries = entries.into_iter().map(<[u8]>::to_vec).collect();
        Ok(Some((Self { entries, proof }, bytes.len() - after.len())))
    }

    /// The bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, AddEntriesError> {
        let mut out = Vec::new();
        for entry in &self.entries {
            push_counted(&mut out, "an entry", entry)?;
        }
        let hashes = u8::try_from(self.proof.len()).unwrap_or(u8::MAX);
        if usize::from(hashes) > HASHES_MAX {
            return Err(AddEntriesError::TooManyHashes(hashes));
        }
        out.push(hashes);
        self.proof.iter().for_each(|hash| out.extend_from_slice(hash.as_bytes()));
        Ok(out)
    }
}

/// How to go on with an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MirrorInfo {
    /// Size of a pending checkpoint.
    pub size: u64,
    /// The first entry that is missing.
    pub next: u64,
    /// To be handed in again.
    pub ticket: Vec<u8>,
}

impl MirrorInfo {
    /// Reads the body of an answer.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > INFO_MAX {
            return None;
        }
        let mut rest = std::str::from_utf8(bytes).ok()?;
        let size = wire::decimal(wire::take_line(&mut rest)?)?;
        let next = wire::decimal(wire::take_line(&mut rest)?)?;
        let ticket = wire::from_base64(wire::take_line(&mut rest)?)?;
        let fits = rest.is_empty() && u16::try_from(ticket.len()).is_ok();
        fits.then_some(Self { size, next, ticket })
    }

    /// The body of the answer.
    pub fn to_text(&self) -> String {
        format!("{}\n{}\n{}\n", self.size, self.next, wire::to_base64(&self.ticket))
    }
}

fn take_counted<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (count, after) = rest.split_first_chunk::<2>()?;
    let (bytes, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*count)))?;
    *rest = after;
    Some(bytes)
}

fn take_number(rest: &mut &[u8]) -> Option<u64> {
    let (number, after) = rest.split_first_chunk::<8>()?;
    *rest = after;
    Some(u64::from_be_bytes(*number))
}

fn push_counted(
    out: &mut Vec<u8>,
    what: &'static str,
    bytes: &[u8],
) -> Result<(), AddEntriesError> {
    let count = u16::try_from(bytes.len())
        .map_err(|_| AddEntriesError::TooLong { what, bytes: bytes.len() })?;
    out.extend_from_slice(&count.to_be_bytes());
    out.extend_from_slice(bytes);
    Ok(())
}

#[cfg(test)]
mod tests;
