//! Remains: separate counters, and what does not fit between them.

use super::{Bench, exactly};
use crate::state::RemainsStage;
use accord_catalogue::unit::Qualifier;
use serde_json::{Value, json};

fn report(bench: &mut Bench, by: &str, name: &str, payload: Value) -> Vec<&'static str> {
    let mut payload = payload;
    payload["batch"] = "one".into();
    bench.submit(by, &format!("remains.{name}"), "", payload).unwrap()
}

const NONE: [&str; 0] = [];

#[test]
fn each_counter_stands_for_itself() {
    let mut bench = Bench::new();
    let stage = |bench: &Bench| bench.batch("one").stage();
    let handed = json!({"to": "b", "containers": exactly(100), "claimed_side": "b"});
    assert_eq!(report(&mut bench, "a", "handed_over", handed), NONE);
    assert_eq!(stage(&bench), RemainsStage::HandedOver);
    assert_eq!(
        report(&mut bench, "b", "received", json!({"from": "a", "containers": exactly(100)})),
        NONE
    );
    assert_eq!(stage(&bench), RemainsStage::Received);
    assert_eq!(
        report(
            &mut bench,
            "lab",
            "examined",
            json!({"containers": 60, "profiles": 70, "multi_person": 20})
        ),
        NONE
    );
    assert_eq!(stage(&bench), RemainsStage::UnderExamination);
    assert_eq!(report(&mut bench, "lab", "identified", json!({"persons": exactly(60)})), NONE);
    assert_eq!(stage(&bench), RemainsStage::UnderExamination);
    assert_eq!(report(&mut bench, "lab", "unidentifiable", json!({"persons": exactly(10)})), NONE);
    assert_eq!(stage(&bench), RemainsStage::Identified);
    assert_eq!(
        report(
            &mut bench,
            "lab",
            "misattributed",
            json!({"persons": exactly(4), "belongs_to": "a"})
        ),
        NONE
    );
    assert_eq!(stage(&bench), RemainsStage::Misattributed);
    assert_eq!(
        report(&mut bench, "b", "sent_back", json!({"persons": exactly(3), "belongs_to": "a"})),
        NONE
    );
    assert_eq!(stage(&bench), RemainsStage::Misattributed);
    assert_eq!(
        report(&mut bench, "b", "sent_back", json!({"persons": exactly(1), "belongs_to": "a"})),
        NONE
    );
    assert_eq!(stage(&bench), RemainsStage::SentBack);
    let batch = bench.batch("one");
    assert_eq!(
        (batch.examined.containers, batch.examined.profiles, batch.identified.value),
        (60, 70, 60)
    );
    assert_eq!(batch.claimed["b"].value, 100);
}

#[test]
fn a_batch_of_which_nobody_can_be_identified() {
    let mut bench = Bench::new();
    report(
        &mut bench,
        "lab",
        "examined",
        json!({"containers": 0, "profiles": 2, "multi_person": 0}),
    );
    report(&mut bench, "lab", "unidentifiable", json!({"persons": exactly(2)}));
    assert_eq!(bench.batch("one").stage(), RemainsStage::Unidentifiable);
}

#[test]
fn what_does_not_add_up_is_taken_in_and_said() {
    let mut bench = Bench::new();
    // The reports of a batch may come in any order; a comparison waits for both its sides.
    assert_eq!(
        report(&mut bench, "b", "received", json!({"from": "a", "containers": exactly(10)})),
        NONE
    );
    assert_eq!(
        report(
            &mut bench,
            "a",
            "handed_over",
            json!({"to": "b", "containers": exactly(12), "claimed_side": "b"})
        ),
        ["counts_differ"]
    );
    assert_eq!(
        report(
            &mut bench,
            "lab",
            "examined",
            json!({"containers": 11, "profiles": 5, "multi_person": 12})
        ),
        ["does_not_add_up"; 2]
    );
    assert_eq!(
        report(&mut bench, "lab", "identified", json!({"persons": exactly(6)})),
        ["does_not_add_up"]
    );
    assert_eq!(
        report(
            &mut bench,
            "lab",
            "misattributed",
            json!({"persons": exactly(6), "belongs_to": "a"})
        ),
        ["does_not_add_up"]
    );
    assert_eq!(
        report(&mut bench, "lab", "sent_back", json!({"persons": exactly(6), "belongs_to": "a"})),
        NONE
    );
    assert_eq!(
        report(
            &mut bench,
            "lab",
            "sent_back",
            json!({"persons": exactly(1), "belongs_to": "third"})
        ),
        ["does_not_add_up"]
    );
    let batch = bench.batch("one");
    assert_eq!((batch.containers_handed_over().value, batch.containers_received().value), (12, 10));
}

#[test]
fn vague_counts_stay_vague() {
    let mut bench = Bench::new();
    let about =
        |value: u64, word: &str| json!({"value": value, "qualifier": "at_least", "word": word});
    report(
        &mut bench,
        "lab",
        "examined",
        json!({"containers": 0, "profiles": 30, "multi_person": 0}),
    );
    assert_eq!(
        report(
            &mut bench,
            "lab",
            "misattributed",
            json!({"persons": about(20, "at least"), "belongs_to": "a"})
        ),
        NONE
    );
    let sum = bench.batch("one").persons_misattributed();
    assert_eq!(
        (sum.value, sum.qualifier, sum.word.as_deref()),
        (20, Qualifier::AtLeast, Some("at least"))
    );
    // 20 or more were found: that 25 were sent back is not impossible.
    assert_eq!(
        report(&mut bench, "b", "sent_back", json!({"persons": exactly(25), "belongs_to": "a"})),
        NONE
    );
}

#[test]
fn a_party_that_hands_over_to_itself_counts_for_nothing() {
    let mut bench = Bench::new();
    assert_eq!(
        report(
            &mut bench,
            "a",
            "handed_over",
            json!({"to": "a", "containers": exactly(12), "claimed_side": "b"})
        ),
        ["not_counted"]
    );
    assert_eq!(
        report(&mut bench, "b", "received", json!({"from": "b", "containers": exactly(12)})),
        ["not_counted"]
    );
    let batch = bench.batch("one");
    assert_eq!((batch.containers_handed_over().counts, batch.containers_received().counts), (0, 0));
}
