//! What readers should know about an event that keeps nothing out.

use super::{Event, has_category};
use crate::event::{CaseEvent, ViolationAlleged, ViolationRegistered, ViolationRemedyOrdered};
use crate::state::{Case, Remedy, Status, ViolationsState};
use crate::{RESPONSE_CLOCK, Violations, fold, state};
use accord_projection::{Remark, Scene, Terms};

/// From the event alone.
pub(crate) fn examine(item: &Event<'_>, terms: &Terms) -> Vec<Remark> {
    let unproven = |what: &str| {
        let bare = item.event.evidence.is_empty();
        bare.then(|| Remark::new("no_evidence", format!("{what} comes without evidence")))
    };
    match &item.payload {
        CaseEvent::Alleged(p) => alleged(item, p, terms),
        CaseEvent::VisitRecorded(p) => p
            .places
            .iter()
            .filter_map(|place| terms.unknown_area(item.seq, place.area.as_ref()?.as_str()))
            .collect(),
        CaseEvent::FindingRecorded(_) => unproven("the finding").into_iter().collect(),
        CaseEvent::ProvisionallyDetermined(_) => {
            unproven("the provisional determination").into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn alleged(item: &Event<'_>, p: &ViolationAlleged, terms: &Terms) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let Some(charter) = terms.charter(item.seq) else { return remarks };
    if !has_category(charter, &p.category) {
        let detail = format!("the charter has no category {}", p.category);
        remarks.push(Remark::new("unknown_category", detail));
    }
    remarks.extend(terms.unknown_side(item.seq, p.against.as_str()));
    remarks.extend(p.area.as_ref().and_then(|area| terms.unknown_area(item.seq, area.as_str())));
    remarks
}

/// In the light of the state before it.
pub(crate) fn remark(item: &Event<'_>, scene: &Scene<'_, Violations>) -> Vec<Remark> {
    let stream = &item.event.stream;
    if matches!(item.payload, CaseEvent::Alleged(_)) {
        return flood(item, scene).into_iter().collect();
    }
    let Some(case) = scene.part(stream, ViolationsState::case) else { return Vec::new() };
    match &item.payload {
        CaseEvent::Registered(p) => registered(&case, p, item, scene.terms()),
        CaseEvent::VisitRecorded(_) if case.status != Status::UnderInvestigation => {
            let detail = format!("{stream} is {}, not under investigation", case.status.as_str());
            vec![Remark::new("visit_outside_investigation", detail)]
        }
        CaseEvent::ResponseFiled(_) => answer(&case, item, scene.terms()).into_iter().collect(),
        CaseEvent::RemedyOrdered(p) => remedy(&case, p, item),
        CaseEvent::Closed(_) => outstanding(&case).into_iter().collect(),
        CaseEvent::Merged(p) => other_matter(&case, p.into.as_str(), scene).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn flood(item: &Event<'_>, scene: &Scene<'_, Violations>) -> Option<Remark> {
    let limit = u64::from(scene.terms().charter(item.seq)?.limits.allegations_per_day);
    let state = scene.state(&state::day_of(item))?;
    let ViolationsState::Day(day) = &*state else { return None };
    (day.count >= limit).then(|| {
        let number = day.count.saturating_add(1);
        let detail = format!("{number} allegations by one participant on one day");
        Remark::new("allegation_flood", detail)
    })
}

fn registered(
    case: &Case,
    p: &ViolationRegistered,
    item: &Event<'_>,
    terms: &Terms,
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let Some(due) = &p.reply_due else { return remarks };
    if due.timestamp() <= item.recorded {
        let recorded = item.recorded.to_seconds_string();
        let detail = format!("an answer is due at {due}, and it is {recorded} already");
        remarks.push(Remark::new("reply_due_past", detail));
    }
    let clock = terms.deadline(item.seq, RESPONSE_CLOCK, item.recorded);
    if let Some(ends) = clock.filter(|ends| due.timestamp() > *ends) {
        let ends = ends.to_seconds_string();
        let detail =
            format!("an answer is due at {due}, which is later than the charter's clock, {ends}");
        remarks.push(Remark::new("reply_due_far", detail));
    }
    if !fold::can_answer(case, item, terms) {
        let detail =
            format!("the case is against {}, which is no party that answers", case.against);
        remarks.push(Remark::new("nobody_to_answer", detail));
    }
    remarks
}

fn answer(case: &Case, item: &Event<'_>, terms: &Terms) -> Option<Remark> {
    if !fold::is_accused(case, item, terms) {
        let detail = format!("the case is against {}", case.against);
        return Some(Remark::new("not_the_accused", detail));
    }
    let late = case.reply_due.is_some_and(|due| item.effect.micros() >= due);
    late.then(|| Remark::new("late_response", "the time for an answer was over"))
}

fn remedy(case: &Case, p: &ViolationRemedyOrdered, item: &Event<'_>) -> Vec<Remark> {
    let mut remarks = Vec::new();
    if p.due.timestamp() <= item.recorded {
        let recorded = item.recorded.to_seconds_string();
        let detail = format!("the remedy is due at {}, and it is {recorded} already", p.due);
        remarks.push(Remark::new("due_past", detail));
    }
    if case.upheld_against(p.obliged.as_str()).is_none() {
        let detail = format!("the decision does not hold {} responsible", p.obliged);
        remarks.push(Remark::new("obliged_not_responsible", detail));
    }
    remarks
}

/// Remedies that a case is closed without.
fn outstanding(case: &Case) -> Option<Remark> {
    let open = case.remedies.iter().filter(|(_, remedy): &(_, &Remedy)| remedy.is_open());
    let codes: Vec<_> = open.map(|(code, _)| code.as_str()).collect();
    (!codes.is_empty()).then(|| {
        let detail = format!("closed before these remedies were completed: {}", codes.join(", "));
        Remark::new("remedies_outstanding", detail)
    })
}

fn other_matter(case: &Case, into: &str, scene: &Scene<'_, Violations>) -> Option<Remark> {
    let target = scene.part(into, ViolationsState::case)?;
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
