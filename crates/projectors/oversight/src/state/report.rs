//! Reports that were issued.

use crate::event::{Amount, ReportFile};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A report that was issued, with its figures as they stood then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Start of the period that it is about.
    pub from: i64,
    /// End of that period.
    pub until: i64,
    /// Seq of the last entry that it knows of.
    pub at_seq: u64,
    /// The moment as of which it speaks.
    pub as_of: i64,
    /// View to the version of its formulas.
    pub formulas: BTreeMap<String, u32>,
    /// Its figures.
    pub figures: Vec<Frozen>,
    /// The files that it was published as.
    pub files: Vec<ReportFile>,
    /// Who issued it.
    pub by: String,
    /// The entry.
    pub seq: u64,
    /// When.
    pub at: i64,
}

impl Report {
    /// The figure with this key.
    pub fn figure(&self, view: &str, key: &str) -> Option<&Frozen> {
        self.figures.iter().find(|f| f.view == view && f.key == key)
    }
}

/// A figure of a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frozen {
    /// The view that it is in.
    pub view: String,
    /// Its key within the view.
    pub key: String,
    /// What the report says; this never changes.
    pub amount: Amount,
    /// What was acknowledged of it since, oldest first.
    pub errata: Vec<Erratum>,
}

impl Frozen {
    /// What the latest erratum says, or else the report.
    pub fn stated(&self) -> Option<Amount> {
        self.errata.last().map_or(Some(self.amount), |erratum| erratum.new)
    }
}

/// What was acknowledged of a figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Erratum {
    /// What it should have said; nothing when there is no such figure any more.
    pub new: Option<Amount>,
    /// Event hash of an entry that made the difference.
    pub cause: String,
    /// The entry that acknowledges.
    pub seq: u64,
    /// When.
    pub at: i64,
}
