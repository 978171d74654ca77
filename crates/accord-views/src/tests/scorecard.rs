//! Stipulations scored, reviewed and followed over time.

use super::board::{constitute, declare, table, vote};
use super::provenance;
use super::world::{World, refused};
use crate::replay::Known;
use crate::view::{self, Cell, View};
use serde_json::{Value, json};

fn register(world: &mut World, code: &str, provision: &str, more: &Value) {
    let mut payload =
        json!({"code": code, "provision": provision, "title": "To be done", "responsible": ["ru"]});
    for (member, value) in more.as_object().unwrap() {
        payload[member] = value.clone();
    }
    world.submit("secretariat", "stipulation.registered", "", payload).unwrap();
}

/// A score for the day on which it is recorded; gives its seq and event hash.
fn score(world: &mut World, coder: &str, code: &str, score: u8) -> (u64, String) {
    let payload = json!({"stipulation": code, "score": score});
    let (seq, _) = world.submit(coder, "assessment.recorded", "", payload).unwrap();
    (seq, world.log.hash(seq))
}

fn review(
    world: &mut World,
    coder: &str,
    (code, assessment): (&str, &str),
    score: u8,
) -> Result<(), &'static str> {
    let payload = json!({"stipulation": code, "assessment": assessment, "score": score});
    let outcome = world.submit(coder, "assessment.reviewed", "", payload);
    outcome.map(drop).map_err(|r| r.code)
}

fn value(view: &View, key: &str) -> u64 {
    view.figure(key).unwrap_or_else(|| panic!("no figure {key}")).value
}

fn words<'a>(view: &'a View, table: &str, row: &str, column: &str) -> &'a str {
    let table = view.tables.iter().find(|t| t.key == table).unwrap();
    let row = table.rows.iter().find(|r| r.key == row).unwrap();
    let at = table.columns.iter().position(|c| c.key == column).unwrap();
    match &row.cells[at] {
        Cell::Text(text) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_second_coder_confirms_or_splits() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    register(&mut world, "lists", "P04", &json!({}));
    let status = |world: &World| {
        let shown = world.view("scorecard");
        words(&shown, "stipulations", "lists", "review").to_owned()
    };
    let (_, first) = score(&mut world, "auditor", "lists", 2);
    assert_eq!(status(&world), "unreviewed");
    assert_eq!(review(&mut world, "auditor", ("lists", &first), 2), Err("reviewer-is-coder"));
    assert_eq!(
        review(&mut world, "mission", ("lists", &"00".repeat(32)), 2),
        Err("assessment-unknown")
    );
    assert_eq!(review(&mut world, "mission", ("other", &first), 2), Err("assessment-unknown"));
    review(&mut world, "mission", ("lists", &first), 2).unwrap();
    assert_eq!(status(&world), "confirmed");
    assert_eq!(review(&mut world, "mission", ("lists", &first), 1), Err("assessment-reviewed"));
    review(&mut world, "secretariat", ("lists", &first), 1).unwrap();
    assert_eq!(status(&world), "split");
    let shown = world.view("scorecard");
    let row = words(&shown, "coders", "lists/auditor", "review");
    assert_eq!(row, "split: 2 by mission, 1 by secretariat");
    // The score stands until there is another one.
    assert_eq!(value(&shown, "lists/score"), 2);
    score(&mut world, "mission", "lists", 1);
    let shown = world.view("scorecard");
    assert_eq!((value(&shown, "lists/score"), status(&world).as_str()), (1, "unreviewed"));
    assert_eq!(value(&shown, "lists/auditor/score"), 2);
    assert_eq!(value(&shown, "P04/unreviewed"), 1);
    assert_eq!((value(&shown, "P04/split"), value(&shown, "all/confirmed")), (0, 0));
    provenance::check(&world, "scorecard");
    world.check_replay();
}

