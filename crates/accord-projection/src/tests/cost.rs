//! What an event costs, counted in items folded, levels copied and findings made, for some events
//! and for twice as many: the work must not grow as their square does.

use super::lamp::{Lamps, NOTED, SET, Work, work};
use super::{Bench, at, correction};
use crate::{Amendment, Basis, Engine, Finding, NoFacts};
use accord_catalogue::patch::Patch;
use accord_format::entry::Entry;
use serde_json::json;

const SOME: usize = 200;

/// A bench of `n` reports on one lamp, each of the minute after the one before.
fn noted(n: usize) -> Bench {
    let mut bench = Bench::default();
    bench.log.at("2026-01-01T00:00:00Z");
    for _ in 0..n {
        note(&mut bench, "a", 0);
    }
    bench
}

/// Writes a report of so many seconds ago.
fn note(bench: &mut Bench, lamp: &str, ago: i64) -> u64 {
    let from = bench.log.now().plus_seconds(1 - ago).to_seconds_string();
    let occurred = json!({"from": from, "precision": "second"});
    bench.log.write_of("ann", &NOTED, "", occurred, json!({"lamp": lamp, "level": 1}))
}

/// Corrects the level of a report to one that says which correction it was.
fn correct(bench: &mut Bench, target: u64) -> u64 {
    let level = |by: u64| by % 90;
    let new = level(bench.log.entries().len() as u64);
    let before = bench.amendments.iter().rev().find_map(|(by, amendment)| {
        matches!(amendment, Amendment::Correction { target: t, .. } if *t == target)
            .then(|| level(*by))
    });
    let patches = vec![Patch {
        pointer: "/payload/level".to_owned(),
        old: Some(json!(before.unwrap_or(1))),
        new: Some(json!(new)),
    }];
    bench.amend("ann", |by| Amendment::Correction { target, correction: correction(by, patches) })
}

/// Follows the record as a ledger does: each family event is judged by the state before it.
fn follow(bench: &Bench, engine: &mut Engine<Lamps>, basis: &mut Basis, from: u64) {
    for entry in bench.log.entries().iter().filter(|e| e.header.seq >= from) {
        engine.advance(entry.header.recorded, &bench.log, basis).unwrap();
        let (header, event) = (&entry.header, entry.event());
        engine.settle_for(header, event, &bench.log, basis).unwrap();
        drop(engine.judge(header, event, basis, &NoFacts));
        engine.settle_missed(&bench.log, basis).unwrap();
        bench.feed(engine, basis, header.seq);
    }
}

/// What it takes to follow a record to its end, the first `known` entries of which are known.
fn cost(bench: &Bench, known: usize) -> Work {
    let (mut engine, mut basis) = (Engine::default(), Basis::default());
    let known = known as u64;
    let first: Vec<_> = bench.log.entries().iter().take_while(|e| e.header.seq < known).collect();
    for entry in first {
        engine.advance(entry.header.recorded, &bench.log, &basis).unwrap();
        bench.feed(&mut engine, &mut basis, entry.header.seq);
    }
    work(|| follow(bench, &mut engine, &mut basis, known))
}

/// By how much, in thousandths, twice as many cost more than some.
fn ratio(make: impl Fn(usize) -> Work, of: impl Fn(Work) -> usize) -> usize {
    let (some, more) = (of(make(SOME)), of(make(2 * SOME)));
    assert!(some > 0, "nothing was done");
    more * 1_000 / some
}

/// Twice as much, and a little.
const LINEAR: usize = 2_300;

#[test]
fn what_is_judged_and_taken_in_is_folded_twice_and_never_copied() {
    let admitted = |n| cost(&noted(n), 0);
    let Work { folds, copies } = admitted(SOME);
    assert_eq!(folds, 2 * SOME);
    assert!(copies < 32 * 32, "a short state is copied, a long one once: {copies}");
    assert_eq!(admitted(2 * SOME).copies, copies);
}

