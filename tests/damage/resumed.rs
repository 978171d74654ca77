//! Going on from what an earlier verification kept: every damage shows as it does to a verification of
//! everything.

use super::{flips, named, on_all_cores, random, small, verified};
use accord_ledger::verify::{self, Kept, Report};
use accord_store::disk::{Access, Disk, SimDisk};
use accord_tests::domain::Domain;
use accord_tests::files::Files;
use accord_tests::forge;
use accord_tests::world;
use std::sync::Arc;

/// Sizes at which the ledger was verified before it went on: within a bundle, at its end, just
/// behind it, and at the very end.
const SIZES: [usize; 6] = [1, 40, 255, 256, 257, 300];

fn options() -> verify::Options {
    verify::Options { admission: Some(Box::new(Domain)), ..verify::Options::default() }
}

/// What the verification of the first `size` entries kept.
fn kept(size: usize) -> (usize, Vec<u8>) {
    let world = small();
    let entries = world.entries.get(..size).unwrap_or(&world.entries);
    let rotated = usize::try_from(world.marks["checkpoint-rotation"]).unwrap();
    let first = world::key(&world.origin, 2);
    let signer = if size > rotated { world.checkpoint_key() } else { first };
    let files = forge::directory(entries, &world.origin, &[&signer]);
    let examined = verify::examine(&files.reader().unwrap(), options(), &mut ());
    let of = examined.keeps("1", "then");
    let of = of.unwrap_or_else(|| {
        panic!("{size}: {:#?} {:#?}", examined.report.problems, examined.report.voids)
    });
    let mut bytes = Vec::new();
    let mut out = |piece: &[u8]| {
        bytes.extend_from_slice(piece);
        Ok(())
    };
    examined.keep(&of, &mut out).unwrap();
    (size, bytes)
}

fn resumed(files: &Files, kept: &[u8]) -> Report {
    let disk: Arc<dyn Disk> = Arc::new(SimDisk::new(1));
    disk.create("kept", Access::Private).unwrap().append(kept).unwrap();
    let kept = Some(Kept::open(disk, "kept").unwrap());
    let options = verify::Options { kept, ..options() };
    verify::verify(&files.reader().unwrap(), options, &mut ()).0
}

/// All that a report says, but for what it rests on.
fn said(report: &Report) -> String {
    let mut report = report.clone();
    (report.trusted, report.unchecked) = (None, 0);
    (report.resumed, report.not_resumed) = (None, None);
    format!("{report:#?}")
}

/// Fails unless a resumed verification says what a full one says and, where the entries are no longer
/// those that were verified, that they are not.
fn agree(what: &str, files: &Files, kept: &[(usize, Vec<u8>)]) -> Result<usize, String> {
    let Ok(full) = world::verify(files, Vec::new()) else { return Ok(0) };
    let (all, mut taken) = (said(&full), 0);
    for (size, kept) in kept {
        let mut report = resumed(files, kept);
        taken += usize::from(report.resumed.is_some());
        if report.resumed.is_none() {
            report.problems.retain(|problem| problem.code != "history-rewritten");
        }
        if said(&report) != all {
            let (full, found) = (named(&full), named(&report));
            return Err(format!("{what}, from {size}: {found:?}, and all of it {full:?}"));
        }
    }
    Ok(taken)
}

fn all_kept() -> Vec<(usize, Vec<u8>)> {
    SIZES.iter().map(|size| kept(*size)).collect()
}

#[test]
fn what_was_not_damaged_is_taken_over() {
    let kept = all_kept();
    assert!(verified(&small().files).is_sound());
    assert_eq!(agree("nothing", &small().files, &kept), Ok(SIZES.len()));
}

#[test]
fn every_damage_shows_as_it_does_to_a_full_verification() {
    let kept = all_kept();
    let directories = random::directories(150 * flips::factor().min(100));
    let cases = on_all_cores(&directories, |(what, files)| agree(what, files, &kept).map(drop));
    assert_eq!(cases, directories.len());
}

/// A byte of every file, tiles and checkpoints among them.
#[test]
fn every_file_is_compared_still() {
    let kept = all_kept();
    let paths: Vec<&str> = small().files.paths().filter(|p| *p != "private/lock").collect();
    on_all_cores(&paths, |path| {
        let changed = |bytes: &mut Vec<u8>| {
            let middle = bytes.len() / 2;
            if let Some(byte) = bytes.get_mut(middle) {
                *byte ^= 1;
            }
        };
        agree(path, &small().files.with(path, changed), &kept)?;
        agree(path, &small().files.without(path), &kept).map(drop)
    });
}
