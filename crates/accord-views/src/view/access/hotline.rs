//! The hotline: calls by the side that was called, and fire returned by the side that returned it.

use super::super::span::Source;
use super::super::{Cell, Table, View};
use crate::replay::Snapshot;
use accord_monitoring::MonitoringState;
use accord_monitoring::state::Call;
use accord_projection::Selector;
use std::collections::BTreeMap;

/// Adds the tables, and what a reader has to know about them.
pub(super) fn add(view: &mut View, snapshot: &Snapshot) {
    let calls: Vec<Call> = snapshot
        .families()
        .monitoring()
        .states("hotline/")
        .filter_map(|(_, state)| match &*state {
            MonitoringState::Call(call) => Some(call.clone()),
            _ => None,
        })
        .collect();
    let source = Source::new(snapshot, Selector::new("monitoring", "hotline/*"));
    let answers = answers(&source, &calls);
    if answers.is_some() {
        view.notes.push("The median response is the middle one of all answers, late ones included; of two, the quicker.".to_owned());
    }
    view.tables.extend(answers);
    view.tables.extend(return_fire(&source, &calls));
}

/// How the calls to one side were answered.
#[derive(Default)]
struct Answers {
    calls: u64,
    in_time: u64,
    late: u64,
    unanswered: u64,
    waiting: u64,
    unclocked: u64,
    claimed_later: u64,
    seconds: Vec<u64>,
}

impl Answers {
    fn add(&mut self, call: &Call) {
        let due = call.logged.as_ref().and_then(|logged| logged.due);
        let of = match (call.answer(), due) {
            (Some(_), Some(_)) if call.is_late() => &mut self.late,
            (Some(_), Some(_)) => &mut self.in_time,
            (None, _) if call.unanswered => &mut self.unanswered,
            (None, Some(_)) => &mut self.waiting,
            (_, None) => &mut self.unclocked,
        };
        *of = of.saturating_add(1);
        self.calls = self.calls.saturating_add(1);
        self.claimed_later = self.claimed_later.saturating_add(u64::from(call.is_claimed_later()));
        self.seconds.extend(call.response_seconds());
    }

    fn median(&self) -> Option<u64> {
        let mut seconds = self.seconds.clone();
        seconds.sort_unstable();
        seconds.get(seconds.len().saturating_sub(1) / 2).copied()
    }
}

fn answers(source: &Source, calls: &[Call]) -> Option<Table> {
    let mut sides: BTreeMap<&str, Answers> = BTreeMap::new();
    for call in calls.iter().filter(|call| !call.is_mistaken()) {
        if let Some(logged) = call.logged.as_ref().filter(|logged| !logged.historical) {
            sides.entry(&logged.to).or_default().add(call);
        }
    }
    let columns = [
        ("calls", "calls"),
        ("in_time", "answered in time"),
        ("claimed_later", "of these recorded later"),
        ("late", "late"),
        ("unanswered", "unanswered"),
        ("waiting", "waiting"),
        ("unclocked", "no clock"),
        ("median", "median seconds"),
    ];
    let mut table = Table::new("hotline", "Hotline calls, by the side that was called", &columns);
    for (side, answers) in sides {
        let cell = |member: &str, value, unit| {
            source.figure(format!("hotline/{side}/{member}"), value, unit)
        };
        let row = vec![
            cell("calls", answers.calls, "calls"),
            cell("in_time", answers.in_time, "calls"),
            cell("claimed_later", answers.claimed_later, "calls"),
            cell("late", answers.late, "calls"),
            cell("unanswered", answers.unanswered, "calls"),
            cell("waiting", answers.waiting, "calls"),
            cell("unclocked", answers.unclocked, "calls"),
            answers.median().map_or(Cell::Empty, |median| cell("median", median, "seconds")),
        ];
        table.row(side, side, row);
    }
    (!table.rows.is_empty()).then_some(table)
}

fn return_fire(source: &Source, calls: &[Call]) -> Option<Table> {
    let mut sides: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for call in calls {
        for fire in call.return_fire.iter().filter(|fire| !fire.historical) {
            let (notices, without) = sides.entry(&fire.by).or_default();
            *notices = notices.saturating_add(1);
            *without = without.saturating_add(u64::from(!call.had_failed_by(fire.at)));
        }
    }
    let columns = [("notices", "notices"), ("no_failed_call", "no call had failed before")];
    let title = "Fire returned, by the side that gave notice";
    let mut table = Table::new("return_fire", title, &columns);
    for (side, (notices, without)) in sides {
        let cell = |member: &str, value| {
            source.figure(format!("return_fire/{side}/{member}"), value, "notices")
        };
        let row = vec![cell("notices", notices), cell("no_failed_call", without)];
        table.row(side, side, row);
    }
    (!table.rows.is_empty()).then_some(table)
}
