//! Imports: whole, broken off, repeated, and of rows that do not map.

use crate::kit::{Bench, copy, repository};

fn data(name: &str) -> String {
    repository().join("examples/data").join(name).to_str().unwrap().to_owned()
}

fn import(bench: &Bench, ledger: &str, name: &str, more: &[&str]) -> crate::kit::Run {
    let (csv, toml) = (data(&format!("{name}.csv")), data(&format!("{name}.toml")));
    let mut args = vec![
        "import",
        "--dir",
        ledger,
        &csv,
        "--mapping",
        &toml,
        "-k",
        "mission",
        "--as",
        "mission",
        "--at",
        "2026-01-19",
    ];
    args.extend(more);
    bench.accord(&args)
}

const FORTNIGHTS: &str = "osce_smm_biweekly_series";

#[test]
fn a_file_is_imported_once_and_then_restated() {
    let bench = Bench::chartered();
    let before = bench.size("L");
    let first = import(&bench, "L", FORTNIGHTS, &["--json"]).exits(0).json();
    assert_eq!((&first["accepted"], &first["rows"]), (&101.into(), &100.into()));
    assert_eq!(bench.size("L"), before + 101);
    let second = import(&bench, "L", FORTNIGHTS, &[]).exits(3);
    assert!(second.err.contains("in the ledger already"), "{}", second.err);
    assert_eq!(bench.size("L"), before + 101);
    let restated = import(&bench, "L", "osce_smm_restatements", &["--json"]).exits(0).json();
    assert_eq!(restated["accepted"], 10);
    // Row 28 is the fortnight that was first "over 15,800".
    let seq = (before + 28).to_string();
    let entry = bench.accord(&["show", "--dir", "L", &seq, "--json"]).exits(0).json();
    assert_eq!(entry["payload"]["ceasefire_violations"]["value"], 15_800);
    let corrected = &entry["marks"]["payload_as_corrected"]["ceasefire_violations"];
    assert_eq!(corrected["value"], 23_000);
    // Every row of both files is accounted for.
    let view = bench.accord(&["replay", "--dir", "L", "--view", "imports", "--json"]).exits(0);
    for marks in ["complete", "complete"] {
        assert!(view.out.contains(marks), "{}", view.out);
    }
    assert!(!view.out.contains("incomplete") && !view.out.contains("no rows"), "{}", view.out);
    let again = import(&bench, "L", "osce_smm_restatements", &[]).exits(3);
    assert!(again.err.contains("in the ledger already"), "{}", again.err);
    bench.accord(&["verify", "--dir", "L"]).exits(0);
}

#[test]
fn lethal_events_are_imported_once() {
    let bench = Bench::chartered();
    let before = bench.size("L");
    let name = "ucdp_ged_ukraine_2014_2021";
    let first = import(&bench, "L", name, &["--json"]).exits(0).json();
    assert_eq!((&first["rows"], &first["accepted"]), (&2_989.into(), &2_990.into()));
    let after = before + 2_990;
    assert_eq!(bench.size("L"), after);
    let second = import(&bench, "L", name, &[]).exits(3);
    assert!(second.err.contains("in the ledger already"), "{}", second.err);
    // Not by another batch of the same file either, whoever signs it.
    let batch: String = bench.note("L", before);
    let digest = batch.split("\"file_digest\":\"").nth(1).unwrap();
    let digest = &digest[..64];
    let said = serde_json::json!({
        "source": "the same table", "file_digest": digest, "rows": 1, "licence": "CC BY 4.0",
    })
    .to_string();
    let kind = "import.batch_recorded";
    let refused = bench.says("secretariat", "secretariat", kind, None, &said, "2026-01-20");
    assert!(refused.exits(3).out.contains("import-file-known"), "refused by its digest");
    assert_eq!(bench.size("L"), after);
}

#[test]
fn an_import_broken_off_is_completed_with_the_same_bytes() {
    let bench = Bench::chartered();
    copy(&bench.path("L"), &bench.path("M"));
    let before = bench.size("L");
    import(&bench, "L", FORTNIGHTS, &[]).exits(0);
    // The other copy got the batch and thirty rows before it was interrupted.
    let notes: String = (before..before + 31).map(|seq| bench.note("L", seq)).collect();
    bench.with_input(&["append", "--dir", "M", "-", "--at", "2026-01-19"], &notes).exits(0);
    let by_other = bench.accord(&[
        "import",
        "--dir",
        "M",
        &data("osce_smm_biweekly_series.csv"),
        "--mapping",
        &data("osce_smm_biweekly_series.toml"),
        "-k",
        "secretariat",
        "--as",
        "secretariat",
    ]);
    assert!(by_other.exits(3).err.contains("with the same keys"), "another signer");
    let resumed = import(&bench, "M", FORTNIGHTS, &["--json"]).exits(0);
    let summary = resumed.json();
    assert_eq!(summary["resumed"], true);
    assert_eq!((&summary["repeated"], &summary["accepted"]), (&31.into(), &70.into()));
    for seq in before..before + 101 {
        assert_eq!(bench.note("L", seq), bench.note("M", seq), "entry {seq}");
    }
    import(&bench, "M", FORTNIGHTS, &[]).exits(3);
}

