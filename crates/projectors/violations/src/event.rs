//! The life of a case: alleged, registered, investigated, found, attributed, answered, decided.

mod allegation;
mod decision;
mod investigation;

pub use allegation::{
    Registration, Stance, ViolationAlleged, ViolationMerged, ViolationRegistered,
    ViolationResponseFiled, ViolationWithdrawn,
};
pub use decision::{
    Breach, Decision, Determination, ViolationAdjudicated, ViolationClosed,
    ViolationNoActionDecided,
};
pub use investigation::{
    Confidence, Found, Intent, ProofStandard, ViolationAttributed, ViolationFindingRecorded,
    ViolationInvestigationOpened,
};

accord_projection::events! {
    /// The events of the violations family.
    ///
    /// A case is a file that opens when it is alleged, whenever the incident was; so every step
    /// takes effect when it is recorded. When the incident happened is in `occurred`.
    pub enum CaseEvent {
        /// Somebody says that the agreement was broken.
        Alleged(ViolationAlleged) = "violation.alleged", Report, Opens("violation"), effect Recorded and always_heard;
        /// The mission takes the case, or does not.
        Registered(ViolationRegistered) = "violation.registered", Act, Continues("violation");
        /// A team starts.
        InvestigationOpened(ViolationInvestigationOpened) =
            "violation.investigation_opened", Act, Continues("violation");
        /// What the team found.
        FindingRecorded(ViolationFindingRecorded) =
            "violation.finding_recorded", Act, Continues("violation");
        /// Who is responsible.
        Attributed(ViolationAttributed) = "violation.attributed", Act, Continues("violation");
        /// What the accused says to it.
        ResponseFiled(ViolationResponseFiled) =
            "violation.response_filed", Report, Continues("violation"), effect Recorded and always_heard;
        /// What the board decides.
        Adjudicated(ViolationAdjudicated) = "violation.adjudicated", Act, Continues("violation");
        /// That nothing will be done.
        NoActionDecided(ViolationNoActionDecided) =
            "violation.no_action_decided", Act, Continues("violation");
        /// The end of the case.
        Closed(ViolationClosed) = "violation.closed", Act, Continues("violation");
        /// The complainant takes it back.
        Withdrawn(ViolationWithdrawn) = "violation.withdrawn", Act, Continues("violation");
        /// It is another case's matter.
        Merged(ViolationMerged) = "violation.merged", Act, Continues("violation");
    }
}
