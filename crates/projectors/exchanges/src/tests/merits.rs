//! What keeps an act out.

use super::{Bench, account, root, settling};
use crate::Status;
use serde_json::{Value, json};

fn list(version: u32, root: &str) -> Value {
    json!({"list": "mine", "version": version, "role": "to_receive", "category": "pow", "count": 5, "root": root})
}

#[test]
fn lists_replace_only_their_own_earlier_version() {
    let mut bench = Bench::new();
    let exchange = bench.propose("n_for_n");
    let submit = |bench: &mut Bench, by: &str, payload: Value| {
        bench.submit(by, "exchange.list_submitted", &exchange, payload)
    };
    assert_eq!(submit(&mut bench, "a", list(2, &root("1"))), Err("list-version"));
    assert_eq!(submit(&mut bench, "a", list(1, &root("1"))), Ok(vec![]));
    assert_eq!(submit(&mut bench, "b", list(1, &root("1"))), Err("list-root-repeated"));
    // The other party's list of the same code is another list.
    assert_eq!(submit(&mut bench, "b", list(1, &root("2"))), Ok(vec![]));
    assert_eq!(submit(&mut bench, "a", list(1, &root("3"))), Err("list-version"));
    assert_eq!(submit(&mut bench, "a", list(2, &root("3"))), Ok(vec![]));
    assert_eq!(submit(&mut bench, "c", list(1, &root("4"))), Err("not-concerned"));
    let current: Vec<(String, u32)> = bench
        .exchange(&exchange)
        .current_lists()
        .map(|(_, l)| (l.party.clone(), l.version))
        .collect();
    assert_eq!(current.len(), 2);
    assert!(current.contains(&("a".to_owned(), 2)) && current.contains(&("b".to_owned(), 1)));
}

#[test]
fn an_agreement_needs_every_signature_and_lists_that_are_there() {
    let mut bench = Bench::new();
    let exchange = bench.propose("n_for_n");
    let lists = [bench.list(&exchange, "a", 100), bench.list(&exchange, "b", 100)];
    let counts = json!({"a": {"pow": 100}, "b": {"pow": 100}});
    let submit = |bench: &mut Bench, by: &str, lists: Value, counts: &Value| {
        bench.submit(by, "exchange.agreed", &exchange, json!({"lists": lists, "counts": counts}))
    };
    assert_eq!(submit(&mut bench, "a", json!(lists), &counts), Err("signature-missing"));
    assert_eq!(submit(&mut bench, "a+b", json!([root("none")]), &counts), Err("list-unknown"));
    assert_eq!(
        submit(&mut bench, "a+b", json!(lists), &json!({"c": {"pow": 1}})),
        Err("not-concerned")
    );
    // Other numbers than those on the lists are the parties' affair; the record says so.
    assert_eq!(
        submit(&mut bench, "a+b", json!(lists), &json!({"a": {"pow": 100}, "b": {"pow": 90}})),
        Ok(vec!["does_not_add_up"])
    );
    assert_eq!(submit(&mut bench, "b+a", json!(lists), &counts), Ok(vec![]));
    assert_eq!(bench.exchange(&exchange).agreement.unwrap().counts["b"]["pow"], 100);
}

#[test]
fn steps_are_taken_by_those_concerned() {
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    for name in ["exchange.postponed", "exchange.cancelled"] {
        assert_eq!(bench.submit("c", name, &exchange, json!({})), Err("not-concerned"), "{name}");
    }
    assert_eq!(bench.submit("a", "exchange.cancelled", &exchange, json!({})), Ok(vec![]));
}

#[test]
fn a_discrepancy_is_not_talked_away_by_the_other_side() {
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    bench
        .submit("b", "exchange.discrepancy_raised", &exchange, json!({"kind": "identity"}))
        .unwrap();
    let resolve = json!({"discrepancy": bench.last_hash(), "outcome": "accepted"});
    for by in ["a", "helper", "a+helper"] {
        assert_eq!(
            bench.submit(by, "exchange.discrepancy_resolved", &exchange, resolve.clone()),
            Err("not-the-raiser"),
            "{by}"
        );
    }
    assert_eq!(
        bench.submit("a+b", "exchange.discrepancy_resolved", &exchange, resolve),
        Ok(vec![])
    );
    assert!(bench.exchange(&exchange).discrepancies.values().all(|d| d.settled.is_some()));
}

