//! RFC 6962 proofs and roots.

use crate::support::{base64, hex, json_files, list, read_json, text};
use accord_format::hash::NodeHash;
use accord_format::merkle::{
    empty_root, is_subtree, leaf_hash, node_hash, root_of, subtree_proof, subtree_root,
    verify_consistency, verify_inclusion, verify_subtree,
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

fn hash(text: &str) -> Option<NodeHash> {
    base64(text)?.try_into().ok().map(NodeHash::from_bytes)
}

fn proof(case: &Value) -> Option<Vec<NodeHash>> {
    match &case["proof"] {
        Value::Null => Some(Vec::new()),
        _ => list(case, "proof").iter().map(|h| hash(h.as_str().unwrap())).collect(),
    }
}

fn number(case: &Value, member: &str) -> u64 {
    case[member].as_u64().unwrap_or_else(|| panic!("{member} of {case}"))
}

/// A root of the suite; some are words such as "don't care 1", which stand for any two roots that
/// differ, so each becomes a hash of its own.
fn root(case: &Value, member: &str) -> NodeHash {
    let bytes = base64(text(case, member)).unwrap();
    <[u8; 32]>::try_from(bytes.as_slice()).map_or_else(|_| leaf_hash(&bytes), NodeHash::from_bytes)
}

/// True when the leaf is shown to be in the tree. What is no 32-byte hash is no part of a proof.
fn included(case: &Value, index: u64, size: u64) -> bool {
    let leaf = hash(text(case, "leafHash"));
    leaf.zip(proof(case)).is_some_and(|(leaf, proof)| {
        verify_inclusion(index, size, leaf, &proof, &root(case, "root")).is_ok()
    })
}

fn consistent(case: &Value, old: u64, new: u64) -> bool {
    let (old_root, new_root) = (root(case, "root1"), root(case, "root2"));
    proof(case).is_some_and(|p| verify_consistency((old, &old_root), (new, &new_root), &p).is_ok())
}

#[test]
fn inclusion() {
    let files = json_files("merkle-rfc6962/testdata/inclusion");
    for (path, case) in &files {
        let holds = included(case, number(case, "leafIdx"), number(case, "treeSize"));
        assert_eq!(holds, case["wantErr"] == false, "{}", path.display());
    }
    assert_eq!(files.len(), 98);
}

/// The suite calls every check from size 0 an error. Here the empty tree is a prefix of every tree,
/// itself included, as tlog-witness needs it: with an empty proof and the empty root. That makes
/// one case of difference, from the empty tree to a tree of one leaf.
#[test]
fn consistency() {
    let files = json_files("merkle-rfc6962/testdata/consistency");
    let mut policy = 0;
    for (path, case) in &files {
        let (old, new) = (number(case, "size1"), number(case, "size2"));
        let holds = consistent(case, old, new);
        if old == 0 && holds {
            assert_eq!((proof(case), root(case, "root1")), (Some(Vec::new()), empty_root()));
            assert!(path.ends_with("size1-is-zero-and-size2-is-not-zero.json"));
            policy += 1;
            continue;
        }
        assert_eq!(holds, case["wantErr"] == false, "{}", path.display());
    }
    assert_eq!((files.len(), policy), (98, 1));
    assert_eq!(verify_consistency((0, &empty_root()), (0, &empty_root()), &[]), Ok(()));
}

/// A subtree `[start, end)` is a tree by itself, so its inclusion proofs are ordinary ones.
#[test]
fn inclusion_in_subtrees() {
    let files = json_files("merkle-rfc6962/testdata/subtreeinclusion");
    for (path, case) in &files {
        let (start, end) = (number(case, "start"), number(case, "end"));
        let size = end.saturating_sub(start);
        let aligned = size
            .checked_next_power_of_two()
            .is_some_and(|width| size > 0 && start.is_multiple_of(width));
        let holds = aligned
            && number(case, "leafIdx")
                .checked_sub(start)
                .is_some_and(|index| included(case, index, size));
        assert_eq!(holds, case["wantErr"] == false, "{}", path.display());
    }
    assert_eq!(files.len(), 204);
}

fn subtree_consistent(case: &Value) -> bool {
    let (start, end, size) = (number(case, "start"), number(case, "end"), number(case, "size"));
    let (hash, whole) = (root(case, "root1"), root(case, "root2"));
    let proof = proof(case);
    proof.is_some_and(|p| verify_subtree((start, end, &hash), (size, &whole), &p).is_ok())
}

/// The suite counts an empty range as a subtree of every tree. There is nothing in it to sign, so
/// here it is none: that makes 6 cases of difference.
#[test]
fn consistency_of_subtrees() {
    let files = json_files("merkle-rfc6962/testdata/subtreeconsistency");
    let mut policy = 0;
    for (path, case) in &files {
        let holds = subtree_consistent(case);
        if number(case, "end") == number(case, "start") && case["wantErr"] == false {
            assert!(!holds);
            policy += 1;
            continue;
        }
        assert_eq!(holds, case["wantErr"] == false, "{}", path.display());
    }
    assert_eq!((files.len(), policy), (118, 6));
}

/// Every subtree hash and consistency proof of trees of up to 130 leaves, as the draft's authors
/// have them: one digest over all. Theirs has lines for empty ranges, too.
#[test]
fn all_subtrees_of_small_trees() {
    let vectors = read_json("merkle-rfc6962/subtree-accumulated.json");
    let digests = vectors["sha256_of_lines"].as_object().unwrap();
    let digest = |kind: &str| digests.iter().find(|(k, _)| k.starts_with(kind)).unwrap().1.clone();
    let max = number(&vectors, "max");
    let leaves: Vec<_> = (0..=u8::MAX).map(|i| leaf_hash(&[i])).collect();
    let (mut hashes, mut proofs) = (String::new(), String::new());
    for end in 0..=max {
        for start in (0..=end).filter(|start| *start == end || is_subtree(*start, end)) {
            let Ok(hash) = subtree_root(leaves.as_slice(), start, end);
            assert_eq!(hash.is_none(), start == end);
            writeln!(hashes, "[{start}, {end}) {}", hash.unwrap_or(empty_root())).unwrap();
        }
    }
    for size in 0..=max {
        for end in 0..=size {
            for start in (0..=end).filter(|start| *start == end || is_subtree(*start, end)) {
                let Ok(proof) = subtree_proof(leaves.as_slice(), (start, end), size);
                write!(proofs, "[{start}, {end}) {size}").unwrap();
                for hash in &proof {
                    write!(proofs, " {hash}").unwrap();
                }
                proofs.push('\n');
            }
        }
    }
    assert_eq!(hex_digest(&hashes), digest("subtree_hash"));
    assert_eq!(hex_digest(&proofs), digest("subtree_consistency"));
}

fn hex_digest(text: &str) -> String {
    NodeHash::from_bytes(Sha256::digest(text.as_bytes()).0).to_string()
}

#[test]
fn roots_of_rfc_6962() {
    let vectors = read_json("merkle-rfc6962/rfc6962-roots.json");
    let leaves: Vec<_> = list(&vectors, "leaf_inputs_hex")
        .iter()
        .map(|l| leaf_hash(&hex(l.as_str().unwrap())))
        .collect();
    let roots = list(&vectors, "root_by_size_hex");
    for (size, root) in roots.iter().enumerate() {
        assert_eq!(root_of(&leaves[..size]).to_string(), root.as_str().unwrap(), "size {size}");
    }
    assert_eq!(roots.len(), 9);
    let mut nodes = Vec::new();
    let mut row = leaves;
    while !row.is_empty() {
        nodes.extend(row.iter().map(ToString::to_string));
        row = row.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
    }
    let expected = list(&vectors, "node_hashes_hex");
    assert_eq!(nodes, expected.iter().map(|n| n.as_str().unwrap()).collect::<Vec<_>>());
    assert_eq!(nodes.len(), 15);
}
