//! Movement of a line.

use super::{START, agree, say, text, value};
use crate::tests::provenance;
use crate::tests::world::World;
use serde_json::{Value, json};

fn moved(by: &str, direction: &str, metres: u64, area: u64) -> Value {
    json!({
        "line": "front", "segment": "S-4", "by": by, "direction": direction,
        "metres": {"value": metres, "qualifier": "exact"},
        "area_m2": {"value": area, "qualifier": "exact"},
        "as_of": "2026-03-12T00:00:00Z", "confidence": "high",
    })
}

#[test]
fn movement_of_the_line_is_netted_by_side_since_the_baseline() {
    let mut world = World::with_charter(START);
    agree(&mut world);
    world.log.at("2026-03-12T00:00:00Z");
    let verify = |world: &mut World, payload| {
        say(world, "mission", "line.movement_verified", "", payload);
    };
    verify(&mut world, moved("ru", "advance", 300, 2_500_000));
    verify(&mut world, moved("ru", "withdrawal", 100, 1_245_000));
    verify(&mut world, moved("ru", "advance", 49, 900_000));
    verify(&mut world, moved("ua", "withdrawal", 60, 10_000));
    let mut alleged = moved("ru", "advance", 5_000, 9_000_000);
    for member in ["as_of", "confidence"] {
        alleged.as_object_mut().unwrap().remove(member);
    }
    say(&mut world, "ua", "line.movement_alleged", "", alleged);
    let before = json!({"from": "2026-03-01T12:00:00Z", "precision": "hour"});
    let old = moved("ru", "advance", 700, 70);
    world.submit_of("mission", "line.movement_verified", "", before, old).unwrap();
    let mut elsewhere = moved("ru", "advance", 1, 1);
    elsewhere["line"] = "front-2".into();
    verify(&mut world, elsewhere);
    let view = world.view("line");
    let figure = |key: &str| value(&view, &format!("line/front/{key}"));
    assert_eq!((figure("length_m"), figure("tolerance_m")), (1_200_000, 50));
    let tallies = ["alleged", "verified", "below_tolerance", "before_baseline"];
    assert_eq!(tallies.map(|key| figure(&format!("ru/{key}"))), [1, 2, 1, 1]);
    let sums = ["advance_m", "withdrawal_m", "advance_m2", "net_advance_m2", "net_withdrawal_m2"];
    let sums = sums.map(|key| figure(&format!("ru/{key}")));
    assert_eq!(sums, [300, 100, 2_500_000, 1_255_000, 0]);
    assert_eq!(text(&view, "movements", "line/front/ru", "net"), "1.25 km² forward");
    assert_eq!(text(&view, "movements", "line/front/ua", "net"), "0.01 km² back");
    assert_eq!(text(&view, "lines", "line/front", "last_verified"), "2026-03-12");
    assert_eq!(value(&view, "line/front-2/ru/verified"), 1);
    assert_eq!(view.notes.len(), 2, "{:?}", view.notes);
    provenance::check(&world, "line");
    // A retracted movement counts no more, and a corrected one as corrected.
    let first = world.size() - 7;
    world.correct(
        first,
        &json!([{"pointer": "/payload/area_m2/value", "old": 2_500_000, "new": 1_245_000}]),
    );
    assert_eq!(text(&world.view("line"), "movements", "line/front/ru", "net"), "none");
    world.retract(first);
    let net = text(&world.view("line"), "movements", "line/front/ru", "net");
    assert_eq!(net, "1.24 km² back");
    provenance::check(&world, "line");
    world.check_replay();
}

#[test]
fn allegations_of_lines_and_sides_without_end_do_not_hide_the_line() {
    let mut world = World::with_charter(START);
    let mut alleged = moved("ru", "advance", 5_000, 9_000_000);
    for member in ["as_of", "confidence"] {
        alleged.as_object_mut().unwrap().remove(member);
    }
    let mut allege = |world: &mut World, line: &str, by: &str| {
        alleged["line"] = line.into();
        alleged["by"] = by.into();
        say(world, "ua", "line.movement_alleged", "", alleged.clone());
    };
    for n in 0..203 {
        allege(&mut world, &format!("a-{n:03}"), "ru");
        allege(&mut world, "front", &format!("side-{n:03}"));
    }
    allege(&mut world, "front", "ru");
    agree(&mut world);
    let view = world.view("line");
    let rows = |key: &str| view.tables.iter().find(|t| t.key == key).unwrap().rows.len();
    assert_eq!(rows("lines"), 201);
    // Of each line listed, the side that the charter knows; and 200 that it does not.
    assert_eq!(rows("movements"), 200 + 1 + 200);
    assert_eq!(value(&view, "line/front/length_m"), 1_200_000);
    assert_eq!(value(&view, "line/front/ru/alleged"), 1);
    let note = view.notes.iter().find(|n| n.contains("not listed")).unwrap();
    assert!(note.starts_with("3 lines and 3 sides beyond 200"), "{note}");
}
