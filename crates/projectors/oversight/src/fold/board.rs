//! The board and its meetings.

use super::{Event, Folded};
use crate::event::{
    BoardAttendanceRecorded, BoardConstituted, BoardMeetingConvened, BoardSeatFilled,
    BoardSeatVacated,
};
use crate::state::{Attendance, Board, Meeting, OversightState as State};
use crate::tally::shortfalls;
use accord_projection::{OutOfOrder, Terms};
use std::collections::{BTreeMap, BTreeSet};

/// Rule of the charter: a seat that another represents counts for the quorum.
const PROXIES_COUNT: &str = "proxies_count";

pub(super) fn constitute(state: &mut State, item: &Event<'_>, p: &BoardConstituted) -> Folded {
    let holders: BTreeMap<_, _> =
        p.holders.iter().map(|(s, h)| (s.to_string(), h.to_string())).collect();
    let since = item.effect.micros();
    match (&mut *state, &p.resolution) {
        (State::Board(board), Some(resolution)) => {
            board.since = since;
            board.holders = holders;
            board.resolutions.push(resolution.to_string());
            Ok(())
        }
        (State::Board(_), None) => Err(OutOfOrder::new(
            "the board has been constituted before; name the resolution by which it is constituted anew",
        )),
        (_, Some(resolution)) => Err(OutOfOrder::coded(
            "board-not-constituted",
            format!("there is no board yet that {resolution} could constitute anew"),
        )),
        (_, None) => {
            *state = State::Board(Board { since, holders, resolutions: Vec::new() });
            Ok(())
        }
    }
}

pub(super) fn fill(state: &mut State, p: &BoardSeatFilled) -> Folded {
    let board = board(state)?;
    let held = board.holders.iter().find(|(_, holder)| *holder == p.holder.as_str());
    if let Some((seat, _)) = held {
        return Err(OutOfOrder::new(format!("{} holds seat {seat}", p.holder)));
    }
    board.holders.insert(p.seat.to_string(), p.holder.to_string());
    Ok(())
}

pub(super) fn vacate(state: &mut State, p: &BoardSeatVacated) -> Folded {
    match board(state)?.holders.remove(p.seat.as_str()) {
        Some(_) => Ok(()),
        None => Err(OutOfOrder::new(format!("nobody holds seat {}", p.seat))),
    }
}

fn board(state: &mut State) -> Result<&mut Board, OutOfOrder> {
    match state {
        State::Board(board) => Ok(board),
        _ => Err(OutOfOrder::coded("board-not-constituted", "the board is not constituted yet")),
    }
}

pub(super) fn convene(
    state: &mut State,
    subject: &str,
    item: &Event<'_>,
    p: &BoardMeetingConvened,
) -> Folded {
    if !matches!(state, State::Empty) {
        return Err(OutOfOrder::new(format!("{subject} has been convened before")));
    }
    *state = State::Meeting(Box::new(Meeting {
        convened_at: item.effect.micros(),
        convened_by: item.event.author().to_owned(),
        at: p.at.timestamp().micros(),
        agenda_digest: p.agenda_digest.to_string(),
        agenda: p.agenda.iter().map(ToString::to_string).collect(),
        due: p.at.timestamp() <= item.effect,
        attendance: None,
        tabled: BTreeSet::new(),
        decided: BTreeSet::new(),
    }));
    Ok(())
}

fn meeting<'a>(state: &'a mut State, subject: &str) -> Result<&'a mut Meeting, OutOfOrder> {
    match state {
        State::Meeting(meeting) => Ok(meeting),
        _ => Err(OutOfOrder::coded("meeting-unknown", format!("no {subject} was convened"))),
    }
}

pub(super) fn attend(
    state: &mut State,
    subject: &str,
    (item, p): (&Event<'_>, &BoardAttendanceRecorded),
    terms: &Terms,
) -> Folded {
    let meeting = meeting(state, subject)?;
    if let Some(known) = &meeting.attendance {
        let detail =
            format!("who was there is recorded at seq {}; correct that record instead", known.seq);
        return Err(OutOfOrder::new(detail));
    }
    let charter = terms.charter(item.seq);
    let mut attendance = Attendance {
        present: p.present.iter().map(ToString::to_string).collect(),
        proxies: Attendance::proxies_of(&p.proxies),
        proxies_count: charter.is_some_and(|c| c.rules.get(PROXIES_COUNT) == Some(&true)),
        lacks: Vec::new(),
        seq: item.seq,
    };
    if let Some(board) = charter.and_then(|c| c.board.as_ref()) {
        let lacks = shortfalls(board, &attendance.counted().collect(), &BTreeSet::new());
        attendance.lacks = lacks;
    }
    meeting.attendance = Some(attendance);
    Ok(())
}

/// A resolution is tabled for a meeting, or decided at it.
pub(super) fn hear(state: &mut State, subject: &str, item: &Event<'_>, decided: bool) -> Folded {
    let meeting = meeting(state, subject)?;
    let list = if decided { &mut meeting.decided } else { &mut meeting.tabled };
    list.insert(item.event.stream.clone());
    Ok(())
}