/// A review of a score that is corrected afterwards says what it said, and is marked.
#[test]
fn a_corrected_score_is_no_longer_the_one_that_was_confirmed() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    register(&mut world, "lists", "P04", &json!({}));
    let (seq, first) = score(&mut world, "auditor", "lists", 2);
    review(&mut world, "mission", ("lists", &first), 2).unwrap();
    world.correct(seq, &json!([{"pointer": "/payload/score", "old": 2, "new": 3}]));
    let shown = world.view("scorecard");
    assert_eq!((value(&shown, "P04/split"), value(&shown, "lists/score")), (1, 3));
    assert_eq!(value(&world.view("integrity"), "findings/basis_changed"), 1);
    world.check_replay();
    let then = view::view("scorecard", &world.replay(Known::Size(seq + 2), world.log.now()));
    assert_eq!(value(&then.unwrap(), "P04/confirmed"), 1);
}

#[test]
fn the_distribution_is_shown_and_not_only_the_mean() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    for (code, scored) in
        [("a", Some(0)), ("b", Some(1)), ("c", Some(3)), ("d", Some(3)), ("e", None)]
    {
        register(&mut world, code, "P04", &json!({}));
        if let Some(scored) = scored {
            score(&mut world, "auditor", code, scored);
        }
    }
    register(&mut world, "f", "P03", &json!({}));
    score(&mut world, "auditor", "nothing", 3);
    let shown = world.view("overview");
    let of = |code: &str, members: &[&str]| -> Vec<u64> {
        members.iter().map(|member| value(&shown, &format!("{code}/{member}"))).collect()
    };
    let members = ["score_0", "score_1", "score_2", "score_3", "scored", "stipulations"];
    assert_eq!(of("P04", &members), [1, 1, 0, 2, 4, 5]);
    // 7 of 12, and 4 of 5 and 6.
    assert_eq!(of("P04", &["score", "coverage"]), [58, 80]);
    assert_eq!(of("all", &["score", "coverage", "stipulations"]), [58, 66, 6]);
    assert_eq!(shown.figure("P03/score"), None);
    let state = |code| words(&shown, "provisions", code, "state");
    assert_eq!(
        [state("P04"), state("P03"), state("P05")],
        ["under way", "not scored", "no stipulations"]
    );
    assert!(world.view("scorecard").notes[0].contains("stipulation/nothing"));
    provenance::check(&world, "overview");
    provenance::check(&world, "scorecard");
    world.check_replay();
}

#[test]
fn a_provision_has_a_state_in_a_word() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    register(&mut world, "a", "P04", &json!({}));
    register(&mut world, "b", "P04", &json!({}));
    let mut state = |code: &str, scored: u8| {
        score(&mut world, "auditor", code, scored);
        words(&world.view("overview"), "provisions", "P04", "state").to_owned()
    };
    assert_eq!(state("a", 0), "not begun");
    assert_eq!(state("b", 0), "not begun");
    assert_eq!(state("b", 1), "under way");
    assert_eq!(state("b", 3), "under way");
    assert_eq!(state("a", 3), "complete");
    assert_eq!(state("a", 2), "under way");
}

/// What the score was 30 and 90 days ago is what a replay as of then says.
#[test]
fn the_trend_is_that_of_earlier_states() {
    let mut world = World::with_charter("2026-01-01T00:00:00Z");
    register(&mut world, "a", "P04", &json!({"due_on": "2026-02-10"}));
    register(&mut world, "b", "P04", &json!({}));
    let steps = [
        ("2026-01-10T00:00:00Z", "a", 0),
        ("2026-02-01T00:00:00Z", "b", 3),
        ("2026-02-20T00:00:00Z", "a", 1),
        ("2026-03-15T00:00:00Z", "b", 1),
        ("2026-04-20T00:00:00Z", "a", 3),
    ];
    for (now, code, scored) in steps {
        world.log.at(now);
        let (_, event) = score(&mut world, "auditor", code, scored);
        if scored == 3 {
            review(&mut world, "mission", (code, &event), 3).unwrap();
        }
        register(&mut world, &format!("later-{code}-{scored}"), "P04", &json!({}));
    }
    let day = 86_400;
    for moment in [
        "2026-01-09T00:00:00Z",
        "2026-02-15T00:00:00Z",
        "2026-03-21T12:00:00Z",
        "2026-05-01T00:00:00Z",
        "2026-05-20T00:00:00Z",
    ] {
        let at = accord_format::time::Timestamp::parse_seconds(moment).unwrap();
        let shown = |days: i64, name: &str| {
            let snapshot = world.replay(Known::All, at.plus_seconds(-days * day));
            view::view(name, &snapshot).unwrap()
        };
        let here = shown(0, "overview");
        for (days, member) in [(30, "score_30d"), (90, "score_90d")] {
            let earlier = shown(days, "overview");
            for code in ["P04", "all"] {
                let then = earlier.figure(&format!("{code}/score")).map(|f| f.value);
                let told = here.figure(&format!("{code}/{member}")).map(|f| f.value);
                assert_eq!(told, then, "{code} {days} days before {moment}");
            }
            let (here, earlier) = (shown(0, "scorecard"), shown(days, "scorecard"));
            for code in ["a", "b"] {
                let then = earlier.figure(&format!("{code}/score")).map(|f| f.value);
                let told = here.figure(&format!("{code}/{member}")).map(|f| f.value);
                assert_eq!(told, then, "{code} {days} days before {moment}");
            }
        }
    }
    world.log.at("2026-05-01T00:00:00Z");
    let shown = world.view("overview");
    let scores = ["score", "score_30d", "score_90d"].map(|m| value(&shown, &format!("P04/{m}")));
    assert_eq!(scores, [66, 33, 0]);
    assert_eq!(words(&shown, "movement", "P04", "trend"), "up 33");
    provenance::check(&world, "overview");
    provenance::check(&world, "scorecard");
    world.check_replay();
}

