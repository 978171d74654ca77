//! Counts of several sources, added up.

use accord_catalogue::unit::{Count, Qualifier};
use serde::{Deserialize, Serialize};

/// Counts added up, in whatever order, with what can be said of the sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// The sum.
    pub value: u64,
    /// How far it can be relied on: as far as the vaguest of its parts.
    pub qualifier: Qualifier,
    /// The source's own word, when there is one source.
    pub word: Option<String>,
    /// How many counts are in it.
    pub counts: u64,
}

impl Default for Sum {
    fn default() -> Self {
        Self { value: 0, qualifier: Qualifier::Exact, word: None, counts: 0 }
    }
}

impl Sum {
    /// One count.
    pub fn of(count: &Count) -> Self {
        let word = count.word.as_ref().map(ToString::to_string);
        Self { value: count.value, qualifier: count.qualifier, word, counts: 1 }
    }

    /// Adds a count.
    pub fn add(&mut self, count: &Count) {
        self.join(&Self::of(count));
    }

    /// Adds another sum.
    pub fn join(&mut self, more: &Self) {
        if more.counts == 0 {
            return;
        }
        self.word = if self.counts == 0 { more.word.clone() } else { None };
        self.value = self.value.saturating_add(more.value);
        self.qualifier = vaguer(self.qualifier, more.qualifier);
        self.counts = self.counts.saturating_add(more.counts);
    }

    /// The fewest that it can be, when it says so.
    pub const fn at_least(&self) -> Option<u64> {
        match self.qualifier {
            Qualifier::Exact | Qualifier::AtLeast => Some(self.value),
            Qualifier::About | Qualifier::AtMost | Qualifier::Unknown => None,
        }
    }

    /// The most that it can be, when it says so.
    pub const fn at_most(&self) -> Option<u64> {
        match self.qualifier {
            Qualifier::Exact | Qualifier::AtMost => Some(self.value),
            Qualifier::About | Qualifier::AtLeast | Qualifier::Unknown => None,
        }
    }

    /// True when it is certain that there are more of these than `other`.
    pub fn exceeds(&self, other: &Self) -> bool {
        matches!((self.at_least(), other.at_most()), (Some(least), Some(most)) if least > most)
    }

    /// True when it is certain that the two are not the same.
    pub fn differs(&self, other: &Self) -> bool {
        self.exceeds(other) || other.exceeds(self)
    }
}

/// What can be said of a sum of the two: `exact`, then `at_least` and `at_most`, which are `about`
/// together, then `unknown`.
const fn vaguer(one: Qualifier, other: Qualifier) -> Qualifier {
    use Qualifier::{About, AtLeast, AtMost, Exact, Unknown};
    match (one, other) {
        (Exact, both) | (both, Exact) => both,
        (Unknown, _) | (_, Unknown) => Unknown,
        (AtLeast, AtLeast) => AtLeast,
        (AtMost, AtMost) => AtMost,
        _ => About,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Qualifier::{About, AtLeast, AtMost, Exact, Unknown};
    use accord_catalogue::unit::Text;

    const ALL: [Qualifier; 5] = [Exact, AtLeast, AtMost, About, Unknown];

    fn count(value: u64, qualifier: Qualifier) -> Count {
        Count { value, qualifier, word: Some(Text::new("some").unwrap()) }
    }

    #[test]
    fn order_makes_no_difference() {
        let sum = |qualifiers: &[Qualifier]| {
            let mut sum = Sum::default();
            for (at, qualifier) in qualifiers.iter().enumerate() {
                sum.add(&count(1 << at, *qualifier));
            }
            sum.qualifier
        };
        for a in ALL {
            for b in ALL {
                assert_eq!(sum(&[a, b]), sum(&[b, a]));
                for c in ALL {
                    assert_eq!(sum(&[a, b, c]), sum(&[c, a, b]), "{a:?} {b:?} {c:?}");
                }
            }
        }
        assert_eq!(sum(&[AtLeast, AtMost]), About);
        assert_eq!(sum(&[AtLeast, Exact]), AtLeast);
    }

    #[test]
    fn a_word_stands_for_one_source_only() {
        let mut sum = Sum::default();
        sum.add(&count(20, AtLeast));
        assert_eq!(sum.word.as_deref(), Some("some"));
        sum.add(&count(u64::MAX, Exact));
        assert_eq!((sum.value, sum.word, sum.counts), (u64::MAX, None, 2));
    }

    #[test]
    fn only_what_is_certain_differs() {
        let of = |value, qualifier| Sum::of(&count(value, qualifier));
        assert!(of(3, Exact).differs(&of(4, Exact)) && of(5, AtLeast).differs(&of(4, AtMost)));
        assert!(!of(3, AtLeast).differs(&of(4, Exact)) && !of(9, About).differs(&of(4, Exact)));
        assert!(of(5, AtLeast).exceeds(&of(4, Exact)) && !of(4, Exact).exceeds(&of(5, AtLeast)));
    }
}