#[test]
fn what_is_refused_after_its_trial_costs_one_copy_and_no_fold() {
    let bench = noted(SOME);
    let (mut engine, mut basis) = (Engine::<Lamps>::default(), Basis::default());
    follow(&bench, &mut engine, &mut basis, 0);
    let candidate = {
        let mut bench = noted(SOME);
        note(&mut bench, "a", 0);
        bench.log.entries().last().unwrap().clone()
    };
    engine.advance(candidate.header.recorded, &bench.log, &basis).unwrap();
    let judge = |engine: &Engine<Lamps>| {
        engine.judge(&candidate.header, candidate.event(), &basis, &NoFacts).unwrap();
    };
    judge(&engine);
    let again = work(|| judge(&engine));
    assert_eq!(again, Work { folds: 1, copies: SOME });
    // The state has not changed by that.
    assert_eq!(engine.state("lamp/a").unwrap().trace.len(), SOME);
    let mut fresh = bench.replay(SOME as u64, candidate.header.recorded).0;
    engine.apply(&candidate, &basis);
    fresh.apply(&candidate, &basis);
    assert_eq!(engine.to_value().unwrap(), fresh.to_value().unwrap());
}

#[test]
fn a_trial_that_came_to_nothing_is_not_taken_for_the_state() {
    let mut bench = noted(SOME);
    bench.log.write("ann", &SET, "", json!({"lamp": "a", "level": 7, "seconds": 3}));
    bench.log.write("ann", &SET, "", json!({"lamp": "a", "level": 200}));
    bench.log.write("ann", &SET, "", json!({"lamp": "a", "level": 8}));
    let (mut engine, mut basis) = (Engine::default(), Basis::default());
    follow(&bench, &mut engine, &mut basis, 0);
    let (fresh, _) = bench.replay(bench.log.entries().len() as u64, bench.log.now());
    assert_eq!(engine.to_value().unwrap(), fresh.to_value().unwrap());
    assert_eq!(engine.findings(), fresh.findings());
    assert_eq!(engine.findings().len(), 1, "it has burnt out");
}

#[test]
fn a_candidate_is_judged_by_what_came_instead_of_the_one_before() {
    let mut bench = noted(SOME);
    let (mut engine, mut basis) = (Engine::<Lamps>::default(), Basis::default());
    follow(&bench, &mut engine, &mut basis, 0);
    let draft = |bench: &Bench, level: u64| {
        let mut log = bench.log.clone();
        log.write("ann", &SET, "", json!({"lamp": "a", "level": level}));
        log.entries().last().unwrap().clone()
    };
    let judge = |engine: &mut Engine<Lamps>, bench: &Bench, entry: &Entry| {
        engine.advance(entry.header.recorded, &bench.log, &basis).unwrap();
        engine.judge(&entry.header, entry.event(), &basis, &NoFacts).map(drop)
    };
    // The lamp would burn out, and does not: something else comes in.
    assert_eq!(judge(&mut engine, &bench, &draft(&bench, 200)), Ok(()));
    engine.apply(&draft(&bench, 3), &basis);
    bench.log.write("ann", &SET, "", json!({"lamp": "a", "level": 3}));
    assert_eq!(judge(&mut engine, &bench, &draft(&bench, 4)), Ok(()));
}

#[test]
fn corrections_of_what_is_recent_cost_what_lies_behind_it() {
    // Each correction is followed by a report on the same lamp, so that the state is needed.
    let corrected = |n: usize| {
        let mut bench = noted(n);
        for _ in 0..n {
            let last = note(&mut bench, "a", 0);
            correct(&mut bench, last);
        }
        cost(&bench, n)
    };
    assert!(ratio(corrected, |w| w.folds) < LINEAR);
    assert!(corrected(SOME).folds < 110 * SOME, "{:?}", corrected(SOME));
}

#[test]
fn reports_that_come_a_little_late_cost_what_lies_behind_them() {
    let late = |n: usize| {
        let mut bench = noted(n);
        for _ in 0..n {
            note(&mut bench, "a", 20);
        }
        cost(&bench, n)
    };
    assert!(ratio(late, |w| w.folds) < LINEAR);
}

