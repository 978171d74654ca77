//! The life of a resolution.

use super::{Event, Folded};
use crate::VOTING_CLOCK;
use crate::event::{
    BoardDissentFiled, BoardRecusalDeclared, BoardResolutionDeclared, BoardResolutionRescinded,
    BoardResolutionTabled, BoardVoteCast, Outcome,
};
use crate::state::{
    Cast, Declared, Dissent, OversightState as State, Recused, Rescinded, Resolution,
};
use accord_projection::{OutOfOrder, Terms};
use std::collections::BTreeMap;

pub(super) fn table(
    state: &mut State,
    subject: &str,
    (item, p): (&Event<'_>, &BoardResolutionTabled),
    terms: &Terms,
) -> Folded {
    if !matches!(state, State::Empty) {
        return Err(OutOfOrder::new(format!("{subject} has been tabled before")));
    }
    let voting_ends = terms.deadline(item.seq, VOTING_CLOCK, item.recorded);
    *state = State::Resolution(Box::new(Resolution {
        kind: p.kind.to_string(),
        title: p.title.to_string(),
        text_digest: p.text_digest.to_string(),
        subjects: p.subjects.iter().map(ToString::to_string).collect(),
        meeting: p.meeting.as_ref().map(ToString::to_string),
        tabled: item.seq,
        tabled_by: item.event.author().to_owned(),
        tabled_at: item.effect.micros(),
        voting_ends: voting_ends.map(accord_format::time::Timestamp::micros),
        voting_over: false,
        votes: BTreeMap::new(),
        recusals: BTreeMap::new(),
        dissents: Vec::new(),
        declared: None,
        effective: false,
        rescinded: None,
    }));
    Ok(())
}

fn resolution<'a>(state: &'a mut State, subject: &str) -> Result<&'a mut Resolution, OutOfOrder> {
    match state {
        State::Resolution(resolution) => Ok(resolution),
        _ => Err(OutOfOrder::new(format!("there is no {subject}"))),
    }
}

/// The resolution until its result is declared.
fn undeclared<'a>(state: &'a mut State, subject: &str) -> Result<&'a mut Resolution, OutOfOrder> {
    let resolution = resolution(state, subject)?;
    match &resolution.declared {
        None => Ok(resolution),
        Some(declared) => {
            let outcome = declared.outcome.as_str();
            Err(OutOfOrder::new(format!("the vote on {subject} is over: {outcome}")))
        }
    }
}

pub(super) fn recuse(
    state: &mut State,
    subject: &str,
    item: &Event<'_>,
    p: &BoardRecusalDeclared,
) -> Folded {
    let resolution = undeclared(state, subject)?;
    if resolution.recusals.contains_key(p.seat.as_str()) {
        return Err(recused(p.seat.as_str(), subject));
    }
    let (by, at) = (item.event.author().to_owned(), item.effect.micros());
    resolution.recusals.insert(p.seat.to_string(), Recused { by, at });
    Ok(())
}

fn recused(seat: &str, subject: &str) -> OutOfOrder {
    OutOfOrder::coded("seat-recused", format!("seat {seat} takes no part in {subject}"))
}

pub(super) fn vote(
    state: &mut State,
    subject: &str,
    item: &Event<'_>,
    p: &BoardVoteCast,
) -> Folded {
    let resolution = undeclared(state, subject)?;
    if resolution.recusals.contains_key(p.seat.as_str()) {
        return Err(recused(p.seat.as_str(), subject));
    }
    if resolution.voting_over {
        let detail = format!("the time for votes on {subject} is over; its result can be declared");
        return Err(OutOfOrder::coded("voting-closed", detail));
    }
    if resolution.votes.contains_key(p.seat.as_str()) {
        return Err(OutOfOrder::coded("seat-voted", format!("seat {} has voted", p.seat)));
    }
    let (by, at) = (item.event.author().to_owned(), item.effect.micros());
    resolution.votes.insert(p.seat.to_string(), Cast { vote: p.vote, by, at });
    Ok(())
}

pub(super) fn declare(
    state: &mut State,
    subject: &str,
    item: &Event<'_>,
    p: &BoardResolutionDeclared,
) -> Folded {
    let resolution = undeclared(state, subject)?;
    let meeting = p.meeting.as_ref().map(accord_catalogue::unit::StreamRef::as_str);
    if meeting != resolution.meeting.as_deref() {
        let named = |meeting: Option<&str>| meeting.unwrap_or("no meeting").to_owned();
        let detail = format!(
            "{subject} was tabled for {}, not for {}",
            named(resolution.meeting.as_deref()),
            named(meeting)
        );
        return Err(OutOfOrder::coded("meeting-differs", detail));
    }
    let at = item.effect.micros();
    let adopted = p.outcome == Outcome::Adopted;
    let later = p.effective_at.as_ref().map(|later| later.timestamp().micros());
    let effective_at = adopted.then(|| later.unwrap_or(at).max(at));
    resolution.effective = effective_at == Some(at);
    resolution.declared = Some(Declared { seq: item.seq, outcome: p.outcome, at, effective_at });
    Ok(())
}

pub(super) fn dissent(
    state: &mut State,
    subject: &str,
    item: &Event<'_>,
    p: &BoardDissentFiled,
) -> Folded {
    resolution(state, subject)?.dissents.push(Dissent {
        seat: p.seat.to_string(),
        by: item.event.author().to_owned(),
        text_digest: p.text_digest.to_string(),
        at: item.effect.micros(),
    });
    Ok(())
}

pub(super) fn rescind(
    state: &mut State,
    subject: &str,
    item: &Event<'_>,
    p: &BoardResolutionRescinded,
) -> Folded {
    let resolution = resolution(state, subject)?;
    if let Some(before) = &resolution.rescinded {
        let detail = format!("{subject} was rescinded by {}", before.by_resolution);
        return Err(OutOfOrder::new(detail));
    }
    if resolution.declared.is_none_or(|d| d.outcome != Outcome::Adopted) {
        let detail =
            format!("{subject} is {}; only what was adopted is rescinded", resolution.outcome());
        return Err(OutOfOrder::new(detail));
    }
    let by_resolution = p.by_resolution.to_string();
    resolution.rescinded = Some(Rescinded { by_resolution, at: item.effect.micros() });
    Ok(())
}
