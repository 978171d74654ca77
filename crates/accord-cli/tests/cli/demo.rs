//! The demonstration, twice.

use crate::kit::Bench;

/// Every view that tells of something in the demonstration.
const VIEWS: [&str; 15] = [
    "overview",
    "scorecard",
    "ceasefire",
    "line",
    "access",
    "weapons",
    "civilians",
    "violations",
    "parties",
    "exchanges",
    "board",
    "evidence",
    "imports",
    "reports",
    "integrity",
];

#[test]
fn the_demonstration_is_built_once_and_tells_both_figures() {
    let bench = Bench::new();
    let first = bench.accord(&["demo", "--json"]).exits(0).json();
    assert_eq!(first["simulated_clock"], true);
    assert_eq!(first["integrity"], "holds");
    assert_eq!(first["authority"], "holds");
    assert_eq!(first["admission"], "holds");
    let value = |when: &str| first["figure"][when]["value"].clone();
    let (now, before) = (value("now").to_string(), value("before").to_string());
    assert!(now.contains("23000"), "{first:#}");
    assert!(before.contains("15800"), "{first:#}");
    assert!(first["made_up"].as_str().unwrap().contains("Made up for this demonstration"));
    assert!(first["size"].as_u64().unwrap() > 6_000, "{first:#}");
    let head = bench.read("demo/public/checkpoint");
    let again = bench.accord(&["demo"]).exits(0);
    assert!(again.out.starts_with("There is a ledger in demo already"), "{}", again.out);
    assert!(again.out.contains("at least 15,800") && again.out.contains("23,000"), "{}", again.out);
    assert_eq!(bench.read("demo/public/checkpoint"), head);
    assert!(again.out.contains("Made up for this demonstration"), "{}", again.out);
    // Every figure of the summary is there, and every view is shown or begun.
    let summary = again.out.split("Two years in short").nth(1).unwrap();
    let summary: Vec<&str> = summary.lines().skip(1).take_while(|line| !line.is_empty()).collect();
    assert_eq!(summary.len(), 11, "{summary:#?}");
    assert!(summary.iter().all(|line| !line.ends_with(" -")), "{summary:#?}");
    for view in VIEWS {
        let command = format!("accord replay --dir demo --view {view}\n");
        assert!(again.out.contains(&command), "{view}: {}", again.out);
    }
    // What it says to try next works as it is said.
    let commands = again.out.lines().filter_map(|line| line.strip_prefix("  accord "));
    let mut tried = 0;
    for command in commands.filter(|c| !c.contains('\'')) {
        bench.accord(&command.split_whitespace().collect::<Vec<_>>()).exits(0);
        tried += 1;
    }
    assert!(tried >= 10, "{tried}");
}

#[test]
fn a_directory_with_something_else_is_left_alone() {
    let bench = Bench::new();
    std::fs::create_dir(bench.path("mine")).unwrap();
    bench.write("mine/letter", "dear");
    let run = bench.accord(&["demo", "mine"]).exits(2);
    assert!(run.err.contains("no ledger"), "{}", run.err);
    assert_eq!(std::fs::read_dir(bench.path("")).unwrap().count(), 1);
    assert_eq!(std::fs::read_dir(bench.path("mine")).unwrap().count(), 1);
}
