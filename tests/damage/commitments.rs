//! Commitments to the index: whoever has the operator's keys and makes the history over again, with
//! every hash right, is named by what the operator committed to before; and so is a false commitment.

use super::{assert_named, named, small, verified};
use accord_format::completeness::Index;
use accord_format::entry::Entry;
use accord_format::event::SignedEvent;
use accord_format::hash::IndexHash;
use accord_format::merkle::leaf_hash;
use accord_tests::files::Files;
use accord_tests::forge::{self, Link};
use accord_tests::world::{Pen, World, key};
use serde_json::json;

/// What may be wrong with commitments, as directories, each with the seqs at which that is named.
pub(super) fn directories(world: &World) -> Vec<(String, Files, Vec<u64>)> {
    let mut all = Vec::new();
    let at = world.marks["commitment"];
    let mut forged = |what: &str, wrong: &[u64], change: &dyn Fn(&mut Vec<Link>)| {
        let mut links = forge::links(&world.entries);
        change(&mut links);
        let entries = forge::chain(&links);
        let keys = [&world.checkpoint_key()];
        let files = forge::directory(&entries, &world.origin, &keys);
        all.push((what.to_owned(), files, wrong.to_vec()));
    };
    let before = usize::try_from(at).unwrap() - 10;
    let swapped = |at: usize| {
        move |links: &mut Vec<Link>| {
            let (first, second) = (links[at].note.clone(), links[at + 1].note.clone());
            (links[at].note, links[at + 1].note) = (second, first);
        }
    };
    forged("two reports before it swapped", &[at], &swapped(before));
    forged("a report before it left out", &[at - 1], &|l| drop(l.remove(before)));
    forged("two reports behind it swapped", &[], &swapped(before + 20));
    forged("moved behind the next entry", &[at + 1], &swapped(before + 10));
    let (size, root) = (world.size(), root(&world.entries));
    let end = |what: &str, links: &mut Vec<Link>| {
        let recorded = links.last().unwrap().recorded.plus_seconds(100_000 * 60);
        links.push(Link::new(what, recorded));
    };
    let other = root_without(&world.entries, before);
    for (what, wrong, payload) in [
        ("a right one at the end", vec![], json!({"size": size, "root": root})),
        ("an entry left out of the index", vec![size], json!({"size": size, "root": other})),
        ("another size", vec![size], json!({"size": size - 1, "root": root})),
        ("no root", vec![size], json!({"size": size})),
        ("a root of another form", vec![size], json!({"size": size, "root": "AB".repeat(32)})),
        ("a size of another form", vec![size], json!({"size": true, "root": root})),
        ("more members", vec![size], json!({"size": size, "root": root, "more": 1})),
        ("no members", vec![size], json!({})),
    ] {
        let note = commitment(world, payload).note().to_owned();
        forged(what, &wrong, &|l| end(&note, l));
    }
    all
}

fn commitment(world: &World, payload: serde_json::Value) -> SignedEvent {
    let mut pen = Pen::new("ledger.example/damage");
    pen.id = Some(world.id);
    pen.at(100_000);
    pen.event("index.committed", "index/main", payload, &[(&key("operator/main", 1), "operator")])
}

fn root(entries: &[Vec<u8>]) -> IndexHash {
    root_without(entries, usize::MAX)
}

fn root_without(entries: &[Vec<u8>], left_out: usize) -> IndexHash {
    let mut index = Index::default();
    for (_, bytes) in entries.iter().enumerate().filter(|(at, _)| *at != left_out) {
        index.push(leaf_hash(bytes), Entry::parse(bytes).unwrap().event());
    }
    index.root()
}

#[test]
fn what_was_committed_to_is_compared() {
    for (what, files, wrong) in directories(small()) {
        let expected: Vec<_> = wrong.iter().map(|seq| ("index-root", Some(*seq))).collect();
        assert_eq!(named(&verified(&files)), expected, "{what}");
    }
}

/// Damage is named where it is, and the operator is not blamed for what it makes of the index.
#[test]
fn nobody_is_blamed_for_a_commitment_behind_damage() {
    let world = small();
    let at = world.marks["commitment"];
    let mut links = forge::links(&world.entries);
    links[3].revision = Some(9);
    let seq = 3;
    let entries = forge::chain(&links);
    let files = forge::directory(&entries, &world.origin, &[&world.checkpoint_key()]);
    let found = named(&verified(&files));
    assert!(found.contains(&("revision-wrong", Some(seq))), "{found:?}");
    assert!(!found.contains(&("index-root", Some(at))), "{found:?}");
    assert_named("nothing", &world.files, &[]);
}
