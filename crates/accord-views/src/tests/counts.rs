//! What several views count they count alike.

use super::board::constitute;
use super::cases::{allege, attribute, register, step};
use super::determined::{adopted, decide};
use super::provenance;
use super::world::World;
use crate::replay::Known;
use crate::view::{self, View};
use accord_format::time::Timestamp;
use accord_projection::Selector;
use serde_json::json;

fn value(view: &View, key: &str) -> u64 {
    view.figure(key).unwrap_or_else(|| panic!("no figure {key}")).value
}

fn at(world: &World, name: &str, at: &str) -> View {
    let at = Timestamp::parse_seconds(at).unwrap();
    view::view(name, &world.replay(Known::All, at)).unwrap()
}

#[test]
fn the_entries_of_a_provision_are_those_of_its_cases_too() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let before = value(&world.view("overview"), "P01/entries");
    let case = allege(&mut world, "observer", "ru");
    step(&mut world, &case, "registered", register()).unwrap();
    let elsewhere = json!({"category": "H2", "against": "ru"});
    world.submit("observer", "violation.alleged", "", elsewhere).unwrap();
    let overview = world.view("overview");
    assert_eq!(
        (value(&overview, "P01/cases"), value(&overview, "P01/entries")),
        (1, before + 2),
        "an open case is there by its entries"
    );
    assert_eq!((value(&overview, "P04/cases"), value(&overview, "P04/entries")), (1, 1));
    // Every entry of an open case is among those of its provision.
    let families = world.now();
    let families = families.families();
    let open = Selector::new("violations", &*case);
    let bearing = families.enumerate(&Selector::new("record", "provision/P01"));
    assert!(families.enumerate(&open).iter().all(|seq| bearing.contains(seq)));

    // With its category, what a case bears on is corrected.
    let alleged = families.enumerate(&open)[0];
    world.correct(alleged, &json!([{"pointer": "/payload/category", "old": "A2", "new": "H2"}]));
    let overview = world.view("overview");
    assert_eq!((value(&overview, "P01/entries"), value(&overview, "P04/entries")), (before, 3));
    // What disputes an entry of a case disputes what it bears on.
    let target = world.log.hash(alleged);
    world.kernel_event("record.disputed", "", json!({"target": target, "ground": "not so"}));
    assert_eq!(value(&world.view("overview"), "P04/disputes"), 1);
    assert_eq!(value(&world.view("overview"), "P01/disputes"), 0);
    provenance::check(&world, "overview");
    world.check_replay();
}

#[test]
fn a_moved_moment_counts_what_had_happened_by_then() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    allege(&mut world, "observer", "ru");
    world.log.at("2026-04-01T05:00:00Z");
    allege(&mut world, "observer", "ru");
    let [early, late] = ["2026-03-15T00:00:00Z", "2026-05-01T00:00:00Z"]
        .map(|t| Timestamp::parse_seconds(t).unwrap());
    let mut replay = crate::Replay::new(Known::All, early).unwrap();
    for entry in world.log.entries() {
        replay.entry(entry, false, &world.log).unwrap();
    }
    let count = |snapshot: &crate::Snapshot| {
        value(&view::view("overview", snapshot).unwrap(), "P01/entries")
    };
    assert_eq!(count(replay.settled(&world.log).unwrap()), 1);
    replay.advance(late, &world.log).unwrap();
    assert_eq!(count(replay.settled(&world.log).unwrap()), 2);
}

#[test]
fn what_is_overdue_is_so_in_every_view() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let case = allege(&mut world, "observer", "ru");
    attribute(&mut world, &case);
    constitute(&mut world);
    let resolution = adopted(&mut world, &[&case, "stipulation/decided"]);
    decide(&mut world, &case, &resolution, "upheld", None).unwrap();
    for code in ["a", "b"] {
        let order = json!({
            "remedy": code, "words": "x", "obliged": "ru", "due": "2026-03-10T00:00:00Z",
            "resolution": resolution,
        });
        step(&mut world, &case, "remedy_ordered", order).unwrap();
    }
    for code in ["decided", "agreed"] {
        let payload = json!({
            "code": code, "provision": "P04", "title": "x", "responsible": ["ru"],
            "due_on": "2026-03-09",
        });
        world.submit("secretariat", "stipulation.registered", "", payload).unwrap();
    }
    for (now, expected) in
        [("2026-03-09T23:59:59Z", 0), ("2026-03-10T00:00:00Z", 2), ("2026-03-10T00:00:01Z", 2)]
    {
        for (name, key) in [
            ("overview", "all/overdue"),
            ("overview", "P04/overdue"),
            ("scorecard", "all/overdue"),
            ("board", "follow_up/overdue"),
            ("parties", "ru/commitments/overdue"),
            ("overview", "all/remedies_overdue"),
            ("overview", "P01/remedies_overdue"),
            ("board", "follow_up/remedies"),
            ("violations", "remedies/overdue"),
            ("parties", "ru/remedies/overdue"),
        ] {
            assert_eq!(value(&at(&world, name, now), key), expected, "{name} {key} {now}");
        }
        let ordered = value(&at(&world, "board", now), "follow_up/stipulations");
        assert_eq!(ordered, expected / 2, "the other one no resolution orders");
    }
    world.log.at("2026-03-11T00:00:00Z");
    for name in ["overview", "board", "scorecard", "parties", "violations"] {
        provenance::check(&world, name);
    }
    world.check_replay();
}
