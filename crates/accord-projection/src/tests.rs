//! The engine against a fold from nothing that is written down as the design says it.

mod cost;
pub(crate) mod lamp;
mod random;

use crate::testing::Log;
use crate::{
    Amendment, Basis, Correction, Duplicate, Engine, Facts, Finding, NoFacts, Provenance, Scene,
    Selector, Source,
};
use accord_catalogue::patch::Patch;
use accord_format::time::Timestamp;
use lamp::{COUNTED, Lamps, NOTED, PLANNED, SET, SET_IN_HALVES};
use serde_json::{Value, json};

/// A log, the amendments of its entries by seq, and the engine that follows both.
#[derive(Default)]
pub(super) struct Bench {
    pub(super) log: Log,
    pub(super) amendments: Vec<(u64, Amendment)>,
}

impl Bench {
    fn note(&mut self, lamp: &str, level: u64, from: &str) -> u64 {
        let occurred = json!({"from": from, "precision": "second"});
        self.log.write_of("ann", &NOTED, "", occurred, json!({"lamp": lamp, "level": level}))
    }

    pub(super) fn amend(&mut self, author: &str, make: impl FnOnce(u64) -> Amendment) -> u64 {
        let occurred = json!({"from": "2026-01-01T00:00:00Z", "precision": "second"});
        let seq = self.log.push(&crate::testing::Draft {
            author: author.to_owned(),
            event_type: "record.corrected".to_owned(),
            version: 1,
            stream: "record/main".to_owned(),
            occurred,
            payload: json!({}),
        });
        self.amendments.push((seq, make(seq)));
        seq
    }

    fn correct(&mut self, target: u64, pointer: &str, old: Value, new: Value) -> u64 {
        let patches = vec![Patch { pointer: pointer.to_owned(), old: Some(old), new: Some(new) }];
        self.amend("ann", |by| Amendment::Correction {
            target,
            correction: correction(by, patches),
        })
    }

    /// Feeds the first `known` entries to an engine at `as_of`.
    pub(super) fn replay(&self, known: u64, as_of: Timestamp) -> (Engine<Lamps>, Basis) {
        let mut engine = Engine::at(as_of);
        let mut basis = Basis::default();
        for entry in self.log.entries().iter().take_while(|e| e.header.seq < known) {
            self.feed(&mut engine, &mut basis, entry.header.seq);
        }
        engine.settle(&self.log, &basis).unwrap();
        (engine, basis)
    }

    /// Feeds one entry.
    pub(super) fn feed(&self, engine: &mut Engine<Lamps>, basis: &mut Basis, seq: u64) {
        let entry = self.log.entry(seq).unwrap();
        for (by, amendment) in self.amendments.iter().filter(|(by, _)| *by == seq) {
            let changed = basis.amendments.changes(amendment);
            let target = changed.and_then(|seq| self.log.entry(seq));
            if let Some(target) = &target {
                engine.amending(target, *by, basis);
            }
            basis.amendments.apply(amendment.clone());
            if let Some(target) = &target {
                engine.amended(target, *by, basis);
            }
        }
        engine.apply(&entry, basis);
    }
}

pub(super) fn correction(by: u64, patches: Vec<Patch>) -> Correction {
    let (author, reason) = ("ann".to_owned(), "typing".to_owned());
    Correction { by, author, recorded: 0, reason, patches }
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_seconds(text).unwrap()
}

fn level(engine: &Engine<Lamps>, lamp: &str) -> Option<u64> {
    engine.state(&format!("lamp/{lamp}")).map(|s| s.level)
}

fn codes(findings: &[Finding]) -> Vec<(u64, &str)> {
    findings.iter().map(|f| (f.seq, &*f.code)).collect()
}

const NOON: &str = "2026-01-01T12:00:00Z";

