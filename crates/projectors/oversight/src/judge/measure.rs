//! Stipulations, indicators, assessments and their review.

use super::{Event, Judged};
use crate::Oversight;
use crate::event::{
    AssessmentRecorded, AssessmentReviewed, IndicatorDefined, SCORE_MAX, StipulationRegistered,
};
use crate::state::{OversightState, Score, Stipulation};
use accord_catalogue::unit::Qualifier;
use accord_projection::{Refusal, Remark, Scene, Terms};
use std::borrow::Cow;

/// A score that falls by this much at once is worth a look.
const DROP: u8 = 2;

pub(super) fn stipulation(
    item: &Event<'_>,
    p: &StipulationRegistered,
    scene: &Scene<'_, Oversight>,
) -> Judged {
    let charter = scene.terms().charter(item.seq);
    if !charter.is_some_and(|c| c.provisions.contains_key(p.provision.as_str())) {
        let detail = format!("no charter in force has provision {}", p.provision);
        return Err(Refusal::new("provision-unknown", detail));
    }
    p.resolution.as_ref().map_or(Ok(()), |by| scene.adopted(by.as_str()).map(drop))
}

/// Says so when somebody responsible is nobody that the charter knows.
pub(super) fn nobody_known(
    item: &Event<'_>,
    p: &StipulationRegistered,
    terms: &Terms,
) -> Option<Remark> {
    let charter = terms.charter(item.seq)?;
    let known = |code: &str| {
        charter.parties.contains_key(code)
            || charter.participants.contains_key(code)
            || charter.roles.contains_key(code)
    };
    let unknown: Vec<_> =
        p.responsible.iter().map(ToString::to_string).filter(|code| !known(code)).collect();
    (!unknown.is_empty()).then(|| {
        let detail = format!("no party, participant or role of the charter: {unknown:?}");
        Remark::new("unknown_responsible", detail)
    })
}

pub(super) fn indicator(p: &IndicatorDefined, scene: &Scene<'_, Oversight>) -> Judged {
    let Some(code) = &p.stipulation else { return Ok(()) };
    match stipulation_of(code.as_str(), scene) {
        Some(known) if known.registered.is_some() => Ok(()),
        _ => {
            let detail = format!("nobody registered stipulation {code}");
            Err(Refusal::new("stipulation-unknown", detail))
        }
    }
}

fn stipulation_of<'a>(code: &str, scene: &Scene<'a, Oversight>) -> Option<Cow<'a, Stipulation>> {
    scene.part(&format!("stipulation/{code}"), OversightState::stipulation)
}

pub(super) fn assessment(
    item: &Event<'_>,
    p: &AssessmentRecorded,
    scene: &Scene<'_, Oversight>,
) -> Vec<Remark> {
    let known = stipulation_of(p.stipulation.as_str(), scene);
    let Some((registered, known)) = known.as_ref().and_then(|k| Some((k.registered.as_ref()?, k)))
    else {
        let detail = format!("nobody registered stipulation {}", p.stipulation);
        return vec![Remark::new("unknown_stipulation", detail)];
    };
    let mut remarks = Vec::new();
    let before = known.scores.get(item.event.author()).and_then(|scores| scores.last());
    if let Some(Score { score: before, .. }) = before
        && *before >= p.score.saturating_add(DROP)
    {
        let detail = format!("the score falls from {before} to {}", p.score);
        remarks.push(Remark::new("score_drops", detail));
    }
    match (&p.achieved, &registered.target) {
        (Some(_), None) => {
            let detail = format!("stipulation {} is measured against no target", p.stipulation);
            remarks.push(Remark::new("no_target", detail));
        }
        (Some(achieved), Some(target))
            if p.score == SCORE_MAX
                && achieved.value < target.value
                && matches!(achieved.qualifier, Qualifier::Exact | Qualifier::AtMost) =>
        {
            let detail = format!(
                "the score is complete, and {} of {} {} are reached",
                achieved.value, target.value, target.unit
            );
            remarks.push(Remark::new("does_not_add_up", detail));
        }
        _ => {}
    }
    remarks
}

/// A second coder is another person than the first: its key is another one, by name, since a
/// rotated key keeps its name.
pub(super) fn review(
    item: &Event<'_>,
    p: &AssessmentReviewed,
    scene: &Scene<'_, Oversight>,
) -> Judged {
    let known = stipulation_of(p.stipulation.as_str(), scene);
    let Some(score) = known.as_ref().and_then(|k| k.score(p.assessment.as_str())) else {
        return Ok(());
    };
    match item.event.signers.iter().find(|s| score.keys.iter().any(|key| key == s.key_name())) {
        Some(own) => {
            let detail =
                format!("{} signed the assessment; somebody else reviews it", own.key_name());
            Err(Refusal::new("reviewer-is-coder", detail))
        }
        None => Ok(()),
    }
}
