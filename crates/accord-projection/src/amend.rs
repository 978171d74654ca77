//! What later entries did to earlier ones.

use accord_catalogue::patch::Patch;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A correction of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The entry that corrects.
    pub by: u64,
    /// The participant that signed it first.
    pub author: String,
    /// When it was recorded, in microseconds since the epoch.
    pub recorded: i64,
    /// Why.
    pub reason: String,
    /// Old and new values.
    pub patches: Vec<Patch>,
}

/// What one entry does to another. Entries are named by seq.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amendment {
    /// Old values give way to new ones.
    Correction {
        /// The report.
        target: u64,
        /// What is corrected.
        correction: Correction,
    },
    /// A report no longer counts, or a correction no longer applies.
    Retraction {
        /// The report or correction.
        target: u64,
        /// The entry that retracts it.
        by: u64,
    },
    /// A report is another's duplicate and does not count.
    Duplicate {
        /// The one that does not count.
        target: u64,
        /// What it duplicates.
        duplicate: Duplicate,
    },
    /// Evidence of an entry was erased; what it says in the open stays.
    Redaction {
        /// The entry.
        target: u64,
        /// The entry that says so.
        by: u64,
    },
    /// An entry was signed with a key that was in other hands by then.
    Suspicion {
        /// The entry.
        target: u64,
    },
    /// Its author stands by it.
    Reaffirmation {
        /// The entry.
        target: u64,
    },
}

/// Which report counts in the place of a duplicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplicate {
    /// The one that counts.
    pub canonical: u64,
    /// The entry that says so.
    pub by: u64,
}

/// Every amendment known so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendments {
    corrections: BTreeMap<u64, Vec<Correction>>,
    /// Correction to what it corrects.
    targets: BTreeMap<u64, u64>,
    retracted: BTreeMap<u64, u64>,
    duplicates: BTreeMap<u64, Duplicate>,
    redacted: BTreeMap<u64, Vec<u64>>,
    suspects: BTreeSet<u64>,
}

impl Amendments {
    /// The entry whose meaning `amendment` changes, if it changes any.
    pub fn changes(&self, amendment: &Amendment) -> Option<u64> {
        match amendment {
            Amendment::Correction { target, .. } | Amendment::Duplicate { target, .. } => {
                Some(*target)
            }
            Amendment::Retraction { target, .. } => {
                Some(self.targets.get(target).copied().unwrap_or(*target))
            }
            Amendment::Redaction { .. }
            | Amendment::Suspicion { .. }
            | Amendment::Reaffirmation { .. } => None,
        }
    }

    /// Takes note of an amendment.
    pub fn apply(&mut self, amendment: Amendment) {
        match amendment {
            Amendment::Correction { target, correction } => {
                self.targets.insert(correction.by, target);
                self.corrections.entry(target).or_default().push(correction);
            }
            // What counts no more is not doubted any more either.
            Amendment::Retraction { target, by } => {
                self.suspects.remove(&target);
                self.retracted.entry(target).or_insert(by);
            }
            Amendment::Duplicate { target, duplicate } => {
                self.suspects.remove(&target);
                self.duplicates.insert(target, duplicate);
            }
            Amendment::Redaction { target, by } => {
                self.redacted.entry(target).or_default().push(by);
            }
            Amendment::Suspicion { target } => {
                if !self.is_excluded(target) {
                    self.suspects.insert(target);
                }
            }
            Amendment::Reaffirmation { target } => {
                self.suspects.remove(&target);
            }
        }
    }

    /// True for what counts no more: retracted, or another's duplicate.
    pub fn is_excluded(&self, seq: u64) -> bool {
        self.retracted.contains_key(&seq) || self.duplicates.contains_key(&seq)
    }

    /// Corrections of an entry that have not been retracted, oldest first.
    pub fn corrections(&self, seq: u64) -> impl Iterator<Item = &Correction> {
        let all = self.corrections.get(&seq).into_iter().flatten();
        all.filter(|c| !self.retracted.contains_key(&c.by))
    }

    /// Every correction in force, by what it corrects.
    pub fn all_corrections(&self) -> impl Iterator<Item = (u64, &Correction)> {
        self.corrections
            .keys()
            .flat_map(|target| self.corrections(*target).map(move |c| (*target, c)))
    }

    /// Retracted entries, each with the entry that retracts it.
    pub const fn retractions(&self) -> &BTreeMap<u64, u64> {
        &self.retracted
    }

    /// Duplicates.
    pub const fn duplicates(&self) -> &BTreeMap<u64, Duplicate> {
        &self.duplicates
    }

    /// Entries of which something was erased, each with the entries that say so; a correction of
    /// such an entry is erased with it.
    pub fn redactions(&self) -> BTreeMap<u64, Vec<u64>> {
        let mut all = self.redacted.clone();
        for (seq, by) in &self.redacted {
            for correction in self.corrections.get(seq).into_iter().flatten() {
                all.entry(correction.by).or_default().extend(by);
            }
        }
        all
    }

    /// Entries that count and are under suspicion.
    pub const fn suspects(&self) -> &BTreeSet<u64> {
        &self.suspects
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correction(by: u64) -> Correction {
        let (author, reason) = ("mission".to_owned(), "late information".to_owned());
        Correction { by, author, recorded: 0, reason, patches: Vec::new() }
    }

    #[test]
    fn a_retracted_correction_gives_way_to_the_one_before() {
        let mut amendments = Amendments::default();
        for by in [5, 6] {
            amendments.apply(Amendment::Correction { target: 2, correction: correction(by) });
        }
        let retraction = Amendment::Retraction { target: 6, by: 9 };
        assert_eq!(amendments.changes(&retraction), Some(2));
        amendments.apply(retraction);
        assert_eq!(amendments.corrections(2).map(|c| c.by).collect::<Vec<_>>(), [5]);
        assert!(!amendments.is_excluded(2));
        amendments.apply(Amendment::Retraction { target: 2, by: 10 });
        assert!(amendments.is_excluded(2));
    }

    #[test]
    fn what_counts_no_more_is_under_no_suspicion() {
        let mut amendments = Amendments::default();
        let suspect = |target| Amendment::Suspicion { target };
        let duplicate = Duplicate { canonical: 1, by: 9 };
        amendments.apply(Amendment::Retraction { target: 2, by: 7 });
        [2, 3, 4, 5].map(suspect).into_iter().for_each(|amendment| amendments.apply(amendment));
        amendments.apply(Amendment::Retraction { target: 3, by: 8 });
        amendments.apply(Amendment::Duplicate { target: 4, duplicate });
        assert_eq!(amendments.suspects(), &BTreeSet::from([5]));
    }

    #[test]
    fn redaction_reaches_the_corrections() {
        let mut amendments = Amendments::default();
        amendments.apply(Amendment::Correction { target: 2, correction: correction(5) });
        amendments.apply(Amendment::Redaction { target: 2, by: 7 });
        assert_eq!(amendments.redactions(), BTreeMap::from([(2, vec![7]), (5, vec![7])]));
        assert!(!amendments.is_excluded(2));
    }
}
