//! The docket: every case, where it stands, and how long each step took.

mod counts;
mod delays;
mod determinations;
mod list;
pub(super) mod remedies;

use super::View;
use crate::replay::Snapshot;
use accord_format::time::MICROS_PER_DAY;
use accord_projection::Selector;
use accord_violations::Case;

pub(super) const FAMILY: &str = "violations";
/// How many cases, determinations or remedies are listed; all are counted.
const LISTED_MAX: usize = 200;

/// Cases by stream, in the order in which they were alleged.
pub(super) type Docket = [(String, Case)];

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("violations", "Violations", snapshot);
    let cases = cases(snapshot);
    counts::add(&mut view, snapshot, &cases);
    delays::add(&mut view, snapshot, &cases);
    determinations::add(&mut view, snapshot, &cases);
    remedies::add(&mut view, snapshot, &cases);
    list::add(&mut view, snapshot, &cases);
    view
}

/// Every case.
pub(super) fn cases(snapshot: &Snapshot) -> Vec<(String, Case)> {
    let states = snapshot.families().violations().states("violation/");
    let mut cases: Vec<_> = states
        .filter_map(|(subject, state)| state.case().map(|c| (subject.to_owned(), c.clone())))
        .collect();
    cases.sort_by(|(a, x), (b, y)| (x.alleged_at, a).cmp(&(y.alleged_at, b)));
    cases
}

/// Everything about every case.
pub(super) fn all() -> Selector {
    Selector::new(FAMILY, "violation/*")
}

/// How many of the cases are so.
pub(super) fn number(cases: &Docket, is: impl Fn(&Case) -> bool) -> u64 {
    cases.iter().filter(|(_, case)| is(case)).count() as u64
}

/// Whole days from one instant to another, in microseconds; none when the other comes first.
pub(super) fn days(from: i64, to: i64) -> Option<u64> {
    u64::try_from(to.checked_sub(from)?).ok().map(|micros| micros / MICROS_PER_DAY.unsigned_abs())
}

/// A share in whole per cent, rounded down; none of nothing.
pub(super) fn percent(part: u64, whole: u64) -> Option<u64> {
    part.saturating_mul(100).checked_div(whole)
}
