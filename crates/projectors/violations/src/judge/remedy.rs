//! The merits of remedies.

use super::{Event, Judged, resolved};
use crate::Violations;
use crate::event::{ViolationRemedyCompleted, ViolationRemedyOrdered};
use crate::state::Case;
use accord_projection::{Refusal, Scene};

pub(super) fn ordered(
    item: &Event<'_>,
    p: &ViolationRemedyOrdered,
    case: &Case,
    scene: &Scene<'_, Violations>,
) -> Judged {
    resolved(item, &p.resolution, case, scene)?;
    if scene.terms().is_party(item.seq, p.obliged.as_str()) {
        return Ok(());
    }
    let detail = format!("a remedy is ordered of a party of the charter, not of {}", p.obliged);
    Err(Refusal::new("side-unknown", detail))
}

pub(super) fn completed(
    item: &Event<'_>,
    p: &ViolationRemedyCompleted,
    case: &Case,
    scene: &Scene<'_, Violations>,
) -> Judged {
    if let Some(remedy) = case.remedies.get(p.remedy.as_str()) {
        let charter = scene.terms().charter(item.seq);
        let party = charter.and_then(|c| c.parties.get(&remedy.obliged));
        if !party.is_some_and(|party| item.is_signed_by(&party.participant)) {
            let detail = format!(
                "remedy {} was ordered of {}, which has to sign that it is done",
                p.remedy, remedy.obliged
            );
            return Err(Refusal::new("not-the-obliged", detail));
        }
    }
    if item.event.evidence.is_empty() {
        let detail = format!(
            "that remedy {} is done is shown by evidence; refer to it in the event's evidence",
            p.remedy
        );
        return Err(Refusal::new("evidence-missing", detail));
    }
    scene.rests_on_subjects([&item.event.stream])
}
