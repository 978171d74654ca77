//! Who is still held, source by source.

use super::{SPRING, account, agree, check_provenance, exactly, marks, step, value};
use crate::tests::world::World;
use crate::view::Cell;
use accord_catalogue::unit::Qualifier;
use serde_json::{Value, json};

fn declare(
    world: &mut World,
    source: &str,
    category: Option<&str>,
    count: &Value,
) -> Vec<&'static str> {
    let mut payload = json!({"side": "ru", "count": count});
    if let Some(category) = category {
        payload["category"] = category.into();
    }
    let (_, findings) = world.submit(source, "detention.tally_declared", "", payload).unwrap();
    findings.into_iter().map(|f| f.code).collect()
}

#[test]
fn the_gap_to_all_for_all_stands_source_by_source() {
    let mut world = World::with_charter(SPRING);
    let over = json!({"value": 6_000, "qualifier": "at_least", "word": "over"});
    declare(&mut world, "ua", None, &over);
    declare(&mut world, "icrc", Some("wounded"), &exactly(1_020));
    let icrc = super::last(&world);
    declare(&mut world, "ru", Some("wounded"), &exactly(6));
    let exchange = agree(&mut world, 60);
    let receipt = json!({"stage": 1, "from": "ru", "account": account(60, 0, 0)});
    // 60 came home, of six who were held by the holder's own count.
    let remarks = step(&mut world, "ua", "receipt_confirmed", &exchange, receipt);
    assert_eq!(remarks, Ok(vec!["does_not_add_up"]));

    let view = world.view("exchanges");
    let of = |source: &str, member: &str| value(&view, &format!("remaining/ru/{source}/{member}"));
    assert_eq!(
        (of("ua/*", "declared"), of("ua/*", "released"), of("ua/*", "remaining")),
        (6_000, 60, 5_940)
    );
    assert_eq!((of("icrc/wounded", "declared"), of("icrc/wounded", "remaining")), (1_020, 960));
    let remaining = view.figure("remaining/ru/ua/*/remaining").unwrap();
    assert_eq!(remaining.qualifier, Some(Qualifier::AtLeast));
    assert_eq!(marks(&view, "remaining", "remaining/ru/ru/wounded"), ["more released than held"]);
    assert_eq!(
        super::cell(&view, "remaining", "remaining/ru/ru/wounded", "declared"),
        &Cell::Suppressed { below: 10 }
    );
    // 960 remain; at 959 one is missing.
    assert_eq!(declare(&mut world, "icrc", Some("wounded"), &exactly(960)), Vec::<&str>::new());
    assert_eq!(declare(&mut world, "icrc", Some("wounded"), &exactly(959)), ["unexplained_fall"]);
    assert_eq!(
        marks(&world.view("exchanges"), "remaining", "remaining/ru/icrc/wounded"),
        ["unexplained fall"]
    );
    // A mistake in the first count is not in the way of the last.
    world.correct(icrc, &json!([{"pointer": "/payload/count/value", "old": 1_020, "new": 1_019}]));
    assert_eq!(value(&world.view("exchanges"), "remaining/ru/icrc/wounded/declared"), 959);
    world.check_replay();
    check_provenance(&world);
}

#[test]
fn a_restated_count_shows_what_it_was() {
    let mut world = World::with_charter(SPRING);
    declare(&mut world, "icrc", None, &exactly(400));
    let seq = super::last(&world);
    world.correct(seq, &json!([{"pointer": "/payload/count/value", "old": 400, "new": 410}]));
    let view = world.view("exchanges");
    let figure = view.figure("remaining/ru/icrc/*/declared").unwrap();
    assert_eq!((figure.value, figure.restated.len()), (410, 1));
    assert_eq!(figure.restated[0].old, Some(json!(400)));
}
