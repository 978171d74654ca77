//! The index's keys and values: a letter for the table, then the first bytes of a hash.

use super::{Reflects, Snapshot};
use crate::error::{StoreError, StoreResult};
use accord_format::hash::NodeHash;
pub(super) use accord_format::varint::{pop, push};

/// What the index reflects.
pub(super) const META: &[u8] = b"m";

/// The hash of what is looked for; no two lists of parts give the same one.
pub(super) fn hash_of(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("accord index v2");
    for part in parts {
        hasher.update(&(part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    *hasher.finalize().as_bytes()
}

/// A letter, and the first `len` bytes of a hash.
pub(super) fn key(letter: u8, hash: &[u8; 32], len: usize) -> Vec<u8> {
    std::iter::once(letter).chain(hash.iter().copied().take(len)).collect()
}

/// The number that some bytes are, all of them.
pub(super) fn number(mut bytes: &[u8]) -> StoreResult<u64> {
    let number = pop(&mut bytes).filter(|_| bytes.is_empty());
    number.ok_or_else(|| damaged("a number"))
}

/// The bytes of a number.
pub(super) fn of_number(number: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(4);
    push(&mut bytes, number);
    bytes
}

pub(super) fn damaged(what: &str) -> StoreError {
    StoreError::Index(format!("{what} has an impossible form"))
}

pub(super) fn encode_reflects(reflects: &Reflects) -> Vec<u8> {
    let mut out = reflects.size.to_be_bytes().to_vec();
    out.extend_from_slice(reflects.root.as_bytes());
    out
}

pub(super) fn decode_reflects(bytes: &[u8]) -> StoreResult<Reflects> {
    let (size, root) = bytes.split_at_checked(8).ok_or_else(|| damaged("the head"))?;
    let root: [u8; 32] = root.try_into().map_err(|_| damaged("the head"))?;
    let size = size.try_into().map(u64::from_be_bytes).map_err(|_| damaged("the head"))?;
    Ok(Reflects { size, root: NodeHash::from_bytes(root) })
}

/// A snapshot with a checksum over everything.
pub(super) fn encode_snapshot(snapshot: &Snapshot) -> Vec<u8> {
    let mut rest = encode_reflects(&snapshot.reflects);
    rest.extend_from_slice(&snapshot.bytes);
    let mut out = blake3::hash(&rest).as_bytes().to_vec();
    out.append(&mut rest);
    out
}

/// Bytes of a snapshot that say what it reflects, with the checksum before them.
pub(super) const SNAPSHOT_HEAD: usize = 32 + 40;

/// What a snapshot says that it reflects.
pub(super) fn snapshot_reflects(head: &[u8; SNAPSHOT_HEAD]) -> StoreResult<Reflects> {
    decode_reflects(head.get(32..).unwrap_or_default())
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
