//! The damage campaign: a closed ledger is damaged in every way there is, and each time
//! verification must say so, name the right entry, and blame no other.
//!
//! `ACCORD_DAMAGE=all` flips every bit of every byte of the smaller ledger, which takes hours;
//! any number there multiplies the sample.

mod commitments;
mod files;
mod flips;
mod forged;
mod held;
mod index;
mod policies;
pub(crate) mod python;
mod random;
mod resumed;
mod witnesses;

use accord_ledger::verify::Report;
use accord_tests::files::Files;
use accord_tests::world::{self, World};
use rayon::prelude::*;
use std::sync::OnceLock;

/// The closed ledger of the campaign: eight full bundles, partial ones, a tail.
fn large() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| World::build("ledger.example/damage", 2_100))
}

/// The same life in fewer entries, for what is done some thousand times: a full bundle, a level of
/// tiles above it, partial and stale files, a tail.
fn small() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| World::build("ledger.example/damage", 300))
}

/// A ledger of the same authors with the same keys.
fn other() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| World::build("ledger.example/other", 300))
}

/// What INTEGRITY is reported to lack, as (code, seq).
type Named = Vec<(&'static str, Option<u64>)>;

fn named(report: &Report) -> Named {
    let mut named: Named = report.problems.iter().map(|p| (p.code, p.seq)).collect();
    named.sort_unstable();
    named.dedup();
    named
}

fn verified(files: &Files) -> Report {
    world::verify(files, Vec::new()).expect("one damage leaves enough to open the ledger")
}

/// The problems of a damaged directory, which must be exactly these; nobody is blamed besides.
fn assert_named(what: &str, files: &Files, expected: &[(&'static str, Option<u64>)]) {
    let report = verified(files);
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(named(&report), expected, "{what}: {:#?}", report.problems);
    assert_eq!(report.voids, [], "{what}");
}

/// Runs `check` on every case, on all cores; gives the number of cases.
fn on_all_cores<T: Sync>(cases: &[T], check: impl Fn(&T) -> Result<(), String> + Sync) -> usize {
    let failures: Vec<String> = cases.par_iter().filter_map(|case| check(case).err()).collect();
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
    cases.len()
}

#[test]
fn undamaged_ledgers_hold() {
    for world in [large(), small(), other()] {
        let report = verified(&world.files);
        assert!(report.is_sound(), "{:?} {:?}", report.problems, report.voids);
        assert_eq!(report.size, world.size());
    }
    // The same bytes on a real disk.
    let directory = tempfile::tempdir().unwrap();
    large().files.save(directory.path());
    assert_eq!(Files::load(directory.path()), large().files);
    let record = accord_ledger::Record::open(directory.path()).unwrap();
    assert_eq!(named(&record.verify(accord_ledger::verify::Options::default(), &mut ()).0), []);
}
