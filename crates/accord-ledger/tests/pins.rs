//! What a reader remembers, what it says of the record later, and the evidence that comes of it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail loudly, as tests do")]

mod kit;

#[path = "pins/evidence.rs"]
mod evidence;
#[path = "pins/refusals.rs"]
mod refusals;
#[path = "pins/store.rs"]
mod store;

use accord_format::fraud::FraudProof;
use accord_format::key::NoteSigner;
use accord_format::time::Timestamp;
use accord_ledger::Record;
use accord_ledger::check::{self, Fork};
use accord_ledger::pins::{self, CompareError, Pin, Standing};
use kit::{Kit, key};
use serde_json::json;

/// The record, with everything published.
fn published(kit: &mut Kit) -> Record {
    kit.ledger.take().unwrap().close().unwrap();
    kit.reopen();
    Record::of(kit.reader())
}

/// Appends reports, which are others than those of another `first`.
fn grow(kit: &mut Kit, first: u64, count: u64) -> Record {
    let mission = key("mission/field-3", 21);
    for count in first..first + count {
        let said =
            kit.says((&mission, "mission"), "test.reported", "test/", &json!({"count": count}));
        assert_eq!(said, "accepted");
    }
    published(kit)
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_790_000_000 + seconds)
}

fn pin(record: &Record, known: &[Pin]) -> Pin {
    pins::newer(record, known, at(0)).unwrap().unwrap()
}

fn fork(standing: Standing) -> FraudProof {
    let Standing::Fork(proof) = standing else { panic!("{standing:?}") };
    *proof
}

/// What others find, who have the file and the ledger id.
fn convinces(proof: &FraudProof, kit: &Kit) -> Fork {
    let bytes = proof.to_bytes();
    let other = accord_format::hash::LedgerId::from_bytes([1; 32]);
    assert!(matches!(check::fraud(&bytes, &other), Err(check::CheckError::OtherLedger { .. })));
    check::fraud(&bytes, &kit.id).unwrap()
}

fn names(keys: &[accord_format::log_key::LogVKey]) -> Vec<String> {
    keys.iter().map(accord_format::log_key::LogVKey::id_string).collect()
}

#[test]
fn a_record_that_grows_agrees_with_what_was_verified() {
    let mut kit = Kit::with_domain();
    let record = published(&mut kit);
    assert!(matches!(pins::compare(&record, &[]).unwrap(), Standing::First));
    let mut known = vec![pin(&record, &[])];
    assert_eq!(known[0].head.size(), record.size());
    assert!(known[0].head.verify_inclusion().is_ok());
    // As long as nothing is new, nothing is remembered anew.
    assert!(matches!(pins::compare(&record, &known).unwrap(), Standing::Agrees));
    assert_eq!(pins::newer(&record, &known, at(1)).unwrap(), None);
    for _ in 0..3 {
        let record = grow(&mut kit, 0, 100);
        assert!(matches!(pins::compare(&record, &known).unwrap(), Standing::Agrees));
        known.push(pin(&record, &known));
        assert_eq!(known.last().unwrap().head.size(), record.size());
    }
    // Whoever saw nothing in between remembers the very same.
    let late = pin(&Record::of(kit.reader()), &known[..1]);
    assert_eq!(&late, known.last().unwrap());
    assert_eq!(Pin::parse(&late.to_bytes()).unwrap(), late);
}

/// A head beside a writer may be gone after a power cut; only what is published is remembered.
#[test]
fn what_is_not_published_is_not_remembered() {
    let mut kit = Kit::with_domain();
    let size = published(&mut kit).size();
    let known = vec![pin(&Record::of(kit.reader()), &[])];
    let mission = key("mission/field-3", 21);
    kit.says((&mission, "mission"), "test.reported", "test/", &json!({"count": 1}));
    let record = Record::of(kit.reader());
    assert_eq!(
        (record.size(), record.published().unwrap().unwrap().checkpoint().size),
        (size + 1, size)
    );
    assert!(matches!(pins::compare(&record, &known).unwrap(), Standing::Agrees));
    assert_eq!(pins::newer(&record, &known, at(1)).unwrap(), None);
}

#[test]
fn an_older_copy_is_stale_and_no_fork() {
    let (mut kit, mut old) = (Kit::with_domain(), Kit::with_domain());
    let mut known = vec![pin(&published(&mut kit), &[])];
    known.push(pin(&grow(&mut kit, 0, 10), &known));
    let (first, last) = (known[0].head.size(), known[1].head.size());
    let stale = |record: &Record, known: &[Pin]| match pins::compare(record, known).unwrap() {
        Standing::Stale { size, known, agrees } => (size, known, agrees),
        other => panic!("{other:?}"),
    };
    // As old as what was once verified: all of it agrees.
    assert_eq!(stale(&published(&mut old), &known), (first, last, Some(first)));
    // Between the two: as far as the first goes.
    assert_eq!(stale(&grow(&mut old, 0, 4), &known), (first + 4, last, Some(first)));
    assert_eq!(stale(&Record::of(old.reader()), &known[1..]), (first + 4, last, None));
    // Once it has caught up, it is what it was.
    assert!(matches!(pins::compare(&grow(&mut old, 4, 6), &known).unwrap(), Standing::Agrees));
}

