//! A damaged ledger, put right from a mirror.

use crate::files::Files;
use crate::kit::*;
use crate::world;
use accord_format::cosignature::{Algorithm, CosignerSigner};
use accord_mirror::repair::{Options, RepairError, Repaired, repair};
use accord_store::disk::sim::Stop;
use accord_store::disk::{Access, Disk, SimDisk};
use accord_store::layout::TAIL;
use std::sync::Arc;

/// The ledger's own directory on a disk.
fn disk_of(files: &Files) -> SimDisk {
    let disk = SimDisk::new(1);
    disk.create_dir("private", Access::Private).unwrap();
    for path in files.paths() {
        let parts: Vec<&str> = path.split('/').collect();
        for depth in 1..parts.len() {
            let dir = parts[..depth].join("/");
            if disk.kind(&dir).unwrap().is_none() {
                disk.create_dir(&dir, Access::Public).unwrap();
            }
        }
        let mut file = disk.create(path, Access::Public).unwrap();
        file.append(files.get(path)).unwrap();
        file.sync_data().unwrap();
    }
    for path in files.paths() {
        for (at, _) in path.match_indices('/') {
            disk.sync_dir(&path[..at]).unwrap();
        }
    }
    disk.sync_dir("").unwrap();
    disk
}

fn files_on(disk: &SimDisk) -> Files {
    let mut files = Files::default();
    for path in disk.files() {
        files.put(&path, disk.read(&path, 1 << 30).unwrap());
    }
    files.remove("private/lock");
    files.remove("mirror/lock");
    files
}

/// The ledger as it was closed, without what is no part of the record.
fn whole() -> Files {
    let mut files = world().files.clone();
    files.remove("private/lock");
    files
}

fn run(disk: &SimDisk, mirror: Files, cut_tail: bool) -> Result<Repaired, RepairError> {
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    repair(shared, &mut origin(mirror), Options { ledger: world().id, cut_tail })
}

fn broken(files: &Files, path: &str, how: usize) -> Files {
    let mut files = files.clone();
    match how {
        0 => files.remove(path),
        1 => files = files.with(path, |bytes| bytes[0] ^= 4),
        2 => files = files.with(path, |bytes| bytes.truncate(bytes.len() / 2)),
        _ => files = files.with(path, |bytes| bytes.extend_from_slice(b"more")),
    }
    files
}

#[test]
fn what_is_right_is_left_as_it_is() {
    let disk = disk_of(&whole());
    for mirror in [700, 600, 256, 1] {
        let repaired = run(&disk, at(mirror), true).unwrap();
        assert_eq!((repaired.files, repaired.aside), (vec![], None), "{mirror}");
        assert_eq!(files_on(&disk), whole());
    }
}

#[test]
fn every_public_file_is_put_right() {
    // What the published checkpoint asks for; files of older ones are nobody's loss.
    let asked = at(700);
    let paths: Vec<&str> = asked.paths().filter(|path| whole().has(path)).collect();
    assert!(paths.len() >= 7, "{paths:?}");
    for path in paths {
        for how in 0..4 {
            let disk = disk_of(&broken(&whole(), path, how));
            let repaired = run(&disk, at(700), false).unwrap();
            assert_eq!(
                (&repaired.files, &repaired.left),
                (&vec![path.to_owned()], &vec![]),
                "{how}"
            );
            assert_eq!(repaired.size, 700);
            if path == "public/checkpoint" {
                let report = world::verify(&files_on(&disk), Vec::new()).unwrap();
                assert_eq!(report.problems, Vec::new());
            } else {
                assert_eq!(files_on(&disk), whole(), "{path} {how}");
            }
        }
    }
}

#[test]
fn a_whole_public_directory_is_made_anew() {
    let mut files = whole();
    for path in whole().paths().filter(|path| path.starts_with("public/")) {
        files.remove(path);
    }
    let disk = disk_of(&files);
    run(&disk, at(700), false).unwrap();
    for path in at(700).paths() {
        assert_eq!(files_on(&disk).get(path), at(700).get(path), "{path}");
    }
}

