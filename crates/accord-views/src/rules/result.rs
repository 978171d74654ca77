//! A declared result is what the votes make it, without the seats that take no part.

use super::recusal::recused;
use crate::families::Families;
use accord_charter::{Board, Charter};
use accord_format::entry::Header;
use accord_format::event::Event;
use accord_format::time::Timestamp;
use accord_oversight::event::Outcome;
use accord_oversight::state::{Attendance, Resolution};
use accord_oversight::{Ballot, OversightState, Tally, tally};
use accord_projection::{Refusal, Remark};
use serde_json::Value;
use std::collections::BTreeSet;

/// Refuses a result that the votes do not make, and one that is declared while votes may still be
/// cast; says of one by how many seats fewer than the quorum it came about.
pub(super) fn judge(
    families: &Families,
    header: &Header,
    event: &Event,
) -> Result<Option<Remark>, Refusal> {
    if event.event_type != "board.resolution_declared" {
        return Ok(None);
    }
    let charter = families.basis().terms.charter(header.seq);
    let Some((charter, rules)) = charter.and_then(|c| Some((c, c.board.as_ref()?))) else {
        return Ok(None);
    };
    let state = families.oversight().state(&event.stream);
    let Some(resolution) = state.as_deref().and_then(OversightState::resolution) else {
        return Ok(None);
    };
    let board = families.oversight().state(accord_oversight::BOARD);
    let held: BTreeSet<&str> = board
        .as_deref()
        .and_then(OversightState::board)
        .into_iter()
        .flat_map(|board| board.holders.keys().map(String::as_str))
        .collect();
    let recused = no_part(families, charter, resolution);
    still_open(rules, resolution, &held, &recused)?;
    let counted = count(families, (rules, &held), resolution, &recused);
    let declared = event.payload.get("outcome").and_then(Value::as_str).unwrap_or_default();
    if counted.outcome.as_str() == declared {
        return Ok(reduced(rules, &counted, &recused));
    }
    Err(Refusal::new("tally-differs", explain(&counted, declared, &recused)))
}

/// That fewer seats decided than the quorum, since others take no part.
fn reduced(rules: &Board, counted: &Tally, recused: &BTreeSet<String>) -> Option<Remark> {
    let Tally { outcome, yes, no, abstained, .. } = counted;
    let left = rules.seats.keys().filter(|seat| !recused.contains(*seat)).count();
    let quorum = usize::try_from(rules.quorum.total).unwrap_or(usize::MAX);
    (left < quorum && *outcome != Outcome::NoQuorum).then(|| {
        let seats: Vec<_> = recused.iter().map(String::as_str).collect();
        let detail = format!(
            "{} of {left} seats decided, where the quorum is {quorum}; taking no part: {}",
            yes + no + abstained,
            seats.join(", ")
        );
        Remark::new("quorum_reduced", detail)
    })
}

/// Seats that take no part, by their own word, the chair's or the charter's.
fn no_part(families: &Families, charter: &Charter, resolution: &Resolution) -> BTreeSet<String> {
    let by_rule = recused(families, charter, resolution);
    resolution.recusals.keys().cloned().chain(by_rule.into_keys()).collect()
}

fn count(
    families: &Families,
    (rules, held): (&Board, &BTreeSet<&str>),
    resolution: &Resolution,
    recused: &BTreeSet<String>,
) -> Tally {
    let meeting = resolution.meeting.as_ref().and_then(|m| families.oversight().state(m));
    let meeting = meeting.as_deref().and_then(OversightState::meeting);
    let attendance = meeting.and_then(|meeting| meeting.attendance.as_ref());
    // Nobody comes for a seat that nobody holds.
    let present = attendance.into_iter().flat_map(Attendance::counted);
    tally(
        rules,
        &Ballot {
            kind: &resolution.kind,
            votes: resolution.votes.iter().map(|(s, cast)| (s.as_str(), cast.vote)).collect(),
            present: present.filter(|seat| held.contains(seat)).collect(),
            recused: recused.iter().map(String::as_str).collect(),
        },
    )
}

/// Where the charter sets a time for voting, a result comes after it, or once every seat that is
/// held and takes part has voted.
fn still_open(
    rules: &Board,
    resolution: &Resolution,
    held: &BTreeSet<&str>,
    recused: &BTreeSet<String>,
) -> Result<(), Refusal> {
    let Some(ends) = resolution.voting_ends.filter(|_| !resolution.voting_over) else {
        return Ok(());
    };
    let awaited: Vec<_> = held
        .iter()
        .filter(|seat| rules.seats.contains_key(**seat) && !recused.contains(**seat))
        .filter(|seat| !resolution.votes.contains_key(**seat))
        .collect();
    if awaited.is_empty() {
        return Ok(());
    }
    let ends = Timestamp::from_micros(ends).to_seconds_string();
    let detail = format!("seats {awaited:?} can vote until {ends}; declare the result after that");
    Err(Refusal::new("voting-open", detail))
}

fn explain(counted: &Tally, declared: &str, recused: &BTreeSet<String>) -> String {
    let Tally { outcome, yes, no, abstained, lacks } = counted;
    let mut detail = format!(
        "{yes} for, {no} against, {abstained} abstaining make it {}, not {declared}",
        outcome.as_str()
    );
    for shortfall in lacks {
        detail.push_str("; there: ");
        detail.push_str(&shortfall.to_string());
    }
    if !recused.is_empty() {
        detail.push_str("; taking no part: ");
        let seats: Vec<_> = recused.iter().map(String::as_str).collect();
        detail.push_str(&seats.join(", "));
    }
    detail
}
