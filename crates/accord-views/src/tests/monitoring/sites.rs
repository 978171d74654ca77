//! Weapons, their lines, and storage sites.

use super::{absent, check, exactly, report, second, since_before, value, with, world};
use crate::tests::world::{World, charter, refused};
use serde_json::{Value, json};

fn seen(status: &str, count: u64) -> Value {
    json!({
        "area": "donetsk", "class": "howitzer", "count": exactly(count), "status": status,
        "control": "ru", "means": "uav",
    })
}

#[test]
fn weapons_add_up_by_place_class_and_side() {
    let mut world = world();
    world.log.at("2026-03-31T12:00:00Z");
    let name = ("mission", "weapon.observed", "");
    let other = with(&with(&seen("at_site", 5), "class", "mlrs"), "control", "ua");
    for (occurred, payload) in [
        (second("2026-03-31T10:00:00Z"), seen("in_violation", 2)),
        (second("2026-03-30T10:00:00Z"), seen("beyond_line_outside_site", 3)),
        (second("2026-03-20T10:00:00Z"), other),
        (second("2026-03-17T10:00:00Z"), seen("in_violation", 4)),
        (since_before("2026-03-02T10:00:00Z"), with(&seen("in_violation", 9), "historical", true)),
    ] {
        assert_eq!(report(&mut world, name, occurred, payload).1, [] as [&str; 0]);
    }
    let view = world.view("weapons");
    for (key, expected) in [
        ("weapons/last_14_days/in_violation", 2),
        ("weapons/last_14_days/beyond_line_outside_site", 3),
        ("weapons/last_14_days/at_site", 5),
        ("weapons/previous_14_days/in_violation", 4),
        ("weapons/all/in_violation", 6),
        ("weapons/all/baseline/in_violation", 9),
        ("weapons/all/inexact", 0),
        ("weapons/all/howitzer/ru/in_violation", 6),
        ("weapons/last_14_days/mlrs/ua/at_site", 5),
    ] {
        assert_eq!(value(&view, key), expected, "{key}");
    }
    check(&mut world);
}

#[test]
fn a_weapon_is_measured_by_the_line_of_its_day() {
    let mut world = World::at("2026-03-01T05:00:00Z");
    let name = "weapons_line.set";
    let line = json!({"class": "howitzer", "distance_m": 15_000});
    world.submit("secretariat", name, "", line.clone()).unwrap();
    let now = world.log.now();
    let from = now.plus_seconds(86_400).to_seconds_string();
    let further = with(&with(&line, "from", from), "distance_m", 25_000);
    world.submit("secretariat", name, "", further).unwrap();
    world.adopt(&charter());
    // With a charter in force, a line needs all its parties or its board.
    assert_eq!(refused(world.submit("ua", name, "", line.clone())), "resolution-missing");
    let named = with(&line, "resolution", "resolution/none");
    assert_eq!(refused(world.submit("secretariat", name, "", named)), "resolution-not-adopted");
    let past = with(&line, "from", now.to_seconds_string());
    assert_eq!(refused(world.submit("secretariat", name, "", past)), "effect-before-recorded");
    let key = "lines/howitzer/distance";
    assert_eq!(value(&world.view("weapons"), key), 15_000);
    check(&mut world);
    let start = now.plus_seconds(10).to_seconds_string();
    let later = now.plus_seconds(86_400).to_seconds_string();
    world.log.at(&now.plus_seconds(2 * 86_400).to_seconds_string());
    let at = |status: &str, metres: u32| with(&seen(status, 1), "distance_m", metres);
    for (from, payload, expected) in [
        (&start, at("in_violation", 14_999), vec![]),
        (&start, at("in_violation", 15_000), vec!["contrary_to_line"]),
        (&start, at("beyond_line_outside_site", 14_999), vec!["contrary_to_line"]),
        (&start, at("beyond_line_outside_site", 15_000), vec![]),
        (&later, at("in_violation", 15_000), vec![]),
        (&later, at("at_site", 24_999), vec!["contrary_to_line"]),
    ] {
        let said = report(&mut world, ("mission", "weapon.observed", ""), second(from), payload).1;
        assert_eq!(said, expected);
    }
    assert_eq!(value(&world.view("weapons"), key), 25_000);
    check(&mut world);
}

fn site(world: &mut World) -> String {
    let payload = json!({"party": "ru", "area": "donetsk", "kind": "permanent_storage"});
    let name = "storage_site.registered";
    assert_eq!(refused(world.submit("ua", name, "", payload.clone())), "not-the-holder");
    let (seq, _) = world.submit("ru", name, "", payload).unwrap();
    world.stream(seq)
}

fn inventory(howitzers: u64, mlrs: u64) -> Value {
    let items =
        json!([{"class": "howitzer", "count": howitzers}, {"class": "mlrs", "count": mlrs}]);
    json!({"as_of": "2026-03-01", "items": items})
}