#[test]
fn a_damaged_tail_is_cut_only_when_that_is_asked_for() {
    for how in 0..2 {
        for (mirror, path) in [(700, TAIL), (600, TAIL)] {
            let damaged = broken(&whole(), path, how);
            let disk = disk_of(&damaged);
            let repaired = run(&disk, at(mirror), false).unwrap();
            assert!(repaired.left[0].contains("--cut-tail"), "{:?}", repaired.left);
            assert_eq!(files_on(&disk), damaged, "nothing else was wrong");
        }
        let damaged = broken(&whole(), TAIL, how);
        let disk = disk_of(&damaged);
        let repaired = run(&disk, at(700), true).unwrap();
        assert_eq!(repaired.size, 700);
        assert!(repaired.files.contains(&TAIL.to_owned()));
        let files = files_on(&disk);
        let report = world::verify(&files, Vec::new()).unwrap();
        assert_eq!((report.size, report.problems), (700, Vec::new()));
        match repaired.aside {
            Some(aside) => assert_eq!(files.get(&aside), damaged.get(TAIL)),
            None => assert_eq!(how, 0),
        }
    }
}

#[test]
fn entries_that_only_the_mirror_has_come_back() {
    // A backup of 300 entries, and a mirror that went on to 700.
    let old = crate::forge::directory(
        &world().entries[..300],
        &world().origin,
        &[&world::key(&world().origin, if 300 >= rotated() { 3 } else { 2 })],
    );
    let disk = disk_of(&old);
    let repaired = run(&disk, at(700), false).unwrap();
    assert_eq!((repaired.size, repaired.left), (700, vec![]));
    let reader = accord_store::Reader::open(Arc::new(disk.clone())).unwrap();
    assert_eq!(reader.size(), 700);
    let entries = (0..700).map(|seq| reader.view().entry(seq).unwrap());
    assert!(entries.eq(world().entries[..700].iter().cloned()));
    let report = world::verify(&files_on(&disk), Vec::new()).unwrap();
    assert_eq!(report.problems, Vec::new());
}

#[test]
fn a_mirror_is_put_right_from_another() {
    let disk = SimDisk::new(1);
    drop(mirror_of(&disk, 700));
    let before = files_on(&disk);
    for path in at(700).paths() {
        disk.remove_file(path).unwrap();
        run(&disk, at(700), false).unwrap();
        if path != "public/checkpoint" {
            assert_eq!(files_on(&disk), before, "{path}");
        }
        open(&disk).unwrap();
        disk.overwrite("public/checkpoint", before.get("public/checkpoint"));
    }
}

#[test]
fn another_history_repairs_nothing() {
    let mut links = crate::forge::links(&world().entries);
    links.remove(40);
    let other = public(&crate::forge::chain(&links));
    let damaged = broken(&whole(), "public/tile/entries/000", 1);
    let disk = disk_of(&damaged);
    let error = run(&disk, other, true).unwrap_err();
    assert!(matches!(error, RepairError::Contradiction { .. }), "{error}");
    assert_eq!(files_on(&disk), damaged);
    // With the ledger's own bundles behind the mirror's lost, nothing ties the two.
    let lost = broken(&whole(), "public/tile/entries/001", 0);
    let disk_lost = disk_of(&lost);
    let error = run(&disk_lost, at(100), true).unwrap_err();
    assert!(matches!(error, RepairError::Unproven { .. }), "{error}");
    assert_eq!(files_on(&disk_lost), lost);
    // A mirror whose own files are wrong.
    for path in ["public/tile/entries/000", "public/tile/entries/002.p/188", "public/checkpoint"] {
        assert!(run(&disk, broken(&at(700), path, 1), true).is_err(), "{path}");
        assert_eq!(files_on(&disk), damaged);
    }
}

/// What met its quorum, with a line of a witness.
fn met(size: usize) -> Vec<u8> {
    let witness = CosignerSigner::from_seed("witness.example/w", Algorithm::Ed25519, &[8; 32]);
    let line = witness.unwrap().cosign(head(size).checkpoint(), 5).unwrap();
    head(size).with_signatures(&[line]).unwrap().to_text().into_bytes()
}

const MET: [usize; 3] = [40, 400, 700];

/// These files with those of `witnessed/`.
fn witnessed(mut files: Files) -> Files {
    for size in MET {
        files.put(&format!("public/witnessed/{size}"), met(size));
    }
    files
}

