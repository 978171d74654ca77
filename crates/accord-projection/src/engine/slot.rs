//! One subject: its state and the entries that bear on it.

use super::postings::{Place, Posting, Postings};
use super::{Source, fold, lookup, subjects_of};
use crate::error::ProjectionError;
use crate::finding::{Finding, Remark};
use crate::item::{self, Item, Reading};
use crate::projector::Projector;
use crate::terms::{Basis, Terms};
use serde::{Deserialize, Serialize, Serializer};

/// How far from the end the nearest checkpoint is; the others are twice, four times… as far.
const NEAREST: usize = 32;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Slot<S> {
    state: S,
    postings: Postings,
    /// In the order in which they were made, which a saved state does not tell.
    #[serde(serialize_with = "sorted")]
    findings: Vec<Finding>,
    /// Where the fold is no longer right: what comes from here on has to be folded again.
    stale: Option<Place>,
    /// States on the way to this one, in order; only where something came late or was amended.
    #[serde(skip, default = "Vec::new")]
    checkpoints: Vec<Checkpoint<S>>,
}

/// The state after some of the postings.
#[derive(Clone, Debug)]
struct Checkpoint<S> {
    /// The last of them.
    place: Place,
    /// How many they are.
    folded: usize,
    state: S,
    /// How many findings there were.
    findings: usize,
}

fn sorted<S: Serializer>(findings: &[Finding], serializer: S) -> Result<S::Ok, S::Error> {
    let mut findings: Vec<&Finding> = findings.iter().collect();
    findings.sort();
    findings.serialize(serializer)
}

impl<S: Default> Default for Slot<S> {
    fn default() -> Self {
        Self {
            state: S::default(),
            postings: Postings::default(),
            findings: Vec::new(),
            stale: None,
            checkpoints: Vec::new(),
        }
    }
}

impl<S: Clone + Default> Slot<S> {
    pub(super) const fn state(&self) -> &S {
        &self.state
    }

    pub(super) const fn postings(&self) -> &Postings {
        &self.postings
    }

    pub(super) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// True when no entry bears on it any more.
    pub(super) const fn is_empty(&self) -> bool {
        self.postings.is_empty()
    }

    /// True when it has to be folded again before it can be read.
    pub(super) const fn is_stale(&self) -> bool {
        self.stale.is_some()
    }

    /// Adds a posting; true when its item is to be folded now, and false when that waits for a
    /// refold. What `commutes` needs no place in the order.
    pub(super) fn post(&mut self, posting: Posting, commutes: bool) -> bool {
        let place = posting.place();
        let last = self.postings.insert(posting);
        if self.is_stale() || !(last || commutes) {
            self.spoil(place);
            return false;
        }
        if !last {
            self.forget(place);
        }
        true
    }

    /// Takes a posting away; false when it is not there.
    pub(super) fn remove(&mut self, place: Place) -> bool {
        let found = self.postings.remove(place);
        if found {
            self.spoil(place);
        }
        found
    }

    /// Takes away the postings with an effect after this one, and gives them.
    pub(super) fn rewind(&mut self, effect: i64) -> Vec<Posting> {
        let gone = self.postings.split_off(effect);
        if let Some(first) = gone.first() {
            self.spoil(first.place());
        }
        gone
    }

    /// Has all be folded again.
    pub(super) fn spoil_all(&mut self) {
        self.spoil((i64::MIN, 0));
    }

    fn spoil(&mut self, place: Place) {
        self.stale = Some(self.stale.map_or(place, |stale| stale.min(place)));
    }

    /// Lets go of the checkpoints at `place` and behind it.
    fn forget(&mut self, place: Place) {
        let keep = self.checkpoints.partition_point(|checkpoint| checkpoint.place < place);
        self.checkpoints.truncate(keep);
    }

    /// Folds the next item. What is to be said about it by itself is kept on its first subject.
    pub(super) fn fold<P: Projector<State = S>>(
        &mut self,
        subject: &str,
        item: &Item<'_, P::Payload>,
        remarks: &[Remark],
        first: bool,
        terms: &Terms,
    ) {
        let mut say = |remark| self.findings.push(Finding::new(item.seq, remark));
        if first {
            remarks.iter().cloned().for_each(&mut say);
            item::examine::<P>(item, terms).into_iter().for_each(&mut say);
        }
        fold::fire_up_to::<P>(&mut self.state, item.effect);
        if let Err(out_of_order) = P::fold(&mut self.state, subject, item, terms) {
            say(Remark::new("out_of_order", out_of_order.detail));
        }
    }

    /// Folds again, in the order of (effect, seq), what comes behind the last checkpoint that is
    /// still right. Nothing is lost by a failure: the next call begins anew.
    pub(super) fn refold<P: Projector<State = S>>(
        &mut self,
        subject: &str,
        source: &dyn Source,
        basis: &Basis,
    ) -> Result<(), ProjectionError> {
        let Some(stale) = self.stale else { return Ok(()) };
        self.forget(stale);
        let from = self.checkpoints.last();
        let again: Vec<Posting> = self.postings.after(from.map(|c| c.place)).copied().collect();
        self.findings.truncate(from.map_or(0, |c| c.findings));
        self.state = from.map_or_else(S::default, |c| c.state.clone());
        let mut left = again.len();
        for posting in again {
            let entry = lookup(source, posting.seq)?;
            let reading = Item::<P::Payload>::read(&entry.header, entry.event(), &basis.amendments);
            if let Reading::Item(item, remarks) = reading {
                let first = subjects_of::<P>(&item).first().is_some_and(|s| s == subject);
                self.fold::<P>(subject, &item, &remarks, first, &basis.terms);
            }
            left = left.saturating_sub(1);
            if left.checked_div(NEAREST).is_some_and(usize::is_power_of_two)
                && left.is_multiple_of(NEAREST)
            {
                self.checkpoint(posting.place(), left);
            }
        }
        self.stale = None;
        self.thin();
        Ok(())
    }

    fn checkpoint(&mut self, place: Place, left: usize) {
        let folded = self.postings.len().saturating_sub(left);
        let (state, findings) = (self.state.clone(), self.findings.len());
        self.checkpoints.push(Checkpoint { place, folded, state, findings });
    }

    /// Keeps one checkpoint for each doubling of the distance from the end, the farthest, so that
    /// they stay few and a refold from any place costs no more than a few times what lies behind.
    fn thin(&mut self) {
        let len = self.postings.len();
        let mut farther = None;
        self.checkpoints.retain(|checkpoint| {
            let distance = len.saturating_sub(checkpoint.folded) / NEAREST;
            let doubling = Some(distance.checked_ilog2());
            let keep = farther != doubling;
            farther = doubling;
            keep
        });
    }
}
