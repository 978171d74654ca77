//! What others read of a case: attributes that figures select by, and facts.

use crate::event::Found;
use crate::state::{Case, Standing};
use crate::{ARMED_ATTACK, CASE_EXISTS, CASE_OPEN, DETERMINATIONS};
use serde_json::{Value, json};

pub(crate) fn attribute(case: &Case, name: &str) -> Option<String> {
    let flag = |is: bool| Some(is.to_string());
    match name {
        "status" => Some(case.status.as_str().to_owned()),
        "outcome" => Some(case.outcome().as_str().to_owned()),
        "category" => Some(case.category.clone()),
        "category_listed" => flag(case.category_listed),
        "against" => Some(case.against.clone()),
        "against_listed" => flag(case.against_listed),
        "alleged_by" => Some(case.alleged_by.clone()),
        "severity" => Some(case.severity.map_or_else(|| "none".to_owned(), |s| s.to_string())),
        "attributed" => case.attributed_to(),
        "found" => case.finding.as_ref().map(|f| word(f.result).to_owned()),
        "open" => flag(case.status.is_open()),
        "historical" => flag(case.historical),
        "overdue" => flag(case.overdue),
        "unregistered" => flag(case.is_unregistered()),
        "no_response" => flag(case.no_response),
        "reopened" => flag(!case.reopenings.is_empty()),
        "provisional" => flag(!case.provisionals.is_empty()),
        "remedies" => flag(!case.remedies.is_empty()),
        "visited" => flag(case.visits.count > 0),
        _ => None,
    }
}

const fn word(found: Found) -> &'static str {
    match found {
        Found::Verified => "verified",
        Found::NotVerified => "not_verified",
        Found::Unfounded => "unfounded",
        Found::UnableAccess => "unable_access",
    }
}

pub(crate) fn fact(case: &Case, name: &str) -> Option<Value> {
    match name {
        ARMED_ATTACK => case.armed_attack().map(Standing::to_fact),
        DETERMINATIONS => {
            let all: Vec<_> = case.determinations().into_iter().map(Standing::to_fact).collect();
            (!all.is_empty()).then_some(Value::Array(all))
        }
        CASE_EXISTS => Some(summary(case)),
        CASE_OPEN => case.status.is_open().then(|| summary(case)),
        _ => None,
    }
}

fn summary(case: &Case) -> Value {
    let mut summary = json!({
        "status": case.status.as_str(),
        "outcome": case.outcome().as_str(),
        "category": case.category,
        "against": case.against,
        "alleged_by": case.alleged_by,
        "historical": case.historical,
        "open": case.status.is_open(),
    });
    if let Value::Object(members) = &mut summary {
        members.extend(case.severity.map(|severity| ("severity".to_owned(), severity.into())));
        members.extend(case.area.clone().map(|area| ("area".to_owned(), area.into())));
    }
    summary
}
