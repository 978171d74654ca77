//! 6,060 handed over and 6,057 received in June 2025; at least 20 of another side, 3 sent back.

use super::{SPRING, cell, check_provenance, exactly, marks, value};
use crate::tests::world::World;
use crate::view::Cell;
use accord_catalogue::unit::Qualifier;
use serde_json::{Value, json};

/// The published numbers of a series, in the order of the file.
fn published(series: &str) -> Vec<u64> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../examples/data/exchange_and_children_public_tallies.csv"
    );
    let file = std::fs::read_to_string(path).unwrap();
    let rows = file.lines().filter_map(|line| line.strip_prefix(&format!("{series},")));
    rows.map(|row| row.split(',').nth(1).unwrap().parse().unwrap()).collect()
}

fn report(
    world: &mut World,
    author: &str,
    name: &str,
    batch: &str,
    mut payload: Value,
) -> Vec<&'static str> {
    payload["batch"] = batch.into();
    let (_, findings) = world.submit(author, &format!("remains.{name}"), "", payload).unwrap();
    findings.into_iter().map(|f| f.code).collect()
}

const NONE: [&str; 0] = [];

#[test]
fn each_counter_of_remains_stands_for_itself() {
    let mut world = World::with_charter(SPRING);
    let totals = published("bodies_returned_total");
    let [received, handed] = totals[..] else { panic!("two published totals: {totals:?}") };
    let known = published("bodies_returned_batch");
    assert_eq!((known.as_slice(), received, handed), (&[1_212, 1_200][..], 6_057, 6_060));
    let misattributed = published("bodies_misattributed")[0];
    // The first two batches are published; the others are as the sums want them.
    let batches = [
        ("june-11", known[0]),
        ("june-13", known[1]),
        ("june-14", 1_200),
        ("june-15", 1_200),
        ("june-16", 1_248),
    ];
    assert_eq!(batches.iter().map(|b| b.1).sum::<u64>(), handed);
    world.log.at("2025-06-16T15:00:00Z");
    for (batch, containers) in batches {
        let from = json!({"to": "ua", "containers": exactly(containers), "claimed_side": "ua"});
        assert_eq!(report(&mut world, "ru", "handed_over", batch, from), NONE);
        let short = if batch == "june-16" { handed - received } else { 0 };
        let to = json!({"from": "ru", "containers": exactly(containers - short)});
        let expected = if short > 0 { vec!["counts_differ"] } else { vec![] };
        assert_eq!(report(&mut world, "ua", "received", batch, to), expected);
    }
    world.log.at("2025-06-23T15:00:00Z");
    let examined = json!({"containers": 500, "profiles": 430, "multi_person": 60});
    assert_eq!(report(&mut world, "forensic-bureau", "examined", "june-11", examined), NONE);
    let identified = json!({"persons": exactly(120)});
    assert_eq!(report(&mut world, "forensic-bureau", "identified", "june-11", identified), NONE);
    let others = json!({"persons": {"value": misattributed, "qualifier": "at_least", "word": "at least"}, "belongs_to": "ru"});
    assert_eq!(report(&mut world, "forensic-bureau", "misattributed", "june-11", others), NONE);
    let back = json!({"persons": exactly(3), "belongs_to": "ru"});
    assert_eq!(report(&mut world, "ua", "sent_back", "june-11", back), NONE);

    let view = world.view("exchanges");
    for (counter, expected) in [
        ("handed_over", 6_060),
        ("received", 6_057),
        ("examined", 500),
        ("multi_person", 60),
        ("profiles", 430),
        ("identified", 120),
        ("unidentifiable", 0),
        ("misattributed", 20),
        ("sent_back", 3),
    ] {
        assert_eq!(value(&view, &format!("remains/{counter}")), expected, "{counter}");
    }
    let figure = view.figure("remains/misattributed").unwrap();
    assert_eq!(
        (figure.qualifier, figure.word.as_deref()),
        (Some(Qualifier::AtLeast), Some("at least"))
    );
    assert_eq!(marks(&view, "batches", "remains/june-16"), ["differs"]);
    assert_eq!(value(&view, "batch/june-16/received"), 1_245);
    assert_eq!(
        cell(&view, "batches", "remains/june-11", "sent_back"),
        &Cell::Suppressed { below: 10 }
    );
    assert_eq!(
        cell(&view, "batches", "remains/june-11", "status"),
        &Cell::Text("misattributed".to_owned())
    );
    assert_eq!(value(&view, "problems/counts_differ/batches"), 1);
    world.check_replay();
    check_provenance(&world);
}

#[test]
fn remains_received_before_the_charter_are_a_baseline() {
    let mut world = World::with_charter(SPRING);
    let from =
        json!({"to": "ua", "containers": exactly(64), "claimed_side": "ua", "historical": true});
    let mut handed_over = from;
    handed_over["batch"] = json!("old");
    let begun = json!({"from": "2024-11-29T00:00:00Z", "until": "2025-05-20T08:00:00Z", "precision": "second"});
    world.submit_of("ru", "remains.handed_over", "", begun, handed_over).unwrap();
    let occurred = json!({"from": "2024-11-29T00:00:00Z", "precision": "day"});
    let payload = json!({"batch": "older", "from": "ru", "containers": exactly(502)});
    world.submit_of("ua", "remains.received", "", occurred, payload).unwrap();
    report(&mut world, "ua", "received", "new", json!({"from": "ru", "containers": exactly(7)}));
    let view = world.view("exchanges");
    assert_eq!(value(&view, "baseline/remains/handed_over"), 64);
    assert_eq!(
        (value(&view, "baseline/remains/received"), value(&view, "remains/received")),
        (502, 7)
    );
    assert_eq!(marks(&view, "batches", "remains/older"), ["baseline"]);
    check_provenance(&world);
}

#[test]
fn a_duplicate_or_corrected_report_is_counted_once_and_right() {
    let mut world = World::with_charter(SPRING);
    report(&mut world, "ua", "received", "one", json!({"from": "ru", "containers": exactly(70)}));
    let first = super::last(&world);
    report(&mut world, "ua", "received", "one", json!({"from": "ru", "containers": exactly(70)}));
    let second = super::last(&world);
    let shown = |world: &World| value(&world.view("exchanges"), "remains/received");
    assert_eq!(shown(&world), 140);
    world.retract(second);
    assert_eq!(shown(&world), 70);
    world.correct(first, &json!([{"pointer": "/payload/containers/value", "old": 70, "new": 72}]));
    assert_eq!(shown(&world), 72);
    world.check_replay();
    check_provenance(&world);
}
