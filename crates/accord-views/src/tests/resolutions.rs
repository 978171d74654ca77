//! The board resolves: quorum, recusal, veto, effect and end.

use super::board::{constitute, declare, table, vote};
use super::cases::allege;
use super::meetings::{attend, convene, table_for};
use super::provenance;
use super::suspicion::enrol;
use super::world::{World, charter, refused};
use accord_charter::Recusal;
use accord_projection::Facts;
use serde_json::json;

pub(super) fn status(world: &World, resolution: &str) -> &'static str {
    let snapshot = world.now();
    let state = snapshot.families().oversight().state(resolution).unwrap();
    state.resolution().unwrap().status().as_str()
}

fn recuse(world: &mut World, who: &str, resolution: &str, seat: &str) -> Result<(), &'static str> {
    let outcome = world.submit(who, "board.recusal_declared", resolution, json!({ "seat": seat }));
    outcome.map(drop).map_err(|r| r.code)
}

fn votes(world: &mut World, resolution: &str, cast: &[(&str, &str)]) {
    for (seat, cast) in cast {
        vote(world, resolution, seat, cast).unwrap();
    }
}

#[test]
fn a_quorum_in_number_is_none_by_group() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let (meeting, _) = convene(&mut world, "2026-03-01T05:00:00Z");
    let resolution = table_for(&mut world, &meeting);
    assert_eq!(status(&world, &resolution), "tabled");
    votes(&mut world, &resolution, &[("chair", "for"), ("union", "for")]);
    assert_eq!(status(&world, &resolution), "voting");
    // Five came, and none of them is a party.
    attend(&mut world, &meeting, &["chair", "union", "britain", "france", "nato"], &[]);
    let result = |outcome: &str| json!({"outcome": outcome, "meeting": meeting});
    let name = "board.resolution_declared";
    let wrong = world.submit("secretariat", name, &resolution, result("adopted")).unwrap_err();
    assert_eq!(wrong.code, "tally-differs");
    assert!(wrong.detail.contains("0 of 1 seats of group parties"), "{}", wrong.detail);
    world.submit("secretariat", name, &resolution, result("no_quorum")).unwrap();
    assert_eq!(status(&world, &resolution), "no_quorum");
    assert_eq!(world.view("board").figure("quorum/resolutions").unwrap().value, 1);
    assert_eq!(Facts::fact(&world.families, "resolution.adopted", &resolution), None);

    // The same votes with a party in the room carry.
    let (meeting, _) = convene(&mut world, "2026-03-01T05:00:00Z");
    let resolution = table_for(&mut world, &meeting);
    votes(&mut world, &resolution, &[("chair", "for"), ("union", "for")]);
    attend(&mut world, &meeting, &["chair", "union", "britain", "france", "russia"], &[]);
    let result = json!({"outcome": "adopted", "meeting": meeting});
    world.submit("secretariat", name, &resolution, result).unwrap();
    assert_eq!(status(&world, &resolution), "in_effect");
    provenance::check(&world, "board");
    world.check_replay();
}

#[test]
fn nobody_comes_for_a_seat_that_nobody_holds() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    world.submit("nato", "board.seat_vacated", "", json!({"seat": "nato"})).unwrap();
    let (meeting, _) = convene(&mut world, "2026-03-01T05:00:00Z");
    let resolution = table_for(&mut world, &meeting);
    votes(&mut world, &resolution, &[("chair", "for")]);
    let present = ["chair", "ukraine", "union", "britain", "nato"];
    assert_eq!(attend(&mut world, &meeting, &present, &[]).1, ["vacant_seat"]);
    let name = "board.resolution_declared";
    let result = |outcome: &str| json!({"outcome": outcome, "meeting": meeting});
    let wrong = world.submit("secretariat", name, &resolution, result("adopted"));
    assert_eq!(refused(wrong), "tally-differs");
    world.submit("secretariat", name, &resolution, result("no_quorum")).unwrap();
    world.check_replay();
}

#[test]
fn a_party_takes_no_part_in_its_own_case_and_the_chair_vetoes() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let case = allege(&mut world, "observer", "ru");
    let resolution = table(&mut world, &[&case]);
    assert_eq!(vote(&mut world, &resolution, "russia", "against"), Err("seat-recused"));
    votes(
        &mut world,
        &resolution,
        &[("ukraine", "for"), ("union", "for"), ("britain", "for"), ("france", "for")],
    );
    vote(&mut world, &resolution, "chair", "against").unwrap();
    assert_eq!(declare(&mut world, &resolution, "adopted"), Err("tally-differs"));
    declare(&mut world, &resolution, "vetoed").unwrap();
    assert_eq!(status(&world, &resolution), "vetoed");
    let shown = world.view("board");
    let recusals = shown.tables.iter().find(|t| t.key == "recusals").unwrap();
    assert_eq!(recusals.rows[0].key, format!("{resolution}/russia"));
    world.check_replay();
}

