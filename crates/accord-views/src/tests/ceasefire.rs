//! The ceasefire and the line, as the board reads them.

use super::cases::{allege, attribute};
use super::world::{World, refused};
use crate::replay::{Known, Replay, Snapshot};
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

/// Every figure comes from the entries that it names and from no others.
fn check_provenance(world: &World, name: &str) {
    let whole = world.now();
    let view = view::view(name, &whole).unwrap();
    let mut checked = 0;
    for figure in view.figures() {
        let Some(provenance) = &figure.provenance else { continue };
        let named = whole.families().enumerate(&provenance.selector);
        let entries = world.log.entries().iter().map(|entry| {
            let kernel = accord_ledger::kernel::owns(entry.event());
            (entry.clone(), !kernel && !named.contains(&entry.header.seq))
        });
        let part = Replay::run(entries, &world.log, Known::All, world.log.now()).unwrap();
        let again = view::view(name, &part).unwrap();
        let again = again.figure(&figure.key).unwrap_or_else(|| panic!("{} is gone", figure.key));
        assert_eq!(again.value, figure.value, "{}: {}", figure.key, provenance.selector);
        checked += 1;
    }
    assert!(checked > 0, "{name} has no figure");
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
    check_provenance(&world, "ceasefire");
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
    check_provenance(&world, "ceasefire");
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
    check_provenance(&world, "ceasefire");
    world.check_replay();
}

/// The board upholds a case of severity 3, and determines what it was.
fn uphold(world: &mut World, determination: Option<Value>) {
    let case = allege(world, "observer", "ru");
    attribute(world, &case);
    let resolution = adopt(world, "adjudication", &case);
    let mut payload = json!({"decision": "upheld", "resolution": resolution});
    if let Some(determination) = determination {
        payload["determination"] = determination;
    }
    say(world, "secretariat", "violation.adjudicated", &case, payload);
}

fn in_force() -> World {
    let mut world = with_board();
    let stream = agree(&mut world);
    enter(&mut world, &stream);
    world.log.at("2026-03-20T00:00:00Z");
    world
}

#[test]
fn an_upheld_severe_case_weighs_for_the_length_of_the_clock() {
    let mut world = in_force();
    uphold(&mut world, None);
    let decided = world.log.now();
    let health = |seconds: i64| {
        let view = at(&world, "ceasefire", &decided.plus_seconds(seconds).to_seconds_string());
        (
            text(&view, "health", "health", "value"),
            value(&view, "health/weighing"),
            value(&view, "health/days_without"),
        )
    };
    let clock = 14 * 86_400;
    assert_eq!(health(0), ("strained".to_owned(), 1, 0));
    assert_eq!(health(clock - 1), ("strained".to_owned(), 1, 13));
    assert_eq!(health(clock), ("holding".to_owned(), 0, 14));
    assert_eq!(health(clock + 1), ("holding".to_owned(), 0, 14));
    assert_eq!(health(-1), ("holding".to_owned(), 0, 10), "not yet decided");
    check_provenance(&world, "ceasefire");
}

#[test]
fn a_slight_case_does_not_weigh() {
    let mut world = in_force();
    let mut charter = super::world::charter();
    charter.counts.insert("severe_from".to_owned(), 4);
    world.adopt(&charter);
    uphold(&mut world, None);
    let view = world.view("ceasefire");
    assert_eq!(text(&view, "health", "health", "value"), "holding");
    assert_eq!((value(&view, "health/weighing"), value(&view, "health/days_without")), (0, 10));
}

#[test]
fn an_armed_attack_breaches_the_ceasefire_while_it_lasts_and_weighs_beyond() {
    let determined = |until: Option<&str>| {
        let mut breach = json!({"from": "2026-03-19T00:00:00Z"});
        if let Some(until) = until {
            breach["until"] = until.into();
        }
        Some(json!({"armed_attack": true, "responsible": "ru", "victim": "ua", "breach": breach}))
    };
    let mut world = in_force();
    uphold(&mut world, determined(None));
    let health = |world: &World, when: &str| {
        let view = at(world, "ceasefire", when);
        (text(&view, "health", "health", "value"), value(&view, "health/armed_attacks"))
    };
    assert_eq!(health(&world, "2026-12-01T00:00:00Z"), ("seriously breached".to_owned(), 1));
    check_provenance(&world, "ceasefire");
    // One that ended in April weighs until fourteen days later.
    let mut world = in_force();
    uphold(&mut world, determined(Some("2026-04-10T00:00:00Z")));
    let last = "2026-04-23T23:59:59Z";
    assert_eq!(health(&world, last), ("seriously breached".to_owned(), 1));
    assert_eq!(health(&world, "2026-04-24T00:00:00Z"), ("holding".to_owned(), 0));
    // One that was over before the ceasefire began is not a breach of it, severe as it is.
    let mut world = in_force();
    let earlier = json!({"from": "2026-03-08T00:00:00Z", "until": "2026-03-10T00:00:00Z"});
    let earlier =
        json!({"armed_attack": true, "responsible": "ru", "victim": "ua", "breach": earlier});
    uphold(&mut world, Some(earlier));
    let now = world.log.now().to_seconds_string();
    assert_eq!(health(&world, &now).0, "strained");
}

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
    // Fewer than ten could point to a person.
    let known = row("discipline", &case.replace("violation/", "discipline/"));
    assert_eq!((&known.cells[1], known.marks.len()), (&Cell::Suppressed { below: 10 }, 0));
    assert_eq!(value(&view, "discipline/none/persons"), 10);
    assert_eq!(row("discipline", "discipline/none").marks, ["unknown case"]);
    check_provenance(&world, "ceasefire");
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
    let count = |key: &str| value(&view, &format!("windows/{key}"));
    assert_eq!(["lapsed", "unused", "ended", "closed"].map(count), [1, 1, 1, 1]);
    assert!(view.figure("windows/requested").is_none(), "none is");
    assert_eq!((count("held"), count("broken"), count("breaches")), (1, 1, 1));
    assert_eq!((count("expected"), count("beneficiaries")), (12_000, 9_000));
    check_provenance(&world, "ceasefire");
    world.check_replay();
}

