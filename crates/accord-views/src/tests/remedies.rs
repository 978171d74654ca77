//! What follows a decision: remedies, closing, and beginning again.

use super::board::constitute;
use super::cases::{allege, attribute, register, step};
use super::determined::{adopted, attribute_again, decide, provisional, with_evidence};
use super::suspicion::enrol;
use super::world::World;
use crate::replay::Known;
use accord_format::time::Timestamp;
use serde_json::{Value, json};

fn remedy(code: &str, obliged: &str, due: &str, resolution: &str) -> Value {
    json!({
        "remedy": code, "words": "Withdraw behind the line.", "obliged": obliged, "due": due,
        "resolution": resolution,
    })
}

/// A case that the board upheld against `ru`, and the resolution.
fn upheld(world: &mut World) -> (String, String) {
    let case = allege(world, "observer", "ru");
    attribute(world, &case);
    constitute(world);
    let resolution = adopted(world, &[&case]);
    decide(world, &case, &resolution, "upheld", None).unwrap();
    (case, resolution)
}

/// Both the party and the mission sign.
fn complete(
    world: &mut World,
    party: &str,
    case: &str,
    code: &str,
    evidence: bool,
) -> Result<(), &'static str> {
    world.log.co_sign("mission");
    if evidence {
        world.log.attach(json!({"commitment": "e0".repeat(32), "bytes": 4096}));
    }
    let payload = json!({"remedy": code});
    let outcome = world.submit(party, "violation.remedy_completed", case, payload);
    outcome.map(drop).map_err(|r| r.code)
}

fn figure(world: &World, at: &str, micros: i64, view: &str, key: &str) -> Option<u64> {
    let at = Timestamp::from_micros(Timestamp::parse_seconds(at).unwrap().micros() + micros);
    let view = crate::view::view(view, &world.replay(Known::All, at)).unwrap();
    view.figure(key).map(|f| f.value)
}

const DUE: &str = "2026-03-10T00:00:00Z";

#[test]
fn a_remedy_is_ordered_of_a_party_by_the_board() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let undecided = allege(&mut world, "observer", "ru");
    let (case, resolution) = upheld(&mut world);
    let mut order = |case: &str, payload| step(&mut world, case, "remedy_ordered", payload);
    assert_eq!(order(&undecided, remedy("a", "ru", DUE, &resolution)), Err("wrong-state"));
    assert_eq!(
        order(&case, remedy("a", "ru", DUE, "resolution/none")),
        Err("resolution-not-adopted")
    );
    assert_eq!(order(&case, remedy("a", "third", DUE, &resolution)), Err("side-unknown"));
    assert_eq!(order(&case, remedy("a", "ru", DUE, &resolution)), Ok(vec![]));
    assert_eq!(order(&case, remedy("a", "ru", DUE, &resolution)), Err("remedy-known"));
    let odd = remedy("b", "ua", "2026-03-01T00:00:00Z", &resolution);
    assert_eq!(order(&case, odd), Ok(vec!["due_past", "obliged_not_responsible"]));

    let elsewhere = adopted(&mut world, &[&undecided]);
    let payload = remedy("c", "ru", DUE, &elsewhere);
    assert_eq!(step(&mut world, &case, "remedy_ordered", payload), Err("resolution-elsewhere"));
    world.check_replay();
}

#[test]
fn a_remedy_is_overdue_from_the_instant_it_was_due() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let (case, resolution) = upheld(&mut world);
    step(&mut world, &case, "remedy_ordered", remedy("a", "ru", DUE, &resolution)).unwrap();
    let overdue = format!("outstanding/{case}/a/days_overdue");
    for (micros, due, late, days) in [(-1, 1, 0, None), (0, 0, 1, Some(0)), (1, 0, 1, Some(0))] {
        let read = |view: &str, key: &str| figure(&world, DUE, micros, view, key);
        assert_eq!(read("violations", "remedies/due"), Some(due), "{micros}");
        assert_eq!(read("violations", "remedies/overdue"), Some(late), "{micros}");
        assert_eq!(read("parties", "ru/remedies/overdue"), Some(late), "{micros}");
        assert_eq!(read("parties", "ua/remedies/overdue"), Some(0));
        assert_eq!(read("board", "follow_up/remedies"), Some(late), "{micros}");
        assert_eq!(read("violations", &overdue), days);
    }
    world.log.at("2026-03-12T00:00:00Z");
    assert_eq!(world.view("violations").figure(&overdue).unwrap().value, 2);
    complete(&mut world, "ru", &case, "a", true).unwrap();
    let docket = world.view("violations");
    for (key, value) in [("completed", 1), ("late", 1), ("overdue", 0), ("due", 0)] {
        assert_eq!(docket.figure(&format!("remedies/{key}")).unwrap().value, value, "{key}");
    }
    assert_eq!(docket.figure("links/remedied/median").unwrap().value, 10);
    assert_eq!(docket.figure(&format!("cases/{case}/remedied")).unwrap().value, 10);
    world.check_replay();
    world.log.at(DUE);
    super::provenance::check(&world, "board");
}

