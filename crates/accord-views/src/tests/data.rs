//! The real data: fortnights with their restatements, and lethal events.

use super::world::World;
use crate::replay::Known;
use crate::view::{self, Cell, Figure, View, text};
use accord_catalogue::unit::Qualifier;
use accord_format::time::Timestamp;
use accord_projection::Provenance;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn file(name: &str) -> String {
    let path = format!("{}/../../examples/data/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// Rows of a CSV text as header to field; quoted fields may hold commas and line breaks.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut records: Vec<Vec<String>> = vec![vec![String::new()]];
    let mut quoted = false;
    for c in text.chars() {
        let record = records.last_mut().unwrap();
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(String::new()),
            '\n' if !quoted => records.push(vec![String::new()]),
            '\r' => {}
            c => record.last_mut().unwrap().push(c),
        }
    }
    let header = records.remove(0);
    let whole = records.into_iter().filter(|r| r.len() == header.len());
    whole.map(|r| header.iter().cloned().zip(r).collect()).collect()
}

fn day_after(day: &str) -> String {
    let day = Timestamp::parse_seconds(&format!("{day}T00:00:00Z")).unwrap();
    day.plus_seconds(86_400).to_seconds_string()
}

fn qualifier(word: &str) -> &'static str {
    match word {
        "exact" => "exact",
        "over" | "more than" => "at_least",
        "about" | "around" | "close to" | "almost" => "about",
        other => panic!("a word that is not mapped: {other}"),
    }
}

fn fortnight(row: &BTreeMap<String, String>) -> (Value, Value) {
    let occurred = json!({
        "from": format!("{}T00:00:00Z", row["period_start"]),
        "until": day_after(&row["period_end"]),
        "precision": "day",
    });
    let mut count = json!({"value": number(&row["cfv_reported"]), "qualifier": qualifier(&row["cfv_qualifier"])});
    if row["cfv_qualifier"] != "exact" {
        count["word"] = row["cfv_qualifier"].clone().into();
    }
    let mut payload = json!({
        "area": "donetsk-luhansk",
        "report": row["report_id"],
        "ceasefire_violations": count,
        "historical": true,
    });
    for (member, column) in [
        ("explosions", "explosions_reported"),
        ("weapons", "weapons_in_violation"),
        ("restrictions", "freedom_of_movement_restrictions"),
    ] {
        if !row[column].is_empty() {
            payload[member] = json!({"value": number(&row[column]), "qualifier": "exact"});
        }
    }
    (occurred, payload)
}

fn number(text: &str) -> u64 {
    text.parse().unwrap()
}

/// All fortnights, then all restatements; gives the seqs of both by period start.
fn osce(world: &mut World) -> (BTreeMap<String, u64>, BTreeMap<String, u64>) {
    let mut reports = BTreeMap::new();
    for row in rows(&file("osce_smm_biweekly_series.csv")) {
        let (occurred, payload) = fortnight(&row);
        let outcome =
            world.submit_of("mission", "observation.batch_recorded", "", occurred, payload);
        let (seq, findings) = outcome.unwrap();
        assert_eq!(findings, []);
        reports.insert(row["period_start"].clone(), seq);
    }
    let mut corrections = BTreeMap::new();
    for row in rows(&file("osce_smm_restatements.csv")) {
        let target = reports[&row["period_start"]];
        let mut old = json!({
            "value": number(&row["cfv_first_published"]),
            "qualifier": qualifier(&row["qualifier"]),
        });
        if row["qualifier"] != "exact" {
            old["word"] = row["qualifier"].clone().into();
        }
        let new = json!({"value": number(&row["cfv_as_restated"]), "qualifier": "exact"});
        let patch = json!([{"pointer": "/payload/ceasefire_violations", "old": old, "new": new}]);
        corrections.insert(row["period_start"].clone(), world.correct(target, &patch));
    }
    (reports, corrections)
}

fn violations<'a>(view: &'a View, start: &str) -> &'a Figure {
    view.figures()
        .find(|f| {
            f.key.contains(&format!("donetsk-luhansk/{start}/"))
                && f.key.ends_with("/ceasefire_violations")
        })
        .unwrap()
}

