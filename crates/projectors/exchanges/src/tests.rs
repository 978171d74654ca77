//! Payloads, the course of exchanges, their merits, and what is said about reports.

mod course;
mod merits;
mod random;
mod remains;
mod reports;
mod settled;

use crate::event::ExchangeEvent;
use crate::guards::{FINDINGS, REFUSALS};
use crate::state::{Batch, Exchange, ExchangesState};
use crate::{Exchanges, Status};
use accord_catalogue::PayloadError;
use accord_format::time::Timestamp;
use accord_projection::testing::Log;
use accord_projection::{Basis, Engine, Guard, NoFacts, Payloads, Source};
use serde_json::{Value, json};

const NOON: &str = "2026-03-01T12:00:00Z";

/// A record without a charter: participants are parties.
struct Bench {
    log: Log,
    basis: Basis,
}

impl Bench {
    fn new() -> Self {
        let mut log = Log::default();
        log.at(NOON);
        Self { log, basis: Basis::default() }
    }

    fn engine_at(&self, as_of: Timestamp) -> Engine<Exchanges> {
        let mut engine = Engine::at(as_of);
        for entry in self.log.entries() {
            engine.apply(entry, &self.basis);
        }
        engine.settle(&self.log, &self.basis).unwrap();
        engine
    }

    /// Submits what occurred when it is recorded: the codes of the remarks, or that of the refusal.
    /// Several who sign are joined by `+`.
    fn submit(
        &mut self,
        author: &str,
        name: &str,
        stream: &str,
        payload: Value,
    ) -> Result<Vec<&'static str>, &'static str> {
        let now = self.log.now().plus_seconds(1).to_seconds_string();
        let occurred = json!({"from": now, "precision": "second"});
        self.submit_of(author, name, stream, occurred, payload)
    }

    fn submit_of(
        &mut self,
        author: &str,
        name: &str,
        stream: &str,
        occurred: Value,
        payload: Value,
    ) -> Result<Vec<&'static str>, &'static str> {
        let declared = ExchangeEvent::TYPES[ExchangeEvent::position(name, 1).unwrap()];
        // The judge reads the state just before the candidate, at its recording.
        let before = self.engine_at(self.log.now().plus_seconds(1));
        let (author, others) = author.split_once('+').unwrap_or((author, ""));
        for participant in others.split('+').filter(|participant| !participant.is_empty()) {
            self.log.co_sign(participant);
        }
        let seq = self.log.write_of(author, &declared, stream, occurred, payload);
        let entry = self.log.entry(seq).unwrap();
        match before.judge(&entry.header, entry.event(), &self.basis, &NoFacts) {
            Ok(remarks) => {
                let codes: Vec<&str> = remarks.into_iter().map(|remark| remark.code).collect();
                let found = codes.iter().filter(|code| **code != "out_of_order");
                found.for_each(|code| assert_declared(FINDINGS, code, name));
                Ok(codes)
            }
            Err(refusal) => {
                assert!(!refusal.detail.is_empty());
                if refusal.code != "wrong-state" {
                    assert_declared(REFUSALS, refusal.code, name);
                }
                self.log.take_back();
                Err(refusal.code)
            }
        }
    }

    /// The stream of the last entry.
    fn stream(&self) -> String {
        self.log.entries().last().unwrap().event().stream.clone()
    }

    fn last_hash(&self) -> String {
        self.log.hash(self.log.entries().len() as u64 - 1)
    }

    fn state(&self, subject: &str) -> ExchangesState {
        let engine = self.engine_at(self.log.now());
        engine.state(subject).map(std::borrow::Cow::into_owned).unwrap_or_default()
    }

    fn exchange(&self, subject: &str) -> Exchange {
        self.state(subject).exchange().unwrap().clone()
    }

    fn status(&self, subject: &str) -> Status {
        self.exchange(subject).status()
    }

    fn batch(&self, code: &str) -> Batch {
        self.state(&format!("remains/{code}")).remains().unwrap().clone()
    }

    /// Proposes an exchange between `a` and `b`.
    fn propose(&mut self, formula: &str) -> String {
        let planned = if formula == "unilateral" {
            json!({"a": exactly(100)})
        } else {
            json!({"a": exactly(100), "b": exactly(100)})
        };
        let payload = json!({
            "formula": formula, "parties": ["a", "b"], "categories": ["pow", "civilian"],
            "planned": planned,
        });
        assert_eq!(self.submit("helper", "exchange.proposed", "", payload), Ok(vec![]));
        self.stream()
    }

