//! A record in memory with the family that follows it, under a charter, with facts to hand.

use crate::event::Truce;
use crate::state::{CeasefireState, Status};
use crate::{CASE_EXISTS, Ceasefires};
use accord_catalogue::EventType;
use accord_charter::Charter;
use accord_format::time::Timestamp;
use accord_projection::instrument::{self, Deposit, Deposited, INSTRUMENT_DEPOSITED};
use accord_projection::resolution::RESOLUTION_ADOPTED;
use accord_projection::testing::{Draft, Log, adopted};
use accord_projection::{Basis, Engine, Facts, Guard, Payloads, Projector};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A digest that is not looked into.
pub(super) fn digest(of: u8) -> String {
    format!("{of:02x}").repeat(32)
}

/// The type of this name.
pub(super) fn declared(name: &str) -> EventType {
    let at = Truce::position(name, 1).unwrap_or_else(|| panic!("no type {name}"));
    Truce::TYPES[at]
}

/// What is said about a type is what the family declares that it may say about it.
fn is_declared(guards: &[Guard], code: &str, name: &str) {
    let mechanism = ["wrong-state", "out_of_order"].contains(&code);
    let declared = guards.iter().any(|g| g.code == code && g.types.contains(&name));
    assert!(mechanism || declared, "{name} says {code}");
}

#[derive(Default)]
struct Told(BTreeMap<(String, String), Value>);

impl Facts for Told {
    fn fact(&self, name: &str, subject: &str) -> Option<Value> {
        self.0.get(&(name.to_owned(), subject.to_owned())).cloned()
    }
}

/// The charter that most tests run under.
pub(super) fn charter() -> Charter {
    agreement("twelve-point")
}

