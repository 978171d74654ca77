//! Where an exchange stands, and what takes it where.

use super::{Bench, NOON, account, exactly, no_errors, root};
use crate::{Exchanges, Status};
use accord_format::time::Timestamp;
use accord_projection::Projector;
use accord_projection::testing::Draft;
use serde_json::json;

#[test]
fn an_exchange_goes_from_lists_to_reconciliation() {
    let mut bench = Bench::new();
    let exchange = bench.propose("n_for_n");
    assert_eq!(bench.status(&exchange), Status::Proposed);
    let first = bench.list(&exchange, "a", 100);
    assert_eq!(bench.status(&exchange), Status::ListsPartial);
    let list = |version: u32, root: &str| json!({"list": "mine", "version": version, "role": "to_release", "category": "pow", "count": 100, "root": root});
    bench.submit("b", "exchange.list_submitted", &exchange, list(1, &root("one"))).unwrap();
    assert_eq!(bench.status(&exchange), Status::ListsIn);
    let check =
        |root: &str| json!({"root": root, "matched": 100, "unmatched": 0, "errors": no_errors()});
    bench.submit("helper", "exchange.list_checked", &exchange, check(&root("one"))).unwrap();
    assert_eq!(bench.status(&exchange), Status::ListsChecked);
    // A new version has to be checked anew.
    bench.submit("b", "exchange.list_submitted", &exchange, list(2, &root("two"))).unwrap();
    assert_eq!(bench.status(&exchange), Status::ListsIn);
    let agreed =
        json!({"lists": [first, root("two")], "counts": {"a": {"pow": 100}, "b": {"pow": 100}}});
    assert_eq!(
        bench.submit("a+b", "exchange.agreed", &exchange, agreed.clone()),
        Err("wrong-state")
    );
    bench.submit("a", "exchange.list_checked", &exchange, check(&root("two"))).unwrap();
    assert_eq!(bench.submit("a+b", "exchange.agreed", &exchange, agreed), Ok(vec![]));
    assert_eq!(bench.status(&exchange), Status::Agreed);
    let totals = json!({"totals": {"a": 100, "b": 100}});
    assert_eq!(
        bench.submit("office", "exchange.reconciled", &exchange, totals.clone()),
        Err("wrong-state")
    );
    for (from, to) in [("a", "b"), ("b", "a")] {
        assert_eq!(bench.hand_over(&exchange, 1, from, to, 100), Vec::<&str>::new());
        assert_eq!(bench.status(&exchange), Status::InProgress);
        assert_eq!(bench.receive(&exchange, 1, from, to, 100), Vec::<&str>::new());
    }
    assert_eq!(
        bench.submit("office", "exchange.reconciled", &exchange, totals.clone()),
        Ok(vec![])
    );
    assert_eq!(bench.status(&exchange), Status::Reconciled);
    for (name, payload) in [
        ("exchange.reconciled", totals),
        ("exchange.postponed", json!({})),
        ("exchange.cancelled", json!({})),
        ("exchange.list_submitted", list(3, &root("three"))),
    ] {
        assert_eq!(bench.submit("b", name, &exchange, payload), Err("wrong-state"), "{name}");
    }
    let state = bench.state(&exchange);
    let fact = Exchanges::fact(crate::RECONCILED, &state).unwrap();
    assert_eq!(fact["totals"], json!({"a": 100, "b": 100}));
    assert_eq!((&fact["formula"], &fact["disputed"]), (&json!("n_for_n"), &json!(false)));
    assert_eq!(Exchanges::fact("exchange.other", &state), None);
}

#[test]
fn one_side_releases_alone() {
    let mut bench = Bench::new();
    let exchange = bench.propose("unilateral");
    let list = bench.list(&exchange, "a", 100);
    assert_eq!(bench.status(&exchange), Status::ListsChecked);
    let agreed = json!({"lists": [list], "counts": {"a": {"pow": 100}}});
    assert_eq!(bench.submit("a+b", "exchange.agreed", &exchange, agreed), Ok(vec![]));
    bench.hand_over(&exchange, 1, "a", "b", 100);
    bench.receive(&exchange, 1, "a", "b", 100);
    let totals = json!({"totals": {"a": 100}});
    assert_eq!(bench.submit("office", "exchange.reconciled", &exchange, totals), Ok(vec![]));
}

