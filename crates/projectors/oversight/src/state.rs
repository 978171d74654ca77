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

accord_projection::states! {
    /// The state of one subject.
    pub enum OversightState {
        /// The board.
        Board(Board) = board: Board;
        /// A meeting.
        Meeting(Box<Meeting>) = meeting: Meeting;
        /// A resolution.
        Resolution(Box<Resolution>) = resolution: Resolution;
        /// A stipulation.
        Stipulation(Box<Stipulation>) = stipulation: Stipulation;
        /// An indicator.
        Indicator(Box<Indicator>) = indicator: Indicator;
        /// A deposited instrument.
        Instrument(Instrument) = instrument: Instrument;
        /// What instruments say about one text.
        StoodFor(Deposited) = stood_for: Deposited;
        /// An imported file.
        File(Box<ImportedFile>) = file: ImportedFile;
        /// An audit opinion.
        Audit(Audit) = audit: Audit;
        /// A report that was issued.
        Report(Box<Report>) = report: Report;
    }
}

impl OversightState {
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
