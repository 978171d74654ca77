//! Baselines and movement.

use super::bench::{Bench, baseline, digest, halt};
use crate::state::Movements;
use serde_json::{Value, json};

const START: &str = "2026-03-05T00:00:00Z";

fn adopt(
    bench: &mut Bench,
    signers: &[&str],
    payload: Value,
) -> Result<Vec<&'static str>, &'static str> {
    for co_signer in &signers[1..] {
        bench.log.co_sign(co_signer);
    }
    bench.submit(signers[0], "line.baseline_adopted", "", payload)
}

#[test]
fn a_baseline_takes_every_party_or_a_resolution() {
    let mut bench = Bench::at(START);
    assert_eq!(adopt(&mut bench, &["secretariat"], baseline()), Err("baseline-not-accepted"));
    assert_eq!(adopt(&mut bench, &["ua"], baseline()), Err("baseline-not-accepted"));
    let mut resolved = baseline();
    resolved["resolution"] = "resolution/r".into();
    let outcome = adopt(&mut bench, &["secretariat"], resolved.clone());
    assert_eq!(outcome, Err("resolution-not-adopted"));
    bench.adopt("r", &["line/rear"]);
    let outcome = adopt(&mut bench, &["secretariat"], resolved.clone());
    assert_eq!(outcome, Err("resolution-elsewhere"));
    bench.adopt("r", &["line/front"]);
    let outcome = adopt(&mut bench, &["secretariat"], resolved);
    assert_eq!(outcome, Ok(vec!["not_accepted_by"; 2]));
    assert_eq!(bench.findings(), ["not_accepted_by"; 2]);
    let state = bench.state_at("line/front", "2026-04-01T00:00:00Z");
    let state = state.baseline().unwrap();
    assert_eq!(state.not_accepted_by.iter().collect::<Vec<_>>(), ["ru", "ua"]);
    let fact = bench.fact_at(crate::BASELINE, "line/front", "2026-04-01T00:00:00Z").unwrap();
    let expected = json!({
        "as_of": "2026-03-01", "geometry_digest": digest(0xcc),
        "length_m": 1_200_000, "tolerance_m": 50,
    });
    assert_eq!(fact, expected);
    assert_eq!(bench.fact_at(crate::IN_FORCE, "line/front", START), None);
}

#[test]
fn there_is_one_baseline_of_a_line_at_a_time() {
    let mut bench = Bench::at(START);
    let mut early = baseline();
    early["as_of"] = "2026-03-06".into();
    assert_eq!(adopt(&mut bench, &["ua", "ru"], early), Err("as-of-ahead"));
    let mut replacing = baseline();
    replacing["replaces"] = digest(7).into();
    let outcome = adopt(&mut bench, &["ua", "ru"], replacing.clone());
    assert_eq!(outcome, Err("baseline-unknown"));
    assert_eq!(adopt(&mut bench, &["ua", "ru"], baseline()), Ok(vec![]));
    let first = bench.last_hash();
    assert_eq!(adopt(&mut bench, &["ua", "ru"], baseline()), Err("baseline-in-force"));
    assert_eq!(adopt(&mut bench, &["ua", "ru"], replacing.clone()), Err("baseline-in-force"));
    replacing["replaces"] = first.into();
    assert_eq!(adopt(&mut bench, &["ua", "ru"], replacing), Ok(vec![]));
    let mut elsewhere = baseline();
    elsewhere["line"] = "rear".into();
    assert_eq!(adopt(&mut bench, &["ua", "ru"], elsewhere), Ok(vec![]));
    let state = bench.state_at("line/front", "2026-04-01T00:00:00Z");
    assert_eq!(state.baseline().unwrap().replaced, 1);
}

#[test]
fn the_latest_commitment_of_a_party_counts() {
    let mut bench = Bench::at(START);
    assert_eq!(halt(&mut bench, "ua"), Ok(vec![]));
    assert_eq!(halt(&mut bench, "ua"), Ok(vec![]), "for another ceasefire");
    assert_eq!(halt(&mut bench, "mission"), Err("not-a-party"));
    let other = json!({"line": "front", "text_digest": digest(1)});
    bench.submit("ua", "advance_halt.committed", "", other).unwrap();
    assert_eq!(halt(&mut bench, "ru"), Ok(vec![]));
    let state = bench.state_at("advance_halt/front", "2026-04-01T00:00:00Z");
    let halts = state.halts().unwrap();
    assert_eq!((halts["ua"].text_digest.clone(), halts.len()), (digest(1), 2));
}