#[test]
fn a_dispute_ends_where_the_exchange_stood_before() {
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    let raise = json!({"stage": 1, "kind": "count", "delta": -1});
    assert_eq!(
        bench.submit("helper", "exchange.discrepancy_raised", &exchange, raise.clone()),
        Ok(vec![])
    );
    let first = bench.last_hash();
    assert_eq!(bench.status(&exchange), Status::Disputed);
    bench.submit("b", "exchange.discrepancy_raised", &exchange, raise).unwrap();
    let second = bench.last_hash();
    let resolve = |event: &str| json!({"discrepancy": event, "outcome": "withdrawn"});
    let agreed = json!({"lists": [root("x")], "counts": {"a": {"pow": 100}}});
    assert_eq!(bench.submit("a+b", "exchange.agreed", &exchange, agreed), Err("wrong-state"));
    assert_eq!(
        bench.submit("helper", "exchange.discrepancy_resolved", &exchange, resolve(&first)),
        Ok(vec![])
    );
    assert_eq!(bench.status(&exchange), Status::Disputed);
    assert_eq!(
        bench.submit("b", "exchange.discrepancy_resolved", &exchange, resolve(&second)),
        Ok(vec![])
    );
    assert_eq!(bench.status(&exchange), Status::Agreed);
    assert_eq!(
        bench.submit("b", "exchange.discrepancy_resolved", &exchange, resolve(&second)),
        Err("wrong-state")
    );
    assert_eq!(
        bench.submit("b", "exchange.discrepancy_resolved", &exchange, resolve(&root("none"))),
        Err("discrepancy-unknown")
    );
}

#[test]
fn what_is_put_off_goes_on_by_itself_at_the_end_of_its_time() {
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    let until = "2026-03-05T06:00:00Z";
    assert_eq!(
        bench.submit("b", "exchange.postponed", &exchange, json!({"until": until})),
        Ok(vec![])
    );
    let end = Timestamp::parse_seconds(until).unwrap();
    let status_at = |at| bench.engine_at(at).state(&exchange).unwrap().exchange().unwrap().status();
    assert_eq!(status_at(Timestamp::from_micros(end.micros() - 1)), Status::Postponed);
    assert_eq!(status_at(end), Status::Agreed);
    assert_eq!(status_at(end.plus_seconds(1)), Status::Agreed);
    assert_eq!(bench.exchange(&exchange).postponements, 1);
    // It must end after it is recorded.
    for (seconds, outcome) in [(0, Err("until-passed")), (1, Err("until-passed")), (2, Ok(vec![]))]
    {
        let until = bench.log.now().plus_seconds(seconds).to_seconds_string();
        let payload = json!({"until": until});
        assert_eq!(
            bench.submit("b", "exchange.postponed", &exchange, payload),
            outcome,
            "{seconds}"
        );
    }
    // A handover at the end itself is no longer against it.
    bench.log.at("2026-03-05T05:59:59Z");
    assert_eq!(bench.hand_over(&exchange, 1, "a", "b", 10), Vec::<&str>::new());
}

#[test]
fn what_is_put_off_goes_on_with_the_next_step() {
    for next in ["list", "agreement", "handover"] {
        let mut bench = Bench::new();
        let exchange = bench.agreed();
        bench.submit("a", "exchange.postponed", &exchange, json!({})).unwrap();
        assert_eq!(bench.status(&exchange), Status::Postponed);
        let lists: Vec<String> = bench.exchange(&exchange).lists.into_keys().collect();
        match next {
            "list" => drop(bench.list(&exchange, "a", 3)),
            "agreement" => {
                let agreed =
                    json!({"lists": lists, "counts": {"a": {"pow": 100}, "b": {"pow": 100}}});
                assert_eq!(bench.submit("b+a", "exchange.agreed", &exchange, agreed), Ok(vec![]));
            }
            _ => assert_eq!(bench.hand_over(&exchange, 1, "a", "b", 10), ["contrary_to_plan"]),
        }
        assert_ne!(bench.status(&exchange), Status::Postponed, "{next}");
    }
}

#[test]
fn a_cancelled_exchange_is_over_and_its_people_stay_counted() {
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    bench.hand_over(&exchange, 1, "a", "b", 10);
    assert_eq!(bench.submit("b", "exchange.cancelled", &exchange, json!({})), Ok(vec![]));
    assert_eq!(bench.submit("b", "exchange.cancelled", &exchange, json!({})), Err("wrong-state"));
    assert_eq!(bench.receive(&exchange, 1, "a", "b", 10), Vec::<&str>::new());
    assert_eq!(bench.hand_over(&exchange, 2, "a", "b", 5), ["contrary_to_plan"]);
    let state = bench.exchange(&exchange);
    assert_eq!((state.status(), state.released()["a"]), (Status::Cancelled, 10));
    assert_eq!(state.handed_over(false)["a"]["pow"], 15);
}

