//! What a candidate would do to a subject, tried without copying the subject's state each time.

use crate::finding::OutOfOrder;
use crate::item::Item;
use crate::projector::Projector;
use crate::terms::Terms;
use accord_format::hash::EventHash;
use accord_format::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// From how many postings on a subject's state is worth a second copy.
pub(super) const LONG: usize = 32;

/// Second copies of the states of long subjects, each as the state is or, when the last candidate
/// was tried on it, one item ahead. An item that is then taken in is folded on both, so that what
/// is judged and admitted is never copied; what is refused after its trial costs one copy, for the
/// next candidate.
#[derive(Debug)]
pub(super) struct Trials<S> {
    copies: Mutex<BTreeMap<String, Copy<S>>>,
}

#[derive(Debug)]
struct Copy<S> {
    state: S,
    ahead: Option<Key>,
}

/// What was tried: what makes an item the same item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    seq: u64,
    recorded: Timestamp,
    effect: Timestamp,
    event: EventHash,
}

impl Key {
    const fn of<P>(item: &Item<'_, P>) -> Self {
        let Item { seq, recorded, effect, event, .. } = *item;
        Self { seq, recorded, effect, event: event.hash() }
    }
}

impl<S> Default for Trials<S> {
    fn default() -> Self {
        Self { copies: Mutex::new(BTreeMap::new()) }
    }
}

/// The copies only save work, and a clone of their owner makes its own.
impl<S> Clone for Trials<S> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<S: Clone> Trials<S> {
    /// Folds `item` on the copy of `state`, which is that of a long subject.
    pub(super) fn attempt<P: Projector<State = S>>(
        &self,
        state: &S,
        subject: &str,
        item: &Item<'_, P::Payload>,
        terms: &Terms,
    ) -> Result<(), OutOfOrder> {
        let mut copies = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        // Out of the map while it is folded on, so that it is lost if anything goes wrong.
        let kept = copies.remove(subject).filter(|copy| copy.ahead.is_none());
        let mut copy = kept.unwrap_or_else(|| Copy { state: state.clone(), ahead: None });
        let outcome = P::fold(&mut copy.state, subject, item, terms);
        copy.ahead = outcome.is_ok().then(|| Key::of(item));
        copies.insert(subject.to_owned(), copy);
        outcome
    }

    /// Takes note that `item` was folded on the state of `subject`.
    pub(super) fn folded<P>(&mut self, subject: &str, item: &Item<'_, P>) {
        let copies = self.copies.get_mut().unwrap_or_else(PoisonError::into_inner);
        if copies.is_empty() {
            return;
        }
        match copies.get_mut(subject) {
            Some(copy) if copy.ahead == Some(Key::of(item)) => copy.ahead = None,
            Some(_) => self.forget(subject),
            None => {}
        }
    }

    /// Takes note that the state of `subject` is another now.
    pub(super) fn forget(&mut self, subject: &str) {
        self.copies.get_mut().unwrap_or_else(PoisonError::into_inner).remove(subject);
    }
}
