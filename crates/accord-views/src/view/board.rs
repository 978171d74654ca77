//! The board: its seats, its resolutions and how it voted.

use super::figure::{day, figure, words};
use super::{Cell, Table, View};
use crate::replay::Snapshot;
use accord_oversight::OversightState;
use accord_oversight::event::Vote;
use accord_oversight::state::Resolution;
use accord_projection::Selector;
use std::collections::BTreeMap;

const FAMILY: &str = "oversight";

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("board", "Board", snapshot);
    view.tables.extend(seats(snapshot));
    let resolutions = resolutions(snapshot);
    view.tables.push(outcomes(snapshot, &resolutions));
    view.tables.push(list(snapshot, &resolutions));
    view.tables.extend(instruments(snapshot));
    if snapshot.families().oversight().state(accord_oversight::BOARD).is_none() {
        view.notes.push("The board is not constituted yet.".to_owned());
    }
    view
}

fn seats(snapshot: &Snapshot) -> Option<Table> {
    let rules = snapshot.families().basis().terms.latest()?.board.as_ref()?;
    let state = snapshot.families().oversight().state(accord_oversight::BOARD);
    let holders = match state.as_deref() {
        Some(OversightState::Board(board)) => board.holders.clone(),
        _ => BTreeMap::new(),
    };
    let columns = [("group", "group"), ("holder", "holder")];
    let mut table = Table::new("seats", rules.title.clone(), &columns);
    for (seat, rule) in &rules.seats {
        let cells = vec![Cell::Text(rule.group.clone()), words(holders.get(seat).cloned())];
        table.row(seat.clone(), seat.clone(), cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend((rules.chair == *seat).then_some("chair"));
            row.marks.extend(rules.veto_seats.contains(seat).then_some("veto"));
            row.marks.extend((!holders.contains_key(seat)).then_some("vacant"));
        }
    }
    Some(table)
}

fn resolutions(snapshot: &Snapshot) -> Vec<(String, Resolution)> {
    let states = snapshot.families().oversight().states("resolution/");
    let mut all: Vec<_> = states
        .filter_map(|(subject, state)| match &*state {
            OversightState::Resolution(r) => Some((subject.to_owned(), (**r).clone())),
            _ => None,
        })
        .collect();
    all.sort_by(|(a, x), (b, y)| (x.tabled_at, a).cmp(&(y.tabled_at, b)));
    all
}

fn outcome(resolution: &Resolution) -> &'static str {
    resolution.declared.as_ref().map_or("open", |d| d.outcome.as_str())
}

fn outcomes(snapshot: &Snapshot, resolutions: &[(String, Resolution)]) -> Table {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, resolution) in resolutions {
        *counts.entry(outcome(resolution)).or_default() += 1;
    }
    let mut table =
        Table::new("outcomes", "Resolutions by outcome", &[("resolutions", "resolutions")]);
    for (outcome, count) in counts {
        let selector = Selector::new(FAMILY, "resolution/*").with("outcome", outcome);
        let cell = figure(snapshot, format!("outcomes/{outcome}"), count, "resolutions", selector);
        table.row(outcome, outcome.replace('_', " "), vec![cell]);
    }
    table
}

fn list(snapshot: &Snapshot, resolutions: &[(String, Resolution)]) -> Table {
    let columns = [
        ("title", "title"),
        ("outcome", "outcome"),
        ("for", "for"),
        ("against", "against"),
        ("abstain", "abstaining"),
        ("tabled", "tabled"),
    ];
    let mut table = Table::new("resolutions", "Resolutions", &columns);
    for (subject, resolution) in resolutions.iter().rev() {
        let votes = |vote: Vote, member: &str| {
            let count = resolution.votes.values().filter(|cast| cast.vote == vote).count() as u64;
            let selector = Selector::new(FAMILY, subject).of_type("board.vote_cast");
            figure(snapshot, format!("{subject}/{member}"), count, "votes", selector)
        };
        let cells = vec![
            Cell::Text(resolution.title.clone()),
            Cell::Text(outcome(resolution).replace('_', " ")),
            votes(Vote::For, "for"),
            votes(Vote::Against, "against"),
            votes(Vote::Abstain, "abstain"),
            Cell::Text(format!("{} by {}", day(resolution.tabled_at), resolution.tabled_by)),
        ];
        table.row(subject.clone(), subject.clone(), cells);
    }
    table
}

/// Texts that stand for a party's act without its own key.
fn instruments(snapshot: &Snapshot) -> Option<Table> {
    let columns =
        [("party", "party"), ("stands_for", "stands for"), ("depositary", "deposited with")];
    let mut table = Table::new("instruments", "Deposited instruments", &columns);
    for (subject, state) in snapshot.families().oversight().states("instrument/") {
        let OversightState::Instrument(instrument) = &*state else { continue };
        let cells = vec![
            Cell::Text(instrument.party.clone()),
            Cell::Text(instrument.stands_for.clone()),
            Cell::Text(instrument.depositary.clone()),
        ];
        table.row(subject, day(instrument.at), cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.push("not signed by the party's own key");
        }
    }
    (!table.rows.is_empty()).then_some(table)
}
