//! Evidence that an entry bears a wrong time: made from a record, and checked from the ledger id
//! alone.
//!
//! That an entry came after a cosignature needs no more than the cosignature's bytes in the record
//! before it: whatever else is wrong with the entry that holds them, nobody had them earlier. That
//! it was there by some time, only a cosignature over a tree that it is proved in can say.

use super::part::{self, Part, says_powers};
use super::{EvidenceError, UnconvincingError, UnprovenError};
use crate::brackets::{Anchor, Bound, Bracket, Cosigned, timestamp};
use crate::check::CheckError;
use crate::kernel::Kernel;
use crate::kernel::types::KernelPayload;
use accord_charter::AHEAD_MAX;
use accord_format::bundle::ProvenEntry;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::entry::Entry;
use accord_format::hash::LedgerId;
use accord_format::head::Head;
use accord_format::misdated::{FILE_MAX, Misdated};
use accord_format::time::Timestamp;
use accord_store::View;

/// By how many seconds an entry's time must lie outside what witnesses say, for a file to show it: what
/// no charter lets clocks differ by, since a file cannot show that it leaves out no charter.
pub const APART: i64 = AHEAD_MAX.cast_signed();

/// What evidence shows of the time of an entry.
#[derive(Clone, Debug)]
pub struct WrongTime {
    /// The log's origin.
    pub origin: String,
    /// The entry.
    pub entry: Entry,
    /// `recorded-early` or `recorded-late`.
    pub code: &'static str,
    /// Between which instants it was recorded, by the word of witnesses.
    pub bracket: Bracket,
    /// The entry that set the newest policy in the file; nothing if that is the genesis'.
    pub policy: Option<u64>,
    /// Size of the checkpoint under which everything stands.
    pub size: u64,
}

impl WrongTime {
    /// The bound that the entry's time lies outside of.
    pub fn bound(&self) -> Option<Bound> {
        if self.code == "recorded-late" { self.bracket.by } else { self.bracket.after }
    }

    /// What the entry says of itself.
    pub const fn recorded(&self) -> Timestamp {
        self.entry.header.recorded
    }
}

/// Checks evidence that an entry bears a wrong time, from nothing but the ledger id: the witnesses
/// whose word counts are those of the ledger's own policies.
pub fn misdated(bytes: &[u8], ledger: &LedgerId) -> Result<WrongTime, UnconvincingError> {
    let file = Misdated::parse(bytes)?;
    let head = file.head();
    head.verify_inclusion()?;
    let kernel = Part::of(&head.keys, ledger, says_powers)?.kernel;
    let (checkpoint, size) = (&head.checkpoint, head.size());
    checkpoint.verify(&kernel.origin(), kernel.checkpoint_keys(size)).map_err(CheckError::from)?;
    if kernel.is_simulated() {
        return Err(UnconvincingError::Simulated);
    }
    let (seq, entry) = (file.seq(), file.subject()?.clone());
    let before = head.keys.iter().map(|proven| &proven.entry).filter(|e| e.header.seq <= seq);
    let anchors = before.flat_map(|entry| anchored(&kernel, entry));
    let after = anchors.map(|a| bound(a.cosigned.since, a.cosigned.size)).max_by_key(|b| b.at);
    let newest = kernel.policies().all().last();
    let policy = newest.and_then(|policy| policy.from_size.checked_sub(1));
    let by = kernel.policies().at(size).and_then(|policy| Cosigned::of(policy, checkpoint));
    let bracket = Bracket { after, by: by.map(|cosigned| bound(cosigned.by, size)) };
    let recorded = entry.header.recorded;
    let disagree = |(after, by): (Bound, Bound)| after.at > by.at.plus_seconds(APART);
    if bracket.after.zip(bracket.by).is_some_and(disagree) {
        return Err(UnconvincingError::Disagree { bracket });
    }
    let Some(code) = bracket.excludes(recorded, APART) else {
        return Err(UnconvincingError::Within { seq, recorded, bracket, skew: APART });
    };
    Ok(WrongTime { origin: kernel.origin(), entry, code, bracket, policy, size })
}

fn bound(seconds: u64, size: u64) -> Bound {
    Bound { at: timestamp(seconds), size }
}

/// When the checkpoints of this log that an entry holds were cosigned.
fn anchored(kernel: &Kernel, entry: &Entry) -> Vec<Anchor> {
    let (event, seq) = (entry.event(), entry.header.seq);
    let payload = KernelPayload::decode(&event.event_type, event.version, &event.payload);
    let Some(Ok(KernelPayload::CheckpointAnchored(payload))) = payload else { return Vec::new() };
    let found = kernel.anchored_in(&payload).into_iter().filter_map(|(_, cosigned)| cosigned);
    found.map(|cosigned| Anchor { seq, cosigned }).collect()
}

/// Makes the evidence that the entry at `seq` of a view bears a wrong time, under `checkpoint`, and
/// checks it as others will.
pub(crate) fn prove_misdated(
    view: &View<'_>,
    kernel: &Kernel,
    seq: u64,
    checkpoint: SignedCheckpoint,
) -> Result<Misdated, UnprovenError> {
    let size = checkpoint.checkpoint().size;
    let ledger = kernel.ledger().ok_or(UnprovenError::NotReached)?;
    let mut keys = part::below(view, size, size, says_powers)?;
    // Of the anchors the one that says most; those of a later size would say no more.
    let known = kernel.anchors().iter().filter(|anchor| anchor.seq <= seq);
    let strongest = known.max_by_key(|anchor| anchor.cosigned.since).map(|anchor| anchor.seq);
    for wanted in strongest.into_iter().chain([seq]) {
        insert(&mut keys, view, wanted, size)?;
    }
    let made = Misdated::new(seq, Head { checkpoint, keys });
    let made = made.map_err(|why| Box::new(UnconvincingError::from(why)))?;
    let bytes = made.to_bytes();
    if bytes.len() > FILE_MAX {
        return Err(UnprovenError::TooMuch);
    }
    misdated(&bytes, &ledger).map_err(Box::new)?;
    Ok(made)
}

/// Puts an entry among others, in order; not beyond the tree, where the check names it as missing.
fn insert(
    keys: &mut Vec<ProvenEntry>,
    view: &View<'_>,
    seq: u64,
    size: u64,
) -> Result<(), EvidenceError> {
    if let Err(place) = keys.binary_search_by_key(&seq, |proven| proven.entry.header.seq)
        && seq < size
    {
        keys.insert(place, super::proven(view, super::entry(view, seq)?, size)?);
    }
    Ok(())
}
