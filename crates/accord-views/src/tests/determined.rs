//! What is determined for the time being: when it may be, and when it ends.

use super::board::{constitute, declare, table, vote};
use super::cases::{allege, attribute, register, step};
use super::world::{World, charter, refused};
use crate::replay::{Known, Snapshot};
use accord_charter::Charter;
use accord_format::time::Timestamp;
use accord_projection::Facts;
use serde_json::{Value, json};

pub(super) fn determination(responsible: &str, victim: &str) -> Value {
    json!({
        "armed_attack": true, "responsible": responsible, "victim": victim,
        "breach": {"from": "2026-02-28T22:00:00Z"},
    })
}

pub(super) fn provisional(responsible: &str, victim: &str) -> Value {
    json!({"determination": determination(responsible, victim), "basis": "radar tracks"})
}

/// Submits with a reference to evidence.
pub(super) fn with_evidence(
    world: &mut World,
    case: &str,
    name: &str,
    evidence: u8,
    payload: Value,
) -> Result<Vec<&'static str>, &'static str> {
    let commitment = format!("{evidence:02x}").repeat(32);
    world.log.attach(json!({"commitment": commitment, "bytes": 4096}));
    step(world, case, name, payload)
}

/// A resolution that the board has adopted on cases against Russia.
pub(super) fn adopted(world: &mut World, cases: &[&str]) -> String {
    adopted_with(world, cases, "ukraine")
}

/// A resolution on the cases that the board has adopted, the seat of the party that is not accused
/// among those present.
pub(super) fn adopted_with(world: &mut World, cases: &[&str], party: &str) -> String {
    let resolution = table(world, cases);
    for seat in ["chair", party, "union", "britain", "france", "nato"] {
        // Some of the cases may be the voter's own.
        let voted = vote(world, &resolution, seat, "for");
        assert!(matches!(voted, Ok(()) | Err("seat-recused")), "{voted:?}");
    }
    declare(world, &resolution, "adopted").unwrap();
    resolution
}

pub(super) fn decide(
    world: &mut World,
    case: &str,
    resolution: &str,
    decision: &str,
    determination: Option<Value>,
) -> Result<Vec<&'static str>, &'static str> {
    let mut payload = json!({"decision": decision, "resolution": resolution});
    if let Some(determination) = determination {
        payload["determination"] = determination;
    }
    step(world, case, "adjudicated", payload)
}

/// The snapshot so many microseconds after `at`.
fn around(world: &World, at: &str, micros: i64) -> Snapshot {
    let at = Timestamp::parse_seconds(at).unwrap();
    world.replay(Known::All, Timestamp::from_micros(at.micros() + micros))
}

fn attack(snapshot: &Snapshot, case: &str) -> Option<Value> {
    snapshot.families().fact("determination.armed_attack", case)
}

fn history(snapshot: &Snapshot, case: &str) -> Vec<Value> {
    let fact = snapshot.families().fact("determination.history", case);
    fact.map(|f| f.as_array().unwrap().clone()).unwrap_or_default()
}

fn figure(snapshot: &Snapshot, key: &str) -> Option<u64> {
    crate::view::view("violations", snapshot).unwrap().figure(key).map(|f| f.value)
}

