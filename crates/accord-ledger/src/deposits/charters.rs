//! Which charter was in force when something was deposited.

use super::Due;
use crate::kernel::Kernel;
use accord_charter::SUBMISSION;
use accord_format::entry::Entry;
use accord_format::time::Timestamp;

/// The entries that put charters in force, as they are read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Charters {
    /// When it was recorded, its seq, and the stream of its proposal.
    all: Vec<(Timestamp, u64, String)>,
}

impl Charters {
    /// Takes note of an entry that is not void.
    pub(crate) fn note(&mut self, entry: &Entry) {
        let event = entry.event();
        if matches!(event.event_type.as_str(), "charter.adopted" | "charter.amended") {
            self.all.push((entry.header.recorded, entry.header.seq, event.stream.clone()));
        }
    }

    /// Until when what was deposited then is to be answered, by the charter that the record says
    /// was in force; by the last one where its times are simulated.
    pub(crate) fn due(&self, kernel: &Kernel, deposited: Timestamp) -> Option<Due> {
        // Deposits are dated to the second.
        let in_force =
            |since: &Timestamp| kernel.is_simulated() || since.seconds() <= deposited.seconds();
        let (_, seq, stream) = self.all.iter().rev().find(|(since, ..)| in_force(since))?;
        let charter = &kernel.proposals().get(stream)?.charter;
        let limit = charter.clock(SUBMISSION)?.length.get();
        let seconds = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        Some(Due {
            limit,
            charter: *seq,
            at: deposited.plus_seconds(seconds(limit)),
            skew: seconds(charter.limits.ahead.get()),
        })
    }
}
