//! Resolutions. What a result rests on beside the board's own records, the composition judges.

use super::{Event, Judged, board, constituted_board, decides, rules};
use crate::Oversight;
use crate::event::{
    BoardRecusalDeclared, BoardResolutionDeclared, BoardResolutionRescinded, BoardResolutionTabled,
    BoardVoteCast,
};
use crate::state::OversightState;
use accord_projection::{Refusal, Scene};

pub(super) fn tabled(p: &BoardResolutionTabled, scene: &Scene<'_, Oversight>) -> Judged {
    constituted_board(scene)?;
    let Some(named) = &p.meeting else { return Ok(()) };
    let meeting = scene.part(named.as_str(), OversightState::meeting);
    if meeting.is_some_and(|meeting| meeting.attendance.is_some()) {
        let detail = format!("who came to {named} is known; a resolution is tabled before that");
        return Err(Refusal::new("meeting-over", detail));
    }
    Ok(())
}

pub(super) fn recusal(
    item: &Event<'_>,
    p: &BoardRecusalDeclared,
    scene: &Scene<'_, Oversight>,
) -> Judged {
    board::seat_exists(item, p.seat.as_str(), scene.terms())?;
    let (rules, board) = (rules(item, scene.terms())?, constituted_board(scene)?);
    let holds = |seat: &str| board.holders.get(seat).is_some_and(|h| h == item.event.author());
    if holds(p.seat.as_str()) || holds(&rules.chair) {
        return Ok(());
    }
    let detail = format!(
        "{} holds neither seat {} nor the chair's; a seat is recused by its holder, or by the chair where the charter recuses it",
        item.event.author(),
        p.seat
    );
    Err(Refusal::new("recusal-not-own", detail))
}

pub(super) fn vote(item: &Event<'_>, p: &BoardVoteCast, scene: &Scene<'_, Oversight>) -> Judged {
    let board = constituted_board(scene)?;
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

pub(super) fn declared(
    item: &Event<'_>,
    p: &BoardResolutionDeclared,
    scene: &Scene<'_, Oversight>,
) -> Judged {
    rules(item, scene.terms())?;
    if let Some(at) = &p.effective_at
        && at.timestamp() < item.recorded
    {
        let detail = format!(
            "it would have taken effect at {at}, before it was declared; leave effective_at out for at once"
        );
        return Err(Refusal::new("effective-before-declared", detail));
    }
    let mut rests_on = vec![item.event.stream.as_str()];
    rests_on.extend(p.meeting.as_ref().map(accord_catalogue::unit::StreamRef::as_str));
    scene.rests_on_subjects(rests_on)
}

pub(super) fn rescinded(
    item: &Event<'_>,
    p: &BoardResolutionRescinded,
    scene: &Scene<'_, Oversight>,
) -> Judged {
    let (by, own) = (p.by_resolution.as_str(), item.event.stream.as_str());
    if by == own {
        let detail = format!("{own} cannot rescind itself; another resolution does");
        return Err(Refusal::new("rescinds-itself", detail));
    }
    decides(by, own, scene)
}
