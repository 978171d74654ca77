//! That made-up ledgers are of all families, sound, and the same from the same seed.

#![allow(clippy::unwrap_used, reason = "whatever fails fails the test")]

mod resumed;

use crate::{Recipe, Story, fill};
use accord_charter::Charter;
use accord_format::hash::NodeHash;
use accord_ledger::clock::SystemClock;
use accord_ledger::verify::{self, Verdict};
use accord_ledger::{Ledger, Options, Record};
use accord_store::Reader;
use accord_store::disk::{Disk, SimDisk};
use accord_store::index::MemoryIndex;
use accord_views::Families;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

fn charter() -> Charter {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../agreements/twelve-point.toml");
    Charter::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn options() -> Options {
    Options {
        admission: Some(Box::new(Families::new().unwrap())),
        index: Box::new(MemoryIndex::default()),
        clock: Box::new(SystemClock),
        accept_gap: false,
    }
}

fn made(seed: u64, entries: u64) -> (Arc<dyn Disk>, NodeHash) {
    let charter = charter();
    let recipe = Recipe { fields: 4, observers: 4, ..Recipe::new(&charter, seed) };
    let disk: Arc<dyn Disk> = Arc::new(SimDisk::new(1));
    let mut ledger: Ledger = recipe.found(Arc::clone(&disk), options()).unwrap();
    let mut story = Story::of(&recipe).unwrap();
    fill(&mut ledger, &mut story, entries, &mut |_| {}).unwrap();
    let root = ledger.root();
    ledger.close().unwrap();
    (disk, root)
}

/// A month and more: everything that the story tells has been told once.
#[test]
fn a_made_up_ledger_holds_and_is_of_all_families() {
    let (disk, root) = made(7, 6_000);
    let record = Record::of(Reader::open(disk).unwrap());
    assert_eq!(record.size(), 6_000);
    let options = verify::Options {
        admission: Some(Box::new(Families::new().unwrap())),
        ..verify::Options::default()
    };
    let (report, kernel) = record.verify(options, &mut ());
    assert_eq!(
        (report.integrity(), report.authority(), report.admission()),
        (Verdict::Holds, Verdict::Holds, Verdict::Holds),
        "{:?}",
        report.problems
    );
    assert!(report.voids.is_empty(), "{:?}", report.voids);
    assert!(kernel.is_simulated());
    let mut families: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let declared = Families::new().unwrap().declarations();
    let (mut signers, mut streams) = (BTreeSet::new(), BTreeSet::new());
    for entry in record.entries(0) {
        let entry = entry.unwrap();
        let event = entry.event();
        signers.insert(event.signers.first().unwrap().key().to_owned());
        streams.insert(event.stream.clone());
        let family = declared.iter().find(|d| d.types.iter().any(|t| t.name == event.event_type));
        let family = family.map_or("kernel", |d| d.family);
        families.entry(family).or_default().insert(event.event_type.clone());
    }
    for d in &declared {
        assert!(families.contains_key(d.family), "nothing of {}", d.family);
    }
    assert!(families.values().map(BTreeSet::len).sum::<usize>() > 40, "{families:?}");
    assert!(families.get("kernel").unwrap().contains("record.corrected"));
    assert!(signers.len() > 15 && streams.len() > 4_000, "{} {}", signers.len(), streams.len());
    assert_eq!(record.head().unwrap().checkpoint().root, root);
}

#[test]
fn the_same_seed_makes_the_same_ledger_and_another_seed_another() {
    let root = |seed| made(seed, 700).1;
    assert_eq!(root(1), root(1));
    assert_ne!(root(1), root(2));
}