#[test]
fn a_provisional_determination_expires_by_itself_and_stays_known() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let case = allege(&mut world, "ua", "ru");
    let findings = step(&mut world, &case, "provisionally_determined", provisional("ru", "ua"));
    assert_eq!(findings, Ok(vec!["no_evidence"]));
    let fact = attack(&world.now(), &case).unwrap();
    assert_eq!(fact["kind"], "provisional");
    assert_eq!((&fact["responsible"], &fact["victim"]), (&json!("ru"), &json!("ua")));
    assert_eq!(fact["breach"], json!({"from": "2026-02-28T22:00:00Z"}));
    // Recorded at 05:00:04; the charter gives 72 hours.
    let end = "2026-03-04T05:00:04Z";
    let end_micros = Timestamp::parse_seconds(end).unwrap().micros();
    assert_eq!(fact["expires"], end_micros);
    assert_eq!(fact["determined_at"], end_micros - 72 * 3_600_000_000);

    let hours = format!("determinations/{case}/hours_left");
    let before = around(&world, end, -1);
    assert_eq!(attack(&before, &case), Some(fact));
    assert_eq!(figure(&before, "provisional/running"), Some(1));
    assert_eq!(figure(&before, &hours), Some(0));
    assert_eq!(figure(&around(&world, end, -2 * 3_600_000_000), &hours), Some(2));
    assert_eq!(history(&before, &case)[0].get("until"), None);
    for micros in [0, 1] {
        let after = around(&world, end, micros);
        assert_eq!(attack(&after, &case), None, "{micros}");
        assert_eq!(figure(&after, "provisional/running"), Some(0));
        assert_eq!(figure(&after, "provisional/expired"), Some(1));
        assert_eq!(figure(&after, &hours), None);
        // What it was, and until when, is not forgotten.
        assert_eq!(history(&after, &case)[0]["until"], end_micros);
    }
    world.log.at("2026-03-04T05:00:03Z");
    let again = step(&mut world, &case, "provisionally_determined", provisional("ru", "ua"));
    assert_eq!(again, Err("provisional-repeated"), "not renewed at its end either");
    world.check_replay();
}

#[test]
fn a_decision_confirms_a_provisional_determination_or_does_not() {
    for (decision, determined, how, kinds) in [
        ("upheld", Some(determination("ru", "ua")), "confirmed", vec!["provisional", "final"]),
        (
            "modified",
            Some(determination("third", "ua")),
            "not_confirmed",
            vec!["provisional", "final"],
        ),
        ("upheld", None, "not_confirmed", vec!["provisional"]),
        ("overturned", None, "not_confirmed", vec!["provisional"]),
    ] {
        let mut world = World::with_charter("2026-03-01T05:00:00Z");
        let case = allege(&mut world, "observer", "ru");
        attribute(&mut world, &case);
        constitute(&mut world);
        let resolution = adopted(&mut world, &[&case]);
        let found = with_evidence(
            &mut world,
            &case,
            "provisionally_determined",
            1,
            provisional("ru", "ua"),
        );
        assert_eq!(found, Ok(vec![]));
        decide(&mut world, &case, &resolution, "remitted", None).unwrap();
        let now = world.now();
        assert_eq!(attack(&now, &case).unwrap()["kind"], "provisional", "a remitted case keeps it");
        step(
            &mut world,
            &case,
            "investigation_opened",
            json!({"team": "a", "standard": "balance"}),
        )
        .unwrap();
        let finding =
            json!({"result": "verified", "confidence": "high", "report": "ab".repeat(32)});
        step(&mut world, &case, "finding_recorded", finding).unwrap();
        let payload = json!({"responsible": ["ru"], "intent": "unknown", "method": "craters"});
        step(&mut world, &case, "attributed", payload).unwrap();
        let again = decide(&mut world, &case, &resolution, decision, determined.clone());
        assert_eq!(again, Err("resolution-used"));
        let resolution = adopted(&mut world, &[&case]);
        decide(&mut world, &case, &resolution, decision, determined.clone()).unwrap();

        let late = around(&world, "2026-06-01T00:00:00Z", 0);
        assert_eq!(figure(&late, &format!("provisional/{how}")), Some(1), "{decision} {how}");
        assert_eq!(figure(&late, "provisional/expired"), Some(0));
        let fact = attack(&late, &case);
        assert_eq!(fact.as_ref().map(|f| f["kind"].clone()), determined.map(|_| json!("final")));
        assert_eq!(fact.and_then(|f| f.get("expires").cloned()), None);
        let found: Vec<_> = history(&late, &case).iter().map(|f| f["kind"].clone()).collect();
        assert_eq!(found, kinds);
        if let [first, last] = &history(&late, &case)[..] {
            assert_eq!(first["until"], last["determined_at"], "the final one follows at once");
        }
        world.check_replay();
    }
}

