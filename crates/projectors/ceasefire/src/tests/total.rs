//! The fold is total, whatever comes in whatever order, and timers fire the same in one step as
//! in many.

use super::bench::{Bench, declared, digest};
use crate::Ceasefires;
use crate::state::{Status, WindowStatus};
use accord_format::time::Timestamp;
use accord_projection::Engine;
use accord_projection::testing::Log;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Steps of a ceasefire and of a window, valid in themselves, with who says them.
fn steps() -> Vec<(&'static str, &'static str, Value)> {
    let notice = json!({"notice_digest": digest(1), "effective_at": "2026-03-09T00:00:00Z"});
    let ends = |id: &str| json!({"resolution": format!("resolution/{id}")});
    let until = json!({"resolution": "resolution/u", "until": "2026-03-08T00:00:00Z"});
    vec![
        ("ua", "ceasefire.accepted", json!({"text_digest": digest(0xaa)})),
        ("ru", "ceasefire.accepted", json!({"text_digest": digest(0xaa)})),
        ("ru", "ceasefire.declined", json!({})),
        ("x", "ceasefire.entered_into_force", json!({"effective_at": "2026-03-07T00:00:00Z"})),
        ("ua", "ceasefire.recommitted", json!({"effective_at": "2026-03-07T00:00:00Z"})),
        ("x", "ceasefire.suspended", ends("s")),
        ("x", "ceasefire.suspended", until),
        ("x", "ceasefire.resumed", ends("r")),
        ("ua", "ceasefire.denounced", notice),
        ("x", "ceasefire.terminated", json!({"resolution": "resolution/t", "reason": "x"})),
        ("ua", "silence_window.guaranteed", json!({})),
        ("ru", "silence_window.guaranteed", json!({})),
        ("x", "silence_window.opened", json!({})),
        ("x", "silence_window.closed", json!({"completed": true})),
        ("x", "silence_window.breached", json!({"by": "third"})),
    ]
}

/// A proposal at 1 and a request at 2, then the steps, each so many hours after the one before.
fn record(order: &[(usize, i64)]) -> Bench {
    let mut bench = Bench::at("2026-03-05T00:00:00Z");
    let mut clock = bench.log.now();
    let mut proposal = super::bench::proposal();
    proposal["ends_at"] = "2026-09-01T00:00:00Z".into();
    bench.log.write("chair", &declared("ceasefire.proposed"), "", proposal);
    let window = json!({
        "purpose": "repair", "area": "donetsk",
        "from": "2026-03-06T00:00:00Z", "until": "2026-03-08T00:00:00Z",
    });
    bench.log.write("mission", &declared("silence_window.requested"), "", window);
    let streams = [1, 2].map(|at| bench.log.entries()[at].event().stream.clone());
    let steps = steps();
    for (at, hours) in order {
        let (who, name, payload) = &steps[*at];
        let stream = &streams[usize::from(name.starts_with("silence"))];
        clock = clock.plus_seconds(10 + hours * 3_600);
        bench.log.at(&clock.to_seconds_string());
        bench.log.write(who, &declared(name), stream, payload.clone());
    }
    bench
}

fn at(bench: &Bench, to: Timestamp) -> Engine<Ceasefires> {
    let mut engine = Engine::at(to);
    for entry in bench.log.entries() {
        engine.apply(entry, &bench.basis);
    }
    engine.settle(&bench.log, &bench.basis).unwrap();
    engine
}

fn check(
    engine: &Engine<Ceasefires>,
    log: &Log,
    before: &mut (Option<Status>, Option<WindowStatus>),
) -> Result<(), TestCaseError> {
    let now = engine.as_of().micros();
    let all: Vec<_> = engine.states("").map(|(_, state)| state.into_owned()).collect();
    for ceasefire in all.iter().filter_map(|s| s.ceasefire()) {
        prop_assert!(ceasefire.accepted.keys().all(|p| !ceasefire.declined.contains_key(p)));
        let (in_force, suspended) = ceasefire.lengths(now);
        prop_assert!(in_force >= 0 && suspended >= 0);
        let since = ceasefire.force.as_ref().map_or(now, |f| f.since);
        prop_assert!(in_force + suspended <= (now - since).max(0));
        let status = ceasefire.status();
        prop_assert!(ceasefire.force.is_some() || !status.binds());
        let over = before.0 == Some(Status::Terminated);
        prop_assert!(!over || status == Status::Terminated, "nothing leaves an end");
        before.0 = Some(status);
    }
    for window in all.iter().filter_map(|s| s.window()) {
        let opened = matches!(
            window.status,
            WindowStatus::Open | WindowStatus::Ended | WindowStatus::Closed
        );
        prop_assert_eq!(opened, window.opened_at.is_some());
        prop_assert!(!opened || window.missing().is_empty());
        prop_assert_eq!(window.closed.is_some(), window.status == WindowStatus::Closed);
        let gone =
            [Some(WindowStatus::Lapsed), Some(WindowStatus::Unused), Some(WindowStatus::Closed)];
        prop_assert!(!gone.contains(&before.1) || before.1 == Some(window.status));
        before.1 = Some(window.status);
    }
    prop_assert!(log.entries().len() > 2);
    Ok(())
}

proptest! {
    #[test]
    fn any_order_of_steps_folds(order in proptest::collection::vec((0usize..15, 0i64..30), 1..30)) {
        let bench = record(&order);
        let mut following = Engine::<Ceasefires>::default();
        let mut before = (None, None);
        for entry in bench.log.entries() {
            following.advance(entry.header.recorded, &bench.log, &bench.basis).unwrap();
            following.commit(entry.header.recorded);
            following.apply(entry, &bench.basis);
            following.settle(&bench.log, &bench.basis).unwrap();
            check(&following, &bench.log, &mut before)?;
        }
        // Hour by hour beyond the last entry, and in one step.
        for hours in [1, 5, 24, 200, 5_000] {
            let to = bench.log.now().plus_seconds(hours * 3_600);
            following.advance(to, &bench.log, &bench.basis).unwrap();
            following.settle(&bench.log, &bench.basis).unwrap();
            check(&following, &bench.log, &mut before)?;
            let fresh = at(&bench, to);
            prop_assert_eq!(following.to_value().unwrap(), fresh.to_value().unwrap());
        }
        prop_assert_eq!(before.0, Some(Status::Terminated), "the proposal has an end");
    }
}
