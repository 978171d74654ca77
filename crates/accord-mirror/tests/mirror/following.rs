//! An honest ledger, followed as it grows.

use crate::files::Files;
use crate::kit::*;
use crate::world;
use accord_format::checkpoint::SignedCheckpoint;
use accord_mirror::found;
use accord_mirror::source::{Dir, Source};
use accord_store::disk::{Disk, SimDisk};
use std::path::Path;
use std::sync::Arc;

/// The copy is the origin's own files, but for lines that were added to the checkpoint.
#[track_caller]
fn assert_same(disk: &SimDisk, origin: &Files) {
    let copy = shown(disk);
    for path in origin.paths().filter(|path| *path != "public/checkpoint") {
        assert!(copy.has(path), "{path} is missing");
        assert_eq!(copy.get(path), origin.get(path), "{path}");
    }
    let note = |files: &Files| SignedCheckpoint::parse(files.get("public/checkpoint")).unwrap();
    let (ours, theirs) = (note(&copy), note(origin));
    assert_eq!(ours.checkpoint(), theirs.checkpoint());
    for line in theirs.note().signatures() {
        assert!(ours.note().signatures().contains(line));
    }
    for key in cosigners() {
        let mut lines = ours.note().signatures().iter();
        let now = u64::try_from(NOW).unwrap();
        assert!(lines.any(|line| key.vkey().verify(ours.checkpoint(), line) == Some(now)));
    }
    assert_eq!(found::kept(disk).unwrap(), Vec::<String>::new());
}

#[test]
fn every_step_of_growth_is_copied() {
    let disk = SimDisk::new(1);
    let mut mirror = open(&disk).unwrap();
    let sizes = [1, 2, 255, 256, 257, rotated() - 1, rotated(), rotated() + 1, 511, 512, 513, 690];
    let mut held = 0;
    let mut ordered = sizes.to_vec();
    ordered.sort_unstable();
    for size in ordered {
        let round = follow(&mut mirror, at(size)).unwrap();
        assert_eq!((round.code, round.problems), ("advanced", Vec::new()), "{size}");
        assert_eq!((round.from, round.to, mirror.size()), (held, size as u64, size as u64));
        held = size as u64;
        assert_same(&disk, &at(size));
        assert_eq!(follow(&mut mirror, at(size)).unwrap().code, "unchanged");
        if size % 2 == 0 {
            // All that counts is on the disk.
            drop(mirror);
            mirror = open(&disk).unwrap();
            assert_eq!(mirror.size(), held);
        }
    }
    // What a verifier says of the copy.
    let report = world::verify(&shown(&disk), Vec::new()).unwrap();
    assert_eq!(report.problems, Vec::new());
    assert_eq!(report.size, 690);
}

#[test]
fn a_ledger_whose_keys_were_rotated_is_copied_from_nothing() {
    let disk = SimDisk::new(1);
    let mut mirror = open(&disk).unwrap();
    assert_eq!(follow(&mut mirror, at(700)).unwrap().code, "advanced");
    assert_same(&disk, &at(700));
}

#[test]
fn nothing_is_fetched_twice_in_the_usual_case() {
    let disk = SimDisk::new(1);
    let mut mirror = mirror_of(&disk, rotated());
    let mut source = origin(at(700));
    mirror.follow(&mut source).unwrap();
    let bundles = source.asked.iter().filter(|path| path.contains("entries")).count();
    assert_eq!(bundles, 3 - rotated() / 256, "{:?}", source.asked);
}

