//! Reports are taken in, and what is wrong with them is said.

use super::{Bench, account, exactly, no_errors, root};
use crate::Status;
use serde_json::{Value, json};

#[test]
fn a_check_accounts_for_every_entry_of_the_list() {
    let mut bench = Bench::new();
    let exchange = bench.propose("n_for_n");
    let list = json!({"list": "x", "version": 1, "role": "to_release", "category": "pow", "count": 10, "root": root("x")});
    bench.submit("a", "exchange.list_submitted", &exchange, list).unwrap();
    let check = |matched: u64, errors: u64| {
        let mut kinds = no_errors();
        kinds["already_released"] = errors.into();
        json!({"root": root("x"), "matched": matched, "unmatched": 1, "errors": kinds})
    };
    let mut submit = |by: &str, payload: Value| {
        let remarks = bench.submit(by, "exchange.list_checked", &exchange, payload);
        (remarks, bench.exchange(&exchange).lists[&root("x")].is_checked())
    };
    assert_eq!(submit("b", check(8, 0)), (Ok(vec!["does_not_add_up"]), false));
    assert_eq!(submit("a", check(9, 0)), (Ok(vec!["own_list_checked"]), false));
    assert_eq!(submit("b", check(8, 1)), (Ok(vec!["list_errors"]), true));
    let mut unknown = check(9, 0);
    unknown["root"] = root("y").into();
    assert_eq!(submit("b", unknown), (Ok(vec!["out_of_order"]), true));
}

#[test]
fn what_was_not_proposed_or_agreed_is_contrary_to_the_plan() {
    let mut bench = Bench::new();
    let exchange = bench.propose("n_for_n");
    let list = json!({"list": "x", "version": 1, "role": "to_release", "category": "medic", "count": 10, "root": root("x")});
    assert_eq!(
        bench.submit("a", "exchange.list_submitted", &exchange, list),
        Ok(vec!["contrary_to_plan"])
    );
    assert_eq!(bench.hand_over(&exchange, 1, "a", "b", 1), ["contrary_to_plan"]);

    let mut bench = Bench::new();
    let exchange = bench.agreed();
    assert_eq!(bench.hand_over(&exchange, 1, "a", "b", 60), Vec::<&str>::new());
    assert_eq!(bench.hand_over(&exchange, 2, "a", "b", 40), Vec::<&str>::new());
    let extra = json!({"stage": 3, "to": "b", "counts": {"pow": 9}, "extra": true});
    assert_eq!(bench.submit("a", "exchange.handover_recorded", &exchange, extra), Ok(vec![]));
    assert_eq!(bench.hand_over(&exchange, 3, "b", "a", 101), ["contrary_to_plan"]);
    let other = json!({"stage": 4, "to": "b", "counts": {"civilian": 1}});
    assert_eq!(
        bench.submit("a", "exchange.handover_recorded", &exchange, other),
        Ok(vec!["contrary_to_plan"])
    );
    let state = bench.exchange(&exchange);
    assert_eq!(state.handed_over(true)["a"]["pow"], 9);
    assert_eq!(state.handed_over(false)["a"]["pow"], 100);
}

#[test]
fn a_handover_outside_the_time_agreed_is_said_so() {
    for (now, expected) in [
        ("2026-03-02T23:59:58Z", vec!["contrary_to_plan"]),
        ("2026-03-02T23:59:59Z", vec![]),
        ("2026-03-04T23:59:59Z", vec![]),
        ("2026-03-05T00:00:00Z", vec!["contrary_to_plan"]),
    ] {
        let mut bench = Bench::new();
        let exchange = bench.agreed();
        let lists: Vec<String> = bench.exchange(&exchange).lists.into_keys().collect();
        let agreed = json!({
            "lists": lists, "counts": {"a": {"pow": 100}, "b": {"pow": 100}},
            "window": {"from": "2026-03-03", "until": "2026-03-04"}, "place_class": "third_state",
        });
        bench.submit("a+b", "exchange.agreed", &exchange, agreed).unwrap();
        bench.log.at(now);
        assert_eq!(bench.hand_over(&exchange, 1, "a", "b", 60), expected, "{now}");
    }
}