#[test]
fn a_restated_fortnight_reads_as_it_was_known() {
    let mut world = World::at("2026-03-01T05:00:00Z");
    let (reports, corrections) = osce(&mut world);
    assert_eq!((reports.len(), corrections.len()), (100, 9));
    let (start, now) = ("2019-02-11", world.log.now());
    let by = corrections[start];
    let before = view::view("ceasefire", &world.replay(Known::Size(by), now)).unwrap();
    let figure = violations(&before, start);
    assert_eq!((figure.value, figure.qualifier), (15_800, Some(Qualifier::AtLeast)));
    assert_eq!(figure.word.as_deref(), Some("over"));
    assert_eq!(figure.provenance.as_ref().unwrap().count, 1);
    assert!(figure.restated.is_empty());

    let snapshot = world.replay(Known::Size(by + 1), now);
    let after = view::view("ceasefire", &snapshot).unwrap();
    let figure = violations(&after, start);
    assert_eq!((figure.value, figure.qualifier), (23_000, Some(Qualifier::Exact)));
    let provenance = figure.provenance.clone().unwrap();
    let seqs = snapshot.families().enumerate(&provenance.selector);
    assert_eq!(seqs, [reports[start], by]);
    assert_eq!(provenance, Provenance::new(provenance.selector.clone(), &seqs));
    let [restated] = figure.restated.as_slice() else { panic!("one restatement") };
    assert_eq!((restated.by, restated.author.as_str()), (by, "secretariat"));
    assert_eq!(restated.old.as_ref().unwrap()["value"], 15_800);
    let shown = text::render(&after);
    assert!(shown.contains("restated from") && shown.contains("15800"), "{shown}");
    let row = periods(&after).iter().find(|r| r.label.starts_with(start)).unwrap();
    assert_eq!(row.label, "2019-02-11 to 2019-02-24");
    assert_eq!(row.marks, ["restated", "baseline"]);
}

/// The rows of the reported totals.
fn periods(view: &View) -> &[view::Row] {
    &view.tables.iter().find(|table| table.key == "periods").unwrap().rows
}

#[test]
fn every_restatement_shows_and_the_ceasefire_of_2020_does_too() {
    let mut world = World::at("2026-03-01T05:00:00Z");
    osce(&mut world);
    world.check_replay();
    let view = world.view("ceasefire");
    for (start, value) in
        [("2020-10-19", 238), ("2021-09-20", 4_324), ("2020-07-13", 8_094), ("2020-07-27", 256)]
    {
        assert_eq!(violations(&view, start).value, value, "{start}");
    }
    let integrity = world.view("integrity");
    assert_eq!(integrity.figure("record/corrections").unwrap().value, 9);
    assert_eq!(integrity.figure("correctors/secretariat").unwrap().value, 9);
    assert_eq!(integrity.figure("record/late").unwrap().value, 100);
    // As of the end of 2019, what came later has not happened.
    let as_of = Timestamp::parse_seconds("2019-12-31T00:00:00Z").unwrap();
    let then = view::view("ceasefire", &world.replay(Known::All, as_of)).unwrap();
    let last = periods(&then).last().unwrap();
    assert_eq!(last.label, "2019-11-25 to 2019-12-08");
}

#[test]
fn a_second_report_on_the_same_period_is_marked() {
    let mut world = World::at("2026-03-01T05:00:00Z");
    osce(&mut world);
    let row = rows(&file("osce_smm_biweekly_series.csv")).swap_remove(27);
    let (mut occurred, payload) = fortnight(&row);
    occurred["from"] = "2019-02-20T00:00:00Z".into();
    let submit = |world: &mut World, author: &str| {
        let (occurred, payload) = (occurred.clone(), payload.clone());
        world.submit_of(author, "observation.batch_recorded", "", occurred, payload).unwrap().1
    };
    let findings = submit(&mut world, "mission");
    assert_eq!(findings.iter().map(|f| f.code).collect::<Vec<_>>(), ["period_overlaps"]);
    assert_eq!(submit(&mut world, "observer"), []);
    let view = world.view("ceasefire");
    let overlapping = periods(&view).iter().filter(|r| r.marks.contains(&"overlapping"));
    assert_eq!(overlapping.count(), 2);
}

fn lethal(row: &BTreeMap<String, String>) -> (Value, Value) {
    let day = |column: &str| row[column][..10].to_owned();
    let micro = |column: &str| {
        let (whole, part) = row[column].split_once('.').unwrap_or((&row[column], "0"));
        let sign = if whole.starts_with('-') { -1 } else { 1 };
        whole.parse::<i64>().unwrap() * 1_000_000
            + sign * format!("{part:0<6}")[..6].parse::<i64>().unwrap()
    };
    let occurred = json!({
        "from": format!("{}T00:00:00Z", day("date_start")),
        "until": day_after(&day("date_end")),
        "precision": "day",
    });
    let payload = json!({
        "source_id": row["id"],
        "best": number(&row["best"]),
        "low": number(&row["low"]),
        "high": number(&row["high"]),
        "civilians": number(&row["deaths_civilians"]),
        "by_side": {"ua": number(&row["deaths_a"]), "third": number(&row["deaths_b"])},
        "unknown": number(&row["deaths_unknown"]),
        "where_precision": number(&row["where_prec"]),
        "date_precision": number(&row["date_prec"]),
        "position": {"lat": micro("latitude"), "lon": micro("longitude")},
        "historical": true,
    });
    (occurred, payload)
}

