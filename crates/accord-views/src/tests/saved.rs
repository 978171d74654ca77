//! States kept along the way: a reading that goes on from one says what one from the start says,
//! and one that is wrong is found, and changes no answer of a replay.

use super::history::{run, steps};
use super::properties::{feed, whole};
use super::world::World;
use crate::replay::{Known, Replay};
use crate::{Saved, Shelf, ViewError};
use accord_format::entry::Entry;
use accord_format::hash::NodeHash;
use accord_format::merkle::{Frontier, leaf_hash};
use accord_format::time::Timestamp;
use accord_projection::Source;
use proptest::prelude::*;
use std::cell::Cell;

fn root(world: &World, size: u64) -> Option<NodeHash> {
    let size = usize::try_from(size).ok().filter(|size| *size <= world.log.entries().len())?;
    let mut tree = Frontier::default();
    for entry in &world.log.entries()[..size] {
        tree.push(leaf_hash(&entry.to_bytes()));
    }
    Some(tree.root())
}

/// The state saved after each of these sizes, as of when the last entry was recorded or, for every
/// other one, as of some time before.
fn shelf(world: &World, sizes: &[u64]) -> Shelf {
    let mut shelf = Shelf::default();
    for (nth, size) in sizes.iter().map(|size| (*size).clamp(1, world.size())).enumerate() {
        let last = &world.log.entries()[usize::try_from(size - 1).unwrap()];
        let ago = if nth % 2 == 0 { 0 } else { 200 * 3_600 };
        let as_of = last.header.recorded.plus_seconds(-ago);
        let mut replay = Replay::new(Known::Size(size), as_of).unwrap();
        feed(&mut replay, world, 0..size);
        shelf.put(replay.save(root(world, size).unwrap(), &world.log).unwrap());
    }
    shelf
}

/// Goes on from a saved state to the end of what is known.
fn resume(
    world: &World,
    saved: &Saved,
    known: Known,
    as_of: Timestamp,
) -> Result<Replay, ViewError> {
    let mut replay = Replay::resume(saved, known, as_of, &world.log)?;
    let end = match known {
        Known::Size(size) => size,
        _ => world.size(),
    };
    feed(&mut replay, world, saved.key.size..end);
    Ok(replay)
}

/// The sizes of the states that are not what these entries make.
fn wrong(world: &World, shelf: &Shelf, entries: impl Iterator<Item = (Entry, bool)>) -> Vec<u64> {
    let tell = |replay: &mut Replay, seq| replay.retell(seq, &world.families.sayings);
    shelf.wrong(entries, tell, &world.log, |size| root(world, size)).unwrap()
}

fn entries(world: &World) -> impl Iterator<Item = (Entry, bool)> {
    world.log.entries().iter().map(|entry| (entry.clone(), false))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn whatever_it_goes_on_from_a_reading_is_the_same(
        steps in steps(90),
        sizes in proptest::collection::vec(1u64..100, 1..5),
        known in 1u64..100,
        back in -500i64..1_500,
    ) {
        let world = run(&steps);
        let known = Known::Size(known.clamp(1, world.size()));
        let as_of = world.log.now().plus_seconds(-back * 3_600);
        let shelf = shelf(&world, &sizes);
        let fresh = whole(&world.replay(known, as_of));
        for saved in shelf.all() {
            let saved = Saved::from_bytes(&saved.to_bytes().unwrap()).unwrap();
            if matches!(known, Known::Size(known) if known < saved.key.size) {
                continue;
            }
            let resumed = resume(&world, &saved, known, as_of).unwrap();
            prop_assert_eq!(&whole(&resumed.finish(&world.log).unwrap()), &fresh);
        }
        let nearest = shelf.nearest(known, |size| root(&world, size)).map(|s| s.key.size);
        let Known::Size(size) = known else { unreachable!() };
        let expected = shelf.all().map(|s| s.key.size).filter(|s| *s <= size).max();
        prop_assert_eq!(nearest, expected);
        let found = wrong(&world, &shelf, entries(&world));
        prop_assert_eq!(found, Vec::<u64>::new());
    }
}

