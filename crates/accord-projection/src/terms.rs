//! What the agreement says, at each point of the record.

use crate::amend::Amendments;
use accord_charter::{Charter, Clock, ClockEnd};
use accord_format::event::Occurred;
use accord_format::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The side that is neither a party nor unknown.
pub const THIRD: &str = "third";
/// The side that nobody could name.
pub const UNDETERMINED: &str = "undetermined";

/// What folding and judging read besides events: the charters and what was amended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Basis {
    /// Charters by the seq at which each came into force.
    pub terms: Terms,
    /// Corrections, retractions, duplicates, redactions and suspicions known so far.
    pub amendments: Amendments,
}

/// The charters that have been in force, each from its own entry on.
///
/// Every question names the seq that it is asked for, so that an amendment never changes what
/// an earlier entry meant: clocks keep the length they started with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    versions: Vec<Version>,
    /// Rulebooks by the seq of the entry that adopted each.
    #[serde(default)]
    rulebooks: Vec<(u64, u32)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Version {
    seq: u64,
    recorded: i64,
    charter: Box<Charter>,
    running_clocks: bool,
}

impl Terms {
    /// Takes note that `charter` came into force with the entry at `seq`, recorded then, and
    /// whether clocks that are running take its lengths.
    pub fn adopt(&mut self, seq: u64, recorded: Timestamp, charter: Charter, running_clocks: bool) {
        let (recorded, charter) = (recorded.micros(), Box::new(charter));
        self.versions.push(Version { seq, recorded, charter, running_clocks });
    }

    /// Takes note that a rulebook came into force with the entry at `seq`.
    pub fn rule(&mut self, seq: u64, rulebook: u32) {
        self.rulebooks.push((seq, rulebook));
    }

    /// The rulebook in force just before the entry at `seq`; the first until one is adopted. Folds
    /// and judges that changed with a later one ask for it.
    pub fn rulebook(&self, seq: u64) -> u32 {
        self.rulebooks.iter().rev().find(|(at, _)| *at < seq).map_or(1, |(_, rulebook)| *rulebook)
    }

    /// The charter in force just before the entry at `seq`.
    pub fn charter(&self, seq: u64) -> Option<&Charter> {
        self.versions.iter().rev().find(|v| v.seq < seq).map(|v| &*v.charter)
    }

    /// The latest charter.
    pub fn latest(&self) -> Option<&Charter> {
        self.versions.last().map(|v| &*v.charter)
    }

    /// The end of the clock `code` that the entry at `seq` starts at `start`; nothing when the
    /// charter in force had no such clock.
    ///
    /// A later charter changes it only if it says so and the clock is still running, and never to
    /// an end before that charter was recorded.
    pub fn deadline(&self, seq: u64, code: &str, start: Timestamp) -> Option<Timestamp> {
        let mut end = end_of(self.charter(seq)?.clock(code)?, start);
        for later in self.versions.iter().filter(|v| v.seq > seq && v.running_clocks) {
            let recorded = Timestamp::from_micros(later.recorded);
            if recorded >= end {
                break;
            }
            if let Some(clock) = later.charter.clock(code) {
                end = end_of(clock, start).max(recorded);
            }
        }
        Some(end)
    }

    /// The parties of the charter in force at `seq`.
    pub fn parties(&self, seq: u64) -> BTreeSet<String> {
        self.charter(seq).map(|c| c.parties.keys().cloned().collect()).unwrap_or_default()
    }

    /// The party that a participant stands for by the charter in force at `seq`.
    pub fn party_of(&self, seq: u64, participant: &str) -> Option<&str> {
        self.charter(seq)?.party_of(participant)
    }

    /// True for a party of the charter in force at `seq`, [`THIRD`] and [`UNDETERMINED`].
    pub fn is_side(&self, seq: u64, code: &str) -> bool {
        code == THIRD
            || code == UNDETERMINED
            || self.charter(seq).is_some_and(|c| c.parties.contains_key(code))
    }

    /// True for what lies before the first charter: recorded before it, or over by the time that it
    /// came into force, or `marked` so and begun by then. It is a baseline and counts under no
    /// provision.
    pub fn is_historical(&self, seq: u64, occurred: &Occurred, marked: bool) -> bool {
        self.versions.first().is_none_or(|first| {
            let begun = occurred.from.timestamp().micros() < first.recorded;
            let over = occurred.end().micros() <= first.recorded;
            seq < first.seq || over || (marked && begun)
        })
    }
}

const SECONDS_PER_DAY: i64 = 86_400;

/// Where a clock that starts then ends. Days end at midnight in the clock's zone.
fn end_of(clock: &Clock, start: Timestamp) -> Timestamp {
    let exact = start.plus_seconds(i64::try_from(clock.length.get()).unwrap_or(i64::MAX));
    match clock.end {
        ClockEnd::Exact => exact,
        ClockEnd::EndOfDay => {
            let local = exact.seconds().saturating_add(clock.offset());
            let next = local.div_euclid(SECONDS_PER_DAY).saturating_add(1);
            let midnight = next.saturating_mul(SECONDS_PER_DAY);
            Timestamp::from_seconds(midnight.saturating_sub(clock.offset()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rulebook_is_in_force_from_the_next_entry_on() {
        let mut terms = Terms::default();
        terms.rule(5, 2);
        terms.rule(9, 3);
        let found: Vec<u32> = [0, 5, 6, 9, 10].map(|seq| terms.rulebook(seq)).to_vec();
        assert_eq!(found, [1, 1, 2, 2, 3]);
    }

    #[test]
    fn a_day_ends_where_the_clock_is() {
        let end = |zone: &str, start: &str| {
            let clock = serde_json::json!({"words": "x", "length": 86_400, "starts": "recorded", "end": "end_of_day", "zone": zone});
            let clock: Clock = serde_json::from_value(clock).unwrap();
            end_of(&clock, Timestamp::parse_seconds(start).unwrap()).to_seconds_string()
        };
        assert_eq!(end("UTC", "2026-03-01T21:59:59Z"), "2026-03-03T00:00:00Z");
        assert_eq!(end("+02:00", "2026-03-01T21:59:59Z"), "2026-03-02T22:00:00Z");
        assert_eq!(end("+02:00", "2026-03-01T22:00:00Z"), "2026-03-03T22:00:00Z");
        assert_eq!(end("-03:30", "2026-03-01T03:29:59Z"), "2026-03-02T03:30:00Z");
        assert_eq!(end("-03:30", "2026-03-01T03:30:00Z"), "2026-03-03T03:30:00Z");
    }
}
