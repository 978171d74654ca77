use super::*;
use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::key::NoteSigner;
use crate::merkle::{leaf_hash, root_of};
use crate::rollback::{Rollback, RollbackError};
use proptest::prelude::*;

/// Leaves `0..n`, of which those from `fork` on are of the other history.
fn leaves(n: usize, fork: usize) -> Vec<NodeHash> {
    let leaf = |i: usize| leaf_hash(&[u8::from(i >= fork), u8::try_from(i).unwrap()]);
    (0..n).map(leaf).collect()
}

fn signed(leaves: &[NodeHash]) -> SignedCheckpoint {
    let key = NoteSigner::from_seed("ledger.example/ab", &[3; 32]).unwrap();
    let (origin, size) = ("ledger.example/ab".to_owned(), leaves.len() as u64);
    Checkpoint { origin, size, root: root_of(leaves) }.sign(&[&key]).unwrap()
}

/// A pair without the key history that parsing asks for: trees are all that is looked at here.
fn pair(one: &[NodeHash], other: &[NodeHash]) -> FraudProof {
    let heads = Pair::of(Head::bare(signed(one)), Head::bare(signed(other)));
    let larger = if one.len() > other.len() { one } else { other };
    let Ok(proof) = FraudProof::between(heads, larger);
    proof
}

#[test]
fn covers_are_complete_subtrees_side_by_side() {
    let all = leaves(70, 70);
    for end in 0..=70_u64 {
        for start in 0..=end {
            let mut at = start;
            for (level, index) in cover(start, end) {
                assert_eq!(index << level, at, "{start} {end}");
                at += 1 << level;
            }
            assert_eq!(at, end);
            let Ok(low) = cover_hashes(all.as_slice(), 0, start);
            let Ok(high) = cover_hashes(all.as_slice(), start, end);
            let places = cover(0, start).into_iter().chain(cover(start, end));
            let whole = root_of_cover(places.zip(low.into_iter().chain(high)));
            assert_eq!(whole, root_of(&all[..usize::try_from(end).unwrap()]), "{start} {end}");
        }
    }
    assert_eq!(cover(0, u64::MAX).len(), 64);
    assert_eq!(cover(1, u64::MAX).len(), 126);
}

/// Every fork of small trees is shown, and no two heads of one history are.
#[test]
fn every_fork_is_shown_and_nothing_else() {
    for large in 1..=24 {
        let honest = leaves(large, large);
        for small in 0..=large {
            for fork in 0..=small {
                let other = leaves(small, fork);
                let found = pair(&other, &honest).verify_contradiction();
                if fork == small {
                    assert!(matches!(found, Err(FraudError::Consistent { .. })), "{found:?}");
                } else {
                    assert!(found.is_ok(), "{small} of {large} from {fork}: {found:?}");
                }
            }
        }
    }
}

proptest! {
    /// Whatever hashes are put into a proof between heads that agree, it proves nothing.
    #[test]
    fn honest_heads_cannot_be_framed(
        large in 1usize..40,
        small: prop::sample::Index,
        at: prop::sample::Index,
        noise: [u8; 32],
    ) {
        let honest = leaves(large, large);
        let mut proof = pair(&honest[..small.index(large + 1)], &honest);
        let count = proof.over.len() + proof.beyond.len();
        if count > 0 {
            let mut hashes = proof.over.iter_mut().chain(&mut proof.beyond);
            *hashes.nth(at.index(count)).unwrap() = NodeHash::from_bytes(noise);
            prop_assert!(matches!(proof.verify_contradiction(), Err(FraudError::Root { .. })), "{proof:?}");
        }
        // Nor if the groups are divided otherwise.
        let moved = proof.over.pop();
        proof.beyond.splice(0..0, moved);
        prop_assert!(proof.verify_contradiction().is_err());
    }
}

#[test]
fn two_logs_of_one_name_are_no_fork() {
    let key = NoteSigner::from_seed("ledger.example/cd", &[3; 32]).unwrap();
    let other =
        Checkpoint { origin: "ledger.example/cd".into(), size: 3, root: root_of(&leaves(3, 0)) };
    let heads =
        Pair::new(Head::bare(signed(&leaves(3, 3))), Head::bare(other.sign(&[&key]).unwrap()));
    assert!(matches!(heads, Err(HeadError::Origins(..))), "{heads:?}");
}

#[test]
fn a_rollback_lacks_something() {
    let (one, other) = (Head::bare(signed(&leaves(3, 3))), Head::bare(signed(&leaves(3, 1))));
    assert!(matches!(Rollback::new(Pair::of(one.clone(), other)), Err(RollbackError::SameSize(3))));
    assert!(Rollback::new(Pair::of(one, Head::bare(signed(&leaves(4, 4))))).is_ok());
}
