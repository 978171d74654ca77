//! The index that the operator commits to, computed anew.

use crate::forge::{Link, chain, links};
use crate::kit::*;
use crate::world::{Pen, key};
use accord_format::completeness::SignedStatement;
use accord_format::entry::Entry;
use accord_mirror::mirror::{Mirror, SetupError};
use accord_store::disk::{Disk, SimDisk};
use serde_json::json;
use std::sync::Arc;

#[test]
fn a_right_commitment_is_vouched_for_once_it_is_held() {
    let seq = world().marks["commitment"];
    let path = format!("mirror/index/{seq}");
    let disk = SimDisk::new(1);
    let mut mirror = mirror_of(&disk, usize::try_from(seq).unwrap());
    assert_eq!(disk.kind(&path).unwrap(), None);
    follow(&mut mirror, at(700)).unwrap();
    let note = SignedStatement::parse(&disk.read(&path, 4096).unwrap()).unwrap();
    note.verify(index_key().vkey()).unwrap();
    let said = note.statement();
    assert_eq!((said.ledger, said.size), (world().id, seq));
    let entry = Entry::parse(&world().entries[usize::try_from(seq).unwrap()]).unwrap();
    assert_eq!(entry.event().payload["root"], said.index.to_string());
    // Made anew from what is held, it is the same.
    drop(mirror);
    let before = disk.read(&path, 4096).unwrap();
    disk.remove_file(&path).unwrap();
    follow(&mut open(&disk).unwrap(), at(700)).unwrap();
    assert_eq!(disk.read(&path, 4096).unwrap(), before);
}

#[test]
fn a_false_commitment_is_reported_and_not_vouched_for() {
    let operator = key("operator/main", 1);
    for (payload, what) in [
        (json!({"size": 200, "root": "00".repeat(32)}), "another root"),
        (json!({"size": 7, "root": "00".repeat(32)}), "another size"),
        (json!({"size": 200}), "no root"),
    ] {
        let mut pen = Pen::new("ledger.example/mirrored");
        (pen.id, pen.nonce) = (Some(world().id), 9);
        let event = pen.event("index.committed", "index/main", payload, &[(&operator, "operator")]);
        let mut history = links(&world().entries[..200]);
        let recorded = history[199].recorded;
        history.push(Link::new(event.note(), recorded));
        let entries = chain(&history);
        let disk = SimDisk::new(1);
        let mut mirror = open(&disk).unwrap();
        let round = follow(&mut mirror, public(&entries)).unwrap();
        let [problem] = &round.problems[..] else { panic!("{what}: {round:?}") };
        assert_eq!((problem.code, round.to), ("index-false", 201), "{what}");
        assert!(problem.detail.contains("entry 200"), "{}", problem.detail);
        let stem = problem.evidence.as_ref().unwrap().strip_suffix(".json").unwrap();
        assert_eq!(disk.read(&format!("{stem}.answer"), 1 << 20).unwrap(), entries[200]);
        assert_eq!(disk.kind("mirror/index/200").unwrap(), None);
    }
}

#[test]
fn the_key_signs_nothing_else() {
    let disk: Arc<dyn Disk> = Arc::new(SimDisk::new(1));
    let mut setup = setup(world().id);
    setup.index_key = Some(key("mirror.example/m", 10));
    let refused = Mirror::open(disk, setup).unwrap_err();
    assert!(matches!(refused, SetupError::IndexKey(_)), "{refused}");
}
