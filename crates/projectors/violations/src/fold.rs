//! The life of a case, one arm for each event.

mod decide;
mod open;
mod remedy;

use crate::event::{
    CaseEvent, Found, ViolationAttributed, ViolationFindingRecorded, ViolationMerged,
    ViolationResponseFiled,
};
use crate::state::{
    self, Attribution, Case, Finding, Investigation, Outcome, Response, Status, ViolationsState,
};
use accord_catalogue::unit::Code;
use accord_format::event::Evidence;
use accord_projection::{Item, OutOfOrder, Terms};

type Event<'a> = Item<'a, CaseEvent>;
type Folded = Result<(), OutOfOrder>;

pub(crate) fn fold(
    state: &mut ViolationsState,
    subject: &str,
    item: &Event<'_>,
    terms: &Terms,
) -> Folded {
    if let CaseEvent::Alleged(p) = &item.payload {
        if subject != item.event.stream {
            count_day(state);
            return Ok(());
        }
        if let ViolationsState::Case(case) = state {
            let why = format!("{subject} is the case that {} opened", case.alleged_by);
            return Err(OutOfOrder::new(why));
        }
        let mut case = open::open(item, p, terms);
        case.evidence.extend(evidence(item));
        *state = ViolationsState::Case(Box::new(case));
        return Ok(());
    }
    let ViolationsState::Case(case) = state else {
        return Err(OutOfOrder::new(format!("there is no case {subject}")));
    };
    if subject != item.event.stream {
        return receive(case, subject, item);
    }
    step(case, item, terms)?;
    case.evidence.extend(evidence(item));
    Ok(())
}

fn count_day(state: &mut ViolationsState) {
    let before = match state {
        ViolationsState::Day(day) => day.count,
        _ => 0,
    };
    *state = ViolationsState::Day(state::AllegationDay { count: before.saturating_add(1) });
}

/// What the event refers to as evidence, each by its digest or commitment.
pub(crate) fn evidence(item: &Event<'_>) -> impl Iterator<Item = String> {
    item.event.evidence.iter().map(|evidence| match evidence {
        Evidence::Open { blake3, .. } => blake3.to_string(),
        Evidence::Sealed { commitment, .. } => commitment.to_string(),
    })
}

fn step(case: &mut Case, item: &Event<'_>, terms: &Terms) -> Folded {
    let at = item.effect.micros();
    match &item.payload {
        // An opener makes a case of what is none; the caller has seen to it.
        CaseEvent::Alleged(_) => {}
        CaseEvent::Registered(p) => {
            need(case, item, &[Status::Alleged])?;
            open::register(case, p, item, terms);
        }
        CaseEvent::InvestigationOpened(p) => {
            need(case, item, &[Status::Registered, Status::Remitted])?;
            investigate(case, &p.team, p.standard, at);
        }
        CaseEvent::VisitRecorded(p) => {
            case.visits.add(p.places.len(), (p.interviews_count, p.refusals_count), p.access, at);
        }
        CaseEvent::FindingRecorded(p) => {
            need(case, item, &[Status::UnderInvestigation])?;
            find(case, p, item.seq, at);
        }
        CaseEvent::Attributed(p) => {
            need(case, item, &[Status::Verified])?;
            attribute(case, p, item.seq, at);
        }
        CaseEvent::ResponseFiled(p) => respond(case, p, item, terms),
        CaseEvent::ProvisionallyDetermined(p) => decide::provisionally(case, p, item, terms)?,
        CaseEvent::Adjudicated(p) => {
            need(case, item, &[Status::Attributed])?;
            decide::adjudicate(case, p, at);
        }
        CaseEvent::RemedyOrdered(p) => remedy::order(case, p, item)?,
        CaseEvent::RemedyCompleted(p) => remedy::complete(case, p, item)?,
        CaseEvent::NoActionDecided(_) => decide::nothing(case, item)?,
        CaseEvent::Closed(_) => {
            let decided = [Status::Upheld, Status::Modified, Status::Overturned, Status::NoAction];
            need(case, item, &decided)?;
            end(case, Status::Closed, at);
        }
        CaseEvent::Reopened(p) => decide::reopen(case, p, item, terms)?,
        CaseEvent::Withdrawn(_) => withdraw(case, item)?,
        CaseEvent::Merged(p) => merge(case, p, item)?,
    }
    Ok(())
}

fn need(case: &Case, item: &Event<'_>, wanted: &[Status]) -> Folded {
    if wanted.contains(&case.status) {
        return Ok(());
    }
    let words: Vec<_> = wanted.iter().map(|s| s.as_str()).collect();
    Err(impossible(case, item, &words.join(" or ")))
}

