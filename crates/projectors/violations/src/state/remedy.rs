//! What has to be done about an upheld case.

use serde::{Deserialize, Serialize};

/// A remedy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedy {
    /// What has to be done.
    pub words: String,
    /// The party that has to do it.
    pub obliged: String,
    /// By when; done at that instant it is late.
    pub due: i64,
    /// The resolution that orders it.
    pub resolution: String,
    /// When it was ordered.
    pub ordered_at: i64,
    /// That it was done.
    pub completed: Option<Completion>,
    /// It was not done in time.
    pub overdue: bool,
    /// When the finding that it rested on was overturned before it was done.
    pub lifted_at: Option<i64>,
}

/// A remedy was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// When that was recorded.
    pub at: i64,
    /// After the time for it.
    pub late: bool,
}

impl Remedy {
    /// True while it still has to be done.
    pub const fn is_open(&self) -> bool {
        self.completed.is_none() && self.lifted_at.is_none()
    }

    /// The end of the time for it, while that is ahead.
    pub(crate) fn deadline(&self) -> Option<i64> {
        (self.is_open() && !self.overdue).then_some(self.due)
    }

    pub(crate) fn fire(&mut self, at: i64) {
        if self.deadline().is_some_and(|due| due <= at) {
            self.overdue = true;
        }
    }
}