#[test]
fn an_inventory_that_falls_says_why() {
    let mut world = world();
    let stream = site(&mut world);
    let now = |world: &World| second(&world.log.now().to_seconds_string());
    let declare = |world: &mut World, author: &str, payload: Value| {
        let occurred = now(world);
        report(world, (author, "inventory.declared", &stream), occurred, payload)
    };
    assert_eq!(declare(&mut world, "ru", inventory(10, 5)).1, [] as [&str; 0]);
    assert_eq!(declare(&mut world, "ru", inventory(10, 6)).1, [] as [&str; 0]);
    assert_eq!(declare(&mut world, "ru", inventory(12, 5)).1, ["totals_fall"]);
    let reason = with(&inventory(1, 0), "explanation", "moved to another site");
    assert_eq!(declare(&mut world, "ru", reason).1, [] as [&str; 0]);
    // Another party's word about the site changes nothing.
    let (seq, said) = declare(&mut world, "ua", inventory(99, 99));
    assert_eq!(said, ["out_of_order"]);
    assert_eq!(super::derived(&world.now(), seq), ["out_of_order"]);
    let view = world.view("weapons");
    assert_eq!(value(&view, &format!("{stream}/declared")), 1);
    assert_eq!((value(&view, "sides/ru/inventories"), value(&view, "sides/ru/falls")), (4, 1));
    assert_eq!(value(&view, "missing/howitzer/ru/declared"), 1);
    check(&mut world);
}

#[test]
fn inspections_find_what_is_missing() {
    let mut world = world();
    let stream = site(&mut world);
    let occurred = second(&world.log.now().to_seconds_string());
    report(&mut world, ("ru", "inventory.declared", &stream), occurred, inventory(10, 5));
    world.log.at("2026-03-20T00:00:00Z");
    let inspect = |world: &mut World, from: &str, payload: Value| {
        let name = ("mission", "inspection.recorded", stream.as_str());
        report(world, name, second(from), payload).1
    };
    let item = |class: &str, present: u64, missing: u64, unable: u64| json!({"class": class, "present": present, "missing": missing, "unable_to_verify": unable});
    let both = json!({
        "outcome": "conducted", "inspectors": 4,
        "items": [item("howitzer", 7, 2, 1), item("mlrs", 5, 0, 0)],
        "seals": [{"seal": "s1", "intact": true}, {"seal": "s2", "intact": true}],
    });
    assert_eq!(inspect(&mut world, "2026-03-05T00:00:00Z", both), [] as [&str; 0]);
    let part = json!({
        "outcome": "partial", "inspectors": 2, "items": [item("mlrs", 1, 2, 0)],
        "seals": [{"seal": "s2", "intact": false}],
    });
    assert_eq!(
        inspect(&mut world, "2026-03-07T00:00:00Z", part),
        ["seal_broken", "does_not_add_up"]
    );
    // A broken seal does not heal.
    let mended = json!({
        "outcome": "partial", "inspectors": 2, "seals": [{"seal": "s2", "intact": true}],
    });
    assert_eq!(inspect(&mut world, "2026-03-08T00:00:00Z", mended), [] as [&str; 0]);
    let away = json!({"outcome": "refused", "inspectors": 2, "note": "the gate stayed shut"});
    assert_eq!(inspect(&mut world, "2026-03-09T00:00:00Z", away), ["inspection_refused"]);
    let view = world.view("weapons");
    for (key, expected) in [
        ("missing/howitzer/ru/present", 7),
        ("missing/howitzer/ru/missing", 2),
        ("missing/howitzer/ru/unable_to_verify", 1),
        ("missing/mlrs/ru/missing", 2),
        ("sides/ru/sites", 1),
        ("sides/ru/seals_broken", 1),
        ("sides/ru/seals_whole", 1),
        (&format!("{stream}/missing"), 4),
        (&format!("{stream}/seals_broken"), 1),
    ] {
        assert_eq!(value(&view, key), expected, "{key}");
    }
    let access = world.view("access");
    for (outcome, expected) in [("conducted", 1), ("partial", 2), ("refused", 1)] {
        assert_eq!(value(&access, &format!("inspections/ru/{outcome}")), expected, "{outcome}");
    }
    assert!(absent(&access, "inspections/ua/refused"));
    assert_eq!(value(&access, "inspections/ru/baseline"), 0);
    check(&mut world);
}

#[test]
fn an_inspection_from_before_its_site_was_registered_counts() {
    let mut world = world();
    world.log.at("2026-03-10T00:00:00Z");
    let stream = site(&mut world);
    let found = json!({
        "outcome": "conducted", "inspectors": 1,
        "items": [{"class": "mlrs", "present": 1, "missing": 0, "unable_to_verify": 0}],
    });
    let name = ("mission", "inspection.recorded", stream.as_str());
    report(&mut world, name, second("2026-03-04T00:00:00Z"), found);
    let occurred = second(&world.log.now().to_seconds_string());
    let (_, said) =
        report(&mut world, ("ru", "inventory.declared", &stream), occurred, inventory(0, 1));
    assert_eq!(said, [] as [&str; 0]);
    let refused = json!({"outcome": "refused", "inspectors": 1});
    report(&mut world, name, second("2026-02-20T00:00:00Z"), refused);
    let access = world.view("access");
    assert_eq!(value(&access, "inspections/ru/baseline"), 1);
    assert_eq!(value(&access, "inspections/ru/refused"), 0);
    let view = world.view("weapons");
    assert_eq!(value(&view, "missing/mlrs/ru/present"), 1);
    assert_eq!(value(&view, "missing/mlrs/ru/declared"), 1);
    check(&mut world);
}
