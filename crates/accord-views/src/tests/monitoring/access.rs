//! Restrictions of movement, and interference with flights.

use super::{absent, check, exactly, report, second, since_before, value, with, world};
use serde_json::json;

#[test]
fn restrictions_add_up_by_month_side_and_form() {
    let mut world = world();
    world.log.at("2026-04-10T00:00:00Z");
    let name = ("mission", "access.restricted", "");
    let denied = json!({"area": "donetsk", "by": "ru", "form": "denied", "minutes": 30});
    let delayed =
        json!({"area": "donetsk", "by": "ru", "form": "delayed", "minutes": 15, "remedied": true});
    let three = json!({"value": 3, "qualifier": "at_least"});
    let several = json!({"area": "donetsk", "by": "ua", "form": "denied", "count": three});
    let before = with(&denied, "historical", true);
    for (occurred, payload) in [
        (second("2026-03-05T10:00:00Z"), denied.clone()),
        (second("2026-03-06T10:00:00Z"), delayed),
        (since_before("2026-03-07T10:00:00Z"), before),
        (second("2026-04-01T10:00:00Z"), several),
    ] {
        assert_eq!(report(&mut world, name, occurred, payload).1, [] as [&str; 0]);
    }
    let (_, said) =
        report(&mut world, name, second("2026-04-02T00:00:00Z"), with(&denied, "by", "atlantis"));
    assert_eq!(said, ["unknown_side"]);
    let view = world.view("access");
    for (key, expected) in [
        ("access/2026-03/restrictions", 2),
        ("access/2026-03/minutes", 45),
        ("access/2026-03/remedied", 1),
        ("access/2026-03/baseline/restrictions", 1),
        ("access/2026-03/inexact", 0),
        ("access/2026-04/restrictions", 4),
        ("access/2026-04/inexact", 1),
        ("by_side/ru/restrictions", 2),
        ("by_side/ru/minutes", 45),
        ("by_side/ru/delayed/minutes", 15),
        ("by_side/ua/denied/restrictions", 3),
        ("by_side/all/denied/restrictions", 5),
    ] {
        assert_eq!(value(&view, key), expected, "{key}");
    }
    check(&mut world);
}

#[test]
fn interference_adds_up_by_form_and_side() {
    let mut world = world();
    world.log.at("2026-03-10T00:00:00Z");
    let name = ("mission", "uav.interfered", "");
    let jammed =
        json!({"area": "donetsk", "by": "undetermined", "form": "jamming", "count": exactly(119)});
    let fired = json!({"area": "donetsk", "by": "ru", "form": "small_arms", "method": "seen"});
    let lost = json!({"area": "donetsk", "by": "ua", "form": "loss"});
    let at = || second("2026-03-05T10:00:00Z");
    assert_eq!(report(&mut world, name, at(), jammed.clone()).1, [] as [&str; 0]);
    assert_eq!(report(&mut world, name, at(), fired).1, [] as [&str; 0]);
    assert_eq!(report(&mut world, name, at(), lost).1, ["side_without_method"]);
    let view = world.view("access");
    for (key, expected) in [
        ("uav/2026-03/incidents", 121),
        ("interference/form/jamming/incidents", 119),
        ("interference/form/loss/incidents", 1),
        ("interference/side/ru/incidents", 1),
    ] {
        assert_eq!(value(&view, key), expected, "{key}");
    }
    assert_eq!(value(&view, "uav/2026-03/inexact"), 0);
    assert!(absent(&view, "uav/2026-03/baseline/incidents"));
    let mut about = jammed.clone();
    about["count"]["qualifier"] = "about".into();
    report(&mut world, name, at(), about);
    assert_eq!(value(&world.view("access"), "uav/2026-03/inexact"), 1);
    check(&mut world);
    // Before the charter everything is the baseline.
    let mut world = crate::tests::world::World::at("2026-03-10T00:00:00Z");
    report(&mut world, name, at(), jammed);
    let view = world.view("access");
    assert_eq!(value(&view, "uav/2026-03/incidents"), 119);
    assert!(absent(&view, "interference/form/jamming/incidents"));
    let flights = view.tables.iter().find(|table| table.key == "flights").unwrap();
    assert_eq!(flights.rows[0].marks, ["baseline"]);
    check(&mut world);
}
