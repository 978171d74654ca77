//! A batch under way: what the store gives meanwhile, and what becomes of both if one is lost.

#![expect(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

use accord_format::checkpoint::Checkpoint;
use accord_format::hash::NodeHash;
use accord_store::disk::{Disk, SimDisk};
use accord_store::{Reader, SignError, Store, StoreError};
use std::sync::Arc;

#[expect(clippy::unnecessary_wraps, reason = "it has the form of a signer")]
fn sign(size: u64, root: NodeHash) -> Result<String, SignError> {
    let checkpoint = Checkpoint { origin: "flight.example/log".to_owned(), size, root };
    Ok(format!("{}\n— signer AAAAAAAA\n", checkpoint.to_text()))
}

fn entry(seq: u64) -> Vec<u8> {
    format!("entry {seq}\n").into_bytes()
}

fn entries(from: u64, count: u64) -> Vec<Vec<u8>> {
    (from..from + count).map(entry).collect()
}

fn begun() -> (Arc<dyn Disk>, Store) {
    let disk: Arc<dyn Disk> = Arc::new(SimDisk::new(7));
    let (store, _) = Store::init(Arc::clone(&disk), &entry(0), &mut sign).unwrap();
    (disk, store)
}

#[test]
fn the_store_is_read_while_a_batch_is_under_way_on_another_thread() {
    let (disk, mut store) = begun();
    let before = store.root();
    let flight = store.begin(entries(1, 300)).unwrap();
    let (size, root) = (flight.size(), flight.root());
    assert_eq!((store.size(), store.root(), size), (1, before, 301));
    let landed = std::thread::spawn(move || flight.run(&mut sign)).join().unwrap();
    // Durable, and not yet taken back: the store is as it was, a reader sees the new head.
    assert_eq!((store.size(), store.root()), (1, before));
    assert_eq!(Reader::open(disk).unwrap().size(), 301);
    store.view().entry(1).unwrap_err();
    let committed = store.land(landed).unwrap();
    assert_eq!((committed.size, committed.root), (size, root));
    assert_eq!(
        (store.size(), store.root(), store.head_checkpoint()),
        (size, root, &*committed.checkpoint)
    );
    assert_eq!(store.view().entry(300).unwrap(), entry(300));
    store.commit(&entries(301, 1), &mut sign).unwrap();
}

#[test]
fn nothing_is_written_beside_a_batch_under_way() {
    let (_, mut store) = begun();
    let head = store.head_checkpoint().to_owned();
    let flight = store.begin(entries(1, 2)).unwrap();
    let refusals = [
        store.begin(entries(1, 1)).map(drop),
        store.commit(&entries(1, 1), &mut sign).map(drop),
        store.publish(&head),
        store.promote(),
        store.hold(&head).map(drop),
    ];
    for refused in refusals {
        assert!(matches!(refused, Err(StoreError::Poisoned { .. })), "{refused:?}");
    }
    store.land(flight.run(&mut sign)).unwrap();
    assert_eq!(store.size(), 3);
    store.publish(&head).unwrap();
}

#[test]
fn a_batch_that_does_not_come_back_leaves_a_store_that_writes_nothing_more() {
    let (disk, mut store) = begun();
    drop(store.begin(entries(1, 2)).unwrap());
    assert!(matches!(store.commit(&entries(1, 1), &mut sign), Err(StoreError::Poisoned { .. })));
    drop(store);
    let (store, _) = Store::open(disk).unwrap();
    assert_eq!(store.size(), 1);
}

#[test]
fn a_batch_keeps_the_lock_when_its_store_is_gone() {
    let (disk, mut store) = begun();
    let flight = store.begin(entries(1, 2)).unwrap();
    drop(store);
    let locked = Store::open(Arc::clone(&disk));
    assert!(matches!(locked, Err(StoreError::Locked { .. })), "{locked:?}");
    let landed = flight.run(&mut sign);
    drop(Store::open(Arc::clone(&disk)).unwrap_err());
    drop(landed);
    assert_eq!(Store::open(disk).unwrap().0.size(), 3);
}

#[test]
fn a_batch_that_fails_poisons_the_store_and_leaves_it_as_it_was() {
    let (disk, mut store) = begun();
    let flight = store.begin(entries(1, 2)).unwrap();
    let landed = flight.run(&mut |_, _| Err("the key is gone".into()));
    assert!(matches!(store.land(landed), Err(StoreError::Sign { size: 3, .. })));
    assert_eq!(store.size(), 1);
    assert!(matches!(store.begin(entries(1, 1)), Err(StoreError::Poisoned { .. })));
    drop(store);
    assert_eq!(Store::open(disk).unwrap().0.size(), 1);
}

#[test]
fn a_batch_that_does_not_fit_is_refused_without_a_trace() {
    let (_, mut store) = begun();
    assert!(matches!(store.begin(Vec::new()), Err(StoreError::EmptyBatch)));
    assert!(matches!(store.begin(vec![vec![b'x'; 70_000]]), Err(StoreError::EntryTooLong { .. })));
    store.commit(&entries(1, 1), &mut sign).unwrap();
}
