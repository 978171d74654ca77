//! A head that waits for its quorum: copied and cosigned, and not shown as published before it is.

use crate::kit::*;
use crate::world;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::cosignature::{Algorithm, CosignerSigner};
use accord_ledger::check;
use accord_store::disk::{Disk, SimDisk};

fn note_at(disk: &SimDisk, path: &str) -> SignedCheckpoint {
    SignedCheckpoint::parse(shown(disk).get(path)).unwrap()
}

fn ahead(disk: &SimDisk) -> SignedCheckpoint {
    SignedCheckpoint::parse(&disk.read("mirror/checkpoint", 1 << 20).unwrap()).unwrap()
}

fn is_cosigned(note: &SignedCheckpoint) -> bool {
    cosigners().iter().all(|key| {
        let mut lines = note.note().signatures().iter();
        lines.any(|line| key.vkey().verify(note.checkpoint(), line).is_some())
    })
}

fn witness() -> CosignerSigner {
    CosignerSigner::from_seed("witness.example/w", Algorithm::Ed25519, &[8; 32]).unwrap()
}

#[test]
fn what_waits_is_held_beside_what_is_published() {
    // Within a bundle; over its end, so that the full file takes the partial one's place; and over a
    // rotation of the keys.
    for (published, size) in [(250, 252), (250, 256), (250, 300), (300, 600), (1, 700)] {
        let disk = SimDisk::new(1);
        let mut mirror = mirror_of(&disk, published);
        let round = follow(&mut mirror, waiting(published, size)).unwrap();
        assert_eq!((round.code, round.problems), ("advanced", Vec::new()), "{published} {size}");
        assert_eq!((round.to, round.shown), (size as u64, published as u64));
        let (old, new) = (note_at(&disk, "public/checkpoint"), ahead(&disk));
        assert_eq!((old.checkpoint().size, new.checkpoint().size), (published as u64, size as u64));
        assert!(is_cosigned(&new));
        // Whoever reads the copy sees what is published, whole.
        let report = world::verify(&shown(&disk), Vec::new()).unwrap();
        assert_eq!(report.size, published as u64);
        assert_eq!(report.problems, Vec::new());
        assert_eq!(follow(&mut mirror, waiting(published, size)).unwrap().code, "unchanged");
        drop(mirror);
        let mut mirror = open(&disk).unwrap();
        assert_eq!(mirror.size(), size as u64);
        // It meets its quorum: nothing is fetched again.
        let mut files = at(size);
        let cosigned = witness().cosign(head(size).checkpoint(), 5).unwrap();
        let met = head(size).with_signatures(std::slice::from_ref(&cosigned)).unwrap();
        files.put("public/checkpoint", met.to_text().into_bytes());
        let mut source = origin(files);
        let round = mirror.follow(&mut source).unwrap();
        assert_eq!((round.code, round.problems), ("published", Vec::new()));
        assert!(!source.asked.iter().any(|path| path.contains("tile")), "{:?}", source.asked);
        let note = note_at(&disk, "public/checkpoint");
        assert!(is_cosigned(&note) && note.note().signatures().contains(&cosigned));
        assert_eq!(disk.kind("mirror/checkpoint").unwrap(), None);
        drop(mirror);
        assert_eq!(open(&disk).unwrap().size(), size as u64);
    }
}

#[test]
fn a_quorum_may_be_met_behind_what_is_held() {
    let disk = SimDisk::new(1);
    let mut mirror = mirror_of(&disk, 250);
    follow(&mut mirror, waiting(250, 690)).unwrap();
    for size in [260, 512, 600] {
        let round = follow(&mut mirror, waiting(size, 690)).unwrap();
        assert_eq!((round.code, round.to, round.problems), ("published", 690, Vec::new()));
        assert_eq!(note_at(&disk, "public/checkpoint").checkpoint().size, size as u64);
        let report = world::verify(&shown(&disk), Vec::new()).unwrap();
        assert_eq!(report.size, size as u64);
        assert_eq!(report.problems, Vec::new());
        // It is no rollback that less is published than waits; less than was published is one.
        assert_eq!(follow(&mut mirror, waiting(size - 1, 690)).unwrap().code, "stale");
    }
}

#[test]
fn a_ledger_that_never_met_its_quorum_is_copied() {
    let disk = SimDisk::new(1);
    let mut mirror = open(&disk).unwrap();
    let mut files = waiting(250, 252);
    files.remove("public/checkpoint");
    let round = follow(&mut mirror, files.clone()).unwrap();
    assert_eq!((round.code, round.to), ("advanced", 252));
    assert!(!shown(&disk).has("public/checkpoint"));
    drop(mirror);
    let mut mirror = open(&disk).unwrap();
    assert_eq!(follow(&mut mirror, files.clone()).unwrap().code, "unchanged");
    // A checkpoint that was shown once and is gone is withheld.
    assert_eq!(follow(&mut mirror, at(252)).unwrap().code, "published");
    assert_eq!(found(follow(&mut mirror, files)).code, "checkpoint-missing");
}

