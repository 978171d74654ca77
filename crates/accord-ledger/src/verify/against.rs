//! The record against what somebody holds elsewhere: the only way to see a cut tail, a rewritten
//! history or a back-dated entry, which one directory alone cannot show.
//!
//! First, whether what is held speaks for this ledger at all: paper that nobody signed accuses
//! nobody. Only then, what it says of the record.

use super::Run;
use crate::check::{self, CheckError};
use crate::evidence::Evidence;
use crate::pins::Pin;
use accord_format::bundle::{Bundle, ProvenEntry};
use accord_format::checkpoint::{CheckpointError, SignedCheckpoint};
use accord_format::hash::NodeHash;
use accord_format::head::Head;
use accord_format::log_key::LogVKey;
use accord_format::merkle;
use accord_format::note::NoteSignature;
use accord_format::receipt::Receipt;

/// What somebody kept of a ledger.
#[derive(Clone, Debug)]
pub enum Held {
    /// A checkpoint.
    Checkpoint(SignedCheckpoint),
    /// A receipt.
    Receipt(Box<Receipt>),
    /// A checkpoint with the key history that shows under whose keys it must be signed: a pin, or
    /// the head of a bundle.
    Head(Box<Head>),
    /// A bundle.
    Bundle(Box<Bundle>),
}

impl Held {
    /// Reads a checkpoint, a receipt, a bundle or a pin.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let boxed = |error: &dyn std::fmt::Display| error.to_string();
        if bytes.starts_with(b"c2sp.org/tlog-proof") {
            return Receipt::parse(bytes).map(|r| Self::Receipt(r.into())).map_err(|e| boxed(&e));
        }
        if bytes.starts_with(b"accord.bundle/") {
            return Bundle::parse(bytes).map(|b| Self::Bundle(b.into())).map_err(|e| boxed(&e));
        }
        if bytes.starts_with(b"accord.pin/") {
            return Pin::parse(bytes).map(|p| Self::Head(p.head.into())).map_err(|e| boxed(&e));
        }
        SignedCheckpoint::parse(bytes).map(Self::Checkpoint).map_err(|e| boxed(&e))
    }

    /// The checkpoint in it.
    pub fn checkpoint(&self) -> &SignedCheckpoint {
        match self {
            Self::Checkpoint(checkpoint) => checkpoint,
            Self::Receipt(receipt) => &receipt.proof().checkpoint,
            Self::Head(head) => &head.checkpoint,
            Self::Bundle(bundle) => &bundle.checkpoint,
        }
    }

    /// The checkpoint with the key history that it brings along, if it does.
    fn head(&self) -> Head {
        let history: &[ProvenEntry] = match self {
            Self::Checkpoint(_) | Self::Receipt(_) => &[],
            Self::Head(head) => &head.keys,
            Self::Bundle(bundle) => &bundle.keys,
        };
        Head { checkpoint: self.checkpoint().clone(), keys: history.to_vec() }
    }
}

/// Something held elsewhere that says nothing about the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncompared {
    /// Which, in the order in which they were given, from 0.
    pub held: usize,
    /// `held-not-of-ledger`: it is another ledger's, or nobody of this one signed it.
    /// `held-key-unknown`: it is signed with a key that the record does not name.
    pub code: &'static str,
    /// What was expected, what was found, what to do.
    pub detail: String,
}

/// Why nothing comes of something held elsewhere.
enum Unfit {
    /// It is another ledger's, or nobody of this one signed it.
    NotOfLedger(String),
    /// The record names no such key.
    KeyUnknown(String),
}

