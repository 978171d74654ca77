//! The docket and the sheets of the parties: what they count, and from which entries.

mod flood;

use super::board::constitute;
use super::cases::{allege, attribute, register, step};
use super::determined::{adopted, adopted_with, decide, determination, provisional, with_evidence};
use super::world::World;
use crate::replay::{Known, Replay, Snapshot};
use crate::view::{self, Cell, View};
use accord_format::time::Timestamp;
use accord_ledger::kernel;
use accord_violations::Status;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn value(view: &View, key: &str) -> Option<u64> {
    view.figure(key).map(|f| f.value)
}

/// Every figure of the two views says the same when nothing else had been recorded: the entries
/// that it names and the kernel's are all it is made of.
pub(super) fn figures_come_from_their_entries(world: &World, known: Known, as_of: Timestamp) {
    let whole = world.replay(known, as_of);
    for name in ["violations", "parties"] {
        let view = view::view(name, &whole).unwrap();
        let mut seen = BTreeSet::new();
        let mut made: BTreeMap<Vec<u64>, View> = BTreeMap::new();
        for figure in view.figures() {
            assert!(seen.insert(&figure.key), "{} stands twice", figure.key);
            let provenance = figure.provenance.as_ref().unwrap();
            let seqs = whole.families().enumerate(&provenance.selector);
            let again = made.entry(seqs).or_insert_with_key(|seqs| {
                view::view(name, &only(world, seqs, known, as_of)).unwrap()
            });
            assert_eq!(value(again, &figure.key), Some(figure.value), "{name} {}", figure.key);
        }
    }
}

/// The state that these entries and the kernel's make.
fn only(world: &World, seqs: &[u64], known: Known, as_of: Timestamp) -> Snapshot {
    let entries = world.log.entries().iter().map(|entry| {
        let named = kernel::owns(entry.event()) || seqs.contains(&entry.header.seq);
        (entry.clone(), !named)
    });
    Replay::run(entries, &world.log, known, as_of).unwrap()
}

fn finding(result: &str) -> Value {
    json!({"result": result, "confidence": "low", "report": "ab".repeat(32)})
}

fn visit(access: &str) -> Value {
    json!({
        "places": [{"area": "donetsk"}, {"position": {"lat": 48_000_000, "lon": 37_000_000}}],
        "interviews_count": 13, "refusals_count": 4, "access": access,
    })
}

/// Ten cases that came to different ends.
fn story() -> World {
    let mut world = World::with_charter("2026-03-01T00:00:00Z");
    constitute(&mut world);
    let cases: Vec<String> = (0..10)
        .map(|at| {
            allege(&mut world, ["ua", "ru", "observer"][at % 3], if at < 6 { "ru" } else { "ua" })
        })
        .collect();
    world.log.at("2026-03-02T12:00:00Z");
    let respond = |world: &mut World, who: &str, case: &str, stance: &str| {
        let payload = json!({"stance": stance});
        world.submit(who, "violation.response_filed", case, payload).unwrap();
    };
    // Upheld against the one who denied it, remedied late.
    attribute(&mut world, &cases[0]);
    respond(&mut world, "ru", &cases[0], "deny");
    // Changed by the board: it was another.
    attribute(&mut world, &cases[1]);
    respond(&mut world, "ru", &cases[1], "deny");
    // Overturned.
    attribute(&mut world, &cases[6]);
    respond(&mut world, "ua", &cases[6], "partial");
    // Found out otherwise.
    for (at, result) in [(2, "unfounded"), (3, "unable_access"), (7, "not_verified")] {
        let case = &cases[at];
        step(&mut world, case, "registered", register()).unwrap();
        let opened = json!({"team": "north", "standard": "balance"});
        step(&mut world, case, "investigation_opened", opened).unwrap();
        step(&mut world, case, "visit_recorded", visit("partial")).unwrap();
        step(&mut world, case, "finding_recorded", finding(result)).unwrap();
    }
    let declined = json!({"outcome": "declined", "reason": "elsewhere"});
    step(&mut world, &cases[4], "registered", declined).unwrap();
    step(&mut world, &cases[8], "merged", json!({"into": cases[9]})).unwrap();
    step(&mut world, &cases[9], "provisionally_determined", provisional("ua", "ru")).unwrap();
    world.log.at("2026-03-20T00:00:00Z");
    let resolution = adopted(&mut world, &[&cases[0], &cases[1]]);
    let other = adopted_with(&mut world, &[&cases[6]], "russia");
    decide(&mut world, &cases[0], &resolution, "upheld", Some(determination("ru", "ua"))).unwrap();
    decide(&mut world, &cases[1], &resolution, "modified", Some(determination("third", "ua")))
        .unwrap();
    decide(&mut world, &cases[6], &other, "overturned", None).unwrap();
    for (code, due) in [("first", "2026-03-25T00:00:00Z"), ("second", "2026-05-01T00:00:00Z")] {
        let order = json!({"remedy": code, "words": "x", "obliged": "ru", "due": due, "resolution": resolution});
        step(&mut world, &cases[0], "remedy_ordered", order).unwrap();
    }
    world.log.at("2026-04-01T00:00:00Z");
    world
}

