//! The votes' arithmetic.

use crate::event::{Outcome, Vote};
use crate::{Ballot, shortfalls, tally};
use accord_charter::{Board, Majority, Quorum, Recusal, Seat, TieRule};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn board() -> Board {
    let seat = |group: &str| Seat { group: group.to_owned(), holder: None };
    let seats = [("a", "one"), ("b", "one"), ("c", "two"), ("d", "two"), ("e", "two")];
    Board {
        title: "Board".to_owned(),
        chair: "a".to_owned(),
        majority: Majority::Simple,
        kinds: BTreeMap::new(),
        majorities: BTreeMap::from([
            ("absolute".to_owned(), Majority::Absolute),
            ("thirds".to_owned(), Majority::TwoThirds),
            ("all".to_owned(), Majority::Unanimous),
        ]),
        quorum: Quorum {
            total: 3,
            least: None,
            per_group: BTreeMap::from([("one".to_owned(), 1)]),
        },
        veto_seats: vec!["e".to_owned()],
        recusal: Recusal::None,
        tie: TieRule::Fails,
        groups: BTreeMap::new(),
        seats: seats.iter().map(|(code, group)| ((*code).to_owned(), seat(group))).collect(),
    }
}

/// `a+ b- c0 d. e~`: for, against, abstaining, there without voting, recused.
fn ballot<'a>(kind: &'a str, text: &'a str) -> Ballot<'a> {
    let mut ballot = Ballot { kind, ..Ballot::default() };
    for word in text.split_whitespace() {
        let (seat, sign) = word.split_at(1);
        match sign {
            "+" => drop(ballot.votes.insert(seat, Vote::For)),
            "-" => drop(ballot.votes.insert(seat, Vote::Against)),
            "0" => drop(ballot.votes.insert(seat, Vote::Abstain)),
            "." => drop(ballot.present.insert(seat)),
            "~" => drop(ballot.recused.insert(seat)),
            _ => panic!("{word}"),
        }
    }
    ballot
}

fn outcome(board: &Board, kind: &str, text: &str) -> Outcome {
    tally(board, &ballot(kind, text)).outcome
}

#[test]
fn the_tally_follows_the_rules() {
    use Outcome::{Adopted, Failed, NoQuorum, Vetoed};
    for (kind, cast, expected) in [
        ("other", "a+ b+", NoQuorum),
        // Enough in number, none of group one.
        ("other", "c+ d+ e+", NoQuorum),
        ("other", "a+ x+ y+", NoQuorum),
        ("other", "a0 b0 c0", Failed),
        ("other", "a+ b- c0", Failed),
        ("other", "a+ b+ c-", Adopted),
        ("other", "a+ b+ c+ d+ e-", Vetoed),
        ("other", "a+ b+ e0", Adopted),
        ("absolute", "a+ b+ c0", Failed),
        ("absolute", "a+ b+ c+", Adopted),
        ("thirds", "a+ b- c+ d-", Failed),
        ("thirds", "a+ b- c+", Adopted),
        ("thirds", "a0 b0 c0", Failed),
        ("all", "a+ b+ c-", Failed),
        ("all", "a+ b+ c0", Adopted),
        // Who is there counts for the quorum, without a vote.
        ("other", "a+ b.", NoQuorum),
        ("other", "a+ b. c.", Adopted),
        ("other", "a. c+ d+ b.", Adopted),
        ("other", "a+ x. y.", NoQuorum),
    ] {
        assert_eq!(outcome(&board(), kind, cast), expected, "{kind} {cast}");
    }
}

#[test]
fn a_recused_seat_counts_on_neither_side() {
    use Outcome::{Adopted, Failed, NoQuorum, Vetoed};
    for (kind, cast, expected) in [
        // Its vote, its presence and its veto.
        ("other", "a+ b- c+ b~", NoQuorum),
        ("other", "a+ b- c+ d+ b~", Adopted),
        ("other", "a+ b. c+ b~", NoQuorum),
        ("other", "a+ b+ c+ e-", Vetoed),
        ("other", "a+ b+ c+ e- e~", Adopted),
        // Of five seats, half are not enough; of the four that are left, three are.
        ("absolute", "a+ b+ c0 d0", Failed),
        ("absolute", "a+ b+ c0 d0 e~", Failed),
        ("absolute", "a+ b+ c+ d0 e~", Adopted),
        // A group that takes no part cannot be waited for, nor can seats that are not left.
        ("other", "c+ d+ e+ a~ b~", Adopted),
        ("other", "d+ a~ b~ c~", NoQuorum),
        ("other", "d+ e+ a~ b~ c~", Adopted),
        // Nobody left is nobody who decides.
        ("other", "a~ b~ c~ d~ e~", NoQuorum),
        // A seat that the board does not have takes nothing away.
        ("other", "a+ b+ x~", NoQuorum),
    ] {
        assert_eq!(outcome(&board(), kind, cast), expected, "{kind} {cast}");
    }
}

