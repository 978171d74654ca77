//! Whether checkpoints that witnesses cosigned were put into the record as often as the charter says.
//!
//! What a record lacks does not say why: the operator may not have anchored, or no witness have
//! answered. So this is said, and nobody is found guilty of it.

use crate::brackets::{Cosigned, timestamp};
use crate::kernel::{Kernel, Terms};
use crate::quorum::{self, InForce};
use accord_format::time::Timestamp;

/// A span of time in which nothing that witnesses had cosigned came into the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unanchored {
    /// Size of the checkpoint that was cosigned at its end.
    pub size: u64,
    /// When a quorum had cosigned the newest checkpoint in the record below that; or when the charter
    /// first set a limit, or a policy first asked for witnesses, if that was later.
    pub from: Timestamp,
    /// When a quorum cosigned the one at its end, at the earliest.
    pub until: Timestamp,
    /// How long it may be by the charter of that time, in seconds.
    pub limit: i64,
}

/// The first such span, of all checkpoints that met a quorum, those in the record included. Only the
/// witnesses' times count, but for the start. `recorded` gives the time of an entry.
pub(super) fn unanchored(
    kernel: &Kernel,
    cosigned: &[Cosigned],
    recorded: &dyn Fn(u64) -> Option<Timestamp>,
) -> Option<Unanchored> {
    let anchors = kernel.anchors();
    let anchored = anchors.iter().map(|anchor| &anchor.cosigned);
    let mut all: Vec<&Cosigned> = cosigned.iter().chain(anchored).collect();
    all.sort_by_key(|cosigned| (cosigned.size, cosigned.since));
    let (mut below, mut newest) = (anchors.iter().peekable(), None);
    all.into_iter().find_map(|cosigned| {
        let size = cosigned.size;
        while let Some(anchor) = below.next_if(|anchor| anchor.seq < size) {
            newest = newest.max(Some(timestamp(anchor.cosigned.by)));
        }
        let (limit, since) = limit_at(kernel.terms(), size)?;
        let asked = asked_since(kernel.policies().all(), size)?;
        let from = newest.max(Some(since)).max(recorded(asked))?;
        let until = timestamp(cosigned.since);
        let allowed = limit.saturating_add(kernel.skew_at(size));
        let long = until.seconds().saturating_sub(from.seconds()) > allowed;
        long.then_some(Unanchored { size, from, until, limit })
    })
}

/// The limit that counts at a size, and since when there has been one.
fn limit_at(terms: &[Terms], size: u64) -> Option<(i64, Timestamp)> {
    let mut set =
        terms.iter().rev().skip_while(|t| t.from > size).map_while(|t| Some((t, t.anchoring?)));
    let (newest, limit) = set.next()?;
    let first = set.last().map_or(newest, |(terms, _)| terms);
    Some((limit, Timestamp::from_seconds(first.since)))
}

/// The entry since which policies have asked for witnesses, up to the one that counts at a size.
fn asked_since(policies: &[InForce], size: u64) -> Option<u64> {
    let until = policies.iter().rev().skip_while(|p| p.from_size > size);
    let first = until.take_while(|p| !quorum::asks_for_none(&p.policy)).last()?;
    Some(first.from_size.saturating_sub(1))
}
