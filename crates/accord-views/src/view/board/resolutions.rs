//! Resolutions: by outcome and state, and each with its votes.

use super::super::figure::{day, figure, words};
use super::super::{Cell, Table, When};
use super::FAMILY;
use crate::replay::Snapshot;
use crate::rules;
use accord_oversight::event::Vote;
use accord_oversight::state::{Resolution, ResolutionStatus};
use accord_projection::Selector;
use std::collections::BTreeMap;

pub(super) fn outcomes(snapshot: &Snapshot, resolutions: &[(String, Resolution)]) -> Table {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, resolution) in resolutions {
        *counts.entry(resolution.outcome()).or_default() += 1;
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

pub(super) fn statuses(snapshot: &Snapshot, resolutions: &[(String, Resolution)]) -> Table {
    let mut table = Table::new("states", "Resolutions by state", &[("resolutions", "resolutions")]);
    for status in ResolutionStatus::ALL {
        let count = resolutions.iter().filter(|(_, r)| r.status() == status).count() as u64;
        let word = status.as_str();
        let selector = Selector::new(FAMILY, "resolution/*").with("status", word);
        let cell = figure(snapshot, format!("states/{word}"), count, "resolutions", selector);
        table.row(word, word.replace('_', " "), vec![cell]);
    }
    table
}

pub(super) fn list(snapshot: &Snapshot, resolutions: &[(String, Resolution)]) -> Table {
    let columns = [
        ("title", "title"),
        ("kind", "kind"),
        ("outcome", "outcome"),
        ("state", "state"),
        ("for", "for"),
        ("against", "against"),
        ("abstain", "abstaining"),
        ("dissents", "dissents"),
        ("tabled", "tabled"),
        ("effective", "in effect from"),
    ];
    let mut table = Table::new("resolutions", "Resolutions", &columns);
    for (subject, resolution) in resolutions.iter().rev() {
        let make = |member: &str, count: usize, unit| {
            let selector = Selector::new(FAMILY, subject);
            figure(snapshot, format!("{subject}/{member}"), count as u64, unit, selector)
        };
        let votes = |vote: Vote| resolution.votes.values().filter(|cast| cast.vote == vote).count();
        let effective = resolution.declared.and_then(|declared| declared.effective_at);
        let cells = vec![
            Cell::Text(resolution.title.clone()),
            Cell::Text(resolution.kind.clone()),
            Cell::Text(resolution.outcome().replace('_', " ")),
            Cell::Text(resolution.status().as_str().replace('_', " ")),
            make("for", votes(Vote::For), "votes"),
            make("against", votes(Vote::Against), "votes"),
            make("abstain", votes(Vote::Abstain), "votes"),
            make("dissents", resolution.dissents.len(), "dissents"),
            Cell::Text(format!("{} by {}", day(resolution.tabled_at), resolution.tabled_by)),
            words(effective.map(day)),
        ];
        table.row(subject.clone(), subject.clone(), cells);
        table.of(when(resolution));
        if let Some(row) = table.rows.last_mut() {
            let overdue = resolution.voting_over && resolution.declared.is_none();
            row.marks.extend(overdue.then_some("result not declared"));
        }
    }
    table
}

/// From its tabling to its declaration.
fn when(resolution: &Resolution) -> When {
    When::since(resolution.tabled_at, resolution.declared.map(|declared| declared.at))
}

/// Seats that take no part in a resolution, and why.
pub(super) fn recusals(snapshot: &Snapshot, resolutions: &[(String, Resolution)]) -> Option<Table> {
    let columns = [("resolution", "resolution"), ("why", "why")];
    let mut table = Table::new("recusals", "Recusals", &columns);
    let charter = snapshot.families().basis().terms.latest();
    for (subject, resolution) in resolutions {
        let by_rule = charter.map(|c| rules::recused(snapshot.families(), c, resolution));
        let declared = resolution.recusals.iter().map(|(seat, recused)| {
            (seat.clone(), format!("declared by {} on {}", recused.by, day(recused.at)))
        });
        let by_rule = by_rule.into_iter().flatten();
        let by_rule = by_rule.map(|(seat, case)| (seat, format!("the charter: {case} is its own")));
        for (seat, why) in by_rule.chain(declared) {
            let cells = vec![Cell::Text(subject.clone()), Cell::Text(why)];
            table.row(format!("{subject}/{seat}"), seat, cells);
            table.of(when(resolution));
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

pub(super) fn dissents(resolutions: &[(String, Resolution)]) -> Option<Table> {
    let columns = [
        ("resolution", "resolution"),
        ("by", "by"),
        ("at", "when"),
        ("text_digest", "BLAKE3 of the text"),
    ];
    let mut table = Table::new("dissents", "Dissents", &columns);
    for (subject, resolution) in resolutions {
        for (at, dissent) in resolution.dissents.iter().enumerate() {
            let cells = vec![
                Cell::Text(subject.clone()),
                Cell::Text(dissent.by.clone()),
                Cell::Text(day(dissent.at)),
                Cell::Text(dissent.text_digest.clone()),
            ];
            table.row(format!("{subject}/{at}"), dissent.seat.clone(), cells);
            table.of(When::since(dissent.at, Some(dissent.at)));
        }
    }
    (!table.rows.is_empty()).then_some(table)
}
