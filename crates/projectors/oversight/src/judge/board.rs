//! The board and its meetings.

use super::{Event, Judged, decides, rules};
use crate::event::{BoardAttendanceRecorded, BoardConstituted, BoardMeetingConvened};
use crate::state::OversightState;
use crate::{BOARD, NOTICE_CLOCK, Oversight};
use accord_format::time::Timestamp;
use accord_projection::{Refusal, Remark, Scene, Terms};

pub(super) fn seat_exists(item: &Event<'_>, seat: &str, terms: &Terms) -> Judged {
    if rules(item, terms)?.seats.contains_key(seat) {
        return Ok(());
    }
    Err(Refusal::new("seat-unknown", format!("the charter's board has no seat {seat}")))
}

pub(super) fn constituted(
    item: &Event<'_>,
    p: &BoardConstituted,
    scene: &Scene<'_, Oversight>,
) -> Judged {
    let rules = rules(item, scene.terms())?;
    for (seat, holder) in &p.holders {
        seat_exists(item, seat.as_str(), scene.terms())?;
        let named = rules.seats.get(seat.as_str()).and_then(|s| s.holder.as_deref());
        if let Some(named) = named.filter(|named| *named != holder.as_str()) {
            let detail = format!("the charter gives seat {seat} to {named}, not to {holder}");
            return Err(Refusal::new("seat-holder-differs", detail));
        }
    }
    p.resolution.as_ref().map_or(Ok(()), |by| decides(by.as_str(), BOARD, scene))
}

/// Says so when a meeting is called at shorter notice than the charter asks for.
pub(super) fn notice(item: &Event<'_>, p: &BoardMeetingConvened, terms: &Terms) -> Option<Remark> {
    let earliest = terms.deadline(item.seq, NOTICE_CLOCK, item.recorded)?;
    (p.at.timestamp() < earliest).then(|| {
        let detail = format!(
            "the meeting is at {}; with the charter's notice it would be at {} at the earliest",
            p.at,
            rounded_up(earliest).to_seconds_string()
        );
        Remark::new("notice_too_short", detail)
    })
}

/// The first whole second that is not before `at`.
fn rounded_up(at: Timestamp) -> Timestamp {
    let floor = at.floor_second();
    if floor < at { floor.plus_seconds(1) } else { floor }
}

fn seats(p: &BoardAttendanceRecorded) -> impl Iterator<Item = &str> {
    let represented = p.proxies.iter().map(|proxy| &proxy.seat);
    p.present.iter().chain(represented).map(accord_catalogue::unit::Code::as_str)
}

pub(super) fn unknown_seats(
    item: &Event<'_>,
    p: &BoardAttendanceRecorded,
    terms: &Terms,
) -> Option<Remark> {
    let board = terms.charter(item.seq)?.board.as_ref()?;
    let unknown: Vec<_> = seats(p).filter(|seat| !board.seats.contains_key(*seat)).collect();
    (!unknown.is_empty()).then(|| {
        let detail =
            format!("the charter's board has no seats {unknown:?}; they count for nothing");
        Remark::new("unknown_seat", detail)
    })
}

pub(super) fn attendance(
    item: &Event<'_>,
    p: &BoardAttendanceRecorded,
    scene: &Scene<'_, Oversight>,
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    if let Some(meeting) = scene.part(&item.event.stream, OversightState::meeting)
        && item.effect.micros() < meeting.at
    {
        let at = Timestamp::from_micros(meeting.at).to_seconds_string();
        let detail = format!("the meeting is at {at}, after what this record tells of");
        remarks.push(Remark::new("before_meeting", detail));
    }
    if let Some(board) = scene.part(BOARD, OversightState::board) {
        let vacant: Vec<_> = seats(p).filter(|seat| !board.holders.contains_key(*seat)).collect();
        if !vacant.is_empty() {
            let detail = format!("nobody holds seats {vacant:?}");
            remarks.push(Remark::new("vacant_seat", detail));
        }
    }
    remarks
}

/// Says so when the author does not hold the seat for which it speaks.
pub(super) fn not_held(
    item: &Event<'_>,
    seat: &str,
    scene: &Scene<'_, Oversight>,
) -> Option<Remark> {
    let board = scene.part(BOARD, OversightState::board)?;
    let holder = board.holders.get(seat);
    (holder.map(String::as_str) != Some(item.event.author())).then(|| {
        let holder = holder.map_or("nobody", String::as_str);
        let detail = format!("seat {seat} is held by {holder}, not by {}", item.event.author());
        Remark::new("seat_not_held", detail)
    })
}
