//! The board and its meetings.

use crate::event::Proxy;
use crate::tally::Shortfall;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The board.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Board {
    /// When it was constituted, for the last time.
    pub since: i64,
    /// Seat to the participant that holds it.
    pub holders: BTreeMap<String, String>,
    /// The resolutions by which it was constituted anew, oldest first.
    pub resolutions: Vec<String>,
}

/// Where a meeting stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeetingStatus {
    /// It was called.
    Convened,
    /// Its time has come, and nobody has said who was there.
    Unrecorded,
    /// Enough came.
    Quorate,
    /// Not enough came, in all or of a group.
    Inquorate,
}

impl MeetingStatus {
    /// The word in attributes and views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Convened => "convened",
            Self::Unrecorded => "unrecorded",
            Self::Quorate => "quorate",
            Self::Inquorate => "inquorate",
        }
    }
}

/// Who came to a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    /// The seats that were there.
    pub present: BTreeSet<String>,
    /// Absent seats and which seat was there for each.
    pub proxies: BTreeMap<String, String>,
    /// Whether a seat that is represented counts for the quorum.
    pub proxies_count: bool,
    /// What the quorum lacks; nothing when it was met.
    pub lacks: Vec<Shortfall>,
    /// The entry.
    pub seq: u64,
}

impl Attendance {
    pub(crate) fn proxies_of(proxies: &[Proxy]) -> BTreeMap<String, String> {
        proxies.iter().map(|p| (p.seat.to_string(), p.held_by.to_string())).collect()
    }

    /// The seats that count for a quorum.
    pub fn counted(&self) -> impl Iterator<Item = &str> {
        let represented = self.proxies.keys().filter(|_| self.proxies_count);
        self.present.iter().chain(represented).map(String::as_str)
    }
}

/// A meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// When it was called.
    pub convened_at: i64,
    /// By whom.
    pub convened_by: String,
    /// When the board meets.
    pub at: i64,
    /// BLAKE3 of the agenda.
    pub agenda_digest: String,
    /// Streams on the agenda.
    pub agenda: Vec<String>,
    /// Its time has come.
    pub due: bool,
    /// Who came.
    pub attendance: Option<Attendance>,
    /// Resolutions that were tabled for it.
    pub tabled: BTreeSet<String>,
    /// Those that were decided at it.
    pub decided: BTreeSet<String>,
}

impl Meeting {
    /// Where it stands.
    pub fn status(&self) -> MeetingStatus {
        match &self.attendance {
            Some(attendance) if attendance.lacks.is_empty() => MeetingStatus::Quorate,
            Some(_) => MeetingStatus::Inquorate,
            None if self.due => MeetingStatus::Unrecorded,
            None => MeetingStatus::Convened,
        }
    }

    pub(crate) fn deadline(&self) -> Option<i64> {
        (!self.due).then_some(self.at)
    }
}
