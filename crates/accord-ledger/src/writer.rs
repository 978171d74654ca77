//! The synchronous writer: judges submissions one after another, commits what it lets in as one
//! batch, and answers each with a receipt or a signed refusal.

mod anchor;
mod batch;
mod confirm;
mod index;
mod open;
mod quorum;

pub use open::{Opened, Options};
pub use quorum::Taken;

use crate::admission::{Finding, Rejection};
use crate::clock::Clock;
use crate::completeness::Tracker;
use crate::error::LedgerError;
use crate::history::{Pending, index_record};
use crate::judge::Bench;
use crate::keyring::Keyring;
use crate::operator::OperatorKeys;
use crate::prove;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::entry::Entry;
use accord_format::event::{EventError, NOTE_MAX};
use accord_format::hash::{EventHash, NodeHash};
use accord_format::receipt::Receipt;
use accord_format::time::Timestamp;
use accord_store::disk::Disk;
use accord_store::index::{Index, IndexRecord, Reflects};
use accord_store::{Store, View};
use std::sync::Arc;

/// Most submissions in one batch.
pub const BATCH_MAX: usize = 4_096;
/// Most bytes of notes in one batch; with what the ledger adds to each they fit one frame.
pub const BATCH_BYTES_MAX: usize = 12 << 20;

/// An event note handed in.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The note's bytes, as received.
    pub note: Vec<u8>,
    /// When it is to be recorded; for ledgers with a simulated clock only.
    pub at: Option<Timestamp>,
}

/// The answer to one submission.
#[derive(Debug)]
pub enum Outcome {
    /// Durable and included.
    Accepted {
        /// Proof of inclusion under a signed checkpoint.
        receipt: Receipt,
        /// Worth the author's attention.
        findings: Vec<Finding>,
    },
    /// The same text was taken in before.
    Repeated {
        /// Proof of that first inclusion.
        receipt: Receipt,
    },
    /// Not taken in.
    Refused {
        /// The event refused.
        event: EventHash,
        /// Why, in words.
        rejection: Rejection,
        /// The signed refusal; none for an invalid signature, since nobody is then known to have
        /// asked, and a refusal names only the text: it could be held up beside a valid note.
        note: Option<String>,
    },
    /// Not an event at all, so there is nothing that a refusal could name.
    Malformed(EventError),
}

/// A ledger, open for writing.
pub struct Ledger {
    disk: Arc<dyn Disk>,
    store: Store,
    index: Box<dyn Index>,
    bench: Bench,
    keyring: Keyring,
    keys: OperatorKeys,
    clock: Box<dyn Clock>,
    accept_gap: bool,
    /// The index over streams, types and signers, from when it was first asked for.
    tracker: Tracker,
    /// Entries that are durable but not yet in the index.
    behind: Vec<IndexRecord>,
    /// False while nobody has said that this copy is the newest, under a policy that asks for it.
    confirmed: bool,
    /// Why another copy may be the one to go on with.
    rival: Option<confirm::Rival>,
    /// Why the state in memory may be ahead of the store; then it must be opened again.
    stale: Option<String>,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("size", &self.store.size()).finish_non_exhaustive()
    }
}

