//! What bears on which provision.

use super::world::{World, charter};
use accord_projection::Selector;
use accord_projection::testing::Draft;
use serde_json::json;

/// An event of a type that nobody declares, in any stream.
fn note(world: &mut World, stream: &str) -> u64 {
    let now = world.log.now().plus_seconds(1).to_seconds_string();
    let seq = world.log.push(&Draft {
        author: "mission".to_owned(),
        event_type: "weather.noted".to_owned(),
        version: 1,
        stream: stream.to_owned(),
        occurred: json!({"from": now, "precision": "second"}),
        payload: json!({}),
    });
    world.apply();
    seq
}

/// The notes that bear on a provision.
fn bearing(world: &World, provision: &str) -> Vec<u64> {
    let on = Selector::new("record", format!("provision/{provision}"));
    let notes = Selector::new("record", "types/weather.noted");
    let notes = world.families.enumerate(&notes);
    world.families.enumerate(&on).into_iter().filter(|seq| notes.contains(seq)).collect()
}

#[test]
fn a_type_bears_by_the_stream_that_each_event_of_it_is_in() {
    let mut charter = charter();
    charter.provisions.get_mut("P01").unwrap().streams.push("weather".to_owned());
    let mut world = World::at("2026-03-01T05:00:00Z");
    world.adopt(&charter);
    // Not even a type that this software does not know says for all its events where they belong.
    note(&mut world, "forecast/north");
    let first = note(&mut world, "weather/north");
    note(&mut world, "forecast/north");
    let second = note(&mut world, "weather/south");
    assert_eq!(bearing(&world, "P01"), [first, second]);
    assert!(bearing(&world, "P02").is_empty());
    world.check_replay();
}

#[test]
fn what_bears_is_asked_of_each_charter_anew() {
    let mut charter = charter();
    charter.provisions.get_mut("P01").unwrap().streams.push("weather".to_owned());
    let mut world = World::at("2026-03-01T05:00:00Z");
    world.adopt(&charter);
    let first = note(&mut world, "weather/north");
    charter.provisions.get_mut("P01").unwrap().streams.pop();
    charter.provisions.get_mut("P02").unwrap().streams.push("weather".to_owned());
    world.adopt(&charter);
    let second = note(&mut world, "weather/north");
    assert_eq!(bearing(&world, "P01"), [first]);
    assert_eq!(bearing(&world, "P02"), [second]);
    world.check_replay();
}
