//! How many cases there are of each kind.

use super::{Docket, all, number, percent};
use crate::replay::Snapshot;
use crate::view::figure::figure;
use crate::view::{Cell, Table, View};
use accord_projection::Selector;
use accord_violations::event::Found;
use accord_violations::{Case, Outcome, Status};
use std::collections::{BTreeMap, BTreeSet};

/// Stands for whatever the charter in force then did not list. No code begins with it.
const UNLISTED: &str = "-";

/// Something that is so of a case, or not.
type Is = fn(&Case) -> bool;

/// A property of cases by which they are counted, and whether the charter lists its value: what
/// authors write is without bounds.
struct Property {
    attribute: &'static str,
    listed: &'static str,
    title: &'static str,
    of: fn(&Case) -> &str,
    is_listed: Is,
}

const CATEGORY: Property = Property {
    attribute: "category",
    listed: "category_listed",
    title: "Cases by category",
    of: |case| &case.category,
    is_listed: |case| case.category_listed,
};
const AGAINST: Property = Property {
    attribute: "against",
    listed: "against_listed",
    title: "Cases by accused",
    of: |case| &case.against,
    is_listed: |case| case.against_listed,
};

impl Property {
    fn value<'a>(&self, case: &'a Case) -> &'a str {
        if (self.is_listed)(case) { (self.of)(case) } else { UNLISTED }
    }

    fn narrow(&self, selector: Selector, value: &str) -> Selector {
        if value == UNLISTED {
            selector.with(self.listed, "false")
        } else {
            selector.with(self.attribute, value).with(self.listed, "true")
        }
    }

    fn table(&self, snapshot: &Snapshot, cases: &Docket) -> Table {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for (_, case) in cases {
            *counts.entry(self.value(case)).or_default() += 1;
        }
        let mut table = Table::new(self.attribute, self.title, &[("cases", "cases")]);
        for (value, count) in counts {
            let key = format!("{}/{value}", self.attribute);
            let selector = self.narrow(all(), value);
            table.row(value, label(value), vec![figure(snapshot, key, count, "cases", selector)]);
        }
        table
    }
}

fn label(value: &str) -> &str {
    if value == UNLISTED { "not of the charter" } else { value }
}

/// Adds the tables.
pub(super) fn add(view: &mut View, snapshot: &Snapshot, cases: &Docket) {
    view.tables.push(statuses(snapshot, cases));
    view.tables.push(CATEGORY.table(snapshot, cases));
    view.tables.push(AGAINST.table(snapshot, cases));
    view.tables.push(matrix(snapshot, cases));
    view.tables.push(severities(snapshot, cases));
    view.tables.push(findings(snapshot, cases));
    view.tables.push(visits(snapshot, cases));
    view.tables.push(attributions(snapshot, cases));
    view.tables.push(decisions(snapshot, cases));
    view.tables.push(lapses(snapshot, cases));
}

fn statuses(snapshot: &Snapshot, cases: &Docket) -> Table {
    let mut counts: BTreeMap<Status, u64> = BTreeMap::new();
    for (_, case) in cases {
        *counts.entry(case.status).or_default() += 1;
    }
    let mut table = Table::new("status", "Cases by status", &[("cases", "cases")]);
    for (status, count) in counts {
        let selector = all().with("status", status.as_str());
        let key = format!("status/{}", status.as_str());
        let cell = figure(snapshot, key, count, "cases", selector);
        table.row(status.as_str(), status.label(), vec![cell]);
    }
    table
}

/// Status by category and accused.
fn matrix(snapshot: &Snapshot, cases: &Docket) -> Table {
    let mut counts: BTreeMap<(&str, &str), BTreeMap<Status, u64>> = BTreeMap::new();
    for (_, case) in cases {
        let row = counts.entry((CATEGORY.value(case), AGAINST.value(case))).or_default();
        *row.entry(case.status).or_default() += 1;
    }
    let statuses: BTreeSet<Status> = cases.iter().map(|(_, case)| case.status).collect();
    let columns: Vec<_> = statuses.iter().map(|s| (s.as_str(), s.label())).collect();
    let mut table = Table::new("matrix", "Cases by category, accused and status", &columns);
    for ((category, against), row) in counts {
        let name = format!("{category}/{against}");
        let cells = statuses.iter().map(|status| {
            let Some(count) = row.get(status) else { return Cell::Empty };
            let selector = CATEGORY.narrow(AGAINST.narrow(all(), against), category);
            let selector = selector.with("status", status.as_str());
            let key = format!("matrix/{name}/{}", status.as_str());
            figure(snapshot, key, *count, "cases", selector)
        });
        let title = format!("{}, against {}", label(category), label(against));
        table.row(name.clone(), title, cells.collect());
    }
    table
}

fn severities(snapshot: &Snapshot, cases: &Docket) -> Table {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for (_, case) in cases {
        let severity = case.severity.map_or_else(|| "none".to_owned(), |s| s.to_string());
        *counts.entry(severity).or_default() += 1;
    }
    let mut table = Table::new("severity", "Cases by severity", &[("cases", "cases")]);
    for (severity, count) in counts {
        let selector = all().with("severity", severity.clone());
        let cell = figure(snapshot, format!("severity/{severity}"), count, "cases", selector);
        let label = if severity == "none" { "not graded" } else { &severity };
        table.row(severity.clone(), label, vec![cell]);
    }
    table
}

