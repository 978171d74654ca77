//! A key history that grows with what is read, entry by entry, for whoever follows a record.

use super::{EvidenceError, KeyHistory};
use crate::check::{self, CheckError};
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::entry::Entry;
use accord_format::log_key::LogVKey;

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

    /// Checks that `checkpoint` is this log's, signed with every key in force at its size.
    pub fn verify(&self, checkpoint: &SignedCheckpoint) -> Result<(), EvidenceError> {
        let size = checkpoint.checkpoint().size;
        let signed = checkpoint.verify(&self.kernel.origin(), self.kernel.checkpoint_keys(size));
        signed.map_err(CheckError::from)?;
        Ok(())
    }
}
