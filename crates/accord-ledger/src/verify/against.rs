//! The record against what somebody holds elsewhere: the only way to see a cut tail, a rewritten
//! history or a back-dated entry, which one directory alone cannot show.

use super::Run;
use crate::evidence::Evidence;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::merkle;
use accord_format::receipt::Receipt;

/// A checkpoint or a receipt kept elsewhere.
#[derive(Clone, Debug)]
pub enum Held {
    /// A checkpoint.
    Checkpoint(SignedCheckpoint),
    /// A receipt.
    Receipt(Box<Receipt>),
}

impl Held {
    /// Reads a checkpoint or a receipt.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        if bytes.starts_with(b"c2sp.org/tlog-proof") {
            return Receipt::parse(bytes)
                .map(|r| Self::Receipt(Box::new(r)))
                .map_err(|e| e.to_string());
        }
        SignedCheckpoint::parse(bytes).map(Self::Checkpoint).map_err(|e| e.to_string())
    }

    /// The checkpoint in it.
    pub fn checkpoint(&self) -> &SignedCheckpoint {
        match self {
            Self::Checkpoint(checkpoint) => checkpoint,
            Self::Receipt(receipt) => &receipt.proof().checkpoint,
        }
    }
}

impl Run<'_> {
    /// Compares the record with everything held elsewhere, and with the checkpoint started from.
    pub(super) fn held(&mut self) {
        for held in std::mem::take(&mut self.held) {
            self.compare_checkpoint(held.checkpoint(), matches!(held, Held::Receipt(_)));
            if let Held::Receipt(receipt) = &held {
                self.compare_receipt(receipt);
            }
            self.report.compared += 1;
        }
        if let Some(from) = self.from.take() {
            self.compare_checkpoint(&from, false);
            self.report.trusted = Some(from.checkpoint().size);
        }
    }

    fn compare_checkpoint(&mut self, held: &SignedCheckpoint, of_receipt: bool) {
        let claimed = held.checkpoint();
        let origin = self.bench.kernel.origin();
        let keys = self.keys_at(claimed.size.min(self.view.size()));
        let verified = if of_receipt {
            held.verify_ed25519(&origin, keys)
        } else {
            held.verify(&origin, keys)
        };
        if let Err(error) = verified {
            let detail = format!("what is held elsewhere does not verify for this ledger: {error}");
            self.problem("held-not-of-ledger", None, detail);
        }
        if claimed.size > self.view.size() {
            let detail = format!(
                "a checkpoint held elsewhere covers {} entries, this record has {}: its end was cut off, or it is a stale copy",
                claimed.size,
                self.view.size()
            );
            self.problem("tail-cut", Some(self.view.size()), detail);
            self.keep_evidence(held);
        } else if let Some(root) =
            self.tree.root_at(claimed.size, &self.view).filter(|r| *r != claimed.root)
        {
            let detail = format!(
                "a checkpoint held elsewhere has root {} at size {}, this record gives {root}: history was rewritten",
                claimed.root, claimed.size
            );
            self.problem("history-rewritten", None, detail);
            self.keep_evidence(held);
        }
    }

    /// Makes what convinces others of what was found, if it can be made.
    fn keep_evidence(&mut self, held: &SignedCheckpoint) {
        // One that is no checkpoint has been named with the others.
        let Ok(shown) = SignedCheckpoint::parse(self.reader.head().note.as_bytes()) else { return };
        match Evidence::against(&self.view, &self.bench.kernel, shown, held) {
            Ok(evidence) => self.report.evidence.push(evidence),
            Err(error) => self.report.notes.push(format!(
                "what is held elsewhere convinces nobody else beside this record: {error}"
            )),
        }
    }

    fn compare_receipt(&mut self, receipt: &Receipt) {
        let seq = receipt.header().seq;
        if seq >= self.view.size() {
            // The checkpoint in it has shown that the end is cut off.
            return;
        }
        let Ok(bytes) = self.view.entry(seq) else {
            return self.problem(
                "receipt-entry",
                Some(seq),
                "the entry of a receipt held elsewhere cannot be read",
            );
        };
        let proof = receipt.proof();
        let head = proof.checkpoint.checkpoint();
        let leaf = merkle::leaf_hash(&bytes);
        let included = merkle::verify_inclusion(seq, head.size, leaf, &proof.hashes, &head.root);
        if let Err(error) = included {
            let detail = format!(
                "this is not the entry that a receipt held elsewhere was given for: {error}"
            );
            self.problem("receipt-entry", Some(seq), detail);
        }
    }
}
