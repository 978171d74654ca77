//! Reports of every kind, on anything, of any time, corrected and taken back.

use super::{VIEWS, check_figures, exactly};
use crate::replay::Known;
use crate::tests::world::{World, charter};
use crate::view;
use accord_format::time::Timestamp;
use accord_monitoring::event::Monitored;
use accord_projection::Payloads;
use proptest::prelude::*;
use serde_json::{Value, json};

#[derive(Clone, Debug)]
enum Step {
    /// What is said, by its number in [`said`]; when it happened, in hours before it is recorded;
    /// how much; and which of the streams that there are it is about.
    Say {
        what: usize,
        hours: i64,
        much: u64,
        about: usize,
    },
    Correct {
        target: usize,
        much: u64,
    },
    Retract {
        target: usize,
    },
    Wait {
        hours: i64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (0usize..24, -3i64..900, 0u64..40, 0usize..3)
            .prop_map(|(what, hours, much, about)| Step::Say { what, hours, much, about }),
        2 => (0usize..30, 0u64..40).prop_map(|(target, much)| Step::Correct { target, much }),
        1 => (0usize..30).prop_map(|target| Step::Retract { target }),
        2 => (1i64..400).prop_map(|hours| Step::Wait { hours }),
    ]
}

/// Author, type and payload of what is said, and the prefix of the stream that it goes on with.
type Said = (&'static str, &'static str, Value, Option<&'static str>);

const CLASSES: [&str; 3] = ["mlrs", "howitzer", "mortar"];
const SIDES: [&str; 3] = ["ua", "ru", "undetermined"];
const AREAS: [&str; 3] = ["donetsk", "luhansk", "donetsk"];

/// What can be said, by number.
fn said(what: usize, much: u64, about: usize) -> Said {
    match what {
        0..=9 => summed(what, much, about),
        10..=15 => placed(what, much, about),
        _ => continued(what, much, about),
    }
}

/// What adds up.
fn summed(what: usize, much: u64, about: usize) -> Said {
    let (class, side, area) = (CLASSES[about], SIDES[about], AREAS[about]);
    let count = exactly(much);
    let (name, payload) = match what {
        0 | 1 => (
            "observation.recorded",
            json!({
                "area": area, "position": {"lat": 1, "lon": 1}, "means": "camera", "kind": "shot",
                "count": count, "side": side, "zone": "z0", "sensor": "c0", "weapon": class,
            }),
        ),
        2 => (
            "observation.batch_recorded",
            json!({
                "area": area, "ceasefire_violations": count,
                "tallies": [{"kind": "shot", "count": count}],
            }),
        ),
        3 => (
            "access.restricted",
            json!({"area": area, "by": side, "form": "denied", "count": count}),
        ),
        4 => ("uav.interfered", json!({"area": area, "by": side, "form": "loss", "count": count})),
        5 => (
            "casualty.recorded",
            json!({
                "area": area, "killed": 1, "injured": much, "cause": "uav",
                "corroborated": much.is_multiple_of(2),
                "persons": {"men": 1, "women": 0, "boys": 0, "girls": 0, "unknown": much},
            }),
        ),
        6 => (
            "lethal_event.recorded",
            json!({
                "source_id": "x", "best": much, "low": 0, "high": 40, "civilians": much,
                "unknown": 0, "where_precision": 1, "date_precision": 1,
            }),
        ),
        7 => (
            "damage.recorded",
            json!({"area": area, "object": "school", "count": count, "cause": "uav"}),
        ),
        8 => (
            "weapon.observed",
            json!({
                "area": area, "class": class, "count": count, "status": "in_violation",
                "control": side, "means": "uav", "distance_m": much,
            }),
        ),
        _ => ("hazard.reported", json!({"area": area, "kind": "mines", "area_m2": 1 + much})),
    };
    ("mission", name, payload, None)
}

/// What has one place.
fn placed(what: usize, much: u64, about: usize) -> Said {
    let (side, area) = (SIDES[about], AREAS[about]);
    let works = much.is_multiple_of(2);
    let (author, name, payload) = match what {
        10 => (
            "mission",
            "sensor.registered",
            json!({"sensor": "c0", "kind": "camera", "area": area, "works": works}),
        ),
        11 => ("mission", "sensor.status_changed", json!({"sensor": "c0", "works": works})),
        12 => {
            let status = ["active", "suspended", "evacuated"][about];
            ("mission", "mission.status_changed", json!({"status": status}))
        }
        13 => (
            "ua",
            "zone.registered",
            json!({"zone": "z0", "area": area, "geometry": "ab".repeat(32)}),
        ),
        14 => ("mission", "zone.disengaged", json!({"zone": "z0"})),
        _ => ("mission", "zone.breached", json!({"zone": "z0", "kind": "fire", "side": side})),
    };
    (author, name, payload, None)
}

/// What opens a stream or goes on with one.
fn continued(what: usize, much: u64, about: usize) -> Said {
    let (class, side, area) = (CLASSES[about], SIDES[about], AREAS[about]);
    let party = SIDES[about % 2];
    let (author, name, payload, stream) = match what {
        16 => {
            let registered = json!({"party": party, "area": area, "kind": "holding_area"});
            (party, "storage_site.registered", registered, "")
        }
        17 => {
            let items = json!([{"class": class, "count": much}]);
            let payload = json!({"as_of": "2026-03-01", "items": items});
            (party, "inventory.declared", payload, "storage_site")
        }
        18 => {
            let found = json!({
                "outcome": "partial", "inspectors": 1,
                "seals": [{"seal": class, "intact": much.is_multiple_of(2)}],
                "items": [{"class": class, "present": much, "missing": 1, "unable_to_verify": 0}],
            });
            ("mission", "inspection.recorded", found, "storage_site")
        }
        19 => {
            let land = json!({"area_m2": 1 + much, "method": "cleared"});
            ("mission", "land.released", land, "hazard")
        }
        20 => ("mission", "hotline.call_logged", json!({"to": party, "area": area}), ""),
        21 => (party, "hotline.acknowledged", json!({"answer": "will_stop"}), "hotline"),
        22 => {
            let outcome = ["stopped", "continued", "logged_in_error"][about];
            ("mission", "hotline.closed", json!({"outcome": outcome}), "hotline")
        }
        _ => {
            let notice = json!({"order": "1", "area": area, "against": side});
            ("ua", "return_fire.notified", notice, "")
        }
    };
    (author, name, payload, (!stream.is_empty()).then_some(stream))
}

/// The streams with this prefix.
fn streams(world: &World, prefix: &str) -> Vec<String> {
    let mut streams: Vec<String> =
        world.log.entries().iter().map(|entry| entry.event().stream.clone()).collect();
    streams.retain(|stream| stream.split('/').next() == Some(prefix));
    streams.dedup();
    streams
}

fn say(world: &mut World, what: usize, hours: i64, much: u64, about: usize) {
    let (author, name, mut payload, continues) = said(what, much, about);
    let stream = match continues {
        None => String::new(),
        Some(prefix) => match streams(world, prefix).get(about) {
            Some(stream) => stream.clone(),
            None => return,
        },
    };
    if name == "return_fire.notified"
        && let Some(call) = streams(world, "hotline").get(about)
    {
        payload["call"] = call.clone().into();
    }
    let from = world.log.now().plus_seconds(-hours * 3_600);
    let precision = if much.is_multiple_of(5) { "day" } else { "minute" };
    let from = from.plus_seconds(-from.seconds().rem_euclid(60)).to_seconds_string();
    let from = if precision == "day" { format!("{}T00:00:00Z", &from[..10]) } else { from };
    let occurred = json!({"from": from, "precision": precision});
    // An act may be refused; then it leaves no trace.
    drop(world.submit_of(author, name, &stream, occurred, payload));
}

fn correct(world: &mut World, target: usize, much: u64) {
    let Some(entry) = world.log.entries().get(target) else { return };
    let event = entry.event();
    let patch = if let Some(old) = event.payload.pointer("/count/value") {
        json!([{"pointer": "/payload/count/value", "old": old, "new": much}])
    } else if let Some(old) = event.payload.get("area_m2") {
        json!([{"pointer": "/payload/area_m2", "old": old, "new": 1 + much}])
    } else if let Some(old) = event.payload.get("works") {
        json!([{"pointer": "/payload/works", "old": old, "new": !much.is_multiple_of(2)}])
    } else {
        let new = format!("2026-02-{:02}T00:00:00Z", 1 + much % 28);
        json!([{"pointer": "/occurred/from", "old": event.occurred.from.to_string(), "new": new}])
    };
    world.correct(target as u64, &patch);
}

fn run(steps: &[Step]) -> World {
    let mut world = World::at("2026-02-01T05:00:00Z");
    for (at, step) in steps.iter().enumerate() {
        if at == 3 {
            world.adopt(&charter());
        }
        match *step {
            Step::Say { what, hours, much, about } => say(&mut world, what, hours, much, about),
            Step::Correct { target, much } => correct(&mut world, target, much),
            Step::Retract { target } if target < world.log.entries().len() => {
                world.retract(target as u64);
            }
            Step::Retract { .. } => {}
            Step::Wait { hours } => {
                let later = world.log.now().plus_seconds(hours * 3_600).to_seconds_string();
                world.log.at(&later);
            }
        }
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_state_is_a_fold_from_nothing(
        steps in proptest::collection::vec(step(), 1..50),
        cut in 0u64..60,
        back in -50i64..1_500,
    ) {
        let mut world = run(&steps);
        world.check_replay();
        let as_of = world.log.now().plus_seconds(-back * 3_600);
        let known = cut.min(world.size());
        let (fresh, _) = world.judged_anew(known, as_of);
        let then = world.replay(Known::Size(known), as_of);
        prop_assert_eq!(fresh.families().states().unwrap(), then.families().states().unwrap());
        prop_assert_eq!(fresh.families().findings(), then.families().findings());
        for name in VIEWS {
            prop_assert_eq!(view::view(name, &fresh), view::view(name, &then));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn every_figure_comes_from_the_entries_that_it_names(
        steps in proptest::collection::vec(step(), 1..40),
        back in -50i64..900,
    ) {
        let world = run(&steps);
        check_figures(&world, world.log.now().plus_seconds(-back * 3_600));
    }
}

#[test]
fn everything_can_be_said() {
    let steps: Vec<Step> = (0..24)
        .map(|what| Step::Say { what, hours: 1, much: 6, about: 0 })
        .chain([17, 18, 19, 21, 22].map(|what| Step::Say { what, hours: 0, much: 3, about: 0 }))
        .collect();
    let world = run(&steps);
    let said: std::collections::BTreeSet<&str> =
        world.log.entries().iter().map(|entry| entry.event().event_type.as_str()).collect();
    for declared in Monitored::TYPES.iter().map(|t| t.name) {
        // The board has adopted nothing here, and the test bench signs with one key.
        assert!(said.contains(declared) || declared == "weapons_line.set", "{declared}");
    }
    check_figures(&world, Timestamp::parse_seconds("2026-06-01T00:00:00Z").unwrap());
}
