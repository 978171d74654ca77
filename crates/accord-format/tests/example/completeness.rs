//! The example's ledger with a commitment to the index of its three entries, and proofs from it.

use crate::ledger::Example;
use accord_format::checkpoint::{Checkpoint, SignedCheckpoint};
use accord_format::completeness::{
    Absent, Commitment, End, Index, Key, Part, Proof, SignedStatement, Statement,
};
use accord_format::entry::{Entry, Header};
use accord_format::event::SignedEvent;
use accord_format::hash::NodeHash;
use accord_format::key::NoteSigner;
use accord_format::merkle::{self, batch_proof, leaf_hash};
use accord_format::time::Timestamp;

/// The example, its commitment behind it.
pub(crate) struct Indexed {
    pub(crate) example: Example,
    pub(crate) entries: Vec<Entry>,
    pub(crate) leaves: Vec<NodeHash>,
    pub(crate) index: Index,
    pub(crate) mirror: NoteSigner,
}

impl Indexed {
    pub(crate) fn new() -> Self {
        let example = Example::new();
        let mut index = Index::default();
        for (entry, leaf) in example.entries.iter().zip(&example.leaves) {
            index.push(*leaf, entry.event());
        }
        let commitment = commitment(&example, &mut index);
        let mut entries = example.entries.clone();
        entries.push(commitment);
        let leaves = entries.iter().map(|e| leaf_hash(&e.to_bytes())).collect();
        let mirror = NoteSigner::from_seed("mirror.example/index", &[5; 32]).unwrap();
        Self { example, entries, leaves, index, mirror }
    }

    /// The index root over the first three entries.
    pub(crate) fn commitment(&self) -> Commitment {
        Commitment::of(self.entries[3].event()).unwrap()
    }

    /// The signed checkpoint of all four.
    pub(crate) fn checkpoint(&self) -> SignedCheckpoint {
        let (origin, root) = (self.example.origin(), merkle::root_of(&self.leaves));
        Checkpoint { origin, size: 4, root }.sign(&[&self.example.checkpoint_key]).unwrap()
    }

    /// What the mirror says.
    pub(crate) fn statement(&self) -> SignedStatement {
        let statement = Statement {
            ledger: self.example.ledger,
            size: 3,
            tree: merkle::root_of(&self.leaves[..3]),
            index: self.commitment().root,
        };
        let note = statement.sign(&self.mirror).unwrap();
        SignedStatement::parse(note.to_text().as_bytes()).unwrap()
    }

    /// The proof about a key.
    pub(crate) fn proof(&self, key: &str, vouched: bool) -> Proof {
        let key: Key = key.parse().unwrap();
        let answer = self.index.clone().answer(&key);
        let part =
            |entry: &Entry| Part { entry: entry.clone(), is_key_history: entry.header.seq == 0 };
        let wanted =
            |entry: &&Entry| [0, 3].contains(&entry.header.seq) || key.holds(entry.event());
        let parts: Vec<Part> = self.entries.iter().filter(wanted).map(part).collect();
        let shown: Vec<u64> = parts.iter().map(|p| p.entry.header.seq).collect();
        let Ok(hashes) = batch_proof(self.leaves.as_slice(), &shown, 3, 4);
        Proof {
            absent: absent(answer.end),
            siblings: answer.siblings,
            hashes,
            checkpoint: self.checkpoint(),
            statement: vouched.then(|| self.statement()),
            parts,
            size: 3,
            key,
        }
    }
}

const fn absent(end: End) -> Option<Absent> {
    match end {
        End::Found { .. } => None,
        End::Absent(absent) => Some(absent),
    }
}

fn commitment(example: &Example, index: &mut Index) -> Entry {
    let json = format!(
        concat!(
            r#"{{"ledger":"{ledger}","id":"019ca7c6-1ca0-7000-8000-000000000004","type":"index.committed","version":1,"#,
            r#""stream":"index/main","signers":[{{"key":"{operator}","as":"operator"}}],"issued":"2026-03-01T05:01:00Z","#,
            r#""occurred":{{"from":"2026-03-01T05:01:00Z","precision":"second"}},"#,
            r#""seen":{{"size":3,"root":"{root}"}},"payload":{{"size":3,"root":"{index}"}}}}"#,
        ),
        ledger = example.ledger,
        operator = example.operator.id_string(),
        root = merkle::root_of(&example.leaves),
        index = index.root(),
    );
    let signed = SignedEvent::sign(&json, &[&example.operator]).unwrap();
    let recorded = Timestamp::parse_micros("2026-03-01T05:01:00.000000Z").unwrap();
    let prev = example.entries.last().unwrap().hash();
    Entry::new(Header { seq: 3, revision: 0, prev, recorded }, signed)
}
