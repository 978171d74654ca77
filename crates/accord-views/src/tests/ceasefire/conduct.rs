//! Orders, discipline and silence windows.

use super::{START, agree, say, text, value};
use crate::tests::cases::allege;
use crate::tests::provenance;
use crate::tests::world::World;
use crate::view::Cell;
use serde_json::json;

#[test]
fn orders_and_discipline_are_shown_by_party_and_case() {
    let mut world = World::with_charter(START);
    let stream = agree(&mut world);
    for (who, measures) in [("ua", vec!["no_fire", "no_reconnaissance"]), ("ru", vec!["no_fire"])] {
        let order = json!({"ceasefire": stream, "order_ref": "D-17", "measures": measures});
        say(&mut world, who, "ceasefire_order.issued", "", order);
    }
    let lost = json!({"ceasefire": "ceasefire/none", "order_ref": "D-18"});
    say(&mut world, "ru", "ceasefire_order.issued", "", lost);
    let case = allege(&mut world, "observer", "ru");
    for (case, persons) in [(case.as_str(), 9), ("violation/none", 10)] {
        let persons = json!({"value": persons, "qualifier": "exact"});
        let payload = json!({"case": case, "action": "warning", "persons": persons});
        say(&mut world, "ru", "discipline.reported", "", payload);
    }
    let view = world.view("ceasefire");
    let orders = stream.replace("ceasefire/", "orders/");
    let missing = |party: &str| text(&view, "orders", &format!("{orders}/{party}"), "missing");
    assert_eq!((missing("ua"), missing("ru")), (String::new(), "no_reconnaissance".to_owned()));
    assert_eq!(value(&view, &format!("{orders}/ru")), 1);
    let row = |table: &str, key: &str| {
        let table = view.tables.iter().find(|t| t.key == table).unwrap();
        table.rows.iter().find(|r| r.key == key).unwrap().clone()
    };
    assert_eq!(row("orders", "orders/none/ru").marks, ["unknown ceasefire"]);
    let of = |key: &str| text(&view, "orders", key, "ceasefire");
    assert!(of(&format!("{orders}/ru")).contains(", proposed 2026-03-"), "{}", of(&orders));
    assert_eq!(of("orders/none/ru"), "ceasefire/none");
    // Fewer than ten could point to a person.
    let known = row("discipline", &case.replace("violation/", "discipline/"));
    assert_eq!((&known.cells[1], known.marks.len()), (&Cell::Suppressed { below: 10 }, 0));
    assert_eq!(value(&view, "discipline/none/persons"), 10);
    assert_eq!(row("discipline", "discipline/none").marks, ["unknown case"]);
    provenance::check(&world, "ceasefire");
    world.check_replay();
}

#[test]
fn silence_windows_are_counted_by_what_became_of_them() {
    let mut world = World::with_charter(START);
    let request = json!({
        "purpose": "repair", "area": "donetsk",
        "from": "2026-03-06T09:00:00Z", "until": "2026-03-06T15:00:00Z",
        "beneficiaries": {"value": 12_000, "qualifier": "about"},
    });
    let streams: Vec<String> = (0..4)
        .map(|_| say(&mut world, "mission", "silence_window.requested", "", request.clone()))
        .collect();
    for stream in &streams[1..] {
        for party in ["ua", "ru"] {
            say(&mut world, party, "silence_window.guaranteed", stream, json!({}));
        }
    }
    world.log.at("2026-03-06T09:00:00Z");
    for stream in &streams[2..] {
        say(&mut world, "mission", "silence_window.opened", stream, json!({}));
    }
    world.log.at("2026-03-06T14:00:00Z");
    say(&mut world, "mission", "silence_window.breached", &streams[2], json!({"by": "ru"}));
    let closed =
        json!({"completed": true, "beneficiaries": {"value": 9_000, "qualifier": "exact"}});
    say(&mut world, "mission", "silence_window.closed", &streams[3], closed);
    world.log.at("2026-03-07T00:00:00Z");
    let view = world.view("ceasefire");
    assert_eq!(world.view("civilians").figure("windows/held"), view.figure("windows/held"));
    let count = |key: &str| value(&view, &format!("windows/{key}"));
    assert_eq!(["lapsed", "unused", "ended", "closed"].map(count), [1, 1, 1, 1]);
    assert!(view.figure("windows/requested").is_none(), "none is");
    assert_eq!((count("held"), count("broken"), count("breaches")), (1, 1, 1));
    assert_eq!((count("expected"), count("beneficiaries")), (12_000, 9_000));
    provenance::check(&world, "ceasefire");
    world.check_replay();
}
