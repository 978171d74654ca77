//! The board.

use super::Checker;
use crate::charter::Board;
use crate::pattern::Pattern;
use crate::problem::ProblemCode;
use crate::tree::{Path, shown};

impl Checker<'_> {
    pub(super) fn board(&mut self) {
        let Some(board) = &self.charter.board else {
            return;
        };
        let path = Path::from("board");
        self.text(&board.title, &path.then("title"));
        for (map, codes) in [
            ("groups", board.groups.keys().collect::<Vec<_>>()),
            ("seats", board.seats.keys().collect()),
            ("majorities", board.majorities.keys().collect()),
        ] {
            for code in codes {
                self.code(code, &path.then(map).then(code), true);
            }
        }
        for (event_type, kind) in &board.kinds {
            let path = path.then("kinds").then(event_type);
            self.code(kind, &path, true);
            self.event_type(event_type, &path);
        }
        self.seats(board, &path);
        self.quorum(board, &path.then("quorum"));
    }

    /// An exact type of an enabled family.
    fn event_type(&mut self, event_type: &str, path: &Path) {
        if !matches!(Pattern::parse(event_type), Some(Pattern::Exact(_))) {
            let what = format!("{} is not an event type", shown(event_type));
            self.add(ProblemCode::BadPattern, path, what, "write the whole name of one type");
        } else if self.charter.family_of(event_type).is_none() {
            self.unknown(event_type, path, ProblemCode::UnknownFamily, "enabled family for");
        }
    }

    fn seats(&mut self, board: &Board, path: &Path) {
        let seat = |code: &str| board.seats.contains_key(code);
        if !seat(&board.chair) {
            self.unknown(&board.chair, &path.then("chair"), ProblemCode::UnknownSeat, "seat");
        }
        let veto = path.then("veto_seats");
        self.refer(&board.veto_seats, &veto, ProblemCode::UnknownSeat, "seat", seat);
        for (code, seat) in &board.seats {
            let path = path.then("seats").then(code);
            if !board.groups.contains_key(&seat.group) {
                self.unknown(&seat.group, &path.then("group"), ProblemCode::UnknownGroup, "group");
            }
            if let Some(holder) = &seat.holder
                && !self.charter.participants.contains_key(holder)
            {
                let code = ProblemCode::UnknownParticipant;
                self.unknown(holder, &path.then("holder"), code, "participant");
            }
        }
        for (code, group) in &board.groups {
            self.text(&group.title, &path.then("groups").then(code).then("title"));
        }
    }

    fn quorum(&mut self, board: &Board, path: &Path) {
        let seats = board.seats.len();
        self.reachable(board.quorum.total, seats, "the board", &path.then("total"));
        if let Some(least) = board.quorum.least.filter(|least| *least > board.quorum.total) {
            let total = board.quorum.total;
            let what = format!(
                "{least} are asked for however many are recused, and {total} where none is"
            );
            self.add(
                ProblemCode::QuorumTooLarge,
                &path.then("least"),
                what,
                "lower it, or raise `total`",
            );
        }
        for (group, quorum) in &board.quorum.per_group {
            let path = path.then("per_group").then(group);
            if !board.groups.contains_key(group) {
                self.unknown(group, &path, ProblemCode::UnknownGroup, "group");
                continue;
            }
            let seats = board.seats.values().filter(|seat| seat.group == *group).count();
            self.reachable(*quorum, seats, "the group", &path);
        }
    }

    fn reachable(&mut self, quorum: u32, seats: usize, of: &str, path: &Path) {
        if usize::try_from(quorum).is_ok_and(|quorum| quorum <= seats) {
            return;
        }
        let what = format!("the quorum is {quorum}, but {of} has {seats} seats");
        self.add(ProblemCode::QuorumTooLarge, path, what, "lower it, or add seats");
    }
}
