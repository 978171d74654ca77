//! Crashes and failures at every file operation: a mirror never shows, nor cosigns, more than it has.

use crate::kit::*;
use crate::world;
use accord_mirror::mirror::FollowError;
use accord_store::disk::SimDisk;
use accord_store::disk::sim::Stop;

/// From one full bundle to two and the keys rotated between.
const FROM: usize = 250;
const TO: usize = 530;

/// What is shown is whole, whatever happened.
#[track_caller]
fn assert_whole(disk: &SimDisk, sizes: &[u64]) {
    let files = shown(disk);
    if files.has("public/checkpoint") {
        let report = world::verify(&files, Vec::new()).unwrap();
        let damage = report.problems.iter().filter(|p| p.code != "file-unexpected");
        assert_eq!(damage.count(), 0, "{:?}", report.problems);
        assert!(sizes.contains(&report.size), "{}", report.size);
    }
}

#[test]
fn a_crash_at_any_operation_leaves_a_whole_copy() {
    let seed = 7;
    let disk = SimDisk::new(seed);
    drop(mirror_of(&disk, FROM));
    let calls = disk.calls();
    let steps = {
        let disk = disk.fork(seed);
        follow(&mut open(&disk).unwrap(), at(TO)).unwrap();
        disk.calls() - calls
    };
    assert!(steps > 40, "{steps}");
    for stop in [Stop::Kill, Stop::PowerCut] {
        for call in 0..steps {
            let disk = disk.fork(seed + call);
            disk.crash_at(Some(disk.calls() + call));
            let done = open(&disk).ok().map(|mut mirror| follow(&mut mirror, at(TO)));
            if disk.crashed().is_none() {
                continue;
            }
            disk.crash_at(None);
            disk.restart(stop);
            let sizes: &[u64] = match done {
                Some(Ok(_)) => &[TO as u64],
                _ => &[FROM as u64, TO as u64],
            };
            assert_whole(&disk, sizes);
            let mut mirror = open(&disk).unwrap();
            assert!(sizes.contains(&mirror.size()), "{call} {}", mirror.size());
            follow(&mut mirror, at(TO)).unwrap();
            drop(mirror);
            disk.restart(Stop::PowerCut);
            assert_whole(&disk, &[TO as u64]);
        }
    }
}

#[test]
fn any_single_operation_may_fail() {
    let disk = SimDisk::new(3);
    drop(mirror_of(&disk, FROM));
    let calls = disk.calls();
    let steps = {
        let disk = disk.fork(3);
        follow(&mut open(&disk).unwrap(), at(TO)).unwrap();
        disk.calls() - calls
    };
    for call in 0..steps {
        let disk = disk.fork(3);
        disk.fail_at(&[disk.calls() + call]);
        let outcome = open(&disk).map(|mut mirror| follow(&mut mirror, at(TO)));
        if let Ok(Err(error)) = &outcome {
            assert!(matches!(error, FollowError::Store(_)), "{call}: {error}");
        }
        drop(outcome);
        assert_whole(&disk, &[FROM as u64, TO as u64]);
        let mut mirror = open(&disk).unwrap();
        follow(&mut mirror, at(TO)).unwrap();
        assert_whole(&disk, &[TO as u64]);
    }
}