impl Ledger {
    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.store.size()
    }

    /// The root over them.
    pub fn root(&self) -> NodeHash {
        self.store.root()
    }

    /// True when the ledger must be opened again before it takes in more.
    pub const fn is_stale(&self) -> bool {
        self.stale.is_some()
    }

    /// Kernel state and the domain's judges.
    pub const fn bench(&self) -> &Bench {
        &self.bench
    }

    /// Takes submissions in as one batch. The answers come in the order of the submissions; a
    /// refused one does not keep the others out.
    ///
    /// # Errors
    /// If the batch is more than [`BATCH_MAX`] or [`BATCH_BYTES_MAX`] allow, or names times where
    /// the ledger keeps its own: then nothing was done. If it could not be made durable: then
    /// nothing of it is acknowledged, and the ledger must be opened again, which tells what became
    /// of it.
    pub fn append(&mut self, submissions: &[Submission]) -> Result<Vec<Outcome>, LedgerError> {
        if let Some(why) = &self.stale {
            return Err(LedgerError::Stopped(why.clone()));
        }
        self.check_confirmed()?;
        self.check_batch(submissions)?;
        self.catch_index_up()?;
        let mut pending = Pending::from(self.store.size());
        let answers = self.append_batch(submissions, &mut pending);
        if let Err(error) = &answers
            && !pending.entries().is_empty()
        {
            // The judges have seen entries of which nobody knows whether they are in the ledger.
            self.stale = Some(format!("open the ledger again after: {error}"));
        }
        answers
    }

    /// What is the caller's mistake is told before anything is judged: afterwards the judges have
    /// seen entries that nobody has.
    fn check_batch(&self, submissions: &[Submission]) -> Result<(), LedgerError> {
        let bytes: usize = submissions.iter().map(|s| s.note.len().min(NOTE_MAX)).sum();
        if submissions.len() > BATCH_MAX || bytes > BATCH_BYTES_MAX {
            return Err(LedgerError::BatchTooLarge { notes: submissions.len(), bytes });
        }
        if !self.bench.kernel.is_simulated() && submissions.iter().any(|s| s.at.is_some()) {
            return Err(LedgerError::NotSimulated);
        }
        Ok(())
    }

    fn append_batch(
        &mut self,
        submissions: &[Submission],
        pending: &mut Pending,
    ) -> Result<Vec<Outcome>, LedgerError> {
        let prepared = self.prepare(submissions);
        let verdicts = prepared
            .into_iter()
            .map(|prepared| self.consider(prepared, pending))
            .collect::<Result<Vec<_>, _>>()?;
        let checkpoint = self.commit(pending.entries())?;
        self.behind.extend(pending.entries().iter().map(index_record));
        let view = self.store.view();
        let nodes = prove::Remembered::new(&view);
        verdicts.into_iter().map(|verdict| self.answer(verdict, &checkpoint, &nodes)).collect()
    }

    /// Makes the entries durable; the checkpoint covers everything, also when there are none.
    fn commit(&mut self, entries: &[Entry]) -> Result<SignedCheckpoint, LedgerError> {
        let (kernel, keys) = (&self.bench.kernel, &self.keys);
        if !entries.is_empty() {
            let bytes: Vec<Vec<u8>> = entries.iter().map(Entry::to_bytes).collect();
            let mut sign = |size, root| Ok(keys.sign_checkpoint(kernel, size, root)?.to_text());
            self.store.commit(&bytes, &mut sign)?;
        }
        let note = self.store.head_checkpoint();
        SignedCheckpoint::parse(note.as_bytes())
            .map_err(|e| LedgerError::Unreadable { seq: self.store.size(), why: e.to_string() })
    }

    fn answer(
        &self,
        verdict: batch::Verdict,
        checkpoint: &SignedCheckpoint,
        nodes: &prove::Remembered<'_, View<'_>>,
    ) -> Result<Outcome, LedgerError> {
        let receipt = |entry: &Entry| prove::receipt(nodes, entry, checkpoint);
        Ok(match verdict {
            batch::Verdict::Accepted { entry, findings } => {
                Outcome::Accepted { receipt: receipt(&entry)?, findings }
            }
            batch::Verdict::Repeated(entry) => Outcome::Repeated { receipt: receipt(&entry)? },
            batch::Verdict::Refused { event, rejection, size } => {
                let asked = rejection.code != "signature-invalid";
                let sign = || self.sign_refusal(event, rejection.code, size);
                let note = asked.then(sign).transpose()?;
                Outcome::Refused { event, rejection, note }
            }
            batch::Verdict::Malformed(error) => Outcome::Malformed(error),
        })
    }

    /// Publishes, keeps a snapshot of the state for the next opening, and lets go of the ledger.
    pub fn close(mut self) -> Result<(), LedgerError> {
        self.publish()?;
        self.save_snapshot()?;
        Ok(self.store.close(None)?)
    }

    /// Brings the index up to the head; it lags behind acknowledged entries, never ahead of them.
    fn catch_index_up(&mut self) -> Result<(), LedgerError> {
        if !self.behind.is_empty() {
            let head = Reflects { size: self.store.size(), root: self.store.root() };
            self.index.apply(&self.behind, head)?;
            self.behind.clear();
        }
        Ok(())
    }
}
