//! Which entries a stream has: pieces of at most [`PIECE`] seqs under sixteen bytes of its hash.
//!
//! Two streams that share them would be one, and the writer, which compares with the entries, could
//! not go on with either; so there are as many bytes as nobody finds a pair of. A stream that has only
//! the entry that opened it and has its id for a name is not here, but with [`ids`].

use super::engine::Engine;
use super::{IndexRecord, ids, keys};
use crate::error::StoreResult;
use std::collections::{BTreeMap, HashMap};

const LETTER: u8 = b's';
const SHORT: usize = ids::STREAM;
/// Most seqs in one piece, so that one more does not have a long list written again.
const PIECE: usize = 64;

/// The key of a piece. The first has no number, since most streams have no other.
fn key(hash: &[u8; 32], piece: u32) -> Vec<u8> {
    let mut key = keys::key(LETTER, hash, SHORT);
    if piece > 0 {
        key.extend_from_slice(&piece.to_be_bytes());
    }
    key
}

/// The number behind a key.
fn piece_of(key: &[u8]) -> StoreResult<u32> {
    match key.get(1 + SHORT..) {
        Some([]) => Ok(0),
        Some([a, b, c, d]) => Ok(u32::from_be_bytes([*a, *b, *c, *d])),
        _ => Err(keys::damaged("a key")),
    }
}

fn read(mut value: &[u8]) -> StoreResult<Vec<u64>> {
    let (mut seqs, mut above) = (Vec::new(), 0_u64);
    while !value.is_empty() {
        let more = keys::pop(&mut value).and_then(|more| above.checked_add(more));
        above = more.ok_or_else(|| keys::damaged("a stream"))?;
        seqs.push(above);
    }
    if seqs.is_empty() || seqs.len() > PIECE {
        return Err(keys::damaged("a stream"));
    }
    Ok(seqs)
}

fn write(seqs: &[u64]) -> Vec<u8> {
    let (mut value, mut above) = (Vec::with_capacity(seqs.len().saturating_mul(3)), 0);
    for seq in seqs {
        keys::push(&mut value, seq.saturating_sub(above));
        above = *seq;
    }
    value
}

/// The last piece of a stream, with its number.
fn last(engine: &dyn Engine, hash: &[u8; 32]) -> StoreResult<Option<(u32, Vec<u64>)>> {
    let Some(last) = engine.last(key(hash, 0)..past(hash))? else { return Ok(None) };
    let value = engine.get(&last)?.ok_or_else(|| keys::damaged("a stream"))?;
    Ok(Some((piece_of(&last)?, read(&value)?)))
}

/// Behind all keys of a stream.
fn past(hash: &[u8; 32]) -> Vec<u8> {
    let mut past = keys::key(LETTER, hash, SHORT);
    past.extend_from_slice(&[0xff; 5]);
    past
}

/// How many entries a stream has.
pub(super) fn length(engine: &dyn Engine, name: &str) -> StoreResult<u64> {
    let hash = hash_of(name);
    if let Some((piece, seqs)) = last(engine, &hash)? {
        return Ok(before(piece) + seqs.len() as u64);
    }
    Ok(u64::from(ids::opener(engine, &BTreeMap::new(), name, &hash)?.is_some()))
}

fn hash_of(name: &str) -> [u8; 32] {
    keys::hash_of(&[b"stream", name.as_bytes()])
}

/// How many entries the pieces before one have.
fn before(piece: u32) -> u64 {
    u64::from(piece) * PIECE as u64
}

/// At most `limit` entries from `revision` on.
pub(super) fn list(
    engine: &dyn Engine,
    name: &str,
    revision: u64,
    limit: usize,
) -> StoreResult<Vec<u64>> {
    let hash = &hash_of(name);
    // So many entries there are not.
    let Ok(mut piece) = u32::try_from(revision / PIECE as u64) else { return Ok(Vec::new()) };
    let skip = usize::try_from(revision % PIECE as u64).unwrap_or(PIECE);
    let pieces = limit.saturating_add(skip).div_ceil(PIECE);
    let pairs = engine.range(key(hash, piece)..past(hash), pieces)?;
    let mut all = Vec::new();
    if pairs.is_empty() && piece == 0 {
        all.extend(ids::opener(engine, &BTreeMap::new(), name, hash)?);
    }
    for (found, value) in pairs {
        if piece_of(&found)? != piece {
            return Err(keys::damaged("a stream"));
        }
        all.extend(read(&value)?);
        piece = piece.saturating_add(1);
    }
    Ok(all.into_iter().skip(skip).take(limit).collect())
}

/// What entries of a batch add to their streams.
#[derive(Debug, Default)]
pub(super) struct Added {
    /// The last piece of each, as it will be.
    last: HashMap<[u8; 32], (u32, Vec<u64>)>,
}

impl Added {
    /// Puts an entry to its stream, of which it is to stand with its id if that is given back.
    pub(super) fn put(
        &mut self,
        engine: &dyn Engine,
        changes: &mut BTreeMap<Vec<u8>, Vec<u8>>,
        record: &IndexRecord,
    ) -> StoreResult<Option<[u8; SHORT]>> {
        let hash = hash_of(&record.stream);
        let last = match self.last.entry(hash) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(place) => {
                let mut known = last(engine, &hash)?;
                if known.is_none() {
                    let opener = ids::opener(engine, changes, &record.stream, &hash)?;
                    known = opener.map(|seq| (0, vec![seq]));
                }
                let own = record.stream.split_once('/').is_some_and(|(_, own)| own == record.id);
                if known.is_none() && own {
                    return Ok(hash.first_chunk().copied());
                }
                place.insert(known.unwrap_or_default())
            }
        };
        if last.1.len() >= PIECE {
            changes.insert(key(&hash, last.0), write(&last.1));
            *last = (last.0.saturating_add(1), Vec::new());
        }
        last.1.push(record.seq);
        Ok(None)
    }

    /// The last pieces.
    pub(super) fn finish(self, changes: &mut BTreeMap<Vec<u8>, Vec<u8>>) {
        for (hash, (piece, seqs)) in self.last {
            changes.insert(key(&hash, piece), write(&seqs));
        }
    }
}
