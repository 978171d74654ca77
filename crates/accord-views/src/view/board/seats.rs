//! The seats: who holds them, and how each takes part.

use super::super::figure::{figure, words};
use super::super::{Cell, Table};
use super::{Board, FAMILY};
use crate::replay::Snapshot;
use accord_oversight::OversightState;
use accord_projection::Selector;
use std::collections::BTreeMap;

pub(super) fn table(snapshot: &Snapshot, board: &Board) -> Option<Table> {
    let rules = snapshot.families().basis().terms.latest()?.board.as_ref()?;
    let state = snapshot.families().oversight().state(accord_oversight::BOARD);
    let holders = state.as_deref().and_then(OversightState::board).map(|b| b.holders.clone());
    let holders: BTreeMap<_, _> = holders.unwrap_or_default();
    let columns = [
        ("group", "group"),
        ("holder", "holder"),
        ("present", "present"),
        ("represented", "represented"),
        ("absent", "absent"),
        ("votes", "votes"),
        ("recusals", "recusals"),
        ("dissents", "dissents"),
    ];
    let mut table = Table::new("seats", rules.title.clone(), &columns);
    for (seat, rule) in &rules.seats {
        let mut cells = vec![Cell::Text(rule.group.clone()), words(holders.get(seat).cloned())];
        cells.extend(part(snapshot, board, seat));
        table.row(seat.clone(), seat.clone(), cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend((rules.chair == *seat).then_some("chair"));
            row.marks.extend(rules.veto_seats.contains(seat).then_some("veto"));
            row.marks.extend((!holders.contains_key(seat)).then_some("vacant"));
        }
    }
    Some(table)
}

/// How a seat attended the meetings whose attendance is recorded, and took part in resolutions.
fn part(snapshot: &Snapshot, board: &Board, seat: &String) -> Vec<Cell> {
    let (mut present, mut represented, mut absent) = (0, 0, 0);
    for attendance in board.meetings.iter().filter_map(|(_, m)| m.attendance.as_ref()) {
        if attendance.present.contains(seat) {
            present += 1;
        } else if attendance.proxies.contains_key(seat) {
            represented += 1;
        } else {
            absent += 1;
        }
    }
    let resolutions = || board.resolutions.iter().map(|(_, resolution)| resolution);
    let votes = resolutions().filter(|r| r.votes.contains_key(seat)).count();
    let recusals = resolutions().filter(|r| r.recusals.contains_key(seat)).count();
    let dissents = resolutions().flat_map(|r| &r.dissents).filter(|d| d.seat == *seat).count();
    let make = |member: &str, count: u64, unit, subject| {
        let selector = Selector::new(FAMILY, subject);
        figure(snapshot, format!("seats/{seat}/{member}"), count, unit, selector)
    };
    vec![
        make("present", present, "meetings", "meeting/*"),
        make("represented", represented, "meetings", "meeting/*"),
        make("absent", absent, "meetings", "meeting/*"),
        make("votes", votes as u64, "votes", "resolution/*"),
        make("recusals", recusals as u64, "resolutions", "resolution/*"),
        make("dissents", dissents as u64, "dissents", "resolution/*"),
    ]
}
