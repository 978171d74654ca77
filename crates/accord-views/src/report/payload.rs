//! What is signed when a report is issued.

use super::Report;
use super::errata::{amount, is_of_the_record};
use crate::view::{Cell, Figure, Row, View};
use accord_catalogue::Payload as _;
use accord_catalogue::unit::{At, Code, Digest, Text, UnitError};
use accord_oversight::event::{
    FIGURES_MAX, ReportFile, ReportIssued, StatedDigest, StatedFigure, StatedFormula,
};
use serde::Serialize;

/// The longest payload, in bytes of JSON, that fits into one event beside its envelope.
const BYTES_MAX: usize = 50_000;

/// Which figures are frozen: those of a view that the report prints, or those whose keys begin with
/// something, which it prints whatever time they tell of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The view.
    pub view: String,
    /// What the keys begin with; every key does with nothing.
    pub prefix: String,
}

impl Choice {
    /// True for a row that is printed because one of its figures was asked for by its key.
    pub(super) fn keeps(&self, view: &str, row: &Row) -> bool {
        let mut figures = row.cells.iter().filter_map(|cell| match cell {
            Cell::Figure(figure) => Some(figure),
            _ => None,
        });
        self.view == view
            && !self.prefix.is_empty()
            && figures.any(|figure| figure.key.starts_with(&self.prefix))
    }
}

/// Why a report cannot be issued as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FreezeError {
    /// A choice that names no figure.
    #[error(
        "no figure of view {view} begins with {prefix:?}; `accord replay --view {view} --json` lists the keys"
    )]
    Nothing {
        /// The view.
        view: String,
        /// The beginning.
        prefix: String,
    },
    /// A choice of a view that is not in the report, or is not frozen.
    #[error("view {0} is not in the report, or is not one whose figures are frozen")]
    View(String),
    /// Nothing is there to freeze.
    #[error("the report has no figure to freeze")]
    Empty,
    /// More figures than one event holds.
    #[error(
        "{found} figures in {bytes} bytes; one event holds {FIGURES_MAX} in {BYTES_MAX}: choose which are frozen, by view or by the beginning of their keys"
    )]
    TooMany {
        /// Figures.
        found: usize,
        /// Bytes of the payload.
        bytes: usize,
    },
    /// The report does not make a valid payload.
    #[error("{0}")]
    Invalid(String),
}

impl From<UnitError> for FreezeError {
    fn from(error: UnitError) -> Self {
        Self::Invalid(error.to_string())
    }
}

/// The payload of `report.issued`, with the figures chosen; without a choice, all but those of the
/// time before the agreement and those that count entries as they are known.
pub fn payload(
    report: &Report,
    number: &str,
    files: Vec<ReportFile>,
    chosen: &[Choice],
) -> Result<ReportIssued, FreezeError> {
    let figures = if chosen.is_empty() { standing(report) } else { choose(report, chosen)? };
    if figures.is_empty() {
        return Err(FreezeError::Empty);
    }
    let mut stated: Vec<StatedFigure> = Vec::new();
    for (view, figure) in figures {
        let (key, amount) = (Text::new(figure.key.as_str())?, amount(figure));
        stated.push(StatedFigure { view: Code::new(view.name)?, key, amount });
    }
    let mut formulas = Vec::new();
    for section in &report.sections {
        let used = stated.iter().any(|figure| figure.view.as_str() == section.view.name);
        if let (true, Some(version)) = (used, section.formula) {
            formulas.push(StatedFormula { view: Code::new(section.view.name)?, version });
        }
    }
    let mut digests = Vec::new();
    for found in &report.digests {
        let family = Code::new(found.family)?;
        let digest = Digest::new(found.digest.to_string())?;
        digests.push(StatedDigest { family, fold_version: found.fold_version, digest });
    }
    let payload = ReportIssued {
        number: Code::new(number)?,
        from: At::new(report.period.from.to_seconds_string())?,
        until: At::new(report.period.until.to_seconds_string())?,
        at_seq: report.at_seq(),
        as_of: At::new(report.as_of.as_str())?,
        digests,
        formulas,
        figures: stated,
        files,
    };
    let bytes = serde_json::to_string(&payload).map_or(usize::MAX, |text| text.len());
    if payload.figures.len() > FIGURES_MAX || bytes > BYTES_MAX {
        return Err(FreezeError::TooMany { found: payload.figures.len(), bytes });
    }
    match payload.contradiction() {
        Some(why) => Err(FreezeError::Invalid(why)),
        None => Ok(payload),
    }
}

type Chosen<'a> = Vec<(&'a View, &'a Figure)>;

/// Every figure of the views that are frozen, but for rows of the time before the agreement and for
/// what counts entries as they are known: such figures grow, and are never wrong.
fn standing(report: &Report) -> Chosen<'_> {
    let sections = report.sections.iter().filter(|section| section.formula.is_some());
    let mut figures = Vec::new();
    for view in sections.map(|section| &section.view) {
        let rows = view.tables.iter().flat_map(|table| &table.rows);
        for row in rows.filter(|row| !row.marks.contains(&"baseline")) {
            figures.extend(row.cells.iter().filter_map(|cell| match cell {
                Cell::Figure(figure) if !is_of_the_record(figure) => Some((view, &**figure)),
                _ => None,
            }));
        }
    }
    figures
}

fn choose<'a>(report: &'a Report, chosen: &[Choice]) -> Result<Chosen<'a>, FreezeError> {
    let mut figures: Chosen<'a> = Vec::new();
    for Choice { view: name, prefix } in chosen {
        let mut sections = report.sections.iter();
        let section = sections.find(|s| s.view.name == name && s.formula.is_some());
        let view = &section.ok_or_else(|| FreezeError::View(name.clone()))?.view;
        let mut found = view.figures().filter(|f| f.key.starts_with(prefix)).peekable();
        if found.peek().is_none() {
            let (view, prefix) = (name.clone(), prefix.clone());
            return Err(FreezeError::Nothing { view, prefix });
        }
        for figure in found {
            let known = figures.iter().any(|(v, f)| v.name == view.name && f.key == figure.key);
            if !known {
                figures.push((view, figure));
            }
        }
    }
    Ok(figures)
}
