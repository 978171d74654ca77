//! Proofs: what is complete is shown to be, and nothing else is.

use super::super::*;
use super::bench::{Bench, ORIGIN, key, ledger};
use crate::hash::{EventHash, NodeHash};
use crate::merkle::batch_proof;

/// Eleven entries, a commitment at 8, and what came after it.
fn bench() -> (Bench, u64) {
    let mut bench = Bench::new();
    bench.push("ledger/main", "ledger.initialised", &["operator", "guarantor"], "{}");
    for n in 0..7 {
        let signer = if n % 2 == 0 { "ua" } else { "ru" };
        bench.push(&format!("case/{}", n % 3), "case.opened", &[signer], "{}");
    }
    let size = bench.commit(|root| root);
    bench.push("case/0", "case.opened", &["ua"], "{}");
    bench.push("case/9", "case.closed", &["ua"], "{}");
    (bench, size)
}

fn absent() -> Vec<Key> {
    let absent = ["stream/case/9", "type/case.closed", "signer/mission", "stream/index/main"];
    absent.iter().map(|key| key.parse().unwrap()).collect()
}

fn holds(proof: &Proof) -> bool {
    let signed = proof.checkpoint.verify(ORIGIN, &[key(ORIGIN).vkey().clone().into()]).is_ok();
    let mirror = key("mirror.example/index");
    let vouched = proof.statement.as_ref().is_none_or(|s| s.verify(mirror.vkey()).is_ok());
    signed && vouched && proof.verify(&ledger()).is_ok()
}

fn vouch(bench: &Bench, size: u64) -> SignedStatement {
    let tree = crate::merkle::root_of(&bench.leaves()[..usize::try_from(size).unwrap()]);
    let index = bench.index(size).root();
    let statement = Statement { ledger: ledger(), size, tree, index };
    let note = statement.sign(&key("mirror.example/index")).unwrap();
    SignedStatement::parse(note.to_text().as_bytes()).unwrap()
}

#[test]
fn every_key_is_proven_complete_and_every_other_key_empty() {
    let (bench, size) = bench();
    let keys = bench.keys(size);
    assert_eq!(keys.len(), 4 + 2 + 4);
    for key in keys.iter().cloned().chain(absent()) {
        let mut proof = bench.proof(&key, size);
        for statement in [None, Some(vouch(&bench, size))] {
            proof.statement = statement;
            let shown = proof.verify(&ledger()).unwrap_or_else(|e| panic!("{key}: {e}"));
            assert_eq!(shown.index, bench.index(size).root());
            assert_eq!(shown.tree, vouch(&bench, size).statement().tree);
            let listed: Vec<u64> = proof.listed().map(|e| e.header.seq).collect();
            let all = bench.entries.iter().filter(|e| e.header.seq < size && key.holds(e.event()));
            assert_eq!(listed, all.map(|e| e.header.seq).collect::<Vec<_>>());
            assert_eq!(listed.is_empty(), !keys.contains(&key));
            assert_eq!(Proof::parse(&proof.to_bytes()).unwrap(), proof);
            assert!(holds(&proof));
        }
    }
}

#[test]
fn an_entry_left_out_shows() {
    let (bench, size) = bench();
    for key in bench.keys(size) {
        let all: Vec<u64> = bench.proof(&key, size).listed().map(|e| e.header.seq).collect();
        for left_out in all.into_iter().filter(|seq| *seq != 0) {
            let listed = |e: &crate::entry::Entry| key.holds(e.event()) && e.header.seq != left_out;
            let mut proof = bench.proof_of(&key, size, listed);
            let error = proof.verify(&ledger()).unwrap_err();
            let shows = matches!(error, ProofError::Incomplete { .. } | ProofError::Listed { .. });
            assert!(shows, "{key} without {left_out}: {error}");
            proof.absent = Some(Absent::Empty);
            assert!(proof.verify(&ledger()).is_err());
        }
    }
}

#[test]
fn what_is_there_cannot_be_said_to_be_absent() {
    let (bench, size) = bench();
    let key: Key = "stream/case/1".parse().unwrap();
    let mut proof = bench.proof_of(&key, size, |_| false);
    assert!(proof.listed().next().is_none());
    for absent in absent() {
        let other = bench.proof(&absent, size);
        (proof.absent, proof.siblings) = (other.absent, other.siblings.clone());
        let error = proof.verify(&ledger()).unwrap_err();
        assert!(matches!(error, ProofError::Incomplete { .. } | ProofError::Path(_)), "{error}");
    }
}

#[test]
fn a_false_index_proves_nothing_about_presence_and_is_not_believed_twice() {
    let (mut bench, _) = bench();
    let mirror = vouch(&bench, 9);
    // The operator leaves one entry out of the index that it commits to.
    let hidden = 3;
    let mut false_index = Index::default();
    for entry in bench.entries.iter().filter(|e| e.header.seq != hidden) {
        false_index.push(super::bench::leaf(entry), entry.event());
    }
    let size = bench.commit(|_| false_index.root());
    let key = Key::of(bench.entries[3].event()).next().unwrap();
    // It can then show its lie: the entries are there, the index is what it committed to.
    let mut lie = bench.proof_of(&key, size, |e| key.holds(e.event()) && e.header.seq != hidden);
    lie.siblings = false_index.answer(&key).siblings;
    assert!(lie.verify(&ledger()).is_ok());
    // The truth does not fit the false root, and no mirror has vouched for it.
    assert!(bench.proof(&key, size).verify(&ledger()).is_err());
    for statement in [vouch(&bench, size), mirror] {
        lie.statement = Some(statement);
        let error = lie.verify(&ledger()).unwrap_err();
        assert!(matches!(error, ProofError::OtherIndex { .. }), "{error}");
    }
}

