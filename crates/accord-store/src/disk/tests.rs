//! Both disks keep the same contract; the simulated one loses what it may and nothing else.

use super::sim::Stop;
use super::*;
use std::collections::BTreeSet;

fn write(disk: &dyn Disk, path: &str, bytes: &[u8]) -> DiskResult<()> {
    let mut file = disk.create(path, Access::Public)?;
    file.append(bytes)?;
    file.sync_data()
}

fn contract(disk: &dyn Disk) {
    assert_eq!(disk.kind("a").unwrap(), None);
    assert!(disk.read("a", 9).unwrap_err().is_not_found());
    assert!(disk.len("a").unwrap_err().is_not_found());
    assert!(disk.open_append("a").unwrap_err().is_not_found());
    assert!(disk.remove_file("a").unwrap_err().is_not_found());
    assert!(disk.create("dir/a", Access::Public).unwrap_err().is_not_found());

    disk.create_dir("dir", Access::Private).unwrap();
    assert!(disk.create_dir("dir", Access::Private).is_err());
    assert_eq!(disk.kind("dir").unwrap(), Some(Kind::Dir));
    write(disk, "dir/b", b"0123456789").unwrap();
    write(disk, "dir/a", b"").unwrap();
    assert_eq!(disk.list("dir").unwrap(), ["a", "b"]);
    assert!(disk.create("dir/b", Access::Public).is_err(), "creating never opens what is there");
    assert_eq!(disk.len("dir/b").unwrap(), 10);
    assert_eq!(disk.read("dir/b", 10).unwrap(), b"0123456789");
    assert!(disk.read("dir/b", 9).unwrap_err().is_too_large());
    assert!(disk.read("dir", 9).is_err());
    assert_eq!(disk.read_at("dir/b", 3, 4).unwrap(), b"3456");
    assert!(disk.read_at("dir/b", 7, 4).is_err());
    assert!(disk.read_at("dir/b", u64::MAX, 1).is_err());

    assert!(disk.open_read("dir/c").unwrap_err().is_not_found());
    assert!(disk.open_read("dir").is_err());
    let reader = disk.open_read("dir/b").unwrap();
    assert_eq!(reader.read_at(3, 4).unwrap(), b"3456");
    assert_eq!(reader.read_at(0, 0).unwrap(), b"");
    for (offset, len) in [(7, 4), (10, 1), (u64::MAX, 1)] {
        assert!(reader.read_at(offset, len).is_err());
    }

    let mut file = disk.open_append("dir/b").unwrap();
    file.append(b"x").unwrap();
    assert_eq!(reader.read_at(9, 2).unwrap(), b"9x");
    disk.rename("dir/b", "dir/a").unwrap();
    // The handle goes with the file.
    file.append(b"y").unwrap();
    file.sync_data().unwrap();
    disk.sync_dir("dir").unwrap();
    disk.sync_dir("").unwrap();
    assert_eq!(disk.list("dir").unwrap(), ["a"]);
    assert_eq!(disk.read("dir/a", 99).unwrap(), b"0123456789xy");
    assert!(disk.rename("dir/b", "dir/c").is_err());

    assert!(disk.remove_dir("dir").is_err(), "not empty");
    disk.remove_file("dir/a").unwrap();
    assert_eq!(reader.read_at(0, 12).unwrap(), b"0123456789xy");
    disk.remove_dir("dir").unwrap();
    assert!(disk.list("dir").unwrap_err().is_not_found());

    let lock = disk.try_lock("lock").unwrap();
    assert!(disk.try_lock("lock").unwrap_err().is_locked());
    drop(lock);
    drop(disk.try_lock("lock").unwrap());
    for path in ["../a", "/a", "a/../b", "a//b", ".", "a/", "a\0b"] {
        assert!(
            disk.read(path, 9).is_err() && disk.create(path, Access::Public).is_err(),
            "{path}"
        );
    }
}

#[test]
fn both_disks_keep_the_contract() {
    let dir = tempfile::tempdir().unwrap();
    contract(&RealDisk::new(dir.path()));
    contract(&SimDisk::new(0));
}

/// What `path` holds after a stop, over many seeds.
fn outcomes(stop: Stop, prepare: impl Fn(&SimDisk)) -> BTreeSet<Option<Vec<u8>>> {
    (0..200)
        .map(|seed| {
            let disk = SimDisk::new(seed);
            prepare(&disk);
            disk.restart(stop);
            disk.read("file", 9999).ok()
        })
        .collect()
}

