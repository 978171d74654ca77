//! Whether checkpoints that witnesses cosigned were put into the record as often as the charter says.

use crate::brackets::{Cosigned, timestamp};
use crate::kernel::Kernel;
use accord_format::time::Timestamp;

/// The first checkpoint that was cosigned when the newest one in the record was too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Overdue {
    /// Size of the checkpoint.
    pub(super) size: u64,
    /// When a quorum cosigned it, at the earliest.
    pub(super) since: Timestamp,
    /// When a quorum had cosigned the newest in the record below it, or when the charter that sets the
    /// limit came into force.
    pub(super) last: Timestamp,
    /// In seconds.
    pub(super) limit: i64,
}

/// Looks through all checkpoints that met a quorum, those in the record included. Only the witnesses'
/// times count, but for the start: the operator's clock may be what is wrong.
pub(super) fn overdue(kernel: &Kernel, cosigned: &[Cosigned]) -> Option<Overdue> {
    let anchoring = kernel.anchoring().filter(|_| !kernel.is_simulated())?;
    let anchors = kernel.anchors();
    let anchored = anchors.iter().map(|anchor| &anchor.cosigned);
    let mut all: Vec<&Cosigned> = cosigned.iter().chain(anchored).collect();
    all.sort_by_key(|cosigned| (cosigned.size, cosigned.since));
    let allowed = anchoring.limit.saturating_add(kernel.skew());
    let (mut below, mut last) =
        (anchors.iter().peekable(), Timestamp::from_seconds(anchoring.since));
    all.into_iter().find_map(|cosigned| {
        while let Some(anchor) = below.next_if(|anchor| anchor.seq < cosigned.size) {
            last = last.max(timestamp(anchor.cosigned.by));
        }
        let since = timestamp(cosigned.since);
        let late = since.seconds().saturating_sub(last.seconds()) > allowed;
        late.then_some(Overdue { size: cosigned.size, since, last, limit: anchoring.limit })
    })
}
