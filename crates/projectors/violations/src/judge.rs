//! Remarks about cases, and the merits of the acts that decide them.

use crate::event::{CaseEvent, Decision, ViolationAdjudicated, ViolationAttributed};
use crate::state::{Case, ViolationsState};
use crate::{RESOLUTION_ADOPTED, Violations, fold, state};
use accord_projection::{Item, Refusal, Remark, Scene, Terms, UNDETERMINED};

type Event<'a> = Item<'a, CaseEvent>;

/// From the event alone.
pub(crate) fn examine(item: &Event<'_>, terms: &Terms) -> Vec<Remark> {
    let mut remarks = Vec::new();
    match &item.payload {
        CaseEvent::Alleged(p) => {
            let Some(charter) = terms.charter(item.seq) else { return remarks };
            if !charter.categories.contains_key(p.category.as_str()) {
                let detail = format!("the charter has no category {}", p.category);
                remarks.push(Remark::new("unknown_category", detail));
            }
            if !terms.is_side(item.seq, p.against.as_str()) {
                let detail = format!("{} is no party of the charter", p.against);
                remarks.push(Remark::new("unknown_side", detail));
            }
        }
        CaseEvent::FindingRecorded(_) if item.event.evidence.is_empty() => {
            let detail = "the finding comes without evidence".to_owned();
            remarks.push(Remark::new("no_evidence", detail));
        }
        _ => {}
    }
    remarks
}

/// In the light of the state before it.
pub(crate) fn remark(item: &Event<'_>, scene: &Scene<'_, Violations>) -> Vec<Remark> {
    let own = case(scene, &item.event.stream);
    match (&item.payload, own) {
        (CaseEvent::Alleged(_), _) => flood(item, scene).into_iter().collect(),
        (CaseEvent::ResponseFiled(_), Some(case)) => {
            answer(&case, item, scene.terms()).into_iter().collect()
        }
        (CaseEvent::Merged(p), Some(case)) => {
            other_matter(&case, p.into.as_str(), scene).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The merits of acts.
pub(crate) fn judge(item: &Event<'_>, scene: &Scene<'_, Violations>) -> Result<(), Refusal> {
    match (&item.payload, case(scene, &item.event.stream)) {
        (CaseEvent::Registered(p), _) => {
            let charter = scene.terms().charter(item.seq);
            match (&p.category, charter) {
                (Some(category), Some(charter))
                    if !charter.categories.contains_key(category.as_str()) =>
                {
                    let detail = format!("the charter has no category {category}");
                    Err(Refusal::new("category-unknown", detail))
                }
                _ => Ok(()),
            }
        }
        (CaseEvent::Attributed(p), _) => attributed(item, p, scene.terms()),
        (CaseEvent::Adjudicated(p), Some(case)) => adjudicated(item, p, &case, scene),
        (CaseEvent::Withdrawn(_), Some(case)) if case.alleged_by != item.event.author() => {
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

fn flood(item: &Event<'_>, scene: &Scene<'_, Violations>) -> Option<Remark> {
    let limit = u64::from(scene.terms().charter(item.seq)?.limits.allegations_per_day);
    let state = scene.state(&state::day_of(item))?;
    let ViolationsState::Day(day) = &*state else { return None };
    (day.count >= limit).then(|| {
        let detail = format!("{} allegations by one participant on one day", day.count + 1);
        Remark::new("allegation_flood", detail)
    })
}

fn answer(case: &Case, item: &Event<'_>, terms: &Terms) -> Option<Remark> {
    if !fold::is_accused(case, item, terms) {
        let detail = format!("the case is against {}", case.against);
        return Some(Remark::new("not_the_accused", detail));
    }
    let late = case.reply_due.is_some_and(|due| item.effect.micros() >= due);
    late.then(|| Remark::new("late_response", "the time for an answer was over"))
}

fn other_matter(case: &Case, into: &str, scene: &Scene<'_, Violations>) -> Option<Remark> {
    let target = self::case(scene, into)?;
    let differs = |what: &str, ours: &str, theirs: &str| {
        let detail = format!("the cases differ in {what}: {ours} and {theirs}");
        Some(Remark::new("merged_across", detail))
    };
    if case.category != target.category {
        return differs("category", &case.category, &target.category);
    }
    match (&case.area, &target.area) {
        (Some(ours), Some(theirs)) if ours != theirs => differs("area", ours, theirs),
        _ => None,
    }
}

fn attributed(item: &Event<'_>, p: &ViolationAttributed, terms: &Terms) -> Result<(), Refusal> {
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

fn adjudicated(
    item: &Event<'_>,
    p: &ViolationAdjudicated,
    case: &Case,
    scene: &Scene<'_, Violations>,
) -> Result<(), Refusal> {
    let stream = &item.event.stream;
    let Some(adopted) = scene.fact(RESOLUTION_ADOPTED, p.resolution.as_str()) else {
        let detail = format!("{} is not an adopted resolution", p.resolution);
        return Err(Refusal::new("resolution-not-adopted", detail));
    };
    let subjects = adopted.get("subjects").and_then(serde_json::Value::as_array);
    if !subjects.is_some_and(|all| all.iter().any(|s| s.as_str() == Some(stream))) {
        let detail = format!("{} does not decide on {stream}", p.resolution);
        return Err(Refusal::new("resolution-elsewhere", detail));
    }
    let suspects = scene.suspects(stream);
    if !suspects.is_empty() {
        let detail = format!(
            "entries {suspects:?} of the case were signed with a key in other hands; their authors have to reaffirm or retract them first"
        );
        return Err(Refusal::new("rests-on-suspect", detail));
    }
    let Some(determination) = &p.determination else { return Ok(()) };
    for side in [&determination.responsible, &determination.victim] {
        if !scene.terms().is_side(item.seq, side.as_str()) || side.as_str() == UNDETERMINED {
            let detail = format!("a determination names parties or \"third\", not {side}");
            return Err(Refusal::new("side-unknown", detail));
        }
    }
    let responsible = determination.responsible.as_str();
    let found = case.attribution.as_ref().map(|a| &a.responsible);
    let stands = found.is_some_and(|all| all.iter().any(|side| side == responsible));
    if p.decision == Decision::Upheld && !stands {
        let detail = format!(
            "the attribution does not name {responsible}; a decision that does modifies it"
        );
        return Err(Refusal::new("determination-differs", detail));
    }
    Ok(())
}