#[test]
fn what_happened_before_it_was_put_on_record_counts_from_when_it_happened() {
    let mut bench = Bench::new();
    let exchange = bench.propose("all_for_all");
    let occurred = json!({"from": "2026-02-20T09:00:00Z", "precision": "hour"});
    let payload = json!({"stage": 1, "to": "b", "counts": {"pow": 7}});
    let remarks = bench.submit_of("a", "exchange.handover_recorded", &exchange, occurred, payload);
    assert_eq!(remarks, Ok(vec!["contrary_to_plan"]));
    let at = Timestamp::parse_seconds("2026-02-20T10:00:00Z").unwrap();
    let before = bench.engine_at(Timestamp::from_micros(at.micros() - 1));
    assert_eq!(before.state(&exchange), None);
    let then = bench.engine_at(at);
    assert_eq!(
        then.state(&exchange).unwrap().exchange().unwrap().handed_over(false)["a"]["pow"],
        7
    );
    assert_eq!(then.findings(), []);
    // Known to the end, the exchange is the same however it arrived.
    let state = bench.exchange(&exchange);
    assert!(state.proposal.is_some() && state.status() == Status::InProgress);
}

#[test]
fn three_parties_exchange_in_a_ring() {
    let mut bench = Bench::new();
    let payload = json!({
        "formula": "n_for_m", "parties": ["a", "b", "c"], "categories": ["pow"],
        "planned": {"a": exactly(30), "b": exactly(20), "c": exactly(10)},
    });
    bench.submit("a", "exchange.proposed", "", payload).unwrap();
    let exchange = bench.stream();
    let mut lists = vec![bench.list(&exchange, "a", 30), bench.list(&exchange, "b", 20)];
    assert_eq!(bench.status(&exchange), Status::ListsPartial);
    lists.push(bench.list(&exchange, "c", 10));
    let agreed =
        json!({"lists": lists, "counts": {"a": {"pow": 30}, "b": {"pow": 20}, "c": {"pow": 10}}});
    assert_eq!(
        bench.submit("a+b", "exchange.agreed", &exchange, agreed.clone()),
        Err("signature-missing")
    );
    assert_eq!(bench.submit("c+a+b", "exchange.agreed", &exchange, agreed), Ok(vec![]));
    for (from, to, n) in [("a", "b", 30), ("b", "c", 20), ("c", "a", 10)] {
        bench.hand_over(&exchange, 1, from, to, n);
        bench.receive(&exchange, 1, from, to, n);
    }
    let totals = json!({"totals": {"a": 30, "b": 20, "c": 10}});
    assert_eq!(bench.submit("office", "exchange.reconciled", &exchange, totals), Ok(vec![]));
}

#[test]
fn a_saved_state_reads_again() {
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    bench.hand_over(&exchange, 1, "a", "b", 100);
    bench
        .submit(
            "helper",
            "exchange.attested",
            &exchange,
            json!({"stage": 1, "present": true, "seen": {"a": exactly(100)}}),
        )
        .unwrap();
    bench
        .submit(
            "b",
            "exchange.receipt_confirmed",
            &exchange,
            json!({"stage": 1, "from": "a", "account": account(100)}),
        )
        .unwrap();
    let engine = bench.engine_at(bench.log.now());
    let saved = serde_json::to_value(&engine).unwrap();
    let restored: accord_projection::Engine<Exchanges> =
        serde::Deserialize::deserialize(&saved).unwrap();
    assert_eq!(restored.to_value().unwrap(), engine.to_value().unwrap());
    assert_eq!(restored.state(&exchange), engine.state(&exchange));
}

#[test]
fn an_exchange_is_proposed_once() {
    let mut bench = Bench::new();
    let exchange = bench.propose("n_for_n");
    let entry = bench.log.entries()[0].clone();
    let occurred = json!({"from": NOON, "precision": "second"});
    bench.log.push(&Draft {
        author: "b".to_owned(),
        event_type: "exchange.proposed".to_owned(),
        version: 1,
        stream: exchange.clone(),
        occurred,
        payload: entry.event().payload.clone(),
    });
    let findings = bench.engine_at(bench.log.now()).findings();
    assert_eq!(
        findings.iter().map(|f| (f.seq, &*f.code)).collect::<Vec<_>>(),
        [(1, "out_of_order")]
    );
    assert_eq!(bench.exchange(&exchange).proposal.unwrap().by, "helper");
}