#[test]
fn a_determination_has_merits() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let case = allege(&mut world, "observer", "ru");
    let mut try_it = |payload| step(&mut world, &case, "provisionally_determined", payload);
    assert_eq!(try_it(provisional("xx", "ua")), Err("side-unknown"));
    assert_eq!(try_it(provisional("undetermined", "ua")), Err("side-unknown"));
    assert_eq!(try_it(provisional("ru", "undetermined")), Err("side-unknown"));
    let mut ahead = provisional("ru", "third");
    ahead["determination"]["breach"]["from"] = "2026-03-01T06:00:01Z".into();
    // An event is recorded a second after the clock stood.
    world.log.at("2026-03-01T05:59:59Z");
    let determined =
        |world: &mut World, payload| step(world, &case, "provisionally_determined", payload);
    assert_eq!(determined(&mut world, ahead.clone()), Err("breach-ahead"));
    assert_eq!(determined(&mut world, ahead), Ok(vec!["no_evidence"]));

    let nobody =
        step(&mut world, "violation/none", "provisionally_determined", provisional("ru", "ua"));
    assert_eq!(nobody, Err("wrong-state"));
    let declined = allege(&mut world, "observer", "ru");
    step(&mut world, &declined, "registered", json!({"outcome": "declined", "reason": "x"}))
        .unwrap();
    let dismissed =
        step(&mut world, &declined, "provisionally_determined", provisional("ru", "ua"));
    assert_eq!(dismissed, Err("wrong-state"));
    world.check_replay();
}

#[test]
fn nothing_is_determined_provisionally_where_no_clock_would_end_it() {
    let mut timeless = charter();
    timeless.clocks.remove("provisional_determination");
    for provision in timeless.provisions.values_mut() {
        provision.clocks.retain(|clock| clock != "provisional_determination");
    }
    let mut world = World::at("2026-03-01T05:00:00Z");
    world.adopt(&timeless);
    let case = allege(&mut world, "observer", "ru");
    let outcome = step(&mut world, &case, "provisionally_determined", provisional("ru", "ua"));
    assert_eq!(outcome, Err("clock-missing"));
}

#[test]
fn nobody_undercuts_a_determination_that_is_running() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let case = allege(&mut world, "observer", "ru");
    let other = allege(&mut world, "observer", "ru");
    step(&mut world, &case, "provisionally_determined", provisional("ru", "ua")).unwrap();
    let withdraw = |world: &mut World| {
        world.submit("observer", "violation.withdrawn", &case, json!({"reason": "pressed"}))
    };
    let nothing =
        |world: &mut World| step(world, &case, "no_action_decided", json!({"reason": "x"}));
    assert_eq!(refused(withdraw(&mut world)), "provisional-running");
    assert_eq!(nothing(&mut world), Err("provisional-running"));
    let merged = step(&mut world, &case, "merged", json!({"into": other}));
    assert_eq!(merged, Err("provisional-running"));

    let third = allege(&mut world, "observer", "ru");
    step(&mut world, &third, "provisionally_determined", provisional("ru", "ua")).unwrap();
    world.log.at("2026-03-04T05:00:00Z");
    assert_eq!(
        step(&mut world, &third, "no_action_decided", json!({"reason": "x"})),
        Err("provisional-running")
    );
    world.log.at("2026-03-04T06:00:00Z");
    world
        .submit("observer", "violation.withdrawn", &third, json!({"reason": "a mistake"}))
        .unwrap();
    world.check_replay();
}

