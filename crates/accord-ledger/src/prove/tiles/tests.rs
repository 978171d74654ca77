//! The proofs are those of the view, and each file is read once for one.

use super::*;
use accord_format::checkpoint::Checkpoint;
use accord_format::merkle::{inclusion_proof, leaf_hash, verify_inclusion};
use accord_store::disk::{Disk, SimDisk};
use accord_store::{Reader, SignError, Store};
use std::sync::Arc;

fn entry(seq: u64) -> Vec<u8> {
    format!("entry {seq}").into_bytes()
}

#[expect(clippy::unnecessary_wraps, reason = "the store asks for it")]
fn sign(size: u64, root: NodeHash) -> Result<String, SignError> {
    let checkpoint = Checkpoint { origin: "example".into(), size, root };
    Ok(format!("{}\n— example AAAAAAAA\n", checkpoint.to_text()))
}

/// A ledger of so many entries, all published; what it was promoted in decides what is in the tail.
fn made(size: u64) -> SimDisk {
    let sim = SimDisk::new(1);
    let disk: Arc<dyn Disk> = Arc::new(sim.clone());
    let (mut store, _) = Store::init(disk, &entry(0), &mut sign).unwrap();
    let mut done = 1;
    while done < size {
        let next = size.min(done + 4_000);
        let batch: Vec<_> = (done..next).map(entry).collect();
        store.commit(&batch, &mut sign).unwrap();
        done = next;
    }
    let head = store.head_checkpoint().to_owned();
    store.promote().unwrap();
    store.close(Some(&head)).unwrap();
    sim
}

#[test]
fn a_proof_reads_no_file_twice_and_is_that_of_the_view() {
    // One level, and two; on the edge of a tile, before it and behind it; 70,000 has three.
    for (size, levels) in [(200, 1), (256, 1), (257, 2), (5_000, 2), (65_536, 2), (70_000, 3)] {
        let disk = made(size);
        let reader = Reader::open(Arc::new(disk.clone())).unwrap();
        let root = merkle_root(&reader);
        for seq in (0..size).step_by(977) {
            let expected = inclusion_proof(&reader.view(), seq, size).unwrap();
            let before = disk.calls();
            let proof = inclusion_proof(&Tiles::of(reader.view()), seq, size).unwrap();
            let read = disk.calls() - before;
            assert_eq!(proof, expected, "{seq} of {size}");
            verify_inclusion(seq, size, leaf_hash(&entry(seq)), &proof, &root).unwrap();
            // With the bundle, which holds the entry, that is the levels and two.
            assert!(read <= levels + 1, "{read} files for {seq} of {size}");
        }
    }
}

fn merkle_root(reader: &Reader) -> NodeHash {
    accord_format::merkle::root(&reader.view(), reader.size()).unwrap()
}

/// What cannot be read fails as it does without remembering, and spoils no proof that does not need
/// it.
#[test]
fn a_lost_tile_fails_only_the_proofs_that_need_it() {
    let size = 5_000;
    let disk = made(size);
    disk.erase("public/tile/0/003");
    let reader = Reader::open(Arc::new(disk)).unwrap();
    let (mut whole, mut failed) = (0, 0);
    for seq in (0..size).step_by(100) {
        let expected = inclusion_proof(&reader.view(), seq, size);
        match (inclusion_proof(&Tiles::of(reader.view()), seq, size), expected) {
            (Ok(proof), Ok(expected)) => {
                assert_eq!(proof, expected);
                whole += 1;
            }
            (Err(why), Err(expected)) => {
                assert_eq!(why.to_string(), expected.to_string());
                assert_eq!(seq / TILE_WIDTH, 3, "{why}");
                failed += 1;
            }
            (found, expected) => panic!("{seq}: {found:?}, {expected:?}"),
        }
    }
    assert!(whole > 40 && failed > 0, "{whole} whole, {failed} failed");
}
