//! Folding what the record says about witnesses: its policies, and the checkpoints it holds.

use super::types::CheckpointAnchored;
use super::{Kernel, Terms};
use crate::brackets::Anchor;
use crate::quorum;
use accord_charter::ANCHORING;
use accord_format::time::Timestamp;

impl Kernel {
    /// Lets a policy count from `from_size` on. Lines that are none have been refused before.
    pub(super) fn set_witness_policy(&mut self, from_size: u64, lines: &[String]) {
        if let Ok(policy) = quorum::parse(lines) {
            self.policies.set(from_size, policy);
        }
    }

    /// Takes note of what the charter that the entry at `seq` puts into force says of times.
    pub(super) fn set_terms(&mut self, seq: u64, at: Timestamp) {
        let Some(charter) = self.charter() else { return };
        let seconds = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let ahead = seconds(charter.limits.ahead.get());
        let anchoring = charter.clock(ANCHORING).map(|clock| seconds(clock.length.get()));
        if self.terms.last().is_none_or(|last| (last.ahead, last.anchoring) != (ahead, anchoring)) {
            let from = seq.saturating_add(1);
            self.terms.push(Terms { from, since: at.seconds(), ahead, anchoring });
        }
    }

    /// Takes note of the checkpoints that the entry at `seq` holds.
    pub(super) fn anchor(&mut self, seq: u64, payload: &CheckpointAnchored) {
        for (size, cosigned) in self.anchored_in(payload) {
            self.anchored = self.anchored.max(size);
            self.anchors.extend(cosigned.map(|cosigned| Anchor { seq, cosigned }));
        }
    }
}
