//! One family's state, kept up as the record grows.

mod changed;
mod fold;
mod missed;
mod postings;
mod read;
mod slot;
mod trial;

use crate::error::ProjectionError;
use crate::finding::{Finding, Remark};
use crate::item::{Item, Reading, UNREADABLE};
use crate::projector::Projector;
use crate::terms::Basis;
use accord_format::entry::{Entry, Header};
use accord_format::event::Event;
use accord_format::time::Timestamp;
use changed::Changed;
use missed::Missed;
use postings::Posting;
use serde::{Deserialize, Serialize};
use slot::Slot;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use trial::Trials;

/// Where an engine reads an entry again: when one is corrected, or takes effect later than it was
/// recorded, or comes before others in the order of effects.
pub trait Source {
    /// The entry at `seq`.
    fn entry(&self, seq: u64) -> Option<Entry>;
}

/// The state of a family at one T, for a growing K.
///
/// The postings of a subject say which entries bear on it; the engine keeps no entries. Late
/// reports and amendments mark their subjects, and these are folded again when they are read, from
/// the last state that is kept of before what changed.
///
/// [`Engine::settle`] folds all of them. Who reads little of a large state can do with less:
/// [`Engine::settle_for`], then read, then [`Engine::settle_missed`], and read again if that folded
/// anything.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Engine<P: Projector> {
    slots: BTreeMap<String, Slot<P::State>>,
    /// Subjects to be folded again.
    unsettled: BTreeSet<String>,
    /// Entries beyond T, by effect and seq.
    waiting: BTreeSet<(i64, u64)>,
    /// Folded entries whose effect is later than `committed`; T may go back before those.
    early: BTreeSet<(i64, u64)>,
    /// T.
    as_of: i64,
    /// Where going back costs more, in microseconds since the epoch.
    committed: i64,
    /// About entries that are on no subject.
    findings: BTreeSet<Finding>,
    /// What was amended on which subject.
    changed: BTreeMap<String, Changed>,
    #[serde(skip, default)]
    missed: Missed,
    #[serde(skip, default)]
    trials: Trials<P::State>,
}

impl<P: Projector> Default for Engine<P> {
    fn default() -> Self {
        Self {
            slots: BTreeMap::new(),
            unsettled: BTreeSet::new(),
            waiting: BTreeSet::new(),
            early: BTreeSet::new(),
            as_of: Timestamp::MIN.micros(),
            committed: Timestamp::MIN.micros(),
            findings: BTreeSet::new(),
            changed: BTreeMap::new(),
            missed: Missed::default(),
            trials: Trials::default(),
        }
    }
}

