//! The life of a case, one arm for each event.

use crate::event::{
    CaseEvent, Decision, Found, Registration, ViolationAdjudicated, ViolationAlleged,
    ViolationAttributed, ViolationFindingRecorded, ViolationInvestigationOpened, ViolationMerged,
    ViolationRegistered, ViolationResponseFiled,
};
use crate::state::{
    Attribution, Case, Decided, Finding, Investigation, Response, Status, ViolationsState,
};
use crate::{REGISTRATION_CLOCK, RESPONSE_CLOCK, state};
use accord_catalogue::unit::At;
use accord_projection::{Item, OutOfOrder, Terms};

type Event<'a> = Item<'a, CaseEvent>;

pub(crate) fn fold(
    state: &mut ViolationsState,
    subject: &str,
    item: &Event<'_>,
    terms: &Terms,
) -> Result<(), OutOfOrder> {
    if let CaseEvent::Alleged(p) = &item.payload {
        if subject != item.event.stream {
            count_day(state);
            return Ok(());
        }
        if let ViolationsState::Case(case) = state {
            let why = format!("{subject} is the case that {} opened", case.alleged_by);
            return Err(OutOfOrder::new(why));
        }
        *state = ViolationsState::Case(Box::new(open(item, p, terms)));
        return Ok(());
    }
    let ViolationsState::Case(case) = state else {
        return Err(OutOfOrder::new(format!("there is no case {subject}")));
    };
    if subject == item.event.stream {
        step(case, item, terms)
    } else {
        receive(case, subject, item)
    }
}

fn count_day(state: &mut ViolationsState) {
    let before = match state {
        ViolationsState::Day(day) => day.count,
        _ => 0,
    };
    *state = ViolationsState::Day(state::AllegationDay { count: before.saturating_add(1) });
}

fn step(case: &mut Case, item: &Event<'_>, terms: &Terms) -> Result<(), OutOfOrder> {
    let at = item.effect.micros();
    match &item.payload {
        // An opener makes a case of what is none; the caller has seen to it.
        CaseEvent::Alleged(_) => {}
        CaseEvent::Registered(p) => {
            need(case, item, &[Status::Alleged])?;
            register(case, p, item, terms);
        }
        CaseEvent::InvestigationOpened(p) => {
            need(case, item, &[Status::Registered, Status::Remitted])?;
            investigate(case, p, at);
        }
        CaseEvent::FindingRecorded(p) => {
            need(case, item, &[Status::UnderInvestigation])?;
            find(case, p, at);
        }
        CaseEvent::Attributed(p) => {
            need(case, item, &[Status::Verified])?;
            attribute(case, p, at);
        }
        CaseEvent::ResponseFiled(p) => respond(case, p, item, terms),
        CaseEvent::Adjudicated(p) => {
            need(case, item, &[Status::Attributed])?;
            decide(case, p, at);
        }
        CaseEvent::NoActionDecided(_) => {
            if !case.status.is_undecided() {
                return Err(impossible(case, item, "a case without a decision"));
            }
            end(case, Status::NoAction, at);
        }
        CaseEvent::Closed(_) => {
            let decided = [Status::Upheld, Status::Modified, Status::Overturned, Status::NoAction];
            need(case, item, &decided)?;
            end(case, Status::Closed, at);
        }
        CaseEvent::Withdrawn(_) => {
            if !case.status.is_before_finding() || case.finding.is_some() {
                return Err(impossible(case, item, "a case before its finding"));
            }
            end(case, Status::Withdrawn, at);
        }
        CaseEvent::Merged(p) => merge(case, p, item)?,
    }
    Ok(())
}

fn need(case: &Case, item: &Event<'_>, wanted: &[Status]) -> Result<(), OutOfOrder> {
    if wanted.contains(&case.status) {
        return Ok(());
    }
    let words: Vec<_> = wanted.iter().map(|s| s.as_str()).collect();
    Err(impossible(case, item, &words.join(" or ")))
}

fn impossible(case: &Case, item: &Event<'_>, wanted: &str) -> OutOfOrder {
    let (what, stream, status) = (&item.event.event_type, &item.event.stream, case.status.as_str());
    OutOfOrder::new(format!("{what} needs {wanted}; {stream} is {status}"))
}

