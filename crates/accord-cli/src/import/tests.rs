use super::mapping::Mapping;
use super::*;
use crate::catalogue;
use crate::compose::{SeenAt, Signer};
use crate::error::CliError;
use accord_format::event::Event;
use accord_format::hash::{EventHash, LedgerId};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Default)]
struct Known(BTreeMap<String, EventHash>);

impl Targets for Known {
    fn event_of(&self, id: &str) -> Option<EventHash> {
        self.0.get(id).copied()
    }
}

fn frame() -> Frame {
    Frame {
        ledger: LedgerId::from_bytes([7; 32]),
        seen: SeenAt::nothing(),
        issued: Timestamp::parse_seconds("2026-03-01T05:00:00Z").unwrap(),
        signers: vec![Signer { key: "mission/a+00000001".into(), role: "mission".into() }],
    }
}

fn plan_of(table: &Table, path: &Path, text: &str, known: &Known) -> Result<Plan, CliError> {
    let mapping = Mapping::parse(path, text)?;
    let subject = Subject {
        table,
        mapping: &mapping,
        mapping_path: path,
        mapping_digest: digest(text.as_bytes()),
        batch_type: catalogue::find(BATCH_TYPE, None)?,
        row_type: catalogue::find(&mapping.event_type, None)?,
    };
    plan(subject, &frame(), known)
}

/// A table and a mapping out of `examples/data`.
fn shipped(name: &str, known: &Known) -> (Table, Plan) {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/data");
    let (csv, toml) = (data.join(format!("{name}.csv")), data.join(format!("{name}.toml")));
    let table = Table::read(&csv, &std::fs::read(&csv).unwrap()).unwrap();
    let plan = plan_of(&table, &toml, &std::fs::read_to_string(&toml).unwrap(), known).unwrap();
    assert_eq!(plan.bad, []);
    for row in &plan.rows {
        Event::parse(&row.envelope.to_text().unwrap()).unwrap();
    }
    (table, plan)
}

#[test]
fn fortnights_keep_their_reports_words() {
    let (table, plan) = shipped("osce_smm_biweekly_series", &Known::default());
    assert_eq!((plan.rows.len(), plan.skipped), (100, 0));
    let batch = &plan.batch;
    assert_eq!(batch.event_type, BATCH_TYPE);
    assert_eq!(batch.payload["rows"], 100);
    assert_eq!(batch.payload["file_digest"], table.digest.to_string());
    let row = &plan.rows[27].envelope;
    assert_eq!(
        row.occurred,
        json!({"from": "2019-02-11T00:00:00Z", "until": "2019-02-25T00:00:00Z", "precision": "day"})
    );
    let count = json!({"value": 15_800, "qualifier": "at_least", "word": "over"});
    assert_eq!(row.payload["ceasefire_violations"], count);
    assert_eq!(row.payload["source"]["row"], 28);
    let words: Vec<_> = plan
        .rows
        .iter()
        .filter_map(|r| r.envelope.payload["ceasefire_violations"]["word"].as_str())
        .collect();
    assert_eq!(words.len(), 58);
    let blank = plan.rows.iter().filter(|r| r.envelope.payload.get("explosions").is_none());
    assert_eq!(blank.count(), 82);
}

#[test]
fn restatements_name_the_rows_they_correct() {
    let (table, fortnights) = shipped("osce_smm_biweekly_series", &Known::default());
    let mut known = Known::default();
    for row in &fortnights.rows {
        known.0.insert(
            row.envelope.id.clone(),
            EventHash::from_bytes(*digest(row.envelope.id.as_bytes()).as_bytes()),
        );
    }
    let (restated, plan) = shipped("osce_smm_restatements", &known);
    assert_eq!(plan.rows.len(), 9);
    let first = &plan.rows[0].envelope;
    let source = json!({"file": restated.digest.to_string(), "row": 1});
    assert_eq!(first.payload["source"], source);
    assert_eq!(
        first.payload["patches"],
        json!([{"pointer": "/payload/ceasefire_violations",
                "old": {"value": 15_800, "qualifier": "at_least", "word": "over"},
                "new": {"value": 23_000, "qualifier": "unknown"}}])
    );
    let from = Timestamp::parse_seconds("2019-02-11T00:00:00Z").unwrap();
    let target = known.event_of(&row_id(&table.digest, 28, from)).unwrap();
    assert_eq!(first.payload["target"], target.to_string());
}

