//! What the store has promised so far.

use accord_format::checkpoint::Checkpoint;
use accord_format::entry::entry_hash;
use accord_format::hash::{EntryHash, NodeHash};
use accord_format::merkle::{Frontier, leaf_hash, root_of};
use accord_store::disk::sim::random::Random;
use std::collections::BTreeMap;

/// The ledger as it must be.
#[derive(Clone, Default)]
pub(crate) struct Model {
    pub(crate) entries: Vec<Vec<u8>>,
    pub(crate) leaves: Vec<NodeHash>,
    /// Roots of every 256 leaves.
    pub(crate) level1: Vec<NodeHash>,
    pub(crate) frontier: Frontier,
    /// Checkpoints that left the store, by size.
    pub(crate) released: BTreeMap<u64, String>,
    /// Size of the latest checkpoint whose publication returned.
    pub(crate) published: u64,
    /// True for a ledger whose checkpoints need cosignatures to be published.
    pub(crate) quorum: bool,
    /// Cosignatures under which checkpoints were published, by size.
    pub(crate) witnessed: BTreeMap<u64, Vec<String>>,
    /// A batch whose commit failed: it may be there or not, whole.
    pub(crate) in_flight: Option<(Vec<Vec<u8>>, Option<String>)>,
    /// Everything below is known to lie in bundles that nothing touches any more.
    pub(crate) settled: u64,
    signed: u64,
}

impl Model {
    pub(crate) fn size(&self) -> u64 {
        self.entries.len() as u64
    }

    pub(crate) fn last_hash(&self) -> EntryHash {
        self.entries.last().map_or(EntryHash::ZERO, |entry| entry_hash(entry))
    }

    pub(crate) fn root(&self) -> NodeHash {
        self.frontier.root()
    }

    /// Entries that continue the chain, each holding the hash of the one before.
    pub(crate) fn draft(&self, count: usize, random: &mut Random) -> Vec<Vec<u8>> {
        let mut prev = self.last_hash();
        let mut batch = Vec::with_capacity(count);
        for at in 0..count {
            let seq = self.entries.len() + at;
            let longest = if random.one_in(40) { 3000 } else { 60 };
            let filling = "x".repeat(random.below(longest));
            let entry = format!("{seq} {prev} {:016x}{filling}\n", random.bits()).into_bytes();
            prev = entry_hash(&entry);
            batch.push(entry);
        }
        batch
    }

    /// Signs as the ledger would; no two notes are alike, so that two for one size show.
    pub(crate) fn sign(&mut self, size: u64, root: NodeHash) -> String {
        self.signed += 1;
        let checkpoint = Checkpoint { origin: "simulated.example/log".to_owned(), size, root };
        let note = format!("{}\n— signer/{} AAAAAAAA\n", checkpoint.to_text(), self.signed);
        if let Some((_, signed)) = &mut self.in_flight {
            *signed = Some(note.clone());
        }
        note
    }

    /// The note with one cosignature more, and its line; no two lines are alike.
    pub(crate) fn cosign(&mut self, note: &str) -> (String, String) {
        self.signed += 1;
        let line = format!("— witness/{} AAAAAAAB", self.signed);
        (format!("{note}{line}\n"), line)
    }

    /// The batch in flight turned out to be there, under this checkpoint.
    pub(crate) fn accept(&mut self, note: &str) {
        let (batch, signed) = self.in_flight.take().expect("a batch in flight");
        assert_eq!(signed.as_deref(), Some(note), "kept under another checkpoint than was signed");
        for entry in batch {
            let leaf = leaf_hash(&entry);
            self.entries.push(entry);
            self.leaves.push(leaf);
            self.frontier.push(leaf);
            if self.leaves.len().is_multiple_of(256) {
                self.level1.push(root_of(&self.leaves[self.leaves.len() - 256..]));
            }
        }
        self.release(note);
    }

    /// A checkpoint has left the store.
    pub(crate) fn release(&mut self, note: &str) {
        let size: u64 = note.lines().nth(1).and_then(|line| line.parse().ok()).expect("a size");
        let first = self.released.entry(size).or_insert_with(|| note.to_owned());
        assert_eq!(first, note, "two checkpoints were released for size {size}");
    }

    /// The hashes of level `level` of the tile tree.
    pub(crate) fn level(&self, level: u32) -> Vec<NodeHash> {
        match level {
            0 => self.leaves.clone(),
            1 => self.level1.clone(),
            _ => self.level(level - 1).chunks_exact(256).map(root_of).collect(),
        }
    }
}
