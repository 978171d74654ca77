//! What events cost whoever appends and reads after them, counted in entries read again and in
//! findings, for some and for twice as many.

use super::board::{constitute, table};
use super::cases::{allege, register, step};
use super::history::{run, steps};
use super::world::{Archive, World};
use crate::replay::Known;
use crate::rules::basis::naive;
use accord_format::entry::Entry;
use accord_format::hash::EventHash;
use accord_ledger::admission::{Admission, Candidate, Context, History};
use proptest::prelude::*;
use serde_json::json;
use std::cell::Cell;
use std::collections::BTreeSet;

const SOME: usize = 60;

/// A history that counts the entries that are read again.
struct Counted<'a> {
    archive: Archive<'a>,
    read: Cell<usize>,
}

impl History for Counted<'_> {
    fn entry(&self, seq: u64) -> Option<Entry> {
        self.read.set(self.read.get() + 1);
        self.archive.entry(seq)
    }

    fn seq_of(&self, event: &EventHash) -> Option<u64> {
        self.archive.seq_of(event)
    }

    fn stream(&self, stream: &str) -> Vec<u64> {
        self.archive.stream(stream)
    }
}

/// How many entries are read again while a ledger follows the record from `from` on, judging and
/// taking in one entry after the other.
fn reads(world: &World, from: u64) -> usize {
    let counted = Counted { archive: Archive(&world.log), read: Cell::new(0) };
    let mut families = crate::Families::new().unwrap();
    let mut kernel = accord_ledger::kernel::Kernel::default();
    for entry in world.log.entries() {
        if entry.header.seq == from {
            counted.read.set(0);
        }
        let candidate = Candidate { header: &entry.header, event: entry.event() };
        let context = Context { kernel: &kernel, history: &counted };
        families.remark(&candidate, &context);
        drop(families.judge(&candidate, &context));
        kernel.apply(entry);
        families.applied(entry, &Context { kernel: &kernel, history: &counted });
    }
    counted.read.get()
}

/// A case with `n` answers, and as many more on it or another, each after a correction: of the
/// answer before it, or of the first of all.
fn corrected(n: usize, recent: bool) -> usize {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let case = allege(&mut world, "observer", "ru");
    let other = allege(&mut world, "observer", "ru");
    step(&mut world, &case, "registered", register()).unwrap();
    let first = answer(&mut world, &case);
    let mut last = first;
    for _ in 1..n {
        last = answer(&mut world, &case);
    }
    let from = world.size();
    for nth in 0..n {
        let (target, case) = if recent { (last, &case) } else { (first, &other) };
        let (old, new) = match nth % 2 {
            1 if !recent => ("partial", "deny"),
            _ => ("deny", "partial"),
        };
        let patch = json!([{"pointer": "/payload/stance", "old": old, "new": new}]);
        world.correct(target, &patch);
        last = answer(&mut world, case);
    }
    reads(&world, from)
}

fn answer(world: &mut World, case: &str) -> u64 {
    world.submit("ru", "violation.response_filed", case, json!({"stance": "deny"})).unwrap().0
}

#[test]
fn corrections_of_one_case_cost_those_of_another_nothing() {
    let (some, more) = (corrected(SOME, false), corrected(2 * SOME, false));
    assert!(some > 0);
    assert!(more * 10 < some * 23, "{some} and {more}");
    // The target itself, by whoever has to look at it; the case is not folded again.
    assert!(some <= 4 * SOME, "{some}");
}

#[test]
fn a_correction_of_what_is_recent_costs_as_much_in_a_long_case() {
    let (some, more) = (corrected(2 * SOME, true), corrected(4 * SOME, true));
    assert!(some > 0);
    assert!(more * 10 < some * 25, "{some} and {more}");
}

/// Acts on a stream that rest on entries of another, each of which is corrected twice.
fn resting(n: usize) -> World {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let case = allege(&mut world, "observer", "ru");
    let answers: Vec<u64> = (0..n).map(|_| answer(&mut world, &case)).collect();
    for _ in 0..n {
        table(&mut world, &[&case]);
        let from = allege(&mut world, "observer", "ru");
        step(&mut world, &from, "merged", json!({ "into": case })).unwrap();
    }
    for target in answers {
        for (old, new) in [("deny", "partial"), ("partial", "deny")] {
            let patch = json!([{"pointer": "/payload/stance", "old": old, "new": new}]);
            world.correct(target, &patch);
        }
    }
    world
}

#[test]
fn there_are_no_more_findings_than_acts_and_amendments() {
    let n = 20;
    let world = resting(n);
    let findings = world.now().families().findings();
    let of = |code: &str| findings.iter().filter(|(_, f)| f.code == code).count();
    // Each merger rests on every answer: 20 times 20 times 2, once for each merger.
    assert_eq!(of("basis_changed"), n);
    assert_eq!(of("changes_basis"), 2 * n);
    let named = findings.iter().filter(|(_, f)| f.code == "changes_basis");
    assert!(named.map(|(_, f)| f.detail.len()).max().unwrap() < 400, "no detail grows");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// What the rule finds in one pass is what looking at each act with each change finds.
    #[test]
    fn the_latest_change_of_each_act_is_found(
        steps in steps(120),
        back in -100i64..300,
    ) {
        let world = run(&steps);
        let as_of = world.log.now().plus_seconds(-back * 3_600);
        let snapshot = world.replay(Known::All, as_of);
        let (acts, changes) = naive::resting(snapshot.families());
        prop_assert_eq!(naive::found(snapshot.families()), acts);
        let findings = snapshot.families().findings();
        let by: BTreeSet<u64> = findings.iter().filter(|(_, f)| f.code == "changes_basis").map(|(_, f)| f.seq).collect();
        prop_assert_eq!(by, changes);
    }
}