fn moved(by: &str, direction: &str, metres: u64, area: u64) -> Value {
    json!({
        "line": "front", "segment": "S-4", "by": by, "direction": direction,
        "metres": {"value": metres, "qualifier": "exact"},
        "area_m2": {"value": area, "qualifier": "exact"},
        "as_of": "2026-03-12T00:00:00Z", "confidence": "high",
    })
}

#[test]
fn movement_of_the_line_is_netted_by_side_since_the_baseline() {
    let mut world = World::with_charter(START);
    agree(&mut world);
    world.log.at("2026-03-12T00:00:00Z");
    let verify = |world: &mut World, payload| {
        say(world, "mission", "line.movement_verified", "", payload);
    };
    verify(&mut world, moved("ru", "advance", 300, 2_500_000));
    verify(&mut world, moved("ru", "withdrawal", 100, 1_245_000));
    verify(&mut world, moved("ru", "advance", 49, 900_000));
    verify(&mut world, moved("ua", "withdrawal", 60, 10_000));
    let mut alleged = moved("ru", "advance", 5_000, 9_000_000);
    for member in ["as_of", "confidence"] {
        alleged.as_object_mut().unwrap().remove(member);
    }
    say(&mut world, "ua", "line.movement_alleged", "", alleged);
    let before = json!({"from": "2026-03-01T12:00:00Z", "precision": "hour"});
    let old = moved("ru", "advance", 700, 70);
    world.submit_of("mission", "line.movement_verified", "", before, old).unwrap();
    let mut elsewhere = moved("ru", "advance", 1, 1);
    elsewhere["line"] = "front-2".into();
    verify(&mut world, elsewhere);
    let view = world.view("line");
    let figure = |key: &str| value(&view, &format!("line/front/{key}"));
    assert_eq!((figure("length_m"), figure("tolerance_m")), (1_200_000, 50));
    let tallies = ["alleged", "verified", "below_tolerance", "before_baseline"];
    assert_eq!(tallies.map(|key| figure(&format!("ru/{key}"))), [1, 2, 1, 1]);
    let sums = ["advance_m", "withdrawal_m", "advance_m2", "net_advance_m2", "net_withdrawal_m2"];
    let sums = sums.map(|key| figure(&format!("ru/{key}")));
    assert_eq!(sums, [300, 100, 2_500_000, 1_255_000, 0]);
    assert_eq!(text(&view, "movements", "line/front/ru", "net"), "1.25 km² forward");
    assert_eq!(text(&view, "movements", "line/front/ua", "net"), "0.01 km² back");
    assert_eq!(text(&view, "lines", "line/front", "last_verified"), "2026-03-12");
    assert_eq!(value(&view, "line/front-2/ru/verified"), 1);
    assert_eq!(view.notes.len(), 2, "{:?}", view.notes);
    check_provenance(&world, "line");
    // A retracted movement counts no more, and a corrected one as corrected.
    let first = world.size() - 7;
    world.correct(
        first,
        &json!([{"pointer": "/payload/area_m2/value", "old": 2_500_000, "new": 1_245_000}]),
    );
    assert_eq!(text(&world.view("line"), "movements", "line/front/ru", "net"), "none");
    world.retract(first);
    let net = text(&world.view("line"), "movements", "line/front/ru", "net");
    assert_eq!(net, "1.24 km² back");
    check_provenance(&world, "line");
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
    check_provenance(&world, "ceasefire");
    check_provenance(&world, "line");
    // Said under its own key, no goes before the instrument.
    let mut world = world;
    let other = json!({
        "scope": "sea", "text_digest": digest(0xaa), "effective_at": EFFECTIVE,
    });
    let second = say(&mut world, "chair", "ceasefire.proposed", "", other);
    assert_eq!(text(&world.view("ceasefire"), "ceasefires", &second, "state"), "partly accepted");
    say(&mut world, "ru", "ceasefire.declined", &second, json!({}));
    assert_eq!(text(&world.view("ceasefire"), "ceasefires", &second, "state"), "proposed");
    world.check_replay();
}
