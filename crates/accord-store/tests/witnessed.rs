//! What waits for cosignatures, what had them, and what is refused when they do not fit.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test says what it expects by panicking")]

use accord_format::checkpoint::Checkpoint;
use accord_format::hash::NodeHash;
use accord_store::disk::{Disk, SimDisk};
use accord_store::{Reader, SignError, Store, StoreError, What, layout, witnessed};
use std::sync::Arc;

#[expect(clippy::unnecessary_wraps, reason = "it has the form of a signer")]
fn sign(size: u64, root: NodeHash) -> Result<String, SignError> {
    let checkpoint = Checkpoint { origin: "witnessed.example/log".to_owned(), size, root };
    Ok(format!("{}\n— signer AAAAAAAA\n", checkpoint.to_text()))
}

fn cosigned(note: &str, names: &[&str]) -> String {
    let lines: Vec<String> = names.iter().map(|name| format!("— {name} AAAAAAAB\n")).collect();
    format!("{note}{}", lines.concat())
}

fn store(entries: usize) -> (SimDisk, Store) {
    let disk = SimDisk::new(1);
    let (mut store, _) = Store::init(Arc::new(disk.clone()), b"0", &mut sign).unwrap();
    append(&mut store, entries - 1);
    (disk, store)
}

fn append(store: &mut Store, entries: usize) {
    let batch: Vec<String> = (0..entries).map(|n| format!("{} {n}", store.size())).collect();
    store.commit(&batch, &mut sign).unwrap();
}

fn read(disk: &SimDisk, path: &str) -> Option<String> {
    disk.read(path, 1 << 20).ok().map(|bytes| String::from_utf8(bytes).unwrap())
}

fn refused(disk: &SimDisk) -> (What, String) {
    match Store::open(Arc::new(disk.clone())) {
        Err(StoreError::Corrupt(corruption)) => (corruption.what, corruption.path),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_newer_head_waits_until_it_is_cosigned() {
    let (disk, mut store) = store(5);
    let five = store.head_checkpoint().to_owned();
    store.hold(&five).unwrap();
    assert_eq!(read(&disk, layout::CHECKPOINT), None);
    assert_eq!(read(&disk, layout::CHECKPOINT_PENDING), Some(five.clone()));
    assert_eq!(Reader::open(Arc::new(disk.clone())).unwrap().size(), 5);
    append(&mut store, 300);
    let more = store.head_checkpoint().to_owned();
    store.hold(&more).unwrap();
    // The cosignatures come for what waited before: what waits now goes on waiting.
    let note = cosigned(&five, &["w1", "w2"]);
    store.publish_witnessed(&note).unwrap();
    assert_eq!(read(&disk, layout::CHECKPOINT), Some(note.clone()));
    assert_eq!(read(&disk, &layout::witnessed(5)), Some(note));
    assert_eq!(store.pending().unwrap().note, more);
    let note = cosigned(&more, &["w1"]);
    store.publish_witnessed(&note).unwrap();
    assert_eq!(read(&disk, layout::CHECKPOINT), Some(note));
    assert_eq!(read(&disk, layout::CHECKPOINT_PENDING), None);
    assert_eq!(witnessed::sizes(&disk).unwrap(), [5, 305]);
    // Nothing goes back.
    assert!(matches!(store.publish_witnessed(&five), Err(StoreError::WrongCheckpoint(_))));
    assert!(matches!(store.hold(&five), Err(StoreError::WrongCheckpoint(_))));
}

/// The same size cosigned again, for freshness or by more: the published note is the one given,
/// and in `witnessed/` every signer's first line stays.
#[test]
fn a_size_gathers_signers_and_loses_none() {
    let (disk, mut store) = store(5);
    let head = store.head_checkpoint().to_owned();
    store.publish_witnessed(&cosigned(&head, &["w1", "w2"])).unwrap();
    let later = format!("{head}— w2 AAAAAAAC\n— w3 AAAAAAAB\n");
    store.publish_witnessed(&later).unwrap();
    assert_eq!(read(&disk, layout::CHECKPOINT), Some(later));
    let kept = cosigned(&head, &["w1", "w2", "w3"]);
    assert_eq!(read(&disk, &layout::witnessed(5)), Some(kept.clone()));
    store.publish_witnessed(&cosigned(&head, &["w1"])).unwrap();
    assert_eq!(read(&disk, &layout::witnessed(5)), Some(kept));
}

/// An older private part beside what had been signed: to go on would sign a second history.
#[test]
fn a_tail_behind_what_was_signed_is_refused() {
    let (disk, mut store) = store(5);
    let old = disk.read(layout::TAIL, 1 << 20).unwrap();
    append(&mut store, 2);
    let head = store.head_checkpoint().to_owned();
    store.hold(&head).unwrap();
    drop(store);
    let cut = disk.fork(2);
    cut.overwrite(layout::TAIL, &old);
    assert_eq!(refused(&cut), (What::TailShort, layout::TAIL.to_owned()));
    let (mut store, _) = Store::open(Arc::new(disk.clone())).unwrap();
    store.publish_witnessed(&cosigned(&head, &["w1"])).unwrap();
    drop(store);
    disk.overwrite(layout::TAIL, &old);
    disk.erase(layout::CHECKPOINT);
    assert_eq!(refused(&disk), (What::TailShort, layout::TAIL.to_owned()));
}

#[test]
fn what_was_signed_of_another_history_is_refused() {
    let (disk, mut store) = store(5);
    let head = store.head_checkpoint().to_owned();
    store.publish_witnessed(&cosigned(&head, &["w1"])).unwrap();
    append(&mut store, 1);
    let six = store.head_checkpoint().to_owned();
    store.hold(&six).unwrap();
    drop(store);
    let other = sign(6, NodeHash::from_bytes([9; 32])).unwrap();
    let changed = disk.fork(2);
    changed.overwrite(layout::CHECKPOINT_PENDING, other.as_bytes());
    assert_eq!(refused(&changed), (What::Root, layout::CHECKPOINT_PENDING.to_owned()));
    let changed = disk.fork(2);
    let other = sign(5, NodeHash::from_bytes([9; 32])).unwrap();
    changed.overwrite(&layout::witnessed(5), other.as_bytes());
    assert_eq!(refused(&changed), (What::Root, layout::witnessed(5)));
    let changed = disk.fork(2);
    changed.overwrite(&layout::witnessed(5), b"damaged");
    assert_eq!(refused(&changed), (What::Checkpoint, layout::witnessed(5)));
    // What waits can be asked for again: damage to it alone stops nobody.
    disk.overwrite(layout::CHECKPOINT_PENDING, b"damaged");
    let (mut store, _) = Store::open(Arc::new(disk.clone())).unwrap();
    assert!(store.pending().is_none());
    store.hold(&six).unwrap();
    assert_eq!(read(&disk, layout::CHECKPOINT_PENDING), Some(six));
}

#[test]
fn only_plain_sizes_are_names() {
    let (disk, mut store) = store(2);
    let head = store.head_checkpoint().to_owned();
    store.publish_witnessed(&cosigned(&head, &["w1"])).unwrap();
    for name in ["02", "+2", "x", "18446744073709551616"] {
        disk.overwrite(&format!("{}/{name}", layout::WITNESSED), b"");
    }
    assert_eq!(witnessed::sizes(&disk).unwrap(), [2]);
    disk.overwrite(&layout::witnessed(1), head.as_bytes());
    assert!(matches!(witnessed::read(&disk, 1), Err(StoreError::Corrupt(_))));
}