#[test]
fn an_older_checkpoint_is_stale_and_is_kept_as_a_rollback() {
    let disk = SimDisk::new(1);
    let mut mirror = mirror_of(&disk, 300);
    let before = shown(&disk);
    for size in [1, 256, 299] {
        let round = follow(&mut mirror, at(size)).unwrap();
        assert_eq!((round.code, round.to, round.shown), ("stale", 300, size as u64));
        let [problem] = round.problems.as_slice() else { panic!("{:?}", round.problems) };
        assert_eq!((problem.code, problem.size), ("rolled-back", Some(size as u64)));
        let file = disk.read(problem.evidence.as_ref().unwrap(), 1 << 20).unwrap();
        let behind = accord_ledger::check::rollback(&file, &world().id).unwrap();
        assert_eq!((behind.smaller.size, behind.larger.size), (size as u64, 300));
    }
    assert_eq!(shown(&disk), before);
    // The same again is the same file; and across a rotation of the keys.
    let kept = found::kept(&disk).unwrap().len();
    follow(&mut mirror, at(1)).unwrap();
    assert_eq!(found::kept(&disk).unwrap().len(), kept);
    follow(&mut mirror, at(700)).unwrap();
    let round = follow(&mut mirror, at(rotated() - 1)).unwrap();
    let file = disk.read(round.problems[0].evidence.as_ref().unwrap(), 1 << 20).unwrap();
    assert_eq!(accord_ledger::check::rollback(&file, &world().id).unwrap().larger.size, 700);
}

#[test]
fn cosignatures_that_come_later_are_taken_over() {
    let disk = SimDisk::new(1);
    let mut mirror = mirror_of(&disk, 300);
    let mut files = at(300);
    let note = SignedCheckpoint::parse(files.get("public/checkpoint")).unwrap();
    let witness = accord_format::cosignature::CosignerSigner::from_seed(
        "witness.example/w",
        accord_format::cosignature::Algorithm::Ed25519,
        &[8; 32],
    )
    .unwrap();
    let line = witness.cosign(note.checkpoint(), 5).unwrap();
    files.put("public/checkpoint", note.with_signatures(&[line]).unwrap().to_text().into_bytes());
    assert_eq!(follow(&mut mirror, files.clone()).unwrap().code, "unchanged");
    assert_same(&disk, &files);
    // They stay when the origin no longer shows them.
    assert_eq!(follow(&mut mirror, at(300)).unwrap().code, "unchanged");
    assert_same(&disk, &files);
}

#[test]
fn a_directory_is_read_with_and_without_public() {
    let home = tempfile::tempdir().unwrap();
    at(300).save(&home.path().join("ledger"));
    for path in ["ledger", "ledger/public"] {
        let disk = SimDisk::new(1);
        let mut mirror = open(&disk).unwrap();
        let mut source = Dir::new(&home.path().join(path));
        assert_eq!(mirror.follow(&mut source).unwrap().to, 300);
    }
    let mut gone = Dir::new(Path::new("/no/such/place"));
    let why = gone.fetch("checkpoint", 10).unwrap_err().to_string();
    assert!(why.contains("no such directory"), "{why}");
}

#[test]
fn the_ledger_is_pinned_by_its_id() {
    let disk = SimDisk::new(1);
    let mut mirror = open(&disk).unwrap();
    let other = world::World::build("ledger.example/mirrored-too", 60);
    let problem = found(follow(&mut mirror, other.files.clone()));
    assert_eq!(problem.code, "other-ledger");
    // The same origin line over another genesis.
    let mut files = other.files.clone();
    let note = crate::forge::checkpoint(
        &other.entries,
        &world().origin,
        &[&world::key(&world().origin, 2)],
    );
    files.put("public/checkpoint", note.into_bytes());
    let problem = found(follow(
        &mut mirror,
        crate::forge::public(
            &other.entries,
            std::str::from_utf8(files.get("public/checkpoint")).unwrap(),
        ),
    ));
    assert_eq!(problem.code, "entry-wrong");
    assert!(problem.detail.contains("founds the ledger"), "{}", problem.detail);
    assert_eq!(mirror.size(), 0);
    drop(mirror);
    let shared: Arc<dyn Disk> = Arc::new(disk);
    let wrong = accord_mirror::mirror::Mirror::open(shared, setup(other.id)).unwrap_err();
    assert_eq!(wrong.code(), "other-ledger");
}
