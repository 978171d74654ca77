//! The lines of README.md, run as a newcomer would type them.
//!
//! Blocks fenced as `console` hold commands behind `$ ` and what they print: `…` stands for any
//! text within a line, and alone on a line for any lines. A command without lines behind it may
//! print what it likes; every one must succeed.

use accord_tests::binary::{accord, repository, state};
use std::path::Path;
use std::process::{Command, Stdio};

/// A command of a page, and what it prints.
pub(crate) struct Step {
    pub(crate) line: usize,
    pub(crate) command: String,
    pub(crate) expected: Vec<String>,
}

pub(crate) fn steps(readme: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for (number, line) in (1..).zip(readme.lines()) {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside {
            if let Some(command) = line.strip_prefix("$ ") {
                let (command, expected) = (command.to_owned(), Vec::new());
                steps.push(Step { line: number, command, expected });
            } else {
                steps.last_mut().expect("output before a command").expected.push(line.to_owned());
            }
        }
    }
    steps
}

/// Whether `found` is `pattern`, in which `…` stands for any text.
fn line_fits(pattern: &str, found: &str) -> bool {
    let mut parts = pattern.split('…');
    let Some(mut rest) = found.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(part) = last.replace(part) {
            let Some(at) = str::find(rest, part) else { return false };
            rest = &rest[at + part.len()..];
        }
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

pub(crate) fn fits(pattern: &[String], found: &[&str]) -> bool {
    match pattern.split_first() {
        None => found.is_empty(),
        Some((first, rest)) if first == "…" => {
            (0..=found.len()).any(|skip| fits(rest, &found[skip..]))
        }
        Some((first, rest)) => found
            .split_first()
            .is_some_and(|(line, below)| line_fits(first, line) && fits(rest, below)),
    }
}

#[test]
fn patterns_stand_for_what_they_say() {
    for (pattern, found, expected) in [
        ("a…c", "abc", true),
        ("a…c", "ac", true),
        ("a…c", "abd", false),
        ("a", "ab", false),
        ("…", "", true),
        ("a…b…a", "a b a", true),
        ("a…b…a", "a b", false),
        ("x…x", "x", false),
    ] {
        assert_eq!(line_fits(pattern, found), expected, "{pattern} {found}");
    }
    let pattern = ["a", "…", "d"].map(str::to_owned);
    assert!(fits(&pattern, &["a", "b", "c", "d"]) && fits(&pattern, &["a", "d"]));
    assert!(!fits(&pattern, &["a", "b"]) && !fits(&pattern, &["d"]));
}

pub(crate) fn shell(directory: &Path, command: &str) -> Command {
    let mut shell = Command::new("bash");
    let path = std::env::var("PATH").unwrap();
    let own = accord().parent().unwrap().display();
    shell.current_dir(directory).env("PATH", format!("{own}:{path}")).env_remove("NO_COLOR");
    shell.env("ACCORD_STATE", state(directory));
    shell.args(["-c", command]).stdin(Stdio::null());
    shell
}

#[test]
fn the_readme_does_what_it_says() {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    assert!(readme.contains("cargo run --release -- demo"));
    let steps = steps(&readme);
    let commands = |word: &str| steps.iter().filter(|s| s.command.contains(word)).count();
    for word in ["accord append", "accord verify", "accord replay"] {
        assert!(commands(word) > 0, "README.md does not show {word}");
    }
    let directory = tempfile::tempdir().unwrap();
    let demo = shell(directory.path(), "accord demo").output().unwrap();
    assert!(demo.status.success(), "{}", String::from_utf8_lossy(&demo.stderr));
    for Step { line, command, expected } in &steps {
        let output = shell(directory.path(), command).output().unwrap();
        let (out, err) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "README.md:{line}: {command}\n{out}{err}");
        let found: Vec<&str> = out.lines().collect();
        assert!(
            expected.is_empty() || fits(expected, &found),
            "README.md:{line}: {command}\nsays:\n{}\nprints:\n{out}",
            expected.join("\n")
        );
    }
}
