//! The kernel: what the ledger itself knows of participants, keys, roles and the charter, folded
//! from its own entries, and the rules that follow from it.
//!
//! Judging reads the state just before an entry and changes nothing; applying changes the state
//! and judges nothing. Append and verify call the same two.

mod apply;
mod authority;
mod genesis;
mod judge;
mod keys;
mod records;
pub mod types;
mod witnesses;

pub use genesis::{Genesis, HYBRID_SUITE, SUITES};
pub(crate) use judge::witnesses::note_of;
pub use keys::{KeyRecord, KeyStatus};
pub use records::Records;
pub use types::ClockPolicy;

use crate::brackets::Anchor;
use crate::quorum::Policies;
use accord_charter::{Charter, Grants};
use accord_format::checkpoint;
use accord_format::entry::Entry;
use accord_format::event::Event;
use accord_format::hash::{EventHash, LedgerId};
use accord_format::key::VKey;
use accord_format::log_key::LogVKey;
use accord_format::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The version of the kernel's state as it is kept: a change of it, or of how it is judged or folded,
/// raises this, and what was kept before is made anew.
pub const STATE_VERSION: u32 = 7;
/// How far an event may lie ahead of its recording when no charter says so, in seconds.
pub const AHEAD_DEFAULT: i64 = 300;
/// Role of the participants that hold the key authority's keys.
pub const KEY_AUTHORITY: &str = "key_authority";
/// Role of the operator.
pub const OPERATOR: &str = "operator";

/// Somebody who may sign.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Participant {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub kind: String,
    /// The roles that it holds.
    pub roles: BTreeSet<String>,
    /// The seq of its enrolment.
    pub enrolled: u64,
    /// The seq at which it left.
    pub withdrawn: Option<u64>,
    /// When its keys were rotated by their own signature in the last year, in microseconds since
    /// the epoch.
    pub rotations: Vec<i64>,
}

/// Power that one participant lent to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delegation {
    /// The event that granted it.
    pub event: EventHash,
    /// The seq of that event's entry.
    pub seq: u64,
    /// When that was recorded, in microseconds since the epoch.
    pub recorded: i64,
    /// The key that signed it, `<name>+<id>`.
    pub key: String,
    /// Who lent it.
    pub from: String,
    /// Who has it.
    pub to: String,
    /// The role lent.
    pub role: String,
    /// The types it is good for.
    pub types: BTreeSet<String>,
    /// Until when, in microseconds since the epoch.
    pub until: i64,
    /// Ended before its time.
    pub ended: bool,
}

/// A proposed charter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// The event that proposed it.
    pub event: EventHash,
    /// The charter.
    pub charter: Box<Charter>,
    /// Participants that endorsed it.
    pub endorsed: BTreeSet<String>,
    /// Participants that declined it.
    pub declined: BTreeSet<String>,
    /// True once it came into force.
    pub adopted: bool,
}

/// Checkpoint keys and the first tree size at which they count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct CheckpointKeys {
    from_size: u64,
    keys: Vec<LogVKey>,
}

/// What a charter says of times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The first entry that is judged by them.
    pub from: u64,
    /// When the charter came into force, in seconds since 1970.
    pub since: i64,
    /// How far clocks may differ, in seconds.
    pub ahead: i64,
    /// How old the newest checkpoint in the record may be, in seconds.
    pub anchoring: Option<i64>,
}

/// Kernel state after some number of entries.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kernel {
    size: u64,
    genesis: Option<Genesis>,
    checkpoint_keys: Vec<CheckpointKeys>,
    /// The seqs of the entries that say which keys may sign checkpoints, and who decides on that.
    key_history: Vec<u64>,
    operator: Option<VKey>,
    authority_threshold: usize,
    participants: BTreeMap<String, Participant>,
    keys: BTreeMap<String, KeyRecord>,
    public_keys: BTreeSet<String>,
    delegations: BTreeMap<String, Delegation>,
    proposals: BTreeMap<String, Proposal>,
    charter: Option<String>,
    rulebook: u32,
    records: Records,
    reaffirmed: BTreeSet<EventHash>,
    policies: Policies,
    anchors: Vec<Anchor>,
    /// Size of the largest checkpoint that an entry holds.
    anchored: u64,
    terms: Vec<Terms>,
    recorded: i64,
    not_established: Option<u64>,
}

