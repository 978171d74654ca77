//! What the votes make of a resolution.

use crate::event::{Outcome, Vote};
use accord_charter::{Board, Majority, TieRule};
use std::collections::BTreeMap;

/// The outcome of `votes` (by seat) on a resolution of `kind`, under the board's rules. Votes of
/// seats that the board does not have count for nothing. A seat that voted, abstaining or not,
/// was present.
pub fn tally(board: &Board, kind: &str, votes: &BTreeMap<&str, Vote>) -> Outcome {
    let present: Vec<_> =
        votes.iter().filter(|(seat, _)| board.seats.contains_key(**seat)).collect();
    let of_group = |group: &str| {
        let seats = present.iter().filter_map(|(seat, _)| board.seats.get(**seat));
        seats.filter(|seat| seat.group == group).count()
    };
    let reached = |count: usize, needed: u32| u32::try_from(count).is_ok_and(|n| n >= needed);
    let quorate = reached(present.len(), board.quorum.total)
        && board.quorum.per_group.iter().all(|(group, needed)| reached(of_group(group), *needed));
    if !quorate {
        return Outcome::NoQuorum;
    }
    let cast = |vote: Vote| present.iter().filter(|(_, v)| **v == vote).count();
    let (yes, no) = (cast(Vote::For), cast(Vote::Against));
    let vetoed = |seat: &String| votes.get(seat.as_str()) == Some(&Vote::Against);
    if board.veto_seats.iter().any(vetoed) {
        return Outcome::Vetoed;
    }
    let majority = board.majorities.get(kind).copied().unwrap_or(board.majority);
    let adopted = match majority {
        Majority::Simple if yes == no && yes > 0 => {
            board.tie == TieRule::ChairDecides
                && votes.get(board.chair.as_str()) == Some(&Vote::For)
        }
        Majority::Simple => yes > no,
        Majority::Absolute => yes * 2 > board.seats.len(),
        Majority::TwoThirds => yes > 0 && yes * 3 >= (yes + no) * 2,
        Majority::Unanimous => yes > 0 && no == 0,
    };
    if adopted { Outcome::Adopted } else { Outcome::Failed }
}
