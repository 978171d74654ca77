use super::*;
use accord_format::checkpoint::Checkpoint;
use accord_format::merkle::{inclusion_proof, leaf_hash, root, verify_inclusion};
use accord_store::disk::SimDisk;
use accord_store::{SignError, Store};
use std::sync::Arc;

#[expect(clippy::unnecessary_wraps, reason = "it has the form of a signer")]
fn sign(size: u64, root: NodeHash) -> Result<String, SignError> {
    let checkpoint = Checkpoint { origin: "nodes.example/log".to_owned(), size, root };
    Ok(format!("{}\n— signer AAAAAAAA\n", checkpoint.to_text()))
}

fn entry(seq: u64) -> Vec<u8> {
    format!("entry {seq}\n").into_bytes()
}

/// Over batches of all sizes, tiles that fill up and a tail that is promoted, what is kept from one
/// batch to the next gives the proofs that the store gives.
#[test]
fn proofs_are_those_of_the_store_while_it_grows() {
    let (mut store, _) = Store::init(Arc::new(SimDisk::new(1)), &entry(0), &mut sign).unwrap();
    let known = Known::default();
    for batch in [1, 2, 253, 1, 300, 77, 1_000, 5, 2_000, 513] {
        let first = store.size();
        let entries: Vec<_> = (first..first + batch).map(entry).collect();
        store.commit(&entries, &mut sign).unwrap();
        if batch == 77 {
            store.promote().unwrap();
        }
        let (view, size) = (store.view(), store.size());
        let nodes = Remembering { view, known: &known };
        assert_eq!(root(&nodes, size).unwrap(), store.root());
        for seq in (0..first).step_by(97).chain(first..size) {
            let proof = inclusion_proof(&nodes, seq, size).unwrap();
            assert_eq!(proof, inclusion_proof(&view, seq, size).unwrap(), "{seq} of {size}");
            verify_inclusion(seq, size, leaf_hash(&entry(seq)), &proof, &store.root()).unwrap();
        }
    }
    assert!(known.0.borrow().len() <= KNOWN_MAX);
}

#[test]
fn what_is_not_there_is_not_remembered() {
    let (store, _) = Store::init(Arc::new(SimDisk::new(1)), &entry(0), &mut sign).unwrap();
    let known = Known::default();
    let nodes = Remembering { view: store.view(), known: &known };
    for (level, index) in [(0, 1), (1, 0), (0, u64::MAX), (63, 1), (64, 0), (u32::MAX, u64::MAX)] {
        nodes.node(level, index).unwrap_err();
    }
    // On the way to what is not there stands the one leaf that is.
    assert_eq!(known.0.borrow().keys().collect::<Vec<_>>(), [&(0, 0)]);
}
