//! Folding what the record says about witnesses: its policies, and the checkpoints it holds.

use super::types::CheckpointAnchored;
use super::{Anchoring, Kernel};
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

    /// Takes note of what the charter that comes into force says of anchored checkpoints.
    pub(super) fn begin_anchoring(&mut self, at: Timestamp) {
        let clock = self.charter().and_then(|charter| charter.clock(ANCHORING));
        let limit = clock.map(|clock| i64::try_from(clock.length.get()).unwrap_or(i64::MAX));
        let known = self.anchoring.filter(|known| Some(known.limit) == limit);
        self.anchoring = known.or_else(|| Some(Anchoring { limit: limit?, since: at.seconds() }));
    }

    /// Takes note of the checkpoints that the entry at `seq` holds.
    pub(super) fn anchor(&mut self, seq: u64, payload: &CheckpointAnchored) {
        for (size, cosigned) in self.anchored_in(payload) {
            self.anchored = self.anchored.max(size);
            self.anchors.extend(cosigned.map(|cosigned| Anchor { seq, cosigned }));
        }
    }
}