impl Run<'_> {
    /// Compares the record with everything held elsewhere, and with the checkpoint started from.
    pub(super) fn held(&mut self) {
        for (at, held) in std::mem::take(&mut self.held).into_iter().enumerate() {
            match self.vouch(&held) {
                Ok(()) => self.compare(&held),
                Err(unfit) => {
                    let (code, detail) = match unfit {
                        Unfit::NotOfLedger(detail) => ("held-not-of-ledger", detail),
                        Unfit::KeyUnknown(detail) => ("held-key-unknown", detail),
                    };
                    self.report.uncompared.push(Uncompared { held: at, code, detail });
                }
            }
        }
        if let Some(from) = self.from.take() {
            let held = Held::Checkpoint(from);
            match self.vouch(&held) {
                Ok(()) => self.compare_checkpoint(&held),
                // Signatures were believed on its word.
                Err(Unfit::NotOfLedger(why) | Unfit::KeyUnknown(why)) => {
                    let detail = format!(
                        "what verification was to go on from is no checkpoint of this record: {why}"
                    );
                    self.problem("from-not-of-ledger", None, detail);
                }
            }
            self.report.trusted = Some(held.checkpoint().checkpoint().size);
        }
        if let Some((size, root)) = self.verified.take() {
            self.compare_verified(size, root);
        }
    }

    /// Says that the entries are not those that were verified here before, if that is so: they were
    /// all verified anew.
    fn compare_verified(&mut self, size: u64, root: NodeHash) {
        let found = match self.tree.root_at(size, &self.view) {
            Some(found) if found == root => return,
            Some(found) => format!("is {found} now"),
            None => "cannot be computed any more".to_owned(),
        };
        let detail = format!(
            "the root over the first {size} entries was {root} when they were verified here, and {found}: they are not what they were"
        );
        self.problem("history-rewritten", None, detail);
    }

    fn compare(&mut self, held: &Held) {
        self.compare_checkpoint(held);
        match held {
            Held::Receipt(receipt) => {
                self.compare_entry(receipt.header().seq, &receipt.proof().hashes, held);
            }
            Held::Bundle(bundle) => {
                let subject = &bundle.subject;
                self.compare_entry(subject.entry.header.seq, &subject.hashes, held);
            }
            Held::Checkpoint(_) | Held::Head(_) => {}
        }
        self.report.compared += 1;
    }

    /// Whether what is held was signed for this ledger, by the keys that the key history in it
    /// names or, if it brings none along, by those that the record names.
    fn vouch(&self, held: &Held) -> Result<(), Unfit> {
        let (origin, claim) = (self.bench.kernel.origin(), held.head());
        let claimed = claim.checkpoint.checkpoint();
        if claimed.origin != origin {
            return Err(Unfit::NotOfLedger(format!(
                "it is of the log {}, and this directory holds {origin}; compare the ledger ids: either the file or the directory is not the one that is meant",
                claimed.origin
            )));
        }
        if !claim.keys.is_empty() {
            return self.vouch_by_history(held, &claim).map_err(|error| {
                Unfit::NotOfLedger(format!("it does not hold by its own key history: {error}"))
            });
        }
        let keys = self.keys_at(claimed.size.min(self.view.size()));
        let signed = match held {
            Held::Receipt(_) => claim.checkpoint.verify_ed25519(&origin, keys),
            _ => claim.checkpoint.verify(&origin, keys),
        };
        signed.map(drop).map_err(|error| match self.unknown_key(&claim.checkpoint, &error) {
            Some(key) => Unfit::KeyUnknown(format!(
                "it is signed with {key}, which this record does not name as a checkpoint key: the key came later than this record reaches, or one of the two is another history, or the signature is somebody's own; only a bundle or a pin of the same head, which brings its key history along, can tell"
            )),
            None => Unfit::NotOfLedger(format!("nobody can be held to it: {error}")),
        })
    }

    fn vouch_by_history(&self, held: &Held, claim: &Head) -> Result<(), CheckError> {
        let Some(ledger) = self.bench.kernel.ledger() else {
            return Err(CheckError::Genesis("this record has none".to_owned()));
        };
        claim.verify_inclusion()?;
        if let Held::Bundle(bundle) = held {
            bundle.verify_inclusion()?;
        }
        let kernel = check::fold(&claim.keys, &ledger)?;
        let size = claim.size();
        claim.checkpoint.verify(&kernel.origin(), kernel.checkpoint_keys(size))?;
        Ok(())
    }

    /// The key under the log's name that signed, and that is none of the record's.
    fn unknown_key(&self, held: &SignedCheckpoint, error: &CheckpointError) -> Option<String> {
        let CheckpointError::Unsigned(_) = error else { return None };
        let known = |line: &NoteSignature| {
            let mut keys = self.checkpoint_keys.iter().flat_map(|(_, keys)| keys);
            keys.any(|key: &LogVKey| key.is_named_by(line))
        };
        let mut lines = held.note().signatures().iter();
        let line = lines.find(|line| line.name == held.checkpoint().origin && !known(line))?;
        Some(format!("{}+{}", line.name, line.id))
    }

    fn compare_checkpoint(&mut self, held: &Held) {
        let (size, root) = {
            let claimed = held.checkpoint().checkpoint();
            (claimed.size, claimed.root)
        };
        if size > self.view.size() {
            let detail = format!(
                "a checkpoint held elsewhere covers {size} entries, this record has {}: its end was cut off, or it is a stale copy",
                self.view.size()
            );
            self.problem("tail-cut", Some(self.view.size()), detail);
            self.keep_evidence(held);
        } else if let Some(found) = self.tree.root_at(size, &self.view).filter(|r| *r != root) {
            let detail = format!(
                "a checkpoint held elsewhere has root {root} at size {size}, this record gives {found}: history was rewritten"
            );
            self.problem("history-rewritten", None, detail);
            self.keep_evidence(held);
        }
    }

    /// Makes what convinces others of what was found, if it can be made.
    fn keep_evidence(&mut self, held: &Held) {
        // One that is no checkpoint has been named with the others.
        let Ok(shown) = SignedCheckpoint::parse(self.reader.head().note.as_bytes()) else { return };
        match Evidence::against(&self.view, &self.bench.kernel, shown, held.head()) {
            Ok(evidence) => self.report.evidence.push(evidence),
            Err(error) => self.report.notes.push(format!(
                "what is held elsewhere convinces nobody else beside this record: {error}"
            )),
        }
    }

    /// Whether the entry at `seq` is the one that was proved to somebody.
    fn compare_entry(&mut self, seq: u64, hashes: &[NodeHash], held: &Held) {
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
        let (claim, leaf) = (held.checkpoint().checkpoint(), merkle::leaf_hash(&bytes));
        if let Err(error) = merkle::verify_inclusion(seq, claim.size, leaf, hashes, &claim.root) {
            let detail = format!(
                "this is not the entry that a receipt held elsewhere was given for: {error}"
            );
            self.problem("receipt-entry", Some(seq), detail);
        }
    }
}
