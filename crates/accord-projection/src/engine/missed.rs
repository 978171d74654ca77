//! Subjects that were read before they were folded again.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Subjects that somebody read while their state was not the one asked for: whoever made the
/// reader's answer depend on that folds them and asks again.
#[derive(Debug, Default)]
pub(super) struct Missed {
    subjects: Mutex<BTreeSet<String>>,
}

/// A clone has not been read.
impl Clone for Missed {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Missed {
    pub(super) fn note(&self, subject: &str) {
        let mut subjects = self.subjects.lock().unwrap_or_else(PoisonError::into_inner);
        if !subjects.contains(subject) {
            subjects.insert(subject.to_owned());
        }
    }

    pub(super) fn take(&mut self) -> BTreeSet<String> {
        std::mem::take(self.subjects.get_mut().unwrap_or_else(PoisonError::into_inner))
    }
}
