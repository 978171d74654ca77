//! The index: one root for one set of entries, one answer for one key.

use super::super::*;
use super::bench::{Bench, by_definition, key, leaf, ledger};
use crate::hash::NodeHash;
use proptest::collection::vec;
use proptest::prelude::*;

fn bench(events: &[(u8, u8, Vec<u8>)]) -> Bench {
    let mut bench = Bench::new();
    for (stream, event_type, signers) in events {
        let mut names: Vec<String> = signers.iter().map(|s| format!("s{s}")).collect();
        names.push("s0".to_owned());
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        bench.push(&format!("case/{stream}"), &format!("a.t{event_type}"), &names, "{}");
    }
    bench
}

fn events() -> impl Strategy<Value = Vec<(u8, u8, Vec<u8>)>> {
    vec((0..12_u8, 0..4_u8, vec(0..5_u8, 0..3)), 0..30)
}

#[test]
fn the_index_of_nothing_is_empty() {
    assert_eq!(Index::default().root(), IndexHash::from_bytes([0; 32]));
    assert_eq!(Index::default().keys(), 0);
}

#[test]
fn keys_have_one_spelling() {
    for good in ["stream/violation/0198", "type/a.b", "signer/mission"] {
        assert_eq!(good.parse::<Key>().unwrap().to_string(), good);
    }
    for bad in [
        "",
        "stream",
        "stream/a",
        "stream/a/b/c",
        "type/a",
        "type/a.",
        "signer/a/b",
        "signer/A",
        "other/a",
    ] {
        assert!(bad.parse::<Key>().is_err(), "{bad}");
    }
}

#[test]
fn an_entry_stands_once_under_each_of_its_signers() {
    let mut bench = Bench::new();
    bench.push("a/b", "x.y", &["ua", "ru", "ua"], "{}");
    let keys: Vec<String> = Key::of(bench.entries[0].event()).map(|k| k.to_string()).collect();
    assert_eq!(keys, ["stream/a/b", "type/x.y", "signer/ru", "signer/ua"]);
    for text in keys {
        assert!(text.parse::<Key>().unwrap().holds(bench.entries[0].event()), "{text}");
    }
    assert!(!Key::Stream("a/c".into()).holds(bench.entries[0].event()));
    assert!(!Key::Signer("operator".into()).holds(bench.entries[0].event()));
}

