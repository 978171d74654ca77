//! The tail in memory: the entries that are not yet in a full bundle, and their leaf hashes.

use accord_format::entry::entry_hash;
use accord_format::hash::{EntryHash, NodeHash};
use accord_format::merkle::leaf_hash;

/// What the tail holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    base: u64,
    prev: EntryHash,
    /// The entries in bundle encoding, one behind the other.
    encoded: Vec<u8>,
    /// Where each entry's length stands in `encoded`, and behind them where the last entry ends.
    starts: Vec<usize>,
    leaves: Vec<NodeHash>,
    last: EntryHash,
    note: String,
}

impl Image {
    /// A tail without entries, from seq `base` on, behind the entry with hash `prev`.
    pub fn empty(base: u64, prev: EntryHash) -> Self {
        Self {
            base,
            prev,
            encoded: Vec::new(),
            starts: vec![0],
            leaves: Vec::new(),
            last: prev,
            note: String::new(),
        }
    }

    /// Seq of the first entry: everything below lies in full bundles.
    pub const fn base(&self) -> u64 {
        self.base
    }

    /// Hash of the entry before the base.
    pub const fn prev(&self) -> EntryHash {
        self.prev
    }

    /// Number of entries of the ledger: the seq of the next one.
    pub fn size(&self) -> u64 {
        self.base + self.leaves.len() as u64
    }

    /// Hash of the last entry.
    pub const fn last_hash(&self) -> EntryHash {
        self.last
    }

    /// The signed checkpoint that covers everything here; empty before the first.
    pub fn note(&self) -> &str {
        &self.note
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.encoded.len()
    }

    /// The leaf hashes of all entries here.
    pub fn leaves(&self) -> &[NodeHash] {
        &self.leaves
    }

    /// The entry `seq`, if it is here.
    pub fn entry(&self, seq: u64) -> Option<&[u8]> {
        let at = usize::try_from(seq.checked_sub(self.base)?).ok()?;
        let (start, end) = (*self.starts.get(at)?, *self.starts.get(at + 1)?);
        self.encoded.get(start + 2..end)
    }

    /// The leaf hash of entry `seq`, if it is here.
    pub fn leaf(&self, seq: u64) -> Option<NodeHash> {
        let at = usize::try_from(seq.checked_sub(self.base)?).ok()?;
        self.leaves.get(at).copied()
    }

    /// The entries from `start` to before `end` as a bundle; empty if they are not all here.
    pub fn encoded(&self, start: u64, end: u64) -> &[u8] {
        let offset = |seq: u64| {
            let at = usize::try_from(seq.checked_sub(self.base)?).ok()?;
            self.starts.get(at).copied()
        };
        match (offset(start), offset(end)) {
            (Some(from), Some(to)) => self.encoded.get(from..to).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Adds entries that a checked frame holds, with their leaf hashes.
    pub fn push(&mut self, entries: &[&[u8]], leaves: &[NodeHash]) {
        for (entry, leaf) in entries.iter().zip(leaves) {
            // A checked frame holds no longer ones.
            let length = u16::try_from(entry.len()).unwrap_or(u16::MAX);
            self.encoded.extend_from_slice(&length.to_be_bytes());
            self.encoded.extend_from_slice(entry);
            self.starts.push(self.encoded.len());
            self.leaves.push(*leaf);
        }
        if let Some(entry) = entries.last() {
            self.last = entry_hash(entry);
        }
    }

    /// Adds entries, hashing them.
    pub(super) fn push_hashing(&mut self, entries: &[&[u8]]) {
        let leaves: Vec<NodeHash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        self.push(entries, &leaves);
    }

    /// Sets the checkpoint that covers everything here.
    pub fn cover(&mut self, note: String) {
        self.note = note;
    }

    /// Lets go of everything from `size` on.
    pub(super) fn truncate(&mut self, size: u64) {
        let keep = usize::try_from(size.saturating_sub(self.base)).unwrap_or(usize::MAX);
        if keep < self.leaves.len() {
            self.leaves.truncate(keep);
            self.starts.truncate(keep + 1);
            self.encoded.truncate(self.starts.last().copied().unwrap_or(0));
            self.last = match size.checked_sub(1).and_then(|seq| self.entry(seq)) {
                Some(entry) => entry_hash(entry),
                None => self.prev,
            };
        }
    }

    /// The same tail without what lies below `base`, which must be from this base to the size.
    #[must_use]
    pub fn from_base(&self, base: u64) -> Self {
        let at = usize::try_from(base.saturating_sub(self.base)).unwrap_or(usize::MAX);
        let cut = self.starts.get(at).copied().unwrap_or(self.encoded.len());
        let prev = match base.checked_sub(1).and_then(|seq| self.entry(seq)) {
            Some(entry) => entry_hash(entry),
            None => self.prev,
        };
        Self {
            base,
            prev,
            encoded: self.encoded[cut..].to_vec(),
            starts: self.starts.iter().skip(at).map(|start| start - cut).collect(),
            leaves: self.leaves.iter().skip(at).copied().collect(),
            last: self.last,
            note: self.note.clone(),
        }
    }
}
