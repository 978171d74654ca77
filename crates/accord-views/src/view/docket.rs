//! The docket: every case, where it stands, and how long each step took.

use super::figure::{day, figure, words};
use super::{Cell, Table, View};
use crate::replay::Snapshot;
use accord_projection::Selector;
use accord_violations::{Case, Status, ViolationsState};
use std::collections::BTreeMap;

const FAMILY: &str = "violations";
const CASES: &str = "violation/*";
const MICROS_PER_DAY: i64 = 86_400_000_000;
/// How many cases are listed; all are counted.
const LISTED_MAX: usize = 200;

/// A property of cases.
type Is = fn(&Case) -> bool;

/// A step in the life of a case.
struct Step {
    key: &'static str,
    label: &'static str,
    /// When the case took it.
    at: fn(&Case) -> Option<i64>,
    /// The events by which it does.
    types: &'static [&'static str],
}

const STEPS: [Step; 4] = [
    Step {
        key: "registered",
        label: "to registration",
        at: |case| case.registered_at,
        types: &["violation.registered"],
    },
    Step {
        key: "finding",
        label: "to the finding",
        at: |case| case.finding.as_ref().map(|f| f.at),
        types: &["violation.finding_recorded"],
    },
    Step {
        key: "adjudicated",
        label: "to the decision",
        at: |case| case.decision.as_ref().map(|d| d.at),
        types: &["violation.adjudicated"],
    },
    Step {
        key: "ended",
        label: "to the end",
        at: |case| case.ended_at,
        types: &[
            "violation.closed",
            "violation.withdrawn",
            "violation.merged",
            "violation.no_action_decided",
        ],
    },
];

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("violations", "Violations", snapshot);
    let cases = cases(snapshot);
    view.tables.push(count(snapshot, &cases, "status", "Cases by status", |c| c.status.as_str()));
    view.tables.push(count(snapshot, &cases, "category", "Cases by category", |c| &c.category));
    view.tables.push(count(snapshot, &cases, "against", "Cases by accused", |c| &c.against));
    view.tables.push(lapses(snapshot, &cases));
    view.tables.push(durations(snapshot, &cases));
    view.tables.push(list(&cases));
    view.tables.extend(floods(snapshot));
    if cases.len() > LISTED_MAX {
        view.notes.push(format!("{} cases; the latest {LISTED_MAX} are listed.", cases.len()));
    }
    view
}

fn cases(snapshot: &Snapshot) -> Vec<(String, Case)> {
    let states = snapshot.families().violations().states("violation/");
    let mut cases: Vec<_> = states
        .filter_map(|(subject, state)| state.case().map(|c| (subject.to_owned(), c.clone())))
        .collect();
    cases.sort_by(|(a, x), (b, y)| (x.alleged_at, a).cmp(&(y.alleged_at, b)));
    cases
}

fn count<'a>(
    snapshot: &Snapshot,
    cases: &'a [(String, Case)],
    attribute: &'static str,
    title: &str,
    of: impl Fn(&'a Case) -> &'a str,
) -> Table {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, case) in cases {
        *counts.entry(of(case)).or_default() += 1;
    }
    let mut table = Table::new(attribute, title, &[("cases", "cases")]);
    for (value, cases) in counts {
        let selector = Selector::new(FAMILY, CASES).with(attribute, value);
        let key = format!("{attribute}/{value}");
        table.row(
            value,
            value.replace('_', " "),
            vec![figure(snapshot, key, cases, "cases", selector)],
        );
    }
    table
}

