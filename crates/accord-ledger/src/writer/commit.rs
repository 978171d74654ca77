//! From verdicts to answers: what was let in becomes durable as one batch, on whichever thread, and
//! whoever submitted is answered once it is.

use super::batch::Verdict;
use super::nodes::Remembering;
use super::{Ledger, Outcome};
use crate::error::LedgerError;
use crate::operator::CheckpointSigner;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::entry::Header;
use accord_format::merkle;
use accord_format::receipt::Receipt;
use accord_format::tlog_proof::TlogProof;
use accord_store::index::Reflects;

/// Verdicts that wait for their batch.
#[derive(Debug)]
pub(super) struct Waiting {
    /// On what was submitted since the last batch was sealed.
    pub(super) open: Vec<Verdict>,
    /// On what the batch under way was made of.
    flying: Option<Vec<Verdict>>,
    /// The seq of the first entry that is in no batch yet.
    pub(super) sealed: u64,
}

impl Waiting {
    /// Nobody waits, and entries are in no batch from `sealed` on.
    pub(super) const fn from(sealed: u64) -> Self {
        Self { open: Vec::new(), flying: None, sealed }
    }
}

/// A batch that is to become durable.
#[derive(Debug)]
pub(crate) struct Flight {
    batch: accord_store::Flight,
    signer: CheckpointSigner,
}

/// A batch that has come to its end.
#[derive(Debug)]
pub(crate) struct Landed(accord_store::Landed);

/// What is to be done about the open verdicts.
#[derive(Debug)]
pub(crate) enum Sealed {
    /// A batch is to be run, and to be given to [`Ledger::land`].
    Batch(Box<Flight>),
    /// There was nothing to be made durable: these are the answers.
    Answers(Vec<Outcome>),
}

impl Flight {
    /// Makes the batch durable.
    pub(crate) fn run(self) -> Landed {
        let Self { batch, signer } = self;
        Landed(batch.run(&mut |size, root| Ok(signer.sign(size, root)?.to_text())))
    }
}

impl Ledger {
    /// Ends the open batch. No other may be under way.
    ///
    /// # Errors
    /// The ledger must then be opened again.
    pub(crate) fn seal(&mut self) -> Result<Sealed, LedgerError> {
        let entries: Vec<Vec<u8>> =
            self.recent.since(self.waiting.sealed).map(|entry| entry.to_bytes()).collect();
        if entries.is_empty() {
            let verdicts = std::mem::take(&mut self.waiting.open);
            return self.answer_all(verdicts).map(Sealed::Answers);
        }
        let begun = self.store.begin(entries);
        let batch = self.or_stale(begun.map_err(LedgerError::from))?;
        self.recent.know_root(batch.size(), batch.root());
        self.waiting.sealed = self.recent.end();
        self.waiting.flying = Some(std::mem::take(&mut self.waiting.open));
        let signer = self.keys.checkpoint_signer(&self.bench.kernel, batch.size());
        Ok(Sealed::Batch(Box::new(Flight { batch, signer })))
    }

    /// Takes a batch back and answers whoever it was made for.
    ///
    /// # Errors
    /// If it did not become durable: nothing of it is acknowledged, and the ledger must be opened
    /// again, which tells what became of it.
    pub(crate) fn land(&mut self, landed: Landed) -> Result<Vec<Outcome>, LedgerError> {
        let verdicts = self.waiting.flying.take().unwrap_or_default();
        let landed = self.store.land(landed.0).map_err(LedgerError::from);
        self.or_stale(landed)?;
        let answers = self.answer_all(verdicts);
        self.or_stale(answers)
    }

    /// After this error nobody knows whether what the judges have seen is in the ledger.
    pub(super) fn or_stale<T>(&mut self, result: Result<T, LedgerError>) -> Result<T, LedgerError> {
        if let Err(error) = &result {
            self.stale.get_or_insert_with(|| format!("open the ledger again after: {error}"));
        }
        result
    }

    fn answer_all(&self, verdicts: Vec<Verdict>) -> Result<Vec<Outcome>, LedgerError> {
        let seq = self.store.size();
        let unreadable = |e| LedgerError::Unreadable { seq, why: format!("the checkpoint: {e}") };
        // It covers everything that is durable, also where nothing was added.
        let head = SignedCheckpoint::parse(self.store.head_checkpoint().as_bytes());
        // A receipt is kept by many and is to be small.
        let small = head.and_then(|head| head.ed25519_only()).map_err(unreadable)?;
        let nodes = Remembering { view: self.store.view(), known: &self.known };
        verdicts.into_iter().map(|verdict| self.answer(verdict, &small, &nodes)).collect()
    }

    fn answer(
        &self,
        verdict: Verdict,
        checkpoint: &SignedCheckpoint,
        nodes: &Remembering<'_>,
    ) -> Result<Outcome, LedgerError> {
        let receipt = |header: Header| -> Result<Receipt, LedgerError> {
            let size = checkpoint.checkpoint().size;
            let hashes = merkle::inclusion_proof(nodes, header.seq, size)?;
            let (index, checkpoint) = (header.seq, checkpoint.clone());
            Ok(Receipt::new(header, TlogProof { extra: None, index, hashes, checkpoint }))
        };
        Ok(match verdict {
            Verdict::Accepted { header, findings } => {
                Outcome::Accepted { receipt: receipt(header)?, findings }
            }
            Verdict::Repeated(header) => Outcome::Repeated { receipt: receipt(header)? },
            Verdict::Refused { event, rejection, size } => {
                let asked = rejection.code != "signature-invalid";
                let sign = || self.sign_refusal(event, rejection.code, size);
                let note = asked.then(sign).transpose()?;
                Outcome::Refused { event, rejection, note }
            }
            Verdict::Malformed(error) => Outcome::Malformed(error),
        })
    }

    /// Entries that are durable and not yet in the index.
    pub(crate) fn unindexed(&self) -> u64 {
        self.store.size().saturating_sub(self.recent.first())
    }

    /// Tells the index of at most `most` entries. It lags behind acknowledged entries, never ahead
    /// of them; what it lacks the writer knows by heart.
    pub(crate) fn index_some(&mut self, most: usize) -> Result<(), LedgerError> {
        let records = self.recent.records(self.store.size(), most);
        let Some(last) = records.last() else { return Ok(()) };
        let size = last.seq.saturating_add(1);
        let root = merkle::root(&self.store.view(), size)?;
        let head = Reflects { size, root };
        self.mending(|ledger| Ok(ledger.index.apply(&records, head)?))?;
        self.recent.forget(&records);
        Ok(())
    }

    /// Brings the index up to the head.
    pub(super) fn catch_index_up(&mut self) -> Result<(), LedgerError> {
        while self.unindexed() > 0 {
            self.index_some(super::BATCH_MAX)?;
        }
        Ok(())
    }
}
