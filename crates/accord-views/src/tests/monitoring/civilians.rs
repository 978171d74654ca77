//! Casualties, damage and dangerous land.

use super::{
    absent, check, day, derived, exactly, report, second, since_before, value, with, world,
};
use crate::replay::Known;
use crate::view::{self, Cell};
use serde_json::{Value, json};

const CASUALTY: (&str, &str, &str) = ("mission", "casualty.recorded", "");

fn casualty(killed: u64, injured: u64) -> Value {
    json!({
        "area": "donetsk", "killed": killed, "injured": injured, "cause": "mine_erw",
        "corroborated": true,
        "persons": {"men": killed + injured, "women": 0, "boys": 0, "girls": 0, "unknown": 0},
    })
}

#[test]
fn casualties_count_when_they_happened_and_late_ones_show_apart() {
    let mut world = world();
    world.log.at("2026-12-20T00:00:00Z");
    report(&mut world, CASUALTY, day("2026-12-10"), casualty(88, 40));
    world.log.at("2027-01-15T00:00:00Z");
    let frozen = world.size();
    report(&mut world, CASUALTY, day("2026-12-28"), casualty(3, 0));
    let unsure = with(&casualty(1, 0), "corroborated", false);
    let (_, said) = report(&mut world, CASUALTY, day("2026-11-02"), unsure);
    assert_eq!(said, ["uncorroborated"]);
    report(&mut world, CASUALTY, day("2027-01-03"), with(&casualty(0, 5), "cause", "uav"));
    let view = world.view("civilians");
    for (key, expected) in [
        ("casualty/2026-12/killed", 91),
        ("casualty/2026-12/later_killed", 3),
        ("casualty/2026-11/uncorroborated_killed", 1),
        ("casualty/2027-01/injured", 5),
        ("newly_corroborated/2027-01/killed", 3),
        ("newly_corroborated/2027-01/reports", 1),
        ("causes/2026/mine_erw/killed", 92),
        ("causes/2027/uav/injured", 5),
        ("persons/2026/men", 132),
        ("persons/2026/boys", 0),
    ] {
        assert_eq!(value(&view, key), expected, "{key}");
    }
    // Five men are too few to be shown.
    assert!(absent(&view, "persons/2027/men"));
    let persons = view.tables.iter().find(|t| t.key == "persons").unwrap();
    let row = persons.rows.iter().find(|row| row.key == "2027").unwrap();
    assert!(matches!(row.cells[0], Cell::Suppressed { below: 10 }));
    // What was known at the end of the year stays readable.
    let then =
        view::view("civilians", &world.replay(Known::Size(frozen), world.log.now())).unwrap();
    assert_eq!(value(&then, "casualty/2026-12/killed"), 88);
    assert!(absent(&then, "newly_corroborated/2027-01/killed"));
    check(&mut world);
}

#[test]
fn persons_and_casualties_have_to_agree() {
    let mut world = world();
    world.log.at("2026-03-10T00:00:00Z");
    let wrong = with(&casualty(2, 0), "killed", 3);
    let (seq, said) = report(&mut world, CASUALTY, day("2026-03-05"), wrong);
    assert_eq!(said, ["does_not_add_up"]);
    assert_eq!(derived(&world.now(), seq), ["does_not_add_up"]);
    world.correct(seq, &json!([{"pointer": "/payload/killed", "old": 3, "new": 2}]));
    assert_eq!(derived(&world.now(), seq), [] as [&str; 0]);
    check(&mut world);
}

/// A sum that cannot be signed or that readers of JSON would read differently says at least so much.
#[test]
fn sums_stay_within_what_can_be_signed() {
    let mut world = world();
    world.log.at("2026-03-10T00:00:00Z");
    let absurd = casualty(9_007_199_254_740_991, 0);
    for on in ["2026-03-05", "2026-03-06"] {
        report(&mut world, CASUALTY, day(on), absurd.clone());
    }
    let view = world.view("civilians");
    let figure = view.figure("casualty/2026-03/killed").unwrap();
    assert_eq!(figure.value, 9_007_199_254_740_991);
    assert_eq!(figure.qualifier, Some(accord_catalogue::unit::Qualifier::AtLeast));
}

/// Whoever marks it so does not take it out of what counts under the agreement, at once or later.
#[test]
fn what_happened_under_the_agreement_is_no_baseline() {
    let mut world = world();
    world.log.at("2026-03-10T00:00:00Z");
    let marked = with(&casualty(7, 0), "historical", true);
    let (seq, said) = report(&mut world, CASUALTY, day("2026-03-05"), marked);
    assert_eq!(said, ["not_historical"]);
    assert_eq!(derived(&world.now(), seq), ["not_historical"]);
    let (later, _) = report(&mut world, CASUALTY, day("2026-03-06"), casualty(2, 0));
    let mark = json!([{"pointer": "/payload/historical", "new": true}]);
    world.correct(later, &mark);
    assert_eq!(derived(&world.now(), later), ["not_historical"]);
    let view = world.view("civilians");
    assert_eq!(value(&view, "casualty/2026-03/killed"), 9);
    assert!(absent(&view, "casualty/2026-03/baseline/killed"));
    check(&mut world);
}

