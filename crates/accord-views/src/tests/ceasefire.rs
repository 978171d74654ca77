//! The ceasefire and the line, as the board reads them.

mod conduct;
mod health;
mod line;
mod other;
mod proposals;

use super::provenance;
use super::world::{World, refused};
use crate::replay::{Known, Snapshot};
use crate::view::{self, Cell, View};
use accord_format::time::Timestamp;
use accord_projection::Facts;
use serde_json::{Value, json};

const START: &str = "2026-03-05T00:00:00Z";
const EFFECTIVE: &str = "2026-03-10T00:00:00Z";

fn digest(of: u8) -> String {
    format!("{of:02x}").repeat(32)
}

fn say(world: &mut World, who: &str, name: &str, stream: &str, payload: Value) -> String {
    let outcome = world.submit(who, name, stream, payload);
    let (seq, _) = outcome.unwrap_or_else(|r| panic!("{name}: {}: {}", r.code, r.detail));
    world.stream(seq)
}

/// A ceasefire that every party has accepted, with its halts and its baseline.
fn agree(world: &mut World) -> String {
    let proposal = json!({
        "scope": "general", "text_digest": digest(0xaa), "effective_at": EFFECTIVE,
        "measures": ["no_fire", "no_reconnaissance"],
        "halts": [{"line": "front", "text_digest": digest(0xbb)}],
    });
    let stream = say(world, "chair", "ceasefire.proposed", "", proposal);
    for party in ["ua", "ru"] {
        let accepted = json!({"text_digest": digest(0xaa)});
        say(world, party, "ceasefire.accepted", &stream, accepted);
        let halt = json!({"line": "front", "text_digest": digest(0xbb)});
        say(world, party, "advance_halt.committed", "", halt);
    }
    world.log.co_sign("ru");
    let baseline = json!({
        "line": "front", "geometry_digest": digest(0xcc), "datum": "WGS84",
        "as_of": "2026-03-01", "length_m": 1_200_000, "tolerance_m": 50,
    });
    say(world, "ua", "line.baseline_adopted", "", baseline);
    stream
}

fn enter(world: &mut World, stream: &str) {
    let payload = json!({"effective_at": EFFECTIVE});
    say(world, "secretariat", "ceasefire.entered_into_force", stream, payload);
}

/// The board adopts a resolution about a stream.
fn adopt(world: &mut World, kind: &str, subject: &str) -> String {
    let tabled = json!({
        "kind": kind, "title": "On the ceasefire", "text_digest": digest(1),
        "subjects": [subject],
    });
    let resolution = say(world, "chair", "board.resolution_tabled", "", tabled);
    for (seat, holder) in SEATS {
        let vote = json!({"seat": seat, "vote": "for"});
        say(world, holder, "board.vote_cast", &resolution, vote);
    }
    let declared = json!({"outcome": "adopted"});
    say(world, "secretariat", "board.resolution_declared", &resolution, declared);
    resolution
}

const SEATS: [(&str, &str); 5] =
    [("chair", "chair"), ("ukraine", "ua"), ("union", "eu"), ("britain", "gb"), ("france", "fr")];

fn with_board() -> World {
    let mut world = World::with_charter(START);
    say(
        &mut world,
        "secretariat",
        "board.constituted",
        "",
        json!({"holders": {
            "chair": "chair", "ukraine": "ua", "russia": "ru", "union": "eu",
            "britain": "gb", "france": "fr", "nato": "nato",
        }}),
    );
    world
}

fn value(view: &View, key: &str) -> u64 {
    view.figure(key).unwrap_or_else(|| panic!("no figure {key}")).value
}

/// The words in a cell of a row.
fn text(view: &View, table: &str, row: &str, column: &str) -> String {
    let table = view.tables.iter().find(|t| t.key == table).unwrap();
    let at = table.columns.iter().position(|c| c.key == column).unwrap();
    let row = table.rows.iter().find(|r| r.key == row).unwrap();
    match &row.cells[at] {
        Cell::Text(text) => text.clone(),
        Cell::Empty => String::new(),
        other => panic!("{other:?}"),
    }
}

fn at(world: &World, name: &str, when: &str) -> View {
    let snapshot = world.replay(Known::All, Timestamp::parse_seconds(when).unwrap());
    view::view(name, &snapshot).unwrap()
}