fn impossible(case: &Case, item: &Event<'_>, wanted: &str) -> OutOfOrder {
    OutOfOrder::needs(item.event, wanted, case.status.as_str())
}

fn investigate(case: &mut Case, team: &Code, standard: crate::event::ProofStandard, at: i64) {
    case.status = Status::UnderInvestigation;
    case.investigation = Some(Investigation { team: team.to_string(), standard, at });
}

fn find(case: &mut Case, p: &ViolationFindingRecorded, seq: u64, at: i64) {
    case.status = match p.result {
        Found::Verified => Status::Verified,
        Found::NotVerified => Status::NotVerified,
        Found::Unfounded => Status::Unfounded,
        Found::UnableAccess => Status::UnableAccess,
    };
    case.finding = Some(Finding { result: p.result, confidence: p.confidence, at });
    // What an earlier finding led to does not stand with a new one.
    case.attribution = None;
    case.ground = Some(seq);
}

fn attribute(case: &mut Case, p: &ViolationAttributed, seq: u64, at: i64) {
    case.status = Status::Attributed;
    case.was_attributed = true;
    case.ground = Some(seq);
    case.attribution = Some(Attribution {
        responsible: p.responsible.iter().map(ToString::to_string).collect(),
        intent: p.intent,
        provisions: p.provisions.iter().map(ToString::to_string).collect(),
        at,
    });
}

fn respond(case: &mut Case, p: &ViolationResponseFiled, item: &Event<'_>, terms: &Terms) {
    let at = item.effect.micros();
    let accused = is_accused(case, item, terms);
    let late = case.reply_due.is_some_and(|due| at >= due);
    let by = item.event.author().to_owned();
    case.responses.push(Response { by, accused, stance: p.stance, late, at });
    if accused {
        case.no_response = false;
    }
}

/// True when the author stands for the party that the case is against.
pub(crate) fn is_accused(case: &Case, item: &Event<'_>, terms: &Terms) -> bool {
    item.party(terms) == Some(&case.against)
}

/// True when the case is against a party, which can answer; `third` and `undetermined` cannot.
pub(crate) fn can_answer(case: &Case, item: &Event<'_>, terms: &Terms) -> bool {
    terms.is_party(item.seq, &case.against)
}

const fn end(case: &mut Case, status: Status, at: i64) {
    case.status = status;
    case.ended_at = Some(at);
    if matches!(status, Status::NoAction) {
        case.resolved = Some(Outcome::NoAction);
    }
}

fn withdraw(case: &mut Case, item: &Event<'_>) -> Folded {
    if !case.status.is_before_finding() || case.finding.is_some() {
        return Err(impossible(case, item, "a case before its finding"));
    }
    if case.provisional().is_some() {
        let why = format!(
            "an armed attack or another breach is provisionally determined in {}; until that expires or is decided on, the case is not the complainant's alone",
            item.event.stream
        );
        return Err(OutOfOrder::coded("provisional-running", why));
    }
    end(case, Status::Withdrawn, item.effect.micros());
    Ok(())
}

fn merge(case: &mut Case, p: &ViolationMerged, item: &Event<'_>) -> Folded {
    if !case.status.is_open() {
        return Err(impossible(case, item, "an open case"));
    }
    if p.into.as_str() == item.event.stream {
        return Err(OutOfOrder::new("a case cannot be merged into itself"));
    }
    if !case.status.is_before_finding() || case.finding.is_some() || case.decision.is_some() {
        let (from, into) = (&item.event.stream, p.into.as_str());
        let why = format!(
            "{from} is {}: merged, what was found would stand in no case that goes on; merge {into} into it",
            case.status.as_str()
        );
        return Err(OutOfOrder::coded("finding-made", why));
    }
    if case.provisional().is_some() {
        let why = format!(
            "a provisional determination is running in {}; merged, the case could be determined a second time elsewhere and never be decided on",
            item.event.stream
        );
        return Err(OutOfOrder::coded("provisional-running", why));
    }
    end(case, Status::Merged, item.effect.micros());
    case.merged_into = Some(p.into.to_string());
    Ok(())
}

/// What a merger does to the case that goes on.
fn receive(case: &mut Case, subject: &str, item: &Event<'_>) -> Folded {
    if !case.status.is_open() {
        let why = format!("nothing can be merged into {subject}, it is {}", case.status.as_str());
        return Err(OutOfOrder::new(why));
    }
    case.merged_from.push(item.event.stream.clone());
    Ok(())
}
