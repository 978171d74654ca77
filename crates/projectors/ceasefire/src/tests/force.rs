//! The ceasefire in force: begun, suspended, denounced, renewed, ended.

use super::bench::{Bench, accept, digest, enter, prepare};
use crate::IN_FORCE;
use crate::state::{Ending, Status};
use accord_format::time::Timestamp;
use serde_json::{Value, json};

const EFFECTIVE: &str = "2026-03-10T00:00:00Z";
const DAY: i64 = 86_400_000_000;

/// A ceasefire that enters into force at [`EFFECTIVE`].
fn entered() -> (Bench, String) {
    let mut bench = Bench::at("2026-03-05T00:00:00Z");
    let stream = prepare(&mut bench);
    enter(&mut bench, &stream, EFFECTIVE).unwrap();
    (bench, stream)
}

fn micros(at: &str) -> i64 {
    Timestamp::parse_seconds(at).unwrap().micros()
}

fn by_resolution(
    bench: &mut Bench,
    stream: &str,
    name: &str,
    payload: Value,
) -> Result<Vec<&'static str>, &'static str> {
    bench.submit("secretariat", &format!("ceasefire.{name}"), stream, payload)
}

#[test]
fn it_begins_at_its_instant_by_itself() {
    let (bench, stream) = entered();
    let before = "2026-03-09T23:59:59Z";
    assert_eq!(bench.status_at(&stream, before), Status::Scheduled);
    assert_eq!(bench.fact_at(IN_FORCE, &stream, before), None);
    assert_eq!(bench.status_at(&stream, EFFECTIVE), Status::InForce);
    let fact = json!({"scope": "general", "since": EFFECTIVE});
    assert_eq!(bench.fact_at(IN_FORCE, &stream, EFFECTIVE), Some(fact));
    assert_eq!(bench.status_at(&stream, "2026-03-10T00:00:01Z"), Status::InForce);
    assert_eq!(bench.fact_at("line.baseline", &stream, EFFECTIVE), None);
}

#[test]
fn it_begins_at_once_when_its_instant_is_now() {
    let mut bench = Bench::at("2026-03-05T00:00:00Z");
    let stream = prepare(&mut bench);
    let now = bench.log.now().plus_seconds(1).to_seconds_string();
    enter(&mut bench, &stream, &now).unwrap();
    assert_eq!(bench.status_at(&stream, &now), Status::InForce);
}

#[test]
fn a_suspension_needs_a_resolution_that_names_the_ceasefire() {
    let (mut bench, stream) = entered();
    let payload = |resolution: &str| json!({ "resolution": resolution });
    let first = bench.adopt("first", &[&stream]);
    let suspend = |bench: &mut Bench, payload| by_resolution(bench, &stream, "suspended", payload);
    assert_eq!(suspend(&mut bench, payload(&first)), Err("wrong-state"), "not begun");
    bench.log.at("2026-03-12T00:00:00Z");
    let none = suspend(&mut bench, payload("resolution/none"));
    assert_eq!(none, Err("resolution-not-adopted"));
    let other = bench.adopt("other", &["ceasefire/other"]);
    assert_eq!(suspend(&mut bench, payload(&other)), Err("resolution-elsewhere"));
    let mut past = payload(&first);
    past["until"] = bench.log.now().plus_seconds(1).to_seconds_string().into();
    assert_eq!(suspend(&mut bench, past), Err("until-in-the-past"));
    bench.log.at("2026-03-13T00:00:00Z");
    assert_eq!(suspend(&mut bench, payload(&first)), Ok(vec![]));
    assert_eq!(suspend(&mut bench, payload(&first)), Err("wrong-state"));
    let now = "2026-03-13T12:00:00Z";
    assert_eq!(bench.status_at(&stream, now), Status::Suspended);
    assert_eq!(bench.fact_at(IN_FORCE, &stream, now), None);
    let resume = |bench: &mut Bench, payload| by_resolution(bench, &stream, "resumed", payload);
    assert_eq!(resume(&mut bench, payload(&first)), Err("resolution-used"));
    assert_eq!(resume(&mut bench, payload("resolution/none")), Err("resolution-not-adopted"));
    bench.log.at("2026-03-14T00:00:00Z");
    let second = bench.adopt("second", &[&stream]);
    assert_eq!(resume(&mut bench, payload(&second)), Ok(vec![]));
    assert_eq!(resume(&mut bench, payload(&second)), Err("wrong-state"));
    // The resolution that suspended it does not do so again.
    assert_eq!(suspend(&mut bench, payload(&first)), Err("resolution-used"));
    let state = bench.state_at(&stream, "2026-03-20T00:00:00Z");
    let (in_force, suspended) = state.ceasefire().unwrap().lengths(micros("2026-03-20T00:00:00Z"));
    assert_eq!((in_force, suspended), (9 * DAY, DAY));
}