#[test]
fn the_docket_counts_what_became_of_cases() {
    let world = story();
    let docket = world.view("violations");
    for (key, expected) in [
        ("status/upheld", Some(1)),
        ("matrix/A2/ru/upheld", Some(1)),
        ("matrix/A2/ru/alleged", Some(1)),
        ("matrix/A2/ua/alleged", Some(1)),
        ("matrix/A2/ua/upheld", None),
        ("severity/3", Some(6)),
        ("severity/none", Some(4)),
        ("findings/verified", Some(3)),
        ("findings/unable_access", Some(1)),
        ("findings/unable_access_share", Some(16)),
        ("visits/count", Some(3)),
        ("visits/places", Some(6)),
        ("visits/interviews", Some(39)),
        ("visits/refusals", Some(12)),
        ("visits/partial", Some(3)),
        ("visits/none", Some(0)),
        ("attributed/ru", Some(3)),
        ("decisions/upheld", Some(1)),
        ("decisions/modified", Some(1)),
        ("decisions/overturned", Some(1)),
        ("decisions/upheld_rate", Some(66)),
        ("lapses/overdue", Some(2)),
        ("lapses/unregistered", Some(2)),
        ("lapses/no_response", Some(2)),
        ("provisional/expired", Some(1)),
        ("remedies/ordered", Some(2)),
        ("remedies/due", Some(1)),
        ("remedies/overdue", Some(1)),
        ("links/registered/cases", Some(7)),
        ("links/registered/median", Some(1)),
        ("links/adjudicated/cases", Some(3)),
        ("links/adjudicated/median", Some(17)),
        ("durations/adjudicated/p90", Some(19)),
        ("links/remedied/cases", None),
    ] {
        assert_eq!(value(&docket, key), expected, "{key}");
    }
    let standing = docket.tables.iter().find(|t| t.key == "determinations").unwrap();
    assert_eq!(standing.rows.len(), 2);
    assert_eq!(standing.rows[0].cells[2], Cell::Text("third".to_owned()), "the latest first");
    let text = view::text::render(&docket);
    assert!(text.contains("Remedies that have to be carried out"), "{text}");
}

#[test]
fn no_response_counts_where_an_answer_was_awaited() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let case = allege(&mut world, "observer", "ru");
    let nobody = allege(&mut world, "observer", "undetermined");
    let dismissed = allege(&mut world, "observer", "ru");
    step(&mut world, &case, "registered", register()).unwrap();
    let mut payload = register();
    payload["reply_due"] = "2026-03-01T05:00:00Z".into();
    let remarks = step(&mut world, &nobody, "registered", payload);
    assert_eq!(remarks, Ok(vec!["reply_due_past", "nobody_to_answer"]));
    step(&mut world, &dismissed, "registered", register()).unwrap();
    let opened = json!({"team": "north", "standard": "balance"});
    step(&mut world, &dismissed, "investigation_opened", opened).unwrap();
    step(&mut world, &dismissed, "finding_recorded", finding("unfounded")).unwrap();
    // Registered at 05:00:06; the charter gives 14 days.
    let due = Timestamp::parse_seconds("2026-03-15T05:00:06Z").unwrap().micros();
    for (micros, lapsed) in [(-1, 0), (0, 1), (1, 1)] {
        let snapshot = world.replay(Known::All, Timestamp::from_micros(due + micros));
        let docket = view::view("violations", &snapshot).unwrap();
        assert_eq!(value(&docket, "lapses/no_response"), Some(lapsed), "{micros}");
    }
    world.log.at("2026-06-01T00:00:00Z");
    assert_eq!(value(&world.view("violations"), "lapses/no_response"), Some(1), "nor ever more");
}

#[test]
fn more_time_to_answer_than_the_clock_gives_is_marked() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let clock = "2026-03-15T05:00:02Z";
    for (due, said) in [(clock, vec![]), ("9999-12-31T00:00:00Z", vec!["reply_due_far"])] {
        let (mut far, case) = (register(), allege(&mut world, "observer", "ua"));
        far["reply_due"] = due.into();
        assert_eq!(step(&mut world, &case, "registered", far), Ok(said), "{due}");
    }
}

