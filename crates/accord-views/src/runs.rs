//! Sets of numbers that mostly follow on each other, as the seqs of a type and the rows of a file
//! do.

use accord_projection::columns;
use serde::{Deserialize, Serialize};

/// A set of numbers, kept as its runs: first and last of each, in rising order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Runs {
    #[serde(serialize_with = "columns::write", deserialize_with = "columns::read")]
    runs: Vec<(u64, u64)>,
}

impl Runs {
    /// Adds a number; false when it was there.
    pub(crate) fn insert(&mut self, number: u64) -> bool {
        // The first run that ends at the number's predecessor or later.
        let at = self.runs.partition_point(|(_, last)| last.saturating_add(1) < number);
        let follows = match self.runs.get_mut(at) {
            Some((first, last)) if *first <= number && number <= *last => return false,
            Some((_, last)) if last.checked_add(1) == Some(number) => {
                *last = number;
                true
            }
            Some((first, _)) if number.checked_add(1) == Some(*first) => {
                *first = number;
                return true;
            }
            _ => false,
        };
        if follows {
            self.join(at);
        } else {
            self.runs.insert(at, (number, number));
        }
        true
    }

    /// Joins the run at `at` with the next one when nothing lies between them.
    fn join(&mut self, at: usize) {
        let (Some((_, last)), Some((first, next))) =
            (self.runs.get(at).copied(), self.runs.get(at + 1).copied())
        else {
            return;
        };
        if last.checked_add(1) == Some(first) {
            if let Some(run) = self.runs.get_mut(at) {
                run.1 = next;
            }
            self.runs.remove(at + 1);
        }
    }

    /// How many numbers there are.
    pub fn len(&self) -> u64 {
        let lengths = self.runs.iter().map(|(first, last)| (last - first).saturating_add(1));
        lengths.fold(0, u64::saturating_add)
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// The numbers, in rising order.
    pub fn iter(&self) -> impl Iterator<Item = u64> {
        self.runs.iter().flat_map(|(first, last)| *first..=*last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn runs_are_a_set(numbers in proptest::collection::vec(0u64..40, 0..80)) {
            let (mut runs, mut set) = (Runs::default(), BTreeSet::new());
            for number in numbers {
                prop_assert_eq!(runs.insert(number), set.insert(number));
                prop_assert_eq!(runs.iter().collect::<Vec<_>>(), set.iter().copied().collect::<Vec<_>>());
                prop_assert_eq!(runs.len(), set.len() as u64);
            }
            for pair in runs.runs.windows(2) {
                prop_assert!(pair[0].1 + 1 < pair[1].0, "runs that touch are one");
            }
        }
    }

    #[test]
    fn the_last_number_of_all_has_a_place() {
        let mut runs = Runs::default();
        for number in [u64::MAX, 0, u64::MAX - 1, u64::MAX] {
            runs.insert(number);
        }
        assert_eq!(runs.runs, [(0, 0), (u64::MAX - 1, u64::MAX)]);
        assert_eq!((runs.len(), runs.is_empty()), (3, false));
    }
}
