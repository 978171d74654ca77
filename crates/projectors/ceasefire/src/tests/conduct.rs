//! Orders and discipline.

use super::bench::{Bench, prepare};
use crate::orders_of;
use crate::state::CeasefireState;
use serde_json::json;

#[test]
fn an_order_with_fewer_measures_than_agreed_is_marked() {
    let mut bench = Bench::at("2026-03-05T00:00:00Z");
    let stream = prepare(&mut bench);
    let order = |bench: &mut Bench, who: &str, ceasefire: &str, measures: &[&str]| {
        let payload = json!({"ceasefire": ceasefire, "order_ref": "D-17", "measures": measures});
        bench.submit(who, "ceasefire_order.issued", "", payload)
    };
    let all = ["no_fire", "no_reconnaissance", "no_drones"];
    assert_eq!(order(&mut bench, "ua", &stream, &all), Ok(vec![]));
    assert_eq!(order(&mut bench, "ru", &stream, &all[..1]), Ok(vec!["fewer_measures"]));
    assert_eq!(order(&mut bench, "mission", &stream, &all), Ok(vec!["not_a_party"]));
    let unknown = order(&mut bench, "ru", "ceasefire/none", &all);
    assert_eq!(unknown, Ok(vec!["unknown_ceasefire"]));
    let state = bench.state_at(&orders_of(&stream), "2026-04-01T00:00:00Z");
    let CeasefireState::Orders(orders) = state else { panic!("no orders") };
    let by: Vec<_> = orders.values().map(|o| (o.by.as_str(), o.measures.len())).collect();
    assert_eq!(by, [("ua", 3), ("ru", 1), ("mission", 3)]);
}

#[test]
fn discipline_counts_persons_by_case() {
    let mut bench = Bench::at("2026-03-05T00:00:00Z");
    let report = |bench: &mut Bench, case: &str, action: &str, value: u64, qualifier: &str| {
        let persons = json!({"value": value, "qualifier": qualifier});
        let payload = json!({"case": case, "action": action, "persons": persons});
        bench.submit("ru", "discipline.reported", "", payload)
    };
    let outcome = report(&mut bench, "violation/a", "warning", 3, "exact");
    assert_eq!(outcome, Ok(vec!["unknown_case"]));
    bench.open_case("violation/a");
    bench.open_case("violation/b");
    assert_eq!(report(&mut bench, "violation/a", "warning", 10, "about"), Ok(vec![]));
    report(&mut bench, "violation/a", "dismissal", 1, "exact").unwrap();
    report(&mut bench, "violation/b", "prosecution", 2, "exact").unwrap();
    let state = bench.state_at("discipline/a", "2026-04-01T00:00:00Z");
    let CeasefireState::Discipline(of) = state else { panic!("no discipline") };
    assert_eq!((of.reports, of.inexact, of.total()), (3, 1, 14));
    assert_eq!((of.persons["warning"], of.persons["dismissal"]), (13, 1));
    let huge = 9_007_199_254_740_991;
    report(&mut bench, "violation/b", "prosecution", huge, "at_least").unwrap();
    let state = bench.state_at("discipline/b", "2026-04-01T00:00:00Z");
    let CeasefireState::Discipline(of) = state else { panic!("no discipline") };
    assert_eq!(of.total(), huge + 2);
    let outcome = bench.submit(
        "mission",
        "discipline.reported",
        "",
        json!({"case": "violation/b", "action": "warning", "persons": {"value": 1, "qualifier": "exact"}}),
    );
    assert_eq!(outcome, Ok(vec!["not_a_party"]));
}
