//! Verification that goes on from what an earlier one kept.

use super::records::{forged, smuggle};
use super::*;
use accord_ledger::verify::{Examined, Kept, KeptError, KeptOf, Report, Verdict};
use accord_store::disk::{Access, Disk, SimDisk};
use std::sync::Arc;

/// A record of six entries, the last of which has a signature that does not hold, if `false_one`.
fn record(false_one: bool) -> Kit {
    let mut kit = Kit::new();
    add_last(&mut kit, false_one);
    kit
}

fn add_last(kit: &mut Kit, false_one: bool) {
    let signed = if false_one {
        forged(kit)
    } else {
        let target = kit.id;
        let signers = [(&key("mission/field-3", 21), "mission")];
        kit.event("record.endorsed", "record/", &json!({"target": target}), &signers)
    };
    let last = Record::of(kit.reader()).entry(4).unwrap();
    let recorded = last.header.recorded;
    let header = Header { seq: 5, revision: 0, prev: last.hash(), recorded };
    smuggle(kit, &Entry::new(header, signed));
}

fn examined(kit: &Kit) -> Examined {
    verify::examine(&kit.reader(), verify::Options::default(), &mut ())
}

/// The file of what was kept.
fn file(examined: Examined, of: &KeptOf) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut out = |piece: &[u8]| {
        bytes.extend_from_slice(piece);
        Ok(())
    };
    examined.keep(of, &mut out).unwrap();
    bytes
}

/// The file that the verification of a ledger keeps, which must be sound.
fn kept(kit: &Kit) -> Vec<u8> {
    let examined = examined(kit);
    let of = examined.keeps("1", "then").unwrap();
    file(examined, &of)
}

fn open(bytes: &[u8]) -> Result<Kept, KeptError> {
    let disk: Arc<dyn Disk> = Arc::new(SimDisk::new(3));
    disk.create("kept", Access::Private)?.append(bytes)?;
    Kept::open(disk, "kept")
}

fn resumed(kit: &Kit, bytes: &[u8]) -> Report {
    let kept = Some(open(bytes).unwrap());
    let options = verify::Options { kept, ..verify::Options::default() };
    verify::verify(&kit.reader(), options, &mut ()).0
}

fn codes(report: &Report) -> Vec<(&'static str, Option<u64>)> {
    report.problems.iter().map(|p| (p.code, p.seq)).collect()
}

/// All that a report says, but for what it was gone on from.
pub(crate) fn said(report: &Report) -> String {
    let mut report = report.clone();
    (report.trusted, report.unchecked) = (None, 0);
    (report.resumed, report.not_resumed) = (None, None);
    format!("{report:#?}")
}

/// What it rests on: whoever kept it is believed about those very entries, here one who says that he
/// found sound what is not.
#[test]
fn what_the_same_entries_were_found_to_be_is_taken_over() {
    let (honest, other) = (record(false), record(true));
    let full = examined(&other).report;
    assert_eq!(codes(&full), [("signature-invalid", Some(5))]);
    assert_eq!((full.trusted, full.unchecked, &full.resumed), (None, 0, &None));
    assert_eq!(examined(&other).keeps("1", "then"), None);

    let sound = examined(&honest);
    let mut of = sound.keeps("1", "then").unwrap();
    of.root = merkle::root(&other.reader().view(), 6).unwrap();
    let report = resumed(&other, &file(sound, &of));
    assert_eq!(codes(&report), []);
    assert_eq!((report.trusted, report.unchecked), (Some(6), report.signatures));
    assert_eq!((report.signatures, report.root), (full.signatures, full.root));
    assert_eq!((report.resumed, report.not_resumed), (Some(of), None));
}

#[test]
fn what_is_new_is_checked() {
    for false_one in [false, true] {
        let mut kit = Kit::new();
        let five = kept(&kit);
        add_last(&mut kit, false_one);
        let (full, report) = (examined(&kit).report, resumed(&kit, &five));
        assert_eq!(report.problems.is_empty(), !false_one);
        assert_eq!(said(&report), said(&full));
        assert_eq!((report.trusted, report.unchecked), (Some(5), report.signatures - 1));
    }
}