#[test]
fn corrections_wait_until_what_they_change_is_read() {
    // Of the first entry of a long subject, over and over; others go on meanwhile.
    let corrected = |n: usize| {
        let mut bench = noted(n);
        for _ in 0..n {
            correct(&mut bench, 0);
            note(&mut bench, "b", 0);
        }
        note(&mut bench, "a", 0);
        cost(&bench, n)
    };
    assert!(ratio(corrected, |w| w.folds) < LINEAR);
    // Each report on the other lamp twice, the corrected one once, with its last report.
    assert_eq!(corrected(SOME).folds, 2 * SOME + SOME + 2);
}

#[test]
fn a_correction_costs_no_more_than_a_few_times_what_lies_behind() {
    let n = 8 * SOME;
    let mut bench = noted(n);
    let (mut engine, mut basis) = (Engine::default(), Basis::default());
    follow(&bench, &mut engine, &mut basis, 0);
    let mut step = |bench: &mut Bench, target: u64| {
        let from = correct(bench, target);
        note(bench, "a", 0);
        work(|| follow(bench, &mut engine, &mut basis, from)).folds
    };
    // Once all of it, to have states on the way.
    assert!(step(&mut bench, 0) >= n);
    for behind in [1_500, 1_000, 500, 250, 100, 50, 10, 700, 40, 1_200] {
        let folds = step(&mut bench, (n - behind) as u64);
        assert!(folds < 4 * behind + 120, "{behind} behind: {folds}");
    }
    let (fresh, _) = bench.replay(bench.log.entries().len() as u64, bench.log.now());
    assert_eq!(engine.to_value().unwrap(), fresh.to_value().unwrap());
    assert_eq!(engine.findings(), fresh.findings());
}

#[test]
fn an_act_is_found_once_however_much_of_its_basis_changed() {
    let findings = |n: usize| -> Vec<Finding> {
        let mut bench = noted(n);
        for _ in 0..n {
            bench.log.write("ann", &SET, "", json!({"lamp": "a", "level": 2}));
        }
        for target in 0..n as u64 {
            correct(&mut bench, target);
            correct(&mut bench, target);
        }
        bench.replay(bench.log.entries().len() as u64, bench.log.now()).0.findings()
    };
    let found = findings(50);
    assert!(found.iter().all(|f| f.code == "basis_changed"));
    let acts: Vec<u64> = found.iter().map(|f| f.seq).collect();
    assert_eq!(acts, (50..100).collect::<Vec<_>>());
    let said = "seq 199 changed what seq 49 says, which it rested on; of lamp/a, 50 entries that it rested on changed since";
    assert!(found.iter().all(|f| f.detail == said), "{:?}", found[0]);
}

#[test]
fn an_act_is_told_of_what_changed_after_it_alone() {
    let mut bench = Bench::default();
    bench.log.at("2026-01-01T12:00:00Z");
    let set =
        |bench: &mut Bench| bench.log.write("ann", &SET, "", json!({"lamp": "a", "level": 2}));
    let first = note(&mut bench, "a", 0);
    let early = set(&mut bench);
    let second = note(&mut bench, "a", 0);
    let by = correct(&mut bench, first);
    let middle = set(&mut bench);
    let later = correct(&mut bench, second);
    let late = set(&mut bench);
    let (engine, _) = bench.replay(late + 1, at("2026-01-01T13:00:00Z"));
    let said = |act: u64| {
        let found = engine.findings().into_iter().find(|f| f.seq == act);
        found.map(|f| f.detail).unwrap_or_default()
    };
    assert_eq!(said(early), format!("seq {by} changed what seq {first} says, which it rested on"));
    assert_eq!(
        said(middle),
        format!("seq {later} changed what seq {second} says, which it rested on")
    );
    assert_eq!(said(late), "");
}
