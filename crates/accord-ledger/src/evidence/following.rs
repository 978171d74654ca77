//! A key history that grows with what is read, entry by entry, for whoever follows a record.

use super::{EvidenceError, KeyHistory};
use crate::check::{self, CheckError};
use accord_format::bundle::ProvenEntry;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::entry::Entry;
use accord_format::head::Head;
use accord_format::log_key::LogVKey;
use accord_format::merkle::{self, Nodes};

impl KeyHistory {
    /// The history that begins with this entry, which must be a genesis entry with valid signatures.
    pub fn of_genesis(genesis: Entry) -> Result<Self, EvidenceError> {
        Ok(Self { kernel: check::begin(&genesis)?, entries: vec![genesis], read: 1 })
    }

    /// Reads the next entry, which is known to be whole and in its place. What the authority did
    /// not sign counts for nothing here, as it counts for nothing in the record.
    pub fn take(&mut self, entry: &Entry) {
        let about_keys = matches!(entry.event().family(), "ledger" | "key");
        if about_keys && check::admit(&self.kernel, entry).is_ok() {
            self.kernel.apply(entry);
            self.entries.push(entry.clone());
        }
        self.read = entry.header.seq.saturating_add(1);
    }

    /// The log's origin.
    pub fn origin(&self) -> String {
        self.kernel.origin()
    }

    /// The checkpoint keys that count at tree size `size`, as far as the record was read.
    pub fn keys_at(&self, size: u64) -> &[LogVKey] {
        self.kernel.checkpoint_keys(size)
    }

    /// The checkpoint keys that count or have counted, as far as the record was read.
    pub fn keys_ever(&self) -> Vec<LogVKey> {
        self.kernel.checkpoint_keys_ever().cloned().collect()
    }

    /// [`KeyHistory::head`] over hashes that come from anywhere; nothing if the checkpoint is not
    /// signed with the keys in force, or the hashes do not show that this history stands under it.
    pub fn head_from<N: Nodes + ?Sized>(
        &self,
        nodes: &N,
        checkpoint: SignedCheckpoint,
    ) -> Result<Option<Head>, N::Error> {
        if self.verify(&checkpoint).is_err() {
            return Ok(None);
        }
        let (size, mut keys) = (checkpoint.checkpoint().size, Vec::new());
        for entry in self.entries.iter().filter(|entry| entry.header.seq < size) {
            let hashes = merkle::inclusion_proof(nodes, entry.header.seq, size)?;
            keys.push(ProvenEntry { entry: entry.clone(), hashes });
        }
        let head = Head { checkpoint, keys };
        Ok(head.verify_inclusion().is_ok().then_some(head))
    }

    /// Checks that `checkpoint` is this log's, signed with every key in force at its size.
    pub fn verify(&self, checkpoint: &SignedCheckpoint) -> Result<(), EvidenceError> {
        let size = checkpoint.checkpoint().size;
        let signed = checkpoint.verify(&self.kernel.origin(), self.kernel.checkpoint_keys(size));
        signed.map_err(CheckError::from)?;
        Ok(())
    }
}
