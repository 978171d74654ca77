//! What becomes of the figures of issued reports.

use super::super::cases::{register, step};
use super::super::world::{World, refused};
use super::{Story, VIOLATIONS, at, casualty, compared, compose, quarter, row, signed, value};
use crate::replay::Known;
use crate::report::Period;
use crate::view::Cell;
use serde_json::{Value, json};

#[test]
fn errata_are_derived_with_their_causes_and_acknowledged() {
    let mut story = Story::begin();
    let payload = signed(&compose(&story.world, quarter()), "2026-q1");
    story.world.submit("secretariat", "report.issued", "", payload).unwrap();
    let issued = story.world.size();
    let fortnight = format!("2026-q1/ceasefire/{}", story.key(VIOLATIONS));
    let killed = "2026-q1/civilians/casualty/2026-01/killed";
    let alleged = "2026-q1/violations/status/alleged";

    story.world.log.at("2026-05-10T05:00:00Z");
    let patches =
        json!([{"pointer": "/payload/ceasefire_violations/value", "old": 253, "new": 238}]);
    let correction = story.world.correct(story.fortnight, &patches);
    let late = casualty(&mut story.world, "2026-01-11", 3);
    let retraction = story.world.retract(story.case);
    // Of the next period, and so no erratum of this one.
    casualty(&mut story.world, "2026-05-01", 9);

    let view = compared(&story.world, Known::All);
    for (key, then, now, cause) in [
        (fortnight.as_str(), 253, Some(238), correction),
        (killed, 2, Some(5), late),
        (alleged, 1, None, retraction),
    ] {
        assert_eq!(value(&view, &format!("{key}/then")), Some(then), "{key}");
        assert_eq!(value(&view, &format!("{key}/now")), now, "{key}");
        assert_eq!(value(&view, &format!("{key}/causes")), Some(1), "{key}");
        let row = row(&view, key);
        assert!(row.cells.contains(&Cell::Text(format!("seq {cause}"))), "{row:?}");
        assert!(
            row.marks.contains(&"changed") && row.cells.contains(&Cell::Text("not yet".to_owned()))
        );
    }
    // What was known before the corrections stays readable.
    let before = compared(&story.world, Known::Size(issued));
    assert_eq!(value(&before, &format!("{fortnight}/now")), Some(253));
    assert_eq!(value(&before, "2026-q1/changed"), Some(0));

    acknowledge(&mut story, correction);
    let view = compared(&story.world, Known::All);
    let row = row(&view, &fortnight);
    assert!(
        matches!(row.cells.last(), Some(Cell::Text(text)) if text.starts_with("238 on 2026-05-10")),
        "{row:?}"
    );
    let changed = value(&view, "2026-q1/changed").unwrap();
    assert_eq!(value(&view, "2026-q1/unacknowledged"), Some(changed - 1));

    // Corrected once more, it is no longer what was acknowledged.
    let patches =
        json!([{"pointer": "/payload/ceasefire_violations/value", "old": 238, "new": 240}]);
    story.world.correct(story.fortnight, &patches);
    let view = compared(&story.world, Known::All);
    assert_eq!(value(&view, "2026-q1/unacknowledged"), Some(changed));
    assert_eq!(value(&view, &format!("{fortnight}/then")), Some(253), "frozen");
    story.world.check_replay();
}

/// Every way to get an erratum wrong, and then right.
fn acknowledge(story: &mut Story, correction: u64) {
    let key = story.key(VIOLATIONS);
    let cause = story.world.log.hash(correction);
    let erratum = json!({
        "report": "2026-q1", "view": "ceasefire", "key": key, "old": {"value": 253},
        "new": {"value": 238}, "cause": cause,
    });
    for (member, wrong, code) in [
        ("report", json!("2026-q2"), "wrong-state"),
        ("key", json!("none"), "figure-unknown"),
        ("old", json!({"value": 250}), "erratum-old-differs"),
        ("new", json!({"value": 239}), "figure-differs"),
        ("new", Value::Null, "figure-differs"),
        ("cause", json!("00".repeat(32)), "cause-unknown"),
        ("cause", json!(story.world.log.hash(story.fortnight)), "cause-not-after"),
    ] {
        let mut bad = erratum.clone();
        bad[member] = wrong;
        let members = bad.as_object_mut().unwrap();
        members.retain(|_, value| !value.is_null());
        let outcome = story.world.submit("secretariat", "report.erratum_issued", "", bad);
        assert_eq!(refused(outcome), code, "{member}");
    }
    story.world.submit("secretariat", "report.erratum_issued", "", erratum.clone()).unwrap();
    let again = story.world.submit("secretariat", "report.erratum_issued", "", erratum);
    assert_eq!(refused(again), "erratum-old-differs");
}

/// The report of a year stays as it was when a death of that year becomes known the year after.
#[test]
fn a_late_death_changes_the_year_and_not_its_report() {
    let mut world = World::founded("2025-12-20T05:00:00Z");
    let lethal = |world: &mut World, day: &str, civilians: u64| {
        let occurred = json!({"from": format!("{day}T00:00:00Z"), "precision": "day"});
        let payload = json!({
            "source_id": "x", "best": civilians, "low": civilians, "high": civilians,
            "civilians": civilians, "unknown": 0, "where_precision": 1, "date_precision": 1,
        });
        world.submit_of("mission", "lethal_event.recorded", "", occurred, payload).unwrap().0
    };
    world.log.at("2026-12-30T05:00:00Z");
    lethal(&mut world, "2026-06-01", 80);
    lethal(&mut world, "2026-11-01", 8);
    world.log.at("2027-01-05T05:00:00Z");
    let year = Period {
        label: "2026".to_owned(),
        from: at("2026-01-01T00:00:00Z"),
        until: at("2027-01-01T00:00:00Z"),
    };
    let payload = signed(&compose(&world, year), "2026");
    world.submit("secretariat", "report.issued", "", payload).unwrap();
    world.log.at("2027-02-01T05:00:00Z");
    let late = lethal(&mut world, "2026-12-31", 3);
    // One of the new year is none of the old one's.
    lethal(&mut world, "2027-01-01", 5);

    let key = "lethal/2026/civilians";
    assert_eq!(value(&world.view("civilians"), key), Some(91));
    let view = compared(&world, Known::All);
    let of_report = |member: &str| value(&view, &format!("2026/civilians/{key}/{member}"));
    assert_eq!((of_report("then"), of_report("now")), (Some(88), Some(91)));
    let row = row(&view, &format!("2026/civilians/{key}"));
    assert!(row.cells.contains(&Cell::Text(format!("seq {late}"))), "{row:?}");
    world.check_replay();
}

#[test]
fn a_case_that_moved_on_is_an_erratum_of_its_old_status_only_when_it_had_moved_by_then() {
    let mut story = Story::begin();
    let payload = signed(&compose(&story.world, quarter()), "2026-q1");
    story.world.submit("secretariat", "report.issued", "", payload).unwrap();
    let case = story.world.stream(story.case);
    step(&mut story.world, &case, "registered", register()).unwrap();
    // Registered in April: in the first quarter it was alleged all the same.
    let view = compared(&story.world, Known::All);
    assert_eq!(value(&view, "2026-q1/violations/status/alleged/now"), Some(1));
    assert_eq!(value(&view, "2026-q1/changed"), Some(0));
}