impl<P: Projector> Engine<P> {
    /// An empty state at `as_of`.
    pub fn at(as_of: Timestamp) -> Self {
        let as_of = as_of.micros();
        Self { as_of, committed: as_of, ..Self::default() }
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

    /// Moves T. Entries that it passes are folded, or taken off again when it goes back; to go back
    /// no further than the latest [`Engine::commit`] costs no more than what is passed.
    pub fn advance(
        &mut self,
        to: Timestamp,
        source: &dyn Source,
        basis: &Basis,
    ) -> Result<(), ProjectionError> {
        let to = to.micros();
        if to < self.committed {
            self.rewind(to);
        } else if to < self.as_of {
            for (effect, seq) in self.early.split_off(&(to.saturating_add(1), 0)) {
                let entry = lookup(source, seq)?;
                let (header, event) = (&entry.header, entry.event());
                let reading = Item::<P::Payload>::read(header, event, &basis.amendments);
                if let Reading::Item(item, _) = reading {
                    self.take_out(&item);
                }
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

    /// Takes every entry off whose effect is later. The entries are not read again: what is left of
    /// their subjects is, when somebody reads those.
    fn rewind(&mut self, to: i64) {
        for (subject, slot) in &mut self.slots {
            let gone = slot.rewind(to);
            if !gone.is_empty() {
                self.waiting.extend(gone.iter().map(Posting::place));
                self.unsettled.insert(subject.clone());
            }
        }
        self.early.clear();
        self.committed = to;
    }

    /// Says that T will hardly go back before `recorded`, the time of the last entry.
    pub fn commit(&mut self, recorded: Timestamp) {
        self.committed = recorded.micros();
        if self.early.first().is_some_and(|(effect, _)| *effect <= recorded.micros()) {
            self.early = self.early.split_off(&(recorded.micros().saturating_add(1), 0));
        }
    }

    /// Takes an entry out because an amendment is about to change what it means; to be called
    /// with the amendments before it, [`Engine::amended`] with those after. `by` is the amendment.
    pub fn amending(&mut self, target: &Entry, by: u64, before: &Basis) {
        let reading = Item::<P::Payload>::read(&target.header, target.event(), &before.amendments);
        if let Reading::Item(item, _) = reading {
            self.take_out(&item);
            self.note_change(&item, by);
        }
    }

    /// Puts an amended entry back, as it now counts.
    pub fn amended(&mut self, target: &Entry, by: u64, after: &Basis) {
        self.read_anew(target.header.seq);
        let reading = Item::<P::Payload>::read(&target.header, target.event(), &after.amendments);
        match reading {
            Reading::Nothing => {}
            Reading::Unreadable(remark) => {
                self.findings.insert(Finding::new(target.header.seq, remark));
            }
            Reading::Item(item, remarks) => {
                self.enter(&item, &remarks, after);
                self.note_change(&item, by);
            }
        }
    }

    /// Takes note that clocks that are running have other lengths.
    pub fn reclock(&mut self) {
        if P::CLOCKS {
            self.slots.values_mut().for_each(Slot::spoil_all);
            self.unsettled.extend(self.slots.keys().cloned());
        }
    }

    /// Folds again what has to be; afterwards the state can be read.
    pub fn settle(&mut self, source: &dyn Source, basis: &Basis) -> Result<(), ProjectionError> {
        while let Some(subject) = self.unsettled.first().cloned() {
            self.settle_subject(&subject, source, basis)?;
        }
        self.missed.take();
        Ok(())
    }

    /// Folds again those subjects on which an event bears.
    pub fn settle_for(
        &mut self,
        header: &Header,
        event: &Event,
        source: &dyn Source,
        basis: &Basis,
    ) -> Result<(), ProjectionError> {
        if self.unsettled.is_empty() {
            return Ok(());
        }
        let reading = Item::<P::Payload>::read(header, event, &basis.amendments);
        if let Reading::Item(item, _) = reading {
            for subject in subjects_of::<P>(&item) {
                self.settle_subject(&subject, source, basis)?;
            }
        }
        Ok(())
    }

    /// Folds again what was read since the last call without being settled; true when there was
    /// any, and what was read has to be read again.
    pub fn settle_missed(
        &mut self,
        source: &dyn Source,
        basis: &Basis,
    ) -> Result<bool, ProjectionError> {
        let missed = self.missed.take();
        for subject in &missed {
            self.settle_subject(subject, source, basis)?;
        }
        Ok(!missed.is_empty())
    }

    fn settle_subject(
        &mut self,
        subject: &str,
        source: &dyn Source,
        basis: &Basis,
    ) -> Result<(), ProjectionError> {
        if !self.unsettled.contains(subject) {
            return Ok(());
        }
        self.trials.forget(subject);
        if let Some(slot) = self.slots.get_mut(subject) {
            slot.refold::<P>(subject, source, basis)?;
            if slot.is_empty() {
                self.slots.remove(subject);
            }
        }
        self.unsettled.remove(subject);
        Ok(())
    }

    fn enter(&mut self, item: &Item<'_, P::Payload>, remarks: &[Remark], basis: &Basis) {
        let effect = item.effect.micros();
        if effect > self.as_of {
            self.waiting.insert((effect, item.seq));
            return;
        }
        if effect > self.committed {
            self.early.insert((effect, item.seq));
        }
        let posting = Posting::new(effect, item.seq, item.position);
        let commutes = P::commutes(&item.payload);
        for (at, subject) in subjects_of::<P>(item).into_iter().enumerate() {
            let slot = match self.slots.get_mut(&subject) {
                Some(slot) => slot,
                None => self.slots.entry(subject.clone()).or_default(),
            };
            if slot.post(posting, commutes) {
                slot.fold::<P>(&subject, item, remarks, at == 0, &basis.terms);
                self.trials.folded(&subject, item);
            } else {
                self.unsettled.insert(subject);
            }
        }
    }

    /// Takes an entry off its subjects, which are to be folded again.
    fn take_out(&mut self, item: &Item<'_, P::Payload>) {
        let place = (item.effect.micros(), item.seq);
        if self.waiting.remove(&place) {
            return;
        }
        self.early.remove(&place);
        for subject in subjects_of::<P>(item) {
            if self.slots.get_mut(&subject).is_some_and(|slot| slot.remove(place)) {
                self.unsettled.insert(subject);
            }
        }
    }

    /// Takes note that an entry on these subjects says something else since `by`.
    fn note_change(&mut self, item: &Item<'_, P::Payload>, by: u64) {
        if P::commutes(&item.payload) {
            return;
        }
        for subject in subjects_of::<P>(item) {
            self.changed.entry(subject).or_default().note(item.seq, by);
        }
    }

    /// Forgets that an entry could not be read.
    fn read_anew(&mut self, seq: u64) {
        let from = Finding { seq, code: Cow::Borrowed(""), detail: String::new() };
        let about = self.findings.range(from..).take_while(|f| f.seq == seq);
        let unreadable: Vec<Finding> = about.filter(|f| f.code == UNREADABLE).cloned().collect();
        for finding in unreadable {
            self.findings.remove(&finding);
        }
    }

    /// What is to be said about entries, by seq.
    pub fn findings(&self) -> Vec<Finding> {
        let of_slots = self.slots.values().flat_map(|slot| slot.findings().iter().cloned());
        let mut all: Vec<_> = self.findings.iter().cloned().chain(of_slots).collect();
        for (subject, changed) in &self.changed {
            if let Some(slot) = self.slots.get(subject) {
                all.extend(changed.findings::<P>(subject, slot));
            }
        }
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
