//! Where events are: eight bytes of a hash to a seq.
//!
//! Of two that share their eight bytes the second is kept under all of its hash. Somebody who makes
//! such pairs on purpose gains nothing but longer keys.

use super::engine::Engine;
use super::keys;
use crate::error::StoreResult;
use std::collections::BTreeMap;

/// Bytes of a hash that stand for it.
const SHORT: usize = 8;
const WHOLE: usize = 32;

const LETTER: u8 = b'e';
const CLASHES: u8 = b'E';

/// The seq to look at.
pub(super) fn find(engine: &dyn Engine, hash: &[u8; 32]) -> StoreResult<Option<u64>> {
    let found = match engine.get(&keys::key(CLASHES, hash, WHOLE))? {
        Some(seq) => Some(seq),
        None => engine.get(&keys::key(LETTER, hash, SHORT))?,
    };
    found.map(|seq| keys::number(&seq)).transpose()
}

/// Puts one to the changes that will be made.
pub(super) fn put(
    engine: &dyn Engine,
    changes: &mut BTreeMap<Vec<u8>, Vec<u8>>,
    hash: &[u8; 32],
    seq: u64,
) -> StoreResult<()> {
    let short = keys::key(LETTER, hash, SHORT);
    let taken = changes.contains_key(&short) || engine.get(&short)?.is_some();
    let key = if taken { keys::key(CLASHES, hash, WHOLE) } else { short };
    changes.insert(key, keys::of_number(seq));
    Ok(())
}
