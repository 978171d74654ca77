//! Reports: written, issued, and what becomes of their figures.

use crate::kit::Bench;
use serde_json::{Value, json};

const BATCH: &str =
    r#"{"area": "donetsk", "ceasefire_violations": {"value": 253, "qualifier": "exact"}}"#;
const FIGURE: &str = "/ceasefire_violations";

/// A ledger in which a fortnight of January was reported.
fn bench() -> Bench {
    let bench = Bench::chartered();
    bench
        .accord(&[
            "append",
            "--dir",
            "L",
            "-k",
            "mission",
            "--as",
            "mission",
            "--type",
            "observation.batch_recorded",
            "--payload",
            BATCH,
            "--occurred",
            "2026-01-16..2026-01-30",
            "--at",
            "2026-02-01",
        ])
        .exits(0);
    bench
        .says(
            "ua",
            "party",
            "violation.alleged",
            None,
            r#"{"category": "W2", "against": "ru"}"#,
            "2026-03-31",
        )
        .exits(0);
    bench
}

fn report(bench: &Bench, more: &[&str]) -> crate::kit::Run {
    let mut args = vec!["report", "--dir", "L", "--period", "2026-03"];
    args.extend(more);
    bench.accord(&args)
}

/// The figures of the view `reports`, by key.
fn figure(bench: &Bench, ending: &str) -> Value {
    let view =
        bench.accord(&["replay", "--dir", "L", "--view", "reports", "--json"]).exits(0).json();
    let tables = view["view"]["tables"].as_array().unwrap().clone();
    let cells = tables
        .iter()
        .flat_map(|t| t["rows"].as_array().unwrap())
        .flat_map(|r| r["cells"].as_array().unwrap());
    let found = cells
        .filter_map(|c| c.get("figure"))
        .find(|f| f["key"].as_str().unwrap().ends_with(ending));
    found.cloned().unwrap_or_else(|| panic!("no figure {ending}: {view:#}"))
}

#[test]
fn a_report_is_written_the_same_every_time_and_over_nothing_else() {
    let bench = bench();
    let first = report(&bench, &["--json"]).exits(0).json();
    assert_eq!(first["accord"], "report/1");
    assert_eq!(first["report"]["as_of"], "2026-03-31T00:00:00Z");
    let kept = (bench.read("report-2026-03.md"), bench.read("report-2026-03.html"));
    assert_eq!(first["files"][0]["blake3"], blake3::hash(kept.0.as_bytes()).to_string());
    report(&bench, &[]).exits(0);
    assert_eq!((bench.read("report-2026-03.md"), bench.read("report-2026-03.html")), kept);
    // What it says to do to make it again, does.
    for more in [&[][..], &["--view", "violations", "--out", "part"]] {
        std::fs::create_dir_all(bench.path("part")).unwrap();
        report(&bench, more).exits(0);
        let name = if more.is_empty() { "report-2026-03.md" } else { "part/report-2026-03.md" };
        let made = bench.read(name);
        let command = made.lines().find(|l| l.trim_start().starts_with("accord report")).unwrap();
        let mut args: Vec<&str> = command.split_whitespace().skip(1).collect();
        args.extend(["--dir", "L", "--out", "again"]);
        std::fs::create_dir_all(bench.path("again")).unwrap();
        bench.accord(&args).exits(0);
        assert_eq!(bench.read("again/report-2026-03.md"), made);
        std::fs::remove_dir_all(bench.path("again")).unwrap();
    }

    bench.write("report-2026-03.html", "mine");
    bench.write("report-2026-03.md", &kept.0);
    let refused = report(&bench, &[]).exits(4);
    assert!(refused.err.contains("--force"), "{}", refused.err);
    assert_eq!(bench.read("report-2026-03.html"), "mine");
    report(&bench, &["--format", "md"]).exits(0);
    report(&bench, &["--force"]).exits(0);
    assert_eq!(bench.read("report-2026-03.html"), kept.1);
    // A directory is made; what is a file already is not one.
    report(&bench, &["--out", "new/reports"]).exits(0);
    assert_eq!(bench.read("new/reports/report-2026-03.html"), kept.1);
    report(&bench, &["--out", "report-2026-03.md"]).exits(4);
}

#[test]
fn every_source_enumerates_what_it_says() {
    let bench = bench();
    let report = report(&bench, &["--json", "--format", "md"]).exits(0).json();
    let (known, as_of) =
        (report["report"]["known"].as_u64().unwrap(), report["report"]["as_of"].clone());
    let references = report["report"]["references"].as_array().unwrap();
    let markdown = bench.read("report-2026-03.md");
    let mut tried = 0;
    for reference in references.iter().filter(|r| r["count"] != 0) {
        let (view, key) =
            (reference["view"].as_str().unwrap(), reference["figure"].as_str().unwrap());
        let seq = (known - 1).to_string();
        let args = [
            "replay",
            "--dir",
            "L",
            "--known-at",
            &seq,
            "--as-of",
            as_of.as_str().unwrap(),
            "--view",
            view,
            "--figure",
            key,
        ];
        assert!(markdown.contains(&format!("`{view} {key}`")), "{view} {key}");
        assert!(markdown.contains(&format!(
            "accord replay --known-at {seq} --as-of {} --view VIEW --figure KEY",
            as_of.as_str().unwrap()
        )));
        let mut json = args.to_vec();
        json.push("--json");
        let found = bench.accord(&json).exits(0).json();
        let entries = found["entries"].as_array().unwrap();
        assert_eq!(entries.len() as u64, reference["count"].as_u64().unwrap(), "{key}");
        assert_eq!(found["figure"]["provenance"]["digest"], reference["digest"], "{key}");
        assert!(entries.starts_with(reference["seqs"].as_array().unwrap()));
        tried += 1;
    }
    assert!(tried > 3, "{tried}");
}

