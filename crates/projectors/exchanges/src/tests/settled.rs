//! What was settled and what was reconciled, when a report is corrected or comes afterwards.

use super::{Bench, check, root, settling};
use crate::{Exchanges, RECONCILED, Status};
use accord_catalogue::PayloadError;
use accord_projection::{Amendment, Correction, Projector};
use serde_json::{Value, json};

/// An exchange with a delivery of 40 from `a`, of which `b` received 39, and the discrepancy that
/// it raised; and the seq of the handover.
fn differing(bench: &mut Bench) -> (String, u64, String) {
    let exchange = bench.agreed();
    bench.hand_over(&exchange, 1, "a", "b", 40);
    let handover = bench.log.entries().len() as u64 - 1;
    bench.receive(&exchange, 1, "a", "b", 39);
    let raise = json!({"stage": 1, "kind": "count"});
    bench.submit("b", "exchange.discrepancy_raised", &exchange, raise).unwrap();
    let discrepancy = bench.last_hash();
    (exchange, handover, discrepancy)
}

fn settle(
    bench: &mut Bench,
    by: &str,
    exchange: &str,
    payload: Value,
) -> Result<Vec<&'static str>, &'static str> {
    bench.submit(by, "exchange.discrepancy_resolved", exchange, payload)
}

fn correct(bench: &mut Bench, target: u64, pointer: &str, old: u64, new: u64) {
    let patch = json!({"pointer": pointer, "old": old, "new": new});
    let correction = Correction {
        by: 1_000 + new,
        author: "a".to_owned(),
        recorded: 0,
        reason: "typing".to_owned(),
        patches: vec![serde_json::from_value(patch).unwrap()],
    };
    bench.basis.amendments.apply(Amendment::Correction { target, correction });
}

fn correct_handover(bench: &mut Bench, target: u64, old: u64, new: u64) {
    correct(bench, target, "/payload/counts/pow", old, new);
}

fn reconcile(bench: &mut Bench, exchange: &str, a: u64) -> Result<Vec<&'static str>, &'static str> {
    bench.submit("office", "exchange.reconciled", exchange, json!({"totals": {"a": a}}))
}

fn problems(bench: &Bench, exchange: &str) -> Vec<&'static str> {
    let codes = bench.exchange(exchange).problems().into_iter().map(|problem| problem.code);
    codes.filter(|code| *code != "counts_differ").collect()
}

#[test]
fn a_correction_takes_a_settlement_its_ground() {
    let mut bench = Bench::new();
    let (exchange, handover, discrepancy) = differing(&mut bench);
    let resolve = settling(&discrepancy, 1, "a", "b", (40, 39));
    assert_eq!(settle(&mut bench, "a+b", &exchange, resolve), Ok(vec![]));
    assert_eq!(problems(&bench, &exchange), Vec::<&str>::new());
    correct_handover(&mut bench, handover, 40, 90);
    assert_eq!(problems(&bench, &exchange), ["settled_otherwise"]);
    assert_eq!(reconcile(&mut bench, &exchange, 39), Err("counts-differ"));
    // Settled anew, by the numbers that stand now.
    bench
        .submit("b", "exchange.discrepancy_raised", &exchange, json!({"stage": 1, "kind": "count"}))
        .unwrap();
    let resolve = settling(&bench.last_hash(), 1, "a", "b", (90, 39));
    assert_eq!(settle(&mut bench, "b+a", &exchange, resolve), Ok(vec![]));
    assert_eq!(problems(&bench, &exchange), Vec::<&str>::new());
    assert_eq!(reconcile(&mut bench, &exchange, 39), Ok(vec![]));
}

#[test]
fn a_settlement_names_the_numbers_on_record() {
    let mut bench = Bench::new();
    let (exchange, _, discrepancy) = differing(&mut bench);
    let of = |numbers| settling(&discrepancy, 1, "a", "b", numbers);
    // Whoever raised a discrepancy takes it back; it does not settle numbers alone.
    for by in ["b", "a", "helper"] {
        let alone = settle(&mut bench, by, &exchange, of((40, 39)));
        assert_eq!(alone, Err("signature-missing"), "{by}");
    }
    for numbers in [(40, 38), (41, 39), (39, 40)] {
        let other = settle(&mut bench, "a+b", &exchange, of(numbers));
        assert_eq!(other, Err("difference-unknown"), "{numbers:?}");
    }
    for elsewhere in [
        settling(&discrepancy, 2, "a", "b", (40, 39)),
        settling(&discrepancy, 1, "b", "a", (40, 39)),
    ] {
        assert_eq!(settle(&mut bench, "a+b", &exchange, elsewhere), Err("difference-unknown"));
    }
    // Without numbers it is resolved, and nothing is settled about them.
    let bare = json!({"discrepancy": discrepancy, "outcome": "accepted"});
    assert_eq!(settle(&mut bench, "a+b", &exchange, bare), Ok(vec![]));
    assert_eq!(reconcile(&mut bench, &exchange, 39), Err("counts-differ"));
}

