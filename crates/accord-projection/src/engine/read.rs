//! Reading a settled state.

use super::slot::Slot;
use super::{Engine, fold};
use crate::amend::Amendments;
use crate::error::ProjectionError;
use crate::projector::Projector;
use crate::provenance::{Provenance, Selector};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Bound;

impl<P: Projector> Engine<P> {
    /// The state of a subject at T.
    pub fn state(&self, subject: &str) -> Option<Cow<'_, P::State>> {
        let slot = self.slots.get(subject).filter(|slot| !slot.is_empty())?;
        Some(self.read(subject, slot))
    }

    /// The state of every subject at T whose name begins with `prefix`, in order of name.
    pub fn states<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, Cow<'a, P::State>)> + 'a {
        let from = (Bound::Included(prefix), Bound::Unbounded);
        self.slots
            .range::<str, _>(from)
            .take_while(move |(subject, _)| subject.starts_with(prefix))
            .filter(|(_, slot)| !slot.is_empty())
            .map(|(subject, slot)| (subject.as_str(), self.read(subject, slot)))
    }

    /// The subjects from `from` on, in order.
    pub fn subjects_from(&self, from: &str) -> impl Iterator<Item = &str> {
        self.slots
            .range::<str, _>((Bound::Included(from), Bound::Unbounded))
            .filter(|(_, slot)| !slot.is_empty())
            .map(|(subject, _)| subject.as_str())
    }

    /// The last subject before `before`.
    pub fn subject_before(&self, before: &str) -> Option<&str> {
        self.slots
            .range::<str, _>((Bound::Unbounded, Bound::Excluded(before)))
            .rfind(|(_, slot)| !slot.is_empty())
            .map(|(subject, _)| subject.as_str())
    }

    /// The seqs of the entries that bear on a subject, corrections not included.
    pub fn seqs(&self, subject: &str) -> impl Iterator<Item = u64> {
        self.slots.get(subject).into_iter().flat_map(|slot| slot.postings().iter().map(|p| p.seq))
    }

    /// The entries that a selector names, corrections included, in rising order.
    pub fn enumerate(&self, selector: &Selector, amendments: &Amendments) -> Vec<u64> {
        let mut seqs = BTreeSet::new();
        if let Some(to) = &selector.to {
            if selector.subject <= *to {
                let range = (Bound::Included(&selector.subject), Bound::Included(to));
                for (subject, _) in self.slots.range::<String, _>(range) {
                    self.gather(subject, selector, amendments, &mut seqs);
                }
            }
        } else if let Some(prefix) = selector.subject.strip_suffix('*') {
            let from = (Bound::Included(prefix), Bound::Unbounded);
            let all = self.slots.range::<str, _>(from);
            for (subject, _) in all.take_while(|(subject, _)| subject.starts_with(prefix)) {
                self.gather(subject, selector, amendments, &mut seqs);
            }
        } else {
            self.gather(&selector.subject, selector, amendments, &mut seqs);
        }
        seqs.into_iter().collect()
    }

    /// The provenance of a figure.
    pub fn provenance(&self, selector: Selector, amendments: &Amendments) -> Provenance {
        let seqs = self.enumerate(&selector, amendments);
        Provenance::new(selector, &seqs)
    }

    /// The whole state at T as JSON: subject to state.
    pub fn to_value(&self) -> Result<Value, ProjectionError> {
        let mut all = Map::new();
        for (subject, state) in self.states("") {
            let value = serde_json::to_value(&*state).map_err(|e| ProjectionError::Unwritable {
                family: P::FAMILY,
                why: e.to_string(),
            })?;
            all.insert(subject.to_owned(), value);
        }
        Ok(Value::Object(all))
    }

    fn gather(
        &self,
        subject: &str,
        selector: &Selector,
        amendments: &Amendments,
        seqs: &mut BTreeSet<u64>,
    ) {
        let Some(slot) = self.slots.get(subject) else { return };
        if !selector.attributes.is_empty() {
            let state = self.read(subject, slot);
            let has = |(name, values): (&&str, &BTreeSet<String>)| {
                P::attribute(&state, name).is_some_and(|value| values.contains(&value))
            };
            if !selector.attributes.iter().all(has) {
                return;
            }
        }
        for posting in slot.postings().iter() {
            if selector.types.is_empty() || selector.types.contains(posting.type_name::<P>()) {
                seqs.insert(posting.seq);
                seqs.extend(amendments.corrections(posting.seq).map(|c| c.by));
            }
        }
    }

    /// The state of a slot at T; takes note when it is not yet settled.
    fn read<'a>(&self, subject: &str, slot: &'a Slot<P::State>) -> Cow<'a, P::State> {
        if slot.is_stale() {
            self.missed.note(subject);
        }
        let state = slot.state();
        if P::deadline(state).is_some_and(|deadline| deadline <= self.as_of()) {
            let mut state = state.clone();
            fold::fire_up_to::<P>(&mut state, self.as_of());
            Cow::Owned(state)
        } else {
            Cow::Borrowed(state)
        }
    }
}