#[test]
fn a_ceasefire_from_proposal_to_force() {
    let mut world = World::with_charter(START);
    let stream = agree(&mut world);
    let state = |view: &View| text(view, "ceasefires", &stream, "state");
    assert_eq!(state(&world.view("ceasefire")), "agreed");
    enter(&mut world, &stream);
    assert_eq!(state(&at(&world, "ceasefire", "2026-03-09T23:59:59Z")), "scheduled");
    assert_eq!(state(&at(&world, "ceasefire", EFFECTIVE)), "in force");
    let view = at(&world, "ceasefire", "2026-03-20T23:59:59Z");
    assert_eq!(value(&view, &format!("{stream}/days_in_force")), 10);
    assert_eq!(value(&view, &format!("{stream}/days_suspended")), 0);
    assert_eq!(value(&view, &format!("{stream}/accepted_by_key")), 2);
    assert_eq!(value(&view, "advance_halt/front/committed"), 2);
    assert_eq!(value(&view, "health/days_without"), 10);
    assert_eq!(text(&view, "health", "health", "value"), "holding");
    assert!(text(&view, "acceptances", &format!("{stream}/ru"), "said").contains("own key"));
    world.log.at("2026-03-20T23:59:59Z");
    provenance::check(&world, "ceasefire");
    world.check_replay();
}

#[test]
fn who_has_declined_and_who_has_said_nothing_is_listed() {
    let mut world = World::with_charter(START);
    let proposal = json!({
        "scope": "local", "area": "donetsk", "text_digest": digest(2), "effective_at": EFFECTIVE,
    });
    let stream = say(&mut world, "chair", "ceasefire.proposed", "", proposal);
    say(&mut world, "ru", "ceasefire.declined", &stream, json!({}));
    let view = world.view("ceasefire");
    assert_eq!(value(&view, &format!("{stream}/declined")), 1);
    assert_eq!(text(&view, "ceasefires", &stream, "state"), "proposed");
    let said = |party: &str| text(&view, "acceptances", &format!("{stream}/{party}"), "said");
    assert!(said("ru").starts_with("declined"), "{}", said("ru"));
    assert_eq!(said("ua"), "nothing");
    let health = view.tables.iter().find(|t| t.key == "health").unwrap();
    assert_eq!(health.rows[0].cells[0], Cell::Empty, "nothing is in force");
    provenance::check(&world, "ceasefire");
}

#[test]
fn a_resolution_of_the_board_suspends_and_ends_a_ceasefire() {
    let mut world = with_board();
    let stream = agree(&mut world);
    enter(&mut world, &stream);
    world.log.at("2026-03-12T00:00:00Z");
    let elsewhere = adopt(&mut world, "other", "line/front");
    let suspend = |world: &mut World, resolution: &str| {
        let payload = json!({"resolution": resolution, "until": "2026-03-22T00:00:00Z"});
        world.submit("secretariat", "ceasefire.suspended", &stream, payload)
    };
    assert_eq!(refused(suspend(&mut world, "resolution/none")), "resolution-not-adopted");
    assert_eq!(refused(suspend(&mut world, &elsewhere)), "resolution-elsewhere");
    let resolution = adopt(&mut world, "suspension", &stream);
    world.log.at("2026-03-13T23:59:59Z");
    suspend(&mut world, &resolution).unwrap();
    let view = at(&world, "ceasefire", "2026-03-20T00:00:00Z");
    assert_eq!(text(&view, "ceasefires", &stream, "state"), "suspended");
    assert_eq!(value(&view, &format!("{stream}/days_in_force")), 4);
    assert_eq!(value(&view, &format!("{stream}/days_suspended")), 6);
    let health = view.tables.iter().find(|t| t.key == "health").unwrap();
    assert_eq!(health.rows[0].cells[0], Cell::Empty, "suspended");
    let view = at(&world, "ceasefire", "2026-03-22T00:00:00Z");
    assert_eq!(text(&view, "ceasefires", &stream, "state"), "in force");
    let last = adopt(&mut world, "termination", &stream);
    let payload = json!({"resolution": last, "reason": "another takes its place"});
    say(&mut world, "secretariat", "ceasefire.terminated", &stream, payload);
    let view = world.view("ceasefire");
    assert_eq!(text(&view, "ceasefires", &stream, "state"), "terminated: resolution");
    provenance::check(&world, "ceasefire");
    world.check_replay();
}

