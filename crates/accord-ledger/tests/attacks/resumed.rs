//! Verification that takes over which signatures held before.

use super::records::{forged, smuggle};
use super::*;
use accord_format::hash::NodeHash;
use accord_ledger::verify::{Earlier, Report, Verdict};

/// A record of six entries, the last of which has a signature that does not hold, if `false_one`.
fn record(false_one: bool) -> Kit {
    let mut kit = Kit::new();
    let signed = if false_one {
        forged(&mut kit)
    } else {
        let target = kit.id;
        let signers = [(&key("mission/field-3", 21), "mission")];
        kit.event("record.endorsed", "record/", &json!({"target": target}), &signers)
    };
    let last = Record::of(kit.reader()).entry(4).unwrap();
    let recorded = last.header.recorded;
    let header = Header { seq: 5, revision: 0, prev: last.hash(), recorded };
    smuggle(&mut kit, &Entry::new(header, signed));
    kit
}

fn root(kit: &Kit, size: u64) -> NodeHash {
    merkle::root(&kit.reader().view(), size).unwrap()
}

fn resumed(kit: &Kit, earlier: Option<Earlier>) -> Report {
    let options = verify::Options { earlier, ..verify::Options::default() };
    verify::verify(&kit.reader(), options, &mut ()).0
}

fn codes(report: &Report) -> Vec<(&'static str, Option<u64>)> {
    report.problems.iter().map(|p| (p.code, p.seq)).collect()
}

/// What it rests on: whoever says that entries were verified is believed about those very bytes.
#[test]
fn signatures_of_the_same_entries_are_not_checked_again() {
    let kit = record(true);
    let full = resumed(&kit, None);
    assert_eq!(codes(&full), [("signature-invalid", Some(5))]);
    assert_eq!((full.trusted, full.unchecked), (None, 0));
    let earlier = Earlier { size: 6, root: root(&kit, 6) };
    let report = resumed(&kit, Some(earlier));
    assert_eq!(codes(&report), []);
    assert_eq!((report.trusted, report.unchecked), (Some(6), report.signatures));
    assert_eq!((report.signatures, report.root), (full.signatures, full.root));
}

#[test]
fn what_is_new_is_checked() {
    let kit = record(true);
    let earlier = Earlier { size: 5, root: root(&kit, 5) };
    let report = resumed(&kit, Some(earlier));
    assert_eq!(codes(&report), [("signature-invalid", Some(5))]);
    assert_eq!((report.trusted, report.unchecked), (Some(5), report.signatures - 1));
}

/// A history written anew below what was verified, with the operator's own keys: every link, hash
/// and checkpoint of it holds.
#[test]
fn other_entries_are_not_taken_for_those_that_were_verified() {
    let (honest, rewritten) = (record(false), record(true));
    assert!(resumed(&honest, None).problems.is_empty());
    let earlier = Earlier { size: 6, root: root(&honest, 6) };
    let report = resumed(&rewritten, Some(earlier));
    assert_eq!(codes(&report), [("history-rewritten", None)]);
    assert_eq!((report.trusted, report.integrity()), (None, Verdict::Fails));
}

#[test]
fn a_root_that_never_was_vouches_for_nothing() {
    let kit = record(false);
    for size in [0, 1, 6] {
        let report = resumed(&kit, Some(Earlier { size, root: NodeHash::from_bytes([7; 32]) }));
        assert_eq!(codes(&report), [("history-rewritten", None)], "{size}");
        assert_eq!(report.trusted, None);
    }
}

/// The end was cut off: what was verified covered more than there is.
#[test]
fn more_entries_than_there_are_vouch_for_nothing() {
    let kit = record(true);
    let report = resumed(&kit, Some(Earlier { size: 7, root: root(&kit, 6) }));
    assert_eq!(codes(&report), [("signature-invalid", Some(5))]);
    assert_eq!((report.trusted, report.unchecked), (None, 0));
}
