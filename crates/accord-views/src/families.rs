//! The registry: every family, one line each.

use crate::disputes::Disputes;
use crate::error::ViewError;
use crate::family::Family;
use crate::marks;
use crate::provisions::Provisions;
use crate::report::{Comparisons, Past};
use crate::rules::{self, basis::Grounds};
use crate::said::Sayings;
use crate::tally::Tally;
use accord_catalogue::EventType;
use accord_format::digest::{StateId, state_digest};
use accord_format::hash::{ContentHash, LedgerId, NodeHash};
use accord_format::time::Timestamp;
use accord_projection::{
    Basis, Declaration, Engine, Facts, Finding, ProjectionError, Selector, order,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

macro_rules! families {
    ($($(#[$doc:meta])* $name:ident: $projector:ty,)+) => {
        /// The families' engines.
        #[derive(Clone, Debug, Default, Serialize, Deserialize)]
        pub(crate) struct Engines {
            $(pub(crate) $name: Engine<$projector>,)+
        }

        impl Engines {
            pub(crate) fn at(as_of: Timestamp) -> Self {
                Self { $($name: Engine::at(as_of),)+ }
            }

            const COUNT: usize = [$(stringify!($name)),+].len();

            pub(crate) fn all(&self) -> [&dyn Family; Self::COUNT] {
                [$(&self.$name,)+]
            }

            pub(crate) fn all_mut(&mut self) -> [&mut dyn Family; Self::COUNT] {
                [$(&mut self.$name,)+]
            }
        }

        impl Families {
            $($(#[$doc])*
            pub const fn $name(&self) -> &Engine<$projector> {
                &self.engines.$name
            })+
        }
    };
}

families! {
    /// Board, assessments, imports, audits.
    oversight: accord_oversight::Oversight,
    /// Ceasefires, lines, silence windows.
    ceasefire: accord_ceasefire::Ceasefires,
    /// Observations, lethal events, casualties, access, mission.
    monitoring: accord_monitoring::Monitoring,
    /// Cases.
    violations: accord_violations::Violations,
    /// Exchanges, persons held, remains.
    exchanges: accord_exchanges::Exchanges,
    /// Evidence: custody and access.
    evidence: accord_evidence::Evidence,
}

/// What T is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    /// The time of the last entry: the state that judges read.
    Following,
    /// One instant.
    Fixed(Timestamp),
}

/// The state of every family.
#[derive(Clone, Debug)]
pub struct Families {
    pub(crate) engines: Engines,
    pub(crate) basis: Basis,
    pub(crate) tally: Tally,
    pub(crate) disputes: Disputes,
    pub(crate) grounds: Grounds,
    /// What was said of entries when they were let in.
    pub(crate) sayings: Sayings,
    pub(crate) clock: Clock,
    /// Why the state cannot be trusted any more.
    pub(crate) failed: Option<ProjectionError>,
    /// What bears on which provisions of the charter in force.
    pub(crate) bearing: Provisions,
    /// (type, version) to family and declaration.
    pub(crate) types: BTreeMap<(&'static str, u32), (usize, &'static EventType)>,
    /// Past states by which reports were judged, for the next one to go on from.
    pub(crate) past: Past,
    /// What issued reports would say by now, where that was asked for.
    pub(crate) comparisons: Comparisons,
    /// What stands before the slash of the families' streams.
    pub(crate) prefixes: BTreeSet<&'static str>,
}

/// The digest of one family's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FamilyDigest {
    /// The family.
    pub family: &'static str,
    /// Version of its fold.
    pub fold_version: u32,
    /// BLAKE3 as `accord_format::digest` makes it.
    pub digest: ContentHash,
}

impl Families {
    /// Before the first entry, T following the record; refuses families that do not fit together.
    pub fn new() -> Result<Self, ViewError> {
        Self::make(Engines::default(), Clock::Following)
    }

    /// Before the first entry, for one T.
    pub(crate) fn at(as_of: Timestamp) -> Result<Self, ViewError> {
        Self::make(Engines::at(as_of), Clock::Fixed(as_of))
    }

    /// The instant that the engines are at, which for what follows the record is that of the last
    /// entry.
    pub(crate) fn instant(&self) -> Timestamp {
        // All engines have the same.
        self.engines.oversight.as_of()
    }

    fn make(engines: Engines, clock: Clock) -> Result<Self, ViewError> {
        let declarations: Vec<Declaration> =
            engines.all().into_iter().map(Family::declaration).collect();
        order(&declarations)?;
        let mut types = BTreeMap::new();
        for (at, declaration) in declarations.iter().enumerate() {
            for declared in declaration.types {
                types.insert((declared.name, declared.version), (at, declared));
            }
        }
        let prefixes = types.values().map(|(_, declared)| declared.stream.prefix()).collect();
        Ok(Self {
            engines,
            basis: Basis::default(),
            tally: Tally::default(),
            disputes: Disputes::default(),
            grounds: Grounds::default(),
            sayings: Sayings::default(),
            clock,
            failed: None,
            bearing: Provisions::default(),
            types,
            past: Past::default(),
            comparisons: Comparisons::default(),
            prefixes,
        })
    }

    /// The families' declarations.
    pub fn declarations(&self) -> Vec<Declaration> {
        self.engines.all().into_iter().map(Family::declaration).collect()
    }

    /// Every event type, in the order of the catalogue.
    pub fn event_types(&self) -> Vec<&'static EventType> {
        self.declarations().into_iter().flat_map(|d| d.types).collect()
    }

    /// Charters and amendments known so far.
    pub const fn basis(&self) -> &Basis {
        &self.basis
    }

    /// Counts of what was read.
    pub const fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Which entries are disputed.
    pub const fn disputes(&self) -> &Disputes {
        &self.disputes
    }

    /// What is to be said about entries, by family and seq; what no family says alone is said by
    /// `record`. What the state says is derived from it, and what was said of entries as they were
    /// let in belongs to it; nothing of it is stored in the record.
    pub fn findings(&self) -> Vec<(&'static str, Finding)> {
        let all = self.engines.all().into_iter();
        let mut findings: Vec<_> = all
            .flat_map(|family| {
                let name = family.declaration().family;
                family.findings().into_iter().map(move |finding| (name, finding))
            })
            .collect();
        let across = rules::findings(self, &findings);
        findings.extend(across.into_iter().map(|finding| (marks::RECORD, finding)));
        let made: BTreeSet<Finding> = findings.iter().map(|(_, f)| f.clone()).collect();
        let said = self.sayings.holding(self.as_of(), &self.basis.amendments);
        let said = said.filter(|(_, finding)| !made.contains(finding));
        findings.extend(said.map(|(name, finding)| (self.family_of(name), finding.clone())));
        findings
    }

    /// The family of a type; `record` for the kernel's and those that nobody knows.
    fn family_of(&self, event_type: &str) -> &'static str {
        let mut known = self.types.range((event_type, 0)..);
        let found = known.next().filter(|((name, _), _)| *name == event_type);
        let family = found.and_then(|(_, (at, _))| self.engines.all().into_iter().nth(*at));
        family.map_or(marks::RECORD, |family| family.declaration().family)
    }

    /// T in microseconds since the epoch; the end of time for what follows the record.
    pub(crate) const fn as_of(&self) -> i64 {
        match self.clock {
            Clock::Following => i64::MAX,
            Clock::Fixed(at) => at.micros(),
        }
    }

    /// The seqs that a selector names, in rising order; none for an unknown family. Beside the
    /// families stands `record`, with the marks that entries bear: see [`crate::view::integrity`].
    pub fn enumerate(&self, selector: &Selector) -> Vec<u64> {
        if selector.family == marks::RECORD {
            return marks::enumerate(self, selector);
        }
        let family =
            self.engines.all().into_iter().find(|f| f.declaration().family == selector.family);
        family.map(|f| f.enumerate(selector, &self.basis)).unwrap_or_default()
    }

    /// The state of every family as JSON.
    pub fn states(&self) -> Result<BTreeMap<&'static str, Value>, ViewError> {
        let mut states = BTreeMap::new();
        for family in self.engines.all() {
            states.insert(family.declaration().family, family.to_value()?);
        }
        Ok(states)
    }

    /// The digest of every family's state, as the state of these entries of this ledger at T.
    pub fn digests(
        &self,
        ledger: LedgerId,
        size: u64,
        root: NodeHash,
        as_of: Timestamp,
    ) -> Result<Vec<FamilyDigest>, ViewError> {
        let mut digests = Vec::new();
        for family in self.engines.all() {
            let Declaration { family: name, fold_version, .. } = family.declaration();
            let id = StateId { ledger, size, root, as_of, family: name, fold_version };
            let digest = state_digest(&id, &family.to_value()?)
                .map_err(|e| ViewError::Canonical { family: name, why: e.to_string() })?;
            digests.push(FamilyDigest { family: name, fold_version, digest });
        }
        Ok(digests)
    }
}

impl Facts for Families {
    fn fact(&self, name: &str, subject: &str) -> Option<Value> {
        self.engines.all().into_iter().find_map(|family| family.fact(name, subject))
    }
}
