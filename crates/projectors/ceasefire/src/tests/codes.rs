//! The family says the codes that it declares, and no others.

use crate::Ceasefires;
use crate::event::Truce;
use accord_projection::{Guard, Payloads, Projector};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// The texts in quotes that follow `before` in the family's sources.
fn quoted_after(before: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.ends_with("tests") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // Where the formatter has broken the line, the text stands on the next one.
            let source = std::fs::read_to_string(path).unwrap();
            for rest in source.split(before).skip(1) {
                let text = rest.trim_start().strip_prefix('"');
                found.extend(text.and_then(|t| t.split('"').next()).map(ToOwned::to_owned));
            }
        }
    }
    found
}

fn declared(guards: &[Guard]) -> BTreeSet<String> {
    let codes: Vec<String> = guards.iter().map(|guard| guard.code.to_owned()).collect();
    let different: BTreeSet<String> = codes.iter().cloned().collect();
    assert_eq!(different.len(), codes.len(), "a code is declared twice");
    different
}

#[test]
fn every_code_that_the_family_says_is_declared() {
    let mut refused = quoted_after("Refusal::new(");
    refused.extend(quoted_after("OutOfOrder::coded("));
    assert_eq!(refused, declared(Ceasefires::REFUSALS));
    assert_eq!(quoted_after("Remark::new("), declared(Ceasefires::FINDINGS));
    let guards = Ceasefires::REFUSALS.iter().chain(Ceasefires::FINDINGS).flat_map(|g| g.types);
    for name in guards.chain(Ceasefires::TIMERS.iter().flat_map(|timer| timer.types)) {
        assert!(Truce::position(name, 1).is_some(), "{name}");
    }
}
