//! The hotline, and fire returned.

use super::{check, check_figures, report, second, value, with, world};
use crate::replay::Known;
use crate::tests::world::{World, charter};
use crate::view::{self, View};
use accord_format::time::Timestamp;
use accord_monitoring::HOTLINE_CLOCK;
use serde_json::{Value, json};

const CALLED: &str = "2026-03-02T10:00:00Z";

/// An instant so many seconds after the end of the clock of a call made at [`CALLED`].
fn due(seconds: i64) -> Timestamp {
    let length = charter().clock(HOTLINE_CLOCK).unwrap().length.get();
    let called = Timestamp::parse_seconds(CALLED).unwrap();
    called.plus_seconds(i64::try_from(length).unwrap() + seconds)
}

fn text(at: Timestamp) -> String {
    at.to_seconds_string()
}

fn call(world: &mut World) -> String {
    if world.log.now() < Timestamp::parse_seconds(CALLED).unwrap() {
        world.log.at(CALLED);
    }
    let payload = json!({"from": "ua", "to": "ru", "area": "donetsk", "about": "mortar fire"});
    let name = ("mission", "hotline.call_logged", "");
    let (seq, said) = report(world, name, second(CALLED), payload);
    assert_eq!(said, [] as [&str; 0]);
    world.stream(seq)
}

fn access(world: &World, as_of: Timestamp) -> View {
    view::view("access", &world.replay(Known::All, as_of)).unwrap()
}

fn notice() -> Value {
    json!({"order": "order 12", "area": "donetsk", "against": "ru"})
}

const NOTIFIED: (&str, &str, &str) = ("ua", "return_fire.notified", "");

#[test]
fn fire_may_be_returned_after_a_call_that_nobody_answered() {
    let mut world = world();
    let stream = call(&mut world);
    for (seconds, waiting) in [(-1, 1), (0, 0), (1, 0)] {
        let view = access(&world, due(seconds));
        assert_eq!(value(&view, "hotline/ru/waiting"), waiting, "{seconds}");
        assert_eq!(value(&view, "hotline/ru/unanswered"), 1 - waiting, "{seconds}");
        check_figures(&world, due(seconds));
    }
    world.log.at(&text(due(600)));
    let named = with(&notice(), "call", stream);
    // The notice is taken in whatever is to be said about it.
    for (seconds, expected) in [(-1, vec!["no_failed_call"]), (0, vec![]), (1, vec![])] {
        let said = report(&mut world, NOTIFIED, second(&text(due(seconds))), named.clone()).1;
        assert_eq!(said, expected, "{seconds}");
    }
    let (seq, said) = report(&mut world, NOTIFIED, second(&text(due(2))), notice());
    assert_eq!(said, ["no_failed_call"]);
    assert_eq!(super::derived(&world.now(), seq), ["no_failed_call"]);
    let unknown = with(&notice(), "call", "hotline/none");
    assert_eq!(report(&mut world, NOTIFIED, second(&text(due(2))), unknown).1, ["no_failed_call"]);
    let view = world.view("access");
    assert_eq!(value(&view, "return_fire/ua/notices"), 5);
    assert_eq!(value(&view, "return_fire/ua/no_failed_call"), 3);
    check(&mut world);
}

#[test]
fn answers_are_timed() {
    let mut world = world();
    let stream = call(&mut world);
    let answer = json!({"answer": "will_stop"});
    let soon = second("2026-03-02T10:00:01Z");
    let (_, said) =
        report(&mut world, ("ru", "hotline.acknowledged", &stream), soon, answer.clone());
    assert_eq!(said, [] as [&str; 0]);
    let streams = [call(&mut world), call(&mut world), call(&mut world)];
    world.log.at(&text(due(10)));
    for ((seconds, late), stream) in [(-1, 0), (0, 1), (1, 2)].into_iter().zip(streams) {
        let name = ("ru", "hotline.acknowledged", stream.as_str());
        let (_, said) = report(&mut world, name, second(&text(due(seconds))), answer.clone());
        assert_eq!(said.contains(&"recorded_after_deadline"), seconds == -1, "{seconds}");
        assert_eq!(value(&world.view("access"), "hotline/ru/late"), late, "{seconds}");
    }
    let view = world.view("access");
    assert_eq!(value(&view, "hotline/ru/calls"), 4);
    assert_eq!(value(&view, "hotline/ru/in_time"), 2);
    assert_eq!(value(&view, "hotline/ru/claimed_later"), 1);
    let length =
        u64::try_from(due(0).seconds() - Timestamp::parse_seconds(CALLED).unwrap().seconds());
    // Of four the second: the one in the last second.
    assert_eq!(value(&view, "hotline/ru/median"), length.unwrap() - 1);
    check(&mut world);
}

#[test]
fn only_the_called_party_answers_and_a_mistaken_call_counts_nowhere() {
    let mut world = world();
    let stream = call(&mut world);
    let at = || second("2026-03-02T10:05:00Z");
    world.log.at("2026-03-02T10:05:00Z");
    let answer = json!({"answer": "denies"});
    let by_other = ("ua", "hotline.acknowledged", stream.as_str());
    assert_eq!(report(&mut world, by_other, at(), answer.clone()).1, ["out_of_order"]);
    assert_eq!(value(&world.view("access"), "hotline/ru/waiting"), 1);
    report(&mut world, ("ru", "hotline.acknowledged", &stream), at(), answer);
    assert_eq!(value(&world.view("access"), "hotline/ru/median"), 300);
    // It went on: what is fired back from then on has a failed call behind it.
    let closed = ("mission", "hotline.closed", stream.as_str());
    report(&mut world, closed, second("2026-03-02T11:00:00Z"), json!({"outcome": "continued"}));
    world.log.at("2026-03-02T12:00:00Z");
    let named = with(&notice(), "call", stream);
    for (from, expected) in
        [("2026-03-02T10:59:59Z", vec!["no_failed_call"]), ("2026-03-02T11:00:00Z", vec![])]
    {
        assert_eq!(report(&mut world, NOTIFIED, second(from), named.clone()).1, expected, "{from}");
    }
    let mistaken = call(&mut world);
    assert_eq!(value(&world.view("access"), "hotline/ru/calls"), 2);
    let closed = ("mission", "hotline.closed", mistaken.as_str());
    report(
        &mut world,
        closed,
        second("2026-03-02T10:01:00Z"),
        json!({"outcome": "logged_in_error"}),
    );
    assert_eq!(value(&world.view("access"), "hotline/ru/calls"), 1);
    check(&mut world);
}

#[test]
fn a_call_of_an_unknown_minute_has_no_clock() {
    let mut world = world();
    world.log.at("2026-03-04T00:00:00Z");
    let payload = json!({"to": "ru", "area": "atlantis"});
    let name = ("mission", "hotline.call_logged", "");
    let (_, said) = report(&mut world, name, super::day("2026-03-02"), payload);
    assert_eq!(said, ["unknown_area", "time_not_exact"]);
    let view = world.view("access");
    assert_eq!(
        (value(&view, "hotline/ru/unclocked"), value(&view, "hotline/ru/unanswered")),
        (1, 0)
    );
    check(&mut world);
}
