//! What the votes make of a resolution, and whether enough seats took part.

use crate::event::{Outcome, Vote};
use accord_charter::{Board, Majority, TieRule};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What a board decides by.
#[derive(Clone, Debug, Default)]
pub struct Ballot<'a> {
    /// Kind of the resolution.
    pub kind: &'a str,
    /// Votes by seat.
    pub votes: BTreeMap<&'a str, Vote>,
    /// Seats that were there without voting; who votes was there.
    pub present: BTreeSet<&'a str>,
    /// Seats that take no part: neither they nor their votes are counted.
    pub recused: BTreeSet<&'a str>,
}

/// What a quorum lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortfall {
    /// The group of seats that too few came from; nothing for the board as a whole.
    pub group: Option<String>,
    /// Seats that took part.
    pub present: u32,
    /// Seats that have to.
    pub needed: u32,
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { group, present, needed } = self;
        match group {
            Some(group) => write!(f, "{present} of {needed} seats of group {group}"),
            None => write!(f, "{present} of {needed} seats"),
        }
    }
}

/// A counted vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// What it comes to.
    pub outcome: Outcome,
    /// Votes for.
    pub yes: usize,
    /// Votes against.
    pub no: usize,
    /// Abstentions.
    pub abstained: usize,
    /// What the quorum lacks.
    pub lacks: Vec<Shortfall>,
}

/// What the quorum lacks when `present` took part, `recused` left out on both sides: no more seats
/// are needed than are left, but as many as the charter asks for at least. Seats that the board
/// does not have count for nothing.
pub fn shortfalls(
    board: &Board,
    present: &BTreeSet<&str>,
    recused: &BTreeSet<&str>,
) -> Vec<Shortfall> {
    let count = |of: Option<&str>, counts: &dyn Fn(&str) -> bool| {
        let seats = board.seats.iter().filter(|(code, seat)| {
            !recused.contains(code.as_str())
                && of.is_none_or(|group| group == seat.group)
                && counts(code)
        });
        u32::try_from(seats.count()).unwrap_or(u32::MAX)
    };
    let check = |group: Option<&str>, quorum: u32| {
        // A quorum of nobody decides nothing.
        let least = if group.is_none() { board.quorum.least.unwrap_or(1).max(1) } else { 0 };
        let needed = quorum.min(count(group, &|_| true)).max(least);
        let present = count(group, &|seat| present.contains(seat));
        let group = group.map(str::to_owned);
        (present < needed).then_some(Shortfall { group, present, needed })
    };
    let groups = board.quorum.per_group.iter().map(|(group, quorum)| (Some(&**group), *quorum));
    let all = std::iter::once((None, board.quorum.total)).chain(groups);
    all.filter_map(|(group, quorum)| check(group, quorum)).collect()
}

/// Counts a ballot under the board's rules. Votes of seats that the board does not have count for
/// nothing. A seat that voted, abstaining or not, was present.
pub fn tally(board: &Board, ballot: &Ballot<'_>) -> Tally {
    let counts = |seat: &str| board.seats.contains_key(seat) && !ballot.recused.contains(seat);
    let votes: BTreeMap<&str, Vote> = ballot
        .votes
        .iter()
        .filter(|(seat, _)| counts(seat))
        .map(|(seat, vote)| (*seat, *vote))
        .collect();
    let present: BTreeSet<&str> = votes.keys().chain(&ballot.present).copied().collect();
    let lacks = shortfalls(board, &present, &ballot.recused);
    let cast = |vote: Vote| votes.values().filter(|v| **v == vote).count();
    let (yes, no, abstained) = (cast(Vote::For), cast(Vote::Against), cast(Vote::Abstain));
    let vetoed = |seat: &String| votes.get(seat.as_str()) == Some(&Vote::Against);
    let outcome = if !lacks.is_empty() {
        Outcome::NoQuorum
    } else if board.veto_seats.iter().any(vetoed) {
        Outcome::Vetoed
    } else if carries(board, ballot, &votes, (yes, no)) {
        Outcome::Adopted
    } else {
        Outcome::Failed
    };
    Tally { outcome, yes, no, abstained, lacks }
}

fn carries(
    board: &Board,
    ballot: &Ballot<'_>,
    votes: &BTreeMap<&str, Vote>,
    (yes, no): (usize, usize),
) -> bool {
    match board.majorities.get(ballot.kind).copied().unwrap_or(board.majority) {
        Majority::Simple if yes == no && yes > 0 => {
            board.tie == TieRule::ChairDecides
                && votes.get(board.chair.as_str()) == Some(&Vote::For)
        }
        Majority::Simple => yes > no,
        Majority::Absolute => {
            let seats = board.seats.keys().filter(|s| !ballot.recused.contains(s.as_str()));
            yes * 2 > seats.count()
        }
        Majority::TwoThirds => yes > 0 && yes * 3 >= (yes + no) * 2,
        Majority::Unanimous => yes > 0 && no == 0,
    }
}