/// Merged cases are decided on together, and each of them by others than its parties.
#[test]
fn a_party_takes_no_part_in_what_was_merged_into_a_case() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let mut case = allege(&mut world, "observer", "ru");
    for against in ["undetermined", "ua"] {
        let into = allege(&mut world, "observer", against);
        let merged = json!({ "into": into });
        world.submit("mission", "violation.merged", &case, merged).unwrap();
        case = into;
    }
    let resolution = table(&mut world, &[&case]);
    for seat in ["russia", "ukraine"] {
        assert_eq!(vote(&mut world, &resolution, seat, "against"), Err("seat-recused"), "{seat}");
    }
    world.check_replay();
}

/// Seats that step aside by the many do not leave the decision to one.
#[test]
fn a_quorum_that_recusals_make_smaller_is_marked_and_has_a_least() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let case = allege(&mut world, "observer", "ru");
    let mut outcome = |stepping: &[(&str, &str)], voting: &[&str]| {
        let resolution = table(&mut world, &[&case]);
        for (who, seat) in stepping {
            recuse(&mut world, who, &resolution, seat).unwrap();
        }
        let in_favour: Vec<_> = voting.iter().map(|seat| (*seat, "for")).collect();
        votes(&mut world, &resolution, &in_favour);
        let payload = json!({"outcome": "adopted"});
        let declared =
            world.submit("secretariat", "board.resolution_declared", &resolution, payload);
        declared.map(|(_, found)| found.into_iter().map(|f| (f.code, f.detail)).collect::<Vec<_>>())
    };
    let few = [("nato", "nato"), ("gb", "britain"), ("fr", "france"), ("eu", "union")];
    assert_eq!(refused(outcome(&few, &["chair", "ukraine"])), "tally-differs", "two of two");
    let three = outcome(&few[..3], &["chair", "ukraine", "union"]).unwrap();
    let (code, detail) = &three[0];
    assert_eq!(*code, "quorum_reduced");
    let said = "3 of 3 seats decided, where the quorum is 5; taking no part: britain, france, nato, russia";
    assert_eq!(detail, said);
    assert_eq!(
        outcome(&few[..1], &["chair", "ukraine", "union", "france", "britain"]).unwrap(),
        []
    );
    world.check_replay();
}

/// Of six seats without the accused, half are no absolute majority, and four are.
#[test]
fn majorities_are_of_the_seats_that_take_part() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let case = allege(&mut world, "observer", "ru");
    for (cast, outcome) in [("for", "adopted"), ("abstain", "failed")] {
        let resolution = table(&mut world, &[&case]);
        votes(
            &mut world,
            &resolution,
            &[("chair", "for"), ("ukraine", "for"), ("union", "for"), ("britain", cast)],
        );
        vote(&mut world, &resolution, "france", "abstain").unwrap();
        declare(&mut world, &resolution, outcome).unwrap();
    }
    // Of five, where another one steps aside, three are enough.
    let resolution = table(&mut world, &[&case]);
    recuse(&mut world, "nato", &resolution, "nato").unwrap();
    votes(
        &mut world,
        &resolution,
        &[("chair", "for"), ("ukraine", "for"), ("union", "for"), ("britain", "abstain")],
    );
    assert_eq!(declare(&mut world, &resolution, "adopted"), Err("tally-differs"), "four of five");
    vote(&mut world, &resolution, "france", "abstain").unwrap();
    declare(&mut world, &resolution, "adopted").unwrap();
    world.check_replay();
}

