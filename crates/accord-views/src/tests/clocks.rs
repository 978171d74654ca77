//! Both clocks over records of every family, in random order.

use super::world::{World, foreign};
use crate::replay::{Known, Replay};
use crate::{Families, ViewError};
use accord_format::hash::{EventHash, NodeHash};
use accord_ledger::admission::Admission;
use proptest::prelude::*;
use serde_json::json;

#[derive(Clone, Debug)]
enum Step {
    Batch { fortnight: u8, value: u64 },
    Lethal { month: u8, civilians: u64 },
    Alleged { against: bool },
    Registered { case: usize, accepted: bool },
    Opened { case: usize },
    Found { case: usize },
    Response { case: usize },
    Withdrawn { case: usize },
    Merged { case: usize, into: usize },
    Mission { status: u8 },
    Correct { target: u64, value: u64 },
    Retract { target: u64 },
    Adopt,
    Foreign,
    Wait { hours: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0u8..6, 0u64..900).prop_map(|(fortnight, value)| Step::Batch { fortnight, value }),
        2 => (0u8..4, 0u64..9).prop_map(|(month, civilians)| Step::Lethal { month, civilians }),
        3 => any::<bool>().prop_map(|against| Step::Alleged { against }),
        3 => (0usize..4, any::<bool>()).prop_map(|(case, accepted)| Step::Registered { case, accepted }),
        2 => (0usize..4).prop_map(|case| Step::Opened { case }),
        2 => (0usize..4).prop_map(|case| Step::Found { case }),
        1 => (0usize..4).prop_map(|case| Step::Response { case }),
        1 => (0usize..4).prop_map(|case| Step::Withdrawn { case }),
        1 => (0usize..4, 0usize..4).prop_map(|(case, into)| Step::Merged { case, into }),
        1 => (0u8..3).prop_map(|status| Step::Mission { status }),
        2 => (0u64..20, 0u64..900).prop_map(|(target, value)| Step::Correct { target, value }),
        1 => (0u64..20).prop_map(|target| Step::Retract { target }),
        1 => Just(Step::Adopt),
        1 => Just(Step::Foreign),
        2 => (1i64..200).prop_map(|hours| Step::Wait { hours }),
    ]
}

fn run(steps: &[Step]) -> World {
    let mut world = World::at("2026-03-01T05:00:00Z");
    let mut cases = Vec::new();
    for step in steps {
        take(&mut world, step, &mut cases);
    }
    world
}

/// Does what the step says; what is refused leaves no trace.
fn take(world: &mut World, step: &Step, cases: &mut Vec<String>) {
    let case = |at: usize| cases.get(at).cloned().unwrap_or_else(|| "violation/none".to_owned());
    let act = |world: &mut World, author: &str, name: &str, at: usize, payload| {
        let stream = case(at);
        drop(world.submit(author, name, &stream, payload));
    };
    match step {
        Step::Batch { fortnight, value } => {
            let from = format!("2025-{:02}-01T00:00:00Z", fortnight + 1);
            let until = format!("2025-{:02}-15T00:00:00Z", fortnight + 1);
            let occurred = json!({"from": from, "until": until, "precision": "day"});
            let payload = json!({"area": "donetsk", "ceasefire_violations": {"value": value, "qualifier": "exact"}});
            world
                .submit_of("mission", "observation.batch_recorded", "", occurred, payload)
                .unwrap();
        }
        Step::Lethal { month, civilians } => {
            let occurred = json!({"from": format!("2025-{:02}-20T00:00:00Z", month + 1), "precision": "month"});
            let payload = json!({
                "source_id": "x", "best": civilians, "low": 0, "high": 9, "civilians": civilians,
                "unknown": 0, "where_precision": 1, "date_precision": 1,
            });
            world.submit_of("mission", "lethal_event.recorded", "", occurred, payload).unwrap();
        }
        Step::Alleged { against } => {
            let party = if *against { "ua" } else { "ru" };
            let payload = json!({"category": "A2", "against": party});
            let (seq, _) = world.submit("observer", "violation.alleged", "", payload).unwrap();
            let stream = world.stream(seq);
            cases.push(stream);
        }
        Step::Registered { case, accepted } => {
            let payload = if *accepted {
                json!({"outcome": "accepted", "severity": 2})
            } else {
                json!({"outcome": "declined", "reason": "elsewhere"})
            };
            act(world, "mission", "violation.registered", *case, payload);
        }
        Step::Opened { case } => {
            let payload = json!({"team": "north", "standard": "balance"});
            act(world, "mission", "violation.investigation_opened", *case, payload);
        }
        Step::Found { case } => {
            let payload =
                json!({"result": "verified", "confidence": "high", "report": "ab".repeat(32)});
            act(world, "mission", "violation.finding_recorded", *case, payload);
        }
        Step::Response { case } => {
            act(world, "ua", "violation.response_filed", *case, json!({"stance": "deny"}));
        }
        Step::Withdrawn { case } => {
            act(world, "observer", "violation.withdrawn", *case, json!({"reason": "a mistake"}));
        }
        Step::Merged { case: from, into } => {
            let payload = json!({"into": case(*into)});
            act(world, "mission", "violation.merged", *from, payload);
        }
        Step::Mission { status } => {
            let status = ["active", "restricted", "suspended"][usize::from(*status)];
            world
                .submit("mission", "mission.status_changed", "", json!({"status": status}))
                .unwrap();
        }
        Step::Correct { target, value } => correct(world, *target, *value),
        Step::Retract { target } => {
            if *target < world.size() {
                world.retract(*target);
            }
        }
        Step::Adopt => world.adopt(&super::world::charter()),
        Step::Foreign => foreign(world),
        Step::Wait { hours } => {
            let later = world.log.now().plus_seconds(hours * 3_600).to_seconds_string();
            world.log.at(&later);
        }
    }
}