#[test]
fn what_a_quorum_lacks_is_named() {
    let lacks = |text: &str| {
        let ballot = ballot("other", text);
        shortfalls(&board(), &ballot.present, &ballot.recused)
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(lacks("c. d."), ["2 of 3 seats", "0 of 1 seats of group one"]);
    assert_eq!(lacks("c. d. e."), ["0 of 1 seats of group one"]);
    assert_eq!(lacks("a. c."), ["2 of 3 seats"]);
    assert_eq!(lacks("a. c. d."), Vec::<String>::new());
    assert_eq!(lacks(""), ["0 of 3 seats", "0 of 1 seats of group one"]);
    assert!(shortfalls(&board(), &BTreeSet::from(["a", "b", "x"]), &BTreeSet::new()).len() == 1);
}

#[test]
fn recusals_do_not_bring_a_quorum_below_the_least() {
    let mut board = board();
    assert_eq!(outcome(&board, "other", "d+ a~ b~ c~ e~"), Outcome::Adopted, "one alone");
    board.quorum.least = Some(2);
    assert_eq!(outcome(&board, "other", "d+ a~ b~ c~ e~"), Outcome::NoQuorum);
    assert_eq!(outcome(&board, "other", "d+ e+ a~ b~ c~"), Outcome::Adopted);
}

#[test]
fn the_chair_decides_a_tie_where_it_does() {
    let mut board = board();
    board.tie = TieRule::ChairDecides;
    assert_eq!(outcome(&board, "other", "a+ b- c0"), Outcome::Adopted);
    assert_eq!(outcome(&board, "other", "a- b+ c0"), Outcome::Failed);
    assert_eq!(outcome(&board, "other", "a0 b+ c-"), Outcome::Failed);
    // A chair that takes no part decides nothing.
    assert_eq!(outcome(&board, "other", "a+ b+ c- d0 a~"), Outcome::Failed);
}

proptest! {
    #[test]
    fn one_more_vote_for_never_defeats(
        cast in proptest::collection::btree_map("[a-d]", 0u8..3, 0..5),
        recused in proptest::collection::btree_set("[a-e]", 0..3),
        seat in "[a-d]",
        kind in prop_oneof![Just("other"), Just("absolute"), Just("thirds"), Just("all")],
    ) {
        let vote = |n: &u8| [Vote::For, Vote::Against, Vote::Abstain][usize::from(*n)];
        let mut ballot = Ballot {
            kind,
            votes: cast.iter().map(|(seat, n)| (seat.as_str(), vote(n))).collect(),
            recused: recused.iter().map(String::as_str).collect(),
            ..Ballot::default()
        };
        let before = tally(&board(), &ballot).outcome;
        ballot.votes.insert(&seat, Vote::For);
        if before == Outcome::Adopted {
            prop_assert_eq!(tally(&board(), &ballot).outcome, Outcome::Adopted);
        }
    }

    #[test]
    fn a_recused_vote_changes_nothing(
        cast in proptest::collection::btree_map("[a-e]", 0u8..3, 0..6),
        seat in "[a-e]",
        kind in prop_oneof![Just("other"), Just("absolute"), Just("thirds"), Just("all")],
    ) {
        let vote = |n: &u8| [Vote::For, Vote::Against, Vote::Abstain][usize::from(*n)];
        let mut ballot = Ballot {
            kind,
            votes: cast.iter().map(|(seat, n)| (seat.as_str(), vote(n))).collect(),
            recused: BTreeSet::from([seat.as_str()]),
            ..Ballot::default()
        };
        let with = tally(&board(), &ballot);
        ballot.votes.remove(seat.as_str());
        prop_assert_eq!(tally(&board(), &ballot), with);
    }
}