#[test]
fn a_seat_is_recused_by_itself_or_by_the_charter() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let case = allege(&mut world, "observer", "ru");
    let resolution = table(&mut world, &[&case]);
    assert_eq!(recuse(&mut world, "gb", &resolution, "throne"), Err("seat-unknown"));
    assert_eq!(recuse(&mut world, "gb", &resolution, "union"), Err("recusal-not-own"));
    assert_eq!(recuse(&mut world, "chair", &resolution, "union"), Err("recusal-not-own"));
    recuse(&mut world, "chair", &resolution, "russia").unwrap();
    assert_eq!(recuse(&mut world, "ru", &resolution, "russia"), Err("seat-recused"));
    vote(&mut world, &resolution, "france", "against").unwrap();
    recuse(&mut world, "fr", &resolution, "france").unwrap();
    assert_eq!(vote(&mut world, &resolution, "france", "against"), Err("seat-recused"));
    votes(&mut world, &resolution, &[("chair", "for"), ("ukraine", "for"), ("union", "for")]);
    assert_eq!(declare(&mut world, &resolution, "no_quorum"), Ok(()), "france does not count");
    assert_eq!(recuse(&mut world, "gb", &resolution, "britain"), Err("wrong-state"));
    let shown = world.view("board");
    assert_eq!(shown.figure("seats/france/recusals").unwrap().value, 1);
    assert_eq!(shown.figure("seats/russia/recusals").unwrap().value, 1);
    provenance::check(&world, "board");
    world.check_replay();
}

#[test]
fn a_complainant_is_recused_where_the_charter_says_so() {
    let mut world = World::at("2026-03-01T05:00:00Z");
    let mut other = charter();
    other.board.as_mut().unwrap().recusal = Recusal::OwnCase;
    world.adopt(&other);
    constitute(&mut world);
    let case = allege(&mut world, "ua", "ru");
    let resolution = table(&mut world, &[&case]);
    assert_eq!(vote(&mut world, &resolution, "ukraine", "for"), Err("seat-recused"));
    assert_eq!(vote(&mut world, &resolution, "russia", "against"), Err("seat-recused"));
    // Neither party takes part, so none of that group is waited for.
    for seat in ["chair", "union", "britain", "france", "nato"] {
        vote(&mut world, &resolution, seat, "for").unwrap();
    }
    declare(&mut world, &resolution, "adopted").unwrap();
    world.check_replay();
}

/// A vote stays on record when its case turns out to be the voter's own, and counts no more.
#[test]
fn a_vote_on_what_becomes_an_own_case_does_not_count() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let payload = json!({"category": "A2", "against": "third", "area": "donetsk"});
    let (alleged, _) = world.submit("observer", "violation.alleged", "", payload).unwrap();
    let case = world.stream(alleged);
    let resolution = table(&mut world, &[&case]);
    for seat in ["chair", "ukraine", "russia", "union", "britain"] {
        vote(&mut world, &resolution, seat, "for").unwrap();
    }
    let patch = json!([{"pointer": "/payload/against", "old": "third", "new": "ru"}]);
    world.correct(alleged, &patch);
    assert_eq!(declare(&mut world, &resolution, "adopted"), Err("tally-differs"));
    declare(&mut world, &resolution, "no_quorum").unwrap();
    world.check_replay();
}

#[test]
fn votes_are_taken_for_as_long_as_the_charter_says() {
    let mut world = World::at("2026-03-01T05:00:00Z");
    let mut other = charter();
    let clock = other.clocks["meeting_notice"].clone();
    other.clocks.insert("resolution_voting".to_owned(), clock);
    world.adopt(&other);
    constitute(&mut world);
    // Recorded at 05:00:04; votes until the same second seven days later, which is too late.
    let resolution = table(&mut world, &[]);
    votes(&mut world, &resolution, &[("chair", "for"), ("ukraine", "for"), ("union", "for")]);
    assert_eq!(declare(&mut world, &resolution, "no_quorum"), Err("voting-open"));
    world.log.at("2026-03-08T05:00:02Z");
    vote(&mut world, &resolution, "britain", "for").unwrap();
    let marked = |world: &World| {
        let board = world.view("board");
        let list = board.tables.iter().find(|t| t.key == "resolutions").unwrap();
        list.rows[0].marks.contains(&"result not declared")
    };
    assert!(!marked(&world));
    assert_eq!(vote(&mut world, &resolution, "france", "for"), Err("voting-closed"));
    world.log.at("2026-03-08T05:00:04Z");
    assert!(marked(&world));
    assert_eq!(vote(&mut world, &resolution, "nato", "for"), Err("voting-closed"));
    declare(&mut world, &resolution, "no_quorum").unwrap();
    assert!(!marked(&world));
    // Once every seat that takes part has voted, nobody has to wait.
    let resolution = table(&mut world, &[]);
    for seat in ["chair", "ukraine", "russia", "union", "britain", "france"] {
        vote(&mut world, &resolution, seat, "for").unwrap();
    }
    assert_eq!(declare(&mut world, &resolution, "adopted"), Err("voting-open"));
    recuse(&mut world, "nato", &resolution, "nato").unwrap();
    declare(&mut world, &resolution, "adopted").unwrap();
    world.check_replay();
}

