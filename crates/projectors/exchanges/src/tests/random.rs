//! Whatever comes in whatever order.

use super::{Bench, account, exactly, no_errors, root};
use crate::event::ExchangeEvent;
use crate::state::ExchangesState;
use crate::{Exchanges, Status};
use accord_format::time::Timestamp;
use accord_projection::testing::Log;
use accord_projection::{Basis, Engine, Payloads};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Every step of an exchange, valid in itself, with who takes it.
fn steps(opener: &str) -> Vec<(&'static str, &'static str, Value)> {
    let list = |version: u32, of: &str| json!({"list": "x", "version": version, "role": "to_release", "category": "pow", "count": 10, "root": root(of)});
    let check =
        |of: &str| json!({"root": root(of), "matched": 10, "unmatched": 0, "errors": no_errors()});
    vec![
        ("a", "exchange.list_submitted", list(1, "a")),
        ("b", "exchange.list_submitted", list(1, "b")),
        ("a", "exchange.list_submitted", list(2, "c")),
        ("c", "exchange.list_checked", check("a")),
        ("c", "exchange.list_checked", check("b")),
        ("b", "exchange.list_checked", check("c")),
        (
            "a+b",
            "exchange.agreed",
            json!({"lists": [root("b")], "counts": {"a": {"pow": 10}, "b": {"pow": 10}}}),
        ),
        ("a", "exchange.handover_recorded", json!({"stage": 1, "to": "b", "counts": {"pow": 10}})),
        (
            "b",
            "exchange.receipt_confirmed",
            json!({"stage": 1, "from": "a", "account": account(10)}),
        ),
        ("c", "exchange.attested", json!({"stage": 1, "present": true, "seen": {"a": exactly(9)}})),
        ("c", "exchange.discrepancy_raised", json!({"stage": 1, "kind": "count"})),
        (
            "c",
            "exchange.discrepancy_resolved",
            json!({"discrepancy": opener, "outcome": "withdrawn"}),
        ),
        ("office", "exchange.reconciled", json!({"totals": {"a": 10}})),
        ("b", "exchange.postponed", json!({"until": "2026-03-01T12:00:20Z"})),
        ("b", "exchange.cancelled", json!({})),
        ("a", "detention.tally_declared", json!({"side": "a", "count": exactly(20)})),
    ]
}

proptest! {
    /// The fold is total: in whatever order steps come, those that cannot be are named and change
    /// nothing, and the state holds together.
    #[test]
    fn any_order_of_steps_folds(order in proptest::collection::vec(0usize..16, 1..30)) {
        let mut bench = Bench::new();
        let exchange = bench.propose("n_for_n");
        let steps = steps(&bench.last_hash());
        let mut live = Engine::<Exchanges>::at(Timestamp::MIN);
        let (mut fed, mut over) = (0, None);
        for at in order {
            let (by, name, payload) = steps[at].clone();
            let declared = ExchangeEvent::TYPES[ExchangeEvent::position(name, 1).unwrap()];
            let (author, other) = by.split_once('+').unwrap_or((by, ""));
            if !other.is_empty() {
                bench.log.co_sign(other);
            }
            bench.log.write(author, &declared, &exchange, payload);
            live.advance(bench.log.now(), &bench.log, &bench.basis).unwrap();
            for entry in &bench.log.entries()[fed..] {
                live.apply(entry, &bench.basis);
            }
            fed = bench.log.entries().len();
            live.settle(&bench.log, &bench.basis).unwrap();
            let state = bench.exchange(&exchange);
            let followed = live.state(&exchange).unwrap().into_owned();
            prop_assert_eq!(followed.exchange().unwrap(), &state);
            let status = state.status();
            prop_assert!(over.is_none_or(|over| over == status), "nothing leaves an end");
            over = Some(status).filter(|status| status.is_over());
            let disputed = state.is_disputed() && over.is_none();
            prop_assert_eq!(disputed, status == Status::Disputed);
            let released: u64 = state.released().values().sum();
            let in_accounts: u64 = state.deliveries().flat_map(|d| d.3.accounts()).map(crate::event::Account::received).sum();
            prop_assert_eq!(released, in_accounts);
        }
    }

    /// Counters of remains come to the same in whatever order the reports are recorded.
    #[test]
    fn remains_commute(order in Just((0..7usize).collect::<Vec<_>>()).prop_shuffle(), vague in 0..4usize) {
        let qualifier = ["exact", "at_least", "about", "unknown"][vague];
        let count = |value: u64| json!({"value": value, "qualifier": qualifier});
        let reports = [
            ("a", "remains.handed_over", json!({"batch": "x", "to": "b", "containers": exactly(9), "claimed_side": "b"})),
            ("b", "remains.received", json!({"batch": "x", "from": "a", "containers": count(8)})),
            ("lab", "remains.examined", json!({"batch": "x", "containers": 7, "profiles": 6, "multi_person": 1})),
            ("lab", "remains.identified", json!({"batch": "x", "persons": exactly(2)})),
            ("lab", "remains.identified", json!({"batch": "x", "persons": count(3)})),
            ("lab", "remains.misattributed", json!({"batch": "x", "persons": exactly(2), "belongs_to": "a"})),
            ("b", "remains.sent_back", json!({"batch": "x", "persons": exactly(2), "belongs_to": "a"})),
        ];
        let fold = |order: &mut dyn Iterator<Item = usize>| {
            let mut log = Log::default();
            let mut engine = Engine::<Exchanges>::at(Timestamp::MAX);
            for at in order {
                let (by, name, payload) = &reports[at];
                let declared = ExchangeEvent::TYPES[ExchangeEvent::position(name, 1).unwrap()];
                log.write(by, &declared, "", payload.clone());
            }
            for entry in log.entries() {
                engine.apply(entry, &Basis::default());
            }
            engine.state("remains/x").map(std::borrow::Cow::into_owned)
        };
        let in_order = fold(&mut (0..7)).unwrap();
        prop_assert_eq!(&fold(&mut order.into_iter()).unwrap(), &in_order);
        prop_assert!(matches!(in_order, ExchangesState::Remains(batch) if batch.identified.value == 5));
    }
}