impl Kernel {
    /// Number of entries folded.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// What the genesis event says; absent only before it.
    pub const fn genesis(&self) -> Option<&Genesis> {
        self.genesis.as_ref()
    }

    /// The ledger's id; absent only before the genesis.
    pub fn ledger(&self) -> Option<LedgerId> {
        self.genesis.as_ref().map(|g| g.ledger)
    }

    /// The log's origin; empty only before the genesis.
    pub fn origin(&self) -> String {
        self.genesis
            .as_ref()
            .map_or_else(String::new, |g| checkpoint::origin_of(&g.name, &g.ledger))
    }

    /// True when whoever appends sets the clock.
    pub fn is_simulated(&self) -> bool {
        self.genesis.as_ref().is_some_and(|g| g.clock_policy == ClockPolicy::Simulated)
    }

    /// The checkpoint keys that count at tree size `size`.
    pub fn checkpoint_keys(&self, size: u64) -> &[LogVKey] {
        let in_force = self.checkpoint_keys.iter().rev().find(|k| k.from_size <= size);
        in_force.map_or(&[], |k| &k.keys)
    }

    /// Every checkpoint key that counted at any size.
    pub(crate) fn checkpoint_keys_ever(&self) -> impl Iterator<Item = &LogVKey> {
        self.checkpoint_keys.iter().flat_map(|k| &k.keys)
    }

    /// The seqs, below tree size `size`, of all entries that are needed to tell which checkpoint
    /// keys count: those that set them, and those about the key authority and its keys. The genesis
    /// comes first.
    pub fn key_history(&self, size: u64) -> impl Iterator<Item = u64> {
        self.key_history.iter().copied().filter(move |seq| *seq < size)
    }

    /// The operator's event key.
    pub const fn operator(&self) -> Option<&VKey> {
        self.operator.as_ref()
    }

    /// The keys that an event, once in the record, makes the operator sign with.
    pub(crate) fn operator_keys_in(&self, event: &Event) -> Vec<LogVKey> {
        use types::KernelPayload as P;
        if event.family() != "ledger" {
            return Vec::new();
        }
        let payload =
            types::KernelPayload::decode(&event.event_type, event.version, &event.payload);
        match (payload, &self.genesis) {
            (Some(Ok(P::LedgerCheckpointKeysRotated(p))), Some(genesis)) => {
                let keys = &p.checkpoint_keys;
                genesis::checkpoint_keys(&genesis.name, &genesis.ledger, keys).unwrap_or_default()
            }
            (Some(Ok(P::LedgerOperatorKeyRotated(p))), _) => vec![p.vkey.into()],
            _ => Vec::new(),
        }
    }

    /// The participant with this code.
    pub fn participant(&self, code: &str) -> Option<&Participant> {
        self.participants.get(code)
    }

    /// Every participant by code.
    pub const fn participants(&self) -> &BTreeMap<String, Participant> {
        &self.participants
    }

    /// Every key by `<name>+<id>`.
    pub const fn keys(&self) -> &BTreeMap<String, KeyRecord> {
        &self.keys
    }

    /// The charter in force.
    pub fn charter(&self) -> Option<&Charter> {
        let stream = self.charter.as_ref()?;
        self.proposals.get(stream).map(|p| &*p.charter)
    }

    /// The proposal that the charter in force came from.
    pub fn charter_event(&self) -> Option<EventHash> {
        self.proposals.get(self.charter.as_ref()?).map(|p| p.event)
    }

    /// Proposed charters by stream.
    pub const fn proposals(&self) -> &BTreeMap<String, Proposal> {
        &self.proposals
    }

    /// The rulebook in force; 1 until one is adopted.
    pub fn rulebook(&self) -> u32 {
        self.rulebook.max(1)
    }