#[test]
fn a_late_report_takes_its_place_in_the_order_of_effects() {
    let mut bench = Bench::default();
    bench.log.at(NOON);
    bench.note("a", 5, "2026-01-01T10:00:00Z");
    bench.note("a", 3, "2026-01-01T09:00:00Z");
    let (engine, _) = bench.replay(2, at(NOON));
    assert_eq!(level(&engine, "a"), Some(5));
    assert_eq!(engine.state("lamp/a").unwrap().trace, [3, 5]);
    // As of ten to ten only the later report has happened.
    let (engine, _) = bench.replay(2, at("2026-01-01T09:50:00Z"));
    assert_eq!(level(&engine, "a"), Some(3));
}

#[test]
fn a_correction_changes_what_is_known_and_not_what_was() {
    let mut bench = Bench::default();
    bench.log.at(NOON);
    let note = bench.note("a", 158, "2026-01-01T10:00:00Z");
    let by = bench.correct(note, "/payload/level", json!(158), json!(230));
    assert_eq!(level(&bench.replay(1, at(NOON)).0, "a"), Some(158));
    let (engine, basis) = bench.replay(2, at(NOON));
    assert_eq!(level(&engine, "a"), Some(230));
    let selector = Selector::new("lamps", "lamp/a");
    assert_eq!(engine.enumerate(&selector, &basis.amendments), [note, by]);
    let provenance = engine.provenance(selector.clone(), &basis.amendments);
    assert_eq!(provenance, Provenance::new(selector, &[note, by]));
}

#[test]
fn a_correction_moves_a_report_in_time_and_between_subjects() {
    let mut bench = Bench::default();
    bench.log.at(NOON);
    let first = bench.note("a", 1, "2026-01-01T10:00:00Z");
    bench.note("a", 2, "2026-01-01T11:00:00Z");
    let later = json!("2026-01-01T11:30:00Z");
    bench.correct(first, "/occurred/from", json!("2026-01-01T10:00:00Z"), later);
    assert_eq!(bench.replay(3, at(NOON)).0.state("lamp/a").unwrap().trace, [2, 1]);
    bench.correct(first, "/payload/lamp", json!("a"), json!("b"));
    let (engine, _) = bench.replay(4, at(NOON));
    assert_eq!((level(&engine, "a"), level(&engine, "b")), (Some(2), Some(1)));
}

#[test]
fn what_a_correction_cannot_do_is_found_and_not_done() {
    let mut bench = Bench::default();
    bench.log.at(NOON);
    let note = bench.note("a", 1, "2026-01-01T10:00:00Z");
    let set = bench.log.write("ann", &SET, "", json!({"lamp": "b", "level": 4}));
    bench.correct(note, "/payload/level", json!(9), json!(2));
    bench.correct(note, "/payload/level", json!(1), json!("x"));
    bench.correct(note, "/occurred/from", json!("2026-01-01T10:00:00Z"), json!("soon"));
    bench.correct(set, "/payload/level", json!(4), json!(5));
    let (engine, _) = bench.replay(6, bench.log.now());
    assert_eq!((level(&engine, "a"), level(&engine, "b")), (Some(1), Some(4)));
    let findings = engine.findings();
    let not_applied = findings.iter().filter(|f| f.code == "correction_not_applied");
    assert_eq!(not_applied.map(|f| f.seq).collect::<Vec<_>>(), [note, note, note, set]);
}

#[test]
fn a_retracted_correction_gives_the_old_value_back() {
    let mut bench = Bench::default();
    bench.log.at(NOON);
    let note = bench.note("a", 1, "2026-01-01T10:00:00Z");
    let by = bench.correct(note, "/payload/level", json!(1), json!(2));
    bench.amend("ann", |retraction| Amendment::Retraction { target: by, by: retraction });
    assert_eq!(level(&bench.replay(2, at(NOON)).0, "a"), Some(2));
    assert_eq!(level(&bench.replay(3, at(NOON)).0, "a"), Some(1));
    bench.amend("ann", |retraction| Amendment::Retraction { target: note, by: retraction });
    let (engine, _) = bench.replay(4, at(NOON));
    assert_eq!(level(&engine, "a"), None);
    assert_eq!(engine.to_value().unwrap(), json!({}));
}