#[test]
fn what_makes_no_report_is_said() {
    let bench = bench();
    for (args, code, says) in [
        (vec!["--period", "2026-Q5"], 2, "write a quarter"),
        (vec!["--period", "2027"], 2, "begins 2027-01-01"),
        (vec!["--period", "2026-01..2025"], 2, "ends before it begins"),
        (vec!["--period", "2026-Q1", "--as-of", "2026-04-01"], 2, "up to 2026-03-31"),
        (vec!["--period", "2026-Q1", "--as-of", "2026-01-01"], 2, "after 2026-01-01"),
        (vec!["--period", "2026-Q1", "--known-at", "2026-01-01"], 2, "nothing was known"),
        (vec!["--period", "2026-Q1", "--view", "weather"], 2, "weather"),
        (vec!["--period", "2026-Q1", "--number", "x"], 2, "--payload"),
        (vec!["--period", "2026-Q1", "--payload", "p", "--number", "A b"], 2, "A b"),
        (vec!["--period", "2026-Q1", "--payload", "p", "--freeze", "reports"], 2, "view reports"),
        (vec!["--period", "2026-Q1", "--payload", "p", "--freeze", "board:none"], 2, "begins with"),
    ] {
        let mut all = vec!["report", "--dir", "L"];
        all.extend(&args);
        let run = bench.accord(&all).exits(code);
        assert!(run.err.contains(says), "{args:?}: {}", run.err);
    }
    bench.accord(&["report", "--dir", "nowhere", "--period", "2026"]).exits(4);
    let left = std::fs::read_dir(bench.path(""))
        .unwrap()
        .filter(|f| f.as_ref().unwrap().file_name().to_string_lossy().starts_with("report"));
    assert_eq!(left.count(), 0, "nothing was written");
}

#[test]
fn an_issued_report_is_frozen_and_its_erratum_found() {
    let bench = bench();
    let from = ["report", "--dir", "L", "--period", "2026-Q1", "--payload", "p"];
    bench.accord(&from).exits(0);
    let payload = bench.read("p");
    let mut wrong: Value = serde_json::from_str(&payload).unwrap();
    let figures = wrong["figures"].as_array_mut().unwrap();
    let at = figures.iter().position(|f| f["key"].as_str().unwrap().ends_with(FIGURE)).unwrap();
    figures[at]["amount"]["value"] = json!(200);
    let refused = bench
        .says("secretariat", "secretariat", "report.issued", None, &wrong.to_string(), "2026-04-02")
        .exits(3);
    assert!(refused.out.contains("figure-differs"), "{}", refused.out);
    bench
        .says("secretariat", "secretariat", "report.issued", None, &payload, "2026-04-02")
        .exits(0);
    assert_eq!(figure(&bench, &format!("{FIGURE}/then"))["value"], 253);
    assert_eq!(figure(&bench, "2026-q1/changed")["value"], 0);

    let log = bench.accord(&["log", "--dir", "L", "--type", "observation.*", "--json"]).exits(0);
    let target = log.records()[0]["event"].clone();
    let patches =
        json!([{"pointer": "/payload/ceasefire_violations/value", "old": 253, "new": 238}]);
    let correction = json!({"target": target, "patches": patches, "reason": "late_info"});
    bench
        .says("mission", "mission", "record.corrected", None, &correction.to_string(), "2026-05-01")
        .exits(0);
    let by = bench.size("L") - 1;
    assert_eq!(figure(&bench, &format!("{FIGURE}/then"))["value"], 253);
    assert_eq!(figure(&bench, &format!("{FIGURE}/now"))["value"], 238);
    let key = figure(&bench, &format!("{FIGURE}/causes"))["key"].clone();
    let causes = bench
        .accord(&[
            "replay",
            "--dir",
            "L",
            "--view",
            "reports",
            "--figure",
            key.as_str().unwrap(),
            "--json",
        ])
        .exits(0)
        .json();
    assert_eq!(causes["entries"], json!([by]));
    // As it was known when the report was issued, there is no erratum.
    let seq = (by - 1).to_string();
    let before = bench
        .accord(&["replay", "--dir", "L", "--view", "reports", "--known-at", &seq, "--json"])
        .exits(0);
    assert!(!before.out.contains("238"), "{}", before.out);

    let open = figure(&bench, "2026-q1/unacknowledged")["value"].as_u64().unwrap();
    let cause =
        bench.accord(&["show", "--dir", "L", &by.to_string(), "--json"]).exits(0).json()["event"]
            .clone();
    let key = figure(&bench, &format!("{FIGURE}/now"))["key"].as_str().unwrap().to_owned();
    let key = key.strip_prefix("2026-q1/ceasefire/").unwrap().strip_suffix("/now").unwrap();
    let erratum = json!({
        "report": "2026-q1", "view": "ceasefire", "key": key, "old": {"value": 253},
        "new": {"value": 238}, "cause": cause,
    });
    bench
        .says(
            "secretariat",
            "secretariat",
            "report.erratum_issued",
            None,
            &erratum.to_string(),
            "2026-05-02",
        )
        .exits(0);
    assert_eq!(figure(&bench, "2026-q1/unacknowledged")["value"], open - 1);
    // Verification judges both again, from the record alone.
    let verified = bench.accord(&["verify", "--dir", "L", "--json"]).exits(0).json();
    assert_eq!(
        verified["admission"]["verdict"].as_str().or(verified["admission"].as_str()),
        Some("holds"),
        "{verified:#}"
    );
}
