//! A periodic report: views of one moment put together, with where each figure comes from.
//!
//! [`Report::compose`] makes one as data; whoever prints it adds nothing but form. [`payload`] makes
//! of it what is signed when it is issued, so that its figures are frozen, and
//! [`Snapshot::compare_reports`](crate::Snapshot::compare_reports) says later what has become of
//! them.

mod change;
mod chart;
mod errata;
pub mod formula;
mod payload;
mod period;
mod reckoner;
mod short;
mod source;
mod trim;

pub use accord_oversight::event::{ReportFile, ReportForm};
pub use change::{Before, Change, Changes};
pub use chart::{Bar, Chart};
pub use errata::{Comparison, Comparisons, amount, name as figure_name};
pub use payload::{Choice, FreezeError, payload};
pub use period::Period;
pub(crate) use reckoner::{Past, Told};
pub use short::Line;
pub use source::{LISTED_MAX, Quoted, Reference};

use crate::error::ViewError;
use crate::families::FamilyDigest;
use crate::replay::Snapshot;
use crate::view::{self, Figure, Row, View};
use accord_catalogue::unit::Qualifier;
use accord_format::hash::{LedgerId, NodeHash};
use serde::Serialize;
use std::collections::BTreeMap;

/// Of what a report is made.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// The state at the report's moment.
    pub closing: &'a Snapshot,
    /// The root over the entries known.
    pub root: NodeHash,
    /// The state at the start of the period, from the same entries.
    pub opening: &'a Snapshot,
    /// Names of the views to print, in order; all when empty.
    pub views: &'a [String],
    /// Figures to be frozen, which are printed whatever time they tell of.
    pub frozen: &'a [Choice],
}

/// A report as data.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Title of the agreement; absent before a charter is in force.
    pub agreement: Option<String>,
    /// Version of its charter.
    pub charter_version: Option<u64>,
    /// The period.
    pub period: Period,
    /// The ledger.
    pub ledger: LedgerId,
    /// Where its checkpoints come from.
    pub origin: String,
    /// K: number of entries known.
    pub known: u64,
    /// The root over them.
    pub root: NodeHash,
    /// When the last of them was recorded.
    pub recorded: String,
    /// T: as of when.
    pub as_of: String,
    /// True when whoever appends sets the ledger's clock.
    pub simulated: bool,
    /// True when the period has not come to its end.
    pub unfinished: bool,
    /// Figures that are printed whatever time they tell of.
    pub frozen: Vec<Choice>,
    /// The report in short.
    pub short: Vec<Line>,
    /// The views, with what they tell of the period and of the one before.
    pub sections: Vec<Section>,
    /// What changed.
    pub changes: Changes,
    /// Where the figures come from.
    pub references: Vec<Reference>,
    /// Selector to the number of its reference.
    #[serde(skip)]
    numbers: BTreeMap<String, usize>,
    /// Digests of the families' states.
    pub digests: Vec<FamilyDigest>,
}

/// A view in a report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Section {
    /// The view.
    pub view: View,
    /// Version of its formulas; absent for a view that is not frozen.
    pub formula: Option<u32>,
    /// Charts of its tables.
    pub charts: Vec<Chart>,
}

impl Report {
    /// Puts a report together.
    pub fn compose(period: Period, material: &Material<'_>) -> Result<Self, ViewError> {
        let Material { closing, root, opening, frozen, .. } = *material;
        let ledger = closing.ledger().ok_or(ViewError::Empty)?;
        let charter = closing.families().basis().terms.latest();
        let wanted = |name: &str| {
            material.views.is_empty() || material.views.iter().any(|view| view == name)
        };
        let kinds = view::VIEWS.iter().filter(|kind| wanted(kind.name));
        let mut references = source::References::new(closing);
        let mut sections = Vec::new();
        let mut before = Vec::new();
        for kind in kinds {
            let mut view = (kind.make)(closing);
            if kind.name == view::REPORTS {
                view::reports::keep_changed(&mut view);
            }
            let kept = |row: &Row| frozen.iter().any(|choice| choice.keeps(kind.name, row));
            trim::trim(&mut view, &period, kept);
            references.add(&view);
            let charts = chart::of(&view);
            sections.push(Section { view, formula: formula::version(kind.name), charts });
            before.push((kind.make)(opening));
        }
        let section = |name: &str| sections.iter().find(|s| s.view.name == name).map(|s| &s.view);
        let short = short::lines(section, &before);
        let changes = Changes::between(closing, &before, (&sections, period.from));
        let (references, numbers) = references.finish();
        Ok(Self {
            agreement: charter.map(|c| c.title.clone()),
            charter_version: charter.map(|c| u64::from(c.version)),
            ledger,
            origin: closing.kernel().origin(),
            known: closing.size(),
            root,
            recorded: closing.kernel().recorded().to_string(),
            as_of: closing.as_of().to_seconds_string(),
            simulated: closing.kernel().is_simulated(),
            unfinished: period.is_unfinished(closing.as_of()),
            frozen: frozen.to_vec(),
            short,
            sections,
            changes,
            references,
            numbers,
            digests: closing.digests(root)?,
            period,
        })
    }

    /// Seq of the last entry known.
    pub const fn at_seq(&self) -> u64 {
        self.known.saturating_sub(1)
    }

    /// Number of the reference of a figure; none for a count of the whole record.
    pub fn reference(&self, figure: &Figure) -> Option<usize> {
        let selector = figure.provenance.as_ref()?.selector.to_string();
        self.numbers.get(&selector).copied()
    }
}

/// A qualifier in words.
pub const fn word(qualifier: Qualifier) -> &'static str {
    match qualifier {
        Qualifier::Exact => "exactly",
        Qualifier::AtLeast => "at least",
        Qualifier::About => "about",
        Qualifier::AtMost => "at most",
        Qualifier::Unknown => "how exactly is not said",
    }
}