#[test]
fn what_waits_is_believed_as_little() {
    let disk = SimDisk::new(1);
    let mut mirror = mirror_of(&disk, 250);
    let with = |bytes: &[u8]| {
        let mut files = at(250);
        files.put("public/checkpoint.pending", bytes.to_vec());
        files
    };
    let round = follow(&mut mirror, with(b"nonsense")).unwrap();
    assert_eq!((round.code, round.problems[0].code), ("unchanged", "checkpoint-malformed"));
    // Signed by nobody that counts, and signed over entries that are not shown.
    let key = world::key(&world().origin, 66);
    let forged = crate::forge::checkpoint(&world().entries[..300], &world().origin, &[&key]);
    let unshown = head(300).to_text();
    for bytes in [forged, unshown] {
        let round = follow(&mut mirror, with(bytes.as_bytes())).unwrap();
        assert_eq!((round.code, round.problems[0].code), ("unchanged", "bundle-missing"));
        assert!(round.problems[0].evidence.is_some());
    }
    assert_eq!(mirror.size(), 250);
    // Another history waits beside the one that is published.
    let mut files = public(&other_history(50, 280));
    let pending = files.get("public/checkpoint").to_vec();
    files.put("public/checkpoint.pending", pending);
    files.put("public/checkpoint", at(250).get("public/checkpoint").to_vec());
    let fork = found(follow(&mut mirror, files));
    assert_eq!(fork.code, "fork");
    let proof = disk.read(&fork.evidence.unwrap(), 1 << 20).unwrap();
    assert_eq!(check::fraud(&proof, &world().id).unwrap().larger.size, 280);
}

#[test]
fn checkpoints_that_met_their_quorum_are_copied() {
    let disk = SimDisk::new(1);
    let mut mirror = mirror_of(&disk, 300);
    let met = |size: usize, time: u64| {
        let line = witness().cosign(head(size).checkpoint(), time).unwrap();
        head(size).with_signatures(&[line]).unwrap().to_text()
    };
    let mut files = at(300);
    for size in [7, 256, 300, 400] {
        files.put(&format!("public/witnessed/{size}"), met(size, 5).into_bytes());
    }
    assert_eq!(follow(&mut mirror, files.clone()).unwrap().problems, Vec::new());
    for size in [7, 256, 300] {
        let path = format!("public/witnessed/{size}");
        assert_eq!(shown(&disk).get(&path), files.get(&path), "{size}");
    }
    // Not before its entries are here.
    assert!(!shown(&disk).has("public/witnessed/400"));
    // The one that is published gains lines, and keeps those that it has.
    let first = met(300, 5);
    let other =
        CosignerSigner::from_seed("witness.example/v", Algorithm::Ed25519, &[7; 32]).unwrap();
    let line = other.cosign(head(300).checkpoint(), 6).unwrap();
    files.put(
        "public/witnessed/300",
        head(300).with_signatures(std::slice::from_ref(&line)).unwrap().to_text().into_bytes(),
    );
    follow(&mut mirror, files.clone()).unwrap();
    let kept = note_at(&disk, "public/witnessed/300");
    let before = SignedCheckpoint::parse(first.as_bytes()).unwrap();
    assert!(kept.note().signatures().contains(&line));
    assert!(before.note().signatures().iter().all(|line| kept.note().signatures().contains(line)));
    // What is none is named, and not kept.
    for (name, text) in [("9", met(10, 5)), ("11", "nonsense".to_owned())] {
        let mut files = files.clone();
        files.put(&format!("public/witnessed/{name}"), text.into_bytes());
        follow(&mut mirror, files.clone()).unwrap();
        assert!(!shown(&disk).has(&format!("public/witnessed/{name}")), "{name}");
    }
    let forged = crate::forge::checkpoint(
        &world().entries[..301],
        &world().origin,
        &[&world::key(&world().origin, 66)],
    );
    let mut files = at(310);
    files.put("public/witnessed/301", forged.into_bytes());
    let round = follow(&mut mirror, files).unwrap();
    assert_eq!(round.problems[0].code, "witnessed-wrong");
    // One of another history is a fork.
    let mut files = at(310);
    files.put("public/witnessed/305", note(&other_history(304, 305)).into_bytes());
    files.put("public/witnessed/300", met(300, 5).into_bytes());
    let round = follow(&mut mirror, files).unwrap();
    let fork = round.problems.iter().find(|problem| problem.code == "fork").unwrap();
    let proof = disk.read(fork.evidence.as_ref().unwrap(), 1 << 20).unwrap();
    assert_eq!(check::fraud(&proof, &world().id).unwrap().smaller.size, 305);
}
