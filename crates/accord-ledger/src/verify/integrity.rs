//! INTEGRITY of the entries: bytes, positions, links and signatures.

use super::{Follower, Run};
use accord_format::entry::{Entry, EntryError, entry_hash};
use accord_format::hash::{EntryHash, NodeHash};
use accord_format::merkle::leaf_hash;
use accord_format::tile::TILE_WIDTH;
use accord_format::time::Timestamp;
use accord_store::{StoreError, What};
use rayon::prelude::*;

/// What the next entry must link to.
#[derive(Debug)]
pub(super) struct Link {
    /// Hash of the entry before; nothing after a gap.
    prev: Option<EntryHash>,
    recorded: Option<Timestamp>,
}

impl Default for Link {
    fn default() -> Self {
        Self { prev: Some(EntryHash::ZERO), recorded: None }
    }
}

/// An entry's bytes, hashed and parsed.
struct Parsed {
    seq: u64,
    leaf: NodeHash,
    hash: EntryHash,
    entry: Result<Entry, EntryError>,
}

impl Run<'_> {
    /// Verifies the entries of one bundle.
    pub(super) fn bundle(&mut self, index: u64, follower: &mut dyn Follower) {
        let batch = match self.view.batch(index) {
            Ok(batch) => batch,
            Err(error) => return self.lost_bundle(index, &error),
        };
        let entries: Vec<(u64, &[u8])> = batch.iter().collect();
        let parsed: Vec<Parsed> = entries
            .par_iter()
            .map(|(seq, bytes)| Parsed {
                seq: *seq,
                leaf: leaf_hash(bytes),
                hash: entry_hash(bytes),
                entry: Entry::parse(bytes),
            })
            .collect();
        let signatures = self.signatures(&parsed);
        self.check_leaf_tile(index, &parsed.iter().map(|p| p.leaf).collect::<Vec<_>>());
        self.check_bundle_file(index, &entries);
        for (parsed, signature) in parsed.into_iter().zip(signatures) {
            self.tree_gap(parsed.seq);
            self.link(parsed, signature, follower);
        }
    }

    fn lost_bundle(&mut self, index: u64, error: &StoreError) {
        let first = index * TILE_WIDTH;
        let missing = matches!(error, StoreError::Corrupt(c) if c.what == What::Bundle && c.found == "no such file");
        let code = if missing { "entry-missing" } else { "bundle-malformed" };
        self.problem(code, Some(first), error.to_string());
        self.link.prev = None;
        self.tree.give_up();
    }

    /// After a lost bundle positions go on, though the tree does not.
    fn tree_gap(&mut self, seq: u64) {
        if self.tree.size() < seq {
            self.tree.give_up();
        }
    }

    /// Which signature of each entry fails, if any. Keys count from the entry that names them on;
    /// the curve arithmetic is spread over all cores.
    fn signatures(&mut self, parsed: &[Parsed]) -> Vec<Option<String>> {
        let trusted = self.from.as_ref().map_or(0, |c| c.checkpoint().size);
        let mut unknown = Vec::with_capacity(parsed.len());
        for Parsed { seq, entry, .. } in parsed {
            let Ok(entry) = entry else {
                unknown.push(None);
                continue;
            };
            if *seq == 0 {
                self.keyring.learn(entry.event());
            }
            let stranger =
                entry.event().signers.iter().find(|s| self.keyring.get(s.key()).is_none());
            unknown.push(stranger.map(|s| s.key().to_owned()));
            self.keyring.learn(entry.event());
        }
        let keyring = &self.keyring;
        parsed
            .par_iter()
            .zip(unknown)
            .map(|(parsed, unknown)| match (&parsed.entry, unknown) {
                (Ok(_), Some(stranger)) => Some(format!("unknown {stranger}")),
                (Ok(entry), None) if parsed.seq >= trusted => {
                    keyring.verify(entry.signed()).err().map(|e| e.to_string())
                }
                _ => None,
            })
            .collect()
    }

    fn link(&mut self, parsed: Parsed, signature: Option<String>, follower: &mut dyn Follower) {
        let Parsed { seq, leaf, hash, entry } = parsed;
        let prev = self.link.prev.replace(hash);
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                self.problem("entry-malformed", Some(seq), error.to_string());
                if seq == 0 {
                    self.problem("genesis-invalid", Some(0), "the genesis entry cannot be read");
                }
                self.tree.push(leaf);
                return;
            }
        };
        let header = entry.header;
        if header.seq != seq {
            self.problem("seq-wrong", Some(seq), format!("expected {seq}, found {}", header.seq));
        }
        if let Some(expected) = prev.filter(|p| *p != header.prev) {
            let detail = format!(
                "expected prev {expected}, the hash of the entry before; found {}",
                header.prev
            );
            self.problem("prev-wrong", Some(seq), detail);
        }
        if let Some(before) = self.link.recorded.filter(|r| *r > header.recorded) {
            let detail =
                format!("recorded {}, before {before} of an earlier entry", header.recorded);
            self.problem("recorded-decreases", Some(seq), detail);
        }
        self.link.recorded = self.link.recorded.max(Some(header.recorded));
        let expected = self.told.stream_len(&entry.event().stream);
        if header.revision != expected {
            let detail = format!(
                "expected revision {expected} of {}, found {}",
                entry.event().stream,
                header.revision
            );
            self.problem("revision-wrong", Some(seq), detail);
        }
        let sound = self.own_bytes(seq, &entry, signature);
        if sound {
            // Judges look entries up by position; one that claims another is judged at its own.
            let placed =
                Entry::new(accord_format::entry::Header { seq, ..header }, entry.signed().clone());
            self.settle(if header.seq == seq { &entry } else { &placed }, true, follower);
        } else {
            self.settle(&entry, false, follower);
        }
        self.tree.push(leaf);
    }

    /// What is wrong with the entry's event by itself; true when nothing is.
    fn own_bytes(&mut self, seq: u64, entry: &Entry, signature: Option<String>) -> bool {
        let event = entry.event();
        let before = self.report.problems.len();
        let own = self.bench.kernel.ledger();
        if seq > 0 && own.is_some() && event.ledger != own {
            let found = event.ledger.map_or_else(|| "none".to_owned(), |l| l.to_string());
            self.problem("ledger-wrong", Some(seq), format!("the event names ledger {found}"));
        }
        if let Some(first) = self.told.holds(&event.hash()) {
            self.problem(
                "event-repeated",
                Some(seq),
                format!("entry {first} holds the same event"),
            );
        } else {
            let id = (event.author().to_owned(), event.id.clone());
            let first = *self.ids.entry(id).or_insert(seq);
            if first != seq {
                let detail = format!("{} used id {} in entry {first}", event.author(), event.id);
                self.problem("id-repeated", Some(seq), detail);
            }
        }
        if let Some(failing) = signature {
            match failing.strip_prefix("unknown ") {
                Some(stranger) => {
                    self.problem(
                        "signer-unknown",
                        Some(seq),
                        format!("no entry so far names {stranger}"),
                    );
                }
                None => self.problem("signature-invalid", Some(seq), failing),
            }
        }
        self.report.signatures += event.signers.len() as u64;
        self.report.problems.len() == before
    }
}