#[test]
fn checkpoints_that_met_their_quorum_come_back() {
    let ours = witnessed(whole());
    assert_eq!(
        run(&disk_of(&ours), witnessed(at(700)), false).unwrap().files,
        Vec::<String>::new()
    );
    for size in MET {
        let path = format!("public/witnessed/{size}");
        for how in 0..4 {
            let disk = disk_of(&broken(&ours, &path, how));
            let repaired = run(&disk, witnessed(at(700)), false).unwrap();
            assert_eq!((&repaired.files, &repaired.left), (&vec![path.clone()], &vec![]), "{how}");
            assert_eq!(files_on(&disk), ours, "{path} {how}");
        }
        // Signed and of another size, or signed by somebody else.
        let other = crate::forge::checkpoint(
            &world().entries[..size],
            &world().origin,
            &[&world::key(&world().origin, 66)],
        );
        for wrong in [met(if size == 40 { 41 } else { 40 }), other.into_bytes()] {
            let mut damaged = ours.clone();
            damaged.put(&path, wrong);
            let disk = disk_of(&damaged);
            run(&disk, witnessed(at(700)), false).unwrap();
            assert_eq!(files_on(&disk), ours, "{path}");
        }
        // A mirror that has none, or something else, puts nothing right.
        let damaged = broken(&ours, &path, 1);
        let mut without = witnessed(at(700));
        without.remove(&path);
        let mut false_one = witnessed(at(700));
        false_one.put(&path, met(1));
        for mirror in [without, false_one] {
            let disk = disk_of(&damaged);
            let repaired = run(&disk, mirror, false).unwrap();
            assert!(repaired.left[0].starts_with(&path), "{:?}", repaired.left);
            assert_eq!(files_on(&disk), damaged);
        }
    }
    // One that is signed and of another history: nothing is written.
    let mut forked = broken(&ours, "public/tile/entries/000", 1);
    let other = note(&other_history(300, 400)).into_bytes();
    forked.put("public/witnessed/400", other);
    let disk = disk_of(&forked);
    let error = run(&disk, witnessed(at(700)), true).unwrap_err();
    assert!(error.to_string().contains("public/witnessed/400"), "{error}");
    assert_eq!(files_on(&disk), forked);
}

/// Much at once: files of every kind gone or wrong, and the tail cut off.
fn wreck() -> Files {
    let mut files = witnessed(whole());
    for (path, how) in [
        ("public/tile/entries/000", 0),
        ("public/tile/entries/002.p/188", 1),
        ("public/tile/0/001", 2),
        ("public/tile/1/000.p/2", 3),
        ("public/witnessed/40", 0),
        ("public/witnessed/400", 2),
        ("public/checkpoint", 1),
        (TAIL, 2),
    ] {
        files = broken(&files, path, how);
    }
    files
}

#[track_caller]
fn assert_put_right(disk: &SimDisk) {
    let files = files_on(disk);
    let report = world::verify(&files, Vec::new()).unwrap();
    assert_eq!((report.size, report.problems), (700, Vec::new()));
    for path in witnessed(at(700)).paths() {
        assert_eq!(files.get(path), witnessed(at(700)).get(path), "{path}");
    }
}

#[test]
fn a_repair_may_be_cut_off_anywhere_and_run_again() {
    let seed = 11;
    let wrecked = disk_of(&wreck());
    let calls = wrecked.calls();
    let steps = {
        let disk = wrecked.fork(seed);
        run(&disk, witnessed(at(700)), true).unwrap();
        let steps = disk.calls() - calls;
        assert_put_right(&disk);
        steps
    };
    assert!(steps > 60, "{steps}");
    for stop in [Stop::Kill, Stop::PowerCut] {
        for call in 0..steps {
            let disk = wrecked.fork(seed + call);
            disk.crash_at(Some(disk.calls() + call));
            let done = run(&disk, witnessed(at(700)), true).is_ok();
            if disk.crashed().is_none() {
                continue;
            }
            disk.crash_at(None);
            disk.restart(stop);
            if done {
                assert_put_right(&disk);
            }
            run(&disk, witnessed(at(700)), true).unwrap();
            disk.restart(Stop::PowerCut);
            assert_put_right(&disk);
        }
    }
    // A single operation that fails is told of, and the next attempt succeeds.
    for call in 0..steps {
        let disk = wrecked.fork(seed);
        disk.fail_at(&[disk.calls() + call]);
        let outcome = run(&disk, witnessed(at(700)), true);
        assert!(!matches!(outcome, Err(RepairError::Contradiction { .. })), "{call}");
        run(&disk, witnessed(at(700)), true).unwrap();
        assert_put_right(&disk);
    }
}
