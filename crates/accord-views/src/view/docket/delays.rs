//! How many days each step took.

use super::{Docket, all, days};
use crate::replay::Snapshot;
use crate::view::figure::figure;
use crate::view::{Cell, Table, View};
use accord_violations::Case;

/// A step in the life of a case.
pub(super) struct Step {
    /// Its key.
    pub(super) key: &'static str,
    /// How long the way to it is, for people.
    pub(super) label: &'static str,
    /// When the case took it.
    pub(super) at: fn(&Case) -> Option<i64>,
}

/// The links of the procedure, each from the step before it; the first from the allegation.
pub(super) const LINKS: [Step; 4] = [
    Step { key: "registered", label: "to registration", at: |case| case.registered_at },
    Step {
        key: "finding",
        label: "to the finding",
        at: |case| case.finding.as_ref().map(|f| f.at),
    },
    Step {
        key: "adjudicated",
        label: "to the decision",
        at: |case| case.decisions().last().map(|d| d.at),
    },
    Step { key: "remedied", label: "to the last remedy", at: Case::remedied_at },
];

const END: Step = Step { key: "ended", label: "to the end", at: |case| case.ended_at };

/// Days from the step before; none when the case skipped that one, or came back to it since.
pub(super) fn link(case: &Case, at: usize) -> Option<u64> {
    let before = match at.checked_sub(1) {
        None => Some(case.alleged_at),
        Some(before) => LINKS.get(before).and_then(|step| (step.at)(case)),
    };
    days(before?, LINKS.get(at).and_then(|step| (step.at)(case))?)
}

/// Adds the tables.
pub(super) fn add(view: &mut View, snapshot: &Snapshot, cases: &Docket) {
    let links = LINKS.iter().enumerate().map(|(at, step)| {
        let took = cases.iter().filter_map(|(_, case)| link(case, at));
        (step.key, step.label, took.collect())
    });
    view.tables.push(table(snapshot, "links", "Days from the step before", links));
    let whole = LINKS.iter().chain([&END]).map(|step| {
        let took = |case: &Case| (step.at)(case).and_then(|at| days(case.alleged_at, at));
        let took = cases.iter().filter_map(|(_, case)| took(case));
        (step.key, step.label, took.collect())
    });
    view.tables.push(table(snapshot, "durations", "Days from the allegation", whole));
}

/// Median and ninetieth percentile of what each step took.
fn table(
    snapshot: &Snapshot,
    name: &'static str,
    title: &str,
    rows: impl Iterator<Item = (&'static str, &'static str, Vec<u64>)>,
) -> Table {
    let columns = [("cases", "cases"), ("median", "median days"), ("p90", "nine of ten within")];
    let mut table = Table::new(name, title, &columns);
    for (key, label, mut took) in rows {
        took.sort_unstable();
        let (Some(median), Some(p90)) = (rank(&took, 50), rank(&took, 90)) else { continue };
        let cell = |member: &str, value, unit| -> Cell {
            figure(snapshot, format!("{name}/{key}/{member}"), value, unit, all())
        };
        let cells = vec![
            cell("cases", took.len() as u64, "cases"),
            cell("median", median, "days"),
            cell("p90", p90, "days"),
        ];
        table.row(key, label, cells);
    }
    table
}

/// The smallest of the sorted `days` that at least `percent` of them do not exceed.
fn rank(days: &[u64], percent: usize) -> Option<u64> {
    let at = days.len().saturating_mul(percent).div_ceil(100).checked_sub(1)?;
    days.get(at).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_values_that_occur() {
        assert_eq!(rank(&[], 50), None);
        assert_eq!((rank(&[3], 50), rank(&[3], 90)), (Some(3), Some(3)));
        let ten: Vec<u64> = (1..=10).collect();
        assert_eq!((rank(&ten, 50), rank(&ten, 90)), (Some(5), Some(9)));
        let eleven: Vec<u64> = (1..=11).collect();
        assert_eq!((rank(&eleven, 50), rank(&eleven, 90)), (Some(6), Some(10)));
    }
}