/// What investigations came to, and how many the monitors could not get to.
fn findings(snapshot: &Snapshot, cases: &Docket) -> Table {
    let rows = [
        (Found::Verified, "verified", "it happened"),
        (Found::NotVerified, "not_verified", "it could not be shown"),
        (Found::Unfounded, "unfounded", "it did not happen"),
        (Found::UnableAccess, "unable_access", "the monitors could not get there"),
    ];
    let words = rows.map(|(_, word, _)| word.to_owned());
    let found = |result: Found| {
        number(cases, |case| case.finding.as_ref().is_some_and(|f| f.result == result))
    };
    let mut table = Table::new("findings", "Cases by finding", &[("cases", "cases")]);
    for (result, word, label) in rows {
        let selector = all().with("found", word);
        let cell = figure(snapshot, format!("findings/{word}"), found(result), "cases", selector);
        table.row(word, label, vec![cell]);
    }
    let share = percent(found(Found::UnableAccess), number(cases, |c| c.finding.is_some()));
    let cell = |share| {
        let selector = all().with_any("found", words);
        figure(snapshot, "findings/unable_access_share", share, "%", selector)
    };
    let cell = share.map_or(Cell::Empty, cell);
    table.row("unable_access_share", "share without access, %", vec![cell]);
    table
}

fn visits(snapshot: &Snapshot, cases: &Docket) -> Table {
    let columns = [
        ("count", "visits"),
        ("places", "places"),
        ("interviews", "interviewed"),
        ("refusals", "declined"),
        ("full", "full access"),
        ("partial", "partial access"),
        ("none", "no access"),
    ];
    let sum = |of: fn(&Case) -> u64| {
        cases.iter().fold(0_u64, |sum, (_, case)| sum.saturating_add(of(case)))
    };
    let cell = |member: &str, value, unit| {
        let selector = all().with("visited", "true");
        figure(snapshot, format!("visits/{member}"), value, unit, selector)
    };
    let cells = vec![
        cell("count", sum(|c| c.visits.count), "visits"),
        cell("places", sum(|c| c.visits.places), "places"),
        cell("interviews", sum(|c| c.visits.interviews), "persons"),
        cell("refusals", sum(|c| c.visits.refusals), "persons"),
        cell("full", sum(|c| c.visits.full), "visits"),
        cell("partial", sum(|c| c.visits.partial), "visits"),
        cell("none", sum(|c| c.visits.none), "visits"),
    ];
    let mut table = Table::new("visits", "Visits of investigators", &columns);
    table.row("visits", "all cases", cells);
    table
}

/// Whom the mission holds responsible: a side, or several together.
fn attributions(snapshot: &Snapshot, cases: &Docket) -> Table {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for sides in cases.iter().filter_map(|(_, case)| case.attributed_to()) {
        *counts.entry(sides).or_default() += 1;
    }
    let charter = snapshot.families().basis().terms.latest();
    let parties = charter.map(|c| c.parties.keys().cloned().collect::<Vec<_>>().join("+"));
    let mut table = Table::new(
        "attributed",
        "Cases by whom the mission holds responsible",
        &[("cases", "cases")],
    );
    for (sides, count) in counts {
        let selector = all().with("attributed", sides.clone());
        let cell = figure(snapshot, format!("attributed/{sides}"), count, "cases", selector);
        table.row(sides.clone(), sides.replace('+', " and "), vec![cell]);
        if let Some(row) = table.rows.last_mut() {
            let several = sides.contains('+');
            row.marks
                .extend((several && parties.as_ref() == Some(&sides)).then_some("all parties"));
        }
    }
    table
}

fn decisions(snapshot: &Snapshot, cases: &Docket) -> Table {
    let rows = [Outcome::Upheld, Outcome::Modified, Outcome::Overturned];
    let mut table = Table::new("decisions", "Cases that the board decided", &[("cases", "cases")]);
    for outcome in rows {
        let word = outcome.as_str();
        let count = number(cases, |case| case.outcome() == outcome);
        let selector = all().with("outcome", word);
        let cell = figure(snapshot, format!("decisions/{word}"), count, "cases", selector);
        table.row(word, outcome.label(), vec![cell]);
    }
    let upheld = number(cases, |case| case.outcome().is_upheld());
    let rate = percent(upheld, number(cases, |case| case.outcome().is_decided()));
    let cell = |rate| {
        let selector = all().with_any("outcome", rows.map(|o| o.as_str().to_owned()));
        figure(snapshot, "decisions/upheld_rate", rate, "%", selector)
    };
    let cell = rate.map_or(Cell::Empty, cell);
    table.row("upheld_rate", "upheld, with changes or without, %", vec![cell]);
    table
}

fn lapses(snapshot: &Snapshot, cases: &Docket) -> Table {
    let rows: [(&'static str, &str, Is); 5] = [
        ("open", "open", |c| c.status.is_open()),
        ("overdue", "not registered in time", |c| c.overdue),
        ("unregistered", "not registered in time, nor yet", Case::is_unregistered),
        ("no_response", "no response by the accused", |c| c.no_response),
        ("reopened", "reopened", |c| !c.reopenings.is_empty()),
    ];
    let mut table = Table::new("lapses", "Open, late and reopened cases", &[("cases", "cases")]);
    for (attribute, label, is) in rows {
        let selector = all().with(attribute, "true");
        let count = number(cases, is);
        let cell = figure(snapshot, format!("lapses/{attribute}"), count, "cases", selector);
        table.row(attribute, label, vec![cell]);
    }
    table
}
