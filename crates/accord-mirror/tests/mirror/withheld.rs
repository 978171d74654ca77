//! What is signed and not shown, or shown and not what was signed: each file in turn.

use crate::files::Files;
use crate::kit::*;
use crate::world::key;
use accord_format::checkpoint::SignedCheckpoint;
use accord_mirror::found;
use accord_store::disk::{Disk, SimDisk};

/// A file of the origin, spoilt in one way.
fn spoilt(files: &Files, path: &str, how: &str) -> Files {
    match how {
        "missing" => {
            let mut files = files.clone();
            files.remove(path);
            files
        }
        "flipped" => files.with(path, |bytes| {
            let at = bytes.len() / 2;
            bytes[at] ^= 1;
        }),
        "cut" => files.with(path, |bytes| bytes.truncate(bytes.len() / 2)),
        "longer" => files.with(path, |bytes| bytes.extend_from_slice(b"xy")),
        _ => files.with(path, Vec::clear),
    }
}

#[test]
fn no_bundle_is_taken_that_is_not_as_it_was_signed() {
    let whole = at(700);
    let held = rotated();
    let first = held / 256;
    for index in first..3 {
        let name = if index == 2 { "002.p/188".to_owned() } else { format!("{index:03}") };
        let path = format!("public/tile/entries/{name}");
        for how in ["missing", "flipped", "cut", "longer", "empty"] {
            let disk = SimDisk::new(1);
            let mut mirror = mirror_of(&disk, held);
            let before = shown(&disk);
            let problem = found(follow(&mut mirror, spoilt(&whole, &path, how)));
            let expected: &[&str] = match how {
                "missing" => &["bundle-missing"],
                "flipped" => &["entry-wrong", "entry-changed", "root-wrong"],
                _ => &["bundle-malformed", "root-wrong"],
            };
            assert!(expected.contains(&problem.code), "{path} {how}: {problem}");
            assert_eq!(problem.size, Some(700));
            assert_eq!(mirror.size(), held as u64);
            let checkpoint = "public/checkpoint";
            assert_eq!(shown(&disk).get(checkpoint), before.get(checkpoint), "{path} {how}");
            // The evidence: what was asked, under which checkpoint, and what came.
            let report = problem.evidence.unwrap();
            let told: serde_json::Value =
                serde_json::from_slice(&disk.read(&report, 1 << 20).unwrap()).unwrap();
            assert_eq!(told["code"], problem.code);
            let stem = report.strip_suffix(".json").unwrap();
            let note = disk.read(&format!("{stem}.checkpoint"), 1 << 20).unwrap();
            assert_eq!(SignedCheckpoint::parse(&note).unwrap().checkpoint().size, 700);
            if problem.code != "root-wrong" && how != "missing" {
                assert_eq!(told["asked"], path.strip_prefix("public/").unwrap());
                let came = disk.read(&format!("{stem}.answer"), 1 << 30).unwrap();
                assert_eq!(came, spoilt(&whole, &path, how).get(&path));
            }
            // The same again is not kept again; and what was right then is taken.
            let kept = found::kept(&disk).unwrap();
            found(follow(&mut mirror, spoilt(&whole, &path, how)));
            assert_eq!(found::kept(&disk).unwrap(), kept);
            assert_eq!(follow(&mut mirror, whole.clone()).unwrap().code, "advanced");
        }
    }
}

#[test]
fn wrong_hash_tiles_are_reported_and_do_not_stop_the_copy() {
    let whole = at(700);
    for path in ["0/000", "0/001", "0/002.p/188", "1/000.p/2"] {
        let path = format!("public/tile/{path}");
        for how in ["missing", "flipped", "cut", "longer", "empty"] {
            let disk = SimDisk::new(1);
            let mut mirror = open(&disk).unwrap();
            let round = follow(&mut mirror, spoilt(&whole, &path, how)).unwrap();
            let [problem] = &round.problems[..] else { panic!("{path} {how}: {round:?}") };
            let expected = match how {
                "missing" => "tile-missing",
                "flipped" => "tile-wrong",
                _ => "tile-malformed",
            };
            assert_eq!(problem.code, expected, "{path} {how}");
            assert_eq!(problem.path.as_deref(), path.strip_prefix("public/"));
            assert!(problem.evidence.is_some());
            assert_eq!(round.to, 700);
            // Our own are made of the entries.
            assert_eq!(shown(&disk).get(&path), whole.get(&path));
        }
    }
}

