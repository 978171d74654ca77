//! What is to be said about marks on records in the light of what became of what they name.

use super::basis;
use crate::families::Families;
use accord_projection::{Finding, Remark};

pub(super) fn findings(families: &Families) -> Vec<Finding> {
    let mut findings = duplicates(families);
    findings.extend(settlements(families));
    findings
}

/// A duplicate whose canonical record was taken back: neither of the two counts now.
fn duplicates(families: &Families) -> Vec<Finding> {
    let amendments = &families.basis.amendments;
    let mut findings = Vec::new();
    for (target, duplicate) in amendments.duplicates() {
        if let Some(by) = amendments.retractions().get(&duplicate.canonical) {
            let detail = format!(
                "seq {by} took back seq {}, which counted in the place of seq {target}; neither counts now: report it again",
                duplicate.canonical
            );
            findings.push(Finding::new(duplicate.by, Remark::new("canonical_retracted", detail)));
        }
    }
    findings
}

/// Where there is a board, a dispute is settled by its resolution.
fn settlements(families: &Families) -> Vec<Finding> {
    let board = families.basis.terms.latest().is_some_and(|charter| charter.board.is_some());
    let settled = families.disputes.all().filter_map(|d| d.settled.as_ref());
    let remark = |seq: u64, resolution: Option<&str>| match resolution {
        None => {
            let detail = "settled without naming a resolution of the board";
            Some(Remark::new("settled_without_resolution", detail))
        }
        Some(resolution) => {
            let before = basis::adopted(families, resolution).is_some_and(|at| at < seq);
            let detail = format!("{resolution} had not been adopted when the dispute was settled");
            (!before).then(|| Remark::new("resolution_not_adopted", detail))
        }
    };
    settled
        .filter(|_| board)
        .filter_map(|s| Some(Finding::new(s.seq, remark(s.seq, s.resolution.as_deref())?)))
        .collect()
}
