//! How a ceasefire is kept, by the cases that the board upholds.

use super::{adopt, agree, at, enter, say, text, value, with_board};
use crate::tests::cases::{allege, attribute};
use crate::tests::provenance;
use crate::tests::world::{self, World};
use serde_json::{Value, json};

/// The board upholds a case of severity 3, and determines what it was.
fn uphold(world: &mut World, determination: Option<Value>) {
    let case = allege(world, "observer", "ru");
    uphold_case(world, &case, determination);
}

fn uphold_case(world: &mut World, case: &str, determination: Option<Value>) {
    attribute(world, case);
    let resolution = adopt(world, "adjudication", case);
    let mut payload = json!({"decision": "upheld", "resolution": resolution});
    if let Some(determination) = determination {
        payload["determination"] = determination;
    }
    say(world, "secretariat", "violation.adjudicated", case, payload);
}

fn in_force() -> World {
    let mut world = with_board();
    let stream = agree(&mut world);
    enter(&mut world, &stream);
    world.log.at("2026-03-20T00:00:00Z");
    world
}

#[test]
fn an_upheld_severe_case_weighs_for_the_length_of_the_clock() {
    let mut world = in_force();
    uphold(&mut world, None);
    let decided = world.log.now();
    let health = |seconds: i64| {
        let view = at(&world, "ceasefire", &decided.plus_seconds(seconds).to_seconds_string());
        (
            text(&view, "health", "health", "value"),
            value(&view, "health/weighing"),
            value(&view, "health/days_without"),
        )
    };
    let clock = 14 * 86_400;
    assert_eq!(health(0), ("strained".to_owned(), 1, 0));
    assert_eq!(health(clock - 1), ("strained".to_owned(), 1, 13));
    assert_eq!(health(clock), ("holding".to_owned(), 0, 14));
    assert_eq!(health(clock + 1), ("holding".to_owned(), 0, 14));
    assert_eq!(health(-1), ("holding".to_owned(), 0, 10), "not yet decided");
    provenance::check(&world, "ceasefire");
}

#[test]
fn a_slight_case_does_not_weigh() {
    let mut world = in_force();
    let mut charter = world::charter();
    charter.counts.insert("severe_from".to_owned(), 4);
    world.adopt(&charter);
    uphold(&mut world, None);
    let view = world.view("ceasefire");
    assert_eq!(text(&view, "health", "health", "value"), "holding");
    assert_eq!((value(&view, "health/weighing"), value(&view, "health/days_without")), (0, 10));
}

#[test]
fn what_lies_before_the_agreement_does_not_weigh() {
    let mut world = in_force();
    let before = json!({"from": "2026-02-01T00:00:00Z", "precision": "day"});
    let payload = json!({"category": "A1", "against": "ru"});
    let (seq, _) = world.submit_of("observer", "violation.alleged", "", before, payload).unwrap();
    let case = world.stream(seq);
    let determination = json!({
        "armed_attack": true, "responsible": "ru", "victim": "ua",
        "breach": {"from": "2026-02-01T00:00:00Z"},
    });
    uphold_case(&mut world, &case, Some(determination));
    let view = world.view("ceasefire");
    assert_eq!(text(&view, "health", "health", "value"), "holding");
    assert_eq!((value(&view, "health/weighing"), value(&view, "health/armed_attacks")), (0, 0));
}

#[test]
fn an_armed_attack_breaches_the_ceasefire_while_it_lasts_and_weighs_beyond() {
    let determined = |until: Option<&str>| {
        let mut breach = json!({"from": "2026-03-19T00:00:00Z"});
        if let Some(until) = until {
            breach["until"] = until.into();
        }
        Some(json!({"armed_attack": true, "responsible": "ru", "victim": "ua", "breach": breach}))
    };
    let mut world = in_force();
    uphold(&mut world, determined(None));
    let health = |world: &World, when: &str| {
        let view = at(world, "ceasefire", when);
        (text(&view, "health", "health", "value"), value(&view, "health/armed_attacks"))
    };
    assert_eq!(health(&world, "2026-12-01T00:00:00Z"), ("seriously breached".to_owned(), 1));
    provenance::check(&world, "ceasefire");
    // One that ended in April weighs until fourteen days later.
    let mut world = in_force();
    uphold(&mut world, determined(Some("2026-04-10T00:00:00Z")));
    let last = "2026-04-23T23:59:59Z";
    assert_eq!(health(&world, last), ("seriously breached".to_owned(), 1));
    assert_eq!(health(&world, "2026-04-24T00:00:00Z"), ("holding".to_owned(), 0));
    // One that was over before the ceasefire began is not a breach of it, severe as it is.
    let mut world = in_force();
    let earlier = json!({"from": "2026-03-08T00:00:00Z", "until": "2026-03-10T00:00:00Z"});
    let earlier =
        json!({"armed_attack": true, "responsible": "ru", "victim": "ua", "breach": earlier});
    uphold(&mut world, Some(earlier));
    let now = world.log.now().to_seconds_string();
    assert_eq!(health(&world, &now).0, "strained");
}

#[test]
fn a_provisional_determination_weighs_while_it_runs() {
    let mut world = in_force();
    let case = allege(&mut world, "observer", "ru");
    let determination = json!({
        "armed_attack": true, "responsible": "ru", "victim": "ua",
        "breach": {"from": "2026-03-19T00:00:00Z"},
    });
    let payload = json!({"determination": determination, "basis": "seen by two posts"});
    say(&mut world, "mission", "violation.provisionally_determined", &case, payload);
    let determined = world.log.now();
    let health = |seconds: i64| {
        let view = at(&world, "ceasefire", &determined.plus_seconds(seconds).to_seconds_string());
        text(&view, "health", "health", "value")
    };
    // It expires after 72 hours by the charter.
    let expires = 72 * 3_600;
    assert_eq!(
        [-1, 0, expires - 1, expires, expires + 1].map(health),
        ["holding", "seriously breached", "seriously breached", "holding", "holding"]
    );
    provenance::check(&world, "ceasefire");
}