fn open(item: &Event<'_>, p: &ViolationAlleged, terms: &Terms) -> Case {
    let due = terms.deadline(item.seq, REGISTRATION_CLOCK, item.recorded);
    Case {
        status: Status::Alleged,
        category: p.category.to_string(),
        against: p.against.to_string(),
        area: p.area.as_ref().map(ToString::to_string),
        alleged_by: item.event.author().to_owned(),
        alleged_at: item.effect.micros(),
        occurred_from: item.occurred.from.timestamp().micros(),
        occurred_until: item.occurred.end().micros(),
        historical: terms.is_historical(item.seq, &item.occurred),
        registration_due: due.map(accord_format::time::Timestamp::micros),
        overdue: false,
        registered_at: None,
        severity: None,
        lead: None,
        reply_due: None,
        no_response: false,
        investigation: None,
        finding: None,
        attribution: None,
        responses: Vec::new(),
        decision: None,
        ended_at: None,
        merged_into: None,
        merged_from: Vec::new(),
    }
}

fn register(case: &mut Case, p: &ViolationRegistered, item: &Event<'_>, terms: &Terms) {
    case.status = match p.outcome {
        Registration::Accepted => Status::Registered,
        Registration::Declined => Status::Declined,
    };
    if let Some(category) = &p.category {
        category.as_str().clone_into(&mut case.category);
    }
    case.registered_at = Some(item.effect.micros());
    case.severity = p.severity;
    case.lead = p.lead.as_ref().map(ToString::to_string);
    let set = p.reply_due.as_ref().map(At::timestamp);
    let by_clock = || terms.deadline(item.seq, RESPONSE_CLOCK, item.recorded);
    let awaited = p.outcome == Registration::Accepted;
    case.reply_due =
        set.or_else(by_clock).filter(|_| awaited).map(accord_format::time::Timestamp::micros);
}

fn investigate(case: &mut Case, p: &ViolationInvestigationOpened, at: i64) {
    case.status = Status::UnderInvestigation;
    let team = p.team.to_string();
    case.investigation = Some(Investigation { team, standard: p.standard, at });
}

fn find(case: &mut Case, p: &ViolationFindingRecorded, at: i64) {
    case.status = match p.result {
        Found::Verified => Status::Verified,
        Found::NotVerified => Status::NotVerified,
        Found::Unfounded => Status::Unfounded,
        Found::UnableAccess => Status::UnableAccess,
    };
    case.finding = Some(Finding { result: p.result, confidence: p.confidence, at });
    // What an earlier finding led to does not stand with a new one.
    case.attribution = None;
}

fn attribute(case: &mut Case, p: &ViolationAttributed, at: i64) {
    case.status = Status::Attributed;
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
    let charter = terms.charter(item.seq);
    charter.and_then(|c| c.party_of(item.event.author())) == Some(&case.against)
}

fn decide(case: &mut Case, p: &ViolationAdjudicated, at: i64) {
    case.status = match p.decision {
        Decision::Upheld => Status::Upheld,
        Decision::Modified => Status::Modified,
        Decision::Overturned => Status::Overturned,
        Decision::Remitted => Status::Remitted,
    };
    case.severity = p.severity.or(case.severity);
    case.decision = Some(Decided {
        decision: p.decision,
        resolution: p.resolution.to_string(),
        determination: p.determination.clone(),
        at,
    });
}

const fn end(case: &mut Case, status: Status, at: i64) {
    case.status = status;
    case.ended_at = Some(at);
}

fn merge(case: &mut Case, p: &ViolationMerged, item: &Event<'_>) -> Result<(), OutOfOrder> {
    if !case.status.is_open() {
        return Err(impossible(case, item, "an open case"));
    }
    if p.into.as_str() == item.event.stream {
        return Err(OutOfOrder::new("a case cannot be merged into itself"));
    }
    end(case, Status::Merged, item.effect.micros());
    case.merged_into = Some(p.into.to_string());
    Ok(())
}

/// What a merger does to the case that goes on.
fn receive(case: &mut Case, subject: &str, item: &Event<'_>) -> Result<(), OutOfOrder> {
    if !case.status.is_open() {
        let why = format!("nothing can be merged into {subject}, it is {}", case.status.as_str());
        return Err(OutOfOrder::new(why));
    }
    case.merged_from.push(item.event.stream.clone());
    Ok(())
}
