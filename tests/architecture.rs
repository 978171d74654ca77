//! What the crates may lean on, and what no source may say.

use accord_charter::Charter;
use accord_tests::binary::repository;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

const FAMILIES: [&str; 6] = [
    "accord-ceasefire",
    "accord-evidence",
    "accord-exchanges",
    "accord-monitoring",
    "accord-oversight",
    "accord-violations",
];

/// What each crate may lean on; a crate that is not here may lean on none.
fn arrows() -> BTreeMap<&'static str, Vec<&'static str>> {
    let format = "accord-format";
    let (catalogue, charter) = ("accord-catalogue", "accord-charter");
    let (store, ledger) = ("accord-store", "accord-ledger");
    let (projection, views) = ("accord-projection", "accord-views");
    let (witness, mirror) = ("accord-witness", "accord-mirror");
    let bench = "accord-bench";
    let mut arrows = BTreeMap::from([
        (format, vec![]),
        (catalogue, vec![format]),
        (charter, vec![format]),
        (store, vec![format]),
        (ledger, vec![format, catalogue, charter, store]),
        (projection, vec![format, catalogue, charter]),
        (views, [&[format, catalogue, charter, ledger, projection][..], &FAMILIES].concat()),
        (witness, vec![format, store]),
        (bench, vec![format, catalogue, charter, store, ledger, projection, views]),
        (mirror, vec![format, catalogue, charter, store, ledger, witness]),
        (
            "accord-cli",
            vec![
                format, catalogue, charter, store, ledger, projection, views, witness, mirror,
                bench,
            ],
        ),
        (
            "accord-tests",
            vec![format, catalogue, charter, store, ledger, projection, views, witness],
        ),
    ]);
    for family in FAMILIES.into_iter().chain(["accord-mine-maps"]) {
        arrows.insert(family, vec![format, catalogue, charter, projection]);
    }
    arrows
}

fn metadata() -> Value {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(repository()).args(["metadata", "--no-deps", "--format-version", "1"]);
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn crates_lean_only_on_those_below_them() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let arrows = arrows();
    let names: BTreeSet<&str> = packages.iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, arrows.keys().copied().collect(), "a crate is missing here, or there");
    for package in packages {
        let name = package["name"].as_str().unwrap();
        for dependency in package["dependencies"].as_array().unwrap() {
            let on = dependency["name"].as_str().unwrap();
            let allowed = !names.contains(on) || arrows[name].contains(&on);
            assert!(allowed, "{name} leans on {on}");
        }
    }
}

/// Every Rust source of the project, by path relative to the repository.
fn sources() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for directory in ["crates", "examples", "tests", "fuzz"] {
        walk(&repository().join(directory), &mut files);
    }
    let read = |path: PathBuf| {
        let name = path.strip_prefix(repository()).unwrap().display().to_string();
        (name, std::fs::read_to_string(path).unwrap())
    };
    let sources: Vec<(String, String)> = files.into_iter().map(read).collect();
    assert!(sources.len() > 150, "{}", sources.len());
    sources
}

fn walk(directory: &Path, files: &mut Vec<PathBuf>) {
    let Ok(items) = std::fs::read_dir(directory) else { return };
    for item in items {
        let path = item.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            walk(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The code of a source, without comments and without the tests at its end.
fn code(source: &str) -> impl Iterator<Item = &str> {
    let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    code.lines().map(without_comment)
}

/// The line up to its comment; two slashes in a text, as in an address, begin none.
fn without_comment(line: &str) -> &str {
    let (mut inside, mut escaped) = (false, false);
    for (at, c) in line.char_indices() {
        if !inside && line[at..].starts_with("//") {
            return &line[..at];
        }
        inside ^= c == '"' && !escaped;
        escaped = inside && c == '\\' && !escaped;
    }
    line
}

#[test]
fn only_comments_are_cut_off() {
    for (line, code) in [
        ("// x", ""),
        ("a(); // \"x\"", "a(); "),
        (r#"("https://x", "y"); // z"#, r#"("https://x", "y"); "#),
        (r#"("\"//", 1) // z"#, r#"("\"//", 1) "#),
        (r#"("\\", 1) // z"#, r#"("\\", 1) "#),
    ] {
        assert_eq!(without_comment(line), code);
    }
}

#[test]
fn nothing_says_unsafe() {
    let word = ["un", "safe"].concat();
    for (path, source) in sources() {
        let found = source.lines().map(without_comment).find(|line| {
            line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|found| found == word)
        });
        assert_eq!(found, None, "{path}");
    }
    let metadata = metadata();
    for package in metadata["packages"].as_array().unwrap() {
        let manifest = std::fs::read_to_string(package["manifest_path"].as_str().unwrap()).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true"), "{}", package["name"]);
    }
    let workspace = std::fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    assert!(workspace.contains("unsafe_code = \"forbid\""));
}

/// Words that only one agreement has: its parties, provisions and categories, and its scheme of
/// areas.
fn words_of_agreements() -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let mut agreements = 0;
    for item in std::fs::read_dir(repository().join("agreements")).unwrap() {
        let text = std::fs::read_to_string(item.unwrap().path()).unwrap();
        let charter = Charter::from_toml(&text).unwrap();
        words.extend(charter.parties.keys().map(|code| format!("\"{code}\"")));
        words.extend(charter.parties.values().map(|party| format!("\"{}\"", party.participant)));
        words.extend(charter.parties.values().map(|party| party.name.clone()));
        words.extend(charter.provisions.keys().map(|code| format!("\"{code}\"")));
        words.extend(charter.categories.keys().map(|code| format!("\"{code}\"")));
        if let Some(areas) = charter.areas {
            words.extend(areas.title.split([' ', ',']).next().map(str::to_owned));
            words.insert(format!("\"{}\"", areas.prefix));
            words.extend(areas.named.keys().map(|code| format!("\"{code}\"")));
        }
        agreements += 1;
    }
    assert!(agreements > 1 && words.len() >= 40, "{words:?}");
    words
}

#[test]
fn no_code_knows_one_agreement() {
    let words = words_of_agreements();
    let mut judged = 0;
    for (path, source) in sources() {
        // The tool brings the demonstration, which is of one agreement; tests and benches need
        // examples.
        let exempt = ["crates/accord-cli/", "tests/", "fuzz/"].iter().any(|p| path.starts_with(p))
            || path.contains("/tests/")
            || path.ends_with("/tests.rs")
            || ["/examples/", "/benches/"].iter().any(|part| path.contains(part));
        if exempt {
            continue;
        }
        judged += 1;
        for line in code(&source) {
            let found = words.iter().find(|word| line.contains(word.as_str()));
            assert_eq!(found, None, "{path}: {line}");
        }
    }
    assert!(judged > 80, "{judged}");
}
