//! What is determined and decided, and how a closed case begins again.

use super::{Event, Folded, end, impossible, investigate, need, open};
use crate::PROVISIONAL_CLOCK;
use crate::event::{
    Decision, ViolationAdjudicated, ViolationProvisionallyDetermined, ViolationReopened,
};
use crate::state::{Case, Decided, Lapse, Outcome, Provisional, Reopening, Status};
use accord_format::time::Timestamp;
use accord_projection::{OutOfOrder, Terms};

/// Where a case can be determined provisionally: on its way to a decision, and not dismissed.
const UNDER_WAY: [Status; 8] = [
    Status::Alleged,
    Status::Registered,
    Status::UnderInvestigation,
    Status::Verified,
    Status::NotVerified,
    Status::UnableAccess,
    Status::Attributed,
    Status::Remitted,
];

pub(super) fn provisionally(
    case: &mut Case,
    p: &ViolationProvisionallyDetermined,
    item: &Event<'_>,
    terms: &Terms,
) -> Folded {
    need(case, item, &UNDER_WAY)?;
    let round = case.reopenings.len();
    if let Some(before) = case.provisionals.iter().find(|p| p.round == round) {
        let why = format!(
            "{} determined {} provisionally before; a provisional determination is not renewed, the board decides",
            before.by, item.event.stream
        );
        return Err(OutOfOrder::coded("provisional-repeated", why));
    }
    let expires = terms.deadline(item.seq, PROVISIONAL_CLOCK, item.recorded);
    case.provisionals.push(Provisional {
        determination: p.determination.clone(),
        by: item.event.author().to_owned(),
        at: item.effect.micros(),
        expires: expires.map(Timestamp::micros),
        ended: None,
        round,
    });
    Ok(())
}

pub(super) fn adjudicate(case: &mut Case, p: &ViolationAdjudicated, at: i64) {
    case.status = match p.decision {
        Decision::Upheld => Status::Upheld,
        Decision::Modified => Status::Modified,
        Decision::Overturned => Status::Overturned,
        Decision::Remitted => Status::Remitted,
    };
    case.resolved = Outcome::of_decision(p.decision);
    case.severity = p.severity.or(case.severity);
    let decided = Decided {
        decision: p.decision,
        resolution: p.resolution.to_string(),
        determination: p.determination.clone(),
        at,
    };
    case.earlier_decisions.extend(case.decision.replace(decided));
    // A case that goes back is not decided: what was determined for the time being still is.
    if p.decision != Decision::Remitted {
        settle(case, p, at);
    }
    if p.decision == Decision::Overturned {
        let open = case.remedies.values_mut().filter(|remedy| remedy.is_open());
        open.for_each(|remedy| remedy.lifted_at = Some(at));
    }
}

/// Ends the provisional determination that is running.
fn settle(case: &mut Case, p: &ViolationAdjudicated, at: i64) {
    for provisional in case.provisionals.iter_mut().filter(|p| p.is_running()) {
        let determined = p.determination.as_ref();
        let confirmed = determined.is_some_and(|d| d.agrees_with(&provisional.determination));
        let how = if confirmed { Lapse::Confirmed } else { Lapse::NotConfirmed };
        provisional.ended = Some((how, at));
    }
}

pub(super) fn nothing(case: &mut Case, item: &Event<'_>) -> Folded {
    if !case.status.is_undecided() {
        return Err(impossible(case, item, "a case without a decision"));
    }
    if case.provisional().is_some() {
        let why = format!(
            "a provisional determination is running in {}; it expires by itself, or the board decides on the case",
            item.event.stream
        );
        return Err(OutOfOrder::coded("provisional-running", why));
    }
    end(case, Status::NoAction, item.effect.micros());
    Ok(())
}

pub(super) fn reopen(
    case: &mut Case,
    p: &ViolationReopened,
    item: &Event<'_>,
    terms: &Terms,
) -> Folded {
    need(case, item, &[Status::Closed])?;
    let at = item.effect.micros();
    match (&p.team, p.standard) {
        (Some(team), Some(standard)) => investigate(case, team, standard, at),
        _ if case.investigation.is_some() => case.status = Status::UnderInvestigation,
        _ => {
            let why = format!(
                "{} was never investigated; name the team and its standard of proof",
                item.event.stream
            );
            return Err(OutOfOrder::coded("team-missing", why));
        }
    }
    let (by, ended_at) = (item.event.author().to_owned(), case.ended_at.take());
    case.reopenings.push(Reopening { by, ended_at, responses: case.responses.len(), at });
    case.resolved = None;
    case.ground = Some(item.seq);
    // The new evidence is put to the accused as the allegation was.
    case.no_response = false;
    case.reply_due = open::reply_due(case, None, item, terms);
    Ok(())
}