#[test]
fn a_month_of_both_times_keeps_them_apart() {
    let mut world = world();
    world.log.at("2026-03-10T00:00:00Z");
    let before = with(&casualty(7, 0), "historical", true);
    report(&mut world, CASUALTY, since_before("2026-03-02T00:00:00Z"), before);
    let view = world.view("civilians");
    assert_eq!(value(&view, "casualty/2026-03/killed"), 7);
    report(&mut world, CASUALTY, day("2026-03-05"), casualty(2, 0));
    let lethal = json!({
        "source_id": "1", "best": 9, "low": 4, "high": 12, "civilians": 4, "unknown": 5,
        "where_precision": 1, "date_precision": 1,
    });
    report(&mut world, ("mission", "lethal_event.recorded", ""), day("2026-03-05"), lethal);
    let view = world.view("civilians");
    assert_eq!(value(&view, "casualty/2026-03/killed"), 2);
    assert_eq!(value(&view, "casualty/2026-03/baseline/killed"), 7);
    assert_eq!(value(&view, "lethal/2026-03/civilians"), 4);
    assert!(view.figures().all(|figure| figure.value != 9 && figure.value != 12));
    assert_eq!(value(&world.view("ceasefire"), "deaths/2026/best"), 9);
    check(&mut world);
}

#[test]
fn damage_adds_up_by_object_and_cause() {
    let mut world = world();
    world.log.at("2026-03-10T00:00:00Z");
    let name = ("mission", "damage.recorded", "");
    let school =
        json!({"area": "donetsk", "object": "school", "count": exactly(1), "cause": "uav"});
    let homes = json!({"area": "donetsk", "object": "dwelling", "count": {"value": 6, "qualifier": "unknown"}, "cause": "shelling"});
    for payload in [school.clone(), homes, with(&school, "area", "atlantis")] {
        let unknown = payload["area"] == "atlantis";
        let (_, said) = report(&mut world, name, day("2026-03-05"), payload);
        assert_eq!(said.contains(&"unknown_area"), unknown);
    }
    let view = world.view("civilians");
    for (key, expected) in [
        ("damage/2026/all", 8),
        ("damage/2026/school", 2),
        ("damage/2026/dwelling", 6),
        ("damage/2026/cause_shelling", 6),
        ("damage/2026/all/inexact", 1),
    ] {
        assert_eq!(value(&view, key), expected, "{key}");
    }
    check(&mut world);
}

#[test]
fn no_more_land_is_released_than_was_dangerous() {
    let mut world = world();
    world.log.at("2026-03-10T00:00:00Z");
    let hazard = json!({"area": "donetsk", "kind": "mines", "area_m2": 10_000});
    let reported = ("mission", "hazard.reported", "");
    let (seq, _) = report(&mut world, reported, second("2026-03-08T00:00:00Z"), hazard.clone());
    let earlier = with(&hazard, "historical", true);
    report(&mut world, reported, since_before("2026-03-08T00:00:00Z"), earlier);
    let stream = world.stream(seq);
    let released = ("mission", "land.released", stream.as_str());
    let land = |m2: u64, method: &str| json!({"area_m2": m2, "method": method, "items": [{"class": "mine", "count": 4}]});
    let (_, said) =
        report(&mut world, released, second("2026-03-05T00:00:00Z"), land(7_000, "cancelled"));
    assert_eq!(said, [] as [&str; 0]);
    let (_, said) =
        report(&mut world, released, second("2026-03-09T00:00:00Z"), land(3_000, "cleared"));
    assert_eq!(said, [] as [&str; 0]);
    let view = world.view("civilians");
    assert_eq!(value(&view, "hazards/donetsk/beyond"), 0);
    let (_, said) =
        report(&mut world, released, second("2026-03-09T00:00:00Z"), land(1, "cleared"));
    assert_eq!(said, ["does_not_add_up"]);
    let view = world.view("civilians");
    for (member, expected) in [
        ("hazards", 2),
        ("reported", 10_000),
        ("baseline", 10_000),
        ("released", 10_001),
        ("cancelled", 7_000),
        ("reduced", 0),
        ("cleared", 3_001),
        ("items", 12),
        ("remaining", 10_000),
        ("beyond", 1),
    ] {
        assert_eq!(value(&view, &format!("hazards/donetsk/{member}")), expected, "{member}");
    }
    check(&mut world);
}
