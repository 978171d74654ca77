//! What verification found.

use super::against::Uncompared;
use super::kept::KeptOf;
use super::witnesses::Witnessing;
use crate::evidence::Evidence;
use crate::judge::Court;
use crate::quorum;
use accord_format::hash::{EventHash, LedgerId, NodeHash};
use std::collections::BTreeMap;

/// Something that breaks INTEGRITY.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Stable code, see `docs/format.md`.
    pub code: &'static str,
    /// The entry concerned, where it is one.
    pub seq: Option<u64>,
    /// What was expected and what was found.
    pub detail: String,
}

/// An entry that is in the record and without effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Void {
    /// Its position.
    pub seq: u64,
    /// Its event.
    pub event: EventHash,
    /// Its type.
    pub event_type: String,
    /// Which judgement turned it down.
    pub court: Court,
    /// By which guard.
    pub code: &'static str,
    /// Why.
    pub detail: String,
}

/// One of the three verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything holds.
    Holds,
    /// Something does not.
    Fails,
    /// It could not be established, or was not judged.
    NotEstablished,
}

/// What verification found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The ledger's id, if its genesis could be read.
    pub ledger: Option<LedgerId>,
    /// The log's origin.
    pub origin: String,
    /// True when the record keeps a simulated clock.
    pub simulated: bool,
    /// Entries read.
    pub size: u64,
    /// The root over them, if all could be read.
    pub root: Option<NodeHash>,
    /// Signatures that stand under the entries.
    pub signatures: u64,
    /// How many of them were not checked, since they were before.
    pub unchecked: u64,
    /// What breaks INTEGRITY: entries in order of position, then tiles, then the rest.
    pub problems: Vec<Problem>,
    /// Entries without effect.
    pub voids: Vec<Void>,
    /// Findings by code: how many.
    pub findings: BTreeMap<String, u64>,
    /// Types that were not interpreted: how many entries of each.
    pub uninterpreted: BTreeMap<String, u64>,
    /// The first seq from which on authority is not established.
    pub not_established: Option<u64>,
    /// True when domain rules were judged.
    pub domain_judged: bool,
    /// Entries signed by a key that, by what is known now, was in other hands.
    pub suspects: Vec<u64>,
    /// What was held elsewhere and compared with the record.
    pub compared: u64,
    /// What was held elsewhere and says nothing about the record, for or against it.
    pub uncompared: Vec<Uncompared>,
    /// Size up to which signatures were taken from an earlier verification.
    pub trusted: Option<u64>,
    /// The verification from which that and all judgement of the entries below its size was taken
    /// over: of those only the bytes were read and hashed again.
    pub resumed: Option<KeptOf>,
    /// Why a kept verification that was to be gone on from was of no use; everything was verified.
    pub not_resumed: Option<String>,
    /// What witnesses say of the record.
    pub witnessing: Witnessing,
    /// What shows to others that the record contradicts, or lacks, what is held elsewhere.
    pub evidence: Vec<Evidence>,
    /// Things a reader should know.
    pub notes: Vec<String>,
}

impl Report {
    /// Bytes, chain, tree and signatures.
    pub fn integrity(&self) -> Verdict {
        if self.problems.is_empty() { Verdict::Holds } else { Verdict::Fails }
    }

    /// Keys, roles and thresholds.
    pub fn authority(&self) -> Verdict {
        self.court(Court::Authority, self.not_established.is_some())
    }

    /// The rules of the domain.
    pub fn admission(&self) -> Verdict {
        self.court(
            Court::Admission,
            !self.domain_judged || !self.uninterpreted.is_empty() || self.not_established.is_some(),
        )
    }

    /// The witnesses' cosignatures, by the ledger's own policies and by one that was brought along.
    pub fn witnesses(&self) -> Verdict {
        if !self.witnessing.problems.is_empty() {
            Verdict::Fails
        } else if self.witnessing.judged && self.asks_witnesses() {
            Verdict::Holds
        } else {
            Verdict::NotEstablished
        }
    }

    /// True when the ledger's newest policy, or whoever verifies, asks for any witness.
    pub fn asks_witnesses(&self) -> bool {
        let newest = self.witnessing.policies.last();
        self.witnessing.demanded.is_some()
            || newest.is_some_and(|p| !quorum::asks_for_none(&p.policy))
    }

    fn court(&self, court: Court, open: bool) -> Verdict {
        if self.voids.iter().any(|v| v.court == court) {
            Verdict::Fails
        } else if open {
            Verdict::NotEstablished
        } else {
            Verdict::Holds
        }
    }

    /// True when nothing was found wrong.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty() && self.voids.is_empty() && self.witnessing.problems.is_empty()
    }
}
