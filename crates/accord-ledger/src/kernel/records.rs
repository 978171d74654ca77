//! Marks that later records put on earlier ones.

use super::types::{RecordCorrected, RecordDuplicateMarked, RecordRedacted};
use accord_catalogue::patch::{Correctable, Patch, PatchError};
use accord_format::entry::Entry;
use accord_format::hash::EventHash;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A correction in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    /// The entry that corrects.
    pub seq: u64,
    /// Its event.
    pub event: EventHash,
    /// What stands where what stood.
    pub patches: Vec<Patch>,
}

/// A dispute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dispute {
    /// What is disputed.
    pub target: EventHash,
    /// The entry that disputes it.
    pub seq: u64,
    /// The entry that settled it.
    pub settled: Option<u64>,
}

/// An erasure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Redaction {
    commitment: String,
    seq: u64,
}

/// Every mark, by the event that bears it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Records {
    corrections: BTreeMap<EventHash, Vec<Correction>>,
    /// Correction event to its target.
    corrected_by: BTreeMap<EventHash, EventHash>,
    retracted: BTreeMap<EventHash, u64>,
    duplicates: BTreeMap<EventHash, EventHash>,
    redacted: BTreeMap<EventHash, Vec<Redaction>>,
    disputes: BTreeMap<String, Dispute>,
    /// Who stands behind an event beside its author, and the seq that first said so.
    endorsed: BTreeMap<EventHash, BTreeMap<String, u64>>,
}

impl Records {
    /// Corrections of an event that have not been retracted, oldest first.
    pub fn corrections(&self, target: &EventHash) -> impl Iterator<Item = &Correction> {
        let all = self.corrections.get(target).into_iter().flatten();
        all.filter(|c| !self.retracted.contains_key(&c.event))
    }

    /// The seq that retracted an event.
    pub fn retracted(&self, event: &EventHash) -> Option<u64> {
        self.retracted.get(event).copied()
    }

    /// The record that counts in the place of a duplicate.
    pub fn duplicate_of(&self, event: &EventHash) -> Option<EventHash> {
        self.duplicates.get(event).copied()
    }

    /// The seqs that redacted parts of an event. What is erased of a record is erased of its
    /// corrections.
    pub fn redactions(&self, event: &EventHash) -> impl Iterator<Item = u64> {
        let corrected = self.corrected_by.get(event).and_then(|target| self.redacted.get(target));
        let own = self.redacted.get(event);
        own.into_iter().chain(corrected).flatten().map(|redaction| redaction.seq)
    }

    /// The seq that says that what this commitment of an event stood for was erased.
    pub fn redacted(&self, event: &EventHash, commitment: &str) -> Option<u64> {
        let all = self.redacted.get(event)?;
        all.iter().find(|redaction| redaction.commitment == commitment).map(|r| r.seq)
    }

    /// Who stands behind an event beside its author: participant to the seq that first said so.
    pub fn endorsements(&self, event: &EventHash) -> impl Iterator<Item = (&str, u64)> {
        let all = self.endorsed.get(event).into_iter().flatten();
        all.map(|(participant, seq)| (participant.as_str(), *seq))
    }

    /// Disputes by stream.
    pub const fn disputes(&self) -> &BTreeMap<String, Dispute> {
        &self.disputes
    }

    /// What `entry` says with the corrections in force.
    pub fn effective(&self, entry: &Entry) -> Result<Correctable, PatchError> {
        let event = entry.event();
        let signed = Correctable::of(&event.payload, &event.occurred);
        self.corrections(&event.hash()).try_fold(signed, |value, c| value.corrected(&c.patches))
    }

    /// How often an event has been corrected, retracted corrections included.
    pub(super) fn times_corrected(&self, target: &EventHash) -> usize {
        self.corrections.get(target).map_or(0, Vec::len)
    }

    pub(super) fn correct(&mut self, seq: u64, event: EventHash, payload: RecordCorrected) {
        self.corrected_by.insert(event, payload.target);
        let correction = Correction { seq, event, patches: payload.patches };
        self.corrections.entry(payload.target).or_default().push(correction);
    }

    /// The last correction in force of what `correction` corrects; only that one can be retracted,
    /// since later ones build on what earlier ones left.
    pub(super) fn is_last_correction(&self, correction: &EventHash) -> bool {
        let target = self.corrected_by.get(correction);
        target.is_some_and(|t| self.corrections(t).last().is_some_and(|c| c.event == *correction))
    }

    pub(super) fn retract(&mut self, seq: u64, target: EventHash) {
        self.retracted.insert(target, seq);
    }

    pub(super) fn mark_duplicate(&mut self, payload: &RecordDuplicateMarked) {
        self.duplicates.insert(payload.target, payload.canonical);
    }

    pub(super) fn redact(&mut self, seq: u64, payload: &RecordRedacted) {
        let redaction = Redaction { commitment: payload.commitment.to_string(), seq };
        self.redacted.entry(payload.target).or_default().push(redaction);
    }

    pub(super) fn dispute(&mut self, stream: &str, seq: u64, target: EventHash) {
        self.disputes.insert(stream.to_owned(), Dispute { target, seq, settled: None });
    }

    pub(super) fn endorse(&mut self, entry: &Entry, target: EventHash) {
        let by = self.endorsed.entry(target).or_default();
        for signer in &entry.event().signers {
            by.entry(signer.participant().to_owned()).or_insert(entry.header.seq);
        }
    }

    pub(super) fn settle(&mut self, stream: &str, seq: u64) {
        if let Some(dispute) = self.disputes.get_mut(stream) {
            dispute.settled = Some(seq);
        }
    }
}