fn correct(world: &mut World, target: u64, value: u64) {
    let Some(entry) = world.log.entries().get(usize::try_from(target).unwrap()) else { return };
    let payload = &entry.event().payload;
    let patch = if let Some(old) = payload.pointer("/ceasefire_violations/value") {
        json!([{"pointer": "/payload/ceasefire_violations/value", "old": old, "new": value}])
    } else if let Some(old) = payload.get("civilians") {
        json!([
            {"pointer": "/payload/civilians", "old": old, "new": value},
            {"pointer": "/occurred/from", "old": entry.event().occurred.from.to_string(), "new": "2025-05-02T00:00:00Z"},
        ])
    } else if let Some(old) = payload.get("against") {
        json!([{"pointer": "/payload/against", "old": old, "new": "third"}])
    } else {
        return;
    };
    world.correct(target, &patch);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_state_that_follows_the_record_is_the_one_that_a_replay_makes(
        steps in proptest::collection::vec(step(), 1..30),
    ) {
        run(&steps).check_replay();
    }

    #[test]
    fn what_was_known_is_what_a_record_cut_there_says(
        steps in proptest::collection::vec(step(), 1..30),
        cut in 0u64..40,
        back in -100i64..400,
    ) {
        let world = run(&steps);
        let as_of = world.log.now().plus_seconds(-back * 3_600);
        let known = cut.min(world.size());
        let (fresh, _) = world.judged_anew(known, as_of);
        let then = world.replay(Known::Size(known), as_of);
        prop_assert_eq!(fresh.families().states().unwrap(), then.families().states().unwrap());
        prop_assert_eq!(fresh.families().findings(), then.families().findings());
        let id = EventHash::from_bytes([1; 32]);
        let digests = |s: &crate::Snapshot| {
            s.families().digests(id, known, NodeHash::from_bytes([2; 32]), as_of).unwrap()
        };
        prop_assert_eq!(digests(&fresh), digests(&then));
        // Every view can be made of any state, and every figure's provenance holds.
        for kind in crate::view::VIEWS {
            let view = (kind.make)(&then);
            for figure in view.figures() {
                if let Some(provenance) = &figure.provenance {
                    let seqs = then.families().enumerate(&provenance.selector);
                    let again = accord_projection::Provenance::new(provenance.selector.clone(), &seqs);
                    prop_assert_eq!(&again, provenance);
                    prop_assert!(seqs.iter().all(|seq| *seq < known));
                    prop_assert!(figure.value == 0 || !seqs.is_empty(), "{}", figure.key);
                }
            }
            prop_assert!(crate::view::text::render(&view).starts_with(kind.title));
        }
    }

    #[test]
    fn a_saved_state_goes_on_where_it_was(
        steps in proptest::collection::vec(step(), 1..24),
        more in proptest::collection::vec(step(), 1..12),
    ) {
        let mut world = run(&steps);
        let saved = world.families.snapshot();
        let mut restored = Families::new().unwrap();
        restored.restore(&saved).unwrap();
        world.families = restored;
        let mut cases = Vec::new();
        for step in &more {
            take(&mut world, step, &mut cases);
        }
        world.check_replay();
    }
}

