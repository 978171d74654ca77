//! Observations, periods, sensors, zones and the mission.

use super::{
    VIEWS, absent, check, check_figures, day, derived, exactly, report, second, since_before,
    value, with, world,
};
use crate::replay::Known;
use crate::tests::world::{World, refused};
use crate::view::{self, Cell, View};
use serde_json::{Value, json};

const OBSERVED: (&str, &str, &str) = ("mission", "observation.recorded", "");

fn observation(rounds: u64) -> Value {
    json!({
        "area": "donetsk", "position": {"lat": 48_000_000, "lon": 37_800_000}, "means": "heard",
        "kind": "explosion_impact", "count": exactly(rounds), "side": "undetermined",
    })
}

fn word<'a>(view: &'a View, table: &str, row: &str, column: &str) -> Option<&'a str> {
    let table = view.tables.iter().find(|t| t.key == table)?;
    let at = table.columns.iter().position(|c| c.key == column)?;
    match table.rows.iter().find(|r| r.key == row)?.cells.get(at)? {
        Cell::Text(text) => Some(text),
        _ => None,
    }
}

#[test]
fn observations_add_up_by_span_and_kind() {
    let mut world = world();
    world.log.at("2026-03-31T12:00:00Z");
    let bursts = with(&with(&observation(30), "kind", "burst"), "exercise", true);
    let known = with(&with(&observation(7), "weapon", "mortar-120"), "proscribed", true);
    let other = with(&with(&observation(3), "weapon", "rifle"), "proscribed", false);
    let attributed = with(&with(&observation(2), "side", "ru"), "method", "crater analysis");
    for (date, payload) in [
        ("2026-03-10", observation(5)),
        ("2026-03-16", observation(40)),
        ("2026-03-17", observation(1)),
        ("2026-03-18", bursts),
        ("2026-03-24", attributed),
        ("2026-03-25", known),
        ("2026-03-31", other),
    ] {
        let (_, said) = report(&mut world, OBSERVED, second(&format!("{date}T10:00:00Z")), payload);
        assert_eq!(said, [] as [&str; 0]);
    }
    let view = world.view("ceasefire");
    let rounds = |window: &str, member: &str| {
        value(&view, &format!("observations/donetsk/{window}/{member}"))
    };
    assert_eq!((rounds("today", "rounds"), rounds("last_7_days", "rounds")), (3, 10));
    // 18 to 31 March, and 4 to 17 March.
    assert_eq!((rounds("last_14_days", "rounds"), rounds("previous_14_days", "rounds")), (42, 46));
    assert_eq!(rounds("last_14_days", "without_exercises"), 12);
    assert_eq!(rounds("last_14_days", "exercises"), 30);
    assert_eq!(rounds("last_14_days", "explosions"), 12);
    assert_eq!(rounds("last_14_days", "explosions_without_exercises"), 12);
    assert_eq!(rounds("last_14_days", "undetermined"), 40);
    assert_eq!(rounds("last_14_days", "proscribed"), 7);
    let said = |column: &str| word(&view, "observations", "donetsk/last_14_days", column);
    assert_eq!(said("proscribed_share"), Some("70 % of 10"));
    assert_eq!((said("change"), said("change_without_exercises")), (Some("-8 %"), Some("-73 %")));
    for (key, expected) in [
        ("by_kind/donetsk/burst/last_14_days", 30),
        ("by_kind/donetsk/burst/previous_14_days", 0),
        ("by_kind/donetsk/explosion_impact/previous_14_days", 46),
        ("by_side/donetsk/ru/last_14_days", 2),
        ("by_side/donetsk/undetermined/last_14_days", 40),
        ("by_weapon/donetsk/mortar-120/last_14_days", 7),
        ("peak/donetsk/rounds", 40),
    ] {
        assert_eq!(value(&view, key), expected, "{key}");
    }
    assert_eq!(word(&view, "peak", "donetsk", "day"), Some("2026-03-16"));
    check(&mut world);
}

