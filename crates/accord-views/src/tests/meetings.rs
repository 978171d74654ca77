//! The board meets.

use super::board::{constitute, declare, table, vote};
use super::provenance;
use super::world::{World, charter, refused};
use crate::replay::Known;
use accord_oversight::OversightState;
use serde_json::{Value, json};

pub(super) fn convene(world: &mut World, at: &str) -> (String, Vec<&'static str>) {
    let payload = json!({"at": at, "agenda_digest": "cd".repeat(32)});
    let outcome = world.submit("chair", "board.meeting_convened", "", payload);
    let (seq, findings) = outcome.unwrap();
    (world.stream(seq), findings.into_iter().map(|f| f.code).collect())
}

/// Records who came, at the time of the clock.
pub(super) fn attend(
    world: &mut World,
    meeting: &str,
    present: &[&str],
    proxies: &[(&str, &str)],
) -> (u64, Vec<&'static str>) {
    let proxies: Vec<Value> =
        proxies.iter().map(|(seat, by)| json!({"seat": seat, "held_by": by})).collect();
    let mut payload = json!({ "present": present });
    if !proxies.is_empty() {
        payload["proxies"] = json!(proxies);
    }
    let outcome = world.submit("secretariat", "board.attendance_recorded", meeting, payload);
    let (seq, findings) = outcome.unwrap();
    (seq, findings.into_iter().map(|f| f.code).collect())
}

fn status(world: &World, meeting: &str) -> &'static str {
    let snapshot = world.now();
    let state = snapshot.families().oversight().state(meeting).unwrap();
    state.meeting().unwrap().status().as_str()
}

#[test]
fn a_meeting_is_called_in_time() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let early = json!({"at": "2026-03-09T05:00:00Z", "agenda_digest": "cd".repeat(32)});
    let early = world.submit("chair", "board.meeting_convened", "", early);
    assert_eq!(refused(early), "board-not-constituted");
    constitute(&mut world);
    for (late, expected) in [(-1, vec!["notice_too_short"]), (0, vec![]), (1, vec![])] {
        let recorded = world.log.now().plus_seconds(1);
        let at = recorded.plus_seconds(7 * 86_400 + late).to_seconds_string();
        assert_eq!(convene(&mut world, &at).1, expected, "{late}");
    }
    let (past, findings) = convene(&mut world, "2026-02-08T05:00:00Z");
    assert_eq!(findings, ["notice_too_short"]);
    assert_eq!(status(&world, &past), "unrecorded");
    let integrity = world.view("integrity");
    assert_eq!(integrity.figure("findings/notice_too_short").unwrap().value, 2);
    world.check_replay();
}

#[test]
fn a_charter_without_that_clock_asks_for_no_notice() {
    let mut world = World::at("2026-03-01T05:00:00Z");
    let mut other = charter();
    other.clocks.remove("meeting_notice");
    world.adopt(&other);
    constitute(&mut world);
    assert_eq!(convene(&mut world, "2026-03-01T05:00:05Z").1, Vec::<&str>::new());
}

#[test]
fn a_meeting_comes_due_by_itself() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let (meeting, _) = convene(&mut world, "2026-03-09T10:00:00Z");
    for (now, expected) in [
        ("2026-03-09T09:59:59Z", "convened"),
        ("2026-03-09T10:00:00Z", "unrecorded"),
        ("2026-03-09T10:00:01Z", "unrecorded"),
    ] {
        world.log.at(now);
        assert_eq!(status(&world, &meeting), expected, "{now}");
        let board = world.view("board");
        assert_eq!(board.figure(&format!("meetings/{expected}")).unwrap().value, 1);
    }
    let (_, findings) = attend(&mut world, &meeting, &["chair"], &[]);
    assert_eq!(findings, Vec::<&str>::new());
    assert_eq!(status(&world, &meeting), "inquorate");
    let (_, findings) = attend(&mut world, &meeting, &["chair"], &[]);
    assert_eq!(findings, ["out_of_order"]);
    world.check_replay();
}

#[test]
fn enough_come_in_all_and_of_each_group() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let mut held = |present: &[&str], proxies: &[(&str, &str)]| {
        let (meeting, _) = convene(&mut world, "2026-03-01T05:00:00Z");
        attend(&mut world, &meeting, present, proxies);
        status(&world, &meeting)
    };
    let five = ["chair", "ukraine", "union", "britain", "nato"];
    assert_eq!(held(&five, &[]), "quorate");
    assert_eq!(held(&five[..4], &[]), "inquorate");
    // A seat that is represented is not there.
    assert_eq!(held(&five[..4], &[("nato", "chair")]), "inquorate");
    // Five, none of them a party.
    assert_eq!(held(&["chair", "union", "britain", "france", "nato"], &[]), "inquorate");
    assert_eq!(held(&[], &[]), "inquorate");
    let board = world.view("board");
    let figure = |key: &str| board.figure(key).unwrap().value;
    assert_eq!((figure("meetings/quorate"), figure("quorum/meetings")), (1, 4));
    let chair = ["present", "represented", "absent"].map(|m| figure(&format!("seats/chair/{m}")));
    assert_eq!(chair, [4, 0, 1]);
    let nato = ["present", "represented", "absent"].map(|m| figure(&format!("seats/nato/{m}")));
    assert_eq!(nato, [2, 1, 2]);
    provenance::check(&world, "board");
    world.check_replay();
}

