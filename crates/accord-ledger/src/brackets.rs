//! Between which instants an entry was recorded, by the word of witnesses.
//!
//! A cosignature carries the second at which its maker saw the tree. A checkpoint of size n that a
//! quorum had cosigned by some instant shows that every entry below n was there by then. One that
//! stands in the record, anchored by entry a, shows that entry a and all behind it came after it
//! was cosigned. Nothing else bounds an entry from below: a witness that is shown an old tree signs
//! it, too.

use accord_format::checkpoint::SignedCheckpoint;
use accord_format::policy::{Policy, Quorum};
use accord_format::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// When a quorum cosigned a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cosigned {
    /// The checkpoint's size.
    pub size: u64,
    /// The latest second, since 1970, such that a whole quorum cosigned no earlier.
    pub since: u64,
    /// The earliest second such that a whole quorum had cosigned by then.
    pub by: u64,
}

impl Cosigned {
    /// When the quorum of `policy` cosigned `note`; nothing if it did not, asks for none, or too
    /// few of it say when.
    pub fn of(policy: &Policy, note: &SignedCheckpoint) -> Option<Self> {
        Self::by_quorum(policy, &policy.judge(note), note.checkpoint().size)
    }

    /// The same of a checkpoint of `size` that `policy` has judged.
    pub fn by_quorum(policy: &Policy, quorum: &Quorum, size: u64) -> Option<Self> {
        let since = quorum.unix_seconds.filter(|at| *at > 0 && quorum.met)?;
        let by = policy.witnessed_by(&quorum.cosigned)?;
        Some(Self { size, since, by })
    }
}

/// A cosigned checkpoint that an entry holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The entry.
    pub seq: u64,
    /// The checkpoint.
    pub cosigned: Cosigned,
}

/// One bound of an entry's time, and what it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The instant.
    pub at: Timestamp,
    /// Size of the checkpoint that says so.
    pub size: u64,
}

/// Between which instants an entry was recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bracket {
    /// Not before this.
    pub after: Option<Bound>,
    /// Not later than this.
    pub by: Option<Bound>,
}

impl Bracket {
    /// The code of [`Outside`] for an instant outside by more than `skew` seconds.
    pub fn excludes(&self, recorded: Timestamp, skew: i64) -> Option<&'static str> {
        let late = self.by.is_some_and(|by| recorded > by.at.plus_seconds(skew));
        let early = |after: Bound| recorded < after.at.plus_seconds(skew.saturating_neg());
        if late {
            Some("recorded-late")
        } else {
            self.after.is_some_and(early).then_some("recorded-early")
        }
    }
}

/// Entries whose `recorded` lies outside their bracket, by more than clocks may differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// `recorded-early` or `recorded-late`.
    pub code: &'static str,
    /// Which entries.
    pub seqs: Range<u64>,
    /// The bound that they lie outside of.
    pub bound: Bound,
    /// `recorded` of the entry that is farthest from it.
    pub recorded: Timestamp,
    /// By how many seconds clocks may differ there.
    pub skew: i64,
}

impl Outside {
    /// How far the farthest entry lies outside, in seconds.
    pub fn apart(&self) -> i64 {
        self.recorded.seconds().saturating_sub(self.bound.at.seconds()).saturating_abs()
    }
}

/// All that is known of when entries were recorded.
#[derive(Clone, Debug, Default)]
pub struct Brackets {
    /// By the entry from which on it holds: rising seqs, rising instants.
    after: BTreeMap<u64, Bound>,
    /// By the size below which it holds: rising sizes, rising instants.
    by: BTreeMap<u64, Bound>,
}

pub(crate) fn timestamp(seconds: u64) -> Timestamp {
    let latest = i64::MAX / 1_000_000;
    Timestamp::from_seconds(i64::try_from(seconds).unwrap_or(latest).min(latest))
}

impl Brackets {
    /// The brackets that follow from anchors, and from other checkpoints that met their quorum.
    pub fn new(
        anchors: impl IntoIterator<Item = Anchor>,
        others: impl IntoIterator<Item = Cosigned>,
    ) -> Self {
        let mut out = Self::default();
        for anchor in anchors {
            out.anchor(&anchor);
            out.cover(&anchor.cosigned);
        }
        others.into_iter().for_each(|cosigned| out.cover(&cosigned));
        out
    }

    fn anchor(&mut self, anchor: &Anchor) {
        let bound = Bound { at: timestamp(anchor.cosigned.since), size: anchor.cosigned.size };
        let known = self.after.range(..=anchor.seq).next_back();
        if known.is_some_and(|(_, known)| known.at >= bound.at) {
            return;
        }
        // Later anchors that say less say nothing.
        let weaker = self.after.range(anchor.seq..).take_while(|(_, b)| b.at <= bound.at);
        let weaker: Vec<u64> = weaker.map(|(seq, _)| *seq).collect();
        for seq in weaker {
            self.after.remove(&seq);
        }
        self.after.insert(anchor.seq, bound);
    }

