//! The life of a case: alleged, registered, investigated, found, attributed, answered, decided,
//! remedied, closed and reopened.

mod allegation;
mod decision;
mod determination;
mod investigation;
mod remedy;
mod visit;

pub use allegation::{
    Registration, Stance, ViolationAlleged, ViolationMerged, ViolationRegistered,
    ViolationResponseFiled, ViolationWithdrawn,
};
pub use decision::{
    Decision, ViolationAdjudicated, ViolationClosed, ViolationNoActionDecided, ViolationReopened,
};
pub use determination::{Breach, Determination, ViolationProvisionallyDetermined};
pub use investigation::{
    Confidence, Found, Intent, ProofStandard, ViolationAttributed, ViolationFindingRecorded,
    ViolationInvestigationOpened,
};
pub use remedy::{ViolationRemedyCompleted, ViolationRemedyOrdered};
pub use visit::{Access, ViolationVisitRecorded, VisitedPlace};

use accord_catalogue::unit::StreamRef;

/// Says so when what should be a resolution is another kind of stream.
fn not_a_resolution(stream: &StreamRef) -> Option<String> {
    (!stream.as_str().starts_with("resolution/"))
        .then(|| format!("{stream} is not a resolution (resolution/…)"))
}

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
        /// Where the team went, and what it could see and ask there.
        VisitRecorded(ViolationVisitRecorded) =
            "violation.visit_recorded", Report, Continues("violation"), effect Recorded;
        /// What the team found.
        FindingRecorded(ViolationFindingRecorded) =
            "violation.finding_recorded", Act, Continues("violation");
        /// Who is responsible.
        Attributed(ViolationAttributed) = "violation.attributed", Act, Continues("violation");
        /// What the accused says to it.
        ResponseFiled(ViolationResponseFiled) =
            "violation.response_filed", Report, Continues("violation"), effect Recorded and always_heard;
        /// What is determined before the board decides, for a limited time.
        ProvisionallyDetermined(ViolationProvisionallyDetermined) =
            "violation.provisionally_determined", Act, Continues("violation");
        /// What the board decides.
        Adjudicated(ViolationAdjudicated) = "violation.adjudicated", Act, Continues("violation");
        /// What has to be done about it.
        RemedyOrdered(ViolationRemedyOrdered) =
            "violation.remedy_ordered", Act, Continues("violation");
        /// That it was done.
        RemedyCompleted(ViolationRemedyCompleted) =
            "violation.remedy_completed", Act, Continues("violation");
        /// That nothing will be done.
        NoActionDecided(ViolationNoActionDecided) =
            "violation.no_action_decided", Act, Continues("violation");
        /// The end of the case.
        Closed(ViolationClosed) = "violation.closed", Act, Continues("violation");
        /// A closed case begins again.
        Reopened(ViolationReopened) = "violation.reopened", Act, Continues("violation");
        /// The complainant takes it back.
        Withdrawn(ViolationWithdrawn) = "violation.withdrawn", Act, Continues("violation");
        /// It is another case's matter.
        Merged(ViolationMerged) = "violation.merged", Act, Continues("violation");
    }
}
