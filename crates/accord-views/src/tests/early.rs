//! A resolution decides on what was on record when it was tabled.

use super::board::{constitute, declare, table, vote};
use super::cases::{allege, attribute, register, step};
use super::determined::{adopted, attribute_again, decide, with_evidence};
use super::world::World;
use serde_json::{Value, json};

const SPRING: &str = "2026-03-01T05:00:00Z";

fn no_action(world: &mut World, case: &str, by: Option<&str>) -> Result<(), &'static str> {
    let payload = match by {
        Some(resolution) => json!({"reason": "amnesty", "resolution": resolution}),
        None => json!({"reason": "amnesty"}),
    };
    step(world, case, "no_action_decided", payload).map(drop)
}

fn order(world: &mut World, case: &str, by: &str) -> Result<(), &'static str> {
    let payload: Value = json!({
        "remedy": "a", "words": "x", "obliged": "ru", "due": "2026-06-01T00:00:00Z",
        "resolution": by,
    });
    step(world, case, "remedy_ordered", payload).map(drop)
}

#[test]
fn an_attributed_case_is_not_let_go_without_the_board() {
    let mut world = World::with_charter(SPRING);
    constitute(&mut world);
    let case = allege(&mut world, "observer", "ru");
    let other = allege(&mut world, "observer", "ru");
    let early = adopted(&mut world, &[&case]);
    attribute(&mut world, &case);
    assert_eq!(no_action(&mut world, &case, None), Err("resolution-missing"));
    assert_eq!(no_action(&mut world, &case, Some(&early)), Err("resolution-too-early"));
    let elsewhere = adopted(&mut world, &[&other]);
    assert_eq!(no_action(&mut world, &case, Some(&elsewhere)), Err("resolution-elsewhere"));
    let open = table(&mut world, &[&case]);
    assert_eq!(no_action(&mut world, &case, Some(&open)), Err("resolution-not-adopted"));
    let resolution = adopted(&mut world, &[&case]);
    assert_eq!(no_action(&mut world, &case, Some(&resolution)), Ok(()));
    world.check_replay();
}

#[test]
fn before_anybody_is_named_nothing_may_be_done_without_the_board() {
    let mut world = World::with_charter(SPRING);
    constitute(&mut world);
    let case = allege(&mut world, "observer", "ru");
    step(&mut world, &case, "registered", register()).unwrap();
    let other = allege(&mut world, "observer", "ru");
    let resolution = adopted(&mut world, &[&other]);
    // One that is named has to decide on it all the same.
    assert_eq!(no_action(&mut world, &case, Some(&resolution)), Err("resolution-elsewhere"));
    assert_eq!(no_action(&mut world, &case, None), Ok(()));
}

#[test]
fn a_case_once_attributed_stays_the_boards() {
    let mut world = World::with_charter(SPRING);
    constitute(&mut world);
    let case = allege(&mut world, "observer", "ru");
    attribute(&mut world, &case);
    let remitted = adopted(&mut world, &[&case]);
    let spare = adopted(&mut world, &[&case]);
    decide(&mut world, &case, &remitted, "remitted", None).unwrap();
    assert_eq!(no_action(&mut world, &case, None), Err("resolution-missing"));
    assert_eq!(no_action(&mut world, &case, Some(&remitted)), Err("resolution-used"));
    let team = json!({"team": "south", "standard": "balance"});
    step(&mut world, &case, "investigation_opened", team).unwrap();
    let finding = json!({"result": "not_verified", "confidence": "low", "report": "cd".repeat(32)});
    step(&mut world, &case, "finding_recorded", finding).unwrap();
    assert_eq!(no_action(&mut world, &case, None), Err("resolution-missing"));
    // The board had not seen the new finding.
    assert_eq!(no_action(&mut world, &case, Some(&spare)), Err("resolution-too-early"));
    let resolution = adopted(&mut world, &[&case]);
    assert_eq!(no_action(&mut world, &case, Some(&resolution)), Ok(()));
    // Reopened, it takes another one.
    step(&mut world, &case, "closed", json!({"reason": "x"})).unwrap();
    with_evidence(&mut world, &case, "reopened", 7, json!({"reason": "x"})).unwrap();
    assert_eq!(no_action(&mut world, &case, Some(&resolution)), Err("resolution-too-early"));
    world.check_replay();
}

#[test]
fn a_resolution_on_a_case_comes_after_what_it_decides_on() {
    let mut world = World::with_charter(SPRING);
    constitute(&mut world);
    let case = allege(&mut world, "observer", "ru");
    let adopted_early = adopted(&mut world, &[&case]);
    let tabled_early = table(&mut world, &[&case]);
    attribute(&mut world, &case);
    for seat in ["chair", "ukraine", "union", "britain", "france", "nato"] {
        vote(&mut world, &tabled_early, seat, "for").unwrap();
    }
    declare(&mut world, &tabled_early, "adopted").unwrap();
    for early in [&adopted_early, &tabled_early] {
        let outcome = decide(&mut world, &case, early, "upheld", None);
        assert_eq!(outcome, Err("resolution-too-early"), "{early}");
    }
    let resolution = adopted(&mut world, &[&case]);
    decide(&mut world, &case, &resolution, "upheld", None).unwrap();
    assert_eq!(order(&mut world, &case, &adopted_early), Err("resolution-too-early"));
    // One resolution may uphold a case and say what has to be done about it.
    assert_eq!(order(&mut world, &case, &resolution), Ok(()));
    world.check_replay();
}

#[test]
fn what_the_board_knew_of_the_first_time_is_not_what_it_knows_when_a_case_comes_back() {
    let mut world = World::with_charter(SPRING);
    constitute(&mut world);
    let case = allege(&mut world, "observer", "ru");
    attribute(&mut world, &case);
    let first = adopted(&mut world, &[&case]);
    let spare = adopted(&mut world, &[&case]);
    decide(&mut world, &case, &first, "overturned", None).unwrap();
    step(&mut world, &case, "closed", json!({"reason": "x"})).unwrap();
    with_evidence(&mut world, &case, "reopened", 7, json!({"reason": "x"})).unwrap();
    attribute_again(&mut world, &case);
    assert_eq!(decide(&mut world, &case, &spare, "upheld", None), Err("resolution-too-early"));
    let second = adopted(&mut world, &[&case]);
    assert_eq!(decide(&mut world, &case, &second, "upheld", None), Ok(vec![]));
}