#[test]
fn another_history_is_a_fork_whatever_its_size() {
    let mut kit = Kit::with_domain();
    let mut known = vec![pin(&published(&mut kit), &[])];
    known.push(pin(&grow(&mut kit, 0, 5), &known));
    known.push(pin(&grow(&mut kit, 5, 5), &known));
    // Nothing above the first that is remembered is the same.
    let mut other = Kit::with_domain();
    let mut grown = 0;
    for (more, compared) in [(3, None), (4, Some(1)), (3, Some(2)), (300, Some(2))] {
        let record = grow(&mut other, 100 + grown, more);
        grown += more;
        let standing = pins::compare(&record, &known).unwrap();
        let Some(compared) = compared else {
            // It ends before the first head that would tell.
            assert!(matches!(standing, Standing::Stale { agrees: Some(_), .. }), "{standing:?}");
            continue;
        };
        let proof = fork(standing);
        assert_eq!(proof.heads.smaller().checkpoint, known[compared].head.checkpoint);
        let fork = convinces(&proof, &kit);
        assert_eq!(names(&fork.by_both), [key(&kit.origin(), 2).id_string()]);
        assert_eq!((fork.by_one.0.len(), fork.by_one.1.len()), (0, 0));
        assert_eq!(
            (fork.smaller.size, fork.larger.size),
            (known[compared].head.size(), record.size())
        );
    }
}

/// Ledgers of one name have other ids, and are remembered apart.
#[test]
fn two_ledgers_of_one_name_are_no_fork() {
    let mut kit = Kit::with_domain();
    let mut other = Kit::bare_with(|genesis| genesis.suspension_hours += 1);
    let (one, two) = (pin(&published(&mut kit), &[]), pin(&published(&mut other), &[]));
    assert_ne!(kit.id, other.id);
    let pair = accord_format::head::Pair::new(one.head.clone(), two.head);
    assert!(matches!(pair, Err(accord_format::head::HeadError::Origins(..))));
    // Somebody who mixes them up is told so, not that there is fraud.
    let mixed = pins::compare(&Record::of(other.reader()), &[one]);
    assert!(!matches!(mixed, Ok(Standing::Fork(_))), "{mixed:?}");
}

/// Damage is for verification to name; nobody is accused of it.
#[test]
fn damaged_files_are_no_fork() {
    let mut kit = Kit::with_domain();
    let known = vec![pin(&published(&mut kit), &[])];
    grow(&mut kit, 0, 600);
    let tile = "public/tile/0/000";
    let mut bytes = accord_store::disk::Disk::read(&*kit.disk, tile, 1 << 20).unwrap();
    bytes[40] ^= 1;
    kit.disk.overwrite(tile, &bytes);
    let found = pins::compare(&Record::of(kit.reader()), &known);
    assert!(matches!(found, Err(CompareError::Damaged(_))), "{found:?}");
}

/// Whoever can write to the directory and has no key makes a contradiction, and no fork.
#[test]
fn what_nobody_signed_is_no_fork() {
    let mut kit = Kit::with_domain();
    let known = vec![pin(&grow(&mut kit, 0, 5), &[])];
    let mut other = Kit::with_domain();
    let record = grow(&mut other, 100, 9);
    let thief = NoteSigner::from_seed(&kit.origin(), &[66; 32]).unwrap();
    let head = record.head().unwrap().checkpoint().clone();
    let note = head.sign(&[&thief]).unwrap().to_text();
    other.disk.overwrite("public/checkpoint", note.as_bytes());
    // Without its tail the directory is a copy of the public part.
    for file in other.disk.files().into_iter().filter(|file| file.starts_with("private/")) {
        other.disk.erase(&file);
    }
    let record = Record::of(other.reader());
    let found = pins::compare(&record, &known);
    assert!(matches!(&found, Err(error) if error.is_contradiction()), "{found:?}");
    // Nor is it remembered by who sees it first.
    assert!(pins::newer(&record, &[], at(0)).is_err());
}

#[test]
fn a_pin_has_one_spelling() {
    let mut kit = Kit::with_domain();
    let bytes = pin(&published(&mut kit), &[]).to_bytes();
    for cut in 0..bytes.len() {
        assert!(Pin::parse(&bytes[..cut]).is_err(), "{cut}");
    }
    let mut longer = bytes.clone();
    longer.push(b'\n');
    assert!(Pin::parse(&longer).is_err());
    // A checkpoint by itself remembers nothing that could convince others.
    let head = accord_format::head::Head::bare(Pin::parse(&bytes).unwrap().head.checkpoint);
    assert!(Pin::parse(&Pin { seen: at(0), head }.to_bytes()).is_err());
}