#[test]
fn a_bad_row_stops_everything_unless_left_out() {
    let bench = Bench::chartered();
    let before = bench.size("L");
    let text = std::fs::read_to_string(data("osce_smm_biweekly_series.csv")).unwrap();
    bench.write("t.csv", &text.replacen(",14500,over,", ",about 14500,over,", 1));
    let toml = data("osce_smm_biweekly_series.toml");
    let args = |more: &[&'static str]| {
        let mut args = vec![
            "import",
            "--dir",
            "L",
            "t.csv",
            "--mapping",
            &toml,
            "-k",
            "mission",
            "--as",
            "mission",
            "--at",
            "2026-01-19",
        ];
        args.extend(more);
        bench.accord(&args)
    };
    let stopped = args(&[]).exits(1);
    assert!(
        stopped.out.contains("t.csv row 2 (line 3), column cfv_reported: \"about 14500\""),
        "{}",
        stopped.out
    );
    assert_eq!(bench.size("L"), before);
    args(&["--dry-run"]).exits(1);
    let left_out = args(&["--skip-bad-rows", "--json"]).exits(1);
    assert_eq!(left_out.records()[0]["accord"], "bad-row/1");
    assert_eq!(left_out.records()[1]["accepted"], 100);
    assert_eq!(bench.size("L"), before + 100);
}

#[test]
fn a_dry_run_changes_nothing() {
    let bench = Bench::chartered();
    let before = bench.size("L");
    let told = import(&bench, "L", FORTNIGHTS, &["--dry-run"]).exits(0);
    let last = told.out.lines().last().unwrap();
    assert_eq!(
        last,
        "dry run: nothing was imported; without --dry-run 101 events are submitted (the batch is one), and 0 are in the ledger already"
    );
    let json = import(&bench, "L", FORTNIGHTS, &["--dry-run", "--json"]).exits(0).json();
    assert_eq!((&json["dry_run"], &json["accepted"]), (&true.into(), &0.into()));
    assert_eq!(bench.size("L"), before);
    import(&bench, "L", FORTNIGHTS, &[]).exits(0);
    assert!(bench.size("L") > before);
}

#[test]
fn an_import_without_power_brings_no_rows_in() {
    let bench = Bench::chartered();
    let before = bench.size("L");
    let (csv, toml) = (data("osce_smm_biweekly_series.csv"), data("osce_smm_biweekly_series.toml"));
    let run = bench.accord(&[
        "import",
        "--dir",
        "L",
        &csv,
        "--mapping",
        &toml,
        "-k",
        "ua",
        "--as",
        "party",
        "--at",
        "2026-01-19",
    ]);
    assert!(run.exits(3).out.contains("not-granted"), "refused at the batch");
    assert_eq!(bench.size("L"), before);
}

#[test]
fn why_nothing_is_imported_has_a_code() {
    let bench = Bench::chartered();
    let (csv, toml) = (data("osce_smm_biweekly_series.csv"), data("osce_smm_biweekly_series.toml"));
    let text = std::fs::read_to_string(&csv).unwrap();
    bench.write("bad.csv", &text.replacen(",14500,over,", ",about 14500,over,", 1));
    bench.write("empty.csv", "");
    let code = |table: &str, mapping: &str, key: &str| {
        let more = ["-k", key, "--as", key, "--at", "2026-01-19", "--json"];
        let args = ["import", "--dir", "L", table, "--mapping", mapping];
        let run = bench.accord(&[&args[..], &more[..]].concat());
        // Bad rows are listed above what came of it all.
        let said = serde_json::Deserializer::from_str(&run.out).into_iter::<serde_json::Value>();
        said.last().unwrap().unwrap()["code"].as_str().map(str::to_owned)
    };
    for (table, mapping, expected) in [
        (csv.as_str(), csv.as_str(), "import-mapping"),
        ("empty.csv", &toml, "import-table"),
        ("bad.csv", &toml, "import-bad-rows"),
    ] {
        assert_eq!(code(table, mapping, "mission").as_deref(), Some(expected), "{table}");
    }
    assert_eq!(code(&csv, &toml, "mission"), None);
    assert_eq!(code(&csv, &toml, "mission").as_deref(), Some("import-complete"));
    assert_eq!(code(&csv, &toml, "secretariat").as_deref(), Some("import-begun-otherwise"));
}