/// One of the charters in the repository.
pub(super) fn agreement(name: &str) -> Charter {
    let path = format!("{}/../../../agreements/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    Charter::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap()
}

pub(super) struct Bench {
    pub(super) log: Log,
    pub(super) engine: Engine<Ceasefires>,
    pub(super) basis: Basis,
    told: Told,
}

impl Bench {
    /// Under the charter, from this time on.
    pub(super) fn at(now: &str) -> Self {
        Self::under(charter(), now)
    }

    pub(super) fn under(charter: Charter, now: &str) -> Self {
        let mut bench = Self::without_charter(now);
        bench.basis.terms.adopt(0, bench.log.now(), charter, false);
        bench
    }

    /// With one entry that says nothing, and no charter.
    pub(super) fn without_charter(now: &str) -> Self {
        let mut log = Log::default();
        log.at(now);
        log.push(&Draft {
            author: "secretariat".to_owned(),
            event_type: "weather.noted".to_owned(),
            version: 1,
            stream: "weather/main".to_owned(),
            occurred: json!({"from": now, "precision": "second"}),
            payload: json!({}),
        });
        let (engine, basis, told) = (Engine::default(), Basis::default(), Told::default());
        Self { log, engine, basis, told }
    }

    /// Submits an event that occurred when it is recorded: the codes of what is said about it, or
    /// of its refusal.
    pub(super) fn submit(
        &mut self,
        author: &str,
        name: &str,
        stream: &str,
        payload: Value,
    ) -> Result<Vec<&'static str>, &'static str> {
        let now = self.log.now().plus_seconds(1).to_seconds_string();
        self.submit_of(author, name, stream, (&now, &now), payload)
    }

    /// The same, of what occurred from one instant to another.
    pub(super) fn submit_of(
        &mut self,
        author: &str,
        name: &str,
        stream: &str,
        (from, until): (&str, &str),
        payload: Value,
    ) -> Result<Vec<&'static str>, &'static str> {
        let mut occurred = json!({"from": from, "precision": "second"});
        if from != until {
            occurred["until"] = until.into();
        }
        self.log.write_of(author, &declared(name), stream, occurred, payload);
        let entry = self.log.entries().last().unwrap().clone();
        self.engine.advance(entry.header.recorded, &self.log, &self.basis).unwrap();
        self.engine.settle(&self.log, &self.basis).unwrap();
        let judged = self.engine.judge(&entry.header, entry.event(), &self.basis, &self.told);
        match judged {
            Ok(remarks) => {
                for remark in &remarks {
                    is_declared(Ceasefires::FINDINGS, remark.code, name);
                }
                self.engine.commit(entry.header.recorded);
                self.engine.apply(&entry, &self.basis);
                self.engine.settle(&self.log, &self.basis).unwrap();
                Ok(remarks.into_iter().map(|r| r.code).collect())
            }
            Err(refusal) => {
                assert!(!refusal.detail.is_empty());
                is_declared(Ceasefires::REFUSALS, refusal.code, name);
                self.log.take_back();
                Err(refusal.code)
            }
        }
    }

    /// The stream of the last entry.
    pub(super) fn last(&self) -> String {
        self.log.entries().last().unwrap().event().stream.clone()
    }

    /// The event hash of the last entry.
    pub(super) fn last_hash(&self) -> String {
        self.log.hash(self.log.entries().len() as u64 - 1)
    }

    /// The board adopts `resolution/<id>` about these streams.
    pub(super) fn adopt(&mut self, id: &str, subjects: &[&str]) -> String {
        let resolution = format!("resolution/{id}");
        let key = (RESOLUTION_ADOPTED.to_owned(), resolution.clone());
        self.told.0.insert(key, adopted(subjects, 1));
        resolution
    }

    /// There is a case in this stream.
    pub(super) fn open_case(&mut self, stream: &str) {
        let key = (CASE_EXISTS.to_owned(), stream.to_owned());
        self.told.0.insert(key, json!({"status": "alleged"}));
    }

    /// Instruments of these parties are deposited.
    pub(super) fn deposit(&mut self, stands_for: &str, text_digest: &str, parties: &[&str]) {
        let subject = instrument::subject(stands_for, text_digest);
        let key = (INSTRUMENT_DEPOSITED.to_owned(), subject);
        let (at, seq) = (self.log.now().plus_seconds(1).micros(), self.log.entries().len() as u64);
        // The entry is another family's.
        self.log.push(&Draft {
            author: "secretariat".to_owned(),
            event_type: "instrument.deposited".to_owned(),
            version: 1,
            stream: format!("instrument/{seq}"),
            occurred: json!({"from": "2026-03-05T00:00:00Z", "precision": "second"}),
            payload: json!({}),
        });
        let before = self.told.0.remove(&key).unwrap_or_else(|| json!({"parties": {}}));
        let mut deposited: Deposited = serde_json::from_value(before).unwrap();
        for party in parties {
            let all = deposited.parties.entry((*party).to_owned()).or_default();
            all.push(Deposit { at, seq });
        }
        self.told.0.insert(key, json!(deposited));
    }

    /// The state of a subject at an instant, folded from nothing.
    pub(super) fn state_at(&self, subject: &str, at: &str) -> CeasefireState {
        let mut engine = Engine::<Ceasefires>::at(Timestamp::parse_seconds(at).unwrap());
        for entry in self.log.entries() {
            engine.apply(entry, &self.basis);
        }
        engine.settle(&self.log, &self.basis).unwrap();
        engine.state(subject).map(std::borrow::Cow::into_owned).unwrap_or_default()
    }

    /// The status of a ceasefire at an instant.
    pub(super) fn status_at(&self, stream: &str, at: &str) -> Status {
        self.state_at(stream, at).ceasefire().unwrap().status()
    }

    /// A fact as of an instant.
    pub(super) fn fact_at(&self, name: &str, subject: &str, at: &str) -> Option<Value> {
        Ceasefires::fact(name, &self.state_at(subject, at))
    }

    /// Codes of the findings that the fold itself makes about the last entry.
    pub(super) fn findings(&self) -> Vec<String> {
        let seq = self.log.entries().len() as u64 - 1;
        let all = self.engine.findings().into_iter().filter(|f| f.seq == seq);
        all.map(|f| f.code.into_owned()).collect()
    }
}

/// A proposal: a general ceasefire on one line.
pub(super) fn proposal() -> Value {
    json!({
        "scope": "general",
        "text_digest": digest(0xaa),
        "effective_at": "2026-03-10T00:00:00Z",
        "measures": ["no_fire", "no_reconnaissance"],
        "halts": [{"line": "front", "text_digest": digest(0xbb)}],
    })
}

pub(super) fn baseline() -> Value {
    json!({
        "line": "front", "geometry_digest": digest(0xcc), "datum": "WGS84",
        "as_of": "2026-03-01", "length_m": 1_200_000, "tolerance_m": 50,
    })
}

/// Proposes it, and has both parties accept, both stop, and the line fixed; gives its stream.
pub(super) fn prepare(bench: &mut Bench) -> String {
    bench.submit("chair", "ceasefire.proposed", "", proposal()).unwrap();
    let stream = bench.last();
    for party in ["ua", "ru"] {
        accept(bench, party, &stream).unwrap();
        halt(bench, party).unwrap();
    }
    bench.log.co_sign("ru");
    bench.submit("ua", "line.baseline_adopted", "", baseline()).unwrap();
    stream
}

pub(super) fn accept(
    bench: &mut Bench,
    party: &str,
    stream: &str,
) -> Result<Vec<&'static str>, &'static str> {
    bench.submit(party, "ceasefire.accepted", stream, json!({"text_digest": digest(0xaa)}))
}

pub(super) fn halt(bench: &mut Bench, party: &str) -> Result<Vec<&'static str>, &'static str> {
    let payload = json!({"line": "front", "text_digest": digest(0xbb)});
    bench.submit(party, "advance_halt.committed", "", payload)
}

pub(super) fn enter(
    bench: &mut Bench,
    stream: &str,
    at: &str,
) -> Result<Vec<&'static str>, &'static str> {
    let payload = json!({"effective_at": at});
    bench.submit("secretariat", "ceasefire.entered_into_force", stream, payload)
}
