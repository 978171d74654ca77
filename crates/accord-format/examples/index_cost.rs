//! What the index over streams, types and signers costs: a million entries, of which every third
//! opens a stream of its own.
//!
//!     cargo run --release -p accord-format --example index_cost

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement; its parts fail loudly, and what it finds is for people"
)]

#[path = "../tests/example/ledger.rs"]
#[allow(dead_code, reason = "tests use the rest")]
mod ledger;

use accord_format::completeness::{Index, Key};
use accord_format::entry::Entry;
use accord_format::merkle::leaf_hash;
use std::time::Instant;

const ENTRIES: u32 = 1_000_000;

/// Resident memory of this process, in MiB, where the system tells.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

fn main() {
    let example = ledger::Example::new();
    let bytes = example.entries[2].to_bytes();
    let start = Instant::now();
    for _ in 0..ENTRIES / 10 {
        std::hint::black_box(Entry::parse(std::hint::black_box(&bytes)).unwrap());
    }
    println!("parsing alone       {:?} an entry", start.elapsed() / (ENTRIES / 10));
    let mut event = example.entries[2].event().clone();
    let (mut index, before, start) = (Index::default(), resident(), Instant::now());
    for n in 0..ENTRIES {
        event.stream = format!("case/{}", n / 3);
        event.event_type = format!("test.t{}", n % 130);
        index.push(leaf_hash(&n.to_be_bytes()), &event);
    }
    println!("taking in           {:?} an entry, {} keys", start.elapsed() / ENTRIES, index.keys());
    let start = Instant::now();
    index.root();
    println!("the first root      {:?}", start.elapsed());
    println!("memory              {} MiB", resident().saturating_sub(before));
    let start = Instant::now();
    for n in 0..1_000_u32 {
        event.stream = format!("late/{n}");
        index.push(leaf_hash(&n.to_be_bytes()), &event);
        index.root();
    }
    println!("an entry and a root {:?}", start.elapsed() / 1_000);
    let answer = index.answer(&"stream/case/77777".parse::<Key>().unwrap());
    println!("an answer           {} hashes", answer.siblings.len());
}