#[test]
fn areas_stay_apart_and_the_baseline_too() {
    let mut world = world();
    let elsewhere = with(&observation(4), "area", "donetsk-luhansk");
    let baseline = with(&observation(9), "historical", true);
    let at = || second("2026-03-01T06:00:00Z");
    world.log.at("2026-03-01T07:00:00Z");
    report(&mut world, OBSERVED, at(), observation(1));
    report(&mut world, OBSERVED, at(), elsewhere);
    report(&mut world, OBSERVED, since_before("2026-03-01T06:00:00Z"), baseline);
    let view = world.view("ceasefire");
    assert_eq!(value(&view, "observations/donetsk/today/rounds"), 1);
    assert_eq!(value(&view, "observations/donetsk/today/baseline/rounds"), 9);
    assert_eq!(value(&view, "observations/donetsk-luhansk/today/rounds"), 4);
    assert!(absent(&view, "observations/donetsk-luhansk/today/baseline/rounds"));
    assert_eq!(value(&view, "peak/donetsk/rounds"), 1);
    let mut about = observation(1);
    about["count"] = json!({"value": 20, "qualifier": "about", "word": "some"});
    report(&mut world, OBSERVED, at(), about);
    let view = world.view("ceasefire");
    assert_eq!(value(&view, "observations/donetsk/today/rounds"), 21);
    assert_eq!(value(&view, "observations/donetsk/today/inexact"), 1);
    check(&mut world);
}

#[test]
fn what_is_wrong_with_an_observation_is_said_and_it_counts() {
    let mut world = world();
    world.log.at("2026-03-02T00:00:00Z");
    let at = || second("2026-03-01T12:00:00Z");
    for (payload, code) in [
        (with(&observation(1), "side", "ua"), "side_without_method"),
        (with(&observation(1), "side", "atlantis"), "unknown_side"),
        (with(&observation(1), "area", "atlantis"), "unknown_area"),
        (with(&observation(1), "sensor", "camera-9"), "unknown_sensor"),
        (with(&observation(1), "zone", "nowhere"), "unknown_zone"),
        (
            with(&observation(1), "near_zone", json!({"zone": "nowhere", "distance_m": 1})),
            "unknown_zone",
        ),
    ] {
        let (_, said) = report(&mut world, OBSERVED, at(), payload);
        assert!(said.contains(&code), "{code}: {said:?}");
    }
    let view = world.view("ceasefire");
    assert_eq!(value(&view, "by_kind/donetsk/explosion_impact/last_14_days"), 5);
    check(&mut world);
}

#[test]
fn a_sensor_that_is_out_cannot_have_seen_it() {
    let mut world = world();
    let camera = json!({"sensor": "camera-1", "kind": "camera", "area": "donetsk", "works": true});
    let status = |works: bool| json!({"sensor": "camera-1", "works": works});
    let (_, said) = report(
        &mut world,
        ("mission", "sensor.status_changed", ""),
        second("2026-03-01T06:00:00Z"),
        status(true),
    );
    assert_eq!(said, ["unknown_sensor"]);
    let registered = ("mission", "sensor.registered", "");
    report(&mut world, registered, second("2026-03-01T06:00:00Z"), camera);
    let other = json!({"sensor": "radar-1", "kind": "radar", "area": "luhansk", "works": true});
    report(&mut world, registered, second("2026-03-01T06:00:00Z"), other);
    world.log.at("2026-03-02T06:00:00Z");
    let changed = ("mission", "sensor.status_changed", "");
    report(
        &mut world,
        changed,
        second("2026-03-01T10:00:00Z"),
        with(&status(false), "reason", "power"),
    );
    let by_camera = with(&with(&observation(1), "means", "camera"), "sensor", "camera-1");
    for (from, expected) in [
        ("2026-03-01T09:59:59Z", vec![]),
        ("2026-03-01T10:00:00Z", vec!["sensor_out_of_service"]),
        ("2026-03-01T10:00:01Z", vec!["sensor_out_of_service"]),
    ] {
        assert_eq!(
            report(&mut world, OBSERVED, second(from), by_camera.clone()).1,
            expected,
            "{from}"
        );
    }
    let view = world.view("ceasefire");
    assert_eq!((value(&view, "coverage/sensors"), value(&view, "coverage/sensors_out")), (2, 1));
    assert_eq!(word(&view, "outages", "camera-1", "since"), Some("2026-03-01"));
    check(&mut world);
    report(&mut world, changed, second("2026-03-02T05:00:00Z"), status(true));
    assert_eq!(value(&world.view("ceasefire"), "coverage/sensors_out"), 0);
    check(&mut world);
}

