//! How implementation is overseen: the board, its meetings and resolutions, assessments, deposits,
//! imports, audits.

mod assessment;
mod audit;
mod board;
mod import;
mod instrument;
mod meeting;
mod report;
mod resolution;
mod stipulation;

pub use assessment::{AssessmentRecorded, AssessmentReviewed, SCORE_MAX};
pub use audit::{AuditOpinionRecorded, Opinion};
pub use board::{BoardConstituted, BoardSeatFilled, BoardSeatVacated};
pub use import::ImportBatchRecorded;
pub use instrument::InstrumentDeposited;
pub use meeting::{BoardAttendanceRecorded, BoardMeetingConvened, Proxy};
pub use report::{
    Amount, FIGURES_MAX, ReportErratumIssued, ReportFile, ReportForm, ReportIssued, StatedDigest,
    StatedFigure, StatedFormula,
};
pub use resolution::{
    BoardDissentFiled, BoardRecusalDeclared, BoardResolutionDeclared, BoardResolutionRescinded,
    BoardResolutionTabled, BoardVoteCast, Outcome, Vote,
};
pub use stipulation::{Cadence, IndicatorDefined, StipulationRegistered, Target};

accord_projection::events! {
    /// The events of the oversight family.
    pub enum Overseen {
        /// Who holds which seat.
        Constituted(BoardConstituted) = "board.constituted", Act, Single("board");
        /// A seat gets a holder.
        SeatFilled(BoardSeatFilled) = "board.seat_filled", Act, Single("board");
        /// A seat becomes vacant.
        SeatVacated(BoardSeatVacated) = "board.seat_vacated", Act, Single("board");
        /// A meeting is called.
        Convened(BoardMeetingConvened) = "board.meeting_convened", Act, Opens("meeting");
        /// Who came to it.
        Attendance(BoardAttendanceRecorded) =
            "board.attendance_recorded", Report, Continues("meeting");
        /// A resolution is put to the board.
        Tabled(BoardResolutionTabled) = "board.resolution_tabled", Act, Opens("resolution");
        /// A seat takes no part in it.
        Recusal(BoardRecusalDeclared) = "board.recusal_declared", Act, Continues("resolution");
        /// A seat votes.
        Vote(BoardVoteCast) = "board.vote_cast", Act, Continues("resolution");
        /// The result of the vote.
        Declared(BoardResolutionDeclared) =
            "board.resolution_declared", Act, Continues("resolution");
        /// A member does not agree.
        Dissent(BoardDissentFiled) =
            "board.dissent_filed", Report, Continues("resolution"), effect Recorded and always_heard;
        /// It holds no longer.
        Rescinded(BoardResolutionRescinded) =
            "board.resolution_rescinded", Act, Continues("resolution");
        /// Something that can be scored.
        Stipulation(StipulationRegistered) =
            "stipulation.registered", Act, Named("stipulation", "code");
        /// A figure to be followed.
        Indicator(IndicatorDefined) = "indicator.defined", Act, Named("indicator", "code");
        /// A score.
        Assessment(AssessmentRecorded) =
            "assessment.recorded", Report, Named("stipulation", "stipulation");
        /// A second coder's view of it.
        Review(AssessmentReviewed) =
            "assessment.reviewed", Act, Named("stipulation", "stipulation");
        /// A text was deposited with the depositary.
        Instrument(InstrumentDeposited) = "instrument.deposited", Report, Opens("instrument");
        /// A file is being imported.
        Import(ImportBatchRecorded) = "import.batch_recorded", Act, Opens("import");
        /// An auditor's opinion on a stretch of the record.
        Audit(AuditOpinionRecorded) = "audit.opinion_recorded", Act, Opens("audit");
        /// A report is issued, its figures frozen.
        ReportIssued(ReportIssued) = "report.issued", Act, Named("report", "number");
        /// It is acknowledged that a figure of a report has changed.
        ReportErratum(ReportErratumIssued) =
            "report.erratum_issued", Act, Named("report", "report");
    }
}
