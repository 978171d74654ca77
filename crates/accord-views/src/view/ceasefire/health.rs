//! How well a ceasefire in force is kept: by the cases that the board has upheld.

use super::{FAMILY, Listed, days};
use crate::replay::Snapshot;
use crate::view::figure::figure;
use crate::view::{Cell, Table};
use accord_catalogue::unit::At;
use accord_format::time::Timestamp;
use accord_projection::{Facts, Selector};
use accord_violations::{ARMED_ATTACK, Case};
use serde_json::Value;

/// The clock of the charter during which an upheld severe violation weighs on a ceasefire.
const HEALTH_CLOCK: &str = "ceasefire_health";
/// The count of the charter from which on a severity is severe.
const SEVERE_FROM: &str = "severe_from";
/// The family of cases, and its subjects.
const CASES: (&str, &str) = ("violations", "violation/*");

/// What bears on the health of a ceasefire.
struct Burden {
    /// Upheld severe cases that weigh; nothing when the charter does not say what is severe.
    weighing: Option<u64>,
    /// Armed attacks determined that weigh, by when each began and ended.
    attacks: Vec<(i64, Option<i64>)>,
    /// When a severe case was last upheld.
    last_severe: Option<i64>,
}

/// Nothing without a charter to keep to, and when the record tells of no ceasefire and no case.
pub(super) fn table(snapshot: &Snapshot, all: &[Listed]) -> Option<Table> {
    snapshot.families().basis().terms.latest()?;
    let cases = snapshot.families().violations().subjects_from("violation/").next();
    if all.is_empty() && cases.is_none() {
        return None;
    }
    let burden = Burden::of(snapshot);
    let columns = [("value", "")];
    let mut table = Table::new("health", "How the ceasefire is kept", &columns);
    let began = began(all);
    let health = began.as_ref().map(|(_, since)| burden.health(*since));
    table.row("health", "health", vec![health.map_or(Cell::Empty, |h| Cell::Text(h.to_owned()))]);
    let of_cases = |key: &str, value, unit| {
        figure(snapshot, format!("health/{key}"), value, unit, Selector::new(CASES.0, CASES.1))
    };
    let weighing = burden.weighing.map_or(Cell::Empty, |n| of_cases("weighing", n, "cases"));
    table.row("weighing", "severe cases upheld that weigh on it", vec![weighing]);
    let attacks = of_cases("armed_attacks", burden.attacks.len() as u64, "cases");
    table.row("armed_attacks", "armed attacks determined that weigh on it", vec![attacks]);
    let without = burden.days_without(snapshot, began);
    table.row("days_without", "days without a severe case upheld", vec![without]);
    Some(table)
}

/// How the words come about.
pub(super) fn note(snapshot: &Snapshot) -> Option<String> {
    let charter = snapshot.families().basis().terms.latest()?;
    let from = charter.counts.get(SEVERE_FROM)?;
    let length = charter.clock(HEALTH_CLOCK)?.length.get();
    let length = days(i64::try_from(length).ok()?.saturating_mul(1_000_000));
    Some(format!(
        "A case of severity {from} or more weighs on the ceasefire for {length} days after it was upheld, an armed attack also while it lasts and {length} days beyond."
    ))
}

/// The ceasefire in force that began first, and when it did.
fn began(all: &[Listed]) -> Option<(String, i64)> {
    let in_force = all.iter().filter(|(_, c)| c.status().binds());
    let began = in_force.filter_map(|(stream, c)| c.force.as_ref().map(|f| (f.since, stream)));
    began.min().map(|(since, stream)| (stream.clone(), since))
}

impl Burden {
    fn of(snapshot: &Snapshot) -> Self {
        let terms = &snapshot.families().basis().terms;
        let severe_from = terms.latest().and_then(|c| c.counts.get(SEVERE_FROM)).copied();
        let mut burden =
            Self { weighing: severe_from.map(|_| 0), attacks: vec![], last_severe: None };
        for (subject, state) in snapshot.families().violations().states("violation/") {
            let Some(case) = state.case().filter(|case| !case.historical) else { continue };
            let severe =
                case.severity.zip(severe_from).is_some_and(|(s, from)| u32::from(s) >= from);
            if let Some(at) = upheld_at(case).filter(|_| severe) {
                burden.last_severe = burden.last_severe.max(Some(at));
                let weighs = weighs(snapshot, subject, at);
                burden.weighing = burden.weighing.map(|n| n.saturating_add(u64::from(weighs)));
            }
            burden.attacks.extend(attack(snapshot, subject));
        }
        burden
    }

    fn health(&self, since: i64) -> &'static str {
        let on_it = |(_, until): &&(i64, Option<i64>)| until.is_none_or(|until| until > since);
        if self.attacks.iter().any(|attack| on_it(&attack)) {
            "seriously breached"
        } else if self.weighing.is_some_and(|n| n > 0) {
            "strained"
        } else {
            "holding"
        }
    }

    /// Since the last severe case was upheld, or else since the ceasefire began.
    fn days_without(&self, snapshot: &Snapshot, began: Option<(String, i64)>) -> Cell {
        let since = began.as_ref().map(|(_, since)| *since);
        let (from, selector) = match (self.last_severe, began) {
            (Some(last), _) if since.is_none_or(|since| since <= last) => {
                (last, Selector::new(CASES.0, CASES.1))
            }
            (_, Some((stream, since))) => (since, Selector::new(FAMILY, stream)),
            _ => return Cell::Empty,
        };
        let passed = days(snapshot.as_of().micros().saturating_sub(from).max(0));
        figure(snapshot, "health/days_without", passed, "days", selector)
    }
}

/// When the board upheld the case, while that stands: one that came back or was reopened is
/// undecided.
fn upheld_at(case: &Case) -> Option<i64> {
    case.decision.as_ref().filter(|_| case.outcome().is_upheld()).map(|decided| decided.at)
}

/// True while the charter's clock runs that the decision of then has started.
fn weighs(snapshot: &Snapshot, subject: &str, from: i64) -> bool {
    let selector = Selector::new(CASES.0, subject)
        .of_type("violation.adjudicated")
        .of_type("violation.provisionally_determined");
    let decided = snapshot.families().enumerate(&selector).into_iter().max();
    let seq = decided.unwrap_or_else(|| snapshot.size());
    let terms = &snapshot.families().basis().terms;
    let end = terms.deadline(seq, HEALTH_CLOCK, Timestamp::from_micros(from));
    end.is_some_and(|end| snapshot.as_of() < end)
}

/// An armed attack that is determined of a case and weighs: it lasts, or the charter's clock runs
/// since it was determined or since it ended.
fn attack(snapshot: &Snapshot, subject: &str) -> Option<(i64, Option<i64>)> {
    let fact = snapshot.families().fact(ARMED_ATTACK, subject)?;
    let instant = |member: &str| {
        let text = fact.get("breach")?.get(member).and_then(Value::as_str)?;
        At::new(text).ok().map(|at| at.timestamp().micros())
    };
    let (from, until) = (instant("from")?, instant("until"));
    let determined = fact.get("determined_at").and_then(Value::as_i64);
    let lasts = until.is_none_or(|until| snapshot.as_of().micros() < until);
    let recent = determined.into_iter().chain(until).any(|at| weighs(snapshot, subject, at));
    (lasts || recent).then_some((from, until))
}
