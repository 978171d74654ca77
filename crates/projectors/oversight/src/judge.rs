//! Remarks about what is overseen, and the merits of the acts that certify something.

mod board;
mod measure;
mod resolution;

use crate::event::Overseen;
use crate::state::{Board, OversightState};
use crate::{BOARD, Oversight};
use accord_projection::{Item, Refusal, Remark, Scene, Terms};
use std::borrow::Cow;

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
            remarks.extend(terms.unknown_party(item.seq, p.party.as_str()));
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
    scene
        .part(BOARD, OversightState::board)
        .map(Cow::into_owned)
        .ok_or_else(|| Refusal::new("board-not-constituted", "the board is not constituted yet"))
}

/// Refuses unless `resolution` decides on `subject`, and nothing of it is under suspicion.
fn decides(resolution: &str, subject: &str, scene: &Scene<'_, Oversight>) -> Judged {
    scene.decided(resolution, subject)?;
    scene.rests_on_subjects([resolution])
}