#[test]
fn accounts_that_do_not_add_up_are_taken_in_with_a_remark() {
    let mut wrong = Vec::new();
    for (member, value) in [
        ("listed", 11),
        ("not_delivered", 1),
        ("refused_return", 1),
        ("died", 1),
        ("substituted", 1),
    ] {
        let mut account = account(10);
        account[member] = value.into();
        wrong.push(account);
    }
    let mut counts = account(10);
    counts["counts"]["pow"] = 9.into();
    wrong.push(counts);
    for account in wrong {
        let mut bench = Bench::new();
        let exchange = bench.agreed();
        let payload = json!({"stage": 1, "from": "a", "account": account});
        assert_eq!(
            bench.submit("b", "exchange.receipt_confirmed", &exchange, payload),
            Ok(vec!["does_not_add_up"])
        );
        assert_eq!(bench.status(&exchange), Status::InProgress);
    }
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    let right = json!({
        "listed": 100, "received_listed": 95, "not_delivered": 2, "refused_return": 2, "died": 1,
        "substituted": 3, "counts": {"pow": 90, "civilian": 8},
    });
    let payload = json!({"stage": 1, "from": "a", "account": right});
    assert_eq!(bench.submit("b", "exchange.receipt_confirmed", &exchange, payload), Ok(vec![]));
}

#[test]
fn numbers_at_the_end_of_what_there_is_do_not_wrap() {
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    let most = 9_007_199_254_740_991_u64;
    let huge = json!({
        "listed": most, "received_listed": most, "not_delivered": most, "refused_return": most,
        "died": most, "substituted": most, "counts": {"pow": most, "civilian": most},
    });
    for _ in 0..3 {
        let handover =
            json!({"stage": 65535, "to": "b", "counts": {"pow": most, "civilian": most}});
        bench.submit("a", "exchange.handover_recorded", &exchange, handover).unwrap();
        let payload = json!({"stage": 65535, "from": "a", "account": huge});
        let remarks = bench.submit("b", "exchange.receipt_confirmed", &exchange, payload).unwrap();
        assert!(remarks.contains(&"does_not_add_up"));
        let raise = json!({"kind": "other", "delta": -9_007_199_254_740_991_i64});
        bench.submit("b", "exchange.discrepancy_raised", &exchange, raise).unwrap();
    }
    assert_eq!(bench.exchange(&exchange).released()["a"], 6 * most);
}

#[test]
fn nobody_reports_in_anothers_name() {
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    // To itself: counted nowhere.
    let own = json!({"stage": 1, "to": "a", "counts": {"pow": 5}});
    assert_eq!(
        bench.submit("a", "exchange.handover_recorded", &exchange, own),
        Ok(vec!["not_counted"])
    );
    let own = json!({"stage": 1, "from": "b", "account": account(5)});
    assert_eq!(
        bench.submit("b", "exchange.receipt_confirmed", &exchange, own),
        Ok(vec!["not_counted"])
    );
    // By a stranger: on record, and no part of the books.
    assert_eq!(bench.hand_over(&exchange, 9, "c", "b", 5), ["not_concerned"]);
    let state = bench.exchange(&exchange);
    assert_eq!((state.deliveries().count(), state.status()), (0, Status::Agreed));
}

#[test]
fn an_intermediary_that_saw_another_number_is_heard() {
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    bench.hand_over(&exchange, 1, "a", "b", 60);
    bench.receive(&exchange, 1, "a", "b", 59);
    let mut attest = |seen: Value| {
        let payload = json!({"stage": 1, "present": true, "seen": {"a": seen}});
        bench.submit("helper", "exchange.attested", &exchange, payload)
    };
    assert_eq!(attest(json!({"value": 55, "qualifier": "about"})), Ok(vec![]));
    assert_eq!(attest(exactly(60)), Ok(vec!["counts_differ"]));
    assert_eq!(attest(exactly(58)), Ok(vec!["counts_differ", "counts_differ"]));
    assert_eq!(attest(json!({"value": 58, "qualifier": "at_least"})), Ok(vec![]));
    let absent = json!({"stage": 1, "present": false});
    assert_eq!(bench.submit("other", "exchange.attested", &exchange, absent), Ok(vec![]));
    let attested = &bench.exchange(&exchange).stages[&1].attestations;
    assert!(attested["helper"].present && !attested["other"].present);
}

#[test]
fn a_second_report_on_a_stage_is_added_and_marked() {
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    bench.hand_over(&exchange, 1, "a", "b", 30);
    assert_eq!(bench.hand_over(&exchange, 1, "a", "b", 30), ["reported_before"]);
    bench.receive(&exchange, 1, "a", "b", 30);
    assert_eq!(bench.receive(&exchange, 1, "a", "b", 30), ["reported_before"]);
    assert_eq!(bench.exchange(&exchange).released()["a"], 60);
}

