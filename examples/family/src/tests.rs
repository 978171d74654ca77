//! Each type taken in, refused or remarked on when wrong, and folded.

use super::{Map, MapEvent, MineMaps};
use accord_catalogue::EventType;
use accord_charter::Charter;
use accord_format::time::Timestamp;
use accord_projection::testing::Log;
use accord_projection::{Basis, Engine, NoFacts, Payloads, Refusal, Remark};
use serde_json::{Value, json};

const REQUESTED: EventType = MapEvent::TYPES[0];
const DELIVERED: EventType = MapEvent::TYPES[1];
const HOUR: i64 = 3_600;

/// The charter of the local ceasefire, with a clock of two hours.
fn basis() -> Basis {
    let text =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../agreements/local-ceasefire.toml"));
    let mut charter = Charter::from_toml(text).unwrap();
    let clock = json!({"words": "A map is handed over.", "length": 2 * HOUR, "starts": "recorded"});
    charter.clocks.insert("mine_map_delivery".to_owned(), serde_json::from_value(clock).unwrap());
    let mut basis = Basis::default();
    basis.terms.adopt(0, Timestamp::from_seconds(0), charter, false);
    basis
}

struct World {
    log: Log,
    engine: Engine<MineMaps>,
    basis: Basis,
}

impl World {
    fn new() -> Self {
        let mut log = Log::default();
        log.at("2026-03-01T05:00:00Z");
        // Entry 0 brings the charter into force.
        log.push(&accord_projection::testing::Draft {
            author: "clerk".to_owned(),
            event_type: "charter.adopted".to_owned(),
            version: 1,
            stream: "charter/x".to_owned(),
            occurred: json!({"from": "2026-03-01T05:00:00Z", "precision": "second"}),
            payload: json!({}),
        });
        Self { log, engine: Engine::default(), basis: basis() }
    }

    fn submit(
        &mut self,
        author: &str,
        declared: &EventType,
        stream: &str,
        payload: Value,
    ) -> Result<(String, Vec<Remark>), Refusal> {
        self.log.write(author, declared, stream, payload);
        let entry = self.log.entries().last().unwrap().clone();
        self.engine.advance(entry.header.recorded, &self.log, &self.basis).unwrap();
        let judged = self.engine.judge(&entry.header, entry.event(), &self.basis, &NoFacts);
        if judged.is_err() {
            self.log.take_back();
        } else {
            self.engine.apply(&entry, &self.basis);
            self.engine.settle(&self.log, &self.basis).unwrap();
        }
        judged.map(|remarks| (entry.event().stream.clone(), remarks))
    }

    fn status(&mut self, stream: &str, at: Timestamp) -> Option<Map> {
        self.engine.advance(at, &self.log, &self.basis).unwrap();
        self.engine.state(stream).map(std::borrow::Cow::into_owned)
    }
}

fn request() -> Value {
    json!({"from": "upper", "area": "F012"})
}

fn delivery() -> Value {
    json!({"sheets": 4, "map_digest": "ab".repeat(32)})
}

#[test]
fn a_map_comes_in_time() {
    let mut world = World::new();
    let (stream, remarks) = world.submit("abbey", &REQUESTED, "", request()).unwrap();
    assert_eq!(remarks, []);
    let (_, remarks) = world.submit("upper-council", &DELIVERED, &stream, delivery()).unwrap();
    assert_eq!(remarks, []);
    let now = world.log.now();
    assert_eq!(world.status(&stream, now), Some(Map::Delivered { sheets: 4, late: false }));
}

#[test]
fn a_map_is_overdue_from_the_instant_at_which_its_time_ends() {
    let mut world = World::new();
    let (stream, _) = world.submit("abbey", &REQUESTED, "", request()).unwrap();
    let end = world.log.now().plus_seconds(2 * HOUR);
    let overdue = |map: Option<Map>| matches!(map, Some(Map::Requested { overdue: true, .. }));
    assert!(!overdue(world.status(&stream, Timestamp::from_micros(end.micros() - 1))));
    assert!(overdue(world.status(&stream, end)));
    world.log.at("2026-03-01T09:00:00Z");
    let (_, remarks) = world.submit("upper-council", &DELIVERED, &stream, delivery()).unwrap();
    assert_eq!(remarks.iter().map(|r| r.code).collect::<Vec<_>>(), ["late_delivery"]);
    let now = world.log.now();
    assert_eq!(world.status(&stream, now), Some(Map::Delivered { sheets: 4, late: true }));
}

#[test]
fn what_is_wrong_is_refused_or_said() {
    let mut world = World::new();
    let stranger = json!({"from": "abbey", "area": "F012"});
    assert_eq!(world.submit("abbey", &REQUESTED, "", stranger).unwrap_err().code, "side-unknown");
    assert!((DELIVERED.check)(&json!({"sheets": 0, "map_digest": "ab".repeat(32)})).is_err());
    let elsewhere = json!({"from": "upper", "area": "nowhere"});
    let (_, remarks) = world.submit("abbey", &REQUESTED, "", elsewhere).unwrap();
    assert_eq!(remarks.iter().map(|r| r.code).collect::<Vec<_>>(), ["unknown_area"]);
    let (stream, _) = world.submit("abbey", &REQUESTED, "", request()).unwrap();
    // A report is never refused; one from somebody else, or a second one, changes nothing here, and
    // says so.
    for (author, said) in [
        ("lower-council", &["out_of_order"][..]),
        ("upper-council", &[]),
        ("upper-council", &["out_of_order"]),
    ] {
        let (_, remarks) = world.submit(author, &DELIVERED, &stream, delivery()).unwrap();
        assert_eq!(remarks.iter().map(|r| r.code).collect::<Vec<_>>(), said, "{author}");
    }
    let now = world.log.now();
    assert_eq!(world.status(&stream, now), Some(Map::Delivered { sheets: 4, late: false }));
}

#[test]
fn every_code_that_the_family_says_is_declared() {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    accord_projection::testing::check_codes::<MineMaps>(sources);
}
