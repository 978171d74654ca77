//! The catalogue that the families make together.

use super::world::charter;
use crate::Families;
use accord_catalogue::{PayloadError, template};
use std::collections::BTreeSet;

#[test]
fn every_type_has_a_template_that_reads() {
    for declared in Families::new().unwrap().event_types() {
        let filled = template(&(declared.schema)());
        match (declared.check)(&filled) {
            // A template has every member there is, which may be more than go together.
            Ok(()) | Err(PayloadError::Content(_)) => {}
            Err(error) => panic!("{}: {error}: {filled}", declared.name),
        }
        assert!(!declared.title().is_empty(), "{} has no title", declared.name);
    }
}

#[test]
fn every_type_is_granted_to_somebody() {
    let charter = charter();
    for declared in Families::new().unwrap().event_types() {
        assert!(charter.grants.find(declared.name).is_some(), "nobody may sign {}", declared.name);
    }
}

#[test]
fn the_kernel_and_the_families_share_no_type() {
    let kernel: BTreeSet<&str> = accord_ledger::kernel::types::TYPES
        .iter()
        .map(accord_catalogue::EventType::family)
        .collect();
    for declared in Families::new().unwrap().event_types() {
        assert!(!kernel.contains(declared.family()), "{}", declared.name);
    }
}

#[test]
fn the_charter_grants_no_type_of_the_kernel_that_there_is_not() {
    use accord_ledger::kernel::types;
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../agreements/twelve-point.toml"
    ))
    .unwrap();
    let mut judged = 0;
    for word in text.split('"') {
        let Some((family, rest)) = word.split_once('.') else { continue };
        let exact = types::FAMILIES.contains(&family) && !rest.is_empty() && rest != "*";
        if exact && rest.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
            assert!(types::event_type(word, 1).is_some(), "{word}");
            judged += 1;
        }
    }
    assert!(judged > 12, "{judged}");
}