#[test]
fn a_statement_about_another_history_vouches_for_nothing() {
    let (bench, size) = bench();
    let mut proof = bench.proof(&"type/case.opened".parse().unwrap(), size);
    let honest = *vouch(&bench, size).statement();
    for other in [
        Statement { ledger: EventHash::from_bytes([8; 32]), ..honest },
        Statement { size: size + 1, ..honest },
        Statement { tree: NodeHash::from_bytes([8; 32]), ..honest },
        Statement { index: IndexHash::from_bytes([8; 32]), ..honest },
    ] {
        let note = other.sign(&key("mirror.example/index")).unwrap().to_text();
        proof.statement = Some(SignedStatement::parse(note.as_bytes()).unwrap());
        assert!(matches!(proof.verify(&ledger()), Err(ProofError::OtherIndex { .. })), "{other:?}");
    }
}

#[test]
fn the_commitment_is_the_entry_at_the_size_and_of_this_ledger() {
    let (bench, size) = bench();
    let proof = bench.proof(&"type/case.opened".parse().unwrap(), size);
    let elsewhere = proof.verify(&EventHash::from_bytes([8; 32]));
    assert!(matches!(elsewhere, Err(ProofError::Commitment(at)) if at == size));
    // A commitment that says another size than its position.
    let mut late = bench;
    let root = late.index(late.size()).root();
    let at = late.size();
    let payload = format!(r#"{{"size":{},"root":"{root}"}}"#, at - 1);
    late.push("index/main", COMMITMENT_TYPE, &["operator"], &payload);
    let shifted = late.proof(&"type/case.opened".parse().unwrap(), at);
    assert!(matches!(shifted.verify(&ledger()), Err(ProofError::Commitment(_))));
    // None at all.
    let mut without = proof;
    without.parts.retain(|part| part.entry.header.seq != size);
    let shown: Vec<u64> = without.parts.iter().map(|p| p.entry.header.seq).collect();
    let leaves = &late.leaves()[..11];
    let Ok(hashes) = batch_proof(leaves, &shown, size, 11);
    without.hashes = hashes;
    assert!(matches!(without.verify(&ledger()), Err(ProofError::Commitment(_))));
}

#[test]
fn nothing_superfluous_stands_in_a_file() {
    let (bench, size) = bench();
    let key: Key = "stream/case/1".parse().unwrap();
    for extra in [1, 9] {
        let mut proof = bench.proof(&key, size);
        let entry = bench.entries[usize::try_from(extra).unwrap()].clone();
        proof.parts.push(Part { entry, is_key_history: false });
        proof.parts.sort_by_key(|part| part.entry.header.seq);
        let shown: Vec<u64> = proof.parts.iter().map(|p| p.entry.header.seq).collect();
        let Ok(hashes) = batch_proof(bench.leaves().as_slice(), &shown, size, bench.size());
        proof.hashes = hashes;
        assert!(matches!(proof.verify(&ledger()), Err(ProofError::Superfluous(at)) if at == extra));
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let (bench, size) = bench();
    for text in ["stream/case/1", "signer/mission"] {
        let mut proof = bench.proof(&text.parse().unwrap(), size);
        proof.statement = Some(vouch(&bench, size));
        let bytes = proof.to_bytes();
        for at in 0..bytes.len() {
            for bit in [0, 2, 5] {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << bit;
                let accepted = Proof::parse(&flipped).is_ok_and(|p| holds(&p));
                let key_at = bytes.windows(5).position(|w| w == b"\nkey ").unwrap() + 5;
                let in_absent_key = text == "signer/mission"
                    && (key_at..key_at + text.len()).contains(&at)
                    && Proof::parse(&flipped).is_ok_and(|p| p.absent.is_some());
                // Another absent key may have the very same proof.
                assert!(!accepted || in_absent_key, "{text} byte {at} bit {bit}");
            }
            assert!(Proof::parse(&bytes[..at]).map_or(true, |p| !holds(&p)), "cut at {at}");
        }
        for more in [&b"\n"[..], b"entry 11 0\n", b"x"] {
            assert!(Proof::parse(&[&bytes, more].concat()).is_err());
        }
    }
}

#[test]
fn files_have_limits_and_one_order() {
    let (bench, size) = bench();
    let proof = bench.proof(&"stream/case/1".parse().unwrap(), size);
    let text = String::from_utf8(proof.to_bytes()).unwrap();
    for (from, to) in [
        ("map ", "map 0"),
        ("tree ", "tree 18446744073709551615\n"),
        ("checkpoint ", "checkpoint 9999999"),
        ("vouched 0", "vouched 1"),
        ("found", "empty "),
        ("size 8", "size  8"),
        ("completeness/v1", "completeness/v2"),
        ("key stream", "key  stream"),
        ("entry 2 ", "entry 02 "),
        ("\nentry 2 ", "\nother-entry 2 "),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text);
        assert!(Proof::parse(changed.as_bytes()).is_err(), "{to}");
    }
    let mut swapped = proof;
    swapped.parts.swap(1, 2);
    assert!(matches!(Proof::parse(&swapped.to_bytes()), Err(ProofError::Order(_))));
    let long = vec![b'x'; FILE_MAX + 1];
    assert!(matches!(Proof::parse(&long), Err(ProofError::TooLong(_))));
}
