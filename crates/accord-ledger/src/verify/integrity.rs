//! INTEGRITY of the entries: bytes, positions, links and signatures.

use super::ahead::Checked;
use super::past::Past;
use super::{Follower, Run};
use crate::admission::History as _;
use crate::keyring::SignatureError;
use accord_format::cosignature::Algorithm;
use accord_format::entry::{Entry, Header};
use accord_format::event::Event;
use accord_format::hash::EntryHash;
use accord_format::log_key::LogVKey;
use accord_format::tile::TILE_WIDTH;
use accord_format::time::Timestamp;
use serde_json::Value;
use std::collections::BTreeSet;

/// How many checkpoint keys an entry may name.
const CHECKPOINT_KEYS: std::ops::RangeInclusive<usize> = 1..=4;

/// What the next entry must link to.
#[derive(Debug)]
pub(super) struct Link {
    /// Hash of the entry before; nothing after a gap.
    prev: Option<EntryHash>,
    recorded: Option<Timestamp>,
    /// The last seq at which nothing stands that can be read.
    gap: Option<u64>,
    /// Bundles whose first entry is missing.
    missing: BTreeSet<u64>,
}

impl Default for Link {
    fn default() -> Self {
        Self { prev: Some(EntryHash::ZERO), recorded: None, gap: None, missing: BTreeSet::new() }
    }
}

impl Link {
    /// Behind an entry with this hash, and nothing missing.
    pub(super) const fn go_on(&mut self, prev: EntryHash, recorded: Timestamp) {
        self.prev = Some(prev);
        self.recorded = Some(recorded);
    }

    /// Hash and time of the last entry, if nothing was missing.
    pub(super) fn last(&self) -> Option<(EntryHash, Timestamp)> {
        self.prev.zip(self.recorded).filter(|_| self.gap.is_none())
    }
}

const fn code_of(error: &SignatureError) -> &'static str {
    match error {
        SignatureError::UnknownSigner(_) => "signer-unknown",
        SignatureError::Invalid(_) => "signature-invalid",
    }
}

