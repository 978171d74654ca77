//! A ledger of made-up entries, whose index is computed as the text defines it.

use super::super::*;
use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::entry::{Entry, Header};
use crate::event::SignedEvent;
use crate::hash::{EntryHash, EventHash, LedgerId, NodeHash};
use crate::key::NoteSigner;
use crate::merkle::{self, batch_proof, leaf_hash};
use crate::time::Timestamp;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

pub(super) const ORIGIN: &str = "ledger.example/test/00";

pub(super) struct Bench {
    pub(super) entries: Vec<Entry>,
}

pub(super) fn ledger() -> LedgerId {
    EventHash::from_bytes([7; 32])
}

pub(super) fn key(name: &str) -> NoteSigner {
    NoteSigner::from_seed(name, &Sha256::digest(name).0).unwrap()
}

pub(super) fn leaf(entry: &Entry) -> NodeHash {
    leaf_hash(&entry.to_bytes())
}

impl Bench {
    pub(super) const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    pub(super) fn size(&self) -> u64 {
        self.entries.len() as u64
    }

    pub(super) fn push(&mut self, stream: &str, event_type: &str, signers: &[&str], payload: &str) {
        let seq = self.size();
        let keys: Vec<NoteSigner> =
            signers.iter().enumerate().map(|(at, code)| key(&format!("{code}/k{at}"))).collect();
        let named: Vec<String> =
            keys.iter().map(|k| format!(r#"{{"key":"{}","as":"x"}}"#, k.id_string())).collect();
        let line = format!(
            r#"{{"ledger":"{}","id":"0198f3c2-0000-7000-8000-{seq:012}","type":"{event_type}","version":1,"stream":"{stream}","signers":[{}],"issued":"2026-03-01T05:00:00Z","occurred":{{"from":"2026-03-01T04:00:00Z","precision":"hour"}},"seen":{{"size":0,"root":"{}"}},"payload":{payload}}}"#,
            ledger(),
            named.join(","),
            merkle::empty_root(),
        );
        let signed = SignedEvent::sign(&line, &keys.iter().collect::<Vec<_>>()).unwrap();
        let recorded = Timestamp::parse_micros("2026-03-01T05:00:00.000000Z").unwrap();
        let header = Header { seq, revision: 0, prev: EntryHash::ZERO, recorded };
        self.entries.push(Entry::new(header, signed));
    }

    /// Commits to the index of everything so far, or to something else.
    pub(super) fn commit(&mut self, change: impl FnOnce(IndexHash) -> IndexHash) -> u64 {
        let size = self.size();
        let root = change(self.index(size).root());
        let payload = format!(r#"{{"size":{size},"root":"{root}"}}"#);
        self.push("index/main", COMMITMENT_TYPE, &["operator"], &payload);
        size
    }

    pub(super) fn index(&self, size: u64) -> Index {
        let mut index = Index::default();
        for entry in self.entries.iter().take(usize::try_from(size).unwrap()) {
            index.push(leaf(entry), entry.event());
        }
        index
    }

    /// Every key that stands in the index at a size.
    pub(super) fn keys(&self, size: u64) -> Vec<Key> {
        let below = self.entries.iter().take(usize::try_from(size).unwrap());
        let mut keys: Vec<Key> = below.flat_map(|e| Key::of(e.event())).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    pub(super) fn leaves(&self) -> Vec<NodeHash> {
        self.entries.iter().map(leaf).collect()
    }

    pub(super) fn checkpoint(&self) -> SignedCheckpoint {
        let root = merkle::root_of(&self.leaves());
        let head = Checkpoint { origin: ORIGIN.to_owned(), size: self.size(), root };
        head.sign(&[&key(ORIGIN)]).unwrap()
    }

    /// The proof about `key` by the commitment at `size`, of those entries for which `listed`.
    pub(super) fn proof_of(&self, key: &Key, size: u64, listed: impl Fn(&Entry) -> bool) -> Proof {
        let answer = self.index(size).answer(key);
        let wanted = |entry: &&Entry| {
            let seq = entry.header.seq;
            seq == 0 || seq == size || (seq < size && listed(entry))
        };
        let entries: Vec<Entry> = self.entries.iter().filter(wanted).cloned().collect();
        let shown: Vec<u64> = entries.iter().map(|e| e.header.seq).collect();
        let Ok(hashes) = batch_proof(self.leaves().as_slice(), &shown, size, self.size());
        let parts = entries
            .into_iter()
            .map(|entry| Part { is_key_history: entry.header.seq == 0, entry })
            .collect();
        Proof {
            key: key.clone(),
            size,
            absent: match answer.end {
                End::Found { .. } => None,
                End::Absent(absent) => Some(absent),
            },
            siblings: answer.siblings,
            hashes,
            checkpoint: self.checkpoint(),
            statement: None,
            parts,
        }
    }

    pub(super) fn proof(&self, key: &Key, size: u64) -> Proof {
        self.proof_of(key, size, |entry| key.holds(entry.event()))
    }
}

/// The index root, straight from the definition.
pub(super) fn by_definition(entries: &[Entry]) -> IndexHash {
    let mut lists: BTreeMap<[u8; 32], Vec<NodeHash>> = BTreeMap::new();
    for entry in entries {
        for key in Key::of(entry.event()) {
            lists.entry(Sha256::digest(key.to_string()).0).or_default().push(leaf(entry));
        }
    }
    let leaves: Vec<([u8; 32], [u8; 32])> = lists
        .into_iter()
        .map(|(key, list)| {
            let mut bytes = vec![2];
            bytes.extend_from_slice(&key);
            bytes.extend_from_slice(&(list.len() as u64).to_be_bytes());
            bytes.extend_from_slice(merkle::root_of(&list).as_bytes());
            (key, Sha256::digest(bytes).0)
        })
        .collect();
    IndexHash::from_bytes(node(&leaves, 0))
}

fn node(leaves: &[([u8; 32], [u8; 32])], depth: usize) -> [u8; 32] {
    match leaves {
        [] => [0; 32],
        [(_, leaf)] => *leaf,
        _ => {
            // They are sorted, so those with the bit unset come first.
            let unset =
                |(key, _): &([u8; 32], [u8; 32])| key[depth / 8] >> (7 - depth % 8) & 1 == 0;
            let (left, right) = leaves.split_at(leaves.partition_point(unset));
            let mut bytes = vec![3];
            bytes.extend_from_slice(&node(left, depth + 1));
            bytes.extend_from_slice(&node(right, depth + 1));
            Sha256::digest(bytes).0
        }
    }
}