/// One that is rescinded before its day never takes effect.
#[test]
fn dissents_are_heard_whatever_became_of_it() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    constitute(&mut world);
    let resolution = table(&mut world, &[]);
    let dissent = |world: &mut World, who: &str, seat: &str| -> Vec<&'static str> {
        let payload = json!({"seat": seat, "text_digest": "ef".repeat(32)});
        let outcome = world.submit(who, "board.dissent_filed", &resolution, payload);
        outcome.unwrap().1.into_iter().map(|f| f.code).collect()
    };
    assert_eq!(dissent(&mut world, "ru", "russia"), Vec::<&str>::new());
    declare(&mut world, &resolution, "no_quorum").unwrap();
    assert_eq!(dissent(&mut world, "fr", "france"), Vec::<&str>::new());
    assert_eq!(dissent(&mut world, "fr", "throne"), ["seat_not_held"]);
    assert_eq!(dissent(&mut world, "fr", "russia"), ["seat_not_held"]);
    let nowhere = "resolution/0198f3c2-0000-7000-8000-00000000ffff";
    let payload = json!({"seat": "france", "text_digest": "ef".repeat(32)});
    let (_, findings) = world.submit("fr", "board.dissent_filed", nowhere, payload).unwrap();
    assert_eq!(findings.into_iter().map(|f| f.code).collect::<Vec<_>>(), ["out_of_order"]);
    let shown = world.view("board");
    assert_eq!(shown.figure(&format!("{resolution}/dissents")).unwrap().value, 4);
    assert_eq!(shown.figure("seats/russia/dissents").unwrap().value, 2);
    provenance::check(&world, "board");
    world.check_replay();
}

/// A clock that runs takes another length only from a charter that says so.
#[test]
fn an_amendment_closes_a_vote_only_if_it_says_so() {
    for (running, expected) in [(false, Ok(())), (true, Err("voting-closed"))] {
        let mut world = World::at("2026-03-01T05:00:00Z");
        let mut other = charter();
        let mut clock = other.clocks["meeting_notice"].clone();
        other.clocks.insert("resolution_voting".to_owned(), clock.clone());
        world.adopt(&other);
        constitute(&mut world);
        let resolution = table(&mut world, &[]);
        other.version = 2;
        clock.length = accord_charter::Seconds(86_400);
        other.clocks.insert("resolution_voting".to_owned(), clock);
        let proposal = world.kernel_event("charter.proposed", "", json!({ "charter": other }));
        let mut payload = json!({"from": world.log.hash(0)});
        if running {
            payload["running_clocks"] = true.into();
        }
        let stream = world.stream(proposal);
        world.kernel_event("charter.amended", &stream, payload);
        world.log.at("2026-03-03T05:00:00Z");
        assert_eq!(vote(&mut world, &resolution, "chair", "for"), expected);
        world.check_replay();
    }
}

/// A result does not rest on a vote, nor on an attendance, whose key was in other hands.
#[test]
fn a_result_does_not_rest_on_what_is_suspect() {
    for thief in ["fr", "secretariat"] {
        let mut world = World::with_charter("2026-03-01T05:00:00Z");
        let key = enrol(&mut world, thief);
        constitute(&mut world);
        let (meeting, _) = convene(&mut world, "2026-03-01T05:00:00Z");
        let resolution = table_for(&mut world, &meeting);
        let since = world.log.now().to_seconds_string();
        votes(&mut world, &resolution, &[("chair", "for"), ("france", "for")]);
        let present = ["chair", "ukraine", "union", "britain", "nato"];
        attend(&mut world, &meeting, &present, &[]);
        let stolen = json!({"participant": thief, "key": key, "reason": "compromised", "compromised_since": since});
        world.kernel_event("key.revoked", "", stolen);
        let suspects = world.families.basis().amendments.suspects().clone();
        assert_eq!(suspects.len(), 1, "{thief}");
        let result = json!({"outcome": "adopted", "meeting": meeting});
        let name = "board.resolution_declared";
        let outcome = world.submit("secretariat", name, &resolution, result.clone());
        assert_eq!(refused(outcome), "rests-on-suspect", "{thief}");
        let targets: Vec<String> = suspects.iter().map(|seq| world.log.hash(*seq)).collect();
        world.kernel_event("record.reaffirmed", "", json!({ "targets": targets }));
        world.submit("secretariat", name, &resolution, result).unwrap();
        world.check_replay();
    }
}
