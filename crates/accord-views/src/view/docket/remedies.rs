//! Remedies: what was ordered, done, and is still due.

use super::{Docket, FAMILY, LISTED_MAX, all, days};
use crate::replay::Snapshot;
use crate::view::figure::{day, figure};
use crate::view::{Cell, Table, View, overdue};
use accord_projection::Selector;
use accord_violations::state::Remedy;

/// A property of remedies.
type Is = fn(&Remedy) -> bool;

/// What can be counted of remedies.
pub(in crate::view) const COUNTS: [(&str, &str, Is); 6] = [
    ("ordered", "ordered", |_| true),
    ("completed", "completed", |r| r.completed.is_some()),
    ("late", "completed late", |r| r.completed.is_some_and(|c| c.late)),
    ("due", "due", |r| r.is_open() && !overdue::is_remedy(r)),
    ("overdue", "overdue", overdue::is_remedy),
    ("lifted", "lifted", |r| r.lifted_at.is_some()),
];

/// Adds the tables.
pub(super) fn add(view: &mut View, snapshot: &Snapshot, cases: &Docket) {
    let remedies = || cases.iter().flat_map(|(_, case)| case.remedies.values());
    let mut table = Table::new("remedies", "Remedies", &[("remedies", "remedies")]);
    for (key, label, is) in COUNTS {
        let count = remedies().filter(|remedy| is(remedy)).count() as u64;
        let selector = all().with("remedies", "true");
        let cell = figure(snapshot, format!("remedies/{key}"), count, "remedies", selector);
        table.row(key, label, vec![cell]);
    }
    view.tables.push(table);
    view.tables.extend(outstanding(snapshot, cases));
}

/// The remedies that still have to be carried out, the one due first at the top.
fn outstanding(snapshot: &Snapshot, cases: &Docket) -> Option<Table> {
    let columns = [
        ("remedy", "remedy"),
        ("obliged", "of"),
        ("words", "what"),
        ("due", "due"),
        ("days_overdue", "days overdue"),
    ];
    let of_case = |(subject, case): &'_ (String, accord_violations::Case)| {
        let open = case.remedies.iter().filter(|(_, remedy)| remedy.is_open());
        open.map(|(code, remedy)| (remedy.due, subject.clone(), code.clone(), remedy.clone()))
            .collect::<Vec<_>>()
    };
    let mut open: Vec<_> = cases.iter().flat_map(of_case).collect();
    open.sort_by(|a, b| (a.0, &a.1, &a.2).cmp(&(b.0, &b.1, &b.2)));
    let mut table = Table::new("outstanding", "Remedies that have to be carried out", &columns);
    for (due, subject, code, remedy) in open.into_iter().take(LISTED_MAX) {
        let name = format!("{subject}/{code}");
        let late = days(due, snapshot.as_of().micros()).map_or(Cell::Empty, |days| {
            let selector = Selector::new(FAMILY, subject.clone());
            figure(snapshot, format!("outstanding/{name}/days_overdue"), days, "days", selector)
        });
        let cells = vec![
            Cell::Text(code),
            Cell::Text(remedy.obliged),
            Cell::Text(remedy.words),
            Cell::Text(day(due)),
            late,
        ];
        table.row(name, subject, cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend(remedy.overdue.then_some("overdue"));
        }
    }
    (!table.rows.is_empty()).then_some(table)
}
