//! One family's state, kept up as the record grows.

mod fold;
mod read;
mod slot;

use crate::amend::Amendments;
use crate::error::ProjectionError;
use crate::finding::{Finding, Remark};
use crate::item::{Item, Reading, UNREADABLE};
use crate::projector::Projector;
use crate::terms::Basis;
use accord_catalogue::Kind;
use accord_format::entry::Entry;
use accord_format::time::Timestamp;
use serde::{Deserialize, Serialize};
use slot::{Posting, Slot};
use std::collections::{BTreeMap, BTreeSet};

/// Where an engine reads an entry again: when one is corrected, or takes effect later than it was
/// recorded, or comes before others in the order of effects.
pub trait Source {
    /// The entry at `seq`.
    fn entry(&self, seq: u64) -> Option<Entry>;
}

/// The state of a family at one T, for a growing K.
///
/// The postings of a subject say which entries bear on it; the engine keeps no entries. Late
/// reports and amendments mark their subjects, which [`Engine::settle`] folds again.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Engine<P: Projector> {
    slots: BTreeMap<String, Slot<P::State>>,
    /// Subjects to be folded again.
    unsettled: BTreeSet<String>,
    /// Entries beyond T, by effect and seq.
    waiting: BTreeSet<(i64, u64)>,
    /// Folded entries whose effect is later than their recording; T may go back before those.
    early: BTreeSet<(i64, u64)>,
    /// T.
    as_of: i64,
    /// About entries that are on no subject, and about judgements whose basis changed.
    findings: BTreeSet<Finding>,
}

impl<P: Projector> Default for Engine<P> {
    fn default() -> Self {
        Self {
            slots: BTreeMap::new(),
            unsettled: BTreeSet::new(),
            waiting: BTreeSet::new(),
            early: BTreeSet::new(),
            as_of: Timestamp::MIN.micros(),
            findings: BTreeSet::new(),
        }
    }
}

impl<P: Projector> Engine<P> {
    /// An empty state at `as_of`.
    pub fn at(as_of: Timestamp) -> Self {
        Self { as_of: as_of.micros(), ..Self::default() }
    }

    /// T.
    pub fn as_of(&self) -> Timestamp {
        Timestamp::from_micros(self.as_of)
    }

    /// Takes in the next entry; false when it is not one of this family.
    pub fn apply(&mut self, entry: &Entry, basis: &Basis) -> bool {
        let event = entry.event();
        match Item::<P::Payload>::read(&entry.header, event, &basis.amendments) {
            Reading::Nothing => false,
            Reading::Unreadable(remark) => {
                self.findings.insert(Finding::new(entry.header.seq, remark));
                true
            }
            Reading::Item(item, remarks) => {
                self.enter(&item, &remarks, basis);
                true
            }
        }
    }

    /// Moves T. Entries that it passes are folded, or taken out again when it goes back; going
    /// back reaches no further than the latest [`Engine::commit`].
    pub fn advance(
        &mut self,
        to: Timestamp,
        source: &dyn Source,
        basis: &Basis,
    ) -> Result<(), ProjectionError> {
        let to = to.micros();
        if to < self.as_of {
            for (effect, seq) in self.early.split_off(&(to.saturating_add(1), 0)) {
                self.take_out(&lookup(source, seq)?, &basis.amendments);
                self.waiting.insert((effect, seq));
            }
        }
        self.as_of = to;
        let beyond = self.waiting.split_off(&(to.saturating_add(1), 0));
        for (_, seq) in std::mem::replace(&mut self.waiting, beyond) {
            self.apply(&lookup(source, seq)?, basis);
        }
        Ok(())
    }

    /// Promises that T will not go back before `recorded`, the time of the last entry.
    pub fn commit(&mut self, recorded: Timestamp) {
        if self.early.first().is_some_and(|(effect, _)| *effect <= recorded.micros()) {
            self.early = self.early.split_off(&(recorded.micros().saturating_add(1), 0));
        }
    }

    /// Takes an entry out because an amendment is about to change what it means; to be called
    /// with the amendments before it, [`Engine::amended`] with those after. `by` is the amendment.
    pub fn amending(&mut self, target: &Entry, by: u64, before: &Basis) {
        for subject in self.take_out(target, &before.amendments) {
            self.basis_changed(&subject, target.header.seq, by);
        }
    }

