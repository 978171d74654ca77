//! The state of a moment of the past: from the first entry, and from the nearest saved state.

use super::ledger::Measured;
use super::replay::Entries;
use super::timing::{millis, timed};
use super::{Better, Figure};
use crate::error::BenchError;
use accord_format::entry::Entry;
use accord_format::hash::NodeHash;
use accord_views::{Known, Replay, Shelf, Snapshot};
use std::time::Duration;

/// Moments that are read, spread over the record.
const MOMENTS: u32 = 8;
/// States that are saved on the way.
const SAVED: usize = 64;
/// Stands for the tree's root, which is not measured here.
const ROOT: NodeHash = NodeHash::from_bytes([1; 32]);

pub(super) fn measure(measured: &Measured, figures: &mut Vec<Figure>) -> Result<(), BenchError> {
    let bytes = Entries::bytes(measured)?;
    let entries = Entries::parse(&bytes)?;
    let (shelf, saving) = shelf(&entries)?;
    let first = entries.0.first().map_or(entries.last(), |entry| entry.header.recorded);
    let apart = (entries.last().seconds() - first.seconds()) / i64::from(MOMENTS + 1);
    let (mut from_start, mut from_saved) = (Duration::ZERO, Duration::ZERO);
    for nth in 1..=MOMENTS {
        let at = first.plus_seconds(apart * i64::from(nth));
        let known = Known::At(at);
        let (time, whole) = timed(|| go_on(Replay::new(known, at)?, 0, &bytes, &entries));
        from_start += time;
        let (time, again) = timed(|| {
            let saved = shelf.nearest(known, |_| Some(ROOT));
            let saved = saved.ok_or_else(|| BenchError::Wrong("no state was saved".to_owned()))?;
            let replay = Replay::resume(saved, known, at, &entries)?;
            go_on(replay, saved.key.size, &bytes, &entries)
        });
        from_saved += time;
        if whole?.digests(ROOT)? != again?.digests(ROOT)? {
            return Err(BenchError::Wrong(format!("two states of {at} differ")));
        }
    }
    let each = |all: Duration| millis(all) / f64::from(MOMENTS);
    let (start, saved) = (each(from_start), each(from_saved));
    figures.push(Figure::new("moments/from the first entry", start, "ms"));
    // Twenty times as fast: a twentieth of the time.
    let figure = Figure::new(format!("moments/from one of {SAVED} saved states"), saved, "ms");
    figures.push(figure.beside("from the first entry", start).to_be(Better::Less, 0.05));
    figures.push(Figure::new("moments/saving a state", millis(saving), "ms"));
    Ok(())
}

/// States saved at equal distances, and how long saving one takes on average.
fn shelf(entries: &Entries) -> Result<(Shelf, Duration), BenchError> {
    let every = entries.0.len().checked_div(SAVED).unwrap_or(1).max(1);
    let mut replay = Replay::new(Known::All, entries.last())?;
    let (mut shelf, mut all, mut saved) = (Shelf::default(), Duration::ZERO, 0_u32);
    for (at, entry) in entries.0.iter().enumerate() {
        replay.entry(entry, false, entries)?;
        if (at + 1) % every == 0 {
            replay.advance(entry.header.recorded, entries)?;
            let (time, kept) = timed(|| replay.save(ROOT, entries));
            shelf.put(kept?);
            all += time;
            saved += 1;
        }
    }
    Ok((shelf, all.checked_div(saved).unwrap_or_default()))
}

/// Reads on from the entry at `size`, bytes and all, as far as is known.
fn go_on(
    mut replay: Replay,
    size: u64,
    bytes: &[Vec<u8>],
    entries: &Entries,
) -> Result<Snapshot, BenchError> {
    for bytes in bytes.iter().skip(usize::try_from(size).unwrap_or(usize::MAX)) {
        let entry = Entry::parse(bytes).map_err(|e| BenchError::Wrong(e.to_string()))?;
        if !replay.entry(&entry, false, entries)? {
            break;
        }
    }
    Ok(replay.finish(entries)?)
}
