//! How a case is opened and taken into the register.

use super::{Event, can_answer};
use crate::event::{Registration, ViolationAlleged, ViolationRegistered};
use crate::state::{Case, Status, Visits};
use crate::{REGISTRATION_CLOCK, RESPONSE_CLOCK};
use accord_catalogue::unit::At;
use accord_format::time::Timestamp;
use accord_projection::Terms;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn open(item: &Event<'_>, p: &ViolationAlleged, terms: &Terms) -> Case {
    let due = terms.deadline(item.seq, REGISTRATION_CLOCK, item.recorded);
    Case {
        status: Status::Alleged,
        category: p.category.to_string(),
        category_listed: is_category(item, p.category.as_str(), terms),
        against: p.against.to_string(),
        against_listed: terms.is_side(item.seq, p.against.as_str()),
        area: p.area.as_ref().map(ToString::to_string),
        alleged_by: item.event.author().to_owned(),
        alleged_at: item.effect.micros(),
        occurred_from: item.occurred.from.timestamp().micros(),
        occurred_until: item.occurred.end().micros(),
        historical: item.is_historical(terms),
        registration_due: due.map(Timestamp::micros),
        overdue: false,
        registered_at: None,
        severity: None,
        lead: None,
        reply_due: None,
        no_response: false,
        investigation: None,
        visits: Visits::default(),
        finding: None,
        attribution: None,
        was_attributed: false,
        ground: None,
        responses: Vec::new(),
        provisionals: Vec::new(),
        decision: None,
        earlier_decisions: Vec::new(),
        resolved: None,
        remedies: BTreeMap::new(),
        ended_at: None,
        reopenings: Vec::new(),
        merged_into: None,
        merged_from: Vec::new(),
        evidence: BTreeSet::new(),
    }
}

/// True for a category of the charter in force.
pub(crate) fn is_category(item: &Event<'_>, code: &str, terms: &Terms) -> bool {
    terms.charter(item.seq).is_some_and(|c| c.categories.contains_key(code))
}

pub(super) fn register(case: &mut Case, p: &ViolationRegistered, item: &Event<'_>, terms: &Terms) {
    case.status = match p.outcome {
        Registration::Accepted => Status::Registered,
        Registration::Declined => Status::Declined,
    };
    if let Some(category) = &p.category {
        category.as_str().clone_into(&mut case.category);
        case.category_listed = is_category(item, category.as_str(), terms);
    }
    case.registered_at = Some(item.effect.micros());
    case.severity = p.severity;
    case.lead = p.lead.as_ref().map(ToString::to_string);
    let set = p.reply_due.as_ref().map(At::timestamp);
    if p.outcome == Registration::Accepted {
        case.reply_due = reply_due(case, set, item, terms);
    }
}

/// Until when the accused answers in time; nothing where there is nobody who could.
pub(super) fn reply_due(
    case: &Case,
    set: Option<Timestamp>,
    item: &Event<'_>,
    terms: &Terms,
) -> Option<i64> {
    let by_clock = || terms.deadline(item.seq, RESPONSE_CLOCK, item.recorded);
    can_answer(case, item, terms).then(|| set.or_else(by_clock)).flatten().map(Timestamp::micros)
}
