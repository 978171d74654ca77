//! Stipulations with their scores, and indicators.

use super::{Event, Folded};
use crate::event::{
    AssessmentRecorded, AssessmentReviewed, IndicatorDefined, StipulationRegistered,
};
use crate::state::{Indicator, OversightState as State, Registered, Review, Score, Stipulation};
use accord_projection::OutOfOrder;

/// The stipulation, which a score may name before anybody registers it; to be put back.
fn taken(state: &mut State) -> Box<Stipulation> {
    match std::mem::take(state) {
        State::Stipulation(stipulation) => stipulation,
        _ => Box::default(),
    }
}

pub(super) fn register(state: &mut State, item: &Event<'_>, p: &StipulationRegistered) -> Folded {
    let mut stipulation = taken(state);
    let known = stipulation.registered.is_some();
    if !known {
        stipulation.registered = Some(Registered {
            provision: p.provision.to_string(),
            title: p.title.to_string(),
            responsible: p.responsible.iter().map(ToString::to_string).collect(),
            due: p.due_on.as_ref().map(|day| day.end().micros()),
            target: p.target.clone(),
            resolution: p.resolution.as_ref().map(ToString::to_string),
            at: item.effect.micros(),
        });
    }
    *state = State::Stipulation(stipulation);
    if known {
        return Err(OutOfOrder::new(format!("stipulation {} is registered", p.code)));
    }
    Ok(())
}

pub(super) fn score(state: &mut State, item: &Event<'_>, p: &AssessmentRecorded) {
    let mut stipulation = taken(state);
    let score = Score {
        score: p.score,
        achieved: p.achieved.clone(),
        until: item.effect.micros(),
        seq: item.seq,
        event: item.event.hash().to_string(),
        keys: item.event.signers.iter().map(|s| s.key_name().to_owned()).collect(),
        reviews: Vec::new(),
    };
    stipulation.scores.entry(item.event.author().to_owned()).or_default().push(score);
    *state = State::Stipulation(stipulation);
}

pub(super) fn review(state: &mut State, item: &Event<'_>, p: &AssessmentReviewed) -> Folded {
    let unknown = || {
        let detail = format!(
            "no assessment {} of stipulation {} counts yet; check the event hash, and that its period is over",
            p.assessment, p.stipulation
        );
        OutOfOrder::coded("assessment-unknown", detail)
    };
    let State::Stipulation(stipulation) = state else { return Err(unknown()) };
    let score = stipulation.score_mut(p.assessment.as_str()).ok_or_else(unknown)?;
    let by = item.event.author().to_owned();
    if score.reviews.iter().any(|review| review.by == by) {
        return Err(OutOfOrder::coded("assessment-reviewed", format!("{by} has reviewed it")));
    }
    score.reviews.push(Review { by, at: item.effect.micros(), score: p.score });
    Ok(())
}

pub(super) fn indicator(state: &mut State, item: &Event<'_>, p: &IndicatorDefined) -> Folded {
    if !matches!(state, State::Empty) {
        let detail = format!("indicator {} is defined; define another one", p.code);
        return Err(OutOfOrder::new(detail));
    }
    *state = State::Indicator(Box::new(Indicator {
        title: p.title.to_string(),
        view: p.view.to_string(),
        figure: p.figure.to_string(),
        unit: p.unit.to_string(),
        cadence: p.cadence,
        stipulation: p.stipulation.as_ref().map(ToString::to_string),
        by: item.event.author().to_owned(),
        at: item.effect.micros(),
    }));
    Ok(())
}