#[test]
fn completion_at_the_instant_is_late_and_before_it_is_not() {
    for (now, late) in [("2026-03-09T23:59:58Z", 0), ("2026-03-09T23:59:59Z", 1)] {
        let mut world = World::with_charter("2026-03-01T05:00:00Z");
        let (case, resolution) = upheld(&mut world);
        step(&mut world, &case, "remedy_ordered", remedy("a", "ru", DUE, &resolution)).unwrap();
        // An event is recorded a second after the clock stood.
        world.log.at(now);
        complete(&mut world, "ru", &case, "a", true).unwrap();
        assert_eq!(world.view("violations").figure("remedies/late").unwrap().value, late, "{now}");
    }
}

#[test]
fn who_was_obliged_shows_that_it_is_done() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let key = enrol(&mut world, "mission");
    let (case, resolution) = upheld(&mut world);
    step(&mut world, &case, "remedy_ordered", remedy("a", "ru", DUE, &resolution)).unwrap();
    assert_eq!(complete(&mut world, "ru", &case, "b", true), Err("remedy-unknown"));
    assert_eq!(complete(&mut world, "ua", &case, "a", true), Err("not-the-obliged"));
    assert_eq!(complete(&mut world, "ru", &case, "a", false), Err("evidence-missing"));
    world.kernel_event(
        "key.revoked",
        "",
        json!({"participant": "mission", "key": key, "reason": "compromised", "compromised_since": "2026-03-01T00:00:00Z"}),
    );
    assert_eq!(complete(&mut world, "ru", &case, "a", true), Err("rests-on-suspect"));
    world.kernel_event("record.reaffirmed", "", json!({"targets": suspects(&world)}));
    complete(&mut world, "ru", &case, "a", true).unwrap();
    assert_eq!(complete(&mut world, "ru", &case, "a", true), Err("remedy-ended"));
    world.check_replay();
}

fn suspects(world: &World) -> Vec<String> {
    let suspects = world.families.basis().amendments.suspects();
    suspects.iter().map(|seq| world.log.hash(*seq)).collect()
}

#[test]
fn a_provisional_determination_rests_on_nothing_suspect() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let key = enrol(&mut world, "observer");
    let case = allege(&mut world, "observer", "ru");
    world.kernel_event(
        "key.revoked",
        "",
        json!({"participant": "observer", "key": key, "reason": "compromised", "compromised_since": "2026-03-01T00:00:00Z"}),
    );
    let determine = |world: &mut World, case: &str| {
        step(world, case, "provisionally_determined", provisional("ru", "ua"))
    };
    assert_eq!(determine(&mut world, &case), Err("rests-on-suspect"));
    // Whoever saw it alleges it anew.
    let anew = allege(&mut world, "mission", "ru");
    assert_eq!(determine(&mut world, &anew), Ok(vec!["no_evidence"]));
}

