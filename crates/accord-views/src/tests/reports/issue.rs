//! Issued reports, as they are judged.

use super::super::world::{World, refused};
use super::{
    Story, VIOLATIONS, at, casualty, compared, compose, compose_of, count, quarter, signed, value,
};
use crate::replay::{Known, Replay};
use crate::report::Period;
use crate::view::Figure;
use serde_json::{Value, json};

/// Makes a payload say something else.
type Spoil<'a> = Box<dyn Fn(&mut Value) + 'a>;

#[test]
fn a_report_freezes_the_figures_of_the_record() {
    let mut story = Story::begin();
    let report = compose(&story.world, quarter());
    let payload = signed(&report, "2026-q1");
    let (_, findings) =
        story.world.submit("secretariat", "report.issued", "", payload.clone()).unwrap();
    assert_eq!(findings, []);
    let again = story.world.submit("secretariat", "report.issued", "", payload);
    assert_eq!(refused(again), "wrong-state");

    let view = compared(&story.world, Known::All);
    let frozen = value(&view, "2026-q1/figures").unwrap();
    let sections = report.sections.iter().filter(|s| s.formula.is_some());
    let figures = sections.flat_map(|s| s.view.figures());
    let of_the_record =
        |f: &&Figure| f.provenance.as_ref().is_none_or(|p| p.selector.family == "record");
    let (counted, told): (Vec<_>, Vec<_>) = figures.partition(of_the_record);
    assert_eq!(frozen, told.len() as u64, "what counts entries is not frozen unless it is chosen");
    assert!(counted.len() > 50);
    assert_eq!(value(&view, "2026-q1/changed"), Some(0));
    let key = format!("2026-q1/ceasefire/{}", story.key(VIOLATIONS));
    assert_eq!(value(&view, &format!("{key}/then")), Some(253));
    assert_eq!(value(&view, &format!("{key}/now")), Some(253));
    assert_eq!(value(&view, &format!("{key}/causes")), None);
    story.world.check_replay();
}

#[test]
fn what_the_record_does_not_say_is_refused() {
    let mut story = Story::begin();
    let payload = signed(&compose(&story.world, quarter()), "2026-q1");
    let key = story.key(VIOLATIONS);
    let last = story.world.size() - 1;
    let at_key = |payload: &Value| {
        let figures = payload["figures"].as_array().unwrap();
        figures.iter().position(|f| f["key"] == key.as_str()).unwrap()
    };
    let cases: Vec<(&str, Spoil<'_>)> = vec![
        (
            "figure-differs",
            Box::new(|p| {
                let at = at_key(p);
                p["figures"][at]["amount"]["value"] = json!(252);
            }),
        ),
        (
            "figure-differs",
            Box::new(|p| {
                let at = at_key(p);
                p["figures"][at]["amount"]["qualifier"] = json!("about");
            }),
        ),
        (
            "figure-unknown",
            Box::new(|p| {
                let at = at_key(p);
                p["figures"][at]["key"] = json!("periods/none");
            }),
        ),
        ("digest-differs", Box::new(|p| p["digests"][0]["digest"] = json!("00".repeat(32)))),
        ("fold-unknown", Box::new(|p| p["digests"][0]["fold_version"] = json!(4_000_000))),
        ("family-unknown", Box::new(|p| p["digests"][0]["family"] = json!("weather"))),
        ("formula-unknown", Box::new(|p| p["formulas"][0]["version"] = json!(2))),
        (
            "formula-unknown",
            Box::new(|p| {
                p["figures"].as_array_mut().unwrap().truncate(1);
                p["figures"][0]["view"] = json!("reports");
                p["formulas"] = json!([{"view": "reports", "version": 1}]);
            }),
        ),
        ("report-ahead", Box::new(move |p| p["at_seq"] = json!(last + 1))),
        (
            "report-ahead",
            Box::new(|p| {
                (p["as_of"], p["until"]) =
                    (json!("2026-04-03T00:00:00Z"), json!("2026-05-01T00:00:00Z"));
            }),
        ),
        // Without the last entry there is no case, and that entry was there in time.
        ("record-cut-short", Box::new(move |p| p["at_seq"] = json!(last - 1))),
        (
            // The day before, the months were the same and the state was another one.
            "digest-differs",
            Box::new(|p| {
                p["as_of"] = json!("2026-03-31T00:00:00Z");
                p["figures"].as_array_mut().unwrap().retain(|f| f["view"] == "civilians");
                p["formulas"] = json!([{"view": "civilians", "version": 1}]);
            }),
        ),
    ];
    for (code, change) in cases {
        let mut wrong = payload.clone();
        change(&mut wrong);
        let before = story.world.size();
        let outcome = story.world.submit("secretariat", "report.issued", "", wrong);
        assert_eq!(refused(outcome), code);
        assert_eq!(story.world.size(), before);
    }
    // The judge's state survives every refusal.
    story.world.submit("secretariat", "report.issued", "", payload).unwrap();
    story.world.check_replay();
}

