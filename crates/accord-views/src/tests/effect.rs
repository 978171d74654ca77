//! What a resolution brings about, from when, and until when.

use super::board::{adjudicate, constitute, declare, table, vote};
use super::cases::{allege, attribute};
use super::provenance;
use super::resolutions::status;
use super::world::{World, refused};
use accord_projection::Facts;
use serde_json::{Value, json};

/// Adopted by all who vote on it.
fn adopt(world: &mut World, subjects: &[&str]) -> String {
    let resolution = table(world, subjects);
    for seat in ["chair", "ukraine", "union", "britain", "france"] {
        vote(world, &resolution, seat, "for").unwrap();
    }
    declare(world, &resolution, "adopted").unwrap();
    resolution
}

#[test]
fn a_resolution_takes_effect_when_it_says_so() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let case = allege(&mut world, "observer", "ru");
    attribute(&mut world, &case);
    let resolution = table(&mut world, &[&case]);
    for seat in ["chair", "ukraine", "union", "britain", "france"] {
        vote(&mut world, &resolution, seat, "for").unwrap();
    }
    let result = |at: &str| json!({"outcome": "adopted", "effective_at": at});
    let name = "board.resolution_declared";
    let past = world.submit("secretariat", name, &resolution, result("2026-03-01T05:00:00Z"));
    assert_eq!(refused(past), "effective-before-declared");
    world.submit("secretariat", name, &resolution, result("2026-04-01T00:00:00Z")).unwrap();
    for (now, expected) in [
        ("2026-03-31T23:59:58Z", "adopted"),
        ("2026-04-01T00:00:00Z", "in_effect"),
        ("2026-04-01T00:00:01Z", "in_effect"),
    ] {
        world.log.at(now);
        assert_eq!(status(&world, &resolution), expected, "{now}");
        let shown = world.view("board");
        assert_eq!(shown.figure(&format!("states/{expected}")).unwrap().value, 1);
        assert_eq!(shown.figure("outcomes/adopted").unwrap().value, 1);
        provenance::check(&world, "board");
    }
    // Recorded a second after the clock, so one second before the effect, and then at it.
    world.log.at("2026-03-31T23:59:58Z");
    let early = adjudicate(&mut world, &case, &resolution, "ru");
    assert_eq!(early, Err("resolution-not-adopted"));
    adjudicate(&mut world, &case, &resolution, "ru").unwrap();
    let fact = Facts::fact(&world.families, "resolution.adopted", &resolution).unwrap();
    let effective = 1_775_001_600_000_000_i64;
    let tabled = world.log.entries().iter().find(|e| e.event().stream == resolution).unwrap();
    let declared = world.log.entries().iter().rfind(|e| e.event().stream == resolution).unwrap();
    let expected = json!({
        "kind": "adjudication", "subjects": [case], "effective_at": effective,
        "tabled": tabled.header.seq, "declared": declared.header.seq,
    });
    assert_eq!(fact, expected);
    world.check_replay();
}

#[test]
fn what_was_adopted_is_rescinded_by_another_resolution() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let case = allege(&mut world, "observer", "ru");
    attribute(&mut world, &case);
    let first = adopt(&mut world, &[&case]);
    let rescind = |world: &mut World, by: &str| {
        let payload = json!({ "by_resolution": by });
        let outcome = world.submit("secretariat", "board.resolution_rescinded", &first, payload);
        outcome.map(drop).map_err(|r| r.code)
    };
    let elsewhere = adopt(&mut world, &[&case]);
    assert_eq!(rescind(&mut world, &elsewhere), Err("resolution-elsewhere"));
    assert_eq!(rescind(&mut world, &first), Err("rescinds-itself"));
    let second = table(&mut world, &[&first]);
    assert_eq!(rescind(&mut world, &second), Err("resolution-not-adopted"));
    for seat in ["chair", "ukraine", "russia", "union", "britain"] {
        vote(&mut world, &second, seat, "for").unwrap();
    }
    declare(&mut world, &second, "adopted").unwrap();
    assert!(Facts::fact(&world.families, "resolution.adopted", &first).is_some());
    rescind(&mut world, &second).unwrap();
    assert_eq!(rescind(&mut world, &second), Err("wrong-state"));
    assert_eq!(status(&world, &first), "rescinded");
    assert_eq!(Facts::fact(&world.families, "resolution.adopted", &first), None);
    assert_eq!(adjudicate(&mut world, &case, &first, "ru"), Err("resolution-not-adopted"));
    let failed = table(&mut world, &[]);
    declare(&mut world, &failed, "no_quorum").unwrap();
    let payload = json!({ "by_resolution": second });
    let never = world.submit("secretariat", "board.resolution_rescinded", &failed, payload);
    assert_eq!(refused(never), "wrong-state");
    let shown = world.view("board");
    assert_eq!(shown.figure("states/rescinded").unwrap().value, 1);
    provenance::check(&world, "board");
    world.check_replay();
}

#[test]
fn a_resolution_is_rescinded_before_it_takes_effect() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let first = table(&mut world, &[]);
    for seat in ["chair", "ukraine", "union", "britain", "france"] {
        vote(&mut world, &first, seat, "for").unwrap();
    }
    let later = json!({"outcome": "adopted", "effective_at": "2026-04-01T00:00:00Z"});
    world.submit("secretariat", "board.resolution_declared", &first, later).unwrap();
    let second = adopt(&mut world, &[&first]);
    let payload = json!({ "by_resolution": second });
    world.submit("secretariat", "board.resolution_rescinded", &first, payload).unwrap();
    world.log.at("2026-04-02T00:00:00Z");
    assert_eq!(status(&world, &first), "rescinded");
    world.check_replay();
}

#[test]
fn the_board_is_constituted_anew_by_a_resolution() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let name = "board.constituted";
    let anew = |resolution: &str| -> Value {
        json!({"holders": {"chair": "chair", "france": "fr"}, "resolution": resolution})
    };
    let nothing = "resolution/0198f3c2-0000-7000-8000-00000000ffff";
    assert_eq!(refused(world.submit("chair", name, "", anew(nothing))), "board-not-constituted");
    constitute(&mut world);
    assert_eq!(refused(world.submit("chair", name, "", anew(nothing))), "resolution-not-adopted");
    let elsewhere = adopt(&mut world, &[]);
    assert_eq!(refused(world.submit("chair", name, "", anew(&elsewhere))), "resolution-elsewhere");
    let resolution = adopt(&mut world, &["board/main"]);
    world.submit("chair", name, "", anew(&resolution)).unwrap();
    let snapshot = world.now();
    let state = snapshot.families().oversight().state("board/main").unwrap();
    let board = state.board().unwrap();
    assert_eq!((board.holders.len(), &board.resolutions), (2, &vec![resolution]));
    let other = table(&mut world, &[]);
    assert_eq!(vote(&mut world, &other, "ukraine", "for"), Err("seat-not-held"));
    world.check_replay();
}
