//! Bundles (`accord.bundle/v1`): one entry with all that is needed to check it from nothing but
//! the ledger id.
//!
//! ```text
//! accord.bundle/v1
//! checkpoint <bytes>
//! <signed checkpoint>
//! entry <index> <hashes> <bytes>
//! <base64 hash, one a line>
//! <entry bytes>
//! …
//! ```
//!
//! The first entry is the genesis, whose event hash must be the ledger id; then every operator
//! entry that changed the checkpoint keys, in order; the subject comes last (a genesis or a key
//! entry that is itself the subject stands once more at the end). All proofs lead to the one
//! checkpoint.

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::entry::{ENTRY_MAX, Entry, EntryError};
use crate::hash::NodeHash;
use crate::merkle::{self, ProofError};
use crate::wire;

const FIRST_LINE: &str = "accord.bundle/v1";
const HASHES_MAX: u64 = 64;
/// The most entries of a bundle: a century of rotations by a dozen members of a key authority.
pub const ENTRIES_MAX: usize = 20_000;

/// Why bytes are not a bundle, or do not hold.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// Not the first line.
    #[error("the first line is not \"{FIRST_LINE}\"")]
    FirstLine,
    /// Not a bundle's form.
    #[error("part {0} (from 1) is malformed or cut off")]
    Part(usize),
    /// Fewer than genesis and subject.
    #[error("a bundle holds at least the genesis entry and the subject")]
    TooFew,
    /// The checkpoint.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// An entry.
    #[error("entry {index}: {error}")]
    Entry {
        /// Its index.
        index: u64,
        /// What is wrong.
        error: EntryError,
    },
    /// An entry's bytes are not those of its index.
    #[error("the entry said to be at {index} names seq {seq}")]
    Position {
        /// As the bundle says.
        index: u64,
        /// As the entry says.
        seq: u64,
    },
    /// The key entries do not begin with seq 0 and ascend.
    #[error("entry {0} is out of order: the genesis comes first, then key entries by rising seq")]
    Order(u64),
    /// A proof.
    #[error("the inclusion proof of entry {index}: {error}")]
    Proof {
        /// Which entry.
        index: u64,
        /// What is wrong.
        error: ProofError,
    },
}

/// One entry with its inclusion proof.
#[derive(Clone, Debug, PartialEq)]
pub struct ProvenEntry {
    /// The entry.
    pub entry: Entry,
    /// The path, leaf's sibling first.
    pub hashes: Vec<NodeHash>,
}

impl ProvenEntry {
    /// Checks that the entry stands at its seq under this head.
    pub fn verify(&self, head: &Checkpoint) -> Result<(), ProofError> {
        let leaf = merkle::leaf_hash(&self.entry.to_bytes());
        let index = self.entry.header.seq;
        merkle::verify_inclusion(index, head.size, leaf, &self.hashes, &head.root)
    }

    /// Writes it as a part of a bundle.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let bytes = self.entry.to_bytes();
        let (seq, hashes) = (self.entry.header.seq, self.hashes.len());
        out.extend_from_slice(format!("entry {seq} {hashes} {}\n", bytes.len()).as_bytes());
        for hash in &self.hashes {
            out.extend_from_slice(wire::to_base64(hash.as_bytes()).as_bytes());
            out.push(b'\n');
        }
        out.extend_from_slice(&bytes);
    }

    /// Reads a part of a bundle whose header line stands next.
    pub(crate) fn read(rest: &mut &[u8], part: usize) -> Result<Self, BundleError> {
        let (index, hashes, bytes) = entry_part(rest).ok_or(BundleError::Part(part))?;
        let entry = Entry::parse(bytes).map_err(|error| BundleError::Entry { index, error })?;
        if entry.header.seq != index {
            return Err(BundleError::Position { index, seq: entry.header.seq });
        }
        Ok(Self { entry, hashes })
    }
}

/// A bundle: key history, subject, one checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Bundle {
    /// The checkpoint all proofs lead to.
    pub checkpoint: SignedCheckpoint,
    /// Genesis and checkpoint-key entries, in order of seq.
    pub keys: Vec<ProvenEntry>,
    /// What the bundle is about.
    pub subject: ProvenEntry,
}