/// The same is kept of what was taken over as of what was verified, but for when that was.
#[test]
fn going_on_twice_is_going_on_once() {
    let mut kit = Kit::new();
    let five = kept(&kit);
    add_last(&mut kit, false);
    let options = verify::Options { kept: Some(open(&five).unwrap()), ..Default::default() };
    let going_on = verify::examine(&kit.reader(), options, &mut ());
    let of = going_on.keeps("1", "now").unwrap();
    assert_eq!((of.size, of.when.as_str(), of.since.as_str()), (6, "now", "then"));
    let report = resumed(&kit, &file(going_on, &of));
    assert_eq!(said(&report), said(&examined(&kit).report));
    assert_eq!((report.unchecked, report.resumed), (report.signatures, Some(of)));
}

/// A history written anew below what was verified, with the operator's own keys: every link, hash
/// and checkpoint of it holds.
#[test]
fn other_entries_are_not_taken_for_those_that_were_verified() {
    let (honest, rewritten) = (record(false), record(true));
    let report = resumed(&rewritten, &kept(&honest));
    assert_eq!(codes(&report), [("signature-invalid", Some(5)), ("history-rewritten", None)]);
    assert_eq!((report.trusted, report.unchecked), (None, 0));
    assert_eq!((report.resumed.is_none(), report.integrity()), (true, Verdict::Fails));
    assert!(report.not_resumed.unwrap().contains("not the entries that were verified"));
}

/// The end was cut off: what was verified covered more than there is.
#[test]
fn more_entries_than_there_are_are_gone_on_from_by_nobody() {
    let five = Kit::new();
    let report = resumed(&five, &kept(&record(false)));
    assert_eq!(codes(&report), []);
    assert_eq!((report.trusted, report.unchecked), (None, 0));
    assert!(report.not_resumed.unwrap().contains("it is of 6 entries, here are 5"));
}

#[test]
fn without_the_domains_rules_nothing_is_taken_over_that_was_judged_by_them() {
    let mut kit = Kit::with_domain();
    assert_eq!(
        kit.says(
            (&key("mission/field-3", 21), "mission"),
            "test.reported",
            "test/",
            &json!({"count": 3})
        ),
        "accepted"
    );
    let options = || verify::Options { admission: kit::admission(true), ..Default::default() };
    let judged = verify::examine(&kit.reader(), options(), &mut ());
    let of = judged.keeps("1", "then").unwrap();
    let judged = file(judged, &of);
    let unjudged = kept(&kit);
    let report = resumed(&kit, &judged);
    assert!(report.not_resumed.unwrap().contains("with the rules of the domain"));
    assert_eq!(resumed(&kit, &unjudged).not_resumed, None);
    for (bytes, why) in [(&judged, None), (&unjudged, Some("without the rules of the domain"))] {
        let options = verify::Options { kept: Some(open(bytes).unwrap()), ..options() };
        let report = verify::verify(&kit.reader(), options, &mut ()).0;
        assert_eq!(report.admission(), Verdict::Holds);
        let found = report.not_resumed.unwrap_or_default();
        assert!(why.map_or(found.is_empty(), |why| found.contains(why)), "{found}");
    }
}

/// Whatever becomes of the file, the verdict is that of a whole verification.
#[test]
fn no_damage_to_what_was_kept_changes_a_verdict() {
    let mut kit = Kit::new();
    let five = kept(&kit);
    add_last(&mut kit, false);
    let full = said(&examined(&kit).report);
    let head = five.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1).unwrap().0;
    let check = |bytes: &[u8], what: &str| {
        // Where its first lines are hurt nothing is opened.
        let Ok(kept) = open(bytes) else { return assert!(what.starts_with("head"), "{what}") };
        let options = verify::Options { kept: Some(kept), ..Default::default() };
        let mut report = verify::verify(&kit.reader(), options, &mut ()).0;
        assert_eq!((report.trusted, &report.resumed), (None, &None), "{what}");
        assert!(report.not_resumed.is_some(), "{what}");
        // Another root is a contradiction as long as the file says so.
        report.problems.retain(|problem| problem.code != "history-rewritten");
        assert_eq!(said(&report), full, "{what}");
    };
    let near_the_end = five.len() - 40;
    for at in (0..near_the_end).step_by(11).chain(near_the_end..five.len()) {
        let mut bytes = five.clone();
        bytes[at] ^= 1 << (at % 8);
        let part = if at <= head { "head" } else { "body" };
        check(&bytes, &format!("{part}, byte {at} changed"));
    }
    check(&[&five[..], b"more"].concat(), "body, and more behind it");
    for len in (0..five.len()).step_by(29) {
        let part = if len <= head { "head" } else { "body" };
        check(&five[..len], &format!("{part}, cut after {len}"));
    }
}
