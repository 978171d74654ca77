//! Payloads, and the votes' arithmetic.

use crate::event::{Outcome, Overseen, Vote};
use crate::tally;
use accord_charter::{Board, Majority, Quorum, Recusal, Seat, TieRule};
use accord_projection::Payloads;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn board() -> Board {
    let seat = |group: &str| Seat { group: group.to_owned(), holder: None };
    let seats = [("a", "one"), ("b", "one"), ("c", "two"), ("d", "two"), ("e", "two")];
    Board {
        title: "Board".to_owned(),
        chair: "a".to_owned(),
        majority: Majority::Simple,
        majorities: BTreeMap::from([
            ("absolute".to_owned(), Majority::Absolute),
            ("thirds".to_owned(), Majority::TwoThirds),
            ("all".to_owned(), Majority::Unanimous),
        ]),
        quorum: Quorum { total: 3, per_group: BTreeMap::from([("one".to_owned(), 1)]) },
        veto_seats: vec!["e".to_owned()],
        recusal: Recusal::None,
        tie: TieRule::Fails,
        groups: BTreeMap::new(),
        seats: seats.iter().map(|(code, group)| ((*code).to_owned(), seat(group))).collect(),
    }
}

/// `a+ b- c0`: for, against, abstaining.
fn votes(text: &str) -> BTreeMap<&str, Vote> {
    text.split_whitespace()
        .map(|word| {
            let (seat, sign) = word.split_at(1);
            let vote = match sign {
                "+" => Vote::For,
                "-" => Vote::Against,
                _ => Vote::Abstain,
            };
            (seat, vote)
        })
        .collect()
}

#[test]
fn the_tally_follows_the_rules() {
    use Outcome::{Adopted, Failed, NoQuorum, Vetoed};
    for (kind, cast, outcome) in [
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
    ] {
        assert_eq!(tally(&board(), kind, &votes(cast)), outcome, "{kind} {cast}");
    }
}

#[test]
fn the_chair_decides_a_tie_where_it_does() {
    let mut board = board();
    board.tie = TieRule::ChairDecides;
    assert_eq!(tally(&board, "other", &votes("a+ b- c0")), Outcome::Adopted);
    assert_eq!(tally(&board, "other", &votes("a- b+ c0")), Outcome::Failed);
    assert_eq!(tally(&board, "other", &votes("a0 b+ c-")), Outcome::Failed);
}

proptest! {
    #[test]
    fn one_more_vote_for_never_defeats(
        cast in proptest::collection::btree_map("[a-d]", 0u8..3, 0..5),
        seat in "[a-d]",
        kind in prop_oneof![Just("other"), Just("absolute"), Just("thirds"), Just("all")],
    ) {
        let vote = |n: &u8| [Vote::For, Vote::Against, Vote::Abstain][usize::from(*n)];
        let mut votes: BTreeMap<&str, Vote> =
            cast.iter().map(|(seat, n)| (seat.as_str(), vote(n))).collect();
        let before = tally(&board(), kind, &votes);
        votes.insert(&seat, Vote::For);
        if before == Outcome::Adopted {
            prop_assert_eq!(tally(&board(), kind, &votes), Outcome::Adopted);
        }
    }
}

#[test]
fn payloads_say_what_contradicts_itself() {
    let check = |name: &str, payload: &Value| {
        let at = Overseen::position(name, 1).unwrap();
        (Overseen::TYPES[at].check)(payload)
    };
    let digest = "ab".repeat(32);
    for (name, payload) in [
        ("board.constituted", json!({"holders": {}})),
        ("board.constituted", json!({"holders": {"a": "x", "b": "x"}})),
        (
            "board.resolution_tabled",
            json!({"kind": "x", "title": "x", "text_digest": digest, "subjects": ["a/b", "a/b"]}),
        ),
        (
            "stipulation.registered",
            json!({"code": "x", "provision": "P01", "title": "x", "responsible": []}),
        ),
        (
            "stipulation.registered",
            json!({"code": "x", "provision": "P01", "title": "x", "responsible": ["a", "a"]}),
        ),
        ("assessment.recorded", json!({"stipulation": "x", "score": 4})),
        (
            "instrument.deposited",
            json!({"party": "x", "stands_for": "endorsement", "text_digest": digest, "instrument_digest": digest, "verified_by": "x"}),
        ),
        (
            "audit.opinion_recorded",
            json!({"from_seq": 2, "to_seq": 1, "opinion": "adverse", "findings_digest": digest}),
        ),
        (
            "import.batch_recorded",
            json!({"source": "x", "file_digest": digest, "rows": 0, "licence": "x"}),
        ),
    ] {
        let error = check(name, &payload).unwrap_err();
        assert!(matches!(error, accord_catalogue::PayloadError::Content(_)), "{name}: {error}");
    }
    let good = json!({"party": "x", "stands_for": "charter.endorsed", "text_digest": digest, "instrument_digest": digest, "verified_by": "x"});
    assert!(check("instrument.deposited", &good).is_ok());
}
