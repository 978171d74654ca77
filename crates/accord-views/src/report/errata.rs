//! What issued reports would say by now: their errata, derived from the record.
//!
//! A figure is made again as of the report's own moment from all that is known by now. Where it
//! differs, the entries that made the difference are looked up. Nothing of this is stored.

use super::formula;
use super::reckoner::{Past, Reckoner, Told};
use crate::error::ViewError;
use crate::marks::RECORD;
use crate::replay::Snapshot;
use crate::view::{Figure, View};
use accord_catalogue::unit::Qualifier;
use accord_format::time::Timestamp;
use accord_oversight::OversightState;
use accord_oversight::event::Amount;
use accord_oversight::state::{Frozen, Report};
use accord_projection::{Selector, Source};
use std::collections::{BTreeMap, BTreeSet};

/// A figure of an issued report, compared with what is known by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// It counts what was known, so that it grows with the record and is never wrong.
    OfTheRecord,
    /// It tells of the world.
    OfTheWorld {
        /// What the record says by now; nothing when there is no such figure any more.
        now: Option<Amount>,
        /// The unit.
        unit: Option<&'static str>,
        /// The entries that it comes from by now.
        entries: BTreeSet<u64>,
        /// Those that changed it; none when it has not changed.
        causes: BTreeSet<u64>,
    },
}

impl Comparison {
    /// True when the record says this by now.
    pub fn agrees(&self, amount: Option<Amount>) -> bool {
        match self {
            Self::OfTheRecord => true,
            Self::OfTheWorld { now, .. } => *now == amount,
        }
    }
}

/// Every figure of every issued report, compared; empty unless it was asked for.
#[derive(Clone, Debug, Default)]
pub struct Comparisons {
    /// By `report/<number>/<view>/<key>`.
    figures: BTreeMap<String, Comparison>,
    done: bool,
}

impl Comparisons {
    /// Whether they were made.
    pub const fn is_done(&self) -> bool {
        self.done
    }

    /// The comparison of one figure; `report` is the stream of its report.
    pub fn figure(&self, report: &str, view: &str, key: &str) -> Option<&Comparison> {
        self.figures.get(&name(report, view, key))
    }

    /// The entries named by a subject of the family `record`: `now/<figure>` and `cause/<figure>`,
    /// and with `cause/report/<number>/*` all that changed any figure of a report.
    pub(crate) fn enumerate(&self, subject: &str) -> BTreeSet<u64> {
        let Some((which, figure)) = subject.split_once('/') else { return BTreeSet::new() };
        let seqs = |comparison: &Comparison| match (which, comparison) {
            ("now", Comparison::OfTheWorld { entries, .. }) => entries.clone(),
            ("cause", Comparison::OfTheWorld { causes, .. }) => causes.clone(),
            _ => BTreeSet::new(),
        };
        match figure.strip_suffix('*') {
            None => self.figures.get(figure).map(seqs).unwrap_or_default(),
            Some(prefix) => {
                let all = self.figures.range(prefix.to_owned()..);
                all.take_while(|(name, _)| name.starts_with(prefix))
                    .flat_map(|(_, comparison)| seqs(comparison))
                    .collect()
            }
        }
    }
}

/// What a figure of a report goes by in selectors: `report/<number>/<view>/<key>`.
pub fn name(report: &str, view: &str, key: &str) -> String {
    format!("{report}/{view}/{key}")
}

/// A figure's value as reports state it.
pub fn amount(figure: &Figure) -> Amount {
    let qualifier = figure.qualifier.filter(|qualifier| *qualifier != Qualifier::Exact);
    Amount { value: figure.value, qualifier }
}

impl Snapshot {
    /// Makes every figure of every issued report again, as of the report's moment, from what is
    /// known here; [`crate::view::reports`] shows it. The record is gone through once for all that
    /// is known by now, from one report's moment to the next, and once for what was known then.
    pub fn compare_reports(&mut self, source: &dyn Source) -> Result<(), ViewError> {
        let mut reports = Vec::new();
        for (subject, state) in self.families().oversight().states("report/") {
            if let OversightState::Report(report) = &*state {
                reports.push((subject.to_owned(), (**report).clone()));
            }
        }
        reports.sort_by_key(|(_, report)| (report.as_of, report.at_seq));
        let mut figures = BTreeMap::new();
        if let Some((_, first)) = reports.first() {
            let families = self.families();
            let told = Told { void: &families.tally().void, sayings: &families.sayings };
            let now = Reckoner::new(Timestamp::from_micros(first.as_of))?;
            let mut tellers =
                Tellers { size: self.size(), told, source, now, then: Past::default() };
            for (subject, report) in &reports {
                tellers.compare(subject, report, &mut figures)?;
            }
        }
        self.families_mut().comparisons = Comparisons { figures, done: true };
        Ok(())
    }
}

/// What tells how it is by now, and how it was.
struct Tellers<'a> {
    /// Number of entries known by now.
    size: u64,
    told: Told<'a>,
    source: &'a dyn Source,
    now: Reckoner,
    then: Past,
}

