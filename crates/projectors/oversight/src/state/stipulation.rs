//! What is measured: stipulations with their scores, and indicators.

use crate::event::{Cadence, Target};
use accord_catalogue::unit::Count;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was registered of a stipulation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Registered {
    /// The provision that it is part of.
    pub provision: String,
    /// What has to be done.
    pub title: String,
    /// Who has to do it.
    pub responsible: Vec<String>,
    /// The end of the UTC day by which it has to be done.
    pub due: Option<i64>,
    /// What it is measured against.
    pub target: Option<Target>,
    /// The resolution that ordered it.
    pub resolution: Option<String>,
    /// When it was registered.
    pub at: i64,
}

/// What second coders say of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReviewStatus {
    /// Nothing.
    Unreviewed,
    /// They agree.
    Confirmed,
    /// At least one does not.
    Split,
}

impl ReviewStatus {
    /// Each.
    pub const ALL: [Self; 3] = [Self::Unreviewed, Self::Confirmed, Self::Split];

    /// The word in views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreviewed => "unreviewed",
            Self::Confirmed => "confirmed",
            Self::Split => "split",
        }
    }
}

/// A second coder's view of a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The second coder.
    pub by: String,
    /// When.
    pub at: i64,
    /// The score that it would give.
    pub score: u8,
}

/// A score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// From 0 to 3.
    pub score: u8,
    /// How much of the target was reached.
    pub achieved: Option<Count>,
    /// End of the period that it is for.
    pub until: i64,
    /// The entry.
    pub seq: u64,
    /// Its event hash.
    pub event: String,
    /// The names of the keys that signed it.
    pub keys: Vec<String>,
    /// Reviews of it, oldest first.
    pub reviews: Vec<Review>,
}

impl Score {
    /// What second coders had said of it by `at`.
    pub fn status(&self, at: i64) -> ReviewStatus {
        let mut known = self.reviews.iter().filter(|review| review.at <= at).peekable();
        if known.peek().is_none() {
            ReviewStatus::Unreviewed
        } else if known.all(|review| review.score == self.score) {
            ReviewStatus::Confirmed
        } else {
            ReviewStatus::Split
        }
    }
}

/// A stipulation and its scores.
///
/// Scores and reviews carry their dates and none is dropped, so that the state as of any earlier
/// instant can be read from this one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stipulation {
    /// What was registered; absent for scores of what nobody registered.
    pub registered: Option<Registered>,
    /// Coder to its scores, in the order of their periods.
    pub scores: BTreeMap<String, Vec<Score>>,
}

impl Stipulation {
    /// The latest score of each coder as of `at`.
    pub fn latest_by_coder(&self, at: i64) -> impl Iterator<Item = (&str, &Score)> {
        self.scores.iter().filter_map(move |(coder, scores)| {
            let latest = scores.iter().rev().find(|score| score.until <= at)?;
            Some((coder.as_str(), latest))
        })
    }

    /// The latest score as of `at`, whoever gave it, and who did.
    pub fn latest(&self, at: i64) -> Option<(&str, &Score)> {
        self.latest_by_coder(at).max_by_key(|(_, score)| (score.until, score.seq))
    }

    /// What was registered by `at`.
    pub fn registered_by(&self, at: i64) -> Option<&Registered> {
        self.registered.as_ref().filter(|registered| registered.at <= at)
    }

    pub(crate) fn score_mut(&mut self, event: &str) -> Option<&mut Score> {
        self.scores.values_mut().flatten().find(|score| score.event == event)
    }

    /// A score by the hash of its event.
    pub fn score(&self, event: &str) -> Option<&Score> {
        self.scores.values().flatten().find(|score| score.event == event)
    }
}

/// A figure that is followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// What it tells.
    pub title: String,
    /// The view.
    pub view: String,
    /// The figure's key in the view.
    pub figure: String,
    /// What is counted.
    pub unit: String,
    /// How often it is looked at.
    pub cadence: Cadence,
    /// The stipulation that it says something about.
    pub stipulation: Option<String>,
    /// Who defined it.
    pub by: String,
    /// When.
    pub at: i64,
}
