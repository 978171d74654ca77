//! Remedies: ordered of a party, carried out or not.

use super::{Event, Folded, need};
use crate::event::{ViolationRemedyCompleted, ViolationRemedyOrdered};
use crate::state::{Case, Completion, Remedy, Status};
use accord_projection::OutOfOrder;

pub(super) fn order(case: &mut Case, p: &ViolationRemedyOrdered, item: &Event<'_>) -> Folded {
    need(case, item, &[Status::Upheld, Status::Modified])?;
    if case.remedies.contains_key(p.remedy.as_str()) {
        let why =
            format!("{} has a remedy {}; give this one another code", item.event.stream, p.remedy);
        return Err(OutOfOrder::coded("remedy-known", why));
    }
    let remedy = Remedy {
        words: p.words.to_string(),
        obliged: p.obliged.to_string(),
        due: p.due.timestamp().micros(),
        resolution: p.resolution.to_string(),
        ordered_at: item.effect.micros(),
        completed: None,
        overdue: false,
        lifted_at: None,
    };
    case.remedies.insert(p.remedy.to_string(), remedy);
    Ok(())
}

/// Takes note of what was done, in whatever state the case is by then.
pub(super) fn complete(case: &mut Case, p: &ViolationRemedyCompleted, item: &Event<'_>) -> Folded {
    let stream = &item.event.stream;
    let Some(remedy) = case.remedies.get_mut(p.remedy.as_str()) else {
        let why = format!("no remedy {} was ordered in {stream}", p.remedy);
        return Err(OutOfOrder::coded("remedy-unknown", why));
    };
    if !remedy.is_open() {
        let how = if remedy.completed.is_some() { "was completed" } else { "was lifted" };
        let why = format!("remedy {} in {stream} {how} before", p.remedy);
        return Err(OutOfOrder::coded("remedy-ended", why));
    }
    let at = item.effect.micros();
    remedy.completed = Some(Completion { at, late: at >= remedy.due });
    Ok(())
}