    /// Hands in a list and has it checked without an error.
    fn list(&mut self, exchange: &str, party: &str, count: u64) -> String {
        let root = root(&format!("{party}{count}{}", self.log.entries().len()));
        let list = json!({
            "list": format!("list-{}", self.log.entries().len()), "version": 1,
            "role": "to_release", "category": "pow", "count": count, "root": root,
        });
        assert_eq!(self.submit(party, "exchange.list_submitted", exchange, list), Ok(vec![]));
        let check = json!({"root": root, "matched": count, "unmatched": 0, "errors": no_errors()});
        assert_eq!(self.submit("helper", "exchange.list_checked", exchange, check), Ok(vec![]));
        root
    }

    /// An exchange of 100 for 100, agreed.
    fn agreed(&mut self) -> String {
        let exchange = self.propose("n_for_n");
        let lists = [self.list(&exchange, "a", 100), self.list(&exchange, "b", 100)];
        let agreed = json!({"lists": lists, "counts": {"a": {"pow": 100}, "b": {"pow": 100}}});
        assert_eq!(self.submit("a+b", "exchange.agreed", &exchange, agreed), Ok(vec![]));
        exchange
    }

    fn hand_over(&mut self, exchange: &str, stage: u16, from: &str, to: &str, n: u64) -> Vec<&str> {
        let payload = json!({"stage": stage, "to": to, "counts": {"pow": n}});
        self.submit(from, "exchange.handover_recorded", exchange, payload).unwrap()
    }

    fn receive(&mut self, exchange: &str, stage: u16, from: &str, to: &str, n: u64) -> Vec<&str> {
        let payload = json!({"stage": stage, "from": from, "account": account(n)});
        self.submit(to, "exchange.receipt_confirmed", exchange, payload).unwrap()
    }
}

/// The catalogue knows that a type may be answered with a code.
fn assert_declared(guards: &[Guard], code: &str, name: &str) {
    let known = guards.iter().any(|guard| guard.code == code && guard.types.contains(&name));
    assert!(known, "{code} about {name} is not declared");
}

#[test]
fn every_code_that_the_family_says_is_declared() {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    accord_projection::testing::check_codes::<Exchanges>(sources);
}

fn exactly(value: u64) -> Value {
    json!({"value": value, "qualifier": "exact"})
}

fn no_errors() -> Value {
    json!({"duplicate": 0, "already_released": 0, "wrong_category": 0, "identity_error": 0})
}

/// All concerned live with these numbers.
fn settling(discrepancy: &str, stage: u16, from: &str, to: &str, numbers: (u64, u64)) -> Value {
    let difference = json!({
        "stage": stage, "from": from, "to": to, "handed_over": numbers.0, "received": numbers.1,
    });
    json!({"discrepancy": discrepancy, "outcome": "accepted", "settles": [difference]})
}

/// All who were listed came.
fn account(n: u64) -> Value {
    json!({
        "listed": n, "received_listed": n, "not_delivered": 0, "refused_return": 0, "died": 0,
        "substituted": 0, "counts": {"pow": n},
    })
}

fn root(of: &str) -> String {
    accord_format::hash::ContentHash::of(of.as_bytes()).to_string()
}

fn check(name: &str, payload: &Value) -> Result<(), PayloadError> {
    let at = ExchangeEvent::position(name, 1).unwrap();
    (ExchangeEvent::TYPES[at].check)(payload)
}

