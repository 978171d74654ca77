//! What a judge may read.

use crate::engine::Engine;
use crate::facts::Facts;
use crate::projector::Projector;
use crate::terms::{Basis, Terms};
use std::borrow::Cow;

/// The state just before a candidate, with timers fired up to its recording.
pub struct Scene<'a, P: Projector> {
    pub(crate) engine: &'a Engine<P>,
    pub(crate) basis: &'a Basis,
    pub(crate) facts: &'a dyn Facts,
}

impl<P: Projector> std::fmt::Debug for Scene<'_, P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scene").field("family", &P::FAMILY).finish_non_exhaustive()
    }
}

impl<'a, P: Projector> Scene<'a, P> {
    /// The state of a subject of the judge's own family.
    pub fn state(&self, subject: &str) -> Option<Cow<'a, P::State>> {
        self.engine.state(subject)
    }

    /// The subjects of the judge's own family from `from` on, in order.
    pub fn subjects_from(&self, from: &str) -> impl Iterator<Item = &'a str> {
        self.engine.subjects_from(from)
    }

    /// The last subject of the judge's own family before `before`.
    pub fn subject_before(&self, before: &str) -> Option<&'a str> {
        self.engine.subject_before(before)
    }

    /// The charters.
    pub const fn terms(&self) -> &'a Terms {
        &self.basis.terms
    }

    /// A part of the state of a subject of the judge's own family, by one of the state's accessors.
    pub fn part<T: Clone>(
        &self,
        subject: &str,
        of: impl Fn(&P::State) -> Option<&T>,
    ) -> Option<Cow<'a, T>> {
        match self.state(subject)? {
            Cow::Borrowed(state) => of(state).map(Cow::Borrowed),
            Cow::Owned(state) => of(&state).cloned().map(Cow::Owned),
        }
    }

    /// A fact about a subject: one of the judge's own family, or another family's, one of
    /// [`Projector::READS`]. The registry has ordered the families by what they declare, so what is
    /// not declared is not there.
    pub fn fact(&self, name: &str, subject: &str) -> Option<serde_json::Value> {
        if P::PUBLISHES.contains(&name) {
            return P::fact(name, &*self.state(subject)?);
        }
        P::READS.contains(&name).then(|| self.facts.fact(name, subject)).flatten()
    }

    /// The rulebook in force for the entry at `seq`. A judge that changed with a rulebook keeps what
    /// it did before for entries under the earlier ones.
    pub fn rulebook(&self, seq: u64) -> u32 {
        self.basis.terms.rulebook(seq)
    }
}