    /// Corrections, retractions and other marks on records.
    pub const fn records(&self) -> &Records {
        &self.records
    }

    /// When the last entry was recorded.
    pub fn recorded(&self) -> Timestamp {
        Timestamp::from_micros(self.recorded)
    }

    /// The witness policies, each from the size on at which it counts.
    pub const fn policies(&self) -> &Policies {
        &self.policies
    }

    /// Checkpoints that the record holds, by whose cosignatures its times are bracketed.
    pub fn anchors(&self) -> &[Anchor] {
        &self.anchors
    }

    /// Size of the largest checkpoint that an entry holds.
    pub const fn last_anchored(&self) -> u64 {
        self.anchored
    }

    /// What the charters say of times, in the order in which they came into force.
    pub fn terms(&self) -> &[Terms] {
        &self.terms
    }

    /// How far clocks may differ, each from the entry on that is named with it.
    pub fn skews(&self) -> Vec<(u64, i64)> {
        let each = self.terms.iter().map(|terms| (terms.from, terms.ahead));
        [(0, AHEAD_DEFAULT)].into_iter().chain(each).collect()
    }

    /// How far the operator's clock and the witnesses' may differ now, in seconds: as far as an event
    /// may lie ahead of its recording.
    pub fn skew(&self) -> i64 {
        self.skew_at(u64::MAX)
    }

    /// The same by the charter that was in force when the entry at `seq` was taken in: a later one
    /// judges what follows.
    pub fn skew_at(&self, seq: u64) -> i64 {
        self.terms.iter().rev().find(|t| t.from <= seq).map_or(AHEAD_DEFAULT, |terms| terms.ahead)
    }

    /// The first seq whose kernel event this software does not understand, from which on it cannot
    /// say who had which power.
    pub const fn not_established(&self) -> Option<u64> {
        self.not_established
    }

    /// True when `entry` was signed by a key that was, by what is known now, already in other
    /// hands, and its author has not confirmed it.
    pub fn is_suspect(&self, entry: &Entry) -> bool {
        let (seq, recorded) = (entry.header.seq, entry.header.recorded.micros());
        !self.reaffirmed.contains(&entry.event().hash())
            && entry.event().signers.iter().any(|s| self.was_stolen(s.key(), seq, recorded))
    }

    /// True when `key`, by what is known now, was in other hands when it signed the entry at `seq`.
    fn was_stolen(&self, key: &str, seq: u64, recorded: i64) -> bool {
        self.keys.get(key).is_some_and(|key| {
            key.compromised_since.is_some_and(|since| recorded >= since)
                && key.revoked.is_some_and(|revoked| seq < revoked)
        })
    }

    /// The latest instant that an event recorded at `at` may plausibly name as past.
    pub(crate) fn latest(&self, at: Timestamp) -> Timestamp {
        at.plus_seconds(self.skew())
    }

    /// The grants that decide about a type: the charter's where it has one, else the genesis'.
    fn grants_for(&self, event_type: &str) -> Option<&Grants> {
        let of_charter = self.charter().map(|c| &c.grants);
        let of_genesis = self.genesis.as_ref().map(|g| &g.grants);
        [of_charter, of_genesis].into_iter().flatten().find(|g| g.find(event_type).is_some())
    }
}

/// True when this software knows what a kernel event does: its type in its version, and for a
/// rulebook the rules in it. From one that it does not know on, it cannot say who has which power.
pub fn is_understood(event: &Event) -> bool {
    if event.event_type != "rules.adopted" {
        return types::event_type(&event.event_type, event.version).is_some();
    }
    match types::KernelPayload::decode(&event.event_type, event.version, &event.payload) {
        None => false,
        Some(Ok(types::KernelPayload::RulesAdopted(rules))) => rules.rulebook <= crate::RULEBOOK,
        Some(_) => true,
    }
}

/// True for the families that the kernel owns.
pub fn owns(event: &Event) -> bool {
    types::FAMILIES.contains(&event.family())
}
