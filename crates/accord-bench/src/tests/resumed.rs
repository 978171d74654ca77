//! A ledger of all families, verified at any of its sizes and gone on from: the verdict, the report and
//! the states are those of a verification of everything.

use super::{charter, options};
use crate::dice::Dice;
use crate::{Recipe, Story, fill};
use accord_ledger::verify::{self, Examined, Kept, KeptOf, Report};
use accord_store::Reader;
use accord_store::disk::{Access, Disk, SimDisk};
use accord_views::Families;
use std::sync::Arc;

const ENTRIES: u64 = 2_600;
const CUTS: usize = 5;

fn examine(disk: &Arc<dyn Disk>, kept: Option<Kept>) -> Examined {
    let admission = Some(Box::new(Families::new().unwrap()) as _);
    let options = verify::Options { admission, kept, ..verify::Options::default() };
    verify::examine(&Reader::open(Arc::clone(disk)).unwrap(), options, &mut ())
}

fn of(examined: &Examined) -> KeptOf {
    examined.keeps("1", "then").unwrap()
}

fn file(examined: Examined) -> Vec<u8> {
    let (of, mut bytes) = (of(&examined), Vec::new());
    let mut out = |piece: &[u8]| {
        bytes.extend_from_slice(piece);
        Ok(())
    };
    examined.keep(&of, &mut out).unwrap();
    bytes
}

fn open(bytes: &[u8]) -> Kept {
    let disk: Arc<dyn Disk> = Arc::new(SimDisk::new(1));
    disk.create("kept", Access::Private).unwrap().append(bytes).unwrap();
    Kept::open(disk, "kept").unwrap()
}

/// All that a report says, but for what it rests on.
fn said(report: &Report) -> String {
    let mut report = report.clone();
    (report.trusted, report.unchecked) = (None, 0);
    (report.resumed, report.not_resumed) = (None, None);
    format!("{report:#?}")
}

/// What is carried over, and the states of the kernel and of the families: without what entries are
/// compared with, which is kept under a key that is drawn each time.
fn states(file: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let head = file.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1).unwrap().0 + 1;
    let end = |from: usize| {
        let len = u64::from_le_bytes(*file[from..].first_chunk().unwrap());
        from + 8 + usize::try_from(len).unwrap() + 32
    };
    let (carried, seen) = (end(head), end(end(head)));
    (file[head..carried].to_vec(), file[seen..].to_vec())
}

fn check(seed: u64) {
    let charter = charter();
    let recipe = Recipe { fields: 4, observers: 4, ..Recipe::new(&charter, seed) };
    let disk: Arc<dyn Disk> = Arc::new(SimDisk::new(1));
    let mut ledger = recipe.found(Arc::clone(&disk), options()).unwrap();
    let mut story = Story::of(&recipe).unwrap();
    let mut dice = Dice(seed);
    let mut cuts: Vec<u64> = (0..CUTS).map(|_| 1 + dice.below(ENTRIES - 1)).collect();
    cuts.sort_unstable();
    let (mut kept, mut last) = (Vec::new(), None);
    for cut in cuts {
        fill(&mut ledger, &mut story, cut, &mut |_| {}).unwrap();
        kept.push(file(examine(&disk, None)));
        // And what is kept of one that was itself gone on from.
        let gone_on = file(examine(&disk, last.as_deref().map(open)));
        assert_eq!(states(&gone_on), states(kept.last().unwrap()));
        last = Some(gone_on);
    }
    kept.extend(last);
    fill(&mut ledger, &mut story, ENTRIES, &mut |_| {}).unwrap();
    ledger.close().unwrap();
    let full = examine(&disk, None);
    assert!(full.report.is_sound(), "{:?}", full.report.problems);
    let (all, keeps) = (said(&full.report), of(&full));
    let expected = states(&file(full));
    for kept in kept {
        let mut resumed = examine(&disk, Some(open(&kept)));
        let below = resumed.report.trusted.unwrap();
        assert!(below < ENTRIES && resumed.report.unchecked > 0);
        assert_eq!(said(&resumed.report), all, "seed {seed}, from {below}");
        // So that the same digests are made.
        resumed.report.resumed = None;
        resumed.report.trusted = None;
        assert_eq!(of(&resumed), keeps);
        assert_eq!(states(&file(resumed)), expected, "seed {seed}, from {below}");
    }
}

#[test]
fn going_on_comes_to_the_same_as_beginning_anew() {
    for seed in [3, 4] {
        check(seed);
    }
}
