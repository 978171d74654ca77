//! The life of a case, step by step, and what is refused on the way.

use super::board::constitute;
use super::determined::adopted;
use super::world::{World, refused};
use serde_json::{Value, json};

pub(super) fn allege(world: &mut World, author: &str, against: &str) -> String {
    let payload = json!({"category": "A2", "against": against, "area": "donetsk"});
    let (seq, _) = world.submit(author, "violation.alleged", "", payload).unwrap();
    world.stream(seq)
}

pub(super) fn step(
    world: &mut World,
    case: &str,
    name: &str,
    payload: Value,
) -> Result<Vec<&'static str>, &'static str> {
    let outcome = world.submit("mission", &format!("violation.{name}"), case, payload);
    outcome
        .map(|(_, findings)| findings.into_iter().map(|f| f.code).collect())
        .map_err(|rejection| rejection.code)
}

pub(super) fn register() -> Value {
    json!({"outcome": "accepted", "severity": 3})
}

pub(super) fn attribute(world: &mut World, case: &str) {
    step(world, case, "registered", register()).unwrap();
    step(world, case, "investigation_opened", json!({"team": "north", "standard": "balance"}))
        .unwrap();
    step(
        world,
        case,
        "finding_recorded",
        json!({"result": "verified", "confidence": "high", "report": "ab".repeat(32)}),
    )
    .unwrap();
    step(world, case, "attributed", json!({"responsible": ["ru"], "intent": "deliberate", "provisions": ["P01"], "method": "craters"})).unwrap();
}

fn status(world: &World, case: &str) -> String {
    let snapshot = world.now();
    let state = snapshot.families().violations().state(case).unwrap();
    state.case().unwrap().status.as_str().to_owned()
}

#[test]
fn each_step_needs_the_one_before() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let case = allege(&mut world, "observer", "ru");
    let steps: [(&str, Value); 4] = [
        ("registered", register()),
        ("investigation_opened", json!({"team": "north", "standard": "balance"})),
        (
            "finding_recorded",
            json!({"result": "verified", "confidence": "low", "report": "ab".repeat(32)}),
        ),
        ("attributed", json!({"responsible": ["ru"], "intent": "unknown", "method": "craters"})),
    ];
    for at in 0..steps.len() {
        for (name, payload) in &steps[at + 1..] {
            assert_eq!(
                step(&mut world, &case, name, payload.clone()),
                Err("wrong-state"),
                "{name}"
            );
        }
        assert_eq!(step(&mut world, &case, "closed", json!({"reason": "x"})), Err("wrong-state"));
        let (name, payload) = &steps[at];
        step(&mut world, &case, name, payload.clone()).unwrap();
        assert_eq!(
            step(&mut world, &case, name, payload.clone()),
            Err("wrong-state"),
            "{name} twice"
        );
    }
    assert_eq!(status(&world, &case), "attributed");
    constitute(&mut world);
    let resolution = adopted(&mut world, &[&case]);
    let amnesty = json!({"reason": "amnesty", "resolution": resolution});
    step(&mut world, &case, "no_action_decided", amnesty).unwrap();
    step(&mut world, &case, "closed", json!({"reason": "amnesty"})).unwrap();
    assert_eq!(status(&world, &case), "closed");
    world.check_replay();
}

#[test]
fn merits_of_steps() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let case = allege(&mut world, "observer", "ru");
    let mut odd = register();
    odd["category"] = "Z9".into();
    assert_eq!(step(&mut world, &case, "registered", odd), Err("category-unknown"));
    assert_eq!(
        step(&mut world, &case, "withdrawn", json!({"reason": "x"})),
        Err("not-the-complainant")
    );
    step(&mut world, &case, "registered", register()).unwrap();
    step(
        &mut world,
        &case,
        "investigation_opened",
        json!({"team": "north", "standard": "balance"}),
    )
    .unwrap();
    let finding = json!({"result": "verified", "confidence": "high", "report": "ab".repeat(32)});
    assert_eq!(step(&mut world, &case, "finding_recorded", finding), Ok(vec!["no_evidence"]));
    let attribution = |who: &str, provision: &str| json!({"responsible": [who], "intent": "unknown", "provisions": [provision], "method": "x"});
    assert_eq!(
        step(&mut world, &case, "attributed", attribution("xx", "P01")),
        Err("side-unknown")
    );
    assert_eq!(
        step(&mut world, &case, "attributed", attribution("ru", "P99")),
        Err("provision-unknown")
    );
    assert_eq!(
        step(&mut world, &case, "attributed", attribution("undetermined", "P01")),
        Ok(vec![])
    );
    let withdrawn = world.submit("observer", "violation.withdrawn", &case, json!({"reason": "x"}));
    assert_eq!(refused(withdrawn), "wrong-state");
}

