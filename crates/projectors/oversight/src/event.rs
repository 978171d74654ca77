//! How implementation is overseen: the board, its resolutions, assessments, imports, audits.

mod assessment;
mod board;
mod import;

pub use assessment::{
    AssessmentRecorded, AuditOpinionRecorded, InstrumentDeposited, Opinion, StipulationRegistered,
    Target,
};
pub use board::{
    BoardConstituted, BoardResolutionDeclared, BoardResolutionTabled, BoardSeatFilled,
    BoardSeatVacated, BoardVoteCast, Outcome, Vote,
};
pub use import::ImportBatchRecorded;

accord_projection::events! {
    /// The events of the oversight family.
    pub enum Overseen {
        /// Who holds which seat.
        Constituted(BoardConstituted) = "board.constituted", Act, Single("board");
        /// A seat gets a holder.
        SeatFilled(BoardSeatFilled) = "board.seat_filled", Act, Single("board");
        /// A seat becomes vacant.
        SeatVacated(BoardSeatVacated) = "board.seat_vacated", Act, Single("board");
        /// A resolution is put to the board.
        Tabled(BoardResolutionTabled) = "board.resolution_tabled", Act, Opens("resolution");
        /// A seat votes.
        Vote(BoardVoteCast) = "board.vote_cast", Act, Continues("resolution");
        /// The result of the vote.
        Declared(BoardResolutionDeclared) =
            "board.resolution_declared", Act, Continues("resolution");
        /// Something that can be scored.
        Stipulation(StipulationRegistered) =
            "stipulation.registered", Act, Named("stipulation", "code");
        /// A score.
        Assessment(AssessmentRecorded) =
            "assessment.recorded", Report, Named("stipulation", "stipulation");
        /// A text was deposited with the depositary.
        Instrument(InstrumentDeposited) = "instrument.deposited", Report, Opens("instrument");
        /// A file is being imported.
        Import(ImportBatchRecorded) = "import.batch_recorded", Act, Opens("import");
        /// An auditor's opinion on a stretch of the record.
        Audit(AuditOpinionRecorded) = "audit.opinion_recorded", Act, Opens("audit");
    }
}
