//! The merits of acts.

mod determination;
mod remark;
mod remedy;

pub(crate) use remark::{examine, remark};

use crate::event::{CaseEvent, ViolationAttributed, ViolationRegistered};
use crate::state::Case;
use crate::{RESOLUTION_ADOPTED, Violations, fold};
use accord_catalogue::unit::{Label, StreamRef};
use accord_charter::Charter;
use accord_projection::{Item, Refusal, Scene, Terms};

type Event<'a> = Item<'a, CaseEvent>;
type Judged = Result<(), Refusal>;

/// Judges an act whose transition exists.
pub(crate) fn judge(item: &Event<'_>, scene: &Scene<'_, Violations>) -> Judged {
    let Some(case) = case(scene, &item.event.stream) else { return Ok(()) };
    match &item.payload {
        CaseEvent::Registered(p) => registered(item, p, scene.terms()),
        CaseEvent::Attributed(p) => attributed(item, p, scene.terms()),
        CaseEvent::ProvisionallyDetermined(p) => determination::provisional(item, p, scene),
        CaseEvent::Adjudicated(p) => determination::adjudicated(item, p, &case, scene),
        CaseEvent::RemedyOrdered(p) => remedy::ordered(item, p, scene),
        CaseEvent::RemedyCompleted(p) => remedy::completed(item, p, &case, scene),
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

fn case(scene: &Scene<'_, Violations>, stream: &str) -> Option<Case> {
    scene.state(stream).and_then(|state| state.case().cloned())
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

/// The board adopted the resolution, and it decides on the case.
fn resolved(item: &Event<'_>, resolution: &StreamRef, scene: &Scene<'_, Violations>) -> Judged {
    let stream = &item.event.stream;
    let Some(adopted) = scene.fact(RESOLUTION_ADOPTED, resolution.as_str()) else {
        let detail = format!("{resolution} is not an adopted resolution");
        return Err(Refusal::new("resolution-not-adopted", detail));
    };
    let subjects = adopted.get("subjects").and_then(serde_json::Value::as_array);
    if subjects.is_some_and(|all| all.iter().any(|s| s.as_str() == Some(stream))) {
        return Ok(());
    }
    let detail = format!("{resolution} does not decide on {stream}");
    Err(Refusal::new("resolution-elsewhere", detail))
}

/// Nothing that the act rests on was signed with a key in other hands.
fn unsuspected(item: &Event<'_>, scene: &Scene<'_, Violations>) -> Judged {
    let suspects = scene.suspects(&item.event.stream);
    if suspects.is_empty() {
        return Ok(());
    }
    let detail = format!(
        "entries {suspects:?} of the case were signed with a key in other hands; their authors have to reaffirm or retract them first"
    );
    Err(Refusal::new("rests-on-suspect", detail))
}