    /// Puts an amended entry back, as it now counts.
    pub fn amended(&mut self, target: &Entry, by: u64, after: &Basis) {
        let seq = target.header.seq;
        self.findings.retain(|f| f.seq != seq || f.code != UNREADABLE);
        self.apply(target, after);
        let reading = Item::<P::Payload>::read(&target.header, target.event(), &after.amendments);
        if let Reading::Item(item, _) = reading {
            for subject in subjects_of::<P>(&item) {
                self.basis_changed(&subject, target.header.seq, by);
            }
        }
    }

    /// Takes note that clocks that are running have other lengths.
    pub fn reclock(&mut self) {
        if P::CLOCKS {
            self.unsettled.extend(self.slots.keys().cloned());
        }
    }

    /// Folds again what has to be; afterwards the state can be read.
    pub fn settle(&mut self, source: &dyn Source, basis: &Basis) -> Result<(), ProjectionError> {
        while let Some(subject) = self.unsettled.first().cloned() {
            let empty = match self.slots.get_mut(&subject) {
                Some(slot) => {
                    slot.refold::<P>(&subject, source, basis)?;
                    slot.is_empty()
                }
                None => false,
            };
            if empty {
                self.slots.remove(&subject);
            }
            self.unsettled.remove(&subject);
        }
        Ok(())
    }

    fn enter(&mut self, item: &Item<'_, P::Payload>, remarks: &[Remark], basis: &Basis) {
        let effect = item.effect.micros();
        if effect > self.as_of {
            self.waiting.insert((effect, item.seq));
            return;
        }
        if item.effect > item.recorded {
            self.early.insert((effect, item.seq));
        }
        let posting = Posting::new(effect, item.seq, item.position);
        let commutes = P::commutes(&item.payload);
        for (at, subject) in subjects_of::<P>(item).into_iter().enumerate() {
            let slot = match self.slots.get_mut(&subject) {
                Some(slot) => slot,
                None => self.slots.entry(subject.clone()).or_default(),
            };
            let in_order = slot.post(posting) || commutes;
            if self.unsettled.contains(&subject) {
                continue;
            }
            if in_order {
                slot.fold::<P>(&subject, item, remarks, at == 0, &basis.terms);
            } else {
                self.unsettled.insert(subject);
            }
        }
    }

    /// Takes an entry off its subjects, which are to be folded again.
    fn take_out(&mut self, entry: &Entry, amendments: &Amendments) -> Vec<String> {
        let Reading::Item(item, _) =
            Item::<P::Payload>::read(&entry.header, entry.event(), amendments)
        else {
            return Vec::new();
        };
        let key = (item.effect.micros(), item.seq);
        if self.waiting.remove(&key) {
            return Vec::new();
        }
        self.early.remove(&key);
        let subjects = subjects_of::<P>(&item);
        for subject in &subjects {
            if let Some(slot) = self.slots.get_mut(subject) {
                slot.remove(item.seq);
                self.unsettled.insert(subject.clone());
            }
        }
        if P::commutes(&item.payload) { Vec::new() } else { subjects }
    }

    /// Marks the acts on a subject that were judged while `target` said something else.
    fn basis_changed(&mut self, subject: &str, target: u64, by: u64) {
        let Some(slot) = self.slots.get(subject) else { return };
        for posting in slot.postings() {
            let judged_before = posting.seq > target && posting.seq < by;
            if judged_before && posting.kind::<P>() == Kind::Act {
                let detail = format!("seq {by} changed what seq {target} says, which it rested on");
                let remark = Remark::new("basis_changed", detail);
                self.findings.insert(Finding::new(posting.seq, remark));
            }
        }
    }

    /// What is to be said about entries, by seq.
    pub fn findings(&self) -> Vec<Finding> {
        let of_slots = self.slots.values().flat_map(|slot| slot.findings().iter().cloned());
        let mut all: Vec<_> = self.findings.iter().cloned().chain(of_slots).collect();
        all.sort();
        all.dedup();
        all
    }
}

fn subjects_of<P: Projector>(item: &Item<'_, P::Payload>) -> Vec<String> {
    let mut subjects = Vec::with_capacity(1);
    P::subjects(item, &mut subjects);
    subjects
}

fn lookup(source: &dyn Source, seq: u64) -> Result<Entry, ProjectionError> {
    source.entry(seq).ok_or(ProjectionError::EntryMissing { seq })
}