#[test]
fn each_party_has_its_sheet() {
    let mut world = story();
    let stipulation = |code: &str, who: &str| json!({"code": code, "provision": "P01", "title": "x", "responsible": [who], "due_on": "2026-03-10"});
    for (code, who) in [("s1", "ru"), ("s2", "ru"), ("s3", "mission")] {
        world.submit("secretariat", "stipulation.registered", "", stipulation(code, who)).unwrap();
    }
    // Giving in after the decision does not make the denial undone.
    let snapshot = world.now();
    let upheld = snapshot.families().violations().states("violation/");
    let mut upheld = upheld.filter(|(_, s)| s.case().is_some_and(|c| c.status == Status::Upheld));
    let upheld = upheld.next().unwrap().0.to_owned();
    let accept = json!({"stance": "accept"});
    world.submit("ru", "violation.response_filed", &upheld, accept).unwrap();
    let done = json!({"stipulation": "s1", "score": 3});
    world.submit("auditor", "assessment.recorded", "stipulation/s1", done).unwrap();
    let sheet = world.view("parties");
    for (key, expected) in [
        ("ru/commitments/stipulations", Some(2)),
        ("ru/commitments/complete", Some(1)),
        ("ru/commitments/overdue", Some(1)),
        ("ua/commitments/stipulations", Some(0)),
        ("ru/against/cases", Some(6)),
        ("ru/against/upheld", Some(1)),
        ("ru/against/modified", Some(1)),
        ("ru/against/unfounded", Some(1)),
        ("ru/against/unable_access", Some(1)),
        ("ru/against/declined", Some(1)),
        ("ru/against/pending", Some(1)),
        ("ru/against/held", Some(1)),
        ("ua/against/overturned", Some(1)),
        ("ua/against/merged", Some(1)),
        ("ua/against/held", Some(0)),
        ("ru/responses/in_time", Some(2)),
        ("ru/responses/deny", Some(1)),
        ("ru/responses/accept", Some(1)),
        ("ru/responses/denied_upheld", Some(1)),
        ("ua/responses/partial", Some(1)),
        ("ua/responses/denied_upheld", Some(0)),
        ("ua/alleged/cases", Some(4)),
        ("ua/alleged/upheld", Some(1)),
        ("ua/alleged/overturned", Some(1)),
        ("ua/alleged/rate", Some(50)),
        ("ru/alleged/rate", Some(100)),
        ("ru/remedies/overdue", Some(1)),
        ("ru/remedies/due", Some(1)),
        ("ua/remedies/ordered", Some(0)),
    ] {
        assert_eq!(value(&sheet, key), expected, "{key}");
    }
    let commitments = sheet.tables.iter().find(|t| t.key == "commitments").unwrap();
    let own = commitments.rows.iter().find(|r| r.key == "ru").unwrap();
    assert_eq!(own.cells[0], Cell::Text("P01, P02, P03, P04, P09, P11".to_owned()));
    assert_eq!(own.cells[1], Cell::Text("P12".to_owned()), "as a member of the board");
}

#[test]
fn the_baseline_is_in_the_docket_and_on_nobody_s_sheet() {
    let mut world = World::with_charter("2026-03-01T00:00:00Z");
    let occurred = json!({"from": "2022-02-24T00:00:00Z", "precision": "day"});
    let payload = json!({"category": "A1", "against": "ru"});
    world.submit_of("ua", "violation.alleged", "", occurred, payload).unwrap();
    assert_eq!(value(&world.view("violations"), "against/ru"), Some(1));
    assert_eq!(value(&world.view("parties"), "ru/against/cases"), Some(0));
}

#[test]
fn every_figure_comes_from_its_entries() {
    let mut world = story();
    let now = world.log.now();
    figures_come_from_their_entries(&world, Known::All, now);
    let running = Timestamp::parse_seconds("2026-03-03T00:00:00Z").unwrap();
    figures_come_from_their_entries(&world, Known::All, running);
    figures_come_from_their_entries(&world, Known::Size(world.size() - 3), now);
    world.check_replay();
}

#[test]
fn without_a_charter_nothing_is_listed_and_everything_is_counted() {
    let mut world = World::at("2026-03-01T05:00:00Z");
    allege(&mut world, "observer", "ru");
    let docket = world.view("violations");
    assert_eq!(value(&docket, "category/-"), Some(1));
    assert_eq!(value(&docket, "against/-"), Some(1));
    assert_eq!(value(&docket, "matrix/-/-/alleged"), Some(1));
    let sheet = world.view("parties");
    assert!(sheet.tables.is_empty() && sheet.notes.len() == 1);
}