#[test]
fn what_is_due_becomes_overdue_by_itself() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let resolution = table(&mut world, &["stipulation/named"]);
    let order = json!({"code": "ordered", "provision": "P04", "title": "x", "responsible": ["nobody"], "due_on": "2026-03-10", "resolution": resolution});
    let name = "stipulation.registered";
    let early = world.submit("secretariat", name, "", order.clone());
    assert_eq!(refused(early), "resolution-not-adopted");
    for seat in ["chair", "ukraine", "union", "britain", "france"] {
        vote(&mut world, &resolution, seat, "for").unwrap();
    }
    declare(&mut world, &resolution, "adopted").unwrap();
    let (_, findings) = world.submit("secretariat", name, "", order).unwrap();
    assert_eq!(findings.iter().map(|f| f.code).collect::<Vec<_>>(), ["unknown_responsible"]);
    register(&mut world, "named", "P04", &json!({"due_on": "2026-03-10"}));
    register(&mut world, "agreed", "P04", &json!({"due_on": "2026-03-10"}));
    for (now, overdue, ordered) in [
        ("2026-03-10T23:59:59Z", 0, 0),
        ("2026-03-11T00:00:00Z", 3, 2),
        ("2026-03-11T00:00:01Z", 3, 2),
    ] {
        world.log.at(now);
        assert_eq!(value(&world.view("overview"), "P04/overdue"), overdue, "{now}");
        assert_eq!(value(&world.view("board"), "follow_up/stipulations"), ordered, "{now}");
    }
    provenance::check(&world, "board");
    score(&mut world, "auditor", "named", 3);
    assert_eq!(value(&world.view("board"), "follow_up/stipulations"), 1);
    // What is rescinded orders nothing.
    let other = table(&mut world, &[&resolution]);
    for seat in ["chair", "ukraine", "union", "britain", "france"] {
        vote(&mut world, &other, seat, "for").unwrap();
    }
    declare(&mut world, &other, "adopted").unwrap();
    let payload = json!({ "by_resolution": other });
    world.submit("secretariat", "board.resolution_rescinded", &resolution, payload).unwrap();
    assert_eq!(value(&world.view("board"), "follow_up/stipulations"), 0);
    assert_eq!(value(&world.view("overview"), "P04/overdue"), 2);
    provenance::check(&world, "board");
    provenance::check(&world, "overview");
    world.check_replay();
}