#[test]
fn a_checkpoint_counts_only_under_the_keys_in_force() {
    let entries = &world().entries;
    let origin = &world().origin;
    let signed = |size: usize, seed: u8| {
        let signer = key(origin, seed);
        crate::forge::public(
            &entries[..size],
            &crate::forge::checkpoint(&entries[..size], origin, &[&signer]),
        )
    };
    for (held, size, seed) in [
        (0, 300, 9),
        (300, 500, 9),
        // The old key, after the rotation; the new one, before it.
        (0, rotated(), 2),
        (rotated() - 1, rotated(), 2),
        (0, rotated() - 1, 3),
        (rotated() + 5, rotated() - 1, 3),
    ] {
        let disk = SimDisk::new(1);
        let mut mirror = mirror_of(&disk, held);
        let problem = found(follow(&mut mirror, signed(size, seed)));
        assert_eq!(problem.code, "checkpoint-unsigned", "{held} {size} {seed}: {problem}");
        assert_eq!(mirror.size(), held as u64);
        assert_eq!(found::forks(&disk).unwrap(), Vec::<String>::new());
    }
}

#[test]
fn what_nobody_signed_is_not_written() {
    let disk = SimDisk::new(1);
    let mut mirror = mirror_of(&disk, 200);
    let signer = key(&world().origin, 9);
    let note = crate::forge::checkpoint(&world().entries, &world().origin, &[&signer]);
    found(follow(&mut mirror, crate::forge::public(&world().entries, &note)));
    assert!(!shown(&disk).has("public/tile/entries/000"), "{:?}", disk.files());
}

#[test]
fn no_checkpoint_is_no_ledger() {
    let whole = at(300);
    for (how, code) in [
        ("missing", "checkpoint-missing"),
        ("cut", "checkpoint-malformed"),
        ("empty", "checkpoint-malformed"),
    ] {
        let disk = SimDisk::new(1);
        let mut mirror = mirror_of(&disk, 100);
        let problem = found(follow(&mut mirror, spoilt(&whole, "public/checkpoint", how)));
        assert_eq!(problem.code, code);
        assert_eq!(mirror.size(), 100);
    }
}

#[test]
fn evidence_is_bounded() {
    let disk = SimDisk::new(1);
    let mut mirror = mirror_of(&disk, 100);
    for n in 0..80_u32 {
        let mut files = at(300);
        files.put("public/checkpoint", format!("rubbish {n}").into_bytes());
        found(follow(&mut mirror, files));
    }
    let kept = found::kept(&disk).unwrap();
    assert_eq!(kept.iter().filter(|name| name.strip_suffix(".json").is_some()).count(), 64);
}

#[test]
fn each_step_of_a_long_way_is_proved_before_it_is_written() {
    let small_steps = |disk: &SimDisk| {
        let shared: std::sync::Arc<dyn Disk> = std::sync::Arc::new(disk.clone());
        let setup = accord_mirror::mirror::Setup { step: 1, ..setup(world().id) };
        accord_mirror::mirror::Mirror::open(shared, setup).unwrap()
    };
    let disk = SimDisk::new(1);
    assert_eq!(follow(&mut small_steps(&disk), at(700)).unwrap().to, 700);
    for path in at(700).paths().filter(|path| path.contains("tile")) {
        assert_eq!(shown(&disk).get(path), at(700).get(path), "{path}");
    }
    // The bundles of another history, well formed and chained, under the checkpoint and the tiles of
    // this one.
    let mut links = crate::forge::links(&world().entries[..700]);
    links.remove(100);
    let other = crate::forge::public(&crate::forge::chain(&links), &note(&world().entries[..700]));
    let mut files = at(700);
    for index in ["000", "001"] {
        let path = format!("public/tile/entries/{index}");
        files.put(&path, other.get(&path).to_vec());
    }
    let disk = SimDisk::new(2);
    let problem = found(follow(&mut small_steps(&disk), files));
    assert_eq!(problem.code, "root-wrong", "{problem}");
    assert!(!shown(&disk).has("public/tile/entries/000"));
}
