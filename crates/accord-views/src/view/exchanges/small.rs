//! Numbers of persons that are too small to be shown where a sum is broken down.

use crate::replay::Snapshot;
use crate::view::Cell;

/// Whether a number is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// It is.
    Yes,
    /// It is small.
    Small,
    /// It would give a small one away: the sum less the others.
    Withheld,
}

impl Shown {
    /// The cell, when it is shown.
    pub(super) fn cell(self, below: u64, cell: impl FnOnce() -> Cell) -> Cell {
        match self {
            Self::Yes => cell(),
            Self::Small => Cell::Suppressed { below },
            Self::Withheld => Cell::Text("withheld".to_owned()),
        }
    }
}

/// Numbers below this are small, as the charter says.
pub(super) fn below(snapshot: &Snapshot) -> u64 {
    let charter = snapshot.families().basis().terms.latest();
    charter.map_or(0, |charter| u64::from(charter.limits.small_cell))
}

/// True for a number of persons that could point to one of them.
pub(super) const fn is_small(value: u64, below: u64) -> bool {
    0 < value && value < below
}

/// Which of the parts of a sum are shown. A single small one could be found by taking the others
/// from the sum, so the smallest of those goes with it.
pub(super) fn guard(values: &[u64], below: u64) -> Vec<Shown> {
    let mut shown: Vec<Shown> = values
        .iter()
        .map(|value| if is_small(*value, below) { Shown::Small } else { Shown::Yes })
        .collect();
    if shown.iter().filter(|s| **s == Shown::Small).count() == 1 {
        let others = values.iter().zip(&mut shown).filter(|(_, shown)| **shown == Shown::Yes);
        if let Some((value, shown)) = others.min_by_key(|(value, _)| **value) {
            *shown = if *value < below { Shown::Small } else { Shown::Withheld };
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::Shown::{Small, Withheld, Yes};
    use super::guard;

    #[test]
    fn a_small_part_is_not_to_be_found_by_subtraction() {
        for (values, expected) in [
            (&[][..], &[][..]),
            (&[3], &[Small]),
            (&[0, 12], &[Yes, Yes]),
            (&[3, 0, 40], &[Small, Small, Yes]),
            (&[40, 3, 20], &[Yes, Small, Withheld]),
            (&[3, 4, 20], &[Small, Small, Yes]),
            (&[9, 10], &[Small, Withheld]),
        ] {
            assert_eq!(guard(values, 10), expected, "{values:?}");
        }
        assert_eq!(guard(&[1, 2], 0), [Yes, Yes]);
    }
}