#[test]
fn books_that_change_after_the_reconciliation_say_so_and_are_reconciled_anew() {
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    bench.hand_over(&exchange, 1, "a", "b", 40);
    let handover = bench.log.entries().len() as u64 - 1;
    bench.receive(&exchange, 1, "a", "b", 40);
    assert_eq!(reconcile(&mut bench, &exchange, 40), Ok(vec![]));
    let fact = |bench: &Bench| Exchanges::fact(RECONCILED, &bench.state(&exchange)).unwrap();
    assert_eq!(fact(&bench)["agrees"], true);
    assert_eq!(reconcile(&mut bench, &exchange, 40), Err("wrong-state"), "nothing changed");

    correct_handover(&mut bench, handover, 40, 39);
    assert_eq!(bench.status(&exchange), Status::Reconciled, "what was done stands");
    assert_eq!(fact(&bench)["agrees"], false);
    assert_eq!(reconcile(&mut bench, &exchange, 40), Err("counts-differ"));

    correct(&mut bench, handover + 1, "/payload/account/received_listed", 40, 39);
    correct(&mut bench, handover + 1, "/payload/account/listed", 40, 39);
    correct(&mut bench, handover + 1, "/payload/account/counts/pow", 40, 39);
    assert_eq!(problems(&bench, &exchange), ["reconciled_otherwise"]);
    assert_eq!(fact(&bench)["agrees"], false);
    assert_eq!(reconcile(&mut bench, &exchange, 40), Err("totals-differ"));
    assert_eq!(reconcile(&mut bench, &exchange, 39), Ok(vec![]));
    assert_eq!(problems(&bench, &exchange), Vec::<&str>::new());
    assert_eq!((&fact(&bench)["agrees"], &fact(&bench)["totals"]["a"]), (&json!(true), &json!(39)));
}

#[test]
fn reports_that_change_what_was_certified_are_told_so() {
    let mut bench = Bench::new();
    let (exchange, _, discrepancy) = differing(&mut bench);
    let resolve = settling(&discrepancy, 1, "a", "b", (40, 39));
    settle(&mut bench, "a+b", &exchange, resolve).unwrap();
    reconcile(&mut bench, &exchange, 39).unwrap();
    let late = bench.receive(&exchange, 1, "a", "b", 2);
    for code in ["settled_otherwise", "reconciled_otherwise", "reported_after_reconciliation"] {
        assert!(late.contains(&code), "{code}: {late:?}");
    }
    assert_eq!(bench.exchange(&exchange).still_agrees(), Some(false));
}

#[test]
fn a_settlement_contradicts_itself_when_it_settles_nothing_or_one_thing_twice() {
    let resolved = |payload: &Value| check("exchange.discrepancy_resolved", payload);
    let settles = |stage, from, to, numbers| settling(&root("x"), stage, from, to, numbers);
    let good = settles(1, "a", "b", (4, 3));
    assert_eq!(resolved(&good), Ok(()));
    let mut twice = good.clone();
    twice["settles"] = json!([good["settles"][0], good["settles"][0]]);
    let mut withdrawn = good.clone();
    withdrawn["outcome"] = "withdrawn".into();
    let mut many = good;
    let stages = (1..=65).map(|stage| settles(stage, "a", "b", (4, 3))["settles"][0].clone());
    many["settles"] = stages.collect::<Vec<_>>().into();
    let same = settles(1, "a", "b", (4, 4));
    let itself = settles(1, "a", "a", (4, 3));
    let before_the_first = settles(0, "a", "b", (4, 3));
    for bad in [twice, withdrawn, many, same, itself, before_the_first] {
        assert!(matches!(resolved(&bad), Err(PayloadError::Content(_))), "{bad}");
    }
}