    fn cover(&mut self, cosigned: &Cosigned) {
        let bound = Bound { at: timestamp(cosigned.by), size: cosigned.size };
        let known = self.by.range(cosigned.size..).next();
        if known.is_some_and(|(_, known)| known.at <= bound.at) {
            return;
        }
        let weaker = self.by.range(..=cosigned.size).rev().take_while(|(_, b)| b.at >= bound.at);
        let weaker: Vec<u64> = weaker.map(|(size, _)| *size).collect();
        for size in weaker {
            self.by.remove(&size);
        }
        self.by.insert(cosigned.size, bound);
    }

    /// True when nothing is known.
    pub fn is_empty(&self) -> bool {
        self.after.is_empty() && self.by.is_empty()
    }

    /// The bracket of entry `seq`.
    pub fn of(&self, seq: u64) -> Bracket {
        let after = self.after.range(..=seq).next_back().map(|(_, bound)| *bound);
        let by = seq.checked_add(1).and_then(|size| self.by.range(size..).next());
        Bracket { after, by: by.map(|(_, bound)| *bound) }
    }

    /// Entries below `size` outside their brackets by more than clocks may differ. `recorded` gives
    /// the time of an entry, and never decreases; where it knows none, nothing is said. `skews` gives by
    /// how many seconds, each from the entry on that is named with it, by rising seq.
    pub fn outside(
        &self,
        size: u64,
        skews: &[(u64, i64)],
        recorded: &dyn Fn(u64) -> Option<Timestamp>,
    ) -> Vec<Outside> {
        let mut out = Vec::new();
        let mut from = 0;
        for (below, bound) in &self.by {
            for (seqs, skew) in pieces(from..(*below).min(size), skews) {
                let limit = bound.at.plus_seconds(skew);
                let within = |seq| recorded(seq).is_none_or(|at| at <= limit);
                let first = partition(seqs.clone(), within);
                let last = seqs.end.checked_sub(1).and_then(recorded);
                if let Some(recorded) = last.filter(|_| first < seqs.end) {
                    let seqs = first..seqs.end;
                    let bound = *bound;
                    out.push(Outside { code: "recorded-late", seqs, bound, recorded, skew });
                }
            }
            from = *below;
        }
        let ends = self.after.keys().skip(1).copied().chain([size]);
        for ((start, bound), end) in self.after.iter().zip(ends) {
            for (seqs, skew) in pieces(*start..end.min(size), skews) {
                let limit = bound.at.plus_seconds(skew.saturating_neg());
                let without = |seq| recorded(seq).is_some_and(|at| at < limit);
                let until = partition(seqs.clone(), without);
                if let Some(recorded) = recorded(seqs.start).filter(|_| seqs.start < until) {
                    let seqs = seqs.start..until;
                    let bound = *bound;
                    out.push(Outside { code: "recorded-early", seqs, bound, recorded, skew });
                }
            }
        }
        out.sort_by_key(|outside| outside.seqs.start);
        out
    }
}

/// The parts of a range over which clocks may differ by the same, with how much that is.
fn pieces(seqs: Range<u64>, skews: &[(u64, i64)]) -> Vec<(Range<u64>, i64)> {
    let ends = skews.iter().skip(1).map(|(from, _)| *from).chain([u64::MAX]);
    let each = skews
        .iter()
        .zip(ends)
        .map(|((from, skew), end)| (seqs.start.max(*from)..seqs.end.min(end), *skew));
    each.filter(|(part, _)| part.start < part.end).collect()
}

