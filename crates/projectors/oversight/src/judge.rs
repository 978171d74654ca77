//! Remarks about what is overseen, and the merits of the acts that certify something.

mod board;
mod measure;
mod resolution;

use crate::event::Overseen;
use crate::state::{Board, OversightState};
use crate::{BOARD, Oversight};
use accord_projection::{Item, Refusal, Remark, Scene, Terms};

type Event<'a> = Item<'a, Overseen>;
type Judged = Result<(), Refusal>;

/// From the event alone.
pub(crate) fn examine(item: &Event<'_>, terms: &Terms) -> Vec<Remark> {
    match &item.payload {
        Overseen::Convened(p) => board::notice(item, p, terms).into_iter().collect(),
        Overseen::Attendance(p) => board::unknown_seats(item, p, terms).into_iter().collect(),
        Overseen::Stipulation(p) => measure::nobody_known(item, p, terms).into_iter().collect(),
        Overseen::Instrument(p) => {
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
        _ => Vec::new(),
    }
}

/// In the light of the state before it.
pub(crate) fn remark(item: &Event<'_>, scene: &Scene<'_, Oversight>) -> Vec<Remark> {
    match &item.payload {
        Overseen::Attendance(p) => board::attendance(item, p, scene),
        Overseen::Dissent(p) => board::not_held(item, p.seat.as_str(), scene).into_iter().collect(),
        Overseen::Assessment(p) => measure::assessment(item, p, scene),
        _ => Vec::new(),
    }
}

/// The merits of acts.
pub(crate) fn judge(item: &Event<'_>, scene: &Scene<'_, Oversight>) -> Judged {
    match &item.payload {
        Overseen::Constituted(p) => board::constituted(item, p, scene),
        Overseen::SeatFilled(p) => board::seat_exists(item, p.seat.as_str(), scene.terms()),
        Overseen::Convened(_) => constituted_board(scene).map(drop),
        Overseen::Tabled(p) => resolution::tabled(p, scene),
        Overseen::Recusal(p) => resolution::recusal(item, p, scene),
        Overseen::Vote(p) => resolution::vote(item, p, scene),
        Overseen::Declared(p) => resolution::declared(item, p, scene),
        Overseen::Rescinded(p) => resolution::rescinded(item, p, scene),
        Overseen::Stipulation(p) => measure::stipulation(item, p, scene),
        Overseen::Indicator(p) => measure::indicator(p, scene),
        Overseen::Review(p) => measure::review(item, p, scene),
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

fn constituted_board(scene: &Scene<'_, Oversight>) -> Result<Board, Refusal> {
    match scene.state(BOARD).as_deref().and_then(OversightState::board) {
        Some(board) => Ok(board.clone()),
        None => Err(Refusal::new("board-not-constituted", "the board is not constituted yet")),
    }
}

/// Refuses unless `resolution` is in effect; gives the streams that it decides on.
fn in_effect(resolution: &str, scene: &Scene<'_, Oversight>) -> Result<Vec<String>, Refusal> {
    let state = scene.state(resolution);
    let found = state.as_deref().and_then(OversightState::resolution);
    match found {
        Some(found) if found.is_in_effect() => Ok(found.subjects.clone()),
        found => {
            let stands = found.map_or("not known", |r| r.status().as_str()).replace('_', " ");
            let detail = format!("{resolution} is {stands}; it has to be adopted and in effect");
            Err(Refusal::new("resolution-not-adopted", detail))
        }
    }
}

/// Refuses unless `resolution` is in effect and decides on `subject`.
fn decides(resolution: &str, subject: &str, scene: &Scene<'_, Oversight>) -> Judged {
    if in_effect(resolution, scene)?.iter().any(|s| s == subject) {
        return not_suspect(&[resolution], scene);
    }
    let detail = format!("{resolution} does not name {subject} among its subjects");
    Err(Refusal::new("resolution-elsewhere", detail))
}

/// Refuses while an entry behind one of the subjects is under suspicion.
fn not_suspect(subjects: &[&str], scene: &Scene<'_, Oversight>) -> Judged {
    for subject in subjects {
        let suspects = scene.suspects(subject);
        if !suspects.is_empty() {
            let detail = format!(
                "entries {suspects:?} of {subject} were signed with a key in other hands; their authors have to reaffirm them first"
            );
            return Err(Refusal::new("rests-on-suspect", detail));
        }
    }
    Ok(())
}
