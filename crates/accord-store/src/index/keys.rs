//! The index's keys and values: a letter for the table, then 128 bits of hash, then numbers,
//! big-endian so that they sort.

use super::{Reflects, Snapshot};
use crate::error::{StoreError, StoreResult};
use accord_format::hash::NodeHash;

/// Bytes of a hash kept in a key.
const CUT: usize = 16;

/// The tables.
#[derive(Clone, Copy, Debug)]
pub(super) enum Table {
    /// What the index reflects.
    Meta,
    /// Event hash to seq.
    Event,
    /// Participant and id to seq and event hash.
    Id,
    /// Stream to length.
    StreamLength,
    /// Stream and revision to seq.
    Stream,
    /// Type and seq.
    Kind,
    /// Signer key and seq.
    Signer,
    /// Recording time and seq.
    Recorded,
    /// Import key to seq.
    Imported,
    /// Name and version to snapshot.
    Snapshot,
}

impl Table {
    pub(super) const fn letter(self) -> u8 {
        match self {
            Self::Meta => b'm',
            Self::Event => b'e',
            Self::Id => b'i',
            Self::StreamLength => b'l',
            Self::Stream => b's',
            Self::Kind => b't',
            Self::Signer => b'k',
            Self::Recorded => b'r',
            Self::Imported => b'p',
            Self::Snapshot => b'n',
        }
    }

    /// The key of `parts` in this table; no two lists of parts give the same one.
    pub(super) fn key(self, parts: &[&[u8]]) -> Vec<u8> {
        let mut hasher = blake3::Hasher::new_derive_key("accord index v1");
        for part in parts {
            hasher.update(&(part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        let mut key = Vec::with_capacity(1 + CUT + 8);
        key.push(self.letter());
        key.extend_from_slice(&hasher.finalize().as_bytes()[..CUT]);
        key
    }

    /// The key of `parts` with a number behind it.
    pub(super) fn numbered(self, parts: &[&[u8]], number: u64) -> Vec<u8> {
        let mut key = self.key(parts);
        key.extend_from_slice(&number.to_be_bytes());
        key
    }
}

/// The key of an entry in the order of recording.
pub(super) fn recorded(micros: i64, seq: u64) -> Vec<u8> {
    let mut key = vec![Table::Recorded.letter()];
    // Flipping the sign bit makes negative times sort first.
    key.extend_from_slice(&(micros.cast_unsigned() ^ 1 << 63).to_be_bytes());
    key.extend_from_slice(&seq.to_be_bytes());
    key
}

pub(super) fn damaged(what: &str) -> StoreError {
    StoreError::Index(format!("{what} has an impossible form"))
}

pub(super) fn number(bytes: &[u8]) -> StoreResult<u64> {
    bytes.try_into().map(u64::from_be_bytes).map_err(|_| damaged("a number"))
}

/// The number behind a key.
pub(super) fn last_number(key: &[u8]) -> StoreResult<u64> {
    let (_, last) = key.split_last_chunk::<8>().ok_or_else(|| damaged("a key"))?;
    Ok(u64::from_be_bytes(*last))
}

pub(super) fn encode_reflects(reflects: &Reflects) -> Vec<u8> {
    let mut out = reflects.size.to_be_bytes().to_vec();
    out.extend_from_slice(reflects.root.as_bytes());
    out
}

pub(super) fn decode_reflects(bytes: &[u8]) -> StoreResult<Reflects> {
    let (size, root) = bytes.split_at_checked(8).ok_or_else(|| damaged("the head"))?;
    let root: [u8; 32] = root.try_into().map_err(|_| damaged("the head"))?;
    Ok(Reflects { size: number(size)?, root: NodeHash::from_bytes(root) })
}

/// A snapshot with a checksum over everything.
pub(super) fn encode_snapshot(snapshot: &Snapshot) -> Vec<u8> {
    let mut rest = encode_reflects(&snapshot.reflects);
    rest.extend_from_slice(&snapshot.bytes);
    let mut out = blake3::hash(&rest).as_bytes().to_vec();
    out.append(&mut rest);
    out
}

pub(super) fn decode_snapshot(bytes: &[u8]) -> StoreResult<Snapshot> {
    let bad = || damaged("a snapshot");
    let (sum, rest) = bytes.split_first_chunk::<32>().ok_or_else(bad)?;
    if blake3::hash(rest).as_bytes() != sum {
        return Err(StoreError::Index("a snapshot has another checksum".to_owned()));
    }
    let (reflects, bytes) = rest.split_at_checked(40).ok_or_else(bad)?;
    Ok(Snapshot { reflects: decode_reflects(reflects)?, bytes: bytes.to_vec() })
}
