//! Versions of the formulas by which views are made.
//!
//! A report names them, so that its figures are checked under the formulas that made them. A view
//! whose figures come out otherwise for the same state gets a higher version, and what it did before
//! stays here for the reports that name it.

use crate::replay::Snapshot;
use crate::view::{self, View};

/// Views whose figures a report does not freeze, since they are about reports.
const NOT_FROZEN: &[&str] = &[view::reports::NAME];
/// The version of every view's formulas.
const VERSION: u32 = 1;

/// The version of a view's formulas; nothing for a view that is not there or not frozen.
pub fn version(view: &str) -> Option<u32> {
    let known = view::VIEWS.iter().any(|kind| kind.name == view);
    (known && !NOT_FROZEN.contains(&view)).then_some(VERSION)
}

/// The view under that version of its formulas.
pub(crate) fn view(name: &str, of_version: u32, snapshot: &Snapshot) -> Option<View> {
    (version(name) == Some(of_version)).then(|| view::view(name, snapshot)).flatten()
}
