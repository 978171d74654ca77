//! Random histories over every type of every family, made from the schemas: reports and acts that
//! go together or not, corrected, retracted and marked as duplicates, under charters that change.

use super::world::{World, charter, foreign};
use accord_catalogue::{EventType, StreamRule};
use accord_charter::Seconds;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// How deep a payload goes.
const DEPTH_MAX: usize = 10;
/// How many payloads are tried before a type is given up.
const TRIES: usize = 24;
const AUTHORS: [&str; 7] = ["mission", "ua", "ru", "chair", "secretariat", "observer", "icrc"];
const SIDES: [&str; 4] = ["ua", "ru", "third", "undetermined"];
const AREAS: [&str; 3] = ["donetsk", "luhansk", "kherson"];

/// One step: what is done, and what its chances are made of.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// An event of a family. What is refused is written all the same when `defiant`: the fold has
    /// to stand what no judge would let in.
    Say {
        seed: u64,
        defiant: bool,
    },
    Correct {
        seed: u64,
    },
    Retract {
        target: u64,
    },
    Duplicate {
        target: u64,
        of: u64,
    },
    Dispute {
        target: u64,
    },
    Adopt {
        running: bool,
        hours: u64,
    },
    Foreign,
    Wait {
        hours: i64,
    },
}

pub(super) fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(step(), 1..most)
}

fn step() -> impl Strategy<Value = Step> {
    let at = || 0u64..60;
    prop_oneof![
        40 => (any::<u64>(), any::<bool>()).prop_map(|(seed, defiant)| Step::Say { seed, defiant }),
        6 => any::<u64>().prop_map(|seed| Step::Correct { seed }),
        2 => at().prop_map(|target| Step::Retract { target }),
        2 => (at(), at()).prop_map(|(target, of)| Step::Duplicate { target, of }),
        1 => at().prop_map(|target| Step::Dispute { target }),
        1 => (any::<bool>(), 1u64..900).prop_map(|(running, hours)| Step::Adopt { running, hours }),
        1 => Just(Step::Foreign),
        5 => (1i64..300).prop_map(|hours| Step::Wait { hours }),
    ]
}

pub(super) fn run(steps: &[Step]) -> World {
    let mut world = World::founded("2026-03-01T05:00:00Z");
    for step in steps {
        take(&mut world, step);
    }
    world
}

/// Does what the step says, if that is possible.
pub(super) fn take(world: &mut World, step: &Step) {
    let size = world.size();
    match *step {
        Step::Say { seed, defiant } => say(world, Dice(seed), defiant),
        Step::Correct { seed } => correct(world, Dice(seed)),
        Step::Retract { target } if target < size => drop(world.retract(target)),
        Step::Duplicate { target, of } if target < size && of < size && target != of => {
            let (target, canonical) = (world.log.hash(target), world.log.hash(of));
            let payload = json!({"target": target, "canonical": canonical});
            world.kernel_event("record.duplicate_marked", "", payload);
        }
        Step::Dispute { target } if target < size => {
            let payload = json!({"target": world.log.hash(target), "ground": "it was not so"});
            world.kernel_event("record.disputed", "", payload);
        }
        Step::Adopt { running, hours } => amend(world, running, hours),
        Step::Foreign => foreign(world),
        Step::Wait { hours } => {
            let later = world.log.now().plus_seconds(hours * 3_600).to_seconds_string();
            world.log.at(&later);
        }
        _ => {}
    }
}

/// The same charter with other clocks.
fn amend(world: &mut World, running: bool, hours: u64) {
    let mut charter = charter();
    for clock in charter.clocks.values_mut() {
        clock.length = Seconds(hours * 3_600);
    }
    let seq = world.kernel_event("charter.proposed", "", json!({ "charter": charter }));
    let stream = world.stream(seq);
    let mut payload = json!({"from": world.log.hash(0)});
    if running {
        payload["running_clocks"] = true.into();
    }
    world.kernel_event("charter.amended", &stream, payload);
}