#[test]
fn allegations_and_answers_are_never_refused() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let odd = json!({"category": "Z9", "against": "atlantis"});
    let (_, findings) = world.submit("observer", "violation.alleged", "", odd).unwrap();
    assert_eq!(
        findings.iter().map(|f| f.code).collect::<Vec<_>>(),
        ["unknown_category", "unknown_side"]
    );
    let case = allege(&mut world, "observer", "ru");
    let answer = |world: &mut World, who: &str| {
        let stance = json!({"stance": "deny"});
        let (_, findings) = world.submit(who, "violation.response_filed", &case, stance).unwrap();
        findings.into_iter().map(|f| f.code).collect::<Vec<_>>()
    };
    assert_eq!(answer(&mut world, "ua"), ["not_the_accused"]);
    assert_eq!(answer(&mut world, "ru"), Vec::<&str>::new());
    step(&mut world, &case, "registered", register()).unwrap();
    // The charter gives 14 days; at the very end of them it is late.
    world.log.at("2026-03-15T05:00:30Z");
    assert_eq!(answer(&mut world, "ru"), ["late_response"]);
}

#[test]
fn a_flood_of_allegations_is_marked_and_usable() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    for _ in 0..200 {
        allege(&mut world, "observer", "ru");
    }
    let payload = json!({"category": "A2", "against": "ru"});
    let (_, findings) = world.submit("observer", "violation.alleged", "", payload).unwrap();
    assert_eq!(findings[0].code, "allegation_flood");
    let docket = world.view("violations");
    assert_eq!(docket.figure("status/alleged").unwrap().value, 201);
    assert_eq!(docket.figure("allegations/2026-03-01/observer").unwrap().value, 201);
    let cases = docket.tables.iter().find(|t| t.key == "cases").unwrap();
    assert_eq!(cases.rows.len(), 200);
}

#[test]
fn clocks_run_out_by_themselves() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let case = allege(&mut world, "observer", "ru");
    let lapse = |world: &World, key: &str| world.view("violations").figure(key).unwrap().value;
    // Alleged at 05:00:03; seven days later it is overdue.
    world.log.at("2026-03-08T05:00:02Z");
    assert_eq!(lapse(&world, "lapses/overdue"), 0);
    world.log.at("2026-03-08T05:00:03Z");
    assert_eq!(lapse(&world, "lapses/overdue"), 1);
    step(&mut world, &case, "registered", register()).unwrap();
    world.log.at("2026-03-22T05:00:04Z");
    assert_eq!(lapse(&world, "lapses/no_response"), 1);
    world.submit("ru", "violation.response_filed", &case, json!({"stance": "accept"})).unwrap();
    assert_eq!(lapse(&world, "lapses/no_response"), 0);
    world.check_replay();
}

#[test]
fn an_amendment_touches_running_clocks_only_if_it_says_so() {
    for (running, overdue) in [(false, 0), (true, 1)] {
        let mut world = World::with_charter("2026-03-01T05:00:00Z");
        allege(&mut world, "observer", "ru");
        let mut shorter = super::world::charter();
        shorter.version = 2;
        shorter.clocks.get_mut("violation_registration").unwrap().length =
            accord_charter::Seconds(86_400);
        let seq = world.kernel_event("charter.proposed", "", json!({"charter": shorter}));
        let stream = world.stream(seq);
        let mut payload = json!({"from": world.log.hash(0)});
        if running {
            payload["running_clocks"] = true.into();
        }
        world.kernel_event("charter.amended", &stream, payload);
        world.log.at("2026-03-03T05:00:00Z");
        let view = world.view("violations");
        assert_eq!(view.figure("lapses/overdue").unwrap().value, overdue);
        world.check_replay();
    }
}

#[test]
fn a_merged_case_goes_on_in_the_other() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let first = allege(&mut world, "observer", "ru");
    let second = allege(&mut world, "ua", "ru");
    let merge = |world: &mut World, from: &str, into: &str| {
        step(world, from, "merged", json!({"into": into}))
    };
    assert_eq!(merge(&mut world, &first, &first), Err("wrong-state"));
    assert_eq!(merge(&mut world, &first, "violation/none"), Err("wrong-state"));
    assert_eq!(merge(&mut world, &first, &second), Ok(vec![]));
    assert_eq!(merge(&mut world, &second, &first), Err("wrong-state"));
    let snapshot = world.now();
    let state = snapshot.families().violations().state(&second).unwrap();
    assert_eq!(state.case().unwrap().merged_from, [first]);
}

/// Merged, what was found out would be told of no case that goes on.
#[test]
fn a_case_with_a_finding_is_not_merged_away() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let (found, other) = (allege(&mut world, "observer", "ru"), allege(&mut world, "ua", "ru"));
    attribute(&mut world, &found);
    let merge = |world: &mut World, from: &str, into: &str| {
        step(world, from, "merged", json!({"into": into}))
    };
    assert_eq!(merge(&mut world, &found, &other), Err("finding-made"));
    // The other way nothing is lost.
    assert_eq!(merge(&mut world, &other, &found), Ok(vec![]));
    world.check_replay();
}

#[test]
fn a_corrected_allegation_changes_the_basis_of_later_acts() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let case = allege(&mut world, "observer", "ua");
    let alleged = world.size() - 1;
    step(&mut world, &case, "registered", register()).unwrap();
    world.correct(alleged, &json!([{"pointer": "/payload/against", "old": "ua", "new": "ru"}]));
    assert_eq!(world.view("violations").figure("against/ru").unwrap().value, 1);
    let findings = world.now().families().findings();
    let changed: Vec<_> = findings.iter().filter(|(_, f)| f.code == "basis_changed").collect();
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0].1.seq, alleged + 1);
    world.check_replay();
}