#[test]
fn known_by_an_instant_is_what_was_recorded_by_then() {
    let mut world = World::at("2026-03-01T05:00:00Z");
    foreign(&mut world);
    let then = world.log.now();
    world.log.at("2026-03-02T05:00:00Z");
    foreign(&mut world);
    assert_eq!(world.replay(Known::At(then), then).size(), 1);
    assert_eq!(world.replay(Known::At(then.plus_seconds(-1)), then).size(), 0);
    let integrity = world.view("integrity");
    assert_eq!(integrity.figure("record/uninterpreted").unwrap().value, 2);
}

#[test]
fn a_replay_reads_from_the_start_in_order() {
    let mut world = World::at("2026-03-01T05:00:00Z");
    foreign(&mut world);
    foreign(&mut world);
    let entries = world.log.entries()[1..].iter().map(|e| (e.clone(), false));
    let gap = Replay::run(entries, &world.log, Known::All, world.log.now()).unwrap_err();
    assert_eq!(gap, ViewError::Gap { expected: 0, found: 1 });
}

#[test]
fn void_entries_do_nothing() {
    let mut world = World::at("2026-03-01T05:00:00Z");
    world.submit("mission", "mission.status_changed", "", json!({"status": "active"})).unwrap();
    let entries = world.log.entries().iter().map(|e| (e.clone(), true));
    let snapshot = Replay::run(entries, &world.log, Known::All, world.log.now()).unwrap();
    assert!(snapshot.families().monitoring().state("mission/main").is_none());
    assert_eq!(snapshot.families().tally().void, [0]);
    // Those of the kernel neither.
    let world = World::with_charter("2026-03-01T05:00:00Z");
    assert!(world.now().kernel().charter().is_some());
    let entries = world.log.entries().iter().map(|e| (e.clone(), true));
    let snapshot = Replay::run(entries, &world.log, Known::All, world.log.now()).unwrap();
    assert_eq!(snapshot.kernel().charter(), None);
    assert_eq!(snapshot.kernel().proposals().len(), 0);
    assert!(snapshot.families().basis().terms.charter(world.size()).is_none());
    assert_eq!(snapshot.size(), world.size());
}

#[test]
fn a_saved_state_of_another_kind_is_refused() {
    let mut families = Families::new().unwrap();
    assert!(families.restore(&[]).is_err());
    let good = families.snapshot();
    assert!(families.restore(&good).is_ok());
    let put = |bytes: &[u8], old: &[u8], new: &[u8]| {
        let at = bytes.windows(old.len()).position(|part| part == old).unwrap();
        [&bytes[..at], new, &bytes[at + old.len()..]].concat()
    };
    let version = Families::new().unwrap().folds()["monitoring"];
    let [now, then] = [version, version + 1].map(|v| u8::try_from(v).unwrap() | 0x80);
    let other =
        put(&good, &[b"monitoring", &[now][..]].concat(), &[b"monitoring", &[then][..]].concat());
    assert!(families.restore(&other).unwrap_err().contains("fold version"));
    let other = put(&good, b"accord.families/v3", b"accord.families/v2");
    assert!(families.restore(&other).unwrap_err().contains("accord.families/v3"));
    // A member of another kind.
    let other = put(&good, b"intact\x02", b"intact\x80");
    assert!(families.restore(&other).is_err());
    let other = put(&good, b"intact\x02", b"intact\x01");
    assert!(families.restore(&other).unwrap_err().contains("intact"));
}