#[test]
fn what_comes_after_the_reconciliation_is_heard_and_named() {
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    let before = bench.log.now().to_seconds_string();
    bench.hand_over(&exchange, 1, "a", "b", 30);
    bench.receive(&exchange, 1, "a", "b", 30);
    bench.submit("office", "exchange.reconciled", &exchange, json!({"totals": {"a": 30}})).unwrap();
    assert_eq!(
        bench.submit("b", "exchange.discrepancy_raised", &exchange, json!({"kind": "identity"})),
        Ok(vec![])
    );
    assert_eq!(
        bench.hand_over(&exchange, 2, "a", "b", 1),
        ["contrary_to_plan", "reported_after_reconciliation"]
    );
    // Even of a stage that took place before.
    let occurred = json!({"from": before, "precision": "second"});
    let payload = json!({"stage": 1, "to": "b", "counts": {"pow": 1}});
    let remarks =
        bench.submit_of("a", "exchange.handover_recorded", &exchange, occurred, payload).unwrap();
    assert!(remarks.contains(&"reported_after_reconciliation"), "{remarks:?}");
    let state = bench.exchange(&exchange);
    assert_eq!(
        (state.status(), state.reported_later(), state.is_disputed()),
        (Status::Reconciled, 2, true)
    );
}

fn tally(count: &Value, category: Option<&str>) -> Value {
    let mut payload = json!({"side": "a", "count": count});
    if let Some(category) = category {
        payload["category"] = category.into();
    }
    payload
}

#[test]
fn tallies_fall_by_releases_and_each_source_stands_for_itself() {
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    let declare = |bench: &mut Bench, by: &str, count: Value, category| {
        bench.submit(by, "detention.tally_declared", "", tally(&count, category))
    };
    assert_eq!(declare(&mut bench, "a", exactly(500), Some("pow")), Ok(vec![]));
    assert_eq!(
        declare(&mut bench, "b", json!({"value": 800, "qualifier": "at_least"}), None),
        Ok(vec![])
    );
    bench.receive(&exchange, 1, "a", "b", 60);
    let held =
        |bench: &Bench, key: &str| bench.state("held/a").held().unwrap().tallies[key].clone();
    assert_eq!(held(&bench, "a/pow").remaining(), 440);
    assert_eq!(held(&bench, "b/*").remaining(), 740);
    // 60 were released: 440 is what it should be, 439 is one too few.
    assert_eq!(declare(&mut bench, "a", exactly(439), Some("pow")), Ok(vec!["unexplained_fall"]));
    bench.log.take_back();
    let remarks = declare(&mut bench, "a", exactly(440), Some("pow"));
    assert_eq!((remarks, held(&bench, "a/pow").unexplained), (Ok(vec![]), None));
    bench.log.take_back();
    declare(&mut bench, "a", exactly(439), Some("pow")).unwrap();
    let fall = held(&bench, "a/pow").unexplained.unwrap();
    assert_eq!((fall.from, fall.to, fall.released), (500, 439, 60));
    // Of 800 or more, 700 about is no certain fall; 700 exactly is.
    assert_eq!(
        declare(&mut bench, "b", json!({"value": 700, "qualifier": "about"}), None),
        Ok(vec![])
    );
    assert_eq!(declare(&mut bench, "b", exactly(700), None), Ok(vec![]), "about tells nothing");
    assert_eq!(declare(&mut bench, "b", exactly(699), None), Ok(vec!["unexplained_fall"]));
    assert_eq!(held(&bench, "a/pow").declared.value, 439);
    // What comes home counts in its own category only.
    let mut civilians = account(5);
    civilians["counts"] = json!({"civilian": 5});
    bench
        .submit(
            "b",
            "exchange.receipt_confirmed",
            &exchange,
            json!({"stage": 2, "from": "a", "account": civilians}),
        )
        .unwrap();
    assert_eq!((held(&bench, "a/pow").released, held(&bench, "b/*").released), (0, 5));
}

#[test]
fn more_released_than_were_held_does_not_add_up() {
    let mut bench = Bench::new();
    let exchange = bench.agreed();
    bench.submit("a", "detention.tally_declared", "", tally(&exactly(50), Some("pow"))).unwrap();
    assert_eq!(bench.receive(&exchange, 1, "a", "b", 50), Vec::<&str>::new());
    // Who says that it received from itself releases nobody.
    let own = json!({"stage": 2, "from": "a", "account": account(9)});
    let remarks = bench.submit("a", "exchange.receipt_confirmed", &exchange, own);
    assert_eq!(remarks, Ok(vec!["not_counted"]));
    assert_eq!(bench.receive(&exchange, 2, "a", "b", 1), ["does_not_add_up"]);
    // 51 were released since: none left is no fall beyond them.
    let remarks =
        bench.submit("a", "detention.tally_declared", "", tally(&exactly(0), Some("pow")));
    assert_eq!(remarks, Ok(vec![]));
    bench.submit("a", "detention.tally_declared", "", tally(&exactly(50), Some("pow"))).unwrap();
    bench.receive(&exchange, 3, "a", "b", 51);
    let held = bench.state("held/a").held().unwrap().tallies["a/pow"].clone();
    assert!(held.is_exceeded() && held.remaining() == 0);
}