impl Tellers<'_> {
    /// Compares the figures of a report that speaks of no earlier moment than the one before.
    fn compare(
        &mut self,
        subject: &str,
        report: &Report,
        figures: &mut BTreeMap<String, Comparison>,
    ) -> Result<(), ViewError> {
        let as_of = Timestamp::from_micros(report.as_of);
        let known = report.at_seq.saturating_add(1).min(self.size);
        let state = self.now.reach(self.size, as_of, self.told, self.source)?;
        let now = Figures::of(report, state);
        // How it was is asked only where it is not so any more.
        let stands = |frozen: &Frozen| {
            let now = now.get((&frozen.view, &frozen.key));
            now.is_some_and(|(figure, _)| amount(figure) == frozen.amount)
        };
        let then = if report.figures.iter().all(stands) {
            Figures::default()
        } else {
            let then = self.then.reach(known, as_of, self.told, self.source)?;
            Figures::of(report, then.state())
        };
        let change = Change { known, state, source: self.source };
        for frozen in &report.figures {
            let key = (frozen.view.as_str(), frozen.key.as_str());
            let comparison = change.compare(frozen.amount, then.get(key), now.get(key));
            figures.insert(name(subject, key.0, key.1), comparison);
        }
        Ok(())
    }
}

/// A figure and the entries that it comes from.
type Found = (Figure, BTreeSet<u64>);

/// A report's figures in one state.
#[derive(Default)]
struct Figures(BTreeMap<(String, String), Found>);

impl Figures {
    fn of(report: &Report, state: &Snapshot) -> Self {
        let views: BTreeMap<&str, View> = report
            .formulas
            .iter()
            .filter_map(|(name, version)| {
                Some((name.as_str(), formula::view(name, *version, state)?))
            })
            .collect();
        let mut wanted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for frozen in &report.figures {
            wanted.entry(&frozen.view).or_default().insert(&frozen.key);
        }
        let mut found = BTreeMap::new();
        for (name, view) in &views {
            let keys = wanted.get(name);
            let of_report = |f: &&Figure| keys.is_some_and(|keys| keys.contains(f.key.as_str()));
            for figure in view.figures().filter(of_report) {
                let selector = figure.provenance.as_ref().map(|p| &p.selector);
                let seqs = selector.map(|s| state.families().enumerate(s)).unwrap_or_default();
                let key = ((*name).to_owned(), figure.key.clone());
                found.insert(key, (figure.clone(), seqs.into_iter().collect()));
            }
        }
        Self(found)
    }

    fn get(&self, (view, key): (&str, &str)) -> Option<&Found> {
        self.0.get(&(view.to_owned(), key.to_owned()))
    }
}

/// What came after a report.
struct Change<'a> {
    /// Number of entries that the report knew of.
    known: u64,
    /// The state by now, as of the report's moment.
    state: &'a Snapshot,
    source: &'a dyn Source,
}

impl Change<'_> {
    fn compare(&self, said: Amount, then: Option<&Found>, now: Option<&Found>) -> Comparison {
        if then.or(now).is_some_and(|(figure, _)| is_of_the_record(figure)) {
            return Comparison::OfTheRecord;
        }
        let value = now.map(|(figure, _)| amount(figure));
        let causes = if value == Some(said) { BTreeSet::new() } else { self.causes(then, now) };
        Comparison::OfTheWorld {
            now: value,
            unit: now.or(then).map(|(figure, _)| figure.unit),
            entries: now.map(|(_, seqs)| seqs.clone()).unwrap_or_default(),
            causes,
        }
    }

    /// The later entries that made the difference: those that the figure comes from by now, those
    /// that took one away that it came from then, and those that moved a subject out of what it
    /// selects.
    fn causes(&self, then: Option<&Found>, now: Option<&Found>) -> BTreeSet<u64> {
        let none = BTreeSet::new();
        let seqs = |found: Option<&'_ Found>| found.map_or(&none, |(_, seqs)| seqs).clone();
        let (before, after) = (seqs(then), seqs(now));
        let mut causes: BTreeSet<u64> = after.range(self.known..).copied().collect();
        let gone: Vec<u64> = before.difference(&after).copied().collect();
        let amendments = &self.state.families().basis().amendments;
        for seq in &gone {
            causes.extend(amendments.retractions().get(seq));
            causes.extend(amendments.duplicates().get(seq).map(|d| d.by));
        }
        let selectors = [then, now].into_iter().flatten();
        let selectors = selectors.filter_map(|(f, _)| f.provenance.as_ref().map(|p| &p.selector));
        let near: BTreeSet<u64> = selectors.flat_map(|s| self.near(s)).collect();
        let stream = |seq: &u64| self.source.entry(*seq).map(|e| e.event().stream.clone());
        let streams: BTreeSet<String> = gone.iter().filter_map(stream).collect();
        causes.extend(near.iter().filter(|s| stream(s).is_some_and(|s| streams.contains(&s))));
        causes.retain(|seq| *seq >= self.known);
        if causes.is_empty() { near } else { causes }
    }

    /// Later entries on the subjects that a selector names before it is narrowed.
    fn near(&self, selector: &Selector) -> Vec<u64> {
        let mut wide = selector.clone();
        wide.attributes.clear();
        wide.types.clear();
        let mut seqs = self.state.families().enumerate(&wide);
        seqs.retain(|seq| *seq >= self.known);
        seqs
    }
}

/// True for figures that count entries as they are known, whatever these tell.
pub(super) fn is_of_the_record(figure: &Figure) -> bool {
    figure.provenance.as_ref().is_none_or(|p| p.selector.family == RECORD)
}
