//! A list of 630 with persons on it who had been released before, and others who were no prisoners
//! of war. That there were seven of the first is on public record; the other numbers are ours.

use super::{SPRING, check_provenance, root, status, step, value};
use crate::tests::world::World;
use serde_json::{Value, json};

fn check(matched: u64, wrong_category: u64) -> Value {
    let errors = json!({
        "duplicate": 0, "already_released": 7, "wrong_category": wrong_category,
        "identity_error": 21,
    });
    json!({"root": root("630"), "matched": matched, "unmatched": 40, "errors": errors})
}

#[test]
fn the_check_of_a_list_adds_up_to_the_list() {
    let mut world = World::with_charter(SPRING);
    let proposal = json!({"formula": "unilateral", "parties": ["ua", "ru"], "categories": ["pow"], "planned": {"ua": {"value": 600, "qualifier": "at_least", "word": "over"}}});
    let (seq, _) = world.submit("ru", "exchange.proposed", "", proposal).unwrap();
    let exchange = world.stream(seq);
    let list = json!({"list": "names", "version": 1, "role": "to_release", "category": "pow", "count": 630, "root": root("630")});
    assert_eq!(step(&mut world, "ua", "list_submitted", &exchange, list), Ok(vec![]));
    assert_eq!(status(&world, &exchange), "lists_in");
    // One short: heard, said so, and no check.
    assert_eq!(
        step(&mut world, "ru", "list_checked", &exchange, check(548, 13)),
        Ok(vec!["does_not_add_up", "list_errors"])
    );
    assert_eq!(status(&world, &exchange), "lists_in");
    let table = |world: &World| {
        world.view("exchanges").tables.into_iter().find(|t| t.key == "lists").unwrap()
    };
    assert!(table(&world).rows.is_empty());
    assert_eq!(value(&world.view("exchanges"), "problems/does_not_add_up/exchanges"), 1);

    assert_eq!(
        step(&mut world, "icrc", "list_checked", &exchange, check(549, 13)),
        Ok(vec!["list_errors"])
    );
    assert_eq!(status(&world, &exchange), "lists_checked");
    let view = world.view("exchanges");
    for (member, expected) in [
        ("lists", 1),
        ("entries", 630),
        ("matched", 549),
        ("unmatched", 40),
        ("duplicate", 0),
        ("already_released", 7),
        ("wrong_category", 13),
        ("identity_error", 21),
        ("errors", 41),
        ("error_rate", 650),
    ] {
        assert_eq!(value(&view, &format!("lists/icrc/{member}")), expected, "{member}");
    }
    // Who checks again has gone through it again; nobody is counted twice.
    let again = check(548, 14);
    assert_eq!(step(&mut world, "icrc", "list_checked", &exchange, again), Ok(vec!["list_errors"]));
    assert_eq!(value(&world.view("exchanges"), "lists/icrc/errors"), 42);
    assert_eq!(value(&world.view("exchanges"), "lists/icrc/entries"), 630);
    world.check_replay();
    check_provenance(&world);
}
