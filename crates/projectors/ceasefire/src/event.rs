//! The ceasefire, the line and what is agreed around them: what parties, mission and secretariat
//! say.

mod conduct;
mod consent;
mod force;
mod line;
mod window;

pub use conduct::{CeasefireOrderIssued, DisciplinaryAction, DisciplineReported};
pub use consent::{CeasefireAccepted, CeasefireDeclined, CeasefireProposed, Halt, Scope};
pub use force::{
    CeasefireDenounced, CeasefireEnteredIntoForce, CeasefireRecommitted, CeasefireResumed,
    CeasefireSuspended, CeasefireTerminated,
};
pub use line::{
    AdvanceHaltCommitted, Confidence, Direction, LineBaselineAdopted, LineMovementAlleged,
    LineMovementVerified,
};
pub use window::{
    Purpose, SilenceWindowBreached, SilenceWindowClosed, SilenceWindowGuaranteed,
    SilenceWindowOpened, SilenceWindowRequested,
};

use accord_catalogue::unit::StreamRef;

accord_projection::events! {
    /// The events of the ceasefire family.
    pub enum Truce {
        /// Somebody proposes a ceasefire.
        Proposed(CeasefireProposed) = "ceasefire.proposed", Act, Opens("ceasefire");
        /// A party accepts it.
        Accepted(CeasefireAccepted) = "ceasefire.accepted", Act, Continues("ceasefire");
        /// A party does not.
        Declined(CeasefireDeclined) =
            "ceasefire.declined", Report, Continues("ceasefire"), effect Recorded and always_heard;
        /// It is certified that it enters into force.
        Entered(CeasefireEnteredIntoForce) =
            "ceasefire.entered_into_force", Act, Continues("ceasefire");
        /// Parties commit themselves again.
        Recommitted(CeasefireRecommitted) = "ceasefire.recommitted", Act, Continues("ceasefire");
        /// It is suspended.
        Suspended(CeasefireSuspended) = "ceasefire.suspended", Act, Continues("ceasefire");
        /// It goes on.
        Resumed(CeasefireResumed) = "ceasefire.resumed", Act, Continues("ceasefire");
        /// A party gives notice.
        Denounced(CeasefireDenounced) =
            "ceasefire.denounced", Report, Continues("ceasefire"), effect Recorded and always_heard;
        /// It ends by resolution.
        Terminated(CeasefireTerminated) = "ceasefire.terminated", Act, Continues("ceasefire");
        /// A party's command orders its forces.
        Ordered(CeasefireOrderIssued) = "ceasefire_order.issued", Report, Opens("ceasefire_order");
        /// A party says whom it disciplined.
        Disciplined(DisciplineReported) = "discipline.reported", Report, Opens("discipline");
        /// A party commits itself to stop on a line.
        Halted(AdvanceHaltCommitted) =
            "advance_halt.committed", Act, Named("advance_halt", "line");
        /// The line is fixed.
        Baseline(LineBaselineAdopted) = "line.baseline_adopted", Act, Named("line", "line");
        /// Somebody says that the line moved.
        MovementAlleged(LineMovementAlleged) =
            "line.movement_alleged", Report, Named("line", "line"), effect Occurred and always_heard;
        /// The mission says so.
        MovementVerified(LineMovementVerified) =
            "line.movement_verified", Report, Named("line", "line");
        /// A silence window is asked for.
        WindowRequested(SilenceWindowRequested) =
            "silence_window.requested", Act, Opens("silence_window");
        /// A party guarantees it.
        WindowGuaranteed(SilenceWindowGuaranteed) =
            "silence_window.guaranteed", Act, Continues("silence_window");
        /// It begins.
        WindowOpened(SilenceWindowOpened) =
            "silence_window.opened", Act, Continues("silence_window");
        /// It is over.
        WindowClosed(SilenceWindowClosed) =
            "silence_window.closed", Report, Continues("silence_window");
        /// It was broken.
        WindowBreached(SilenceWindowBreached) =
            "silence_window.breached", Report, Continues("silence_window");
    }
}

/// Says so when `stream` is not one of `prefix`.
fn elsewhere(stream: &StreamRef, prefix: &str, what: &str) -> Option<String> {
    let found = stream.as_str().split('/').next();
    (found != Some(prefix)).then(|| format!("{stream} is not {what} ({prefix}/…)"))
}