/// Two stages with both reports, and what reconciling them says.
#[test]
fn books_that_do_not_agree_are_not_reconciled() {
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    let reconcile = |bench: &mut Bench, a: u64, b: u64| {
        bench.submit(
            "office",
            "exchange.reconciled",
            &exchange,
            json!({"totals": {"a": a, "b": b}}),
        )
    };
    bench.hand_over(&exchange, 2, "a", "b", 40);
    bench.receive(&exchange, 2, "a", "b", 40);
    assert_eq!(reconcile(&mut bench, 40, 0), Err("stage-incomplete"), "there is no stage 1");
    bench.hand_over(&exchange, 1, "b", "a", 40);
    assert_eq!(reconcile(&mut bench, 40, 40), Err("stage-incomplete"), "no receipt");
    assert_eq!(bench.receive(&exchange, 1, "b", "a", 39), ["counts_differ"]);
    assert_eq!(reconcile(&mut bench, 40, 39), Err("counts-differ"));
    bench
        .submit("b", "exchange.discrepancy_raised", &exchange, json!({"stage": 1, "kind": "count"}))
        .unwrap();
    assert_eq!(reconcile(&mut bench, 40, 39), Err("discrepancy-open"));
    let resolve = settling(&bench.last_hash(), 1, "b", "a", (40, 39));
    bench.submit("a+b", "exchange.discrepancy_resolved", &exchange, resolve).unwrap();
    for (a, b) in [(40, 40), (41, 39), (0, 39)] {
        assert_eq!(reconcile(&mut bench, a, b), Err("totals-differ"));
    }
    let strange = json!({"totals": {"a": 40, "b": 39, "c": 1}});
    assert_eq!(
        bench.submit("office", "exchange.reconciled", &exchange, strange),
        Err("totals-differ")
    );
    assert_eq!(reconcile(&mut bench, 40, 39), Ok(vec![]));
    assert_eq!(bench.status(&exchange), Status::Reconciled);
}

#[test]
fn a_discrepancy_that_its_raiser_took_back_settles_no_difference() {
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    bench.hand_over(&exchange, 1, "a", "b", 40);
    bench.receive(&exchange, 1, "a", "b", 39);
    bench
        .submit("b", "exchange.discrepancy_raised", &exchange, json!({"stage": 1, "kind": "count"}))
        .unwrap();
    let resolve = json!({"discrepancy": bench.last_hash(), "outcome": "withdrawn"});
    bench.submit("b", "exchange.discrepancy_resolved", &exchange, resolve).unwrap();
    let totals = json!({"totals": {"a": 39}});
    assert_eq!(
        bench.submit("office", "exchange.reconciled", &exchange, totals),
        Err("counts-differ")
    );
}

#[test]
fn numbers_that_are_secret_or_wrong_are_not_reconciled() {
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    let reconcile = |bench: &mut Bench, n: u64| {
        bench.submit("office", "exchange.reconciled", &exchange, json!({"totals": {"a": n}}))
    };
    let handover = json!({"stage": 1, "to": "b"});
    assert_eq!(bench.submit("a", "exchange.handover_recorded", &exchange, handover), Ok(vec![]));
    bench.receive(&exchange, 1, "a", "b", 10);
    assert_eq!(reconcile(&mut bench, 10), Err("numbers-withheld"));

    let mut bench = Bench::new();
    let exchange = bench.agreed();
    let mut wrong = account(10);
    wrong["died"] = 1.into();
    bench.hand_over(&exchange, 1, "a", "b", 10);
    let receipt = json!({"stage": 1, "from": "a", "account": wrong});
    assert_eq!(
        bench.submit("b", "exchange.receipt_confirmed", &exchange, receipt),
        Ok(vec!["does_not_add_up"])
    );
    assert_eq!(
        bench.submit("office", "exchange.reconciled", &exchange, json!({"totals": {"a": 10}})),
        Err("does-not-add-up")
    );
}

#[test]
fn what_was_settled_is_not_what_was_reported_afterwards() {
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    bench.hand_over(&exchange, 1, "a", "b", 40);
    bench.receive(&exchange, 1, "a", "b", 39);
    let raise = json!({"stage": 1, "kind": "count"});
    bench.submit("b", "exchange.discrepancy_raised", &exchange, raise).unwrap();
    let resolve = settling(&bench.last_hash(), 1, "a", "b", (40, 39));
    bench.submit("b+a", "exchange.discrepancy_resolved", &exchange, resolve).unwrap();
    bench.hand_over(&exchange, 1, "a", "b", 50);
    let totals = json!({"totals": {"a": 39}});
    assert_eq!(
        bench.submit("office", "exchange.reconciled", &exchange, totals),
        Err("counts-differ")
    );
}

#[test]
fn an_exchange_that_is_put_off_is_not_reconciled() {
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    bench.hand_over(&exchange, 1, "a", "b", 40);
    bench.receive(&exchange, 1, "a", "b", 40);
    bench.submit("b", "exchange.postponed", &exchange, json!({})).unwrap();
    let totals = json!({"totals": {"a": 40}});
    assert_eq!(
        bench.submit("office", "exchange.reconciled", &exchange, totals),
        Err("wrong-state")
    );
}
