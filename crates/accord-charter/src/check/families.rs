//! Enabled families, and what the software at hand makes of them.

use std::collections::BTreeMap;

use accord_format::name::is_code;

use super::{Catalogue, Checker};
use crate::pattern::Pattern;
use crate::problem::ProblemCode;
use crate::tree::{Path, shown};

/// The first parts of the event types that belong to every ledger, whatever the agreement.
pub const KERNEL_PREFIXES: &[&str] = &[
    "charter",
    "checkpoint",
    "delegation",
    "import",
    "index",
    "instrument",
    "key",
    "ledger",
    "participant",
    "record",
    "rules",
];

/// Kernel parts that grants alone decide, without which no charter is amended, no rulebook adopted
/// and nothing redacted. Keys and participants are the key authority's, whatever the charter.
const VITAL: &[&str] = &["charter", "record", "rules"];

pub(super) fn is_kernel(head: &str) -> bool {
    KERNEL_PREFIXES.contains(&head)
}

impl Checker<'_> {
    pub(super) fn families(&mut self) {
        let charter = self.charter;
        let mut owner: BTreeMap<&str, &str> =
            KERNEL_PREFIXES.iter().map(|prefix| (*prefix, "the kernel")).collect();
        for (code, family) in &charter.families {
            let path = Path::from("families").then(code).then("prefixes");
            if family.prefixes.is_empty() {
                let what = "the family has no event types".to_owned();
                self.add(ProblemCode::Empty, &path, what, "list its prefixes, or remove it");
            }
            for (index, prefix) in family.prefixes.iter().enumerate() {
                let path = path.then(index);
                if !is_code(prefix) || prefix.contains('.') {
                    let what = format!("{} is not the first part of a type", shown(prefix));
                    let to_do = "write what stands before the first dot";
                    self.add(ProblemCode::BadCode, &path, what, to_do);
                } else if let Some(other) = owner.insert(prefix, code) {
                    let what = format!("{} belongs to {other} already", shown(prefix));
                    self.add(ProblemCode::PrefixTaken, &path, what, "leave it to one family");
                } else if !self.is_granted(prefix) {
                    let what = format!("nobody may sign any {prefix}.* event");
                    let to_do = "add a grant, or remove the prefix";
                    self.add(ProblemCode::FamilyWithoutGrant, &path, what, to_do);
                }
            }
        }
        let ungranted: Vec<&&str> = VITAL.iter().filter(|head| !self.is_granted(head)).collect();
        for head in ungranted {
            let what = format!("nobody may sign any {head}.* event");
            let to_do = "add a grant: without it the ledger cannot go on for long";
            self.add(ProblemCode::KernelUngranted, &"grants".into(), what, to_do);
        }
    }

    fn is_granted(&self, head: &str) -> bool {
        let mut patterns = self.charter.grants.0.iter().flat_map(|grant| &grant.types);
        patterns.any(|text| Pattern::parse(text).is_some_and(|pattern| pattern.head() == head))
    }

    /// Warns of families and types that the software does not interpret, and of types of enabled
    /// families that nobody may sign.
    pub(super) fn interpreted(&mut self, catalogue: &Catalogue) {
        let charter = self.charter;
        for code in charter.families.keys() {
            let path = Path::from("families").then(code);
            let Some(types) = catalogue.families.get(code) else {
                let what = "this software does not interpret the family".to_owned();
                let to_do = "its events will be kept and verified, not judged or counted";
                self.add(ProblemCode::FamilyNotInterpreted, &path, what, to_do);
                continue;
            };
            // An agreement may do without some of a family's prefixes.
            let enabled = types.iter().filter(|t| charter.family_of(t) == Some(code));
            for event_type in enabled.filter(|t| charter.grants.find(t).is_none()) {
                let what = format!("no grant covers {event_type}");
                self.add(ProblemCode::TypeUngranted, &path, what, "add it to a grant");
            }
        }
        for (index, grant) in charter.grants.0.iter().enumerate() {
            let path = Path::from("grants").then(index).then("types");
            for (at, text) in grant.types.iter().enumerate() {
                let Some(Pattern::Exact(event_type)) = Pattern::parse(text) else {
                    continue;
                };
                let family = charter.family_of(event_type);
                let types = family.and_then(|family| catalogue.families.get(family));
                if types.is_some_and(|types| !types.contains(event_type)) {
                    let what = format!("this software has no type {event_type} in its family");
                    let to_do = "correct it, unless a later version has it";
                    self.add(ProblemCode::TypeNotInterpreted, &path.then(at), what, to_do);
                }
            }
        }
    }
}
