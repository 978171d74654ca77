//! One subject: its state and the entries that bear on it.

use super::{Source, fold, lookup, subjects_of};
use crate::error::ProjectionError;
use crate::finding::{Finding, Remark};
use crate::item::{Item, Reading};
use crate::payloads::Payloads;
use crate::projector::Projector;
use crate::terms::{Basis, Terms};
use accord_catalogue::Kind;
use serde::{Deserialize, Serialize};

/// An entry that bears on a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Posting {
    /// Its effect, in microseconds since the epoch.
    effect: i64,
    /// Its seq.
    pub(super) seq: u64,
    /// Its type, as a position among the family's types.
    position: usize,
}

impl Posting {
    pub(super) const fn new(effect: i64, seq: u64, position: usize) -> Self {
        Self { effect, seq, position }
    }

    pub(super) fn kind<P: Projector>(&self) -> Kind {
        P::Payload::TYPES.get(self.position).map_or(Kind::Report, |t| t.kind)
    }

    pub(super) fn type_name<P: Projector>(&self) -> &'static str {
        P::Payload::TYPES.get(self.position).map_or("", |t| t.name)
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Slot<S> {
    state: S,
    postings: Vec<Posting>,
    findings: Vec<Finding>,
}

impl<S: Clone + Default> Slot<S> {
    pub(super) const fn state(&self) -> &S {
        &self.state
    }

    pub(super) fn postings(&self) -> &[Posting] {
        &self.postings
    }

    pub(super) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.postings.is_empty()
    }

    /// Adds a posting; true when it comes after all that are there.
    pub(super) fn post(&mut self, posting: Posting) -> bool {
        let last = self.postings.last().is_none_or(|last| *last < posting);
        self.postings.push(posting);
        last
    }

    pub(super) fn remove(&mut self, seq: u64) {
        self.postings.retain(|p| p.seq != seq);
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
            P::examine(item, terms).into_iter().for_each(&mut say);
        }
        fold::fire_up_to::<P>(&mut self.state, item.effect);
        if let Err(out_of_order) = P::fold(&mut self.state, subject, item, terms) {
            say(Remark::new("out_of_order", out_of_order.detail));
        }
    }

    /// Folds every posting again, in the order of (effect, seq).
    pub(super) fn refold<P: Projector<State = S>>(
        &mut self,
        subject: &str,
        source: &dyn Source,
        basis: &Basis,
    ) -> Result<(), ProjectionError> {
        self.state = S::default();
        self.findings.clear();
        self.postings.sort_unstable();
        for at in 0..self.postings.len() {
            let Some(posting) = self.postings.get(at) else { break };
            let entry = lookup(source, posting.seq)?;
            let reading = Item::<P::Payload>::read(&entry.header, entry.event(), &basis.amendments);
            if let Reading::Item(item, remarks) = reading {
                let first = subjects_of::<P>(&item).first().is_some_and(|s| s == subject);
                self.fold::<P>(subject, &item, &remarks, first, &basis.terms);
            }
        }
        Ok(())
    }
}