#[test]
fn what_is_synced_survives() {
    for stop in [Stop::Kill, Stop::PowerCut] {
        let found = outcomes(stop, |disk| {
            write(disk, "file", b"synced").unwrap();
            disk.sync_dir("").unwrap();
        });
        assert_eq!(found, BTreeSet::from([Some(b"synced".to_vec())]));
    }
}

#[test]
fn what_is_not_synced_may_be_lost_in_any_part() {
    let long = [vec![b'1'; 512], vec![b'2'; 512], vec![b'3'; 100]].concat();
    let prepare = |disk: &SimDisk| {
        write(disk, "file", b"").unwrap();
        disk.sync_dir("").unwrap();
        disk.open_append("file").unwrap().append(&long).unwrap();
    };
    let found = outcomes(Stop::PowerCut, prepare);
    assert!(found.contains(&Some(Vec::new())) && found.contains(&Some(long.clone())));
    // The second sector there and the first lost: writes are reordered.
    let reordered = |bytes: &[u8]| bytes.len() > 1000 && bytes[0] == 0 && bytes[600] == b'2';
    assert!(found.iter().flatten().any(|bytes| reordered(bytes)));
    // A killed process loses nothing of it.
    assert_eq!(outcomes(Stop::Kill, prepare), BTreeSet::from([Some(long.clone())]));
}

#[test]
fn a_name_is_durable_only_with_its_directory() {
    let made = outcomes(Stop::PowerCut, |disk| write(disk, "file", b"x").unwrap());
    assert_eq!(made, BTreeSet::from([None, Some(b"x".to_vec())]));
    let moved = outcomes(Stop::PowerCut, |disk| {
        write(disk, "file", b"old").unwrap();
        disk.sync_dir("").unwrap();
        write(disk, "temp", b"new").unwrap();
        disk.rename("temp", "file").unwrap();
    });
    // The old one or the new one, never neither.
    assert_eq!(moved, BTreeSet::from([Some(b"old".to_vec()), Some(b"new".to_vec())]));
    let removed = outcomes(Stop::PowerCut, |disk| {
        write(disk, "file", b"x").unwrap();
        disk.sync_dir("").unwrap();
        disk.remove_file("file").unwrap();
    });
    assert_eq!(removed, BTreeSet::from([None, Some(b"x".to_vec())]));
}

#[test]
fn after_a_failed_sync_the_cache_may_lie() {
    let found = outcomes(Stop::PowerCut, |disk| {
        write(disk, "file", b"").unwrap();
        disk.sync_dir("").unwrap();
        let mut file = disk.open_append("file").unwrap();
        file.append(b"given up").unwrap();
        disk.fail_at(&[disk.calls()]);
        assert!(file.sync_data().is_err());
        assert_eq!(disk.read("file", 99).unwrap(), b"given up");
        // Trying again reports success, and proves nothing.
        file.sync_data().unwrap();
    });
    assert_eq!(found, BTreeSet::from([Some(vec![0; 8]), Some(b"given up".to_vec())]));
}

#[test]
fn a_stopped_machine_answers_nothing_until_it_is_started() {
    let disk = SimDisk::new(3);
    write(&disk, "file", b"x").unwrap();
    let mut file = disk.open_append("file").unwrap();
    let lock = disk.try_lock("lock").unwrap();
    disk.crash_at(Some(disk.calls()));
    assert!(file.append(b"y").is_err());
    assert!(disk.read("file", 9).is_err());
    assert_eq!(disk.crashed(), Some((Operation::Append, "file".to_owned())));
    disk.restart(Stop::Kill);
    assert!(disk.read("file", 9).is_ok());
    assert!(file.append(b"z").is_err(), "a handle from before");
    let again = disk.try_lock("lock").unwrap();
    drop(lock);
    assert!(disk.try_lock("lock").is_err(), "a guard from before releases nothing");
    drop(again);
}

#[test]
fn chosen_calls_fail_with_either_error() {
    let mut kinds = BTreeSet::new();
    for seed in 0..20 {
        let disk = SimDisk::new(seed);
        disk.fail_at(&[1]);
        let mut file = disk.create("file", Access::Public).unwrap();
        let error = file.append(&[7; 100]).unwrap_err();
        kinds.insert(format!("{:?}", error.source.kind()));
        assert_eq!((disk.failures(), error.operation), (1, Operation::Append));
        assert!(disk.len("file").unwrap() <= 100);
        file.append(b"more").unwrap();
    }
    assert_eq!(kinds.len(), 2, "{kinds:?}");
}