#[test]
fn other_families_learn_what_is_in_force_and_where_the_line_is() {
    let mut world = World::with_charter(START);
    let stream = agree(&mut world);
    enter(&mut world, &stream);
    let facts = |when: &str| -> Snapshot {
        world.replay(Known::All, Timestamp::parse_seconds(when).unwrap())
    };
    let before = facts("2026-03-09T23:59:59Z");
    assert_eq!(before.families().fact("ceasefire.in_force", &stream), None);
    let after = facts(EFFECTIVE);
    let fact = after.families().fact("ceasefire.in_force", &stream).unwrap();
    assert_eq!(fact, json!({"scope": "general", "since": EFFECTIVE}));
    assert!(after.families().fact("line.baseline", "line/front").is_some());
    assert_eq!(after.families().fact("line.baseline", "line/rear"), None);
}

#[test]
fn an_instrument_stands_for_a_party_without_keys_and_is_marked() {
    let mut world = World::with_charter(START);
    let proposal = json!({
        "scope": "general", "text_digest": digest(0xaa), "effective_at": EFFECTIVE,
        "halts": [{"line": "front", "text_digest": digest(0xbb)}],
    });
    let stream = say(&mut world, "chair", "ceasefire.proposed", "", proposal);
    say(&mut world, "ua", "ceasefire.accepted", &stream, json!({"text_digest": digest(0xaa)}));
    let halt = json!({"line": "front", "text_digest": digest(0xbb)});
    say(&mut world, "ua", "advance_halt.committed", "", halt);
    world.log.co_sign("ru");
    let baseline = json!({
        "line": "front", "geometry_digest": digest(0xcc), "datum": "WGS84",
        "as_of": "2026-03-01", "length_m": 1_200_000, "tolerance_m": 50,
    });
    say(&mut world, "ua", "line.baseline_adopted", "", baseline);
    let enter = |world: &mut World| {
        let payload = json!({"effective_at": EFFECTIVE});
        world.submit("secretariat", "ceasefire.entered_into_force", &stream, payload)
    };
    let state = |world: &World| text(&world.view("ceasefire"), "ceasefires", &stream, "state");
    assert_eq!(state(&world), "partly accepted");
    assert_eq!(refused(enter(&mut world)), "acceptance-missing");
    let deposit = |world: &mut World, stands_for: &str, of: u8| {
        let payload = json!({
            "party": "ru", "stands_for": stands_for, "text_digest": digest(of),
            "instrument_digest": digest(0xee), "verified_by": "seal and signature compared",
        });
        say(world, "secretariat", "instrument.deposited", "", payload);
    };
    deposit(&mut world, "ceasefire.accepted", 0xaa);
    assert_eq!(state(&world), "agreed");
    assert_eq!(refused(enter(&mut world)), "halt-missing");
    deposit(&mut world, "advance_halt.committed", 0xbb);
    let (_, findings) = enter(&mut world).unwrap();
    let codes: Vec<_> = findings.iter().map(|f| f.code).collect();
    assert_eq!(codes, ["accepted_by_instrument", "halted_by_instrument"]);
    let view = world.view("ceasefire");
    let said = text(&view, "acceptances", &format!("{stream}/ru"), "said");
    assert_eq!(said, "accepted by instrument, not signed by its own key");
    assert_eq!(text(&view, "halts", "advance_halt/front", "instrument"), "ru");
    assert_eq!(value(&view, "advance_halt/front/committed"), 1);
    let ceasefires = view.tables.iter().find(|t| t.key == "ceasefires").unwrap();
    assert_eq!(ceasefires.rows[0].marks, ["by instrument"]);
    provenance::check(&world, "ceasefire");
    provenance::check(&world, "line");
    // Said under its own key, no goes before the instrument.
    let other = json!({
        "scope": "sea", "text_digest": digest(0xaa), "effective_at": EFFECTIVE,
    });
    let second = say(&mut world, "chair", "ceasefire.proposed", "", other);
    // The instrument accepted the text as it was proposed before.
    let state = |world: &World| text(&world.view("ceasefire"), "ceasefires", &second, "state");
    assert_eq!(state(&world), "proposed");
    let again = json!({
        "party": "ru", "stands_for": "ceasefire.accepted", "text_digest": digest(0xaa),
        "instrument_digest": digest(0xef), "verified_by": "seal and signature compared",
    });
    say(&mut world, "secretariat", "instrument.deposited", "", again);
    assert_eq!(text(&world.view("ceasefire"), "ceasefires", &second, "state"), "partly accepted");
    say(&mut world, "ru", "ceasefire.declined", &second, json!({}));
    assert_eq!(text(&world.view("ceasefire"), "ceasefires", &second, "state"), "proposed");
    world.check_replay();
}