#[test]
fn a_charter_may_count_who_is_represented() {
    let mut world = World::at("2026-03-01T05:00:00Z");
    let mut other = charter();
    other.rules.insert("proxies_count".to_owned(), true);
    world.adopt(&other);
    constitute(&mut world);
    let (meeting, _) = convene(&mut world, "2026-03-01T05:00:00Z");
    attend(&mut world, &meeting, &["chair", "ukraine", "union", "britain"], &[("nato", "chair")]);
    assert_eq!(status(&world, &meeting), "quorate");
}

#[test]
fn what_is_odd_about_an_attendance_is_said() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    world.submit("nato", "board.seat_vacated", "", json!({"seat": "nato"})).unwrap();
    let (meeting, _) = convene(&mut world, "2026-03-09T10:00:00Z");
    let (seq, findings) = attend(&mut world, &meeting, &["chair", "nato", "throne"], &[]);
    assert_eq!(findings, ["unknown_seat", "before_meeting", "vacant_seat"]);
    let snapshot = world.now();
    let state = snapshot.families().oversight().state(&meeting).unwrap().into_owned();
    let attendance = state.meeting().unwrap().attendance.clone().unwrap();
    assert_eq!((attendance.seq, attendance.lacks[0].present), (seq, 2), "a throne is no seat");
    let nowhere = "meeting/0198f3c2-0000-7000-8000-00000000ffff";
    assert_eq!(attend(&mut world, nowhere, &["chair"], &[]).1, ["out_of_order"]);
    world.check_replay();
}

#[test]
fn a_corrected_attendance_changes_the_basis_of_what_was_decided() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let (meeting, _) = convene(&mut world, "2026-03-01T05:00:00Z");
    let resolution = table_for(&mut world, &meeting);
    for (seat, cast) in [("chair", "for"), ("ukraine", "for"), ("union", "against")] {
        vote(&mut world, &resolution, seat, cast).unwrap();
    }
    let present = ["chair", "ukraine", "union", "britain", "nato"];
    let (attendance, _) = attend(&mut world, &meeting, &present, &[]);
    assert_eq!(declare(&mut world, &resolution, "adopted"), Err("meeting-differs"));
    let payload = json!({"outcome": "adopted", "meeting": meeting});
    let name = "board.resolution_declared";
    let (declared, _) = world.submit("secretariat", name, &resolution, payload).unwrap();
    let before = world.size();
    assert_eq!(world.view("board").figure("basis/changed").unwrap().value, 0);
    world.correct(
        attendance,
        &json!([{"pointer": "/payload/present/4", "old": "nato", "new": "france"}]),
    );
    let shown = world.view("board");
    assert_eq!(shown.figure("basis/changed").unwrap().value, 1);
    let basis = shown.tables.iter().find(|t| t.key == "basis").unwrap();
    assert_eq!(basis.rows[1].label, format!("seq {declared}"));
    assert_eq!(shown.figure("seats/france/present").unwrap().value, 1);
    assert_eq!(shown.figure("states/in_effect").unwrap().value, 1, "it stands all the same");
    let then = crate::view::view("board", &world.replay(Known::Size(before), world.log.now()));
    assert_eq!(then.unwrap().figure("basis/changed").unwrap().value, 0);
    let snapshot = world.now();
    let state = snapshot.families().oversight().state(&meeting).unwrap();
    let OversightState::Meeting(state) = &*state else { panic!("{state:?}") };
    assert!(state.tabled.contains(&resolution) && state.decided.contains(&resolution));
    provenance::check(&world, "board");
    world.check_replay();
}

/// Tables a resolution to be decided at a meeting.
pub(super) fn table_for(world: &mut World, meeting: &str) -> String {
    let payload = json!({"kind": "procedure", "title": "The matter", "text_digest": "ab".repeat(32), "meeting": meeting});
    let (seq, _) = world.submit("chair", "board.resolution_tabled", "", payload).unwrap();
    world.stream(seq)
}

#[test]
fn a_resolution_is_tabled_for_a_meeting_that_is_to_come() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let (meeting, _) = convene(&mut world, "2026-03-01T05:00:00Z");
    let (other, _) = convene(&mut world, "2026-03-01T05:00:00Z");
    let late = |meeting: &str| json!({"kind": "x", "title": "x", "text_digest": "ab".repeat(32), "meeting": meeting});
    let name = "board.resolution_tabled";
    let nowhere = "meeting/0198f3c2-0000-7000-8000-00000000ffff";
    assert_eq!(refused(world.submit("chair", name, "", late(nowhere))), "meeting-unknown");
    let resolution = table_for(&mut world, &meeting);
    attend(&mut world, &meeting, &["chair", "ukraine", "union", "britain", "nato"], &[]);
    attend(&mut world, &other, &["chair"], &[]);
    assert_eq!(refused(world.submit("chair", name, "", late(&meeting))), "meeting-over");
    vote(&mut world, &resolution, "chair", "for").unwrap();
    let elsewhere = json!({"outcome": "no_quorum", "meeting": other});
    let name = "board.resolution_declared";
    let elsewhere = world.submit("secretariat", name, &resolution, elsewhere);
    assert_eq!(refused(elsewhere), "meeting-differs");
    let plain = table(&mut world, &[]);
    let named = json!({"outcome": "no_quorum", "meeting": meeting});
    assert_eq!(refused(world.submit("secretariat", name, &plain, named)), "meeting-differs");
    world.check_replay();
}