#[test]
fn payloads_say_what_contradicts_itself() {
    let proposed = |formula: &str, parties: Value, planned: Value| json!({"formula": formula, "parties": parties, "categories": ["pow"], "planned": planned});
    let many: Vec<String> = (0..65).map(|at| format!("c{at}")).collect();
    let counts: Value =
        many.iter().map(|code| (code.clone(), json!(1))).collect::<serde_json::Map<_, _>>().into();
    let list = |version: u32, count: u64, root: &str| json!({"list": "x", "version": version, "role": "to_release", "category": "pow", "count": count, "root": root});
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let agreed = |lists: Value, counts: Value| json!({"lists": lists, "counts": counts});
    let day = |from: &str, until: &str| json!({"lists": [root("x")], "counts": {"a": {}}, "window": {"from": from, "until": until}});
    for (name, payload) in [
        (
            "exchange.proposed",
            proposed("n_for_m", json!(["a", "b"]), json!({"a": exactly(3), "b": exactly(4)})),
        ),
        (
            "exchange.proposed",
            proposed(
                "n_for_n",
                json!(["a", "b"]),
                json!({"a": exactly(3), "b": {"value": 4, "qualifier": "about"}}),
            ),
        ),
        ("exchange.list_submitted", list(1, 0, empty)),
        ("exchange.agreed", day("2026-03-01", "2026-03-01")),
    ] {
        assert_eq!(check(name, &payload), Ok(()), "{payload}");
    }
    for (name, payload) in [
        (
            "exchange.proposed",
            proposed("n_for_n", json!(["a", "b"]), json!({"a": exactly(3), "b": exactly(4)})),
        ),
        ("exchange.proposed", proposed("all_for_all", json!(["a"]), json!({"a": exactly(1)}))),
        ("exchange.proposed", proposed("all_for_all", json!(["a", "a"]), json!({"a": exactly(1)}))),
        ("exchange.proposed", proposed("all_for_all", json!(["a", "b"]), json!({"c": exactly(1)}))),
        (
            "exchange.proposed",
            proposed("unilateral", json!(["a", "b"]), json!({"a": exactly(1), "b": exactly(1)})),
        ),
        (
            "exchange.proposed",
            proposed("all_for_all", json!(&many[..33]), json!({"c1": exactly(1)})),
        ),
        (
            "exchange.proposed",
            json!({"formula": "all_for_all", "parties": ["a", "b"], "categories": []}),
        ),
        (
            "exchange.proposed",
            json!({"formula": "all_for_all", "parties": ["a", "b"], "categories": ["x", "x"]}),
        ),
        (
            "exchange.proposed",
            json!({"formula": "all_for_all", "parties": ["a", "b"], "categories": many}),
        ),
        ("exchange.list_submitted", list(0, 1, &root("x"))),
        ("exchange.list_submitted", list(1, 1, empty)),
        ("exchange.list_submitted", list(1, 0, &root("x"))),
        ("exchange.agreed", agreed(json!([]), json!({"a": {}}))),
        ("exchange.agreed", agreed(json!([root("x")]), json!({}))),
        ("exchange.agreed", agreed(json!(vec![root("x"); 257]), json!({"a": {}}))),
        ("exchange.agreed", agreed(json!([root("x")]), json!({"a": counts}))),
        ("exchange.agreed", agreed(json!([root("x")]), counts_of_parties(33))),
        ("exchange.agreed", day("2026-03-02", "2026-03-01")),
        ("exchange.handover_recorded", json!({"stage": 0, "to": "b"})),
        ("exchange.handover_recorded", json!({"stage": 1, "to": "b", "counts": counts})),
        ("exchange.receipt_confirmed", json!({"stage": 0, "from": "a"})),
        ("exchange.receipt_confirmed", {
            let mut account = account(65);
            account["counts"] = counts;
            json!({"stage": 1, "from": "a", "account": account})
        }),
        ("exchange.attested", json!({"stage": 1, "present": false, "seen": {"a": exactly(1)}})),
        ("exchange.attested", json!({"stage": 0, "present": true})),
        ("exchange.discrepancy_raised", json!({"stage": 0, "kind": "count"})),
        ("exchange.reconciled", json!({"totals": totals_of_parties(33)})),
    ] {
        let error = check(name, &payload).unwrap_err();
        assert!(matches!(error, PayloadError::Content(_)), "{name} {payload}: {error}");
    }
}

fn counts_of_parties(n: usize) -> Value {
    (0..n).map(|at| (format!("p{at}"), json!({}))).collect::<serde_json::Map<_, _>>().into()
}

fn totals_of_parties(n: usize) -> Value {
    (0..n).map(|at| (format!("p{at}"), json!(1))).collect::<serde_json::Map<_, _>>().into()
}

#[test]
fn nothing_personal_fits_in() {
    for declared in ExchangeEvent::TYPES {
        let mut payload = accord_catalogue::template(&(declared.schema)());
        payload["name"] = "somebody".into();
        assert!((declared.check)(&payload).is_err(), "{}", declared.name);
    }
}

#[test]
fn what_must_be_heard_is_declared_so() {
    let heard = ExchangeEvent::TYPES.iter().filter(|t| t.always_heard).map(|t| t.name);
    assert_eq!(heard.collect::<Vec<_>>(), ["exchange.discrepancy_raised"]);
}