fn lapses(snapshot: &Snapshot, cases: &[(String, Case)]) -> Table {
    let mut table = Table::new("lapses", "What did not happen in time", &[("cases", "cases")]);
    let rows: [(&'static str, &str, Is); 3] = [
        ("open", "open", |c| c.status.is_open()),
        ("overdue", "not registered in time", |c| c.overdue),
        ("no_response", "no response by the accused", |c| c.no_response),
    ];
    for (attribute, label, is) in rows {
        let number = cases.iter().filter(|(_, case)| is(case)).count() as u64;
        let selector = Selector::new(FAMILY, CASES).with(attribute, "true");
        let cell = figure(snapshot, format!("lapses/{attribute}"), number, "cases", selector);
        table.row(attribute, label, vec![cell]);
    }
    table
}

/// Median and ninetieth percentile of the days from the allegation to each step.
fn durations(snapshot: &Snapshot, cases: &[(String, Case)]) -> Table {
    let columns = [("cases", "cases"), ("median", "median days"), ("p90", "nine of ten within")];
    let mut table = Table::new("durations", "Days from the allegation", &columns);
    for Step { key, label, at, types } in STEPS {
        let mut days: Vec<u64> = cases
            .iter()
            .filter_map(|(_, case)| at(case).map(|at| at.saturating_sub(case.alleged_at)))
            .map(|micros| u64::try_from(micros / MICROS_PER_DAY).unwrap_or(0))
            .collect();
        days.sort_unstable();
        if days.is_empty() {
            continue;
        }
        let mut selector = Selector::new(FAMILY, CASES).of_type("violation.alleged");
        for name in types {
            selector = selector.of_type(name);
        }
        let cell = |member: &str, value, unit| {
            figure(snapshot, format!("durations/{key}/{member}"), value, unit, selector.clone())
        };
        let cells = vec![
            cell("cases", days.len() as u64, "cases"),
            cell("median", rank(&days, 50), "days"),
            cell("p90", rank(&days, 90), "days"),
        ];
        table.row(key, label, cells);
    }
    table
}

/// The smallest of the sorted `days` that at least `percent` of them do not exceed.
fn rank(days: &[u64], percent: usize) -> u64 {
    let at = (days.len() * percent).div_ceil(100).saturating_sub(1);
    days.get(at).copied().unwrap_or(0)
}

fn list(cases: &[(String, Case)]) -> Table {
    let columns = [
        ("status", "status"),
        ("category", "category"),
        ("against", "against"),
        ("alleged", "alleged"),
        ("severity", "severity"),
        ("responsible", "responsible"),
        ("response", "response"),
    ];
    let mut table = Table::new("cases", "Cases", &columns);
    for (subject, case) in cases.iter().rev().take(LISTED_MAX) {
        let response = case.responses.iter().rev().find(|r| r.accused);
        let response = match response {
            Some(response) => Some(response.stance.as_str()),
            None => case.no_response.then_some("none in time"),
        };
        let cells = vec![
            Cell::Text(case.status.as_str().replace('_', " ")),
            Cell::Text(case.category.clone()),
            Cell::Text(case.against.clone()),
            Cell::Text(format!("{} by {}", day(case.alleged_at), case.alleged_by)),
            words(case.severity.map(|s| s.to_string())),
            words(case.attribution.as_ref().map(|a| a.responsible.join(", "))),
            words(response),
        ];
        table.row(subject.clone(), subject.clone(), cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend((case.overdue && case.status == Status::Alleged).then_some("overdue"));
            row.marks.extend(case.historical.then_some("baseline"));
        }
    }
    table
}

/// Days on which a participant alleged more than the charter takes for ordinary.
fn floods(snapshot: &Snapshot) -> Option<Table> {
    let charter = snapshot.families().basis().terms.latest()?;
    let limit = u64::from(charter.limits.allegations_per_day);
    let mut table = Table::new(
        "floods",
        "Days with extraordinarily many allegations",
        &[("allegations", "allegations")],
    );
    for (subject, state) in snapshot.families().violations().states("allegations/") {
        if let ViolationsState::Day(day) = &*state
            && day.count > limit
        {
            let selector = Selector::new(FAMILY, subject);
            let cell = figure(snapshot, subject, day.count, "allegations", selector);
            let label = subject.trim_start_matches("allegations/").replace('/', ", ");
            table.row(subject, label, vec![cell]);
        }
    }
    (!table.rows.is_empty()).then_some(table)
}
