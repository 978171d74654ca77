//! Meetings: called, held, and whether enough came.

use super::super::figure::{day, figure};
use super::super::{Cell, Table, When};
use super::{Board, FAMILY};
use crate::replay::Snapshot;
use accord_format::time::Timestamp;
use accord_oversight::state::{Meeting, MeetingStatus, ResolutionStatus};
use accord_projection::Selector;

pub(super) fn statuses(snapshot: &Snapshot, meetings: &[(String, Meeting)]) -> Table {
    let mut table = Table::new("meetings", "Meetings", &[("meetings", "meetings")]);
    let labels = [
        (MeetingStatus::Convened, "called"),
        (MeetingStatus::Unrecorded, "held or not, nobody has said who came"),
        (MeetingStatus::Quorate, "with a quorum"),
        (MeetingStatus::Inquorate, "without a quorum"),
    ];
    for (status, label) in labels {
        let count = meetings.iter().filter(|(_, m)| m.status() == status).count() as u64;
        let word = status.as_str();
        let selector = Selector::new(FAMILY, "meeting/*").with("status", word);
        let cell = figure(snapshot, format!("meetings/{word}"), count, "meetings", selector);
        table.row(word, label, vec![cell]);
    }
    table
}

/// Meetings and votes that failed for want of a quorum.
pub(super) fn failures(snapshot: &Snapshot, board: &Board) -> Table {
    let mut table = Table::new("quorum", "Quorum failures", &[("failures", "failures")]);
    let meetings =
        board.meetings.iter().filter(|(_, m)| m.status() == MeetingStatus::Inquorate).count();
    let selector =
        Selector::new(FAMILY, "meeting/*").with("status", MeetingStatus::Inquorate.as_str());
    let cell = figure(snapshot, "quorum/meetings", meetings as u64, "meetings", selector);
    table.row("meetings", "meetings", vec![cell]);
    let status = ResolutionStatus::NoQuorum;
    let votes = board.resolutions.iter().filter(|(_, r)| r.status() == status).count();
    let selector = Selector::new(FAMILY, "resolution/*").with("status", status.as_str());
    let cell = figure(snapshot, "quorum/resolutions", votes as u64, "resolutions", selector);
    table.row("resolutions", "votes on resolutions", vec![cell]);
    table
}

pub(super) fn list(snapshot: &Snapshot, meetings: &[(String, Meeting)]) -> Option<Table> {
    let columns = [
        ("at", "at"),
        ("convened", "called"),
        ("status", "state"),
        ("present", "present"),
        ("represented", "represented"),
        ("lacks", "there"),
        ("tabled", "tabled for it"),
        ("decided", "decided at it"),
    ];
    let mut table = Table::new("meeting_list", "Meetings held and to come", &columns);
    for (subject, meeting) in meetings.iter().rev() {
        let make = |member: &str, value: Option<usize>, unit| match value {
            Some(value) => figure(
                snapshot,
                format!("{subject}/{member}"),
                value as u64,
                unit,
                Selector::new(FAMILY, subject),
            ),
            None => Cell::Empty,
        };
        let attendance = meeting.attendance.as_ref();
        let lacks = attendance
            .map(|a| a.lacks.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
        let cells = vec![
            Cell::Text(Timestamp::from_micros(meeting.at).to_seconds_string()),
            Cell::Text(format!("{} by {}", day(meeting.convened_at), meeting.convened_by)),
            Cell::Text(meeting.status().as_str().to_owned()),
            make("present", attendance.map(|a| a.present.len()), "seats"),
            make("represented", attendance.map(|a| a.proxies.len()), "seats"),
            lacks.filter(|text| !text.is_empty()).map_or(Cell::Empty, Cell::Text),
            make("tabled", Some(meeting.tabled.len()), "resolutions"),
            make("decided", Some(meeting.decided.len()), "resolutions"),
        ];
        table.row(subject.clone(), subject.clone(), cells);
        table.of(When::since(meeting.convened_at, Some(meeting.at)));
    }
    (!table.rows.is_empty()).then_some(table)
}