fn say(world: &mut World, mut dice: Dice, defiant: bool) {
    let families = world.families.declarations();
    let types = families[dice.below(families.len())].types;
    let declared = types[dice.below(types.len())];
    let author = dice.pick(&AUTHORS);
    let stream = match declared.stream {
        StreamRule::Continues(prefix) => match dice.stream(world, prefix) {
            Some(stream) => stream,
            None => return,
        },
        _ => String::new(),
    };
    let Some(payload) = payload(world, &declared, &mut dice) else { return };
    let occurred = occurred(world, &mut dice);
    let size = world.size();
    drop(world.submit_of(author, declared.name, &stream, occurred.clone(), payload.clone()));
    if world.size() == size && defiant {
        world.write_of(author, &declared, &stream, occurred, payload);
    }
}

fn payload(world: &World, declared: &EventType, dice: &mut Dice) -> Option<Value> {
    let schema = (declared.schema)();
    (0..TRIES)
        .map(|_| Filling { world, root: schema.as_value(), dice }.fill(schema.as_value(), "", 0))
        .find(|payload| (declared.check)(payload).is_ok())
}

/// Some time ago, seldom ahead.
fn occurred(world: &World, dice: &mut Dice) -> Value {
    let ago = match dice.below(6) {
        0..=2 => 0,
        3 => i64::try_from(dice.below(3_600)).unwrap(),
        4 => i64::try_from(dice.below(40 * 86_400)).unwrap(),
        _ => -i64::try_from(dice.below(86_400)).unwrap(),
    };
    let from = world.log.now().plus_seconds(1 - ago);
    if dice.below(4) == 0 {
        let day = from.plus_seconds(-from.seconds().rem_euclid(86_400)).to_seconds_string();
        return json!({"from": day, "precision": "day"});
    }
    json!({"from": from.to_seconds_string(), "precision": "second"})
}

/// Gives a number in an event another value, or the event another time.
fn correct(world: &mut World, mut dice: Dice) {
    let target = dice.below(world.log.entries().len());
    let event = world.log.entries()[target].event();
    let mut numbers = Vec::new();
    leaves(&event.payload, "/payload", &mut numbers);
    let patch = if numbers.is_empty() || dice.below(3) == 0 {
        let new = occurred(world, &mut dice)["from"].clone();
        json!({"pointer": "/occurred/from", "old": event.occurred.from.to_string(), "new": new})
    } else {
        let (pointer, old) = &numbers[dice.below(numbers.len())];
        let new = match old {
            Value::Number(_) => json!(dice.below(9)),
            _ => json!(dice.pick(&SIDES)),
        };
        json!({"pointer": pointer, "old": old, "new": new})
    };
    world.correct(target as u64, &json!([patch]));
}

fn leaves(value: &Value, pointer: &str, out: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                leaves(member, &format!("{pointer}/{name}"), out);
            }
        }
        Value::Number(_) => out.push((pointer.to_owned(), value.clone())),
        Value::String(text) if SIDES.contains(&text.as_str()) => {
            out.push((pointer.to_owned(), value.clone()));
        }
        _ => {}
    }
}

/// Chances, all from one seed.
struct Dice(u64);

impl Dice {
    /// Splitmix64.
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % (end as u64)).unwrap()
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// A stream of the record with this prefix.
    fn stream(&mut self, world: &World, prefix: &str) -> Option<String> {
        let all: Vec<&str> = world
            .log
            .entries()
            .iter()
            .map(|entry| entry.event().stream.as_str())
            .filter(|stream| stream.split('/').next() == Some(prefix))
            .collect();
        // Late ones rather than early ones, so that streams become long.
        let recent = all.len().saturating_sub(3);
        let from = if self.below(3) == 0 { 0 } else { recent };
        let some = &all[from..];
        (!some.is_empty()).then(|| self.pick(some).to_owned())
    }
}

/// A payload under way.
struct Filling<'a, 'd> {
    world: &'a World,
    root: &'a Value,
    dice: &'d mut Dice,
}

