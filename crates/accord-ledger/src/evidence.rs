//! Evidence against a record: heads that speak for themselves, a checkpoint with the entries,
//! proved under it, that say whose signatures it needs, and what two of them show.

mod error;
mod following;
mod misdated;
mod part;
mod withheld;

pub use error::{UnconvincingError, UnprovenError};
pub(crate) use misdated::prove_misdated;
pub use misdated::{APART, WrongTime, misdated};
pub use withheld::{Shown, prove_withheld, withheld};

use crate::check::{self, CheckError};
use crate::error::LedgerError;
use crate::kernel::Kernel;
use accord_format::bundle::ProvenEntry;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::entry::Entry;
use accord_format::fraud::FraudProof;
use accord_format::hash::{ContentHash, LedgerId};
use accord_format::head::{Head, Pair};
use accord_format::merkle;
use accord_format::misdated::Misdated;
use accord_format::rollback::Rollback;
use accord_store::View;
use rayon::prelude::*;

/// Why a head of a record cannot be vouched for.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// The record.
    #[error(transparent)]
    Record(#[from] LedgerError),
    /// Its genesis, its key history or its checkpoint.
    #[error(transparent)]
    Check(#[from] CheckError),
}

impl From<accord_store::StoreError> for EvidenceError {
    fn from(error: accord_store::StoreError) -> Self {
        Self::Record(error.into())
    }
}

/// What convinces others, in a file that is checked from the ledger id alone.
#[derive(Clone, Debug, PartialEq)]
pub enum Evidence {
    /// Two histories.
    Fraud(Box<FraudProof>),
    /// A record that lacks what its operator had signed.
    Rollback(Box<Rollback>),
    /// An entry at a time when it was not recorded.
    Misdated(Box<Misdated>),
}

impl Evidence {
    /// What holds a record that has the tree of `view` against what was `held` elsewhere: nothing
    /// unless it convinces whoever has only the ledger id.
    pub(crate) fn against(
        view: &View<'_>,
        kernel: &Kernel,
        shown: SignedCheckpoint,
        held: Head,
    ) -> Result<Self, EvidenceError> {
        let ledger = kernel.ledger().ok_or_else(|| CheckError::Genesis("there is none".into()))?;
        let behind = shown.checkpoint().size < held.size();
        let heads = Pair::new(held, head_of(view, kernel, shown)?).map_err(CheckError::from)?;
        if behind {
            let rollback = Rollback::new(heads).map_err(CheckError::from)?;
            check::rollback(&rollback.to_bytes(), &ledger)?;
            return Ok(Self::Rollback(Box::new(rollback)));
        }
        let proof = FraudProof::between(heads, view)?;
        check::fraud(&proof.to_bytes(), &ledger)?;
        Ok(Self::Fraud(Box::new(proof)))
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Fraud(proof) => proof.to_bytes(),
            Self::Rollback(rollback) => rollback.to_bytes(),
            Self::Misdated(misdated) => misdated.to_bytes(),
        }
    }

    /// A name for the file, the same for the same evidence.
    pub fn file_name(&self) -> String {
        let sizes = |heads: &Pair| [heads.smaller(), heads.larger()].map(Head::size);
        let ([small, large], kind) = match self {
            Self::Fraud(proof) => (sizes(&proof.heads), "fraud"),
            Self::Rollback(rollback) => (sizes(rollback.heads()), "rollback"),
            Self::Misdated(misdated) => ([misdated.seq(), misdated.head().size()], "misdated"),
        };
        let digest = ContentHash::of(&self.to_bytes()).to_string();
        format!("{small}-{large}-{}.{kind}", digest.get(..16).unwrap_or_default())
    }
}

/// The key history of a record, as far as it was read: what a bundle carries, without folding
/// everything else.
#[derive(Clone, Debug)]
pub struct KeyHistory {
    kernel: Kernel,
    entries: Vec<Entry>,
    /// Everything below this was looked at.
    read: u64,
}

impl KeyHistory {
    /// The history that begins with a record's first entry.
    pub fn begin(view: &View<'_>) -> Result<Self, EvidenceError> {
        let genesis = entry(view, 0)?;
        Ok(Self { kernel: check::begin(&genesis)?, entries: vec![genesis], read: 1 })
    }

    /// The history that a head carries.
    pub fn of(head: &Head, ledger: &LedgerId) -> Result<Self, EvidenceError> {
        let entries = head.keys.iter().map(|proven| proven.entry.clone()).collect();
        Ok(Self { kernel: check::fold(&head.keys, ledger)?, entries, read: head.size() })
    }

    /// Reads on up to tree size `size`, picking out what bears on the keys. What the authority did
    /// not sign counts for nothing here, as it counts for nothing in the record.
    pub fn read_to(&mut self, view: &View<'_>, size: u64) -> Result<(), EvidenceError> {
        for batch in view.batches(self.read.min(size)) {
            let batch = batch?;
            if batch.first() >= size {
                break;
            }
            let bytes: Vec<(u64, &[u8])> = batch.iter().collect();
            let from = self.read;
            let found: Vec<Entry> = bytes
                .par_iter()
                .filter(|(seq, _)| (from..size).contains(seq))
                .filter_map(|(seq, bytes)| {
                    Entry::parse(bytes).ok().filter(|entry| {
                        entry.header.seq == *seq
                            && matches!(entry.event().family(), "ledger" | "key")
                    })
                })
                .collect();
            for entry in found {
                if check::admit(&self.kernel, &entry).is_ok() {
                    self.kernel.apply(&entry);
                    self.entries.push(entry);
                }
            }
        }
        self.read = self.read.max(size);
        Ok(())
    }

    /// The ledger.
    pub fn ledger(&self) -> Option<LedgerId> {
        self.kernel.ledger()
    }

    /// `checkpoint`, which must be signed with the keys in force, with this history under it.
    /// Whether the tree is that of `view`, the inclusion proofs show.
    pub fn head(
        &self,
        view: &View<'_>,
        checkpoint: SignedCheckpoint,
    ) -> Result<Head, EvidenceError> {
        let size = checkpoint.checkpoint().size;
        checkpoint
            .verify(&self.kernel.origin(), self.kernel.checkpoint_keys(size))
            .map_err(CheckError::from)?;
        let entries = self.entries.iter().filter(|entry| entry.header.seq < size);
        let keys = entries.map(|entry| proven(view, entry.clone(), size)).collect::<Result<_, _>>();
        let head = Head { checkpoint, keys: keys? };
        head.verify_inclusion().map_err(CheckError::from)?;
        Ok(head)
    }
}

/// The head of a record whose key history the kernel of a verification knows.
pub(crate) fn head_of(
    view: &View<'_>,
    kernel: &Kernel,
    checkpoint: SignedCheckpoint,
) -> Result<Head, EvidenceError> {
    let size = checkpoint.checkpoint().size;
    let keys = kernel.key_history(size).map(|seq| proven(view, entry(view, seq)?, size));
    Ok(Head { keys: keys.collect::<Result<_, EvidenceError>>()?, checkpoint })
}

fn entry(view: &View<'_>, seq: u64) -> Result<Entry, EvidenceError> {
    let bytes = view.entry(seq)?;
    Ok(Entry::parse(&bytes).map_err(|e| LedgerError::Unreadable { seq, why: e.to_string() })?)
}

fn proven(view: &View<'_>, entry: Entry, size: u64) -> Result<ProvenEntry, EvidenceError> {
    let hashes = merkle::inclusion_proof(view, entry.header.seq, size)?;
    Ok(ProvenEntry { entry, hashes })
}
