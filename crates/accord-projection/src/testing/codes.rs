//! That a family says the codes that it declares, and no others.

use crate::payloads::Payloads;
use crate::projector::Projector;
use accord_catalogue::Guard;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What a family's code calls, and the codes that the mechanism then says for it.
const REFUSED: [(&str, &[&str]); 6] = [
    (".adopted(", &["resolution-not-adopted"]),
    (".decided(", &["resolution-not-adopted", "resolution-elsewhere"]),
    (
        ".decided_after(",
        &["resolution-not-adopted", "resolution-elsewhere", "resolution-too-early"],
    ),
    (".rests_on(", &["rests-on-suspect"]),
    (".rests_on_subjects(", &["rests-on-suspect"]),
    (".own_parties(", &["not-a-party"]),
];
const FOUND: [(&str, &[&str]); 3] = [
    (".unknown_side(", &["unknown_side"]),
    (".unknown_party(", &["unknown_side"]),
    (".unknown_area(", &["unknown_area"]),
];

/// Compares what the sources in a folder say with what the family declares: codes and types.
///
/// # Panics
/// When they differ.
pub fn check_codes<P: Projector>(sources: &str) {
    let mut texts = Vec::new();
    read(Path::new(sources), &mut texts);
    let mut refused = said(&texts, &["Refusal::new(", "OutOfOrder::coded("], &REFUSED);
    // Of every family's acts, and declared by none.
    refused.remove("wrong-state");
    assert_eq!(refused, declared(P::REFUSALS), "refusals of {}", P::FAMILY);
    let found = said(&texts, &["Remark::new("], &FOUND);
    assert_eq!(found, declared(P::FINDINGS), "findings of {}", P::FAMILY);
    let guards = P::REFUSALS.iter().chain(P::FINDINGS).flat_map(|guard| guard.types);
    for name in guards.chain(P::TIMERS.iter().flat_map(|timer| timer.types)) {
        assert!(P::Payload::position(name, 1).is_some(), "{} has no type {name}", P::FAMILY);
    }
}

/// The sources in a folder and below it, without tests.
#[expect(clippy::expect_used, reason = "a mistake in a test")]
fn read(folder: &Path, texts: &mut Vec<String>) {
    for item in std::fs::read_dir(folder).expect("a folder of sources") {
        let path: PathBuf = item.expect("a file").path();
        if path.is_dir() && !path.ends_with("tests") {
            read(&path, texts);
        } else if path.is_file() && !path.ends_with("tests.rs") {
            texts.push(std::fs::read_to_string(&path).expect("a source"));
        }
    }
}

fn said(
    texts: &[String],
    constructors: &[&str],
    mechanism: &[(&str, &[&str])],
) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for text in texts {
        for constructor in constructors {
            // Where the formatter has broken the line, the code stands on the next one.
            let quoted = text.split(constructor).skip(1).map(str::trim_start);
            let quoted = quoted.filter_map(|rest| rest.strip_prefix('"')?.split('"').next());
            codes.extend(quoted.map(ToOwned::to_owned));
        }
        for (_, of) in mechanism.iter().filter(|(call, _)| text.contains(call)) {
            codes.extend(of.iter().map(|code| (*code).to_owned()));
        }
    }
    codes
}

fn declared(guards: &[Guard]) -> BTreeSet<String> {
    // The same code may say different things of different types, and one thing of a type.
    let mut about = BTreeSet::new();
    for guard in guards {
        let new = guard.types.iter().all(|name| about.insert((guard.code, *name)));
        assert!(new, "{} is declared twice of a type", guard.code);
    }
    guards.iter().map(|guard| guard.code.to_owned()).collect()
}
