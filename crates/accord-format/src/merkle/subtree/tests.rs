use super::super::{consistency_proof, leaf_hash, root, root_of, verify_consistency};
use super::*;

fn leaves(n: usize) -> Vec<NodeHash> {
    (0..n).map(|i| leaf_hash(&i.to_be_bytes())).collect()
}

#[test]
fn ranges_that_are_subtrees() {
    for (start, end) in [(0, 1), (0, 7), (4, 8), (4, 6), (8, 13), (6, 8), (0, u64::MAX), (5, 6)] {
        assert!(is_subtree(start, end), "[{start}, {end})");
    }
    let most = 1 << 63;
    assert!(is_subtree(most, u64::MAX) && is_subtree(0, most + 1));
    for (start, end) in [(0, 0), (3, 3), (4, 3), (1, 3), (2, 5), (6, 9), (4, 9), (1, u64::MAX)] {
        assert!(!is_subtree(start, end), "[{start}, {end})");
    }
}

#[test]
fn every_proof_of_small_trees_holds_and_no_other() {
    let all = leaves(23);
    let forged = leaf_hash(b"forged");
    for n in 0..=all.len() as u64 {
        let tree = &all[..usize::try_from(n).unwrap()];
        let Ok(whole) = root(tree, n);
        for (start, end) in (0..=n + 2).flat_map(|end| (0..=end).map(move |start| (start, end))) {
            let Ok(proof) = subtree_proof(tree, (start, end), n);
            let hash = all.get(usize::try_from(start).unwrap()..usize::try_from(end).unwrap());
            let hash = hash.map_or(forged, root_of);
            let holds = |hash: &NodeHash, whole: &NodeHash, proof: &[NodeHash]| {
                verify_subtree((start, end, hash), (n, whole), proof).is_ok()
            };
            if !is_subtree(start, end) || end > n {
                assert!(proof.is_empty() && !holds(&hash, &whole, &proof));
                continue;
            }
            assert_eq!(subtree_root(tree, start, end), Ok(Some(hash)));
            assert!(holds(&hash, &whole, &proof), "[{start}, {end}) of {n}");
            assert!(!holds(&forged, &whole, &proof) && !holds(&hash, &forged, &proof));
            for at in 0..proof.len() {
                let mut other = proof.clone();
                other[at] = forged;
                assert!(!holds(&hash, &whole, &other));
                other.remove(at);
                assert!(!holds(&hash, &whole, &other));
                other.insert(at, proof[at]);
                other.insert(at, proof[at]);
                assert!(!holds(&hash, &whole, &other));
            }
            assert!(!holds(&hash, &whole, &[proof.clone(), vec![whole]].concat()));
            if start == 0 {
                let Ok(ordinary) = consistency_proof(tree, end, n);
                assert_eq!(proof, ordinary);
                assert_eq!(verify_consistency((end, &hash), (n, &whole), &proof), Ok(()));
            }
        }
    }
}

#[test]
fn absurd_sizes_come_to_an_end() {
    let hash = leaf_hash(b"x");
    let proof = vec![hash; 63];
    for (start, end, size) in [
        (0, u64::MAX, u64::MAX),
        (1 << 63, u64::MAX, u64::MAX),
        (u64::MAX - 1, u64::MAX, u64::MAX),
        (0, 1, u64::MAX),
        (u64::MAX, 0, 0),
        (0, 5, 4),
        (0, 0, 0),
    ] {
        for proof in [proof.as_slice(), &[]] {
            let verdict = verify_subtree((start, end, &hash), (size, &hash), proof);
            let trivial = (start, end) == (0, size) && proof.is_empty() && size > 0;
            assert_eq!(verdict.is_ok(), trivial, "[{start}, {end}) of {size}");
        }
    }
}
