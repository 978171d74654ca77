//! Whether the numbers of one report fit together.

use crate::event::{CasualtyRecorded, LethalEventRecorded, ObservationBatchRecorded};
use accord_catalogue::unit::{Count, Qualifier};
use accord_projection::Remark;

fn wrong(detail: String) -> Remark {
    Remark::new("does_not_add_up", detail)
}

/// True when a count may be exceeded by what it is said to contain.
const fn is_open_ended(count: &Count) -> bool {
    matches!(count.qualifier, Qualifier::AtLeast | Qualifier::About | Qualifier::Unknown)
}

/// How many there are for certain.
const fn least(count: &Count) -> u64 {
    match count.qualifier {
        Qualifier::Exact | Qualifier::AtLeast => count.value,
        Qualifier::About | Qualifier::AtMost | Qualifier::Unknown => 0,
    }
}

/// Parts of the violations of a period that are more than all of them.
pub(super) fn period(p: &ObservationBatchRecorded) -> Option<Remark> {
    let all = p.ceasefire_violations.as_ref().filter(|all| !is_open_ended(all))?;
    let parts = [("explosions", &p.explosions), ("exercises", &p.exercises)];
    for (name, part) in parts {
        if let Some(part) = part.as_ref().map(least).filter(|part| *part > all.value) {
            let detail = format!("{part} {name} among {} violations", all.value);
            return Some(wrong(detail));
        }
    }
    let sum = p.tallies.iter().fold(0_u64, |sum, tally| sum.saturating_add(least(&tally.count)));
    (sum > all.value).then(|| wrong(format!("{sum} violations in its parts, {} in all", all.value)))
}

pub(super) fn deaths(p: &LethalEventRecorded) -> Option<Remark> {
    let LethalEventRecorded { best, low, high, civilians, unknown, .. } = p;
    let combatants = p.by_side.values().fold(0_u64, |sum, n| sum.saturating_add(*n));
    let parts = combatants.saturating_add(*civilians).saturating_add(*unknown);
    if parts != *best {
        Some(wrong(format!(
            "{combatants} combatants, {civilians} civilians and {unknown} unknown are {parts}, not the best estimate of {best}"
        )))
    } else if low > best || best > high {
        Some(wrong(format!("the best estimate {best} is not between {low} and {high}")))
    } else {
        None
    }
}

pub(super) fn persons(p: &CasualtyRecorded) -> Option<Remark> {
    let (all, persons) = (p.killed.saturating_add(p.injured), p.persons.total());
    (all != persons).then(|| wrong(format!("{all} killed and injured, {persons} persons")))
}
