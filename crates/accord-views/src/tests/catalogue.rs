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
