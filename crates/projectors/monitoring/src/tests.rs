//! Payloads, sums, and what order does and does not matter.

mod calls;
mod merits;
mod order;
mod payloads;

use crate::event::Monitored;
use crate::{Monitoring, MonitoringState};
use accord_catalogue::EventType;
use accord_projection::testing::Log;
use accord_projection::{Basis, Engine, Payloads, Projector};
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

#[test]
fn what_has_a_life_needs_an_order() {
    let ordered = Monitored::TYPES.iter().zip(Monitored::READERS).filter(|(declared, read)| {
        let filled = accord_catalogue::template(&(declared.schema)());
        !Monitoring::commutes(&read(&filled).unwrap())
    });
    let names: Vec<&str> = ordered.map(|(declared, _)| declared.name).collect();
    assert_eq!(
        names,
        [
            "mission.status_changed",
            "sensor.registered",
            "sensor.status_changed",
            "weapons_line.set",
            "storage_site.registered",
            "inventory.declared",
            "inspection.recorded",
            "zone.registered",
            "zone.disengaged",
            "zone.breached",
            "hotline.call_logged",
            "hotline.acknowledged",
            "hotline.closed",
            "return_fire.notified",
        ]
    );
}

#[test]
fn every_code_that_the_family_says_is_declared() {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    accord_projection::testing::check_codes::<Monitoring>(sources);
}