#[test]
fn a_duplicate_counts_once() {
    let mut bench = Bench::default();
    bench.log.at(NOON);
    let occurred = json!({"from": "2026-01-01T10:00:00Z", "precision": "hour"});
    for _ in 0..2 {
        let payload = json!({"room": "hall", "n": 7});
        bench.log.write_of("ann", &COUNTED, "", occurred.clone(), payload);
    }
    assert_eq!(bench.replay(2, at(NOON)).0.state("room/hall").unwrap().level, 14);
    bench.amend("ann", |by| Amendment::Duplicate {
        target: 1,
        duplicate: Duplicate { canonical: 0, by },
    });
    assert_eq!(bench.replay(3, at(NOON)).0.state("room/hall").unwrap().level, 7);
}

#[test]
fn an_act_whose_basis_changed_is_named() {
    let mut bench = Bench::default();
    bench.log.at(NOON);
    let note = bench.note("a", 1, "2026-01-01T10:00:00Z");
    let set = bench.log.write("ann", &SET, "", json!({"lamp": "a", "level": 4}));
    let elsewhere = bench.log.write("ann", &SET, "", json!({"lamp": "b", "level": 4}));
    bench.correct(note, "/payload/level", json!(1), json!(2));
    let after = bench.log.write("ann", &SET, "", json!({"lamp": "a", "level": 5}));
    let (engine, _) = bench.replay(5, bench.log.now());
    assert_eq!(codes(&engine.findings()), [(set, "basis_changed")]);
    assert!(elsewhere < after);
}

#[test]
fn timers_fire_at_their_end_and_an_act_at_that_instant_is_late() {
    let mut bench = Bench::default();
    bench.log.at(NOON);
    // Recorded at 12:00:01, out again ten seconds later.
    bench.log.write("ann", &SET, "", json!({"lamp": "a", "level": 4, "seconds": 10}));
    let before = bench.replay(1, at("2026-01-01T12:00:10Z")).0;
    assert_eq!(level(&before, "a"), Some(4));
    let after = bench.replay(1, at("2026-01-01T12:00:11Z")).0;
    assert_eq!(level(&after, "a"), Some(0));
    bench.log.at("2026-01-01T12:00:10Z");
    bench.log.write("ann", &SET, "", json!({"lamp": "a", "level": 6}));
    let (engine, _) = bench.replay(2, bench.log.now());
    assert_eq!(engine.state("lamp/a").unwrap().trace, [4, 0, 6]);
}

#[test]
fn what_is_planned_takes_effect_when_it_says() {
    let mut bench = Bench::default();
    bench.log.at(NOON);
    let payload = json!({"lamp": "a", "at": "2026-01-01T13:00:00Z"});
    bench.log.write("ann", &PLANNED, "", payload);
    assert_eq!(level(&bench.replay(1, at("2026-01-01T12:59:59Z")).0, "a"), None);
    let (mut engine, basis) = bench.replay(1, at("2026-01-01T13:00:00Z"));
    assert_eq!(level(&engine, "a"), Some(1));
    // T may go back as long as nothing was committed beyond it.
    engine.advance(at("2026-01-01T12:30:00Z"), &bench.log, &basis).unwrap();
    engine.settle(&bench.log, &basis).unwrap();
    assert_eq!(level(&engine, "a"), None);
    engine.advance(at("2026-01-01T14:00:00Z"), &bench.log, &basis).unwrap();
    engine.settle(&bench.log, &basis).unwrap();
    assert_eq!(level(&engine, "a"), Some(1));
}

#[test]
fn acts_are_refused_where_reports_are_remarked_on() {
    let mut bench = Bench::default();
    bench.log.at(NOON);
    bench.log.write("ann", &SET, "", json!({"lamp": "a", "level": 200}));
    let act = bench.log.write("ann", &SET, "", json!({"lamp": "a", "level": 1}));
    let report = bench.note("a", 1, "2026-01-01T11:00:00Z");
    let (engine, basis) = bench.replay(1, bench.log.now());
    let judge = |seq: u64| {
        let entry = bench.log.entry(seq).unwrap();
        engine.judge(&entry.header, entry.event(), &basis, &NoFacts)
    };
    assert_eq!(judge(act).unwrap_err().code, "wrong-state");
    assert_eq!(judge(report).unwrap()[0].code, "out_of_order");
    // And folded they say so without doing anything.
    let (engine, _) = bench.replay(2, bench.log.now());
    assert_eq!(level(&engine, "a"), Some(200));
    assert_eq!(codes(&engine.findings()), [(act, "out_of_order")]);
}

