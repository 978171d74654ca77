//! Runs many seeds.
//!
//! `ACCORD_SIM_SEEDS` says how many (default below, CI runs 10,000), `ACCORD_SIM_FIRST` from which
//! one on. A million:
//! `ACCORD_SIM_SEEDS=1000000 cargo test --release -p accord-store --test simulation seeds`.

use crate::run::{Coverage, Large, Life};
use accord_store::disk::{Disk, SimDisk};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

const SEEDS: u64 = 2_000;

fn number(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name}={text} is not a number")),
        Err(_) => default,
    }
}

#[test]
fn nothing_acknowledged_is_ever_lost() {
    let (first, seeds) = (number("ACCORD_SIM_FIRST", 0), number("ACCORD_SIM_SEEDS", SEEDS));
    let large = Large::build();
    let next = AtomicU64::new(first);
    let total = Mutex::new(Coverage::default());
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut coverage = Coverage::default();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + seeds || !failed.lock().unwrap().is_empty() {
                        break;
                    }
                    let life = AssertUnwindSafe(|| Life::run(seed, &large, &mut coverage));
                    if catch_unwind(life).is_err() {
                        failed.lock().unwrap().push(seed);
                    }
                }
                total.lock().unwrap().add(coverage);
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(
        failed.is_empty(),
        "seed {seed} failed (see above); replay it with\n  ACCORD_SIM_FIRST={seed} ACCORD_SIM_SEEDS=1 \
         cargo test -p accord-store --test simulation nothing_acknowledged -- --nocapture",
        seed = failed[0],
    );
    let coverage = total.into_inner().unwrap();
    for (what, times) in &coverage.0 {
        println!("{times:8} {what}");
    }
    if seeds >= 1000 {
        must_have_reached(&coverage);
    }
}

/// A simulation that never gets to the hard places proves nothing.
fn must_have_reached(coverage: &Coverage) {
    for what in [
        "begun large",
        "dropped",
        "in flight, kept",
        "in flight, not seen",
        "temporaries removed",
        "PowerCut with a lying cache",
        "Kill with a lying cache",
        "PowerCut with names unsynced",
        "failed in init",
        "failed in open",
        "failed in commit",
        "failed in publish",
        "failed in promote",
        "failed in hold",
        "witnessed",
        "stopped in init",
        "stopped in open",
        "stopped in commit append to tail",
        "stopped in commit make durable tail",
        "stopped in publish move into place checkpoint",
        "stopped in publish move into place partial",
        "stopped in publish move into place witnessed",
        "stopped in publish make durable the directory witnessed",
        "stopped in publish remove pending",
        "stopped in hold move into place pending",
        "stopped in promote move into place bundle",
        "stopped in promote move into place tile 0",
        "stopped in promote move into place tail",
        "stopped in promote make durable the directory bundle",
    ] {
        assert!(coverage.of(what) > 0, "no seed ever reached: {what}");
    }
    let edge = |what: &str| what.starts_with("stopped") && what.ends_with("tile above");
    let above: u64 = coverage.0.iter().filter(|(what, _)| edge(what)).map(|(_, n)| n).sum();
    assert!(above > 0, "no seed ever stopped at the edge of a higher tile");
}

#[test]
fn a_seed_always_leads_to_the_same_end() {
    let large = Large::build();
    let end = |seed| {
        let disk: SimDisk = Life::run(seed, &large, &mut Coverage::default());
        let files = disk.files();
        let bytes: Vec<_> =
            files.iter().map(|path| disk.read(path, u64::MAX - 1).unwrap()).collect();
        (disk.calls(), files, bytes)
    };
    for seed in 0..20 {
        assert!(end(seed) == end(seed), "seed {seed}");
    }
}