/// What was recorded after the moment of which a report speaks it may know of or not; of what was
/// recorded by then it knows all.
#[test]
fn a_report_knows_of_all_that_was_recorded_by_its_moment() {
    let mut world = World::founded("2025-12-20T05:00:00Z");
    world.log.at("2026-01-20T05:00:00Z");
    for day in ["2026-01-10", "2026-01-11"] {
        casualty(&mut world, day, 1);
    }
    // Recorded at the very moment of which the report speaks, and a second after it.
    for at in ["2026-03-31T23:59:59Z", "2026-04-01T00:00:00Z"] {
        world.log.at(at);
        casualty(&mut world, "2026-01-12", 1);
        assert_eq!(world.log.now(), super::at(at).plus_seconds(1));
    }
    let last = world.size() - 1;
    for (at_seq, expected) in
        [(last - 2, Err("record-cut-short")), (last - 1, Ok(())), (last, Ok(()))]
    {
        let closing = world.replay(Known::Size(at_seq + 1), quarter().until);
        let opening = world.replay(Known::Size(at_seq + 1), quarter().from);
        let report = compose_of(quarter(), &world, &closing, &opening);
        let payload = signed(&report, &format!("to-{at_seq}"));
        let outcome = world.submit("secretariat", "report.issued", "", payload);
        assert_eq!(outcome.map(|_| ()).map_err(|r| r.code), expected, "seq {at_seq}");
    }
    world.check_replay();
}

#[test]
fn reports_are_judged_in_any_order() {
    let mut story = Story::begin();
    let periods = [
        ("q1", "2026-01-01", "2026-04-01"),
        ("feb", "2026-02-01", "2026-03-01"),
        ("jan", "2026-01-01", "2026-02-01"),
        ("mar", "2026-03-01", "2026-04-01"),
    ];
    for (label, from, until) in periods {
        let period = Period {
            label: label.to_owned(),
            from: at(&format!("{from}T00:00:00Z")),
            until: at(&format!("{until}T00:00:00Z")),
        };
        let payload = signed(&compose(&story.world, period), label);
        story.world.submit("secretariat", "report.issued", "", payload).unwrap();
    }
    let view = compared(&story.world, Known::All);
    for (label, ..) in periods {
        assert_eq!(value(&view, &format!("{label}/changed")), Some(0), "{label}");
    }
    story.world.check_replay();
}

#[test]
fn a_void_entry_is_void_for_the_judge_of_reports() {
    let mut story = Story::begin();
    // In the record, and never taken in: void, be something after it or not.
    let void = |world: &mut World, from: &str, until: &str| {
        let declared = world.declared("observation.batch_recorded");
        let occurred = json!({"from": format!("{from}T00:00:00Z"), "until": format!("{until}T00:00:00Z"), "precision": "day"});
        let payload = json!({"area": "donetsk", VIOLATIONS: count(999)});
        world.log.write_of("mission", &declared, "", occurred, payload)
    };
    let first = void(&mut story.world, "2026-02-01", "2026-02-15");
    casualty(&mut story.world, "2026-03-01", 1);
    assert_eq!(story.world.families.tally().void, [first]);
    let last = void(&mut story.world, "2026-02-15", "2026-03-01");
    let void = [first, last];
    let replay = |as_of| {
        let entries =
            story.world.log.entries().iter().map(|e| (e.clone(), void.contains(&e.header.seq)));
        Replay::run(entries, &story.world.log, Known::All, as_of).unwrap()
    };
    let (closing, opening) = (replay(quarter().until), replay(quarter().from));
    let report = compose_of(quarter(), &story.world, &closing, &opening);
    let payload = signed(&report, "2026-q1");
    story.world.submit("secretariat", "report.issued", "", payload).unwrap();
}