#[test]
fn a_case_may_be_closed_before_its_remedies_are_done_and_that_shows() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let (case, resolution) = upheld(&mut world);
    step(&mut world, &case, "remedy_ordered", remedy("a", "ru", DUE, &resolution)).unwrap();
    let closed = step(&mut world, &case, "closed", json!({"reason": "x"}));
    assert_eq!(closed, Ok(vec!["remedies_outstanding"]));
    assert_eq!(
        figure(&world, DUE, 0, "violations", "remedies/overdue"),
        Some(1),
        "the clock runs on"
    );
    let after = step(&mut world, &case, "remedy_ordered", remedy("b", "ru", DUE, &resolution));
    assert_eq!(after, Err("wrong-state"));
    complete(&mut world, "ru", &case, "a", true).unwrap();
    assert_eq!(figure(&world, DUE, 0, "violations", "remedies/overdue"), Some(0));
    world.check_replay();
}

#[test]
fn a_case_is_reopened_on_new_evidence_only() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let (case, resolution) = upheld(&mut world);
    step(&mut world, &case, "remedy_ordered", remedy("a", "ru", DUE, &resolution)).unwrap();
    let reason = json!({"reason": "a film turned up"});
    assert_eq!(with_evidence(&mut world, &case, "reopened", 1, reason.clone()), Err("wrong-state"));
    with_evidence(&mut world, &case, "closed", 1, json!({"reason": "x"})).unwrap();
    assert_eq!(step(&mut world, &case, "reopened", reason.clone()), Err("evidence-missing"));
    assert_eq!(
        with_evidence(&mut world, &case, "reopened", 1, reason.clone()),
        Err("evidence-not-new")
    );
    assert_eq!(with_evidence(&mut world, &case, "reopened", 2, reason.clone()), Ok(vec![]));
    let docket = world.view("violations");
    assert_eq!(docket.figure("status/under_investigation").unwrap().value, 1);
    assert_eq!(docket.figure("lapses/reopened").unwrap().value, 1);
    assert_eq!(docket.figure("decisions/upheld").unwrap().value, 0, "it is pending again");

    let withdrawn = world.submit("observer", "violation.withdrawn", &case, reason);
    assert_eq!(withdrawn.unwrap_err().code, "wrong-state", "a finding was made before");
    attribute_again(&mut world, &case);
    let resolution = adopted(&mut world, &[&case]);
    decide(&mut world, &case, &resolution, "overturned", None).unwrap();
    let docket = world.view("violations");
    assert_eq!(docket.figure("decisions/overturned").unwrap().value, 1);
    assert_eq!(docket.figure("remedies/lifted").unwrap().value, 1);
    assert_eq!(complete(&mut world, "ru", &case, "a", true), Err("remedy-ended"));
    world.check_replay();
}

#[test]
fn the_accused_answers_again_when_a_case_is_reopened() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let case = allege(&mut world, "observer", "ru");
    step(&mut world, &case, "registered", register()).unwrap();
    world.submit("ru", "violation.response_filed", &case, json!({"stance": "deny"})).unwrap();
    step(&mut world, &case, "no_action_decided", json!({"reason": "x"})).unwrap();
    step(&mut world, &case, "closed", json!({"reason": "x"})).unwrap();
    let bare = with_evidence(&mut world, &case, "reopened", 1, json!({"reason": "x"}));
    assert_eq!(bare, Err("team-missing"), "nobody investigated it before");
    world.log.at("2026-04-01T00:00:00Z");
    let team = json!({"reason": "x", "team": "north", "standard": "balance"});
    with_evidence(&mut world, &case, "reopened", 1, team).unwrap();
    // Reopened at 00:00:01; the charter gives 14 days.
    let end = "2026-04-15T00:00:01Z";
    for (micros, awaited, none) in [(-1, 1, 0), (0, 0, 1), (1, 0, 1)] {
        let read = |key: &str| figure(&world, end, micros, "parties", key);
        assert_eq!(read("ru/responses/awaited"), Some(awaited), "{micros}");
        assert_eq!(read("ru/responses/none"), Some(none), "{micros}");
    }
    world.log.at("2026-04-15T00:00:00Z");
    let (_, findings) =
        world.submit("ru", "violation.response_filed", &case, json!({"stance": "accept"})).unwrap();
    assert_eq!(findings[0].code, "late_response");
    let sheet = world.view("parties");
    for (key, value) in [("late", 1), ("none", 0), ("in_time", 0), ("accept", 1), ("deny", 0)] {
        assert_eq!(sheet.figure(&format!("ru/responses/{key}")).unwrap().value, value, "{key}");
    }
    world.check_replay();
}
