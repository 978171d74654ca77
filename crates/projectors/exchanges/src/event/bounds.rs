//! How much a payload may hold, and what holds for its maps and lists.

use super::Counts;
use accord_catalogue::unit::Code;
use std::collections::BTreeSet;

/// The most parties of one exchange.
pub(super) const PARTIES_MAX: usize = 32;
/// The most categories of persons in one event.
pub(super) const CATEGORIES_MAX: usize = 64;
/// The most differences that one settlement names.
pub(super) const DIFFERENCES_MAX: usize = 64;
/// The most lists that one agreement names.
pub(super) const LISTS_MAX: usize = 256;

/// Says so when there are too many of something.
pub(super) fn too_many(what: &str, found: usize, most: usize) -> Option<String> {
    (found > most).then(|| format!("{found} {what}; at most {most}"))
}

/// Says so when a code stands there twice.
pub(super) fn repeated<'a>(
    what: &str,
    codes: impl IntoIterator<Item = &'a Code>,
) -> Option<String> {
    let mut seen = BTreeSet::new();
    let twice = codes.into_iter().find(|code| !seen.insert(*code))?;
    Some(format!("{what} {twice} is named twice"))
}

/// Says so when there are too many categories.
pub(super) fn categories(counts: &Counts) -> Option<String> {
    too_many("categories", counts.len(), CATEGORIES_MAX)
}

/// The stage, when it is none: they are counted from 1.
pub(super) fn stage(stage: u16) -> Option<String> {
    (stage == 0).then(|| "stages are counted from 1, there is no stage 0".to_owned())
}
