//! What certifies rests on nothing that was signed with a key in other hands.

use crate::amend::Amendments;
use crate::finding::Refusal;
use crate::projector::Projector;
use crate::scene::Scene;
use accord_catalogue::Guard;
use std::collections::BTreeSet;

/// For the acts that certify something.
pub const fn rests_on_suspect(types: &'static [&'static str]) -> Guard {
    let words =
        "An entry that it rests on was signed with a key in other hands, and is not reaffirmed.";
    Guard::new("rests-on-suspect", types, words)
}

impl Amendments {
    /// The entries under suspicion by which the entry at `seq` says what it says: itself, and the
    /// corrections in force.
    pub fn suspects_behind(&self, seq: u64) -> impl Iterator<Item = u64> {
        let corrections = self.corrections(seq).map(|correction| correction.by);
        std::iter::once(seq).chain(corrections).filter(|seq| self.suspects().contains(seq))
    }
}

impl<P: Projector> Scene<'_, P> {
    /// True while the entry, of whatever family, or a correction of it is under suspicion.
    pub fn is_suspect(&self, seq: u64) -> bool {
        self.basis.amendments.suspects_behind(seq).next().is_some()
    }

    /// The entries behind a subject of the judge's own family.
    pub fn entries(&self, subject: &str) -> impl Iterator<Item = u64> {
        self.engine.seqs(subject)
    }

    /// Refuses while one of these entries or a correction of one is under suspicion.
    pub fn rests_on(&self, entries: impl IntoIterator<Item = u64>) -> Result<(), Refusal> {
        let amendments = &self.basis.amendments;
        let suspects: BTreeSet<u64> =
            entries.into_iter().flat_map(|seq| amendments.suspects_behind(seq)).collect();
        if suspects.is_empty() {
            return Ok(());
        }
        let detail = format!(
            "entries {suspects:?} that it rests on were signed with a key in other hands; their authors have to reaffirm or retract them first"
        );
        Err(Refusal::new("rests-on-suspect", detail))
    }

    /// Refuses while an entry behind one of the subjects is under suspicion.
    pub fn rests_on_subjects<S: AsRef<str>>(
        &self,
        subjects: impl IntoIterator<Item = S>,
    ) -> Result<(), Refusal> {
        let subjects: Vec<S> = subjects.into_iter().collect();
        self.rests_on(subjects.iter().flat_map(|subject| self.entries(subject.as_ref())))
    }
}