#[test]
fn a_commitment_is_exactly_size_and_root() {
    let mut bench = Bench::new();
    let root = "ab".repeat(32);
    let good = format!(r#"{{"root":"{root}","size":0}}"#);
    bench.push("index/main", COMMITMENT_TYPE, &["operator"], &good);
    let found = Commitment::of(bench.entries[0].event());
    assert_eq!(found, Some(Commitment { size: 0, root: root.parse().unwrap() }));
    for bad in [
        "{}".to_owned(),
        format!(r#"{{"root":"{root}"}}"#),
        format!(r#"{{"root":"{root}","size":-1}}"#),
        format!(r#"{{"root":"{root}","size":"0"}}"#),
        format!(r#"{{"root":"{}","size":0}}"#, "AB".repeat(32)),
        format!(r#"{{"root":"{root}","size":0,"more":1}}"#),
    ] {
        bench.push("index/main", COMMITMENT_TYPE, &["operator"], &bad);
        let event = bench.entries.last().unwrap().event();
        assert!(Commitment::is_claimed_by(event));
        assert_eq!(Commitment::of(event), None, "{bad}");
    }
    bench.push("index/main", "index.other", &["operator"], &good);
    assert_eq!(Commitment::of(bench.entries.last().unwrap().event()), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn growing_is_computing_anew(events in events()) {
        let bench = bench(&events);
        let mut growing = Index::default();
        for (at, entry) in bench.entries.iter().enumerate() {
            growing.push(leaf(entry), entry.event());
            // Now and then only, so that several changes come between two roots.
            if at % 3 == 0 {
                prop_assert_eq!(growing.root(), by_definition(&bench.entries[..=at]));
            }
        }
        prop_assert_eq!(growing.root(), by_definition(&bench.entries));
        prop_assert_eq!(growing.keys(), bench.keys(bench.size()).len() as u64);
    }

    #[test]
    fn every_key_has_one_answer(events in events(), others in vec(0..200_u8, 0..20)) {
        let bench = bench(&events);
        let mut index = bench.index(bench.size());
        let root = index.root();
        let known = bench.keys(bench.size());
        let strangers = others.iter().map(|n| Key::Stream(format!("none/{n}")));
        for key in known.iter().cloned().chain(strangers) {
            let answer = index.answer(&key);
            prop_assert_eq!(answer.root(&key.hash()), Some(root));
            prop_assert_eq!(matches!(answer.end, End::Found { .. }), known.contains(&key));
            for forged in forgeries(&answer, &key) {
                prop_assert!(forged.root(&key.hash()) != Some(root), "{:?}", forged);
            }
        }
    }

    #[test]
    fn hostile_answers_never_panic(hash: [u8; 32], siblings in vec(any::<[u8; 32]>(), 0..300), count: u64) {
        let key = KeyHash::from_bytes(hash);
        let siblings: Vec<_> = siblings.into_iter().map(IndexHash::from_bytes).collect();
        let found = End::Found { count, root: NodeHash::from_bytes(hash) };
        let answer = Answer { end: found, siblings };
        prop_assert_eq!(answer.root(&key).is_some(), answer.siblings.len() <= 256);
    }
}

/// Other answers about the same key.
fn forgeries(honest: &Answer, key: &Key) -> Vec<Answer> {
    let root = NodeHash::from_bytes([9; 32]);
    let mut near = *key.hash().as_bytes();
    near[31] ^= 1;
    let neighbour = Absent::Other { key: KeyHash::from_bytes(near), count: 1, root };
    let own = Absent::Other { key: key.hash(), count: 1, root };
    let mut ends = vec![
        End::Absent(Absent::Empty),
        End::Absent(neighbour),
        End::Absent(own),
        End::Found { count: 1, root },
    ];
    if let End::Found { count, root } = honest.end {
        ends.push(End::Found { count: count + 1, root });
        ends.push(End::Absent(Absent::Other { key: key.hash(), count, root }));
    }
    let siblings = &honest.siblings;
    let mut lists = vec![siblings.clone()];
    lists.extend((0..siblings.len()).map(|at| siblings[..at].to_vec()));
    lists.push([siblings.as_slice(), &[IndexHash::from_bytes([0; 32])]].concat());
    let all = lists.iter().flat_map(|siblings| {
        ends.iter().chain([&honest.end]).map(|end| Answer { end: *end, siblings: siblings.clone() })
    });
    all.filter(|answer| answer != honest).collect()
}

#[test]
fn another_key_ends_the_path_only_where_it_can_stand() {
    let key = Key::Type("a.b".into());
    let mut far = *key.hash().as_bytes();
    far[0] ^= 0x40;
    let (root, other) = (NodeHash::from_bytes([1; 32]), KeyHash::from_bytes(far));
    let end = End::Absent(Absent::Other { key: other, count: 1, root });
    let sibling = IndexHash::from_bytes([2; 32]);
    // They agree in the first bit only.
    assert!(Answer { end, siblings: vec![sibling] }.root(&key.hash()).is_some());
    assert_eq!(Answer { end, siblings: vec![sibling; 2] }.root(&key.hash()), None);
}

#[test]
fn a_statement_is_signed_by_a_key_for_it_alone() {
    let statement = Statement {
        ledger: ledger(),
        size: 5,
        tree: NodeHash::from_bytes([1; 32]),
        index: IndexHash::from_bytes([2; 32]),
    };
    let (mirror, other) = (key("mirror.example/index"), key("other.example/index"));
    let note = statement.sign(&mirror).unwrap().to_text();
    let signed = SignedStatement::parse(note.as_bytes()).unwrap();
    assert_eq!((signed.statement(), signed.to_text()), (&statement, note.clone()));
    assert_eq!(signed.verify(mirror.vkey()), Ok(()));
    let unsigned = StatementError::Unsigned(other.id_string());
    assert_eq!(signed.verify(other.vkey()), Err(unsigned));
    for name in ["mirror.example", "mirror.example/desk", "/index"] {
        let error = StatementError::KeyName(name.to_owned());
        assert_eq!(statement.sign(&key(name)), Err(error.clone()));
        assert_eq!(signed.verify(key(name).vkey()), Err(error));
    }
    for (from, to) in [
        ("tree 5", "tree 05"),
        ("index/v1", "index/v2"),
        ("index 02", "index x2"),
        ("ledger", "Ledger"),
    ] {
        let changed = note.replacen(from, to, 1);
        assert_ne!(changed, note);
        assert!(SignedStatement::parse(changed.as_bytes()).is_err(), "{to}");
    }
    let moved = SignedStatement::parse(note.replacen("tree 5", "tree 6", 1).as_bytes()).unwrap();
    assert_eq!(moved.verify(mirror.vkey()), Err(StatementError::Unsigned(mirror.id_string())));
}
