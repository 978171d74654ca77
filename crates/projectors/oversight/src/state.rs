//! What the family's state consists of. Instants are in microseconds since the epoch.

mod board;
mod document;
mod report;
mod resolution;
mod stipulation;

pub use board::{Attendance, Board, Meeting, MeetingStatus};
pub use document::{Audit, ImportedFile, Instrument};
pub use report::{Erratum, Frozen, Report};
pub use resolution::{Cast, Declared, Dissent, Recused, Rescinded, Resolution, ResolutionStatus};
pub use stipulation::{Indicator, Registered, Review, ReviewStatus, Score, Stipulation};

use accord_projection::instrument::Deposited;
use serde::{Deserialize, Serialize};

/// The state of one subject.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OversightState {
    /// Nothing yet.
    #[default]
    Empty,
    /// The board.
    Board(Board),
    /// A meeting.
    Meeting(Box<Meeting>),
    /// A resolution.
    Resolution(Box<Resolution>),
    /// A stipulation.
    Stipulation(Box<Stipulation>),
    /// An indicator.
    Indicator(Box<Indicator>),
    /// A deposited instrument.
    Instrument(Instrument),
    /// What instruments say about one text.
    StoodFor(Deposited),
    /// An imported file.
    File(Box<ImportedFile>),
    /// An audit opinion.
    Audit(Audit),
    /// A report that was issued.
    Report(Box<Report>),
}

impl OversightState {
    /// The board.
    pub const fn board(&self) -> Option<&Board> {
        if let Self::Board(board) = self { Some(board) } else { None }
    }

    /// The meeting.
    pub fn meeting(&self) -> Option<&Meeting> {
        if let Self::Meeting(meeting) = self { Some(meeting) } else { None }
    }

    /// The resolution.
    pub fn resolution(&self) -> Option<&Resolution> {
        if let Self::Resolution(resolution) = self { Some(resolution) } else { None }
    }

    /// The stipulation.
    pub fn stipulation(&self) -> Option<&Stipulation> {
        if let Self::Stipulation(stipulation) = self { Some(stipulation) } else { None }
    }

    /// The next instant at which it changes by itself.
    pub(crate) fn deadline(&self) -> Option<i64> {
        match self {
            Self::Meeting(meeting) => meeting.deadline(),
            Self::Resolution(resolution) => resolution.deadline(),
            _ => None,
        }
    }

    pub(crate) fn fire(&mut self) {
        match self {
            Self::Meeting(meeting) => meeting.due = true,
            Self::Resolution(resolution) => resolution.fire(),
            _ => {}
        }
    }
}