#[test]
fn a_correction_restates_who_got_where() {
    let mut world = World::with_charter("2026-03-01T05:00:00Z");
    let case = allege(&mut world, "observer", "ru");
    let visited = step(&mut world, &case, "visit_recorded", visit("none"));
    assert_eq!(visited, Ok(vec!["visit_outside_investigation"]));
    let seq = world.size() - 1;
    world.correct(seq, &json!([{"pointer": "/payload/access", "old": "none", "new": "full"}]));
    let docket = world.view("violations");
    assert_eq!((value(&docket, "visits/none"), value(&docket, "visits/full")), (Some(0), Some(1)));
    let nowhere = json!({
        "places": [{"area": "atlantis"}], "interviews_count": 0, "refusals_count": 0, "access": "none",
    });
    let (_, findings) =
        world.submit("mission", "violation.visit_recorded", "violation/none", nowhere).unwrap();
    let codes: Vec<_> = findings.iter().map(|f| f.code).collect();
    assert_eq!(codes, ["unknown_area", "out_of_order"], "a report is taken in whatever is wrong");
    world.check_replay();
}

/// What one step does to the case of this number.
#[derive(Clone, Debug)]
struct Move {
    case: usize,
    step: usize,
    hours: i64,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = (0usize..3, 0usize..20, 0i64..60);
    let one = one.prop_map(|(case, step, hours)| Move { case, step, hours });
    proptest::collection::vec(one, 5..60)
}

fn take(world: &mut World, cases: &[String], resolution: &str, m: &Move) {
    let later = world.log.now().plus_seconds(m.hours * 3_600).to_seconds_string();
    world.log.at(&later);
    let case = &cases[m.case];
    let evidence = u8::try_from(world.size() % 200).unwrap();
    let order = |code: &str, due: i64| {
        let due = world.log.now().plus_seconds(due).to_seconds_string();
        json!({"remedy": code, "words": "x", "obliged": "ru", "due": due, "resolution": resolution})
    };
    let (name, payload) = match m.step {
        0 | 1 => ("registered", register()),
        2 | 3 => ("investigation_opened", json!({"team": "north", "standard": "balance"})),
        4 | 5 => ("finding_recorded", finding("verified")),
        6 => ("finding_recorded", finding("unable_access")),
        7 => ("attributed", json!({"responsible": ["ru"], "intent": "unknown", "method": "x"})),
        8 => {
            ("attributed", json!({"responsible": ["ua", "ru"], "intent": "unknown", "method": "x"}))
        }
        9 => ("provisionally_determined", provisional("ru", "ua")),
        10 => (
            "adjudicated",
            json!({"decision": "upheld", "resolution": resolution, "determination": determination("ru", "ua")}),
        ),
        11 => ("adjudicated", json!({"decision": "overturned", "resolution": resolution})),
        12 => ("adjudicated", json!({"decision": "remitted", "resolution": resolution})),
        13 => ("remedy_ordered", order("a", 40 * 3_600)),
        14 => ("remedy_completed", json!({"remedy": "a"})),
        15 => ("visit_recorded", visit("none")),
        16 => ("closed", json!({"reason": "x"})),
        17 => ("reopened", json!({"reason": "x", "team": "south", "standard": "balance"})),
        18 => ("no_action_decided", json!({"reason": "x"})),
        _ => ("response_filed", json!({"stance": "deny"})),
    };
    if matches!(name, "response_filed" | "remedy_completed") {
        world.log.attach(json!({"commitment": "e0".repeat(32), "bytes": 4096}));
        drop(world.submit("ru", &format!("violation.{name}"), case, payload));
    } else {
        // What is refused leaves no trace.
        drop(with_evidence(world, case, name, evidence, payload));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever happens to cases: the fold that follows is the replay, and figures are made of the
    /// entries that they name, at any (K, T).
    #[test]
    fn figures_of_any_record_come_from_their_entries(moves in moves(), back in 0i64..400, cut in 0u64..20) {
        let mut world = World::with_charter("2026-03-01T05:00:00Z");
        let cases = ["ru", "ru", "undetermined"].map(|against| allege(&mut world, "ua", against));
        constitute(&mut world);
        let resolution = adopted(&mut world, &[&cases[0], &cases[1], &cases[2]]);
        for case in &cases[..2] {
            attribute(&mut world, case);
        }
        for m in &moves {
            take(&mut world, &cases, &resolution, m);
        }
        let as_of = world.log.now().plus_seconds(-back * 3_600);
        let known = Known::Size(world.size().saturating_sub(cut));
        figures_come_from_their_entries(&world, known, as_of);
        world.check_replay();
    }
}