#[test]
fn restatements_before_their_rows_are_bad() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/data");
    let csv = data.join("osce_smm_restatements.csv");
    let toml = data.join("osce_smm_restatements.toml");
    let table = Table::read(&csv, &std::fs::read(&csv).unwrap()).unwrap();
    let text = std::fs::read_to_string(&toml).unwrap();
    let plan = plan_of(&table, &toml, &text, &Known::default()).unwrap();
    assert_eq!((plan.rows.len(), plan.bad.len()), (0, 9));
    assert!(plan.bad[0].problem.contains("row 28 of osce_smm_biweekly_series.csv"));
}

#[test]
fn lethal_events_keep_civilians_apart() {
    let (_, plan) = shipped("ucdp_ged_ukraine_2014_2021", &Known::default());
    assert_eq!((plan.rows.len(), plan.skipped), (2989, 1));
    // The tag row is row 1 and no event.
    assert_eq!(plan.rows[0].row, 2);
    let sum = |member: &str| -> i64 {
        plan.rows.iter().filter_map(|r| r.envelope.payload[member].as_i64()).sum()
    };
    let sides: i64 = plan
        .rows
        .iter()
        .filter_map(|r| r.envelope.payload["by_side"].as_object())
        .flat_map(|sides| sides.values().filter_map(Value::as_i64))
        .sum();
    assert_eq!(sum("best"), sum("civilians") + sum("unknown") + sides);
    let first = &plan.rows[0].envelope.payload;
    assert_eq!(first["position"]["lat"], 50_450_000);
    assert_eq!(first["by_side"], json!({"third": 5}));
}

#[test]
fn the_same_row_is_always_the_same_event() {
    let once = shipped("osce_smm_biweekly_series", &Known::default()).1;
    let again = shipped("osce_smm_biweekly_series", &Known::default()).1;
    assert_eq!(once.batch, again.batch);
    let texts = |plan: &Plan| -> Vec<_> {
        plan.rows.iter().map(|r| r.envelope.to_text().unwrap()).collect()
    };
    assert_eq!(texts(&once), texts(&again));
    let mut ids: Vec<_> = once.rows.iter().map(|r| &r.envelope.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 100);
}

const SMALL: &str = r#"
format = "accord.mapping/v1"
type = "observation.batch_recorded"
source = "a table"
licence = "free"
[occurred]
from = "day"
precision = { constant = "day" }
[[field]]
into = "area"
as = "words"
column = "where"
words = { north = "n", south = "s" }
[[field]]
into = "ceasefire_violations"
as = "count"
column = "n"
qualifier = "word"
"#;

fn small(rows: &str) -> Plan {
    let csv = format!("day,where,n,word\n{rows}");
    let table = Table::read(Path::new("dir/t.csv"), csv.as_bytes()).unwrap();
    plan_of(&table, Path::new("m.toml"), SMALL, &Known::default()).unwrap()
}

#[test]
fn a_bad_row_says_where_and_what() {
    for (row, column, problem) in [
        ("2019-02-30,north,1,over", "day", "is no day"),
        ("2019-02-03,west,1,over", "where", "not among the mapping's words: north, south"),
        ("2019-02-03,north,x,over", "n", "no whole number"),
        ("2019-02-03,north,-5,over", "n", "no whole number"),
        ("2019-02-03,north,1.5,over", "n", "point"),
        ("2019-02-03,north,1,some", "word", "known word"),
        ("2019-02-03,,1,over", "where", "blank"),
        ("2019-02-03 05:00,north,1,over", "day", "time of day"),
    ] {
        let plan = small(&format!("2019-02-03,south,1,\n{row}\n"));
        assert_eq!(plan.rows.len(), 1, "{row}");
        let bad = &plan.bad[0];
        assert_eq!((bad.row, bad.line, bad.file.as_str()), (2, 3, "t.csv"));
        assert_eq!(bad.column, column, "{bad}");
        assert!(bad.problem.contains(problem), "{bad}");
    }
}

