//! The synchronous writer: judges submissions one after another, commits what it lets in as one
//! batch, and answers each with a receipt or a signed refusal.

mod anchor;
mod batch;
mod checking;
mod commit;
mod confirm;
mod index;
mod mend;
mod nodes;
mod open;
mod quorum;

pub(crate) use checking::{Checker, Prepared};
pub(crate) use commit::{Flight, Landed, Sealed};
pub use open::{Opened, Options};
pub use quorum::Taken;

use crate::admission::{Finding, Rejection};
use crate::clock::Clock;
use crate::completeness::Tracker;
use crate::error::LedgerError;
use crate::judge::Bench;
use crate::keyring::Keyring;
use crate::operator::OperatorKeys;
use crate::recent::Recent;
use accord_format::event::{EventError, NOTE_MAX};
use accord_format::hash::{EventHash, NodeHash};
use accord_format::receipt::Receipt;
use accord_format::time::Timestamp;
use accord_store::Store;
use accord_store::disk::Disk;
use accord_store::index::Index;
use std::sync::Arc;

/// Most submissions in one batch.
pub const BATCH_MAX: usize = 4_096;
/// Most bytes of notes in one batch; with what the ledger adds to each they fit one frame.
pub const BATCH_BYTES_MAX: usize = 12 << 20;

/// How many entries the index may lack when a batch is done, before it is told of them.
const INDEX_AT: u64 = 4_096;

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
    keyring: Arc<Keyring>,
    keys: OperatorKeys,
    clock: Box<dyn Clock>,
    accept_gap: bool,
    /// The index over streams, types and signers, from when it was first asked for.
    tracker: Tracker,
    /// The entries that are not yet in the index.
    recent: Recent,
    /// What is known of the tree above them.
    known: nodes::Known,
    /// Verdicts whose batch is not durable yet.
    waiting: commit::Waiting,
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
        self.check_writable()?;
        self.check_batch(submissions)?;
        let taken = self.take_all(submissions);
        if taken.is_err() && self.has_open_entries() {
            // The judges have seen entries that will not be in the ledger.
            self.or_stale(taken)?;
            return Ok(Vec::new());
        }
        if let Err(error) = taken {
            self.waiting.open.clear();
            return Err(error);
        }
        let answers = match self.seal()? {
            Sealed::Answers(answers) => answers,
            Sealed::Batch(batch) => self.land(batch.run())?,
        };
        if self.unindexed() >= INDEX_AT {
            self.catch_index_up()?;
        }
        Ok(answers)
    }

    fn take_all(&mut self, submissions: &[Submission]) -> Result<(), LedgerError> {
        let prepared = self.checker().prepare(submissions);
        prepared.into_iter().try_for_each(|prepared| self.take(prepared))
    }

    /// Fails if nothing can be taken in now.
    pub(crate) fn check_writable(&self) -> Result<(), LedgerError> {
        if let Some(why) = &self.stale {
            return Err(LedgerError::Stopped(why.clone()));
        }
        self.check_confirmed()
    }

    /// Checks submissions beside the writer.
    pub(crate) fn checker(&self) -> Checker {
        Checker(Arc::clone(&self.keyring))
    }

    /// Judges a submission; what is let in is in the open batch.
    ///
    /// # Errors
    /// If it could not be judged: it is then as if it had not come, unless the ledger is
    /// [stale](Ledger::is_stale).
    pub(crate) fn take(&mut self, prepared: Prepared) -> Result<(), LedgerError> {
        if !self.bench.kernel.is_simulated() && prepared.at.is_some() {
            return Err(LedgerError::NotSimulated);
        }
        let verdict = self.consider(prepared);
        let verdict = match verdict {
            Err(error) if !error.is_passing() && self.has_open_entries() => {
                return self.or_stale(Err(error));
            }
            verdict => verdict?,
        };
        self.waiting.open.push(verdict);
        Ok(())
    }

    /// True when the judges have seen entries that are in no batch yet.
    fn has_open_entries(&self) -> bool {
        self.recent.end() > self.waiting.sealed
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

    /// Publishes, keeps a snapshot of the state for the next opening, and lets go of the ledger.
    pub fn close(mut self) -> Result<(), LedgerError> {
        self.publish()?;
        self.catch_index_up()?;
        self.save_snapshot()?;
        Ok(self.store.close(None)?)
    }
}
