//! Made-up ledgers, and what measuring says of itself; never how fast anything is.

use crate::kit::Bench;
use serde_json::Value;

#[test]
fn a_made_up_ledger_is_sound_simulated_and_the_same_from_the_same_seed() {
    let bench = Bench::new();
    let generate = |dir: &str, seed: &str| {
        let args = [
            "bench",
            "generate",
            dir,
            "--entries",
            "500",
            "--seed",
            seed,
            "--fields",
            "3",
            "--json",
        ];
        bench.accord(&args).exits(0).json()
    };
    let (first, again, other) = (generate("A", "5"), generate("B", "5"), generate("C", "6"));
    assert_eq!((&first["accord"], &first["size"]), (&"bench-generate/1".into(), &500.into()));
    assert_eq!(first["root"], again["root"]);
    assert_ne!(first["root"], other["root"]);

    let verified = bench.accord(&["verify", "--dir", "A", "--json"]).exits(0).json();
    assert_eq!(verified["size"], 500);
    for court in ["integrity", "authority", "admission"] {
        assert_eq!(verified[court], "holds", "{verified}");
    }
    let replayed = bench.accord(&["replay", "--dir", "A", "--json"]).exits(0).json();
    assert_eq!(replayed["simulated_clock"], true);
    // However many threads check signatures, the state is the same.
    for threads in ["1", "5"] {
        let mut command = bench.command(&["replay", "--dir", "B", "--json"]);
        let output = command.env("RAYON_NUM_THREADS", threads).output().unwrap();
        let other: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(other["digests"], replayed["digests"], "{threads} threads");
        assert!(!other["digests"].as_array().unwrap().is_empty());
    }
    let last = bench.accord(&["show", "--dir", "A", "499", "--json"]).exits(0).json();
    let at = format!("{}Z", &last["recorded"].as_str().unwrap()[..19]);

    // The keys beside it are those of the record.
    let payload = r#"{"outcome":"accepted","severity":1}"#;
    let refused = bench.accord(&[
        "append",
        "--dir",
        "A",
        "-k",
        "A/keys/mission-field-2.key",
        "--as",
        "mission",
        "--type",
        "violation.registered",
        "--stream",
        "violation/none",
        "--payload",
        payload,
        "--at",
        &at,
        "--json",
    ]);
    assert_eq!(refused.exits(3).records()[0]["outcome"], "refused");
}

#[test]
fn what_is_there_is_not_measured_in_and_not_overwritten() {
    let bench = Bench::new();
    std::fs::create_dir(bench.path("there")).unwrap();
    bench.write("there/kept", "mine");
    for args in [&["bench", "--dir", "there", "--quick"][..], &["bench", "generate", "there"]] {
        let run = bench.accord(args).exits(2);
        assert!(run.err.contains("there exists"), "{}", run.err);
    }
    assert_eq!(bench.read("there/kept"), "mine");
    bench.accord(&["bench", "--only", "everything"]).exits(2);
    bench.accord(&["bench", "--quick", "--large"]).exits(2);
    bench.accord(&["bench", "generate", "none", "--entries", "0"]).exits(2);
    assert!(!bench.path("none").exists());
}

#[test]
fn every_figure_stands_beside_its_bound_and_the_directory_goes() {
    let bench = Bench::new();
    let args = ["bench", "--quick", "--only", "proofs", "--only", "space", "--json"];
    let run = bench.accord(&args).exits(0);
    assert_eq!(run.err.contains("debug build"), cfg!(debug_assertions), "{}", run.err);
    let document = run.json();
    assert_eq!(document["accord"], "bench/1");
    assert_eq!(document["debug_build"], cfg!(debug_assertions));
    for bound in ["cores", "signatures", "sync_ms", "json_mb", "entries", "sha256_mb", "blake3_mb"]
    {
        assert!(document["machine"][bound].as_f64().unwrap() > 0.0, "{bound}");
    }
    let figures = document["figures"].as_array().unwrap();
    let names: Vec<_> = figures.iter().map(|f| f["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    assert!(names.iter().all(|n| n.starts_with("proofs/") || n.starts_with("space/")), "{names:?}");
    for figure in figures {
        // A count or a weight does not hang on how fast the machine is.
        if figure["bound"] != Value::Null {
            let ratio =
                figure["value"].as_f64().unwrap() / figure["bound"]["value"].as_f64().unwrap();
            assert!((ratio - figure["ratio"].as_f64().unwrap()).abs() < 1e-9, "{figure}");
            let met = ratio <= figure["target"]["ratio"].as_f64().unwrap();
            assert_eq!(figure["verdict"], if met { "met" } else { "missed" }, "{figure}");
        }
    }
    assert!(!bench.path("accord-bench").exists());
}