#[test]
fn a_suspension_with_an_end_ends_by_itself() {
    let (mut bench, stream) = entered();
    bench.log.at("2026-03-12T00:00:00Z");
    let resolution = bench.adopt("r", &[&stream]);
    let payload = json!({"resolution": resolution, "until": "2026-03-15T00:00:01Z"});
    by_resolution(&mut bench, &stream, "suspended", payload).unwrap();
    assert_eq!(bench.status_at(&stream, "2026-03-15T00:00:00Z"), Status::Suspended);
    assert_eq!(bench.status_at(&stream, "2026-03-15T00:00:01Z"), Status::InForce);
    assert_eq!(bench.status_at(&stream, "2026-03-15T00:00:02Z"), Status::InForce);
    let during = bench.state_at(&stream, "2026-03-14T00:00:01Z");
    let lengths = during.ceasefire().unwrap().lengths(micros("2026-03-14T00:00:01Z"));
    assert_eq!(lengths, (2 * DAY + 1_000_000, 2 * DAY));
    let after = bench.state_at(&stream, "2026-03-20T00:00:00Z");
    let (_, suspended) = after.ceasefire().unwrap().lengths(micros("2026-03-20T00:00:00Z"));
    assert_eq!(suspended, 3 * DAY);
}

#[test]
fn a_denounced_ceasefire_ends_when_the_time_of_notice_is_over() {
    let (mut bench, stream) = entered();
    bench.log.at("2026-03-12T00:00:00Z");
    let notice = |at: &str| json!({"notice_digest": digest(1), "effective_at": at});
    let denounce = |bench: &mut Bench, who: &str, at: &str| {
        bench.submit(who, "ceasefire.denounced", &stream, notice(at))
    };
    // Ninety days by the charter, from when it is recorded: 00:00:01.
    let outcome = denounce(&mut bench, "ru", "2026-03-20T00:00:00Z");
    assert_eq!(outcome, Ok(vec!["notice_too_short"]));
    assert_eq!(bench.findings(), ["notice_too_short"]);
    let end = "2026-06-10T00:00:01Z";
    assert_eq!(bench.status_at(&stream, "2026-06-10T00:00:00Z"), Status::Notice);
    let fact = json!({"scope": "general", "since": EFFECTIVE, "notice_ends": end});
    assert_eq!(bench.fact_at(IN_FORCE, &stream, "2026-06-10T00:00:00Z"), Some(fact));
    assert_eq!(bench.status_at(&stream, end), Status::Terminated);
    assert_eq!(bench.fact_at(IN_FORCE, &stream, end), None);
    // A second notice, of another party and for later, changes nothing; nor does another one of
    // the same party.
    assert_eq!(denounce(&mut bench, "ua", "2027-01-01T00:00:00Z"), Ok(vec![]));
    assert_eq!(denounce(&mut bench, "ru", "2027-01-01T00:00:00Z"), Ok(vec![]));
    let state = bench.state_at(&stream, "2026-06-10T00:00:02Z");
    let ended = state.ceasefire().unwrap().ended.unwrap();
    assert_eq!((ended.at, ended.how), (micros(end), Ending::Denounced));
    let lengths = state.ceasefire().unwrap().lengths(micros("2026-07-01T00:00:00Z"));
    assert_eq!(lengths, (92 * DAY + 1_000_000, 0));
    // Never refused, but no step of a ceasefire that is over or not yet certified.
    bench.log.at("2026-07-01T00:00:00Z");
    let outcome = denounce(&mut bench, "ua", "2027-01-01T00:00:00Z");
    assert_eq!(outcome, Ok(vec!["out_of_order"]));
    assert_eq!(accept(&mut bench, "ua", &stream), Err("wrong-state"));
}

#[test]
fn a_notice_may_be_longer_than_the_charter_asks_for() {
    let (mut bench, stream) = entered();
    let later = "2026-09-01T00:00:00Z";
    let payload = json!({"notice_digest": digest(1), "effective_at": later});
    let outcome = bench.submit("ru", "ceasefire.denounced", &stream, payload);
    assert_eq!(outcome, Ok(vec![]));
    assert_eq!(bench.status_at(&stream, EFFECTIVE), Status::Notice);
    assert_eq!(bench.status_at(&stream, "2026-08-31T23:59:59Z"), Status::Notice);
    assert_eq!(bench.status_at(&stream, later), Status::Terminated);
}

#[test]
fn before_it_is_certified_a_ceasefire_is_declined_and_not_denounced() {
    let mut bench = Bench::at("2026-03-05T00:00:00Z");
    let stream = prepare(&mut bench);
    let payload = json!({"notice_digest": digest(1), "effective_at": EFFECTIVE});
    let outcome = bench.submit("ru", "ceasefire.denounced", &stream, payload).unwrap();
    assert!(outcome.contains(&"out_of_order"), "{outcome:?}");
    assert_eq!(bench.status_at(&stream, EFFECTIVE), Status::Agreed);
}

