//! All for all in nine stages, as agreed at Istanbul on 2 June 2025. The numbers of the stages were
//! kept secret and are ours; the days, the sum of over a thousand, the person brought in another's
//! place and the one who did not want to return are not.

use super::{SPRING, account, agree, cell, check_provenance, marks, status, step, value};
use crate::tests::world::World;
use crate::view::{Cell, text};
use serde_json::json;

const DAYS: [&str; 9] = [
    "2025-06-09",
    "2025-06-10",
    "2025-06-12",
    "2025-06-14",
    "2025-06-19",
    "2025-06-20",
    "2025-06-26",
    "2025-07-04",
    "2025-07-23",
];
const PERSONS: [u64; 9] = [150, 120, 100, 100, 120, 130, 110, 100, 90];
const ALL: u64 = 1_020;

/// The entries of a stage that hold its numbers back, with what they hold back.
struct Secret {
    seq: u64,
    member: &'static str,
    value: serde_json::Value,
}

/// Nine stages, reported on the day without numbers.
fn nine_stages(world: &mut World) -> (String, Vec<Secret>) {
    world.log.at("2025-06-02T12:00:00Z");
    let exchange = agree(world, ALL);
    let mut secrets = Vec::new();
    for (at, (day, persons)) in DAYS.into_iter().zip(PERSONS).enumerate() {
        world.log.at(&format!("{day}T15:00:00Z"));
        let stage = at + 1;
        for (from, to) in [("ru", "ua"), ("ua", "ru")] {
            // At the last stage one did not want to return, and another came in the place of one
            // who was listed.
            let odd = u64::from(stage == 9 && from == "ru");
            let report = json!({"stage": stage, "to": to});
            assert_eq!(step(world, from, "handover_recorded", &exchange, report), Ok(vec![]));
            let value = json!({"wounded": persons - odd});
            secrets.push(Secret { seq: super::last(world), member: "counts", value });
            let report = json!({"stage": stage, "from": from});
            assert_eq!(step(world, to, "receipt_confirmed", &exchange, report), Ok(vec![]));
            let value = account(persons, odd, odd);
            secrets.push(Secret { seq: super::last(world), member: "account", value });
        }
        let seen = json!({"stage": stage, "present": true, "seen": {"ru": {"value": persons, "qualifier": "about"}}});
        assert_eq!(step(world, "icrc", "attested", &exchange, seen), Ok(vec![]));
    }
    (exchange, secrets)
}

/// The numbers come out.
fn disclose(world: &mut World, secrets: &[Secret]) {
    for Secret { seq, member, value } in secrets {
        let pointer = format!("/payload/{member}");
        world.correct(*seq, &json!([{"pointer": pointer, "new": value}]));
    }
}

#[test]
fn nine_stages_reconcile() {
    let mut world = World::with_charter(SPRING);
    let (exchange, secrets) = nine_stages(&mut world);
    let view = world.view("exchanges");
    assert_eq!((value(&view, "exchanges/stages"), value(&view, "persons/received")), (9, 0));
    assert!(view.notes.iter().any(|note| note.starts_with("The numbers of 18 deliveries")));
    let totals = json!({"totals": {"ru": ALL - 1, "ua": ALL}});
    let reconcile =
        |world: &mut World| step(world, "secretariat", "reconciled", &exchange, totals.clone());
    assert_eq!(reconcile(&mut world), Err("numbers-withheld"));
    world.log.at("2025-07-30T09:00:00Z");
    disclose(&mut world, &secrets);
    let view = world.view("exchanges");
    // The sums are there; what they are made of is a detail until the books agree.
    assert_eq!(value(&view, "persons/received"), 2 * ALL - 1);
    assert_eq!(cell(&view, "exchanges", &exchange, "received"), &Cell::Text("withheld".to_owned()));
    assert!(view.tables.iter().find(|t| t.key == "stages").unwrap().rows.is_empty());
    assert_eq!(marks(&view, "exchanges", &exchange), ["unreconciled"]);
    assert_eq!(reconcile(&mut world), Ok(vec![]));
    assert_eq!(status(&world, &exchange), "reconciled");

    let view = world.view("exchanges");
    for (key, expected) in [
        ("exchanges/number", 1),
        ("exchanges/stages", 9),
        ("status/reconciled", 1),
        ("persons/agreed", 2 * ALL),
        ("persons/delivered", 2 * ALL - 1),
        ("persons/received", 2 * ALL - 1),
        ("persons/substituted", 1),
        ("persons/not_delivered", 1),
        ("persons/refused_return", 1),
        ("persons/died", 0),
        ("side/ru/delivered", ALL - 1),
        ("side/ua/received", ALL),
        ("returned/ua", ALL - 1),
        ("returned/ua/wounded", ALL - 1),
        ("returned/ru/wounded", ALL),
        ("duration/exchanges", 1),
        ("duration/median", 57),
    ] {
        assert_eq!(value(&view, key), expected, "{key}");
    }
    assert_eq!(value(&view, &format!("{exchange}/agreed")), 2 * ALL);
    assert_eq!(value(&view, &format!("{exchange}/days")), 57);
    assert_eq!(value(&view, &format!("{exchange}/stage/9/ru/ua/received")), 89);
    // One person is not pointed at, nor found by subtraction.
    for (table, row) in [("exchanges", exchange.as_str()), ("sides", "ru"), ("sides", "ua")] {
        assert_eq!(
            cell(&view, table, row, "substituted"),
            &Cell::Suppressed { below: 10 },
            "{row}"
        );
        assert_eq!(
            cell(&view, table, row, "refused_return"),
            &Cell::Suppressed { below: 10 },
            "{row}"
        );
    }
    assert!(text::render(&view).contains("fewer than 10"));
    world.check_replay();
    check_provenance(&world);
}

#[test]
fn nine_stages_in_dispute() {
    let mut world = World::with_charter(SPRING);
    let (exchange, secrets) = nine_stages(&mut world);
    world.log.at("2025-07-30T09:00:00Z");
    disclose(&mut world, &secrets);
    let claim = json!({"stage": 9, "kind": "identity", "delta": 1, "summary": "another came than was listed"});
    assert_eq!(step(&mut world, "ua", "discrepancy_raised", &exchange, claim), Ok(vec![]));
    let raised = world.log.hash(super::last(&world));
    assert_eq!(status(&world, &exchange), "disputed");
    let totals = json!({"totals": {"ru": ALL - 1, "ua": ALL}});
    let reconcile =
        |world: &mut World| step(world, "secretariat", "reconciled", &exchange, totals.clone());
    assert_eq!(reconcile(&mut world), Err("discrepancy-open"));
    let resolve = json!({"discrepancy": raised, "outcome": "accepted"});
    assert_eq!(
        step(&mut world, "ru", "discrepancy_resolved", &exchange, resolve.clone()),
        Err("not-the-raiser")
    );
    assert_eq!(value(&world.view("exchanges"), "status/disputed"), 1);
    assert_eq!(step(&mut world, "ua+ru", "discrepancy_resolved", &exchange, resolve), Ok(vec![]));
    assert_eq!(status(&world, &exchange), "in_progress");
    assert_eq!(reconcile(&mut world), Ok(vec![]));
    world.check_replay();
}
