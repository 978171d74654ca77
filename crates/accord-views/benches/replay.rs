//! How fast a record is replayed: the fold of all families alone, against the parsing of the same
//! entries alone, in one run on one core; and how much faster a moment of the past is read from a
//! state that is at hand than from the first entry.
//!
//! `cargo bench -p accord-views --bench replay [entries]`. docs/performance.md explains the figures.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement stops at what it did not expect, and prints"
)]

use accord_catalogue::EventType;
use accord_format::entry::Entry;
use accord_format::hash::NodeHash;
use accord_format::time::Timestamp;
use accord_ledger::kernel::types;
use accord_projection::testing::Log;
use accord_views::{Families, Known, Replay, Shelf, Snapshot};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How many entries unless the command line says.
const ENTRIES: u64 = 40_000;
/// How often each is measured; the fastest counts.
const ROUNDS: usize = 5;
/// How many moments of the past are read.
const MOMENTS: u32 = 8;
/// How many states are saved on the way.
const SAVED: usize = 8;
/// Stands for the tree's root, which is not measured here.
const ROOT: NodeHash = NodeHash::from_bytes([1; 32]);

fn main() {
    // Cargo adds `--bench`.
    let entries = std::env::args().find_map(|arg| arg.parse().ok()).unwrap_or(ENTRIES);
    let record = Record::of(entries);
    let log = record.log;
    let bytes: Vec<Vec<u8>> = log.entries().iter().map(Entry::to_bytes).collect();
    let total: usize = bytes.iter().map(Vec::len).sum();
    let as_of = log.now();
    let parse = fastest(|| {
        for entry in &bytes {
            std::hint::black_box(Entry::parse(entry).unwrap());
        }
    });
    let fold = fastest(|| {
        let mut replay = Replay::new(Known::All, as_of).unwrap();
        for entry in log.entries() {
            replay.entry(entry, false, &log).unwrap();
        }
        std::hint::black_box(replay.finish(&log).unwrap());
    });
    let number = log.entries().len();
    println!("entries          {number:>12}");
    println!("bytes each       {:>12}", total / number);
    println!("parse alone      {:>12.0} /s", rate(number, parse));
    println!("fold alone       {:>12.0} /s", rate(number, fold));
    println!("parse and fold   {:>12.0} /s", rate(number, parse + fold));
    println!("fold ÷ parse     {:>12.2}", fold.as_secs_f64() / parse.as_secs_f64());
    moments(&log, parse);
}

/// Moments of the past, spread over the record: each from the first entry, from the state at the
/// head, and from the nearest saved state.
fn moments(log: &Log, parse: Duration) {
    let (first, last) = (log.entries()[0].header.recorded, log.now());
    let apart = (last.seconds() - first.seconds()) / i64::from(MOMENTS + 1);
    let moment = |nth: u32| first.plus_seconds(apart * i64::from(nth + 1));
    let mut head = Replay::new(Known::All, last).unwrap();
    let mut shelf = Shelf::default();
    let every = log.entries().len() / SAVED;
    for (at, entry) in log.entries().iter().enumerate() {
        head.entry(entry, false, log).unwrap();
        if (at + 1) % every == 0 {
            head.advance(entry.header.recorded, log).unwrap();
            shelf.put(head.save(ROOT, log).unwrap());
        }
    }
    head.advance(last, log).unwrap();
    head.settled(log).unwrap();
    let (mut full, mut back, mut kept) = (parse * MOMENTS, Duration::ZERO, Duration::ZERO);
    for nth in 0..MOMENTS {
        let as_of = moment(nth);
        let from_start = timed(&mut full, || {
            let mut replay = Replay::new(Known::All, as_of).unwrap();
            for entry in log.entries() {
                replay.entry(entry, false, log).unwrap();
            }
            replay.finish(log).unwrap()
        });
        let mut there = head.clone();
        timed(&mut back, || {
            there.advance(as_of, log).unwrap();
            there.settled(log).unwrap();
        });
        let states = |snapshot: &Snapshot| snapshot.families().states().unwrap();
        assert_eq!(states(&from_start), states(there.settled(log).unwrap()));
        let known = Known::At(as_of);
        let saved = shelf.nearest(known, |_| Some(ROOT)).cloned();
        timed(&mut kept, || {
            let mut replay = saved.as_ref().map_or_else(
                || Replay::new(known, as_of).unwrap(),
                |saved| Replay::resume(saved, known, as_of, log).unwrap(),
            );
            let size = saved.as_ref().map_or(0, |saved| saved.key.size);
            for entry in log.entries().iter().skip(usize::try_from(size).unwrap()) {
                if !replay.entry(entry, false, log).unwrap() {
                    break;
                }
            }
            replay.finish(log).unwrap()
        });
    }
    let each = |all: Duration| all.as_secs_f64() * 1_000.0 / f64::from(MOMENTS);
    println!("moment, from the start   {:>9.1} ms", each(full));
    println!("moment, from the head    {:>9.1} ms", each(back));
    println!("moment, from a saved one {:>9.1} ms", each(kept));
    println!("start ÷ head             {:>9.1}", each(full) / each(back));
    println!("start ÷ saved            {:>9.1}", each(full) / each(kept));
}

