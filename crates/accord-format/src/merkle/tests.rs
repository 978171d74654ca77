use super::*;
use proptest::prelude::*;

fn leaves(n: usize) -> Vec<NodeHash> {
    (0..n).map(|i| leaf_hash(&i.to_be_bytes())).collect()
}

#[test]
fn every_proof_of_small_trees_holds_and_no_other() {
    let all = leaves(40);
    for size in 0..=all.len() {
        let tree = &all[..size];
        let root = root_of(tree);
        let n = size as u64;
        let Ok(streamed) = super::root(tree, n);
        assert_eq!(streamed, root);
        for index in 0..size {
            let Ok(proof) = inclusion_proof(tree, index as u64, n);
            assert_eq!(verify_inclusion(index as u64, n, tree[index], &proof, &root), Ok(()));
            assert!(
                verify_inclusion(index as u64, n, all[(index + 1) % 40], &proof, &root).is_err()
            );
            let mut longer = proof.clone();
            longer.push(root);
            assert!(verify_inclusion(index as u64, n, tree[index], &longer, &root).is_err());
            if !proof.is_empty() {
                assert!(
                    verify_inclusion(index as u64, n, tree[index], &proof[1..], &root).is_err()
                );
            }
        }
        for old in 0..=size {
            let old_root = root_of(&all[..old]);
            let m = old as u64;
            let Ok(proof) = consistency_proof(tree, m, n);
            assert_eq!(verify_consistency((m, &old_root), (n, &root), &proof), Ok(()), "{m} {n}");
            let forged = leaf_hash(b"forged");
            assert!(verify_consistency((m, &forged), (n, &root), &proof).is_err());
            assert!(verify_consistency((m, &old_root), (n, &forged), &proof).is_err() || m == 0);
        }
    }
}

#[test]
fn every_batch_proof_of_small_trees_holds_and_no_other() {
    for size in 0..9_u64 {
        let all = leaves(usize::try_from(size).unwrap());
        for (chosen, earlier) in (0..1_u32 << size).flat_map(|c| (0..=size).map(move |e| (c, e))) {
            let shown: Vec<u64> = (0..size).filter(|at| chosen >> at & 1 == 1).collect();
            let Ok(proof) = batch_proof(all.as_slice(), &shown, earlier, size);
            let given: Vec<(u64, NodeHash)> =
                shown.iter().map(|at| (*at, all[usize::try_from(*at).unwrap()])).collect();
            let before = root_of(&all[..usize::try_from(earlier).unwrap()]);
            let expected = (root_of(&all), before);
            assert_eq!(batch_roots(&given, earlier, size, &proof), Ok(expected));
            let mut longer = proof.clone();
            longer.push(before);
            assert!(batch_roots(&given, earlier, size, &longer).is_err());
            if let Some((_, shorter)) = proof.split_last() {
                assert!(batch_roots(&given, earlier, size, shorter).is_err());
            }
            for at in 0..given.len() {
                let mut forged = given.clone();
                forged[at].1 = leaf_hash(b"forged");
                let found = batch_roots(&forged, earlier, size, &proof);
                assert!(found.is_ok_and(|(root, _)| root != expected.0));
                let moved: Vec<_> = given
                    .iter()
                    .map(|(seq, leaf)| (seq + u64::from(*seq == shown[at]), *leaf))
                    .collect();
                let found = batch_roots(&moved, earlier, size, &proof);
                assert!(found.is_err() || found.is_ok_and(|(root, _)| root != expected.0));
            }
        }
    }
    let (a, b) = (leaf_hash(b"a"), leaf_hash(b"b"));
    assert!(batch_roots(&[(1, a), (0, b)], 0, 2, &[]).is_err());
    assert!(batch_roots(&[(0, a), (0, b)], 0, 2, &[]).is_err());
    assert!(batch_roots(&[(2, a)], 0, 2, &[a]).is_err());
    assert!(batch_roots(&[], 3, 2, &[a]).is_err());
}

proptest! {
    #[test]
    fn hostile_batches_never_panic(at: u64, more in 1..9_u64, earlier: u64, size: u64, hashes in proptest::collection::vec(any::<[u8; 32]>(), 0..70)) {
        let hashes: Vec<_> = hashes.into_iter().map(NodeHash::from_bytes).collect();
        let leaf = NodeHash::from_bytes([1; 32]);
        let found = batch_roots(&[(at, leaf), (at.saturating_add(more), leaf)], earlier, size, &hashes);
        prop_assert!(found.is_err() || found.is_ok_and(|(root, _)| root != empty_root()));
    }

    #[test]
    fn the_frontier_agrees_with_the_definition(n in 0usize..700) {
        let all = leaves(n);
        let mut frontier = Frontier::default();
        for leaf in &all {
            frontier.push(*leaf);
        }
        prop_assert_eq!(frontier.root(), root_of(&all));
        prop_assert_eq!(frontier.size(), n as u64);
    }

    #[test]
    fn hostile_proofs_never_panic(index: u64, size: u64, old: u64, hashes in proptest::collection::vec(any::<[u8; 32]>(), 0..70)) {
        let hashes: Vec<_> = hashes.into_iter().map(NodeHash::from_bytes).collect();
        let root = NodeHash::from_bytes([1; 32]);
        prop_assert!(verify_inclusion(index, size, root, &hashes, &empty_root()).is_err());
        prop_assert!(verify_consistency((old.max(1), &root), (size, &empty_root()), &hashes).is_err());
    }
}