#[test]
fn who_commits_itself_again_withdraws_its_notice() {
    let (mut bench, stream) = entered();
    let again = |bench: &mut Bench, at: &str| {
        bench.submit("ua", "ceasefire.recommitted", &stream, json!({"effective_at": at}))
    };
    assert_eq!(again(&mut bench, "2026-04-01T00:00:00Z"), Err("wrong-state"), "not begun");
    bench.log.at("2026-03-12T00:00:00Z");
    let payload = json!({"notice_digest": digest(1), "effective_at": EFFECTIVE});
    bench.submit("ru", "ceasefire.denounced", &stream, payload).unwrap();
    assert_eq!(again(&mut bench, EFFECTIVE), Err("effective-in-the-past"));
    // The notice is not that of the one who signs.
    assert_eq!(again(&mut bench, "2026-04-01T00:00:00Z"), Ok(vec![]));
    assert_eq!(bench.status_at(&stream, "2026-04-01T00:00:00Z"), Status::Notice);
    bench.log.co_sign("ru");
    assert_eq!(again(&mut bench, "2026-04-02T00:00:00Z"), Ok(vec![]));
    let state = bench.state_at(&stream, "2026-07-01T00:00:00Z");
    let ceasefire = state.ceasefire().unwrap();
    assert_eq!(ceasefire.status(), Status::InForce);
    assert_eq!(ceasefire.force.as_ref().unwrap().recommitted.len(), 2);
    assert_eq!(ceasefire.lengths(micros("2026-03-20T00:00:00Z")).0, 10 * DAY);
    assert_eq!(
        bench.submit(
            "mission",
            "ceasefire.recommitted",
            &stream,
            json!({"effective_at": "2027-01-01T00:00:00Z"})
        ),
        Err("not-a-party")
    );
}

#[test]
fn any_ceasefire_ends_by_a_resolution() {
    let (mut bench, stream) = entered();
    let payload =
        |resolution: &str| json!({"resolution": resolution, "reason": "another takes its place"});
    let terminate = |bench: &mut Bench, stream: &str, resolution: &str| {
        by_resolution(bench, stream, "terminated", payload(resolution))
    };
    let outcome = terminate(&mut bench, &stream, "resolution/none");
    assert_eq!(outcome, Err("resolution-not-adopted"));
    let resolution = bench.adopt("r", &[&stream]);
    assert_eq!(terminate(&mut bench, "ceasefire/none", &resolution), Err("wrong-state"));
    assert_eq!(terminate(&mut bench, &stream, &resolution), Ok(vec![]));
    assert_eq!(terminate(&mut bench, &stream, &resolution), Err("wrong-state"));
    // It had been certified, and yet it does not begin.
    let state = bench.state_at(&stream, "2026-04-01T00:00:00Z");
    let ceasefire = state.ceasefire().unwrap();
    assert_eq!(ceasefire.status(), Status::Terminated);
    assert_eq!(ceasefire.ended.unwrap().how, Ending::Resolution);
    assert_eq!(ceasefire.lengths(micros("2026-04-01T00:00:00Z")), (0, 0));
}

#[test]
fn a_ceasefire_with_an_end_ends_by_itself() {
    let mut bench = Bench::at("2026-03-05T00:00:00Z");
    let mut payload = super::bench::proposal();
    let end = "2026-03-20T00:00:00Z";
    payload["ends_at"] = end.into();
    for certified in [false, true] {
        let scope = if certified { "sea" } else { "air" };
        payload["scope"] = scope.into();
        payload.as_object_mut().unwrap().remove("halts");
        bench.submit("chair", "ceasefire.proposed", "", payload.clone()).unwrap();
        let stream = bench.last();
        for party in ["ua", "ru"] {
            accept(&mut bench, party, &stream).unwrap();
        }
        let mut before = Status::Agreed;
        if certified {
            enter(&mut bench, &stream, EFFECTIVE).unwrap();
            before = Status::InForce;
        }
        assert_eq!(bench.status_at(&stream, "2026-03-19T23:59:59Z"), before);
        assert_eq!(bench.status_at(&stream, end), Status::Terminated);
        let state = bench.state_at(&stream, "2026-03-20T00:00:01Z");
        assert_eq!(state.ceasefire().unwrap().ended.unwrap().how, Ending::Expired);
    }
}

#[test]
fn a_running_notice_keeps_its_length_unless_the_amendment_says_so() {
    for (running, status) in [(false, Status::Notice), (true, Status::Terminated)] {
        let (mut bench, stream) = entered();
        bench.log.at("2026-03-12T00:00:00Z");
        let payload = json!({"notice_digest": digest(1), "effective_at": EFFECTIVE});
        bench.submit("ru", "ceasefire.denounced", &stream, payload).unwrap();
        let mut shorter = super::bench::charter();
        let clock = shorter.clocks.get_mut(crate::NOTICE_CLOCK).unwrap();
        clock.length = accord_charter::Seconds(10 * 86_400);
        let seq = bench.log.entries().len() as u64;
        bench.basis.terms.adopt(seq, bench.log.now(), shorter, running);
        assert_eq!(bench.status_at(&stream, "2026-03-22T00:00:01Z"), status);
    }
}