fn timed<T>(total: &mut Duration, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let made = run();
    *total += start.elapsed();
    made
}

fn rate(number: usize, time: Duration) -> f64 {
    f64::from(u32::try_from(number).unwrap()) / time.as_secs_f64()
}

fn fastest(mut run: impl FnMut()) -> Duration {
    let once = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..ROUNDS).map(once).min().unwrap()
}

/// A made-up record of the families' work, day after day.
struct Record {
    log: Log,
    types: BTreeMap<&'static str, EventType>,
}

impl Record {
    fn of(entries: u64) -> Self {
        let families = Families::new().unwrap();
        let types = families.event_types().into_iter().map(|t| (t.name, *t)).collect();
        let mut record = Self { log: Log::default(), types };
        record.log.at("2026-01-01T00:00:00Z");
        record.adopt();
        let mut day = 0;
        while (record.log.entries().len() as u64) < entries {
            let now = Timestamp::parse_seconds("2026-01-01T01:00:00Z").unwrap();
            let now = now.plus_seconds(day * 86_400).max(record.log.now());
            record.log.at(&now.to_seconds_string());
            record.day(day);
            day += 1;
        }
        record
    }

    fn kernel(&mut self, name: &str, stream: &str, payload: Value) -> u64 {
        self.log.write("secretariat", types::event_type(name, 1).unwrap(), stream, payload)
    }

