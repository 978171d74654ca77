//! Meetings of the board: called, and who came.

use accord_catalogue::Payload;
use accord_catalogue::unit::{At, Code, Digest, StreamRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most matters on an agenda.
const AGENDA_MAX: usize = 64;
/// The most seats of one list.
const SEATS_MAX: usize = 256;

/// A meeting of the board is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardMeetingConvened {
    /// When the board will meet.
    pub at: At,
    /// BLAKE3 of the agenda.
    pub agenda_digest: Digest,
    /// The streams that are on the agenda; each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub agenda: Vec<StreamRef>,
}

impl Payload for BoardMeetingConvened {
    fn contradiction(&self) -> Option<String> {
        let agenda = &self.agenda;
        if agenda.len() > AGENDA_MAX {
            return Some(format!("an agenda names at most {AGENDA_MAX} streams"));
        }
        let twice = agenda.iter().enumerate().find(|(at, s)| agenda[..*at].contains(s))?;
        Some(format!("{} is on the agenda twice", twice.1))
    }
}

/// A seat that was not there and let another speak for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proxy {
    /// The absent seat.
    pub seat: Code,
    /// The seat that was there for it.
    pub held_by: Code,
}

/// Who came to a meeting. It votes for nobody: each vote is cast with the member's own key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoardAttendanceRecorded {
    /// The seats that were there; each once.
    #[schemars(length(max = 256))]
    pub present: Vec<Code>,
    /// The seats that were represented by one that was there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 256))]
    pub proxies: Vec<Proxy>,
}

impl Payload for BoardAttendanceRecorded {
    fn contradiction(&self) -> Option<String> {
        let (present, proxies) = (&self.present, &self.proxies);
        if present.len() > SEATS_MAX || proxies.len() > SEATS_MAX {
            return Some(format!("more than {SEATS_MAX} seats in one list"));
        }
        if let Some((_, seat)) =
            present.iter().enumerate().find(|(at, seat)| present[..*at].contains(seat))
        {
            return Some(format!("seat {seat} is present twice"));
        }
        for (at, proxy) in proxies.iter().enumerate() {
            let Proxy { seat, held_by } = proxy;
            if present.contains(seat) {
                return Some(format!("seat {seat} is present and represented"));
            } else if proxies[..at].iter().any(|p| p.seat == *seat) {
                return Some(format!("seat {seat} is represented twice"));
            } else if !present.contains(held_by) {
                return Some(format!("seat {held_by} represents {seat} and is not present"));
            }
        }
        None
    }
}
