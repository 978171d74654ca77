//! Every event type that this software knows: the kernel's and the families'.

use crate::error::CliError;
use accord_catalogue::{EventType, Guard, Timer};
use accord_ledger::guards;
use accord_ledger::kernel::types;
use accord_projection::Declaration;
use accord_views::Families;
use std::sync::LazyLock;

static ALL: LazyLock<Vec<&'static EventType>> = LazyLock::new(|| {
    // Families that do not fit together have no types; every command that needs them says why.
    let families = Families::new().map(|f| f.event_types()).unwrap_or_default();
    types::TYPES.iter().chain(families).collect()
});

/// All declarations, the kernel's first, each family's in its own order.
pub(crate) fn all() -> impl Iterator<Item = &'static EventType> {
    ALL.iter().copied()
}

/// A part of the catalogue: the kernel, or a family.
#[derive(Clone, Debug, Default)]
pub(crate) struct Section {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its types, older versions included.
    pub(crate) types: Vec<&'static EventType>,
    /// What keeps its acts out.
    pub(crate) refusals: &'static [Guard],
    /// What may be said about its events.
    pub(crate) findings: &'static [Guard],
    /// What happens by itself.
    pub(crate) timers: &'static [Timer],
    /// Facts that it publishes.
    pub(crate) publishes: &'static [&'static str],
    /// Facts that it reads.
    pub(crate) reads: &'static [&'static str],
}

/// Every part, the kernel first.
pub(crate) fn sections() -> Vec<Section> {
    let kernel = Section {
        name: "kernel",
        types: types::TYPES.iter().collect(),
        refusals: guards::REFUSALS,
        ..Section::default()
    };
    let families = Families::new().map(|f| f.declarations()).unwrap_or_default();
    let section = |d: Declaration| Section {
        name: d.family,
        types: d.types.iter().collect(),
        refusals: d.refusals,
        findings: d.findings,
        timers: d.timers,
        publishes: d.publishes,
        reads: d.reads,
    };
    std::iter::once(kernel).chain(families.into_iter().map(section)).collect()
}

/// The declaration of a type: of `version`, or else the newest.
pub(crate) fn find(name: &str, version: Option<u32>) -> Result<&'static EventType, CliError> {
    all()
        .filter(|t| t.name == name && version.is_none_or(|v| t.version == v))
        .max_by_key(|t| t.version)
        .ok_or_else(|| CliError::UnknownType { name: name.to_owned(), nearest: nearest(name) })
}

/// The known name that is nearest to a mistyped one, when one is near enough to be meant.
fn nearest(name: &str) -> Option<String> {
    let best = all().map(|t| (distance(name, t.name), t.name)).min()?;
    (best.0 <= name.len().div_ceil(3)).then(|| best.1.to_owned())
}

/// Levenshtein's distance, in bytes; names are short.
fn distance(a: &str, b: &str) -> usize {
    let a = a.as_bytes().get(..64.min(a.len())).unwrap_or_default();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (above, y) in row.iter_mut().skip(1).zip(b.bytes()) {
            let here = (diagonal + usize::from(*x != y)).min(left + 1).min(*above + 1);
            diagonal = *above;
            *above = here;
            left = here;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
        assert_eq!(distance("abc", "bc"), 1);
    }

    #[test]
    fn names_are_unique_and_a_slip_finds_its_type() {
        let mut names: Vec<_> = all().map(|t| (t.name, t.version)).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        let error = find("record.corected", None).unwrap_err();
        assert!(error.to_string().contains("did you mean record.corrected?"), "{error}");
        assert!(!find("nothing.like_it_at_all", None).unwrap_err().to_string().contains("mean"));
        assert!(find("record.corrected", Some(99)).is_err());
    }
}
