//! Remarks about what is overseen, and the merits of the acts that certify something.

use crate::event::{BoardConstituted, BoardResolutionDeclared, BoardVoteCast, Overseen, Vote};
use crate::state::{Board, OversightState};
use crate::{BOARD, Oversight, tally};
use accord_projection::{Item, Refusal, Remark, Scene, Terms};
use std::collections::BTreeMap;

type Event<'a> = Item<'a, Overseen>;

/// From the event alone.
pub(crate) fn examine(item: &Event<'_>, terms: &Terms) -> Vec<Remark> {
    let Overseen::Instrument(p) = &item.payload else { return Vec::new() };
    let mut remarks = vec![Remark::new(
        "not_signed_by_own_key",
        format!("{} stands behind it by an instrument, not by a key of its own", p.party),
    )];
    let charter = terms.charter(item.seq);
    if charter.is_some_and(|c| !c.parties.contains_key(p.party.as_str())) {
        let detail = format!("{} is no party of the charter", p.party);
        remarks.push(Remark::new("unknown_side", detail));
    }
    remarks
}

/// In the light of the state before it.
pub(crate) fn remark(item: &Event<'_>, scene: &Scene<'_, Oversight>) -> Vec<Remark> {
    let Overseen::Assessment(p) = &item.payload else { return Vec::new() };
    let state = scene.state(&item.event.stream);
    let Some(OversightState::Stipulation(stipulation)) = state.as_deref() else {
        let detail = format!("nobody registered stipulation {}", p.stipulation);
        return vec![Remark::new("unknown_stipulation", detail)];
    };
    let before = stipulation.scores.get(item.event.author()).map(|s| s.score);
    match before {
        Some(before) if before >= p.score.saturating_add(2) => {
            let detail = format!("the score falls from {before} to {}", p.score);
            vec![Remark::new("score_drops", detail)]
        }
        _ => Vec::new(),
    }
}

/// The merits of acts.
pub(crate) fn judge(item: &Event<'_>, scene: &Scene<'_, Oversight>) -> Result<(), Refusal> {
    match &item.payload {
        Overseen::Constituted(p) => constituted(item, p, scene.terms()),
        Overseen::SeatFilled(p) => seat_exists(item, p.seat.as_str(), scene.terms()),
        Overseen::Tabled(_) => board(scene).map(drop),
        Overseen::Vote(p) => vote(item, p, scene),
        Overseen::Declared(p) => declared(item, p, scene),
        Overseen::Stipulation(p) => match scene.terms().charter(item.seq) {
            Some(charter) if charter.provisions.contains_key(p.provision.as_str()) => Ok(()),
            _ => {
                let detail = format!("no charter in force has provision {}", p.provision);
                Err(Refusal::new("provision-unknown", detail))
            }
        },
        Overseen::Import(p) => {
            let limit = scene.terms().charter(item.seq).map(|c| c.limits.import_rows);
            match limit {
                Some(limit) if p.rows > u64::from(limit) => {
                    let detail = format!("{} rows; the charter takes {limit} in one batch", p.rows);
                    Err(Refusal::new("import-too-large", detail))
                }
                _ => Ok(()),
            }
        }
        Overseen::Audit(p) if p.to_seq >= item.seq => {
            let detail =
                format!("seq {} is not there yet; the opinion gets {}", p.to_seq, item.seq);
            Err(Refusal::new("range-unknown", detail))
        }
        _ => Ok(()),
    }
}

fn rules<'a>(item: &Event<'_>, terms: &'a Terms) -> Result<&'a accord_charter::Board, Refusal> {
    terms
        .charter(item.seq)
        .and_then(|c| c.board.as_ref())
        .ok_or_else(|| Refusal::new("board-unknown", "no charter in force provides for a board"))
}

fn board(scene: &Scene<'_, Oversight>) -> Result<Board, Refusal> {
    match scene.state(BOARD).as_deref() {
        Some(OversightState::Board(board)) => Ok(board.clone()),
        _ => Err(Refusal::new("board-not-constituted", "the board is not constituted yet")),
    }
}

fn seat_exists(item: &Event<'_>, seat: &str, terms: &Terms) -> Result<(), Refusal> {
    if rules(item, terms)?.seats.contains_key(seat) {
        return Ok(());
    }
    Err(Refusal::new("seat-unknown", format!("the charter's board has no seat {seat}")))
}

fn constituted(item: &Event<'_>, p: &BoardConstituted, terms: &Terms) -> Result<(), Refusal> {
    let rules = rules(item, terms)?;
    for (seat, holder) in &p.holders {
        seat_exists(item, seat.as_str(), terms)?;
        let named = rules.seats.get(seat.as_str()).and_then(|s| s.holder.as_deref());
        if let Some(named) = named.filter(|named| *named != holder.as_str()) {
            let detail = format!("the charter gives seat {seat} to {named}, not to {holder}");
            return Err(Refusal::new("seat-holder-differs", detail));
        }
    }
    Ok(())
}

fn vote(item: &Event<'_>, p: &BoardVoteCast, scene: &Scene<'_, Oversight>) -> Result<(), Refusal> {
    let board = board(scene)?;
    let author = item.event.author();
    match board.holders.get(p.seat.as_str()) {
        Some(holder) if holder == author => Ok(()),
        holder => {
            let holder = holder.map_or("nobody", String::as_str);
            let detail = format!("seat {} is held by {holder}, not by {author}", p.seat);
            Err(Refusal::new("seat-not-held", detail))
        }
    }
}

fn declared(
    item: &Event<'_>,
    p: &BoardResolutionDeclared,
    scene: &Scene<'_, Oversight>,
) -> Result<(), Refusal> {
    let rules = rules(item, scene.terms())?;
    let state = scene.state(&item.event.stream);
    let Some(OversightState::Resolution(resolution)) = state.as_deref() else { return Ok(()) };
    let suspects = scene.suspects(&item.event.stream);
    if !suspects.is_empty() {
        let detail = format!(
            "entries {suspects:?} of the vote were signed with a key in other hands; their authors have to reaffirm them first"
        );
        return Err(Refusal::new("rests-on-suspect", detail));
    }
    let votes: BTreeMap<&str, Vote> =
        resolution.votes.iter().map(|(seat, cast)| (seat.as_str(), cast.vote)).collect();
    let outcome = tally(rules, &resolution.kind, &votes);
    if outcome == p.outcome {
        return Ok(());
    }
    let count = |vote| votes.values().filter(|v| **v == vote).count();
    let detail = format!(
        "{} for, {} against, {} abstaining make it {}, not {}",
        count(Vote::For),
        count(Vote::Against),
        count(Vote::Abstain),
        outcome.as_str(),
        p.outcome.as_str()
    );
    Err(Refusal::new("tally-differs", detail))
}
