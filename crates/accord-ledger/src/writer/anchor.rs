//! Which checkpoints the operator puts into the record, and in what form.

use super::Ledger;
use crate::error::LedgerError;
use crate::kernel::types::CheckpointAnchored;
use crate::quorum::{self, Policies};
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::key::NoteSigner;
use accord_format::note::{Note, NoteSignature};
use accord_store::witnessed;
use std::collections::BTreeSet;

/// Bytes of notes in one entry: an event has room for these and for what stands around them.
const BYTES_MAX: usize = 45_000;
/// Notes in one entry.
const NOTES_MAX: usize = 16;

impl Ledger {
    /// The payload that anchors what has met its quorum since the last anchor: the newest
    /// checkpoint, and before it the first that covers each change of the policy. Nothing when
    /// there is none.
    pub fn anchorable(&self) -> Result<Option<CheckpointAnchored>, LedgerError> {
        let policies = self.bench.kernel.policies();
        let mut last = self.bench.kernel.last_anchored();
        let (mut checkpoints, mut bytes) = (Vec::new(), 0);
        for size in self.worth_anchoring()? {
            let Some(found) = witnessed::read(&*self.disk, size)? else { continue };
            let note = SignedCheckpoint::parse(found.note.as_bytes())
                .map_err(|e| LedgerError::Cosignature(e.to_string()))?;
            let Some(note) = trimmed(policies, last, &note) else { continue };
            let text = note.to_text();
            bytes += text.len();
            if checkpoints.len() == NOTES_MAX || (bytes > BYTES_MAX && !checkpoints.is_empty()) {
                break;
            }
            last = size;
            checkpoints.push(text.lines().map(str::to_owned).collect());
        }
        Ok((!checkpoints.is_empty()).then_some(CheckpointAnchored { checkpoints }))
    }

    /// Sizes of checkpoints to anchor, in order.
    fn worth_anchoring(&self) -> Result<BTreeSet<u64>, LedgerError> {
        let kernel = &self.bench.kernel;
        let last = kernel.last_anchored();
        let mut sizes = witnessed::sizes(&*self.disk)?;
        sizes.retain(|size| *size > last);
        let first_from = |from: u64| sizes.iter().copied().find(|size| *size >= from);
        let changes = kernel.policies().all().iter().filter(|p| p.from_size > last);
        let handovers = changes.filter_map(|p| first_from(p.from_size));
        Ok(handovers.chain(sizes.last().copied()).collect())
    }

    /// The operator's event key.
    pub fn operator_key(&self) -> Result<&NoteSigner, LedgerError> {
        Ok(self.keys.event_key(&self.bench.kernel)?)
    }
}

/// The note, without cosignatures that its quorums can do without if it is too long with them, the
/// longest first; nothing if it does not meet them, or has no room.
fn trimmed(policies: &Policies, after: u64, note: &SignedCheckpoint) -> Option<SignedCheckpoint> {
    let met = |note: &SignedCheckpoint| quorum::all_met(&policies.judge(after, note));
    let mut note = note.clone();
    if policies.ask_for_none(after, note.checkpoint().size) || !met(&note) {
        return None;
    }
    let mut longest: Vec<NoteSignature> = note.note().signatures().to_vec();
    longest.retain(|line| line.name != note.checkpoint().origin);
    longest.sort_by_key(|line| std::cmp::Reverse(line.signature.len()));
    for line in longest {
        if note.to_text().len() <= BYTES_MAX {
            break;
        }
        let without = note.note().signatures().iter().filter(|l| **l != line);
        let without: Vec<NoteSignature> = without.cloned().collect();
        let text = Note::new(note.note().text(), &without).ok()?.to_text();
        let shorter = SignedCheckpoint::parse(text.as_bytes()).ok()?;
        if met(&shorter) {
            note = shorter;
        }
    }
    (note.to_text().len() <= BYTES_MAX).then_some(note)
}