#[test]
fn a_mission_that_is_away_observes_nothing() {
    let mut world = world();
    let status = |status: &str| json!({"status": status});
    let name = "mission.status_changed";
    world.submit("mission", name, "", status("active")).unwrap();
    world.log.at("2026-03-03T00:00:00Z");
    world.submit("mission", name, "", status("evacuated")).unwrap();
    world.log.at("2026-03-04T12:00:00Z");
    let (_, said) = report(&mut world, OBSERVED, second("2026-03-03T06:00:00Z"), observation(1));
    assert_eq!(said, ["mission_not_working"]);
    let (_, said) = report(&mut world, OBSERVED, second("2026-03-02T06:00:00Z"), observation(1));
    assert_eq!(said, [] as [&str; 0]);
    assert_eq!(value(&world.view("ceasefire"), "coverage/blind_hours"), 36);
    world.submit("mission", name, "", status("active")).unwrap();
    check(&mut world);
    // Who closes it says who keeps the archive; after that nothing changes.
    let declared = world.declared(name);
    assert!((declared.check)(&status("closed")).is_err());
    let closed = json!({"status": "closed", "archive_custodian": "vault"});
    world.submit("mission", name, "", closed).unwrap();
    assert_eq!(refused(world.submit("mission", name, "", status("active"))), "wrong-state");
    let view = world.view("ceasefire");
    assert_eq!(word(&view, "coverage", "mission", "value"), Some("closed"));
    check(&mut world);
}

fn batch(from: &str, until: &str) -> Value {
    let midnight = |date: &str| format!("{date}T00:00:00Z");
    json!({"from": midnight(from), "until": midnight(until), "precision": "day"})
}

#[test]
fn the_parts_of_a_period_are_shown_and_add_up() {
    let mut world = world();
    world.log.at("2026-04-01T00:00:00Z");
    let name = ("mission", "observation.batch_recorded", "");
    let payload = json!({
        "area": "donetsk", "ceasefire_violations": exactly(100), "explosions": exactly(20),
        "exercises": exactly(60), "rows": 12,
        "tallies": [
            {"kind": "shot", "weapon": "rifle", "side": "undetermined", "count": exactly(70)},
            {"kind": "explosion_impact", "zone": "z1", "count": exactly(20)},
            {"count": {"value": 30, "qualifier": "about"}},
        ],
    });
    let (first, said) =
        report(&mut world, name, batch("2026-03-02", "2026-03-16"), payload.clone());
    assert_eq!(said, [] as [&str; 0], "about thirty may be ten");
    let more = with(&payload, "exercises", exactly(101));
    let (seq, said) = report(&mut world, name, batch("2026-03-16", "2026-03-30"), more);
    assert_eq!(said, ["does_not_add_up"]);
    assert_eq!(derived(&world.now(), seq), ["does_not_add_up"]);
    let mut too_many = payload;
    too_many["tallies"][2]["count"]["qualifier"] = "exact".into();
    too_many["tallies"][2]["side"] = "atlantis".into();
    let (_, said) = report(&mut world, name, batch("2026-03-29", "2026-04-12"), too_many);
    assert_eq!(said, ["unknown_side", "does_not_add_up", "period_overlaps"]);
    let view = world.view("ceasefire");
    let shown = |start: &str, end: &str, seq: u64, member: &str| {
        value(&view, &format!("period/donetsk/{start}/{end}/{seq}/{member}"))
    };
    assert_eq!(shown("2026-03-02", "2026-03-16", first, "exercises"), 60);
    assert_eq!((value(&view, "tallies/donetsk/0"), value(&view, "tallies/donetsk/1")), (70, 20));
    assert_eq!(
        (value(&view, "trend/donetsk/latest"), value(&view, "trend/donetsk/before")),
        (7, 7)
    );
    check(&mut world);
}

fn zone(code: &str) -> Value {
    json!({"zone": code, "area": "donetsk", "geometry": "ab".repeat(32)})
}

