//! Reading entries in order, each judged by its bytes, its place and its chain.

use accord_format::entry::{Entry, EntryError};
use accord_format::event::Event;
use accord_format::hash::{EntryHash, LedgerId, NodeHash};
use accord_format::merkle::{Frontier, leaf_hash};
use accord_format::time::Timestamp;
use accord_ledger::evidence::{EvidenceError, KeyHistory};
use accord_ledger::kernel::types::KernelPayload;
use accord_ledger::quorum::{self, Policies};

/// Why the next entry is not one of this ledger.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Wrong {
    #[error("entry {seq} does not read: {why}")]
    Malformed { seq: u64, why: EntryError },
    #[error("entry {seq} says that it is entry {found}")]
    Seq { seq: u64, found: u64 },
    #[error("entry {seq} names {found} as the hash of the entry before it, which has {expected}")]
    Prev { seq: u64, expected: EntryHash, found: EntryHash },
    #[error("entry {seq} was recorded {found}, before {before} of the entry before it")]
    Recorded { seq: u64, before: Timestamp, found: Timestamp },
    #[error("entry {seq} holds an event of ledger {found}, not of {expected}")]
    Ledger { seq: u64, expected: LedgerId, found: String },
    #[error("entry 0 founds the ledger {found}, not {expected}")]
    OtherLedger { expected: LedgerId, found: LedgerId },
    #[error("entry 0 founds no ledger: {0}")]
    Genesis(#[from] EvidenceError),
}

/// What is known after the first entries of the ledger have been read.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    ledger: LedgerId,
    frontier: Frontier,
    prev: EntryHash,
    recorded: Option<Timestamp>,
    /// There from the genesis on.
    keys: Option<KeyHistory>,
    /// Whom the ledger's policies name, as far as entries say, whoever signed these: that is for a
    /// verifier to judge.
    policies: Policies,
}

impl Reading {
    pub(crate) fn new(ledger: LedgerId) -> Self {
        let (frontier, prev) = (Frontier::default(), EntryHash::ZERO);
        let policies = Policies::default();
        Self { ledger, frontier, prev, recorded: None, keys: None, policies }
    }

    /// Number of entries read.
    pub(crate) const fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The tree over the entries read.
    pub(crate) const fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// Hash of the last entry read.
    pub(crate) const fn last_hash(&self) -> EntryHash {
        self.prev
    }

    pub(crate) fn root(&self) -> NodeHash {
        self.frontier.root()
    }

    pub(crate) const fn keys(&self) -> Option<&KeyHistory> {
        self.keys.as_ref()
    }

    pub(crate) const fn policies(&self) -> &Policies {
        &self.policies
    }

    /// Takes note of a witness policy, if the event names one that reads.
    fn note_policy(&mut self, event: &Event) {
        let payload = KernelPayload::decode(&event.event_type, event.version, &event.payload);
        let (from_size, lines) = match payload {
            Some(Ok(KernelPayload::LedgerInitialised(p))) => (0, p.witness_policy),
            Some(Ok(KernelPayload::LedgerWitnessPolicyChanged(p))) => {
                (self.size().saturating_add(1), p.witness_policy)
            }
            _ => return,
        };
        if let Ok(policy) = quorum::parse(&lines) {
            self.policies.set(from_size, policy);
        }
    }

    /// Reads the next entry; tells its leaf hash. After an error nothing more can be read.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<NodeHash, Wrong> {
        let seq = self.size();
        let entry = Entry::parse(bytes).map_err(|why| Wrong::Malformed { seq, why })?;
        let (header, event) = (entry.header, entry.event());
        if header.seq != seq {
            return Err(Wrong::Seq { seq, found: header.seq });
        }
        if header.prev != self.prev {
            return Err(Wrong::Prev { seq, expected: self.prev, found: header.prev });
        }
        if let Some(before) = self.recorded.filter(|before| *before > header.recorded) {
            return Err(Wrong::Recorded { seq, before, found: header.recorded });
        }
        match &mut self.keys {
            None => {
                let (expected, found) = (self.ledger, event.hash());
                if found != expected {
                    return Err(Wrong::OtherLedger { expected, found });
                }
                self.keys = Some(KeyHistory::of_genesis(entry.clone())?);
            }
            Some(keys) => {
                if event.ledger != Some(self.ledger) {
                    let found = event.ledger.map_or_else(|| "none".into(), |id| id.to_string());
                    return Err(Wrong::Ledger { seq, expected: self.ledger, found });
                }
                keys.take(&entry);
            }
        }
        if event.family() == "ledger" {
            self.note_policy(event);
        }
        (self.prev, self.recorded) = (entry.hash(), Some(header.recorded));
        let leaf = leaf_hash(bytes);
        self.frontier.push(leaf);
        Ok(leaf)
    }
}