/// A record with a few entries of every sort.
fn record() -> World {
    use proptest::strategy::{Strategy as _, ValueTree as _};
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    loop {
        let world = run(&steps(90).new_tree(&mut runner).unwrap().current());
        if world.size() > 40 {
            return world;
        }
    }
}

#[test]
fn a_saved_state_that_rotted_is_refused() {
    let world = record();
    let shelf = shelf(&world, &[20]);
    let saved = shelf.all().next().unwrap();
    let as_of = world.log.now();
    let bytes = saved.to_bytes().unwrap();
    assert!(resume(&world, saved, Known::All, as_of).is_ok());
    // Whatever is changed in it or missing, it is not used.
    for at in (0..bytes.len()).step_by(7).chain([bytes.len() - 1]) {
        let mut rotten = bytes.clone();
        rotten[at] ^= 4;
        for rotten in [&rotten[..], &bytes[..at]] {
            let read = Saved::from_bytes(rotten);
            let resumed = read.and_then(|saved| resume(&world, &saved, Known::All, as_of));
            let error = resumed.err().unwrap_or_else(|| panic!("byte {at} of {}", bytes.len()));
            assert!(matches!(error, ViewError::Unusable(_)), "{error}");
        }
    }
    // One of other folds, though its digest is right.
    let other = saved.forged(|key, _| *key.folds.values_mut().next().unwrap() += 1);
    assert!(resume(&world, &other, Known::All, as_of).is_err());
    // One of another history is not taken for one of this.
    assert!(shelf.nearest(Known::All, |_| Some(NodeHash::from_bytes([3; 32]))).is_none());
}

#[test]
fn a_forged_state_is_found_and_changes_no_replay() {
    let world = record();
    let mut shelf = shelf(&world, &[10, 20, 30]);
    let as_of = world.log.now();
    let honest = whole(&world.now());
    let saved = shelf.all().nth(1).unwrap();
    let forged = saved.forged(|_, families| families.tally.entries = 19);
    shelf.put(forged.clone());
    let found = wrong(&world, &shelf, entries(&world));
    assert_eq!(found, [20]);
    // Whoever believes it is deceived, which is why nobody has to.
    assert!(resume(&world, &forged, Known::Size(20), as_of).is_ok());
    assert_eq!(whole(&world.now()), honest);
    // Beyond the end of the record there is nothing to be the state of.
    let cut = entries(&world).take(25);
    let found = wrong(&world, &shelf, cut);
    assert_eq!(found, [20, 30]);
}

/// A source that counts what is read.
struct Counted<'a>(&'a World, Cell<usize>);

impl Source for Counted<'_> {
    fn entry(&self, seq: u64) -> Option<Entry> {
        self.1.set(self.1.get() + 1);
        self.0.log.entry(seq)
    }
}

/// To go back in time reads what is left of the subjects that go on, not what comes after.
#[test]
fn an_earlier_moment_costs_the_subjects_that_are_read() {
    let mut world = World::founded("2026-03-01T05:00:00Z");
    let payload = serde_json::json!({
        "area": "donetsk", "position": {"lat": 1, "lon": 1}, "means": "heard", "kind": "burst",
        "count": {"value": 2, "qualifier": "exact"}, "side": "undetermined",
    });
    for day in 0..40 {
        world.log.at(&Timestamp::parse_seconds("2026-03-02T05:00:00Z")
            .unwrap()
            .plus_seconds(day * 86_400)
            .to_seconds_string());
        for _ in 0..20 {
            world.submit("mission", "observation.recorded", "", payload.clone()).unwrap();
        }
    }
    let counted = Counted(&world, Cell::new(0));
    let mut replay = Replay::new(Known::All, world.log.now()).unwrap();
    for entry in world.log.entries() {
        replay.retell(entry.header.seq, &world.families.sayings);
        replay.entry(entry, false, &counted).unwrap();
    }
    assert_eq!(counted.1.get(), 0);
    // The middle of a day: only what sums over it and goes on is folded again.
    let as_of = Timestamp::parse_seconds("2026-03-22T05:00:10Z").unwrap();
    replay.advance(as_of, &counted).unwrap();
    let back = whole(replay.settled(&counted).unwrap());
    assert!(counted.1.get() < 20 * 40 / 2, "{}", counted.1.get());
    assert_eq!(back, whole(&world.replay(Known::All, as_of)));
}
