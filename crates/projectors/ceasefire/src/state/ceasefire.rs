//! A ceasefire: who accepted it, and since when it is in force.

use crate::event::{Halt, Scope};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where a ceasefire stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Proposed, accepted by nobody.
    Proposed,
    /// Accepted by some of the parties.
    PartlyAccepted,
    /// Accepted by every party.
    Agreed,
    /// Certified, and not yet begun.
    Scheduled,
    /// In force.
    InForce,
    /// In force, and denounced.
    Notice,
    /// Suspended.
    Suspended,
    /// Over.
    Terminated,
}

impl Status {
    /// The word in states and views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::PartlyAccepted => "partly_accepted",
            Self::Agreed => "agreed",
            Self::Scheduled => "scheduled",
            Self::InForce => "in_force",
            Self::Notice => "notice",
            Self::Suspended => "suspended",
            Self::Terminated => "terminated",
        }
    }

    /// True while the parties have to keep to it.
    pub const fn binds(self) -> bool {
        matches!(self, Self::InForce | Self::Notice)
    }
}

/// An acceptance under the party's own key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// The entry.
    pub seq: u64,
    /// When.
    pub at: i64,
    /// BLAKE3 of the reservation that was made.
    pub reservation: Option<String>,
}

/// A suspension under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// Since when.
    pub since: i64,
    /// When it ends by itself.
    pub until: Option<i64>,
}

/// A notice of denunciation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// When it was given.
    pub at: i64,
    /// When the ceasefire ends by it.
    pub ends_at: i64,
}

/// How a ceasefire ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The time that its text gives was over.
    Expired,
    /// The time of a notice was over.
    Denounced,
    /// A resolution ended it.
    Resolution,
}

impl Ending {
    /// The word in states and views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Denounced => "denounced",
            Self::Resolution => "resolution",
        }
    }
}

/// The end of a ceasefire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// When.
    pub at: i64,
    /// How.
    pub how: Ending,
}

/// A ceasefire from when it was certified.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Force {
    /// When it entered or enters into force.
    pub since: i64,
    /// That instant has come.
    pub begun: bool,
    /// Parties that had not accepted under their own key: instruments stood for them.
    pub by_instrument: Vec<String>,
    /// The suspension under way.
    pub suspension: Option<Suspension>,
    /// How long suspensions that are over have taken.
    pub suspended: i64,
    /// Party to its notice.
    pub notices: BTreeMap<String, Notice>,
    /// From when parties committed themselves again.
    pub recommitted: Vec<i64>,
}

impl Force {
    fn resume(&mut self, at: i64) {
        if let Some(suspension) = self.suspension.take() {
            let length = at.saturating_sub(suspension.since);
            self.suspended = self.suspended.saturating_add(length);
        }
    }

    fn notice_ends(&self) -> Option<i64> {
        self.notices.values().map(|notice| notice.ends_at).min()
    }
}

/// A ceasefire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ceasefire {
    /// What it covers.
    pub scope: Scope,
    /// Where, when it is not everywhere.
    pub area: Option<String>,
    /// BLAKE3 of its text.
    pub text_digest: String,
    /// When it is to enter into force by the proposal.
    pub effective_at: i64,
    /// When it ends by itself.
    pub ends_at: Option<i64>,
    /// Measures that each party orders.
    pub measures: BTreeSet<String>,
    /// Lines on which the parties stop.
    pub halts: Vec<Halt>,
    /// Who proposed it.
    pub proposed_by: String,
    /// The entry by which.
    pub proposed: u64,
    /// When.
    pub proposed_at: i64,
    /// The parties of the charter when something was last said to the proposal.
    pub parties: BTreeSet<String>,
    /// Party to its acceptance.
    pub accepted: BTreeMap<String, Acceptance>,
    /// Party to when it declined.
    pub declined: BTreeMap<String, i64>,
    /// Resolutions that have been carried out on it.
    pub resolutions: BTreeSet<String>,
    /// Since it was certified.
    pub force: Option<Force>,
    /// Its end.
    pub ended: Option<Ended>,
}

impl Ceasefire {
    /// Where it stands, by what was said under the parties' own keys.
    pub fn status(&self) -> Status {
        if self.ended.is_some() {
            return Status::Terminated;
        }
        let Some(force) = &self.force else {
            let all = self.parties.iter().all(|party| self.accepted.contains_key(party));
            return match self.accepted.len() {
                0 => Status::Proposed,
                _ if all => Status::Agreed,
                _ => Status::PartlyAccepted,
            };
        };
        match (&force.suspension, force.begun) {
            (_, false) => Status::Scheduled,
            (Some(_), _) => Status::Suspended,
            _ if force.notices.is_empty() => Status::InForce,
            _ => Status::Notice,
        }
    }

    /// How long it was in force until `at`, and how long it was suspended meanwhile.
    pub fn lengths(&self, at: i64) -> (i64, i64) {
        let Some(force) = self.force.as_ref().filter(|force| force.begun) else { return (0, 0) };
        let until = self.ended.map_or(at, |ended| ended.at.min(at));
        let pending = force.suspension.map_or(0, |s| until.saturating_sub(s.since).max(0));
        let suspended = force.suspended.saturating_add(pending);
        let all = until.saturating_sub(force.since).max(0);
        (all.saturating_sub(suspended).max(0), suspended)
    }

    /// When a notice ends it, the earliest of them.
    pub fn notice_ends(&self) -> Option<i64> {
        self.force.as_ref().and_then(Force::notice_ends)
    }

    /// The next instant at which something begins or ends by itself.
    pub(crate) fn deadline(&self) -> Option<i64> {
        if self.ended.is_some() {
            return None;
        }
        let force = self.force.as_ref();
        let begins = force.filter(|f| !f.begun).map(|f| f.since);
        let resumes = force.and_then(|f| f.suspension).and_then(|s| s.until);
        [begins, resumes, self.notice_ends(), self.ends_at].into_iter().flatten().min()
    }

    pub(crate) fn fire(&mut self, at: i64) {
        if let Some(force) = &mut self.force {
            force.begun |= force.since <= at;
            if let Some(until) = force.suspension.and_then(|s| s.until).filter(|u| *u <= at) {
                force.resume(until);
            }
        }
        if self.ends_at.is_some_and(|end| end <= at) {
            self.end(at, Ending::Expired);
        } else if self.notice_ends().is_some_and(|end| end <= at) {
            self.end(at, Ending::Denounced);
        }
    }

    pub(crate) fn resume(&mut self, at: i64) {
        if let Some(force) = &mut self.force {
            force.resume(at);
        }
    }

    pub(crate) fn end(&mut self, at: i64, how: Ending) {
        self.resume(at);
        self.ended = Some(Ended { at, how });
    }
}
