//! Payloads, sums and the order of nothing.

use crate::event::Monitored;
use crate::{Monitoring, MonitoringState};
use accord_catalogue::EventType;
use accord_projection::testing::Log;
use accord_projection::{Basis, Engine, Payloads, Projector};
use proptest::prelude::*;
use serde_json::{Value, json};

fn declared(name: &str) -> EventType {
    *Monitored::TYPES.iter().find(|t| t.name == name).unwrap()
}

fn count(value: u64) -> Value {
    json!({"value": value, "qualifier": "exact"})
}

fn lethal(civilians: u64) -> Value {
    json!({
        "source_id": "1", "best": civilians + 3, "low": 0, "high": 20, "civilians": civilians,
        "by_side": {"third": 2}, "unknown": 1, "where_precision": 2, "date_precision": 1,
    })
}

#[test]
fn payloads_say_what_contradicts_itself() {
    let place = json!({"lat": 48_000_000, "lon": 37_000_000});
    let observation = json!({
        "area": "donetsk", "position": place, "means": "heard", "kind": "burst", "count": count(3),
        "side": "undetermined",
    });
    let with = |base: &Value, member: &str, value: Value| {
        let mut payload = base.clone();
        payload[member] = value;
        payload
    };
    let ok = |name: &str, payload: &Value| (declared(name).check)(payload).is_ok();
    let name = "observation.recorded";
    assert!(ok(name, &observation));
    assert!(!ok(name, &with(&observation, "bearing", json!(360))));
    assert!(!ok(name, &with(&observation, "position", json!({"lat": 91_000_000, "lon": 0}))));
    assert!(
        !ok(name, &with(&observation, "historical", json!(false))),
        "the one spelling is absence"
    );
    assert!(!ok(name, &with(&observation, "name", json!("x"))));
    assert!(!ok("observation.batch_recorded", &json!({"area": "donetsk"})));
    assert!(ok("lethal_event.recorded", &lethal(2)));
    assert!(!ok("lethal_event.recorded", &with(&lethal(2), "where_precision", json!(8))));
    assert!(!ok("lethal_event.recorded", &with(&lethal(2), "date_precision", json!(0))));
    assert!(!ok("mission.status_changed", &json!({"status": "closed"})));
    assert!(ok(
        "mission.status_changed",
        &json!({"status": "closed", "archive_custodian": "vault"})
    ));
    let nobody = json!({
        "area": "donetsk", "killed": 0, "injured": 0, "cause": "other", "corroborated": true,
        "persons": {"men": 0, "women": 0, "boys": 0, "girls": 0, "unknown": 0},
    });
    assert!(!ok("casualty.recorded", &nobody));
}

#[test]
fn sums_hold_instead_of_wrapping() {
    let most = accord_format::json::INTEGER_MAX;
    let mut log = Log::default();
    let mut engine = Engine::<Monitoring>::at(accord_format::time::Timestamp::MAX);
    let mut payload = lethal(0);
    for member in ["best", "civilians", "high"] {
        payload[member] = json!(most);
    }
    for _ in 0..2_100 {
        log.write("mission", &declared("lethal_event.recorded"), "", payload.clone());
    }
    for entry in log.entries() {
        engine.apply(entry, &Basis::default());
    }
    let (_, state) = engine.states("lethal/").next().unwrap();
    let MonitoringState::Lethal(split) = &*state else { panic!("a month of lethal events") };
    assert_eq!((split.baseline.events, split.baseline.civilians), (2_100, u64::MAX));
}

#[test]
fn an_event_that_ends_at_midnight_lies_in_its_month() {
    let mut log = Log::default();
    let mut engine = Engine::<Monitoring>::at(accord_format::time::Timestamp::MAX);
    for until in ["2020-02-01T00:00:00Z", "2020-02-02T00:00:00Z"] {
        let occurred = json!({"from": "2020-01-31T00:00:00Z", "until": until, "precision": "day"});
        log.write_of("mission", &declared("lethal_event.recorded"), "", occurred, lethal(1));
    }
    for entry in log.entries() {
        engine.apply(entry, &Basis::default());
    }
    let state = engine.state("lethal/2020-01").unwrap();
    let MonitoringState::Lethal(split) = &*state else { panic!("a month of lethal events") };
    assert_eq!((split.baseline.events, split.baseline.spanning), (2, 1));
}

fn report() -> impl Strategy<Value = (&'static str, Value, u8)> {
    let side = prop_oneof![Just("third"), Just("undetermined")];
    let observation = (0u64..50, side.clone(), any::<bool>()).prop_map(|(n, side, exercise)| {
        let mut payload = json!({
            "area": "donetsk", "position": {"lat": 1, "lon": 1}, "means": "camera", "kind": "shot",
            "count": count(n), "side": side, "method": "camera",
        });
        if exercise {
            payload["exercise"] = true.into();
        }
        ("observation.recorded", payload)
    });
    let restriction = (0u64..9, side).prop_map(|(n, side)| {
        let payload = json!({"area": "donetsk", "by": side, "form": "denied", "count": count(n)});
        ("access.restricted", payload)
    });
    let casualty = (0u64..4, 1u64..4, any::<bool>()).prop_map(|(killed, injured, corroborated)| {
        let payload = json!({
            "area": "donetsk", "killed": killed, "injured": injured, "cause": "shelling",
            "corroborated": corroborated,
            "persons": {"men": killed + injured, "women": 0, "boys": 0, "girls": 0, "unknown": 0},
        });
        ("casualty.recorded", payload)
    });
    let killing = (0u64..9).prop_map(|n| ("lethal_event.recorded", lethal(n)));
    (prop_oneof![observation, restriction, casualty, killing], 1u8..28)
        .prop_map(|((name, payload), day)| (name, payload, day))
}

proptest! {
    #[test]
    fn tallies_do_not_depend_on_the_order(
        reports in proptest::collection::vec(report(), 1..20),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 20),
    ) {
        let mut log = Log::default();
        for (name, payload, day) in &reports {
            let from = format!("2020-01-{day:02}T00:00:00Z");
            let occurred = json!({"from": from, "precision": "day"});
            log.write_of("mission", &declared(name), "", occurred, payload.clone());
        }
        let fold = |entries: &[accord_format::entry::Entry]| {
            let mut engine = Engine::<Monitoring>::at(accord_format::time::Timestamp::MAX);
            for entry in entries {
                engine.apply(entry, &Basis::default());
            }
            // Settling would fold what is out of order again; tallies need none of it.
            engine.to_value().unwrap()
        };
        let mut shuffled = log.entries().to_vec();
        for (at, index) in order.iter().enumerate().take(shuffled.len()) {
            let other = index.index(shuffled.len());
            shuffled.swap(at, other);
        }
        prop_assert_eq!(fold(log.entries()), fold(&shuffled));
    }
}

#[test]
fn only_the_mission_needs_an_order() {
    let read = |name: &str, payload: &Value| {
        let at = Monitored::position(name, 1).unwrap();
        Monitoring::commutes(&Monitored::READERS[at](payload).unwrap())
    };
    assert!(read("lethal_event.recorded", &lethal(1)));
    assert!(!read("mission.status_changed", &json!({"status": "active"})));
}
