//! Silence windows.

use super::bench::Bench;
use crate::state::{Window, WindowStatus as Status};
use serde_json::{Value, json};

const START: &str = "2026-03-05T00:00:00Z";
const FROM: &str = "2026-03-06T09:00:00Z";
const UNTIL: &str = "2026-03-06T15:00:00Z";

fn request() -> Value {
    json!({
        "purpose": "repair", "area": "donetsk", "from": FROM, "until": UNTIL,
        "beneficiaries": {"value": 12_000, "qualifier": "about"},
    })
}

fn requested(bench: &mut Bench) -> String {
    assert_eq!(bench.submit("mission", "silence_window.requested", "", request()), Ok(vec![]));
    bench.last()
}

fn say(
    bench: &mut Bench,
    who: &str,
    name: &str,
    stream: &str,
) -> Result<Vec<&'static str>, &'static str> {
    bench.submit(who, &format!("silence_window.{name}"), stream, json!({}))
}

fn window_at(bench: &Bench, stream: &str, at: &str) -> Window {
    bench.state_at(stream, at).window().unwrap().clone()
}

fn status_at(bench: &Bench, stream: &str, at: &str) -> Status {
    window_at(bench, stream, at).status
}

fn guaranteed(bench: &mut Bench) -> String {
    let stream = requested(bench);
    for party in ["ua", "ru"] {
        assert_eq!(say(bench, party, "guaranteed", &stream), Ok(vec![]));
    }
    stream
}

fn breach(
    bench: &mut Bench,
    stream: &str,
    at: &str,
    by: &str,
) -> Result<Vec<&'static str>, &'static str> {
    let payload = json!({"by": by});
    bench.submit_of("mission", "silence_window.breached", stream, (at, at), payload)
}

#[test]
fn a_window_opens_when_every_party_has_guaranteed_it() {
    let mut bench = Bench::at(START);
    let stream = requested(&mut bench);
    assert_eq!(say(&mut bench, "mission", "opened", &stream), Err("guarantee-missing"));
    assert_eq!(say(&mut bench, "mission", "guaranteed", &stream), Err("not-a-party"));
    assert_eq!(say(&mut bench, "ua", "guaranteed", "silence_window/none"), Err("wrong-state"));
    assert_eq!(say(&mut bench, "ua", "guaranteed", &stream), Ok(vec![]));
    assert_eq!(say(&mut bench, "ua", "guaranteed", &stream), Err("wrong-state"));
    assert_eq!(say(&mut bench, "mission", "opened", &stream), Err("guarantee-missing"));
    assert_eq!(say(&mut bench, "ru", "guaranteed", &stream), Ok(vec![]));
    assert_eq!(say(&mut bench, "ru", "guaranteed", &stream), Err("wrong-state"));
    assert_eq!(status_at(&bench, &stream, FROM), Status::Guaranteed);
    assert_eq!(say(&mut bench, "mission", "opened", &stream), Ok(vec!["opened_early"]));
    assert_eq!(say(&mut bench, "mission", "opened", &stream), Err("wrong-state"));
}

#[test]
fn a_request_lapses_unless_it_is_guaranteed_in_time() {
    let mut bench = Bench::at(START);
    let mut payload = request();
    payload["until"] = "2026-04-01T00:00:00Z".into();
    bench.submit("mission", "silence_window.requested", "", payload).unwrap();
    let stream = bench.last();
    say(&mut bench, "ua", "guaranteed", &stream).unwrap();
    // Requested at 00:00:02; 48 hours by the charter.
    assert_eq!(status_at(&bench, &stream, "2026-03-07T00:00:01Z"), Status::Requested);
    assert_eq!(status_at(&bench, &stream, "2026-03-07T00:00:02Z"), Status::Lapsed);
    assert_eq!(status_at(&bench, &stream, "2026-03-07T00:00:03Z"), Status::Lapsed);
    bench.log.at("2026-03-07T00:00:01Z");
    assert_eq!(say(&mut bench, "ru", "guaranteed", &stream), Err("wrong-state"), "at the end");
    assert_eq!(say(&mut bench, "mission", "opened", &stream), Err("wrong-state"));
}

