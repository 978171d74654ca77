//! What is past its time and not done, as every view counts it: stipulations whose time is over
//! and which nobody has found complete, and remedies that are due and not carried out. Both count
//! from the instant at which their time ends.

use super::docket::cases;
use super::score::is_complete;
use crate::replay::Snapshot;
use accord_oversight::state::Stipulation;
use accord_violations::Case;
use accord_violations::state::Remedy;

/// True when a stipulation's time is over and nobody has found it complete.
pub(super) fn is_stipulation(stipulation: &Stipulation, at: i64) -> bool {
    let due = stipulation.registered_by(at).and_then(|registered| registered.due);
    due.is_some_and(|due| due <= at) && !is_complete(stipulation, at)
}

/// True when a remedy is to be carried out, and was to be by now.
pub(super) const fn is_remedy(remedy: &Remedy) -> bool {
    remedy.is_open() && remedy.overdue
}

/// An overdue remedy.
pub(super) struct Late {
    /// The case.
    pub(super) subject: String,
    pub(super) case: Case,
    /// The remedy's code.
    pub(super) code: String,
    pub(super) remedy: Remedy,
}

/// The overdue remedies, by case.
pub(super) fn remedies(snapshot: &Snapshot) -> Vec<Late> {
    let of_case = |(subject, case): (String, Case)| {
        let late = case.remedies.iter().filter(|(_, remedy)| is_remedy(remedy));
        let late = late.map(|(code, remedy)| Late {
            subject: subject.clone(),
            case: case.clone(),
            code: code.clone(),
            remedy: remedy.clone(),
        });
        late.collect::<Vec<_>>()
    };
    cases(snapshot).into_iter().flat_map(of_case).collect()
}