#[test]
fn only_known_civilians_count_as_civilians() {
    let mut world = World::at("2026-03-01T05:00:00Z");
    let rows = rows(&file("ucdp_ged_ukraine_2014_2021.csv"));
    let events: Vec<_> = rows.into_iter().filter(|row| !row["id"].is_empty()).collect();
    assert_eq!(events.len(), 2_989);
    let mut months: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let declared = world.declared("lethal_event.recorded");
    for row in &events {
        let (occurred, payload) = lethal(row);
        world.log.write_of("mission", &declared, "", occurred, payload);
        let month = months.entry(row["date_start"][..7].to_owned()).or_default();
        month.0 += number(&row["deaths_civilians"]);
        month.1 += number(&row["best"]);
    }
    let snapshot = world.now();
    let view = view::view("civilians", &snapshot).unwrap();
    for (month, (civilians, _)) in &months {
        let figure = |member: &str| view.figure(&format!("lethal/{month}/{member}")).unwrap();
        assert_eq!(figure("civilians").value, *civilians);
        // The entries named make the figure again.
        let selector = &figure("civilians").provenance.as_ref().unwrap().selector;
        let named = snapshot.families().enumerate(selector);
        let sum = named.iter().map(|seq| {
            let entry = &world.log.entries()[usize::try_from(*seq).unwrap()];
            entry.event().payload["civilians"].as_u64().unwrap()
        });
        assert_eq!(sum.sum::<u64>(), *civilians);
    }
    let total: u64 = months.values().map(|m| m.0).sum();
    assert_eq!(view.figure("totals/baseline/lethal").unwrap().value, total);
    let years = view.tables.iter().find(|table| table.key == "years").unwrap();
    let years = years.rows.iter().filter_map(|r| match &r.cells[0] {
        Cell::Figure(figure) => Some(figure.value),
        _ => None,
    });
    assert_eq!(years.sum::<u64>(), total);
    // All deaths stand with the observations, and not among the civilians.
    assert!(view.figures().all(|figure| !figure.key.ends_with("/best")));
    let observations = view::view("ceasefire", &snapshot).unwrap();
    let deaths = observations.figures().filter(|figure| figure.key.ends_with("/best"));
    assert_eq!(deaths.map(|f| f.value).sum::<u64>(), months.values().map(|m| m.1).sum::<u64>());
    // The data set adds up, but for what it says itself.
    let findings = snapshot.families().findings();
    let wrong = findings.iter().filter(|(_, f)| f.code == "does_not_add_up").count();
    let expected = events.iter().filter(|row| {
        let n = |column: &str| number(&row[column]);
        let parts = n("deaths_a") + n("deaths_b") + n("deaths_civilians") + n("deaths_unknown");
        parts != n("best") || n("low") > n("best") || n("best") > n("high")
    });
    assert_eq!(wrong, expected.count());
}

#[test]
fn a_corrected_tally_counts_once_and_a_retracted_one_not_at_all() {
    let mut world = World::at("2026-03-01T05:00:00Z");
    let event = json!({
        "source_id": "1", "best": 3, "low": 0, "high": 9, "civilians": 3, "unknown": 0,
        "where_precision": 1, "date_precision": 1,
    });
    for day in ["2014-07-01", "2014-07-02"] {
        let occurred = json!({"from": format!("{day}T00:00:00Z"), "precision": "day"});
        let name = "lethal_event.recorded";
        world.submit_of("mission", name, "", occurred, event.clone()).unwrap();
    }
    let civilians = |world: &World, month: &str| {
        let view = world.view("civilians");
        view.figure(&format!("lethal/{month}/civilians")).map(|f| f.value)
    };
    assert_eq!(civilians(&world, "2014-07"), Some(6));
    world.correct(0, &json!([{"pointer": "/payload/civilians", "old": 3, "new": 5}]));
    assert_eq!(civilians(&world, "2014-07"), Some(8));
    let (old, new) = ("2014-07-01T00:00:00Z", "2014-08-01T00:00:00Z");
    world.correct(0, &json!([{"pointer": "/occurred/from", "old": old, "new": new}]));
    assert_eq!((civilians(&world, "2014-07"), civilians(&world, "2014-08")), (Some(3), Some(5)));
    world.retract(0);
    assert_eq!((civilians(&world, "2014-07"), civilians(&world, "2014-08")), (Some(3), None));
    world.check_replay();
}
