//! Silence windows.

use crate::event::Purpose;
use accord_catalogue::unit::Count;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where a window stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowStatus {
    /// Asked for.
    Requested,
    /// Not guaranteed by every party in time.
    Lapsed,
    /// Guaranteed by every party.
    Guaranteed,
    /// Guaranteed, and over without having been opened.
    Unused,
    /// Under way.
    Open,
    /// The planned end has passed, and nobody has closed it.
    Ended,
    /// Closed.
    Closed,
}

impl WindowStatus {
    /// The word in states and views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Lapsed => "lapsed",
            Self::Guaranteed => "guaranteed",
            Self::Unused => "unused",
            Self::Open => "open",
            Self::Ended => "ended",
            Self::Closed => "closed",
        }
    }
}

/// How a window closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// When.
    pub at: i64,
    /// What it was for was done.
    pub completed: bool,
    /// How many people benefited.
    pub beneficiaries: Option<Count>,
}

/// How a window was broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// By whom.
    pub by: String,
    /// When.
    pub at: i64,
    /// The case.
    pub case: Option<String>,
    /// The entry.
    pub seq: u64,
}

/// A silence window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Where it stands.
    pub status: WindowStatus,
    /// What for.
    pub purpose: Purpose,
    /// Area.
    pub area: String,
    /// Planned beginning.
    pub from: i64,
    /// Planned end.
    pub until: i64,
    /// How many people are expected to benefit.
    pub expected: Option<Count>,
    /// Who asked for it.
    pub requested_by: String,
    /// When.
    pub requested_at: i64,
    /// When the request lapses.
    pub request_due: Option<i64>,
    /// The parties that have to guarantee it: those of the charter when it was requested.
    pub needed: BTreeSet<String>,
    /// Party to when it guaranteed it.
    pub guaranteed: BTreeMap<String, i64>,
    /// When it was opened.
    pub opened_at: Option<i64>,
    /// How it closed.
    pub closed: Option<Closed>,
    /// How it was broken.
    pub breaches: Vec<Breach>,
}

impl Window {
    /// The parties whose guarantee is not there yet.
    pub fn missing(&self) -> Vec<&str> {
        let missing = self.needed.iter().filter(|party| !self.guaranteed.contains_key(*party));
        missing.map(String::as_str).collect()
    }

    /// True when the window was open at `at`: from its opening to its end, planned or earlier.
    pub fn was_open(&self, at: i64) -> bool {
        let end = self.closed.as_ref().map_or(self.until, |closed| closed.at.min(self.until));
        self.opened_at.is_some_and(|opened| opened <= at) && at < end
    }

    /// True when it was broken while it was open.
    pub fn is_broken(&self) -> bool {
        self.breaches.iter().any(|breach| self.was_open(breach.at))
    }

    /// True when it was open, is over, and was not broken.
    pub fn is_held(&self) -> bool {
        matches!(self.status, WindowStatus::Ended | WindowStatus::Closed) && !self.is_broken()
    }

    /// The next instant at which its status changes by itself.
    pub(crate) fn deadline(&self) -> Option<i64> {
        match self.status {
            WindowStatus::Requested => {
                Some(self.request_due.map_or(self.until, |due| due.min(self.until)))
            }
            WindowStatus::Guaranteed | WindowStatus::Open => Some(self.until),
            _ => None,
        }
    }

    pub(crate) fn fire(&mut self, at: i64) {
        if self.deadline().is_none_or(|due| due > at) {
            return;
        }
        self.status = match self.status {
            WindowStatus::Requested => WindowStatus::Lapsed,
            WindowStatus::Guaranteed => WindowStatus::Unused,
            WindowStatus::Open => WindowStatus::Ended,
            other => other,
        };
    }
}
