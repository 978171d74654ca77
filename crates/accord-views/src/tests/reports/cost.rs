//! What reports cost: how often the record is read for them.

use super::super::world::World;
use super::{Story, VIOLATIONS, at, casualty, compose, fortnight, signed};
use crate::report::Period;
use accord_format::entry::Entry;
use accord_format::hash::EventHash;
use accord_ledger::admission::{Admission, Candidate, Context, History};
use accord_projection::Source;
use accord_projection::testing::Log;
use serde_json::json;
use std::cell::Cell;

/// A log that counts how often an entry is read in it.
struct Counting<'a> {
    log: &'a Log,
    reads: Cell<u64>,
}

impl<'a> Counting<'a> {
    fn new(log: &'a Log) -> Self {
        Self { log, reads: Cell::new(0) }
    }
}

impl Source for Counting<'_> {
    fn entry(&self, seq: u64) -> Option<Entry> {
        self.reads.set(self.reads.get() + 1);
        Source::entry(self.log, seq)
    }
}

impl History for Counting<'_> {
    fn entry(&self, seq: u64) -> Option<Entry> {
        Source::entry(self, seq)
    }

    fn seq_of(&self, event: &EventHash) -> Option<u64> {
        self.log.entries().iter().find(|e| e.event().hash() == *event).map(|e| e.header.seq)
    }

    fn stream(&self, stream: &str) -> Vec<u64> {
        let all = self.log.entries().iter().filter(|e| e.event().stream == stream);
        all.map(|e| e.header.seq).collect()
    }
}

/// The months of 2026 up to the last of these, each with events and then its report.
fn months(last: u8) -> World {
    let Story { mut world, .. } = Story::begin();
    for month in 4..=last {
        let day = |day: u8| format!("2026-{month:02}-{day:02}");
        world.log.at(&format!("{}T05:00:00Z", day(20)));
        for at in 1..=10 {
            casualty(&mut world, &day(at), 1);
        }
        fortnight(&mut world, &day(1), &day(15), 100);
        let next = format!("2026-{:02}-01", month + 1);
        world.log.at(&format!("{next}T05:00:00Z"));
        issue(&mut world, &format!("2026-{month:02}"), &day(1), &next);
    }
    world
}

fn issue(world: &mut World, label: &str, from: &str, until: &str) {
    let [from, until] = [from, until].map(|day| at(&format!("{day}T00:00:00Z")));
    let period = Period { label: label.to_owned(), from, until };
    let payload = signed(&compose(world, period), label);
    world.submit("secretariat", "report.issued", "", payload).unwrap();
}

/// Reads of a comparison of all reports, when the figures of each have changed since.
fn compared(world: &mut World) -> u64 {
    let patches = json!([{"pointer": "/payload/ceasefire_violations/value", "old": 253, "new": 9}]);
    let first = world.log.entries().iter().find(|e| e.event().payload.get(VIOLATIONS).is_some());
    let first = first.unwrap().header.seq;
    world.correct(first, &patches);
    let mut snapshot = world.now();
    let counting = Counting::new(&world.log);
    snapshot.compare_reports(&counting).unwrap();
    let view = crate::view::view("reports", &snapshot).unwrap();
    let issued = world.log.entries().iter().filter(|e| e.event().event_type == "report.issued");
    for entry in issued {
        let number = entry.event().payload["number"].as_str().unwrap();
        let changed = view.figure(&format!("{number}/changed")).unwrap().value;
        assert!(changed > 0, "{number} has not changed");
    }
    counting.reads.get()
}

#[test]
fn one_pass_over_the_record_compares_all_reports() {
    let mut world = months(9);
    let size = world.size();
    let all = compared(&mut world);
    // All six have changed: a pass for what is known now, where an entry is read once when it comes
    // and once when its moment does, and a pass for what was known then; the rest are causes.
    assert!(all <= 4 * size, "{all} reads of {size} entries for six reports");
    let one = compared(&mut months(4));
    assert!(one > months(4).size(), "{one} reads count what is folded");
}

#[test]
fn what_goes_back_goes_on_from_the_nearest_state() {
    let mut world = months(8);
    let size = world.size();
    let reads = |world: &mut World, label: &str, from: &str, until: &str| {
        let [from, until] = [from, until].map(|day| at(&format!("{day}T00:00:00Z")));
        let period = Period { label: label.to_owned(), from, until };
        let payload = signed(&compose(world, period), label);
        let declared = world.declared("report.issued");
        world.log.write("secretariat", &declared, "", payload);
        let entry = world.log.entries().last().unwrap().clone();
        let counting = Counting::new(&world.log);
        let candidate = Candidate { header: &entry.header, event: entry.event() };
        let context = Context { kernel: &world.kernel, history: &counting };
        world.families.judge(&candidate, &context).unwrap();
        let reads = counting.reads.get();
        world.log.take_back();
        reads
    };
    // As of the moment of the last but one: what came since is read, and nothing before it.
    let near = reads(&mut world, "july", "2026-07-01", "2026-08-01");
    let again = reads(&mut world, "july-again", "2026-07-01", "2026-08-01");
    let on = reads(&mut world, "august", "2026-08-01", "2026-09-01");
    let first = reads(&mut world, "first", "2026-01-01", "2026-01-02");
    assert!(near < size / 2, "{near} reads for a step back");
    assert!(again < 5 && on < 40, "{again} and {on} reads for what was reached before");
    assert!(first >= size, "{first} reads count what is folded anew");
}