#[test]
fn a_final_determination_stands_until_the_board_decides_again() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let case = allege(&mut world, "observer", "ru");
    attribute(&mut world, &case);
    constitute(&mut world);
    let resolution = adopted(&mut world, &[&case]);
    decide(&mut world, &case, &resolution, "upheld", Some(determination("ru", "ua"))).unwrap();
    step(&mut world, &case, "closed", json!({"reason": "decided"})).unwrap();
    with_evidence(&mut world, &case, "reopened", 7, json!({"reason": "a defector's film"}))
        .unwrap();
    assert_eq!(attack(&world.now(), &case).unwrap()["kind"], "final");
    // What is known anew may be determined for the time being; the final one is the one that counts.
    with_evidence(&mut world, &case, "provisionally_determined", 8, provisional("third", "ua"))
        .unwrap();
    assert_eq!(attack(&world.now(), &case).unwrap()["responsible"], "ru");
    attribute_again(&mut world, &case);
    let resolution = adopted(&mut world, &[&case]);
    decide(&mut world, &case, &resolution, "overturned", None).unwrap();
    let now = world.now();
    assert_eq!(attack(&now, &case), None);
    let past = history(&now, &case);
    assert_eq!(past.len(), 2);
    assert!(past.iter().all(|f| f.get("until").is_some()), "{past:?}");
    world.check_replay();
}

/// From under investigation to attributed.
pub(super) fn attribute_again(world: &mut World, case: &str) {
    let finding = json!({"result": "verified", "confidence": "low", "report": "cd".repeat(32)});
    step(world, case, "finding_recorded", finding).unwrap();
    let payload = json!({"responsible": ["ru"], "intent": "unknown", "method": "craters"});
    step(world, case, "attributed", payload).unwrap();
}

#[test]
fn others_read_what_a_case_is() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let case = allege(&mut world, "observer", "ru");
    step(&mut world, &case, "registered", register()).unwrap();
    let fact = |world: &World, name: &str| world.now().families().fact(name, &case);
    let expected = json!({
        "status": "registered", "outcome": "pending", "category": "A2", "against": "ru",
        "alleged_by": "observer", "historical": false, "open": true, "severity": 3,
        "area": "donetsk",
    });
    assert_eq!(fact(&world, "case.exists"), Some(expected.clone()));
    assert_eq!(fact(&world, "case.open"), Some(expected));
    assert_eq!(world.now().families().fact("case.exists", "violation/none"), None);
    world.submit("observer", "violation.withdrawn", &case, json!({"reason": "x"})).unwrap();
    assert_eq!(fact(&world, "case.exists").unwrap()["status"], "withdrawn");
    assert_eq!(fact(&world, "case.open"), None);
}

#[test]
fn another_agreement_has_its_own_parties_and_clocks() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../agreements/local-ceasefire.toml");
    let local = Charter::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut world = World::at("2026-03-01T05:00:00Z");
    world.adopt(&local);
    let payload = json!({"category": "FIRE", "against": "upper", "area": "bridge"});
    let (seq, findings) = world.submit("lower-council", "violation.alleged", "", payload).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    let case = world.stream(seq);
    let by = |world: &mut World, who: &str, name: &str, payload: Value| {
        let outcome = world.submit(who, &format!("violation.{name}"), &case, payload);
        outcome.map(drop).map_err(|r| r.code)
    };
    by(&mut world, "abbey", "registered", register()).unwrap();
    let foreign = by(&mut world, "abbey", "provisionally_determined", provisional("ru", "lower"));
    assert_eq!(foreign, Err("side-unknown"));
    by(&mut world, "abbey", "provisionally_determined", provisional("upper", "lower")).unwrap();
    // Recorded at 05:00:06, for 24 hours here; the answer is due five days after 1 March, at the
    // end of the day two hours east.
    for (at, running) in [("2026-03-02T05:00:05Z", 1), ("2026-03-02T05:00:06Z", 0)] {
        assert_eq!(figure(&around(&world, at, 0), "provisional/running"), Some(running), "{at}");
    }
    for (at, lapsed) in [("2026-03-06T21:59:59Z", 0), ("2026-03-06T22:00:00Z", 1)] {
        let sheet = crate::view::view("parties", &around(&world, at, 0)).unwrap();
        assert_eq!(sheet.figure("upper/responses/none").unwrap().value, lapsed, "{at}");
        assert_eq!(sheet.figure("lower/alleged/cases").unwrap().value, 1);
    }
    world.check_replay();
}