    fn adopt(&mut self) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../agreements/twelve-point.toml");
        let charter = std::fs::read_to_string(path).unwrap();
        let charter = accord_charter::Charter::from_toml(&charter).unwrap();
        let seq = self.kernel("charter.proposed", "", json!({ "charter": charter }));
        let stream = self.stream(seq);
        self.kernel("charter.adopted", &stream, json!({}));
    }

    fn stream(&self, seq: u64) -> String {
        self.log.entries()[usize::try_from(seq).unwrap()].event().stream.clone()
    }

    fn say(&mut self, author: &str, name: &str, stream: &str, payload: Value) -> String {
        let declared = self.types[name];
        let seq = self.log.write(author, &declared, stream, payload);
        self.stream(seq)
    }

    fn day(&mut self, day: i64) {
        for hour in 0..24 {
            for nth in 0..5 {
                self.observe(day, hour * 5 + nth);
            }
            self.report(day, hour);
        }
        for nth in 0..3 {
            self.case(day + nth);
        }
        self.evidence(day);
        self.correct(day);
    }

    fn observe(&mut self, day: i64, nth: i64) {
        let area = ["donetsk", "luhansk", "kherson"][usize::try_from((day + nth) % 3).unwrap()];
        let kind = ["shot", "burst", "flash"][usize::try_from(nth % 3).unwrap()];
        let payload = json!({
            "area": area, "position": {"lat": 48_000_000 + nth, "lon": 37_000_000 + day},
            "means": "camera", "kind": kind, "count": {"value": nth % 7 + 1, "qualifier": "exact"},
            "side": "undetermined", "zone": "z0", "sensor": "c0",
        });
        self.say("mission", "observation.recorded", "", payload);
    }

    fn report(&mut self, day: i64, hour: i64) {
        let count = json!({"value": hour + 1, "qualifier": "about"});
        let area = ["donetsk", "luhansk"][usize::try_from(day % 2).unwrap()];
        let (name, payload) = match hour % 6 {
            0 => (
                "access.restricted",
                json!({"area": area, "by": "ru", "form": "denied", "count": count}),
            ),
            1 => (
                "weapon.observed",
                json!({
                    "area": area, "class": "mortar", "count": count, "status": "in_violation",
                    "control": "ua", "means": "uav", "distance_m": 900 + hour,
                }),
            ),
            2 => (
                "lethal_event.recorded",
                json!({
                    "source_id": "x", "best": hour, "low": 0, "high": 40, "civilians": 1,
                    "unknown": 0, "where_precision": 1, "date_precision": 1,
                }),
            ),
            3 => (
                "casualty.recorded",
                json!({
                    "area": area, "killed": 1, "injured": hour, "cause": "uav", "corroborated": true,
                    "persons": {"men": 1, "women": 0, "boys": 0, "girls": 0, "unknown": hour},
                }),
            ),
            4 => (
                "damage.recorded",
                json!({"area": area, "object": "school", "count": count, "cause": "uav"}),
            ),
            _ => (
                "observation.batch_recorded",
                json!({
                    "area": area, "ceasefire_violations": count,
                    "tallies": [{"kind": "shot", "count": count}],
                }),
            ),
        };
        self.say("mission", name, "", payload);
    }

    fn case(&mut self, nth: i64) {
        let against = ["ru", "ua"][usize::try_from(nth % 2).unwrap()];
        let payload = json!({"category": "A2", "against": against, "area": "donetsk"});
        let case = self.say("observer", "violation.alleged", "", payload);
        for (author, name, payload) in [
            ("mission", "registered", json!({"outcome": "accepted", "severity": 3})),
            (against, "response_filed", json!({"stance": "deny"})),
            ("mission", "investigation_opened", json!({"team": "north", "standard": "balance"})),
            (
                "mission",
                "finding_recorded",
                json!({"result": "verified", "confidence": "high", "report": "ab".repeat(32)}),
            ),
            (
                "mission",
                "attributed",
                json!({"responsible": [against], "intent": "unknown", "method": "craters"}),
            ),
            ("mission", "closed", json!({"reason": "done"})),
        ] {
            self.say(author, &format!("violation.{name}"), &case, payload);
        }
    }

    fn evidence(&mut self, day: i64) {
        for nth in 0..4 {
            let digest = format!("{:064x}", day * 4 + nth + 1);
            let payload = json!({
                "open": {"blake3": digest, "bytes": 10, "media_type": "image/jpeg", "name": "a.jpg"},
                "captured": {"at": "2025-12-28T04:00:00Z", "method": "photograph"},
                "collector": "team-north", "origin": "mission", "copy": "original",
            });
            let item = self.say("mission", "evidence.registered", "", payload);
            let payload = json!({"to": "laboratory", "purpose": "examination"});
            self.say("mission", "evidence.accessed", &item, payload);
        }
    }

    /// Two of the day's observations turn out to have been others.
    fn correct(&mut self, day: i64) {
        let end = self.log.entries().len() as u64;
        for back in [40, 100] {
            let target = end.saturating_sub(back + u64::try_from(day % 5).unwrap());
            let event = self.log.entries()[usize::try_from(target).unwrap()].event();
            let Some(old) = event.payload.pointer("/count/value").cloned() else { continue };
            let payload = json!({
                "target": self.log.hash(target), "reason": "late_info",
                "patches": [{"pointer": "/payload/count/value", "old": old, "new": 9}],
            });
            self.kernel("record.corrected", "", payload);
        }
    }
}
