//! A small published log, as another implementation wrote it: 16 checkpoints, tiles, bundles.

use crate::support::{read, read_text};
use accord_format::checkpoint::{Checkpoint, SignedCheckpoint};
use accord_format::hash::NodeHash;
use accord_format::log_key::LogVKey;
use accord_format::merkle::{
    self, Frontier, consistency_proof, inclusion_proof, leaf_hash, verify_consistency,
    verify_inclusion,
};
use accord_format::tile::{TilePath, encode_bundle, parse_bundle_of};

const ORIGIN: &str = "example.com/log/testdata";
const FOLDER: &str = "tessera-log/testdata/log";
const SIZES: u16 = 16;

fn key() -> LogVKey {
    read_text("tessera-log/vkey.txt").trim_end().parse().unwrap()
}

fn checkpoint(size: u16) -> Checkpoint {
    let bytes = read(&format!("{FOLDER}/checkpoint.{size}"));
    let signed = SignedCheckpoint::parse(&bytes).unwrap();
    assert_eq!(signed.to_text().as_bytes(), bytes);
    assert_eq!(signed.verify(ORIGIN, &[key()]).unwrap().size, u64::from(size));
    signed.checkpoint().clone()
}

/// The bundle of `size` entries.
fn bundle(size: u16) -> Vec<u8> {
    read(&format!("{FOLDER}/{}", TilePath::bundle(0, size)))
}

fn leaves(size: u16) -> Vec<NodeHash> {
    let bytes = bundle(size);
    parse_bundle_of(&bytes, u64::from(size)).unwrap().into_iter().map(leaf_hash).collect()
}

#[test]
fn bundles_tiles_and_roots() {
    let mut frontier = Frontier::default();
    assert_eq!(checkpoint(0).root, frontier.root());
    for size in 1..SIZES {
        let bytes = bundle(size);
        let entries = parse_bundle_of(&bytes, u64::from(size)).unwrap();
        assert_eq!(encode_bundle(entries.iter().copied()).unwrap(), bytes);
        let leaves = leaves(size);
        let tile: Vec<u8> = leaves.iter().flat_map(|l| *l.as_bytes()).collect();
        assert_eq!(read(&format!("{FOLDER}/{}", TilePath::tile(0, 0, size))), tile);
        frontier.push(*leaves.last().unwrap());
        let root = checkpoint(size).root;
        assert_eq!(frontier.root(), root);
        assert_eq!(merkle::root_of(&leaves), root);
        assert_eq!(merkle::root(leaves.as_slice(), u64::from(size)), Ok(root));
    }
    let latest = SignedCheckpoint::parse(&read(&format!("{FOLDER}/checkpoint"))).unwrap();
    assert_eq!(latest.checkpoint(), &checkpoint(15));
}

#[test]
fn every_pair_of_checkpoints_is_consistent() {
    let nodes = leaves(SIZES - 1);
    let mut pairs = 0;
    for new in 0..SIZES {
        for old in 0..=new {
            let (old, new) = (checkpoint(old), checkpoint(new));
            let Ok(proof) = consistency_proof(nodes.as_slice(), old.size, new.size);
            let pair = ((old.size, &old.root), (new.size, &new.root));
            assert_eq!(verify_consistency(pair.0, pair.1, &proof), Ok(()));
            let other = leaf_hash(b"other");
            assert!(
                verify_consistency(pair.0, (new.size, &other), &proof).is_err() || old.size == 0
            );
            pairs += 1;
        }
    }
    assert_eq!(pairs, 136);
}

#[test]
fn every_entry_is_included_under_every_checkpoint() {
    let nodes = leaves(SIZES - 1);
    let mut proofs = 0;
    for size in 1..SIZES {
        let head = checkpoint(size);
        for index in 0..size {
            let Ok(proof) = inclusion_proof(nodes.as_slice(), u64::from(index), head.size);
            let leaf = nodes[usize::from(index)];
            assert_eq!(
                verify_inclusion(u64::from(index), head.size, leaf, &proof, &head.root),
                Ok(())
            );
            proofs += 1;
        }
    }
    assert_eq!(proofs, 120);
}

#[test]
fn a_changed_checkpoint_does_not_verify() {
    let text = read_text(&format!("{FOLDER}/checkpoint.15")).replace("\n15\n", "\n14\n");
    let changed = SignedCheckpoint::parse(text.as_bytes()).unwrap();
    assert!(changed.verify(ORIGIN, &[key()]).is_err());
}
