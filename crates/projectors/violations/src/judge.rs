//! The merits of acts.

mod determination;
mod remark;
mod remedy;

pub(crate) use remark::{examine, remark};

use crate::event::{CaseEvent, ViolationAttributed, ViolationRegistered};
use crate::state::{Case, ViolationsState};
use crate::{Violations, fold};
use accord_catalogue::unit::{Label, StreamRef};
use accord_charter::Charter;
use accord_projection::{Item, Refusal, Scene, Terms};

type Event<'a> = Item<'a, CaseEvent>;
type Judged = Result<(), Refusal>;

/// Judges an act whose transition exists.
pub(crate) fn judge(item: &Event<'_>, scene: &Scene<'_, Violations>) -> Judged {
    let Some(case) = scene.part(&item.event.stream, ViolationsState::case) else { return Ok(()) };
    match &item.payload {
        CaseEvent::Registered(p) => registered(item, p, scene.terms()),
        CaseEvent::Attributed(p) => attributed(item, p, scene.terms()),
        CaseEvent::ProvisionallyDetermined(p) => determination::provisional(item, p, scene),
        CaseEvent::Adjudicated(p) => determination::adjudicated(item, p, &case, scene),
        CaseEvent::RemedyOrdered(p) => remedy::ordered(item, p, &case, scene),
        CaseEvent::RemedyCompleted(p) => remedy::completed(item, p, &case, scene),
        CaseEvent::NoActionDecided(p) => determination::no_action(item, p, &case, scene),
        CaseEvent::Reopened(_) => reopened(item, &case),
        CaseEvent::Withdrawn(_) if case.alleged_by != item.event.author() => {
            let detail = format!(
                "{} alleged it; only the complainant takes an allegation back",
                case.alleged_by
            );
            Err(Refusal::new("not-the-complainant", detail))
        }
        _ => Ok(()),
    }
}

fn registered(item: &Event<'_>, p: &ViolationRegistered, terms: &Terms) -> Judged {
    match (&p.category, terms.charter(item.seq)) {
        (Some(category), Some(charter)) if !has_category(charter, category) => {
            let detail = format!("the charter has no category {category}");
            Err(Refusal::new("category-unknown", detail))
        }
        _ => Ok(()),
    }
}

fn has_category(charter: &Charter, category: &Label) -> bool {
    charter.categories.contains_key(category.as_str())
}

fn attributed(item: &Event<'_>, p: &ViolationAttributed, terms: &Terms) -> Judged {
    let Some(charter) = terms.charter(item.seq) else { return Ok(()) };
    if let Some(side) = p.responsible.iter().find(|s| !terms.is_side(item.seq, s.as_str())) {
        let detail = format!(
            "{side} is no party of the charter; name a party, \"third\" or \"undetermined\""
        );
        return Err(Refusal::new("side-unknown", detail));
    }
    match p.provisions.iter().find(|code| !charter.provisions.contains_key(code.as_str())) {
        Some(code) => {
            let detail = format!("the charter has no provision {code}");
            Err(Refusal::new("provision-unknown", detail))
        }
        None => Ok(()),
    }
}

/// A case is reopened on evidence that it did not have before.
fn reopened(item: &Event<'_>, case: &Case) -> Judged {
    let mut referred = fold::evidence(item).peekable();
    if referred.peek().is_none() {
        let detail = format!(
            "{} is reopened on new evidence; refer to it in the event's evidence",
            item.event.stream
        );
        return Err(Refusal::new("evidence-missing", detail));
    }
    if referred.any(|evidence| !case.evidence.contains(&evidence)) {
        return Ok(());
    }
    let detail = format!(
        "an earlier event of {} refers to all of this evidence; a case is reopened on new evidence",
        item.event.stream
    );
    Err(Refusal::new("evidence-not-new", detail))
}

/// The board adopted the resolution, which decides on the case and was tabled when what it decides
/// on was on record.
fn resolved(
    item: &Event<'_>,
    resolution: &StreamRef,
    case: &Case,
    scene: &Scene<'_, Violations>,
) -> Judged {
    let (resolution, stream) = (resolution.as_str(), item.event.stream.as_str());
    match case.ground {
        Some(ground) => scene.decided_after(resolution, stream, ground),
        None => scene.decided(resolution, stream),
    }
    .map(drop)
}