#[test]
fn a_score_and_what_is_reached_agree() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    register(&mut world, "homes", "P06", &json!({"target": {"value": 100, "unit": "homes"}}));
    register(&mut world, "laws", "P06", &json!({}));
    let mut codes = |code: &str, score: u8, achieved: u64, qualifier: &str| {
        let payload = json!({"stipulation": code, "score": score, "achieved": {"value": achieved, "qualifier": qualifier}});
        let outcome = world.submit("auditor", "assessment.recorded", "", payload);
        outcome.unwrap().1.into_iter().map(|f| f.code).collect::<Vec<_>>()
    };
    assert_eq!(codes("laws", 1, 1, "exact"), ["no_target"]);
    assert_eq!(codes("homes", 2, 60, "exact"), Vec::<&str>::new());
    assert_eq!(codes("homes", 3, 99, "exact"), ["does_not_add_up"]);
    assert_eq!(codes("homes", 3, 99, "at_most"), ["does_not_add_up"]);
    assert_eq!(codes("homes", 3, 99, "at_least"), Vec::<&str>::new());
    assert_eq!(codes("homes", 3, 100, "exact"), Vec::<&str>::new());
    let shown = world.view("scorecard");
    assert_eq!(value(&shown, "homes/achieved"), 100);
    assert_eq!(words(&shown, "stipulations", "homes", "target"), "100 homes");
}

#[test]
fn an_indicator_follows_a_figure() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    register(&mut world, "lists", "P04", &json!({}));
    score(&mut world, "auditor", "lists", 2);
    let define = |world: &mut World, code: &str, view: &str, figure: &str, stipulation: &str| {
        let payload = json!({"code": code, "title": "What it tells", "view": view, "figure": figure, "unit": "percent", "cadence": "monthly", "stipulation": stipulation});
        let outcome = world.submit("secretariat", "indicator.defined", "", payload);
        outcome.map(drop).map_err(|r| r.code)
    };
    assert_eq!(
        define(&mut world, "x", "overview", "P04/score", "other"),
        Err("stipulation-unknown")
    );
    define(&mut world, "exchange", "overview", "P04/score", "lists").unwrap();
    assert_eq!(
        define(&mut world, "exchange", "overview", "P04/score", "lists"),
        Err("wrong-state")
    );
    define(&mut world, "own", "scorecard", "lists/score", "lists").unwrap();
    define(&mut world, "lost", "overview", "P99/score", "lists").unwrap();
    define(&mut world, "blind", "nowhere", "P04/score", "lists").unwrap();
    let shown = world.view("scorecard");
    assert_eq!(words(&shown, "indicators", "exchange", "value"), "66");
    assert_eq!(words(&shown, "indicators", "own", "value"), "2");
    let indicators = shown.tables.iter().find(|t| t.key == "indicators").unwrap();
    for row in &indicators.rows {
        let lost = row.key == "lost" || row.key == "blind";
        assert_eq!(row.marks.contains(&"no such figure"), lost, "{}", row.key);
    }
    world.check_replay();
}

#[test]
fn open_disputes_touch_the_provisions_of_what_they_dispute() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let handed_over = json!({"area": "donetsk", "killed": 0, "injured": 12, "persons": {"men": 12, "women": 0, "boys": 0, "girls": 0, "unknown": 0}, "cause": "shelling", "corroborated": true});
    let (seq, _) = world.submit("mission", "casualty.recorded", "", handed_over).unwrap();
    let target = json!({"target": world.log.hash(seq), "ground": "another count"});
    let dispute = world.kernel_event("record.disputed", "", target);
    let shown = world.view("overview");
    assert_eq!((value(&shown, "P01/disputes"), value(&shown, "P04/disputes")), (1, 0));
    assert_eq!(value(&shown, "all/disputes"), 1);
    assert_eq!(value(&shown, "P01/age"), 0);
    provenance::check(&world, "overview");
    world.log.at("2026-03-09T05:00:00Z");
    assert_eq!(value(&world.view("overview"), "P01/age"), 7);
    let saved = accord_ledger::admission::Admission::snapshot(&world.families);
    let mut again = crate::Families::new().unwrap();
    accord_ledger::admission::Admission::restore(&mut again, &saved).unwrap();
    assert_eq!(again.disputes(), world.families.disputes());
    assert_eq!(again.disputes().open().count(), 1);
    let stream = world.stream(dispute);
    world.kernel_event("record.dispute_settled", &stream, json!({"outcome": "the count stands"}));
    let shown = world.view("overview");
    assert_eq!((value(&shown, "P01/disputes"), value(&shown, "all/disputes")), (0, 0));
    world.check_replay();
}
