//! What payloads contradict by themselves.

use super::{count, declared, lethal};
use accord_catalogue::PayloadError;
use serde_json::{Value, json};

fn contradicts(name: &str, payload: &Value) -> bool {
    match (declared(name).check)(payload) {
        Ok(()) => false,
        Err(PayloadError::Content(_)) => true,
        Err(error) => panic!("{name} {payload}: {error}"),
    }
}

/// Fits the payload as it is, and not with any of these members.
fn only(name: &str, payload: &Value, wrong: &[(&str, Value)]) {
    assert!(!contradicts(name, payload), "{name} {payload}");
    for (member, value) in wrong {
        let mut changed = payload.clone();
        changed[*member] = value.clone();
        assert!(contradicts(name, &changed), "{name} {changed}");
    }
}

#[test]
fn the_first_types_say_what_contradicts_itself() {
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
fn observations_and_periods() {
    let place = json!({"lat": 1, "lon": 1});
    let observation = json!({
        "area": "a", "position": place, "means": "heard", "kind": "burst", "count": count(3),
        "side": "undetermined", "zone": "z",
    });
    only(
        "observation.recorded",
        &observation,
        &[("near_zone", json!({"zone": "z", "distance_m": 10}))],
    );
    only(
        "observation.recorded",
        &{
            let mut other = observation;
            other["near_zone"] = json!({"zone": "y", "distance_m": 10});
            other
        },
        &[],
    );
    let parts = |n: usize| json!(vec![json!({"kind": "shot", "count": count(1)}); n]);
    let period = json!({"area": "a", "tallies": parts(256)});
    only("observation.batch_recorded", &period, &[("tallies", parts(257))]);
    only("observation.batch_recorded", &json!({"area": "a", "exercises": count(1)}), &[]);
}

#[test]
fn sensors_flights_and_zones() {
    let works = json!({"sensor": "c1", "works": true});
    only("sensor.status_changed", &works, &[("reason", json!("power"))]);
    only("sensor.status_changed", &json!({"sensor": "c1", "works": false, "reason": "power"}), &[]);
    only(
        "sensor.registered",
        &json!({"sensor": "c1", "kind": "camera", "area": "a", "works": true}),
        &[],
    );
    let beyond = json!({"lat": 91_000_000, "lon": 0});
    let flight = json!({"area": "a", "by": "undetermined", "form": "jamming"});
    only("uav.interfered", &flight, &[("position", beyond)]);
    let breach = json!({"zone": "z", "kind": "weapons", "side": "undetermined"});
    let many = json!(vec!["ab".repeat(32); 257]);
    only("zone.breached", &breach, &[("observations", many)]);
    let zone = json!({"zone": "z", "area": "a", "geometry": "ab".repeat(32), "radius_m": 1_000});
    only("zone.registered", &zone, &[]);
    only("zone.disengaged", &json!({"zone": "z"}), &[]);
}

#[test]
fn weapons_and_sites() {
    let line = json!({"class": "mlrs", "distance_m": 70_000});
    only("weapons_line.set", &line, &[("resolution", json!("board/main"))]);
    let seen = json!({
        "area": "a", "class": "mlrs", "count": count(2), "status": "in_violation",
        "control": "third", "means": "uav",
    });
    let outside = [("site", json!("storage_site/x")), ("site", json!("zone/x"))];
    only("weapon.observed", &seen, &outside);
    let mut stored = seen;
    stored["status"] = "at_site".into();
    stored["site"] = "storage_site/x".into();
    only("weapon.observed", &stored, &[("position", json!({"lat": 0, "lon": 181_000_000}))]);
    only(
        "storage_site.registered",
        &json!({"party": "p", "area": "a", "kind": "holding_area"}),
        &[],
    );
    let item = json!({"class": "mlrs", "count": 3});
    let classes = |n: usize| {
        json!((0..n).map(|i| json!({"class": format!("c{i}"), "count": 1})).collect::<Vec<_>>())
    };
    only(
        "inventory.declared",
        &json!({"as_of": "2026-03-01", "items": [item]}),
        &[("items", json!([item, item])), ("items", classes(257))],
    );
    let found = json!({"class": "mlrs", "present": 1, "missing": 1, "unable_to_verify": 1});
    let seal = json!({"seal": "s1", "intact": false});
    only(
        "inspection.recorded",
        &json!({"outcome": "partial", "items": [found], "seals": [seal], "inspectors": 2}),
        &[
            ("outcome", json!("refused")),
            ("items", json!([found, found])),
            ("seals", json!([seal, seal])),
        ],
    );
    let refused = json!({"outcome": "refused", "inspectors": 2});
    only("inspection.recorded", &refused, &[("outcome", json!("conducted"))]);
}

#[test]
fn damage_and_land() {
    let damage = json!({"area": "a", "object": "school", "count": count(1), "cause": "uav"});
    only("damage.recorded", &damage, &[("position", json!({"lat": 0, "lon": 181_000_000}))]);
    let items = |n: usize| json!(vec![json!({"class": "mine", "count": 1}); n]);
    let hazard = json!({"area": "a", "kind": "mines", "area_m2": 1});
    let wrong = [
        ("area_m2", json!(0)),
        ("items", items(65)),
        ("position", json!({"lat": 91_000_000, "lon": 0})),
    ];
    only("hazard.reported", &hazard, &wrong);
    let released = json!({"area_m2": 1, "method": "cleared", "items": items(64)});
    only("land.released", &released, &[("area_m2", json!(0)), ("items", items(65))]);
}

#[test]
fn calls_and_fire_returned() {
    let call = json!({"to": "p", "area": "a"});
    let many = json!(vec!["ab".repeat(32); 257]);
    only("hotline.call_logged", &call, &[("from", json!("p")), ("observations", many)]);
    only("hotline.acknowledged", &json!({"answer": "will_stop"}), &[]);
    only("hotline.closed", &json!({"outcome": "stopped"}), &[]);
    let notice = json!({"order": "12", "area": "a", "against": "q", "call": "hotline/x"});
    only("return_fire.notified", &notice, &[("call", json!("violation/x"))]);
}