impl Bundle {
    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let checkpoint = self.checkpoint.to_text();
        let mut out =
            format!("{FIRST_LINE}\ncheckpoint {}\n{checkpoint}", checkpoint.len()).into_bytes();
        for proven in self.keys.iter().chain([&self.subject]) {
            proven.write(&mut out);
        }
        out
    }

    /// Reads a bundle. What it shows is checked by [`Bundle::verify_inclusion`]; whose keys count
    /// is for the ledger to derive from the key entries.
    pub fn parse(bytes: &[u8]) -> Result<Self, BundleError> {
        let mut rest = bytes;
        if line(&mut rest) != Some(FIRST_LINE) {
            return Err(BundleError::FirstLine);
        }
        let checkpoint = read_checkpoint(&mut rest, 1)?;
        let mut entries = Vec::new();
        while !rest.is_empty() {
            let part = entries.len() + 2;
            if entries.len() == ENTRIES_MAX {
                return Err(BundleError::Part(part));
            }
            entries.push(ProvenEntry::read(&mut rest, part)?);
        }
        let subject = entries.pop().ok_or(BundleError::TooFew)?;
        if entries.is_empty() {
            return Err(BundleError::TooFew);
        }
        check_order(&entries)?;
        Ok(Self { checkpoint, keys: entries, subject })
    }

    /// Checks every inclusion proof against the checkpoint's root.
    pub fn verify_inclusion(&self) -> Result<(), BundleError> {
        let head = self.checkpoint.checkpoint();
        self.keys.iter().chain([&self.subject]).try_for_each(|proven| {
            proven
                .verify(head)
                .map_err(|error| BundleError::Proof { index: proven.entry.header.seq, error })
        })
    }
}

/// Reads a checkpoint behind its header line.
pub(crate) fn read_checkpoint(
    rest: &mut &[u8],
    part: usize,
) -> Result<SignedCheckpoint, BundleError> {
    let length = line(rest).and_then(|l| l.strip_prefix("checkpoint ")).and_then(wire::decimal);
    let note = length.and_then(|n| take(rest, n, crate::checkpoint::NOTE_MAX));
    Ok(SignedCheckpoint::parse(note.ok_or(BundleError::Part(part))?)?)
}

/// Key histories begin with the genesis and ascend.
pub(crate) fn check_order(entries: &[ProvenEntry]) -> Result<(), BundleError> {
    let mut next = 0;
    for ProvenEntry { entry, .. } in entries {
        let seq = entry.header.seq;
        if (next == 0) != (seq == 0) || seq < next {
            return Err(BundleError::Order(seq));
        }
        next = seq.saturating_add(1);
    }
    Ok(())
}

pub(crate) fn line<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let end = rest.iter().take(200).position(|b| *b == b'\n')?;
    let (line, after) = rest.split_at(end);
    *rest = after.get(1..)?;
    std::str::from_utf8(line).ok()
}

pub(crate) fn take<'a>(rest: &mut &'a [u8], length: u64, max: usize) -> Option<&'a [u8]> {
    let length = usize::try_from(length).ok().filter(|n| *n <= max)?;
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}

fn entry_part<'a>(rest: &mut &'a [u8]) -> Option<(u64, Vec<NodeHash>, &'a [u8])> {
    let mut numbers = line(rest)?.strip_prefix("entry ")?.split(' ').map(wire::decimal);
    let (index, count, bytes) = (numbers.next()??, numbers.next()??, numbers.next()??);
    if numbers.next().is_some() || count > HASHES_MAX {
        return None;
    }
    let hashes = (0..count)
        .map(|_| {
            let hash = wire::from_base64(line(rest)?)?;
            Some(NodeHash::from_bytes(hash.try_into().ok()?))
        })
        .collect::<Option<Vec<_>>>()?;
    Some((index, hashes, take(rest, bytes, ENTRY_MAX)?))
}