/// The first seq of a range for which `holds` does not, where it holds up to there and never again.
fn partition(seqs: Range<u64>, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (seqs.start, seqs.end.max(seqs.start));
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cosigned(size: u64, since: u64, by: u64) -> Cosigned {
        Cosigned { size, since, by }
    }

    fn anchor(seq: u64, size: u64, since: u64) -> Anchor {
        Anchor { seq, cosigned: cosigned(size, since, since + 5) }
    }

    fn of(brackets: &Brackets, seq: u64) -> (Option<i64>, Option<i64>) {
        let Bracket { after, by } = brackets.of(seq);
        (after.map(|b| b.at.seconds()), by.map(|b| b.at.seconds()))
    }

    /// Recorded at 10 times the seq.
    #[expect(clippy::unnecessary_wraps, reason = "it has the form of what is asked")]
    fn tens(seq: u64) -> Option<Timestamp> {
        Some(timestamp(seq * 10))
    }

    #[test]
    fn an_entry_lies_between_what_was_cosigned_before_and_after_it() {
        let brackets = Brackets::new([anchor(4, 3, 100), anchor(8, 6, 200)], [cosigned(9, 0, 250)]);
        assert_eq!(of(&brackets, 0), (None, Some(105)));
        assert_eq!(of(&brackets, 2), (None, Some(105)));
        assert_eq!(of(&brackets, 3), (None, Some(205)));
        assert_eq!(of(&brackets, 4), (Some(100), Some(205)));
        assert_eq!(of(&brackets, 7), (Some(100), Some(250)));
        assert_eq!(of(&brackets, 8), (Some(200), Some(250)));
        assert_eq!(of(&brackets, 9), (Some(200), None));
        assert_eq!(of(&brackets, u64::MAX), (Some(200), None));
        assert_eq!(of(&Brackets::default(), 3), (None, None));
    }

    /// The narrowest bounds count, in whatever order they come.
    #[test]
    fn what_says_less_says_nothing() {
        let weak = [anchor(4, 3, 100), anchor(6, 5, 90), anchor(8, 7, 120)];
        let mut order = weak.to_vec();
        for _ in 0..3 {
            order.rotate_left(1);
            let brackets = Brackets::new(order.clone(), []);
            assert_eq!(of(&brackets, 6), (Some(100), Some(125)));
            // Five entries were there by 95, so three were.
            assert_eq!(of(&brackets, 2), (None, Some(95)));
            assert_eq!(brackets.after.len(), 2);
            assert_eq!(brackets.by.len(), 2);
        }
    }

    #[test]
    fn entries_outside_are_found_to_the_second() {
        let late = |by, skew| {
            let found = Brackets::new([], [cosigned(6, 0, by)]).outside(9, &[(0, skew)], &tens);
            found.into_iter().map(|o| (o.code, o.seqs)).collect::<Vec<_>>()
        };
        assert_eq!(late(50, 0), []);
        assert_eq!(late(49, 0), [("recorded-late", 5..6)]);
        assert_eq!(late(29, 0), [("recorded-late", 3..6)]);
        assert_eq!(late(29, 21), []);
        assert_eq!(late(29, 20), [("recorded-late", 5..6)]);
        let early = |since, skew| {
            let brackets = Brackets::new([anchor(4, 2, since)], []);
            let found = brackets.outside(9, &[(0, skew)], &tens);
            found.into_iter().map(|o| (o.code, o.seqs)).collect::<Vec<_>>()
        };
        assert_eq!(early(40, 0), []);
        assert_eq!(early(41, 0), [("recorded-early", 4..5)]);
        assert_eq!(early(500, 0), [("recorded-early", 4..9)]);
        assert_eq!(early(61, 20), [("recorded-early", 4..5)]);
        assert_eq!(early(60, 20), []);
    }

    #[test]
    fn one_entry_is_judged_as_all_are() {
        let brackets = Brackets::new([anchor(4, 2, 61)], [cosigned(9, 0, 75)]);
        for skew in [0, 5, 20, 30] {
            let outside = brackets.outside(9, &[(0, skew)], &tens);
            for seq in 0..9 {
                let found = outside.iter().find(|o| o.seqs.contains(&seq)).map(|o| o.code);
                let alone = brackets.of(seq).excludes(tens(seq).unwrap(), skew);
                assert_eq!(found, alone, "{seq} with {skew}");
            }
        }
    }

    /// What a charter lets clocks differ by counts from its entry on.
    #[test]
    fn a_stricter_charter_judges_what_follows() {
        let found = |brackets: Brackets, skews: &[(u64, i64)]| {
            let outside = brackets.outside(9, skews, &tens);
            outside.into_iter().map(|o| (o.code, o.seqs, o.skew)).collect::<Vec<_>>()
        };
        let early = || Brackets::new([anchor(4, 2, 100)], []);
        assert_eq!(found(early(), &[(0, 60)]), []);
        let both = [("recorded-early", 6..9, 10)];
        assert_eq!(found(early(), &[(0, 60), (6, 10)]), both);
        assert_eq!(found(early(), &[(0, 60), (9, 10)]), []);
        let late = || Brackets::new([], [cosigned(9, 0, 29)]);
        let apart = [("recorded-late", 5..6, 20), ("recorded-late", 6..9, 10)];
        assert_eq!(found(late(), &[(0, 20), (6, 10)]), apart);
        assert_eq!(found(late(), &[(0, 20), (2, 60)]), []);
    }

    #[test]
    fn intervals_do_not_overlap() {
        let brackets = Brackets::new(
            [anchor(2, 1, 70), anchor(5, 4, 90)],
            [cosigned(6, 0, 5), cosigned(8, 0, 6)],
        );
        let found = brackets.outside(7, &[(0, 0)], &tens);
        let found: Vec<_> = found.into_iter().map(|o| (o.code, o.seqs)).collect();
        let expected = [
            ("recorded-late", 1..6),
            ("recorded-early", 2..5),
            ("recorded-early", 5..7),
            ("recorded-late", 6..7),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn no_time_is_too_large() {
        let brackets = Brackets::new([anchor(1, 1, u64::MAX - 9)], [cosigned(9, 0, u64::MAX)]);
        let found = brackets.outside(9, &[(0, i64::MAX)], &tens);
        assert_eq!(found.len(), 0);
        assert_eq!(brackets.outside(u64::MAX, &[(0, 0)], &|_| None).len(), 0);
    }
}
