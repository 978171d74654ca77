//! The cases one by one, and days with extraordinarily many allegations.

use super::delays::{LINKS, link};
use super::{Docket, FAMILY, LISTED_MAX, days};
use crate::replay::Snapshot;
use crate::view::figure::{day, figure, words};
use crate::view::{Cell, Table, View, When, overdue};
use accord_projection::Selector;
use accord_violations::{Case, ViolationsState};

/// Adds the tables.
pub(super) fn add(view: &mut View, snapshot: &Snapshot, cases: &Docket) {
    view.tables.push(list(snapshot, cases));
    view.tables.extend(floods(snapshot));
    if cases.len() > LISTED_MAX {
        view.notes.push(format!("{} cases; the latest {LISTED_MAX} are listed.", cases.len()));
    }
}

fn list(snapshot: &Snapshot, cases: &Docket) -> Table {
    let columns = [
        ("status", "status"),
        ("category", "category"),
        ("against", "against"),
        ("alleged", "alleged"),
        ("severity", "severity"),
        ("responsible", "responsible"),
        ("response", "response"),
        ("registered", "days to registration"),
        ("finding", "to the finding"),
        ("adjudicated", "to the decision"),
        ("remedied", "to the last remedy"),
        ("waiting", "days since"),
    ];
    let mut table = Table::new("cases", "Cases", &columns);
    for (subject, case) in cases.iter().rev().take(LISTED_MAX) {
        let mut cells = vec![
            Cell::Text(case.status.label().to_owned()),
            Cell::Text(case.category.clone()),
            Cell::Text(case.against.clone()),
            Cell::Text(format!("{} by {}", day(case.alleged_at), case.alleged_by)),
            words(case.severity.map(|s| s.to_string())),
            words(case.attribution.as_ref().map(|a| a.responsible.join(", "))),
            words(response(case)),
        ];
        let cell = |key: &str, days: Option<u64>| {
            let selector = Selector::new(FAMILY, subject.clone());
            let cell =
                |days| figure(snapshot, format!("cases/{subject}/{key}"), days, "days", selector);
            days.map_or(Cell::Empty, cell)
        };
        for (at, step) in LINKS.iter().enumerate() {
            cells.push(cell(step.key, link(case, at)));
        }
        let open = case.status.is_open().then(|| days(case.since(), snapshot.as_of().micros()));
        cells.push(cell("waiting", open.flatten()));
        table.row(subject.clone(), subject.clone(), cells);
        table.of(When::since(case.alleged_at, case.ended_at));
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend(marks(case));
        }
    }
    table
}

fn response(case: &Case) -> Option<&'static str> {
    match case.answers().next_back() {
        Some(response) => Some(response.stance.as_str()),
        None => case.no_response.then_some("none in time"),
    }
}

fn marks(case: &Case) -> impl Iterator<Item = &'static str> {
    let attack = case.armed_attack();
    let overdue = case.remedies.values().any(overdue::is_remedy);
    [
        case.is_unregistered().then_some("overdue"),
        case.historical.then_some("baseline"),
        (!case.category_listed || !case.against_listed).then_some("not of the charter"),
        attack.map(|_| "armed attack"),
        case.provisional().map(|_| "provisional"),
        overdue.then_some("remedy overdue"),
        (!case.reopenings.is_empty()).then_some("reopened"),
        (!case.merged_from.is_empty()).then_some("with merged cases"),
    ]
    .into_iter()
    .flatten()
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
