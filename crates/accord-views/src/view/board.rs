//! The board: its seats, its meetings, its resolutions and what became of them.

mod follow_up;
mod meetings;
mod resolutions;
mod seats;

use super::figure::day;
use super::{Cell, Table, View};
use crate::replay::Snapshot;
use accord_oversight::OversightState;
use accord_oversight::state::{Meeting, Resolution};

const FAMILY: &str = "oversight";

/// What there is to be shown, each by when it began.
struct Board {
    meetings: Vec<(String, Meeting)>,
    resolutions: Vec<(String, Resolution)>,
}

impl Board {
    fn of(snapshot: &Snapshot) -> Self {
        let oversight = snapshot.families().oversight();
        let mut meetings: Vec<_> = oversight
            .states("meeting/")
            .filter_map(|(subject, state)| Some((subject.to_owned(), state.meeting()?.clone())))
            .collect();
        meetings.sort_by(|(a, x), (b, y)| (x.at, a).cmp(&(y.at, b)));
        let mut resolutions: Vec<_> = oversight
            .states("resolution/")
            .filter_map(|(subject, state)| Some((subject.to_owned(), state.resolution()?.clone())))
            .collect();
        resolutions.sort_by(|(a, x), (b, y)| (x.tabled_at, a).cmp(&(y.tabled_at, b)));
        Self { meetings, resolutions }
    }
}

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("board", "Board", snapshot);
    let board = Board::of(snapshot);
    view.tables.extend(seats::table(snapshot, &board));
    view.tables.push(meetings::statuses(snapshot, &board.meetings));
    view.tables.push(meetings::failures(snapshot, &board));
    view.tables.extend(meetings::list(snapshot, &board.meetings));
    view.tables.push(resolutions::outcomes(snapshot, &board.resolutions));
    view.tables.push(resolutions::statuses(snapshot, &board.resolutions));
    view.tables.push(resolutions::list(snapshot, &board.resolutions));
    view.tables.extend(resolutions::recusals(snapshot, &board.resolutions));
    view.tables.extend(resolutions::dissents(&board.resolutions));
    view.tables.push(follow_up::table(snapshot, &board.resolutions));
    view.tables.push(follow_up::basis(snapshot, &board));
    view.tables.extend(instruments(snapshot));
    if snapshot.families().oversight().state(accord_oversight::BOARD).is_none() {
        view.notes.push("The board is not constituted yet.".to_owned());
    }
    view
}

/// Texts that stand for a party's act without its own key.
fn instruments(snapshot: &Snapshot) -> Option<Table> {
    let columns =
        [("party", "party"), ("stands_for", "stands for"), ("depositary", "deposited with")];
    let mut table = Table::new("instruments", "Deposited instruments", &columns);
    for (subject, state) in snapshot.families().oversight().states("instrument/") {
        let OversightState::Instrument(instrument) = &*state else { continue };
        let cells = vec![
            Cell::Text(instrument.party.clone()),
            Cell::Text(instrument.stands_for.clone()),
            Cell::Text(instrument.depositary.clone()),
        ];
        table.row(subject, day(instrument.at), cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.push("not signed by the party's own key");
        }
    }
    (!table.rows.is_empty()).then_some(table)
}
