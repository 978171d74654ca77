//! Folding what the record says about witnesses: its policies, and the checkpoints it holds.

use super::Kernel;
use super::types::CheckpointAnchored;
use crate::brackets::Anchor;
use crate::quorum;

impl Kernel {
    /// Lets a policy count from `from_size` on. Lines that are none have been refused before.
    pub(super) fn set_witness_policy(&mut self, from_size: u64, lines: &[String]) {
        if let Ok(policy) = quorum::parse(lines) {
            self.policies.set(from_size, policy);
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
