//! The board of another agreement: three seats, no veto, and each council recused from its own case.

use super::provenance;
use super::world::{World, refused};
use accord_charter::Charter;
use serde_json::json;

fn world() -> World {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../agreements/local-ceasefire.toml");
    let charter = Charter::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut world = World::at("2026-03-01T05:00:00Z");
    world.adopt(&charter);
    let holders =
        json!({"holders": {"above": "upper-council", "below": "lower-council", "mill": "elder"}});
    world.submit("notary", "board.constituted", "", holders).unwrap();
    world
}

fn table(world: &mut World, kind: &str, subject: &str) -> String {
    let payload = json!({"kind": kind, "title": "The matter", "text_digest": "ab".repeat(32), "subjects": [subject]});
    let (seq, _) = world.submit("elder", "board.resolution_tabled", "", payload).unwrap();
    world.stream(seq)
}

fn vote(world: &mut World, who: &str, resolution: &str, seat: &str, vote: &str) -> bool {
    let payload = json!({"seat": seat, "vote": vote});
    let outcome = world.submit(who, "board.vote_cast", resolution, payload);
    if outcome.is_err() {
        assert_eq!(refused(outcome), "seat-recused");
        return false;
    }
    true
}

fn declare(world: &mut World, resolution: &str, outcome: &str) -> Result<(), &'static str> {
    let payload = json!({ "outcome": outcome });
    let outcome = world.submit("elder", "board.resolution_declared", resolution, payload);
    outcome.map(drop).map_err(|r| r.code)
}

#[test]
fn the_third_seat_decides_between_the_two() {
    let mut world = world();
    let payload = json!({"category": "FIRE", "against": "lower", "area": "bridge"});
    let (seq, _) = world.submit("upper-council", "violation.alleged", "", payload).unwrap();
    let case = world.stream(seq);
    let resolution = table(&mut world, "adjudication", &case);
    assert!(!vote(&mut world, "upper-council", &resolution, "above", "for"));
    assert!(!vote(&mut world, "lower-council", &resolution, "below", "against"));
    assert_eq!(declare(&mut world, &resolution, "adopted"), Err("tally-differs"));
    assert!(vote(&mut world, "elder", &resolution, "mill", "for"));
    declare(&mut world, &resolution, "adopted").unwrap();
    world.check_replay();
}

#[test]
fn among_themselves_all_three_count() {
    let mut world = world();
    let alone = table(&mut world, "procedure", "board/main");
    assert!(vote(&mut world, "elder", &alone, "mill", "for"));
    assert_eq!(declare(&mut world, &alone, "adopted"), Err("tally-differs"));
    declare(&mut world, &alone, "no_quorum").unwrap();
    let peace = table(&mut world, "peace", "board/main");
    for (who, seat, cast) in [
        ("upper-council", "above", "for"),
        ("lower-council", "below", "against"),
        ("elder", "mill", "for"),
    ] {
        assert!(vote(&mut world, who, &peace, seat, cast));
    }
    assert_eq!(declare(&mut world, &peace, "adopted"), Err("tally-differs"), "not unanimous");
    declare(&mut world, &peace, "failed").unwrap();
    let board = world.view("board");
    assert_eq!(board.figure("quorum/resolutions").unwrap().value, 1);
    assert_eq!(board.figure("seats/mill/votes").unwrap().value, 2);
    provenance::check(&world, "board");
    world.check_replay();
}

#[test]
fn it_scores_its_own_provisions_and_calls_its_own_meetings() {
    let mut world = world();
    let payload = json!({"code": "lists", "provision": "K3", "title": "Lists", "responsible": ["upper", "lower"], "due_on": "2026-03-02"});
    world.submit("notary", "stipulation.registered", "", payload).unwrap();
    let payload = json!({"stipulation": "lists", "score": 1});
    world.submit("abbey", "assessment.recorded", "", payload).unwrap();
    let recorded = world.log.now().plus_seconds(1);
    for (days, expected) in [(1, vec!["notice_too_short"]), (3, vec![])] {
        let at = recorded.plus_seconds(days * 86_400).to_seconds_string();
        let payload = json!({"at": at, "agenda_digest": "cd".repeat(32)});
        let (_, findings) = world.submit("elder", "board.meeting_convened", "", payload).unwrap();
        assert_eq!(findings.into_iter().map(|f| f.code).collect::<Vec<_>>(), expected);
    }
    world.log.at("2026-03-03T00:00:00Z");
    let overview = world.view("overview");
    let figure = |key: &str| overview.figure(key).unwrap().value;
    assert_eq!((figure("K3/score"), figure("K3/overdue"), figure("all/score")), (33, 1, 33));
    provenance::check(&world, "overview");
    world.check_replay();
}