impl Filling<'_, '_> {
    fn fill(&mut self, schema: &Value, member: &str, depth: usize) -> Value {
        if depth > DEPTH_MAX {
            return Value::Null;
        }
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let pointer = target.trim_start_matches('#');
            let found = self.root.pointer(pointer).unwrap().clone();
            return match pointer.rsplit('/').next() {
                Some("Code") => self.code(member, "a2"),
                Some("Label") => self.code(member, "A2"),
                Some("StreamRef") => self.stream(member),
                Some("Digest") => self.digest(),
                Some("At" | "Day") => self.time(&found),
                _ => self.fill(&found, member, depth + 1),
            };
        }
        if let Some(fixed) = schema.get("const") {
            return fixed.clone();
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return values[self.dice.below(values.len())].clone();
        }
        for choice in ["anyOf", "oneOf", "allOf"] {
            if let Some(choices) = schema.get(choice).and_then(Value::as_array) {
                let some: Vec<&Value> = choices.iter().filter(|c| c["type"] != "null").collect();
                let one = some[self.dice.below(some.len())].clone();
                return self.fill(&one, member, depth + 1);
            }
        }
        self.of_kind(schema, member, depth)
    }

    fn of_kind(&mut self, schema: &Value, member: &str, depth: usize) -> Value {
        let kind = match &schema["type"] {
            Value::Array(kinds) => &kinds[0],
            kind => kind,
        };
        match kind.as_str().unwrap_or("object") {
            "object" => self.object(schema, depth),
            "array" => {
                let number = 1 + self.dice.below(2);
                let item = schema["items"].clone();
                (0..number).map(|_| self.fill(&item, member, depth + 1)).collect()
            }
            "integer" | "number" => {
                let least = schema["minimum"].as_i64().unwrap_or_default().max(0);
                json!(least + i64::try_from(self.dice.below(8)).unwrap())
            }
            // What is written only when true is left out otherwise.
            "boolean" => json!(true),
            _ => schema["examples"].get(0).cloned().unwrap_or_else(|| json!("text")),
        }
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let mut members = Map::new();
        let required: Vec<&str> = schema["required"]
            .as_array()
            .map(|all| all.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            if required.contains(&name.as_str()) || self.dice.below(3) == 0 {
                members.insert(name.clone(), self.fill(member, name, depth + 1));
            }
        }
        if let Some(values) = schema.get("additionalProperties").filter(|v| v.is_object()) {
            for _ in 0..self.dice.below(3) {
                let value = self.fill(&values.clone(), "", depth + 1);
                members.insert(self.dice.pick(&["ua", "ru", "code"]).to_owned(), value);
            }
        }
        Value::Object(members)
    }

    fn code(&mut self, member: &str, category: &'static str) -> Value {
        let pool: &[&str] = match member {
            "area" => &AREAS,
            "seat" => &["chair", "ukraine", "russia", "union"],
            "category" | "categories" => &[category],
            "to" | "holder" | "custodian" => &AUTHORS,
            "parties" => &["ua", "ru"],
            "stands_for" => &["ceasefire.accepted"],
            "kind" => &["adjudication", "snapback", "shot"],
            _ => &["ua", "ru", "third", "undetermined", "ua", "ru", "mission", "z0", "mortar"],
        };
        json!(self.dice.pick(pool))
    }

    /// A stream such as the member names, or one that there is not.
    fn stream(&mut self, member: &str) -> Value {
        let prefix = match member {
            "by_resolution" => "resolution",
            "into" | "case" => "violation",
            "call" => "hotline",
            "resolution" | "ceasefire" | "meeting" | "exchange" | "item" => member,
            _ => {
                let entries = self.world.log.entries();
                return json!(entries[self.dice.below(entries.len())].event().stream);
            }
        };
        let found = self.dice.stream(self.world, prefix);
        json!(found.unwrap_or_else(|| format!("{prefix}/none")))
    }

    fn digest(&mut self) -> Value {
        let size = self.world.log.entries().len();
        match self.dice.below(3) {
            0 if size > 0 => json!(self.world.log.hash(self.dice.below(size) as u64)),
            _ => json!(self.dice.pick(&["a", "b"]).repeat(64)),
        }
    }

    fn time(&mut self, schema: &Value) -> Value {
        let hours = i64::try_from(self.dice.below(400)).unwrap() - 200;
        let text = self.world.log.now().plus_seconds(hours * 3_600).to_seconds_string();
        match schema["format"].as_str() {
            Some("date") => json!(text[..10]),
            _ => json!(text),
        }
    }
}
