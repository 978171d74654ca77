//! The board decides a case.

use super::cases::{allege, attribute};
use super::world::{World, refused};
use serde_json::{Value, json};

const SEATS: [(&str, &str); 7] = [
    ("chair", "chair"),
    ("ukraine", "ua"),
    ("russia", "ru"),
    ("union", "eu"),
    ("britain", "gb"),
    ("france", "fr"),
    ("nato", "nato"),
];

pub(super) fn constitute(world: &mut World) {
    let holders: serde_json::Map<String, Value> =
        SEATS.iter().map(|(seat, holder)| ((*seat).to_owned(), json!(holder))).collect();
    world.submit("chair", "board.constituted", "", json!({"holders": holders})).unwrap();
}

pub(super) fn table(world: &mut World, subjects: &[&str]) -> String {
    let mut payload =
        json!({"kind": "adjudication", "title": "The case", "text_digest": "ab".repeat(32)});
    if !subjects.is_empty() {
        payload["subjects"] = json!(subjects);
    }
    let (seq, _) = world.submit("chair", "board.resolution_tabled", "", payload).unwrap();
    world.stream(seq)
}

pub(super) fn vote(
    world: &mut World,
    resolution: &str,
    seat: &str,
    vote: &str,
) -> Result<(), &'static str> {
    let holder = SEATS.iter().find(|(s, _)| *s == seat).unwrap().1;
    let payload = json!({"seat": seat, "vote": vote});
    let outcome = world.submit(holder, "board.vote_cast", resolution, payload);
    outcome.map(drop).map_err(|r| r.code)
}

pub(super) fn declare(
    world: &mut World,
    resolution: &str,
    outcome: &str,
) -> Result<(), &'static str> {
    let payload = json!({"outcome": outcome});
    let outcome = world.submit("secretariat", "board.resolution_declared", resolution, payload);
    outcome.map(drop).map_err(|r| r.code)
}

pub(super) fn adjudicate(
    world: &mut World,
    case: &str,
    resolution: &str,
    responsible: &str,
) -> Result<(), &'static str> {
    let payload = json!({
        "decision": "upheld",
        "resolution": resolution,
        "determination": {
            "armed_attack": true, "responsible": responsible, "victim": "ua",
            "breach": {"from": "2026-02-28T00:00:00Z"},
        },
    });
    let outcome = world.submit("secretariat", "violation.adjudicated", case, payload);
    outcome.map(drop).map_err(|r| r.code)
}

#[test]
fn a_case_is_decided_by_an_adopted_resolution() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let case = allege(&mut world, "observer", "ru");
    attribute(&mut world, &case);
    let early = world.submit(
        "chair",
        "board.resolution_tabled",
        "",
        json!({"kind": "x", "title": "x", "text_digest": "ab".repeat(32)}),
    );
    assert_eq!(refused(early), "board-not-constituted");
    constitute(&mut world);
    let resolution = table(&mut world, &[&case]);
    assert_eq!(adjudicate(&mut world, &case, &resolution, "ru"), Err("resolution-not-adopted"));

    assert_eq!(vote(&mut world, &resolution, "russia", "against"), Err("seat-recused"));
    let stranger =
        world.submit("ua", "board.vote_cast", &resolution, json!({"seat": "chair", "vote": "for"}));
    assert_eq!(refused(stranger), "seat-not-held");
    for seat in ["chair", "ukraine", "union"] {
        vote(&mut world, &resolution, seat, "for").unwrap();
    }
    assert_eq!(vote(&mut world, &resolution, "chair", "against"), Err("seat-voted"));
    assert_eq!(declare(&mut world, &resolution, "adopted"), Err("tally-differs"));
    for (seat, cast) in [("britain", "for"), ("france", "abstain")] {
        vote(&mut world, &resolution, seat, cast).unwrap();
    }
    assert_eq!(declare(&mut world, &resolution, "failed"), Err("tally-differs"));
    declare(&mut world, &resolution, "adopted").unwrap();
    assert_eq!(vote(&mut world, &resolution, "nato", "for"), Err("wrong-state"));

    let other = allege(&mut world, "observer", "ru");
    attribute(&mut world, &other);
    assert_eq!(adjudicate(&mut world, &other, &resolution, "ru"), Err("resolution-elsewhere"));
    assert_eq!(adjudicate(&mut world, &case, &resolution, "third"), Err("determination-differs"));
    assert_eq!(adjudicate(&mut world, &case, &resolution, "xx"), Err("side-unknown"));
    adjudicate(&mut world, &case, &resolution, "ru").unwrap();

    let fact = accord_projection::Facts::fact(&world.families, "determination.armed_attack", &case);
    assert_eq!(fact.unwrap()["responsible"], "ru");
    let board = world.view("board");
    assert_eq!(board.figure("outcomes/adopted").unwrap().value, 1);
    assert_eq!(board.figure(&format!("{resolution}/for")).unwrap().value, 4);
    world.check_replay();
}

#[test]
fn a_board_is_constituted_once_and_as_the_charter_says() {
    let mut world = World::at("2026-03-01T05:00:00Z");
    let holders = |seat: &str, holder: &str| json!({"holders": {seat: holder}});
    let name = "board.constituted";
    assert_eq!(
        refused(world.submit("chair", name, "", holders("chair", "chair"))),
        "board-unknown"
    );
    world.adopt(&super::world::charter());
    assert_eq!(
        refused(world.submit("chair", name, "", holders("throne", "chair"))),
        "seat-unknown"
    );
    assert_eq!(
        refused(world.submit("chair", name, "", holders("chair", "ua"))),
        "seat-holder-differs"
    );
    let fill = json!({"seat": "nato", "holder": "nato"});
    assert_eq!(
        refused(world.submit("chair", "board.seat_filled", "", fill.clone())),
        "board-not-constituted"
    );
    world.submit("chair", name, "", holders("chair", "chair")).unwrap();
    assert_eq!(refused(world.submit("chair", name, "", holders("chair", "chair"))), "wrong-state");
    world.submit("chair", "board.seat_filled", "", fill.clone()).unwrap();
    assert_eq!(refused(world.submit("chair", "board.seat_filled", "", fill)), "wrong-state");
    let vacate = json!({"seat": "nato"});
    world.submit("chair", "board.seat_vacated", "", vacate.clone()).unwrap();
    assert_eq!(refused(world.submit("chair", "board.seat_vacated", "", vacate)), "wrong-state");
}

#[test]
fn a_case_is_not_decided_under_a_kind_with_an_easier_majority() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let case = allege(&mut world, "observer", "ru");
    attribute(&mut world, &case);
    let mut adopt = |kind: &str| {
        let payload = json!({
            "kind": kind, "title": "The case", "text_digest": "ab".repeat(32), "subjects": [case],
        });
        let (seq, _) = world.submit("chair", "board.resolution_tabled", "", payload).unwrap();
        let resolution = world.stream(seq);
        for seat in ["chair", "union", "britain", "france", "nato", "ukraine"] {
            vote(&mut world, &resolution, seat, "for").unwrap();
        }
        declare(&mut world, &resolution, "adopted").unwrap();
        adjudicate(&mut world, &case, &resolution, "ru")
    };
    assert_eq!(adopt("procedure"), Err("resolution-kind"));
    assert_eq!(adopt("adjudication"), Ok(()));
}
