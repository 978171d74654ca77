//! Tallies add up to the same in any order.

use super::{count, declared, lethal};
use crate::Monitoring;
use accord_projection::testing::Log;
use accord_projection::{Basis, Engine};
use proptest::prelude::*;
use serde_json::{Value, json};

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
    let seen = (0u64..9, 0usize..3, any::<bool>()).prop_map(|(n, status, heavy)| {
        let status = ["in_violation", "beyond_line_outside_site", "at_site"][status];
        let class = if heavy { "mortar-120" } else { "howitzer" };
        let payload = json!({
            "area": "donetsk", "class": class, "count": count(n), "status": status,
            "control": "third", "means": "uav",
        });
        ("weapon.observed", payload)
    });
    let flight = (0u64..9, any::<bool>()).prop_map(|(n, jammed)| {
        let form = if jammed { "jamming" } else { "loss" };
        let payload =
            json!({"area": "donetsk", "by": "undetermined", "form": form, "count": count(n)});
        ("uav.interfered", payload)
    });
    let damage = (0u64..9).prop_map(|n| {
        let payload = json!({
            "area": "donetsk", "object": "school", "count": count(n), "cause": "shelling",
        });
        ("damage.recorded", payload)
    });
    let killing = (0u64..9).prop_map(|n| ("lethal_event.recorded", lethal(n)));
    (prop_oneof![observation, restriction, casualty, killing, seen, flight, damage], 1u8..28)
        .prop_map(|((name, payload), day)| (name, payload, day))
}

proptest! {
    #[test]
    fn tallies_do_not_depend_on_the_order(
        reports in proptest::collection::vec(report(), 1..20),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 23),
    ) {
        let mut log = Log::default();
        for (name, payload, day) in &reports {
            let from = format!("2020-01-{day:02}T00:00:00Z");
            let occurred = json!({"from": from, "precision": "day"});
            log.write_of("mission", &declared(name), "", occurred, payload.clone());
        }
        // Land is released before and after it is known to be dangerous.
        let hazard = json!({"area": "donetsk", "kind": "mines", "area_m2": 900});
        let reported = log.write("mission", &declared("hazard.reported"), "", hazard);
        let stream = log.entries()[usize::try_from(reported).unwrap()].event().stream.clone();
        for (day, method) in [(3, "cleared"), (4, "cancelled")] {
            let occurred = json!({"from": format!("2020-01-{day:02}T00:00:00Z"), "precision": "day"});
            let payload = json!({"area_m2": day, "method": method});
            log.write_of("mission", &declared("land.released"), &stream, occurred, payload);
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