fn exact(value: u64) -> Value {
    json!({"value": value, "qualifier": "exact"})
}

fn verified(metres: u64, by: &str) -> Value {
    json!({
        "line": "front", "segment": "S-4", "by": by, "direction": "advance",
        "metres": exact(metres), "area_m2": exact(4_000), "as_of": START, "confidence": "high",
    })
}

#[test]
fn movement_is_always_heard_and_what_does_not_count_is_marked() {
    let mut bench = Bench::at(START);
    let verify =
        |bench: &mut Bench, payload| bench.submit("mission", "line.movement_verified", "", payload);
    assert_eq!(verify(&mut bench, verified(300, "ru")), Ok(vec!["no_baseline"]));
    adopt(&mut bench, &["ua", "ru"], baseline()).unwrap();
    assert_eq!(verify(&mut bench, verified(300, "ru")), Ok(vec![]));
    // The tolerance is 50 metres.
    assert_eq!(verify(&mut bench, verified(50, "ru")), Ok(vec![]));
    assert_eq!(verify(&mut bench, verified(49, "ru")), Ok(vec!["below_tolerance"]));
    assert_eq!(verify(&mut bench, verified(300, "atlantis")), Ok(vec!["unknown_side"]));
    let mut ahead = verified(300, "third");
    ahead["as_of"] = "2026-04-01T00:00:00Z".into();
    assert_eq!(verify(&mut bench, ahead), Ok(vec!["as_of_ahead"]));
    // The baseline is the line at the end of the first of March.
    let (last, first) = ("2026-03-01T23:59:59Z", "2026-03-02T00:00:00Z");
    let on = |bench: &mut Bench, at: &str| {
        let payload = json!({
            "line": "front", "segment": "S-4", "by": "undetermined", "direction": "withdrawal",
            "bearing": 359, "metres": {"value": 10, "qualifier": "about", "word": "some"},
            "area_m2": exact(0), "case": "violation/x",
        });
        bench.submit_of("ua", "line.movement_alleged", "", (at, at), payload)
    };
    assert_eq!(on(&mut bench, last), Ok(vec!["before_baseline"]));
    // What is alleged is not held against the tolerance.
    assert_eq!(on(&mut bench, first), Ok(vec![]));
    let of_day = |day: &str| -> Movements {
        let state = bench.state_at(&format!("line/front/{day}"), "2026-04-01T00:00:00Z");
        state.movements().unwrap().clone()
    };
    assert_eq!(of_day("2026-03-05").movements.len(), 6);
    let second = of_day("2026-03-02");
    let movement = second.movements.values().next().unwrap();
    assert_eq!((movement.metres, movement.exact, movement.verified), (10, false, None));
    assert_eq!((second.line.as_str(), second.day.as_str()), ("front", "2026-03-02"));
}

#[test]
fn late_reports_come_to_the_same_state() {
    let reports = [("2026-03-02T00:00:00Z", 300), ("2026-03-02T06:00:00Z", 400), (START, 500)];
    let run = |order: [usize; 3]| {
        let mut bench = Bench::at("2026-03-06T00:00:00Z");
        for at in order {
            let (when, metres) = reports[at];
            let payload = verified(metres, "ru");
            bench
                .submit_of("mission", "line.movement_verified", "", (when, when), payload)
                .unwrap();
        }
        let metres = |day: &str| -> Vec<u64> {
            let state = bench.engine.state(&format!("line/front/{day}")).unwrap();
            let mut all: Vec<_> =
                state.movements().unwrap().movements.values().map(|m| m.metres).collect();
            all.sort_unstable();
            all
        };
        (metres("2026-03-02"), metres("2026-03-05"))
    };
    assert_eq!(run([0, 1, 2]), run([2, 1, 0]));
    assert_eq!(run([0, 1, 2]), (vec![300, 400], vec![500]));
}
