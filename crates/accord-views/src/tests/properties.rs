//! What holds of every history over all families.

use super::history::{Step, run, steps, take};
use super::world::World;
use crate::replay::{Known, Replay, Snapshot};
use accord_format::hash::{ContentHash, NodeHash};
use accord_format::time::Timestamp;
use accord_projection::Finding;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A state in full: every family's digest and state, and what is said.
#[derive(Debug, PartialEq)]
pub(super) struct Whole {
    digests: Vec<ContentHash>,
    states: BTreeMap<&'static str, Value>,
    findings: Vec<(&'static str, Finding)>,
    tally: Value,
}

pub(super) fn whole(snapshot: &Snapshot) -> Whole {
    let digests = snapshot.digests(NodeHash::from_bytes([2; 32])).unwrap();
    Whole {
        digests: digests.into_iter().map(|d| d.digest).collect(),
        states: snapshot.families().states().unwrap(),
        findings: snapshot.families().findings(),
        tally: serde_json::to_value(snapshot.families().tally()).unwrap(),
    }
}

/// The state of a record that ends at `known`.
fn cut(world: &World, known: u64, as_of: Timestamp) -> Whole {
    let mut replay = Replay::new(Known::All, as_of).unwrap();
    feed(&mut replay, world, 0..known);
    whole(&replay.finish(&world.log).unwrap())
}

/// Feeds entries of the record to a replay, with what was said of them.
pub(super) fn feed(replay: &mut Replay, world: &World, seqs: Range<u64>) {
    for entry in world.log.entries().iter().filter(|e| seqs.contains(&e.header.seq)) {
        replay.retell(entry.header.seq, &world.families.sayings);
        replay.entry(entry, false, &world.log).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn following_the_record_is_replaying_it(steps in steps(90)) {
        let mut world = World::founded("2026-03-01T05:00:00Z");
        for (at, step) in steps.iter().enumerate() {
            take(&mut world, step);
            if at % 30 == 29 {
                world.check_replay();
            }
        }
        world.check_replay();
    }

    #[test]
    fn any_two_clocks_are_a_record_cut_there(
        steps in steps(90),
        known in 0u64..100,
        back in -500i64..1_500,
    ) {
        let world = run(&steps);
        let known = known.clamp(1, world.size());
        let as_of = world.log.now().plus_seconds(-back * 3_600);
        let then = whole(&world.replay(Known::Size(known), as_of));
        prop_assert_eq!(then, cut(&world, known, as_of));
    }

    #[test]
    fn what_was_known_does_not_change(
        steps in steps(60),
        more in steps(60),
        back in -100i64..900,
    ) {
        let mut world = run(&steps);
        let (known, as_of) = (world.size(), world.log.now().plus_seconds(-back * 3_600));
        let before = whole(&world.replay(Known::All, as_of));
        for step in &more {
            take(&mut world, step);
        }
        prop_assert_eq!(before, whole(&world.replay(Known::Size(known), as_of)));
    }

    #[test]
    fn timers_fire_the_same_in_one_step_or_many(
        steps in steps(90),
        hours in proptest::collection::vec(1i64..400, 1..8),
    ) {
        let world = run(&steps);
        let mut as_of = world.log.now().plus_seconds(-30 * 86_400);
        let mut replay = Replay::new(Known::All, as_of).unwrap();
        feed(&mut replay, &world, 0..world.size() / 2);
        for more in hours {
            as_of = as_of.plus_seconds(more * 3_600);
            replay.advance(as_of, &world.log).unwrap();
            replay.settled(&world.log).unwrap();
        }
        feed(&mut replay, &world, world.size() / 2..world.size());
        let stepwise = replay.finish(&world.log).unwrap();
        prop_assert_eq!(whole(&stepwise), whole(&world.replay(Known::All, as_of)));
    }

    #[test]
    fn t_goes_anywhere_and_back(
        steps in steps(90),
        ways in proptest::collection::vec(-500i64..1_500, 1..5),
    ) {
        let world = run(&steps);
        let mut replay = Replay::new(Known::All, world.log.now()).unwrap();
        feed(&mut replay, &world, 0..world.size());
        for back in ways {
            let as_of = world.log.now().plus_seconds(-back * 3_600);
            replay.advance(as_of, &world.log).unwrap();
            let moved = whole(replay.settled(&world.log).unwrap());
            prop_assert_eq!(moved, whole(&world.replay(Known::All, as_of)));
        }
    }
}

/// The histories reach every family and most types, admitted and defiant, so that what is claimed
/// of them is claimed of something.
#[test]
fn the_histories_reach_every_family() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut seen, mut subjects) = (BTreeSet::new(), BTreeSet::new());
    let mut codes = BTreeSet::new();
    for _ in 0..24 {
        let steps: Vec<Step> = steps(160).new_tree(&mut runner).unwrap().current();
        let world = run(&steps);
        seen.extend(world.log.entries().iter().map(|e| e.event().event_type.clone()));
        let snapshot = world.now();
        for (family, state) in snapshot.families().states().unwrap() {
            subjects.extend(state.as_object().into_iter().flatten().map(|_| family));
        }
        codes.extend(snapshot.families().findings().into_iter().map(|(_, f)| f.code));
    }
    let types = World::at("2026-03-01T05:00:00Z").families.event_types();
    let missing: Vec<&str> = types.iter().map(|t| t.name).filter(|t| !seen.contains(*t)).collect();
    assert_eq!(subjects.len(), 6, "{subjects:?}");
    assert!(missing.len() * 10 < types.len(), "{} of {}: {missing:?}", missing.len(), types.len());
    for code in ["out_of_order", "basis_changed", "correction_not_applied"] {
        assert!(codes.contains(code), "{codes:?}");
    }
}