#[test]
fn a_request_lapses_when_the_window_would_be_over() {
    let mut bench = Bench::at(START);
    let stream = requested(&mut bench);
    assert_eq!(status_at(&bench, &stream, "2026-03-06T14:59:59Z"), Status::Requested);
    assert_eq!(status_at(&bench, &stream, UNTIL), Status::Lapsed);
    bench.log.at(UNTIL);
    let outcome = bench.submit("mission", "silence_window.requested", "", request());
    assert_eq!(outcome, Ok(vec!["window_over"]));
    let mut odd = request();
    odd["area"] = "atlantis".into();
    odd["until"] = "2027-01-01T00:00:00Z".into();
    let outcome = bench.submit("mission", "silence_window.requested", "", odd);
    assert_eq!(outcome, Ok(vec!["unknown_area"]));
}

#[test]
fn the_planned_end_passes_by_itself() {
    let mut bench = Bench::at(START);
    let unused = guaranteed(&mut bench);
    let used = guaranteed(&mut bench);
    bench.log.at("2026-03-06T09:00:00Z");
    assert_eq!(say(&mut bench, "mission", "opened", &used), Ok(vec![]));
    let before = "2026-03-06T14:59:59Z";
    assert_eq!(status_at(&bench, &unused, before), Status::Guaranteed);
    assert_eq!(status_at(&bench, &used, before), Status::Open);
    for at in [UNTIL, "2026-03-06T15:00:01Z"] {
        assert_eq!(status_at(&bench, &unused, at), Status::Unused);
        assert_eq!(status_at(&bench, &used, at), Status::Ended);
    }
    bench.log.at(UNTIL);
    assert_eq!(say(&mut bench, "mission", "opened", &unused), Err("wrong-state"));
}

#[test]
fn a_window_is_closed_by_what_came_of_it() {
    let mut bench = Bench::at(START);
    let stream = guaranteed(&mut bench);
    let close = |bench: &mut Bench, at: &str| {
        let beneficiaries = json!({"value": 9_000, "qualifier": "at_least"});
        let payload = json!({"completed": true, "beneficiaries": beneficiaries});
        bench.submit_of("mission", "silence_window.closed", &stream, (at, at), payload)
    };
    // A report is taken in; that nothing was open is said.
    assert_eq!(close(&mut bench, START), Ok(vec!["out_of_order"]));
    bench.log.at("2026-03-06T09:00:00Z");
    say(&mut bench, "mission", "opened", &stream).unwrap();
    // Told in the evening, of the afternoon: the report is of an hour at which it was open.
    bench.log.at("2026-03-06T18:00:00Z");
    let close_at = "2026-03-06T13:00:00Z";
    close(&mut bench, close_at).unwrap();
    assert_eq!(status_at(&bench, &stream, "2026-03-06T12:59:59Z"), Status::Open);
    let window = window_at(&bench, &stream, close_at);
    assert_eq!(window.status, Status::Closed);
    let closed = window.closed.unwrap();
    assert!(closed.completed && closed.beneficiaries.unwrap().value == 9_000);
    assert_eq!(close(&mut bench, "2026-03-06T17:00:00Z"), Ok(vec!["out_of_order"]));
}

#[test]
fn a_breach_is_recorded_whenever_it_was() {
    let mut bench = Bench::at(START);
    let stream = guaranteed(&mut bench);
    bench.log.at(FROM);
    say(&mut bench, "mission", "opened", &stream).unwrap();
    bench.log.at("2026-03-07T00:00:00Z");
    let during = breach(&mut bench, &stream, "2026-03-06T10:00:00Z", "ru");
    assert_eq!(during, Ok(vec![]));
    assert_eq!(breach(&mut bench, &stream, UNTIL, "ru"), Ok(vec!["window_not_open"]));
    let before = breach(&mut bench, &stream, "2026-03-06T08:59:59Z", "atlantis");
    assert_eq!(before, Ok(vec!["unknown_side", "window_not_open"]));
    let window = window_at(&bench, &stream, "2026-03-07T01:00:00Z");
    assert_eq!((window.status, window.breaches.len()), (Status::Ended, 3));
}

#[test]
fn without_a_charter_nobody_can_guarantee_a_window() {
    let mut bench = Bench::without_charter(START);
    let stream = requested(&mut bench);
    assert_eq!(say(&mut bench, "ua", "guaranteed", &stream), Err("not-a-party"));
    assert_eq!(say(&mut bench, "mission", "opened", &stream), Err("guarantee-missing"));
}
