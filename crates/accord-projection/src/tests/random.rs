//! Random records: whatever comes in whatever order, an engine's state is the fold from nothing.

use super::lamp::{COUNTED, Lamp, LampEvent, Lamps, NOTED, PLANNED, SET};
use super::{Bench, at, correction};
use crate::amend::Amendments;
use crate::item::{Item, Reading};
use crate::{Amendment, Basis, Duplicate, Engine, Projector, Terms};
use accord_catalogue::patch::Patch;
use accord_format::entry::Entry;
use accord_format::time::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Step {
    Note { lamp: u8, also: Option<u8>, level: u64, ago: i64, precision: &'static str },
    Set { lamp: u8, level: u64, seconds: Option<u32> },
    Plan { lamp: u8, ahead: i64 },
    Count { room: u8, n: u64, ago: i64 },
    CorrectLevel { target: u64, new: u64 },
    CorrectTime { target: u64, ago: i64 },
    CorrectLamp { target: u64, lamp: u8 },
    Retract { target: u64 },
    Duplicate { target: u64, of: u64 },
    Wait { seconds: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    let precision = prop_oneof![Just("second"), Just("minute"), Just("hour"), Just("day")];
    prop_oneof![
        4 => (0u8..3, proptest::option::of(0u8..3), 0u64..40, 0i64..7_200, precision)
            .prop_map(|(lamp, also, level, ago, precision)| Step::Note { lamp, also, level, ago, precision }),
        2 => (0u8..3, 0u64..110, proptest::option::of(1u32..4_000))
            .prop_map(|(lamp, level, seconds)| Step::Set { lamp, level, seconds }),
        1 => (0u8..3, -600i64..6_000).prop_map(|(lamp, ahead)| Step::Plan { lamp, ahead }),
        2 => (0u8..2, 0u64..9, 0i64..7_200).prop_map(|(room, n, ago)| Step::Count { room, n, ago }),
        1 => (0u64..30, 0u64..40).prop_map(|(target, new)| Step::CorrectLevel { target, new }),
        1 => (0u64..30, 0i64..7_200).prop_map(|(target, ago)| Step::CorrectTime { target, ago }),
        1 => (0u64..30, 0u8..3).prop_map(|(target, lamp)| Step::CorrectLamp { target, lamp }),
        1 => (0u64..30).prop_map(|target| Step::Retract { target }),
        1 => (0u64..30, 0u64..30).prop_map(|(target, of)| Step::Duplicate { target, of }),
        1 => (1i64..3_000).prop_map(|seconds| Step::Wait { seconds }),
    ]
}

fn name(prefix: &str, number: u8) -> String {
    format!("{prefix}{number}")
}

fn record(steps: &[Step]) -> Bench {
    let mut bench = Bench::default();
    bench.log.at("2026-01-01T12:00:00Z");
    for step in steps {
        write(&mut bench, step);
    }
    bench
}

fn write(bench: &mut Bench, step: &Step) {
    let now = bench.log.now();
    let text = |seconds: i64| now.plus_seconds(seconds).to_seconds_string();
    let span = |ago: i64, precision: &str| json!({"from": text(-ago), "precision": precision});
    let log = &mut bench.log;
    match step {
        Step::Note { lamp, also, level, ago, precision } => {
            let mut payload = json!({"lamp": name("l", *lamp), "level": level});
            if let Some(also) = also {
                payload["also"] = name("l", *also).into();
            }
            log.write_of("ann", &NOTED, "", span(*ago, precision), payload);
        }
        Step::Set { lamp, level, seconds } => {
            let mut payload = json!({"lamp": name("l", *lamp), "level": level});
            if let Some(seconds) = seconds {
                payload["seconds"] = (*seconds).into();
            }
            log.write("ann", &SET, "", payload);
        }
        Step::Plan { lamp, ahead } => {
            let payload = json!({"lamp": name("l", *lamp), "at": text(*ahead)});
            log.write("ann", &PLANNED, "", payload);
        }
        Step::Count { room, n, ago } => {
            let payload = json!({"room": name("r", *room), "n": n});
            log.write_of("ann", &COUNTED, "", span(*ago, "minute"), payload);
        }
        Step::CorrectLevel { target, new } => patch(bench, *target, "/payload/level", json!(new)),
        Step::CorrectTime { target, ago } => {
            let new = json!(text(-ago));
            patch(bench, *target, "/occurred/from", new);
        }
        Step::CorrectLamp { target, lamp } => {
            patch(bench, *target, "/payload/lamp", json!(name("l", *lamp)));
        }
        Step::Retract { target } => {
            if *target < bench.log.entries().len() as u64 {
                bench.amend("ann", |by| Amendment::Retraction { target: *target, by });
            }
        }
        Step::Duplicate { target, of } => {
            if target != of && (*target).max(*of) < bench.log.entries().len() as u64 {
                let duplicate = |by| Duplicate { canonical: *of, by };
                bench.amend("ann", |by| Amendment::Duplicate {
                    target: *target,
                    duplicate: duplicate(by),
                });
            }
        }
        Step::Wait { seconds } => {
            let later = now.plus_seconds(*seconds).to_seconds_string();
            bench.log.at(&later);
        }
    }
}

/// Corrects what stands there as signed; after an earlier correction `old` may no longer fit, and
/// then nothing happens.
fn patch(bench: &mut Bench, target: u64, pointer: &str, new: Value) {
    let Some(entry) = bench.log.entries().get(usize::try_from(target).unwrap()) else { return };
    let event = entry.event();
    let whole = json!({
        "payload": event.payload,
        "occurred": {"from": event.occurred.from.to_string()},
    });
    let old = whole.pointer(pointer).cloned();
    let patches = vec![Patch { pointer: pointer.to_owned(), old, new: Some(new) }];
    bench.amend("ann", |by| Amendment::Correction { target, correction: correction(by, patches) });
}

/// State(K, T) as the design defines it, each subject from nothing.
fn reference(bench: &Bench, known: u64, as_of: Timestamp) -> Value {
    let mut amendments = Amendments::default();
    for (_, amendment) in bench.amendments.iter().filter(|(by, _)| *by < known) {
        amendments.apply(amendment.clone());
    }
    let known = bench.log.entries().iter().filter(|e| e.header.seq < known);
    let mut items: Vec<Item<'_, LampEvent>> = known
        .filter_map(|entry: &Entry| match Item::read(&entry.header, entry.event(), &amendments) {
            Reading::Item(item, _) => Some(item),
            _ => None,
        })
        .filter(|item| item.effect <= as_of)
        .collect();
    items.sort_by_key(|item| (item.effect, item.seq));
    let mut states: BTreeMap<String, Lamp> = BTreeMap::new();
    for item in &items {
        let mut subjects = Vec::new();
        Lamps::subjects(item, &mut subjects);
        for subject in subjects {
            let lamp = states.entry(subject.clone()).or_default();
            fire(lamp, item.effect);
            let before = lamp.clone();
            if Lamps::fold(lamp, &subject, item, &Terms::default()).is_err() {
                assert_eq!(*lamp, before);
            }
        }
    }
    for lamp in states.values_mut() {
        fire(lamp, as_of);
    }
    serde_json::to_value(states).unwrap()
}

fn fire(lamp: &mut Lamp, at: Timestamp) {
    while let Some(deadline) = Lamps::deadline(lamp).filter(|d| *d <= at) {
        Lamps::fire(lamp, deadline);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_replay_is_the_fold_from_nothing(
        steps in proptest::collection::vec(step(), 1..40),
        cut in 0usize..=40,
        back in -9_000i64..9_000,
    ) {
        let bench = record(&steps);
        let known = cut.min(bench.log.entries().len()) as u64;
        let as_of = bench.log.now().plus_seconds(-back);
        let (engine, _) = bench.replay(known, as_of);
        prop_assert_eq!(engine.to_value().unwrap(), reference(&bench, known, as_of));
    }

    #[test]
    fn following_the_record_is_the_fold_from_nothing_at_every_entry(
        steps in proptest::collection::vec(step(), 1..30),
        glances in proptest::collection::vec(0i64..5_000, 30),
    ) {
        let bench = record(&steps);
        let mut engine = Engine::<Lamps>::default();
        let mut basis = Basis::default();
        for (entry, glance) in bench.log.entries().iter().zip(glances) {
            let recorded = entry.header.recorded;
            // A judge looks at a candidate that comes to nothing, then the entry comes, earlier.
            engine.advance(recorded.plus_seconds(glance), &bench.log, &basis).unwrap();
            if glance % 2 == 0 {
                engine.settle(&bench.log, &basis).unwrap();
            }
            engine.advance(recorded, &bench.log, &basis).unwrap();
            engine.commit(recorded);
            bench.feed(&mut engine, &mut basis, entry.header.seq);
            if glance % 3 == 0 {
                let saved = serde_json::to_string(&engine).unwrap();
                engine = serde_json::from_str(&saved).unwrap();
            }
            engine.settle(&bench.log, &basis).unwrap();
            let expected = reference(&bench, entry.header.seq + 1, recorded);
            prop_assert_eq!(engine.to_value().unwrap(), expected);
        }
    }

    #[test]
    fn t_goes_anywhere_and_back(
        steps in proptest::collection::vec(step(), 1..40),
        ways in proptest::collection::vec((-9_000i64..9_000, any::<bool>()), 1..8),
    ) {
        let bench = record(&steps);
        let known = bench.log.entries().len() as u64;
        let (mut engine, basis) = bench.replay(known, bench.log.now());
        for (back, commits) in ways {
            let as_of = bench.log.now().plus_seconds(-back);
            engine.advance(as_of, &bench.log, &basis).unwrap();
            if commits {
                engine.commit(as_of);
            }
            engine.settle(&bench.log, &basis).unwrap();
            prop_assert_eq!(engine.to_value().unwrap(), reference(&bench, known, as_of));
            let (fresh, _) = bench.replay(known, as_of);
            prop_assert_eq!(engine.findings(), fresh.findings());
        }
    }

    #[test]
    fn reports_of_different_times_may_arrive_in_any_order(
        reports in proptest::collection::btree_map(0i64..7_200, (0u8..3, 0u64..40), 1..60),
        seed in any::<u64>(),
    ) {
        let say = |bench: &mut Bench, (ago, (lamp, level)): (&i64, &(u8, u64))| {
            let from = at(super::NOON).plus_seconds(-ago).to_seconds_string();
            let payload = json!({"lamp": name("l", *lamp), "level": level});
            let occurred = json!({"from": from, "precision": "second"});
            bench.log.write_of("ann", &NOTED, "", occurred, payload);
        };
        let (mut orderly, mut shuffled) = (Bench::default(), Bench::default());
        for bench in [&mut orderly, &mut shuffled] {
            bench.log.at(super::NOON);
        }
        for report in &reports {
            say(&mut orderly, report);
        }
        let mut order: Vec<_> = reports.iter().collect();
        order.sort_by_key(|(ago, _)| (ago.cast_unsigned() ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        for report in order {
            say(&mut shuffled, report);
        }
        let known = reports.len() as u64;
        let as_of = orderly.log.now();
        let (one, _) = orderly.replay(known, as_of);
        let (other, _) = shuffled.replay(known, as_of);
        prop_assert_eq!(one.to_value().unwrap(), other.to_value().unwrap());
    }
}