#[test]
fn lines_are_counted_over_all_line_ends() {
    for csv in ["a,b\n1,\"x\ny\"\n2,z\n", "a,b\r\n1,\"x\r\ny\"\r\n2,z\r\n"] {
        let table = Table::read(Path::new("t"), csv.as_bytes()).unwrap();
        let lines: Vec<u64> = table.rows().map(|r| r.bad("a", "").line).collect();
        assert_eq!(lines, [2, 4], "{csv:?}");
    }
}

#[test]
fn a_table_must_be_whole() {
    for (csv, why) in [
        ("", "no header"),
        ("a,a\n1,2\n", "twice"),
        ("a,b\n1\n", "line: 2"),
        ("a,b\n1,\u{fffd}\n", ""),
    ] {
        let table = Table::read(Path::new("t"), csv.as_bytes());
        match table {
            Err(error) => assert!(error.to_string().contains(why), "{error}"),
            Ok(_) => assert!(why.is_empty(), "{csv:?}"),
        }
    }
    assert!(Table::read(Path::new("t"), b"a\n\xff\n").is_err());
}

#[test]
fn a_mapping_must_make_sense() {
    let replaced = |from: &str, to: &str| {
        assert!(SMALL.contains(from), "{from}");
        Mapping::parse(Path::new("m"), &SMALL.replace(from, to)).unwrap_err().to_string()
    };
    for (from, to, why) in [
        ("accord.mapping/v1", "accord.mapping/v2", "accord.mapping/v1"),
        ("type =", "tipe =", "unknown field"),
        ("into = \"area\"", "into = \"ceasefire_violations\"", "made twice"),
        ("into = \"area\"", "into = \"a//b\"", "between"),
        ("words = { north = \"n\", south = \"s\" }", "", "needs words"),
        ("as = \"words\"", "as = \"constant\"", "needs value"),
        ("{ constant = \"day\" }", "{ }", "either constant or column"),
        ("observation.batch_recorded", "record.corrected", "[target]"),
    ] {
        let error = replaced(from, to);
        assert!(error.contains(why), "{to}: {error}");
    }
    let table = Table::read(Path::new("t"), b"day,where,n\n").unwrap();
    let error = plan_of(&table, Path::new("m"), SMALL, &Known::default()).unwrap_err();
    assert!(error.to_string().contains("no column \"word\""), "{error}");
}

#[test]
fn a_payload_that_its_type_refuses_is_a_bad_row() {
    let mapping = SMALL.replace("n\", south", "Not A Code\", south");
    let table = Table::read(Path::new("t.csv"), b"day,where,n,word\n2019-02-03,north,1,over\n");
    let plan = plan_of(&table.unwrap(), Path::new("m"), &mapping, &Known::default()).unwrap();
    assert_eq!(plan.bad[0].column, "(the whole row)");
}

proptest! {
    #[test]
    fn any_row_maps_or_says_why(fields in prop::collection::vec("[^\"\\x00]{0,12}", 4)) {
        let quoted: Vec<String> = fields.iter().map(|f| format!("\"{f}\"")).collect();
        let plan = small(&format!("{}\n", quoted.join(",")));
        prop_assert_eq!(plan.rows.len() + plan.bad.len(), 1);
    }

    #[test]
    fn row_ids_differ(a in any::<[u8; 32]>(), row in 0_u64..1000, other in 0_u64..1000) {
        let at = Timestamp::from_seconds(1_700_000_000);
        let id = |row| row_id(&ContentHash::from_bytes(a), row, at);
        prop_assert_eq!(id(row) == id(other), row == other);
    }
}
