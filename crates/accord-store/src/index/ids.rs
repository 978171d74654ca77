//! Where ids are, and with them the streams that they opened.
//!
//! An event that opens a stream gives it its own id for a name, and most streams are never gone on
//! with. Each key of sled takes about a hundred bytes on disk, whatever is in it; so such a stream has
//! none of its own until it has a second entry, and stands with the id.

use super::engine::Engine;
use super::keys;
use crate::error::StoreResult;
use std::collections::BTreeMap;

const LETTER: u8 = b'i';
/// Bytes of an id's hash that stand for it.
const SHORT: usize = 8;
/// Bytes of a stream's hash that stand for it.
pub(super) const STREAM: usize = 16;

/// An entry with an id that begins like this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) seq: u64,
    /// The stream that it opened.
    pub(super) opened: Option<[u8; STREAM]>,
}

fn key(id: &str) -> Vec<u8> {
    keys::key(LETTER, &keys::hash_of(&[b"id", id.as_bytes()]), SHORT)
}

/// The entries to look at.
pub(super) fn find(engine: &dyn Engine, id: &str) -> StoreResult<Vec<Place>> {
    engine.get(&key(id))?.map_or_else(|| Ok(Vec::new()), |value| read(&value))
}

/// Puts an entry to the changes that will be made.
pub(super) fn put(
    engine: &dyn Engine,
    changes: &mut BTreeMap<Vec<u8>, Vec<u8>>,
    id: &str,
    place: Place,
) -> StoreResult<()> {
    let key = key(id);
    let value = match changes.entry(key) {
        std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
        std::collections::btree_map::Entry::Vacant(vacant) => {
            let known = engine.get(vacant.key())?.unwrap_or_default();
            vacant.insert(known)
        }
    };
    let opened = u64::from(place.opened.is_some());
    keys::push(value, place.seq << 1 | opened);
    value.extend(place.opened.iter().flatten());
    Ok(())
}

/// Where a stream is that has one entry, if it bears the name of that.
pub(super) fn opener(
    engine: &dyn Engine,
    changes: &BTreeMap<Vec<u8>, Vec<u8>>,
    stream: &str,
    hash: &[u8; 32],
) -> StoreResult<Option<u64>> {
    let Some((_, id)) = stream.split_once('/') else { return Ok(None) };
    let key = key(id);
    let value = match changes.get(&key) {
        Some(value) => Some(value.clone()),
        None => engine.get(&key)?,
    };
    let Some(value) = value else { return Ok(None) };
    let opened = |place: &Place| place.opened.is_some_and(|own| hash.starts_with(&own));
    Ok(read(&value)?.iter().find(|place| opened(place)).map(|place| place.seq))
}

fn read(mut value: &[u8]) -> StoreResult<Vec<Place>> {
    let bad = || keys::damaged("an id");
    let mut all = Vec::new();
    while !value.is_empty() {
        let number = keys::pop(&mut value).ok_or_else(bad)?;
        let mut place = Place { seq: number >> 1, opened: None };
        if number & 1 == 1 {
            let (own, rest) = value.split_first_chunk().ok_or_else(bad)?;
            place.opened = Some(*own);
            value = rest;
        }
        all.push(place);
    }
    Ok(all)
}
