//! How far stipulations are implemented, as of any instant up to that of a snapshot.

use super::figure::figure;
use super::{Cell, overdue};
use crate::replay::Snapshot;
use accord_format::time::MICROS_PER_DAY;
use accord_oversight::OversightState;
use accord_oversight::event::SCORE_MAX;
use accord_oversight::state::{ReviewStatus, Stipulation};
use accord_projection::Selector;

/// The family of stipulations.
pub(super) const FAMILY: &str = "oversight";

/// Days before T with which the score is compared, and the figure's name for each.
pub(super) const TRENDS: [(i64, &str); 2] = [(30, "score_30d"), (90, "score_90d")];

/// So many days before T.
pub(super) fn days_before(snapshot: &Snapshot, days: i64) -> i64 {
    snapshot.as_of().micros().saturating_sub(days.saturating_mul(MICROS_PER_DAY))
}

/// What the stipulations of a provision, or all of them, come to.
#[derive(Default)]
pub(super) struct Standing {
    pub(super) stipulations: u64,
    /// How many have each score.
    pub(super) by_score: [u64; SCORE_MAX as usize + 1],
    pub(super) overdue: u64,
    /// How many latest scores are unreviewed, confirmed and split.
    pub(super) reviews: [u64; ReviewStatus::ALL.len()],
}

impl Standing {
    /// Of one provision, or of all, as of `at`.
    pub(super) fn of(snapshot: &Snapshot, provision: Option<&str>, at: i64) -> Self {
        let mut standing = Self::default();
        for (_, state) in snapshot.families().oversight().states("stipulation/") {
            let Some(stipulation) = state.stipulation() else { continue };
            let Some(registered) = stipulation.registered_by(at) else { continue };
            if provision.is_some_and(|code| code != registered.provision) {
                continue;
            }
            standing.stipulations += 1;
            standing.overdue += u64::from(overdue::is_stipulation(stipulation, at));
            let Some((_, latest)) = stipulation.latest(at) else { continue };
            if let Some(count) = standing.by_score.get_mut(usize::from(latest.score)) {
                *count += 1;
            }
            let status = latest.status(at);
            for (count, of) in standing.reviews.iter_mut().zip(ReviewStatus::ALL) {
                *count += u64::from(status == of);
            }
        }
        standing
    }

    pub(super) fn scored(&self) -> u64 {
        self.by_score.iter().sum()
    }

    /// The sum of the scores over what it would be if all that is scored were complete.
    pub(super) fn percent(&self) -> Option<u64> {
        let sum: u64 =
            (0..).zip(self.by_score).map(|(score, count): (u64, u64)| score * count).sum();
        (sum * 100).checked_div(self.scored() * u64::from(SCORE_MAX))
    }

    /// How many of the stipulations are scored.
    pub(super) fn coverage(&self) -> Option<u64> {
        (self.scored() * 100).checked_div(self.stipulations)
    }

    /// Where a provision stands, in words.
    pub(super) fn word(&self) -> &'static str {
        let complete = self.by_score.last().copied().unwrap_or(0);
        match (self.stipulations, self.scored(), self.percent()) {
            (0, ..) => "no stipulations",
            (_, 0, _) => "not scored",
            (all, ..) if complete == all => "complete",
            (.., Some(0)) if self.by_score.first() == Some(&self.scored()) => "not begun",
            _ => "under way",
        }
    }
}

/// True when the latest score says that it is done.
pub(super) fn is_complete(stipulation: &Stipulation, at: i64) -> bool {
    stipulation.latest(at).is_some_and(|(_, latest)| latest.score == SCORE_MAX)
}

/// The stipulations with their subjects.
pub(super) fn stipulations(snapshot: &Snapshot) -> Vec<(String, Stipulation)> {
    let states = snapshot.families().oversight().states("stipulation/");
    states
        .filter_map(|(subject, state)| match &*state {
            OversightState::Stipulation(s) => Some((subject.to_owned(), (**s).clone())),
            _ => None,
        })
        .collect()
}

/// A figure about the stipulations of a provision, or of all.
pub(super) fn cell(
    snapshot: &Snapshot,
    provision: Option<&str>,
    member: &str,
    value: Option<u64>,
    unit: &'static str,
) -> Cell {
    let Some(value) = value else { return Cell::Empty };
    let all = Selector::new(FAMILY, "stipulation/*");
    let selector = match provision {
        Some(code) => all.with("provision", code),
        None => all,
    };
    let key = format!("{}/{member}", provision.unwrap_or("all"));
    figure(snapshot, key, value, unit, selector)
}

/// What the score was at each of [`TRENDS`], and how it has moved since the first of them.
pub(super) fn trend(snapshot: &Snapshot, provision: Option<&str>, now: Option<u64>) -> Vec<Cell> {
    let before = TRENDS.map(|(days, member)| {
        let at = days_before(snapshot, days);
        (member, Standing::of(snapshot, provision, at).percent())
    });
    let mut cells: Vec<_> = before
        .iter()
        .map(|(member, percent)| cell(snapshot, provision, member, *percent, "%"))
        .collect();
    let word = now.zip(before.first().and_then(|(_, percent)| *percent)).map(|(now, before)| {
        match now.cmp(&before) {
            std::cmp::Ordering::Equal => "steady".to_owned(),
            std::cmp::Ordering::Greater => format!("up {}", now - before),
            std::cmp::Ordering::Less => format!("down {}", before - now),
        }
    });
    cells.push(super::figure::words(word));
    cells
}
