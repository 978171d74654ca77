//! Thousands of allegations by one party.

use super::super::cases::{allege, register, step};
use super::super::world::World;
use super::value;
use serde_json::json;

#[test]
fn a_flood_of_thousands_leaves_the_docket_usable() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let first = allege(&mut world, "ru", "ua");
    let mut marked = 0;
    for at in 1..5_000 {
        // Most name what the charter lists, the rest what nobody ever heard of.
        let payload = if at % 10 == 0 {
            json!({"category": format!("X{at}"), "against": format!("land-{at}")})
        } else {
            json!({"category": "A2", "against": "ua", "area": "donetsk"})
        };
        let (_, findings) = world.submit("ru", "violation.alleged", "", payload).unwrap();
        marked += u64::from(findings.iter().any(|f| f.code == "allegation_flood"));
    }
    assert_eq!(marked, 4_800);
    assert_eq!(step(&mut world, &first, "registered", register()), Ok(vec![]));
    let docket = world.view("violations");
    assert_eq!(value(&docket, "status/alleged"), Some(4_999));
    assert_eq!(value(&docket, "allegations/2026-03-01/ru"), Some(5_000));
    assert_eq!(
        (value(&docket, "category/A2"), value(&docket, "category/-")),
        (Some(4_501), Some(499))
    );
    for table in &docket.tables {
        assert!(table.rows.len() <= 200, "{} has {} rows", table.key, table.rows.len());
    }
    let matrix = docket.tables.iter().find(|t| t.key == "matrix").unwrap();
    assert_eq!(matrix.rows.len(), 2);
    assert_eq!(value(&world.view("parties"), "ru/alleged/cases"), Some(5_000));
}