#[test]
fn the_clock_of_a_zone_runs_from_disengagement_to_breach() {
    let mut world = world();
    world.submit("ua", "zone.registered", "", zone("z1")).unwrap();
    assert_eq!(refused(world.submit("ua", "zone.registered", "", zone("z1"))), "zone-known");
    world.log.at("2026-03-05T00:00:00Z");
    let disengaged = ("mission", "zone.disengaged", "");
    let free = json!({"zone": "z1", "method": "patrol"});
    report(&mut world, disengaged, second("2026-03-04T00:00:00Z"), free.clone());
    report(&mut world, disengaged, second("2026-03-04T12:00:00Z"), free.clone());
    let days = |as_of: &str| {
        let as_of = accord_format::time::Timestamp::parse_seconds(as_of).unwrap();
        let view = view::view("ceasefire", &world.replay(Known::All, as_of)).unwrap();
        view.figure("zones/z1/days_disengaged").map(|f| f.value)
    };
    assert_eq!(days("2026-03-03T23:59:59Z"), None);
    assert_eq!((days("2026-03-04T00:00:00Z"), days("2026-03-04T23:59:59Z")), (Some(0), Some(0)));
    assert_eq!((days("2026-03-05T00:00:00Z"), days("2026-03-14T00:00:01Z")), (Some(1), Some(10)));
    world.log.at("2026-03-20T00:00:00Z");
    let breached = ("mission", "zone.breached", "");
    let breach = json!({"zone": "z1", "kind": "weapons", "side": "ru", "method": "seen"});
    let (_, said) = report(&mut world, breached, second("2026-03-10T00:00:00Z"), breach);
    assert_eq!(said, [] as [&str; 0]);
    let unfounded = json!({"zone": "z9", "kind": "fire", "side": "ua"});
    let (_, said) = report(&mut world, breached, second("2026-03-10T00:00:00Z"), unfounded);
    assert_eq!(said, ["side_without_method", "unknown_zone"]);
    let view = world.view("ceasefire");
    assert!(absent(&view, "zones/z1/days_disengaged"));
    let earlier = json!({"zone": "z8", "kind": "fire", "side": "undetermined"});
    report(&mut world, breached, second("2026-02-20T00:00:00Z"), earlier);
    let past = world.view("ceasefire");
    assert_eq!(value(&past, "zones/z8/baseline_breaches"), 1);
    assert_eq!(value(&past, "zones/z8/breaches"), 0);
    assert_eq!((value(&view, "zones/z1/breaches"), value(&view, "zones/z9/breaches")), (1, 1));
    check(&mut world);
    report(&mut world, disengaged, second("2026-03-18T00:00:00Z"), free);
    assert_eq!(value(&world.view("ceasefire"), "zones/z1/days_disengaged"), 2);
    check(&mut world);
}

#[test]
fn rounds_inside_a_zone_and_close_to_it_are_told_apart() {
    let mut world = world();
    world.submit("ua", "zone.registered", "", zone("z1")).unwrap();
    world.log.at("2026-03-02T00:00:00Z");
    let limit = crate::tests::world::charter().counts[accord_monitoring::VICINITY_COUNT];
    let near = |distance: u32| {
        with(&observation(1), "near_zone", json!({"zone": "z1", "distance_m": distance}))
    };
    let inside = with(&observation(10), "zone", "z1");
    for payload in [inside, near(limit - 1), near(limit), near(limit + 1)] {
        let (_, said) = report(&mut world, OBSERVED, second("2026-03-01T12:00:00Z"), payload);
        assert_eq!(said, [] as [&str; 0]);
    }
    let view = world.view("ceasefire");
    assert_eq!(value(&view, "by_zone/donetsk/z1/last_14_days"), 10);
    assert_eq!(value(&view, "near_zone/donetsk/z1/last_14_days"), 2);
    check(&mut world);
}

#[test]
fn a_restated_observation_moves_to_its_day() {
    let mut world = world();
    world.log.at("2026-03-20T00:00:00Z");
    let (seq, _) = report(&mut world, OBSERVED, day("2026-03-19"), observation(8));
    let today =
        |world: &World| value(&world.view("ceasefire"), "observations/donetsk/last_14_days/rounds");
    assert_eq!(today(&world), 8);
    world.correct(seq, &json!([{"pointer": "/payload/count/value", "old": 8, "new": 5}]));
    assert_eq!(today(&world), 5);
    world.correct(
        seq,
        &json!([{"pointer": "/occurred/from", "old": "2026-03-19T00:00:00Z", "new": "2026-03-03T00:00:00Z"}]),
    );
    let view = world.view("ceasefire");
    assert_eq!(value(&view, "observations/donetsk/previous_14_days/rounds"), 5);
    check(&mut world);
}

#[test]
fn an_empty_record_has_every_view() {
    let mut world = world();
    check_figures(&world, world.log.now().plus_seconds(-86_400));
    check(&mut world);
    for name in VIEWS {
        // Other families' figures may stand there.
        let view = world.view(name);
        let of_monitors = view.figures().filter(|figure| {
            figure.provenance.as_ref().is_some_and(|p| p.selector.family == "monitoring")
        });
        assert_eq!(of_monitors.count(), 0, "{name}");
    }
}