/// Facts that are all so.
struct Everything;

impl Facts for Everything {
    fn fact(&self, name: &str, _: &str) -> Option<Value> {
        Some(json!(name))
    }
}

#[test]
fn a_judge_reads_the_facts_that_its_family_declares() {
    let (engine, basis) = (Engine::<Lamps>::default(), Basis::default());
    let scene = Scene { engine: &engine, basis: &basis, facts: &Everything };
    assert_eq!(scene.fact("house.dark", "house/main"), Some(json!("house.dark")));
    assert_eq!(scene.fact("house.empty", "house/main"), None);
}

#[test]
fn an_engine_survives_being_saved() {
    let mut bench = Bench::default();
    bench.log.at(NOON);
    let note = bench.note("a", 1, "2026-01-01T10:00:00Z");
    bench.log.write("ann", &PLANNED, "", json!({"lamp": "b", "at": "2027-01-01T00:00:00Z"}));
    bench.correct(note, "/payload/level", json!(1), json!(2));
    let (engine, basis) = bench.replay(3, bench.log.now());
    let saved = serde_json::to_string(&engine).unwrap();
    let mut restored: Engine<Lamps> = serde_json::from_str(&saved).unwrap();
    assert_eq!(restored.to_value().unwrap(), engine.to_value().unwrap());
    restored.advance(at("2027-01-01T00:00:00Z"), &bench.log, &basis).unwrap();
    assert_eq!(level(&restored, "b"), Some(1));
}

#[test]
fn a_record_that_lost_an_entry_says_which() {
    let mut bench = Bench::default();
    bench.log.at(NOON);
    bench.note("a", 5, "2026-01-01T10:00:00Z");
    bench.note("a", 3, "2026-01-01T09:00:00Z");
    let mut engine = Engine::<Lamps>::at(at(NOON));
    let basis = Basis::default();
    for entry in bench.log.entries() {
        engine.apply(entry, &basis);
    }
    let error = engine.settle(&Log::default(), &basis).unwrap_err();
    assert_eq!(error, crate::ProjectionError::EntryMissing { seq: 1 });
}

#[test]
fn an_older_payload_is_read_as_what_it_meant() {
    assert_eq!((SET.name, SET.version), ("lamp.set", 2));
    assert_eq!((SET_IN_HALVES.name, SET_IN_HALVES.version), ("lamp.set", 1));
    assert_eq!((SET_IN_HALVES.kind, SET_IN_HALVES.stream), (SET.kind, SET.stream));
    let payload = json!({"lamp": "a", "halves": 14});
    assert!((SET.check)(&payload).is_err());
    let mut bench = Bench::default();
    bench.log.at(NOON);
    bench.log.write("ann", &SET_IN_HALVES, "", payload);
    let newer = bench.log.write("ann", &SET, "", json!({"lamp": "b", "level": 7}));
    let (engine, _) = bench.replay(newer + 1, bench.log.now());
    assert_eq!(engine.state("lamp/a"), engine.state("lamp/b"));
    assert_eq!(level(&engine, "a"), Some(7));
    // What is not the version that it says is no payload of it.
    bench.log.push(&crate::testing::Draft {
        author: "ann".to_owned(),
        event_type: "lamp.set".to_owned(),
        version: 1,
        stream: "lamp/c".to_owned(),
        occurred: json!({"from": "2026-01-01T12:00:00Z", "precision": "second"}),
        payload: json!({"lamp": "c", "level": 7}),
    });
    let (engine, _) = bench.replay(3, bench.log.now());
    assert_eq!(level(&engine, "c"), None);
    assert!(codes(&engine.findings()).contains(&(2, "payload_unreadable")));
}