impl Run<'_> {
    /// Verifies consecutive entries.
    pub(super) fn judge_run(&mut self, entries: &[(u64, &[u8])], follower: &mut dyn Follower) {
        for checked in self.checker.check(entries) {
            self.link(checked, follower);
        }
    }

    /// Whether the entry at `seq` was found, and is not part of a gap.
    pub(super) fn was_found(&self, seq: u64) -> bool {
        seq < self.tree.end() && !self.link.missing.contains(&(seq / TILE_WIDTH))
    }

    /// Takes note that nothing stands at `seq`.
    pub(super) fn gap(&mut self, seq: u64) {
        self.link.prev = None;
        self.link.gap = Some(seq);
        if seq.is_multiple_of(TILE_WIDTH) {
            self.link.missing.insert(seq / TILE_WIDTH);
        }
    }

    /// Hash of the last entry, unless it is missing.
    pub(super) const fn last_hash(&self) -> Option<EntryHash> {
        self.link.prev
    }

    /// Verifies that an entry stands where it belongs, and judges it.
    pub(super) fn link(&mut self, checked: Checked, follower: &mut dyn Follower) {
        let Checked { seq, leaf, hash, entry, signature } = checked;
        let prev = self.link.prev.replace(hash);
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                self.lost("entry-malformed", seq, error.to_string());
                if seq == 0 {
                    self.problem("genesis-invalid", Some(0), "the genesis entry cannot be read");
                }
                self.link.gap = Some(seq);
                self.tree.push(leaf);
                return;
            }
        };
        let header = entry.header;
        if header.seq != seq {
            self.altered("seq-wrong", seq, format!("expected {seq}, found {}", header.seq));
        }
        if let Some(expected) = prev.filter(|p| *p != header.prev) {
            let detail = format!(
                "expected prev {expected}, the hash of the entry before; found {}",
                header.prev
            );
            self.altered("prev-wrong", seq, detail);
        }
        if let Some(before) = self.link.recorded.filter(|r| *r > header.recorded) {
            let detail =
                format!("recorded {}, before {before} of an earlier entry", header.recorded);
            self.altered("recorded-decreases", seq, detail);
        }
        self.link.recorded = Some(header.recorded);
        self.check_revision(seq, &entry);
        let sound = self.own_bytes(seq, &entry, signature);
        // Judges look entries up by position; one that claims another is judged at its own.
        if header.seq == seq {
            self.settle(&entry, sound, follower);
        } else {
            let placed = Entry::new(Header { seq, ..header }, entry.signed().clone());
            self.settle(&placed, sound, follower);
        }
        if self.bench.kernel.genesis().is_some() {
            self.learn_checkpoint_keys(seq, entry.event());
        }
        self.learn_commitment(seq, entry.event());
        self.tree.push(leaf);
    }

    /// One more than that of the stream's last entry, or any larger one if entries in between
    /// cannot be read.
    fn check_revision(&mut self, seq: u64, entry: &Entry) {
        let (stream, found) = (&entry.event().stream, entry.header.revision);
        let last = self.seen.last_of(stream);
        let expected = last.map_or(0, |(_, revision)| revision.saturating_add(1));
        let gap = self.link.gap.is_some_and(|gap| last.is_none_or(|(at, _)| gap > at));
        if found < expected || (found > expected && !gap) {
            let detail = format!("expected revision {expected} of {stream}, found {found}");
            self.altered("revision-wrong", seq, detail);
        }
    }

    /// What is wrong with the entry's event by itself; true when nothing is.
    fn own_bytes(&mut self, seq: u64, entry: &Entry, signature: Option<SignatureError>) -> bool {
        let event = entry.event();
        let before = self.report.problems.len();
        // Without a genesis there is nothing to judge ledger and signers by.
        let own = self.bench.kernel.ledger().filter(|_| seq > 0);
        if own.is_some() && event.ledger != own {
            let found = event.ledger.map_or_else(|| "none".to_owned(), |l| l.to_string());
            self.lost("ledger-wrong", seq, format!("the event names ledger {found}"));
        }
        let past = Past { seen: &self.seen, nearby: &self.nearby };
        let (same, used) = (past.seq_of(&event.hash()), past.with_id(event.author(), &event.id));
        if let Some(first) = same {
            self.lost("event-repeated", seq, format!("entry {first} holds the same event"));
        } else if let Some(first) = used {
            let detail = format!("{} used id {} in entry {first}", event.author(), event.id);
            self.lost("id-repeated", seq, detail);
        }
        match signature {
            Some(failing) if seq == 0 => self.lost("genesis-invalid", 0, failing.to_string()),
            Some(failing) if own.is_some() => {
                self.lost(code_of(&failing), seq, failing.to_string());
            }
            _ => {}
        }
        self.report.signatures += event.signers.len() as u64;
        if seq < self.trusted {
            self.report.unchecked += event.signers.len() as u64;
        }
        self.report.problems.len() == before
    }

    /// Takes in the checkpoint keys that an entry names, whoever may have had the power to.
    fn learn_checkpoint_keys(&mut self, seq: u64, event: &Event) {
        let from = match (event.event_type.as_str(), event.version) {
            ("ledger.initialised", 1) if seq == 0 => 0,
            ("ledger.checkpoint_keys_rotated", 1) => seq + 1,
            _ => return,
        };
        let keys = event.payload.get("checkpoint_keys").and_then(Value::as_array);
        let Some(keys) = keys.filter(|keys| CHECKPOINT_KEYS.contains(&keys.len())) else { return };
        let origin = self.bench.kernel.origin();
        let read = |key: &Value| LogVKey::from_typed_base64(&origin, key.as_str()?).ok();
        let read: Option<Vec<LogVKey>> = keys.iter().map(read).collect();
        let classical =
            |keys: &Vec<LogVKey>| keys.iter().any(|key| key.algorithm() == Algorithm::Ed25519);
        if let Some(keys) = read.filter(classical) {
            self.checkpoint_keys.push((from, keys));
        }
    }
}
