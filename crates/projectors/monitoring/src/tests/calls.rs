//! Calls and their answers in whatever order the record learns of them, and histories.

use super::declared;
use crate::event::MissionStatus::{Active, Evacuated, Suspended};
use crate::state::{Call, Mission, Sensor};
use crate::{HOTLINE_CLOCK, Monitoring, MonitoringState};
use accord_charter::Charter;
use accord_format::time::Timestamp;
use accord_projection::testing::Log;
use accord_projection::{Basis, Engine};
use serde_json::{Value, json};

const CALLED: &str = "2026-03-01T10:00:00Z";

fn charter() -> Charter {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../agreements/twelve-point.toml");
    Charter::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Seconds within which the charter wants an answer.
fn length() -> i64 {
    i64::try_from(charter().clock(HOTLINE_CLOCK).unwrap().length.get()).unwrap()
}

fn after(seconds: i64) -> String {
    Timestamp::parse_seconds(CALLED).unwrap().plus_seconds(seconds).to_seconds_string()
}

struct Bench {
    log: Log,
    basis: Basis,
    stream: String,
}

impl Bench {
    /// A call to the first party of the charter.
    fn new(precision: &str) -> Self {
        let mut log = Log::default();
        log.at("2026-03-01T00:00:00Z");
        let mut basis = Basis::default();
        let opening = log.write(
            "mission",
            &declared("mission.status_changed"),
            "",
            json!({"status": "active"}),
        );
        basis.terms.adopt(opening, log.now(), charter(), false);
        let occurred = json!({"from": CALLED, "precision": precision});
        log.at(CALLED);
        let called = json!({"to": party(0), "area": "donetsk"});
        let seq = log.write_of("mission", &declared("hotline.call_logged"), "", occurred, called);
        let stream = log.entries()[usize::try_from(seq).unwrap()].event().stream.clone();
        Self { log, basis, stream }
    }

    fn say(&mut self, author: &str, name: &str, from: &str, precision: &str, payload: Value) {
        let occurred = json!({"from": from, "precision": precision});
        self.log.write_of(author, &declared(name), &self.stream, occurred, payload);
    }

    fn answer(&mut self, author: &str, from: &str, precision: &str) {
        self.say(author, "hotline.acknowledged", from, precision, json!({"answer": "will_stop"}));
    }

    fn engine(&self, as_of: &str) -> Engine<Monitoring> {
        let mut engine = Engine::at(Timestamp::parse_seconds(as_of).unwrap());
        for entry in self.log.entries() {
            engine.apply(entry, &self.basis);
        }
        engine.settle(&self.log, &self.basis).unwrap();
        engine
    }

    fn call(&self, as_of: &str) -> Call {
        let engine = self.engine(as_of);
        let state = engine.state(&self.stream).unwrap();
        let MonitoringState::Call(call) = &*state else { panic!("a call") };
        call.clone()
    }
}

/// The code of a party and the participant that stands for it, which are the same here.
fn party(at: usize) -> String {
    let charter = charter();
    let (code, party) = charter.parties.iter().nth(at).unwrap();
    assert_eq!(*code, party.participant);
    code.clone()
}

#[test]
fn a_call_is_unanswered_from_the_end_of_its_clock_on() {
    let bench = Bench::new("second");
    for (seconds, unanswered) in [(-1, false), (0, true), (1, true)] {
        assert_eq!(bench.call(&after(length() + seconds)).unanswered, unanswered, "{seconds}");
    }
}

#[test]
fn an_answer_at_the_end_is_late() {
    for (seconds, late) in [(-1, false), (0, true), (1, true)] {
        let mut bench = Bench::new("second");
        bench.answer(&party(0), &after(length() + seconds), "second");
        let call = bench.call(&after(2 * length()));
        assert_eq!((call.is_late(), call.unanswered), (late, false), "{seconds}");
        let took = u64::try_from(length() + seconds).unwrap();
        assert_eq!(call.response_seconds(), Some(took));
    }
}

#[test]
fn an_answer_in_the_last_minute_is_in_time() {
    let mut bench = Bench::new("second");
    let last_minute = after(length() - 60);
    bench.answer(&party(0), &last_minute, "minute");
    let call = bench.call(&after(2 * length()));
    assert_eq!((call.is_late(), call.unanswered), (false, false));
}

#[test]
fn an_answer_may_take_effect_before_its_call() {
    // The call is known to the minute and takes effect at its end, the answer to the second.
    let mut bench = Bench::new("minute");
    bench.answer(&party(1), &after(10), "second");
    bench.answer(&party(0), &after(20), "second");
    let call = bench.call(&after(3_600));
    assert_eq!(call.answers.len(), 2);
    assert_eq!((call.response_seconds(), call.unanswered), (Some(20), false));
}

#[test]
fn only_the_called_party_answers() {
    let mut bench = Bench::new("second");
    bench.answer(&party(1), &after(60), "second");
    bench.answer("mission", &after(70), "second");
    let engine = bench.engine(&after(2 * length()));
    let codes: Vec<_> = engine.findings().iter().map(|f| f.code.to_string()).collect();
    assert_eq!(codes, ["out_of_order", "out_of_order"]);
    let call = bench.call(&after(2 * length()));
    assert_eq!((call.answers.len(), call.unanswered), (0, true));
}

#[test]
fn a_call_of_an_unknown_minute_has_no_clock() {
    let bench = Bench::new("day");
    let call = bench.call(&after(30 * 86_400));
    assert_eq!((call.logged.unwrap().due, call.unanswered), (None, false));
}

#[test]
fn when_a_call_had_failed() {
    let failed = |bench: &Bench, seconds: i64| {
        let at = Timestamp::parse_seconds(&after(seconds)).unwrap().micros();
        bench.call(&after(30 * 86_400)).had_failed_by(at)
    };
    // Nobody answers.
    let silent = Bench::new("second");
    for (seconds, expected) in [(-1, false), (0, true)] {
        assert_eq!(failed(&silent, length() + seconds), expected);
    }
    assert!(!failed(&silent, -10), "before it was made");
    // Answered, and gone on.
    let mut answered = Bench::new("second");
    answered.answer(&party(0), &after(60), "second");
    assert!(!failed(&answered, 2 * length()));
    let outcome = |bench: &Bench, outcome: &str| {
        let mut bench = Bench {
            log: bench.log.clone(),
            basis: bench.basis.clone(),
            stream: bench.stream.clone(),
        };
        bench.say("mission", "hotline.closed", &after(600), "second", json!({"outcome": outcome}));
        bench
    };
    let went_on = outcome(&answered, "continued");
    assert_eq!((failed(&went_on, 599), failed(&went_on, 600)), (false, true));
    let nobody = outcome(&silent, "no_contact");
    assert_eq!((failed(&nobody, 599), failed(&nobody, 600)), (false, true));
    assert!(!failed(&outcome(&answered, "stopped"), 2 * length()));
    let mistaken = outcome(&silent, "logged_in_error");
    assert!(!failed(&mistaken, 2 * length()));
    assert!(!mistaken.call(&after(2 * length())).unanswered, "its clock stands still");
    // Answered with a refusal.
    let mut refused = Bench::new("second");
    let payload = json!({"answer": "refuses"});
    refused.say(&party(0), "hotline.acknowledged", &after(60), "second", payload);
    assert_eq!((failed(&refused, 59), failed(&refused, 60)), (false, true));
}

#[test]
fn histories_say_what_was_when() {
    let mut sensor = Sensor::default();
    for (since, works) in [(10, true), (20, true), (30, false), (40, true)] {
        sensor.step(since, works);
    }
    assert_eq!(sensor.steps.len(), 3, "what does not change is no step");
    for (instant, works) in [(9, None), (10, Some(true)), (30, Some(false)), (40, Some(true))] {
        assert_eq!(sensor.worked_at(instant), works, "{instant}");
    }
    for step in 0..20_000 {
        sensor.step(50 + step, step % 2 == 0);
    }
    assert!(sensor.steps.len() < 10_000, "the oldest go");

    let mut mission: Option<Mission> = None;
    for (since, status) in [(100, Active), (200, Suspended), (300, Evacuated), (400, Active)] {
        mission = Some(Mission::step(mission, since, status, None));
    }
    let mission = mission.unwrap();
    assert_eq!((mission.at(99), mission.at(250)), (None, Some(Suspended)));
    for (from, until, blind) in [(0, 500, 200), (250, 350, 100), (0, 150, 0), (450, 500, 0)] {
        assert_eq!(mission.blind(from, until), blind, "{from} to {until}");
    }
}
