//! The report in short: a few figures, as they were when the period began and as they are.

use super::change::Before;
use super::errata::amount;
use crate::view::{Figure, View};
use serde::Serialize;

/// What stands in it: words, view and key of the figure.
const LINES: [(&str, &str, &str); 13] = [
    ("Implementation, score of all that is scored", "overview", "all/score"),
    ("Stipulations overdue", "overview", "all/overdue"),
    ("Remedies overdue", "overview", "all/remedies_overdue"),
    ("Days without a severe case upheld", "ceasefire", "health/days_without"),
    ("Cases open", "violations", "lapses/open"),
    ("Cases closed", "violations", "status/closed"),
    ("Civilians killed under the agreement, as reported", "civilians", "totals/counted/killed"),
    ("Civilians injured under the agreement, as reported", "civilians", "totals/counted/injured"),
    ("Restrictions of monitors under the agreement", "access", "totals/counted/restrictions"),
    ("Prisoners and detained received", "exchanges", "persons/received"),
    ("Remains identified", "exchanges", "remains/identified"),
    ("Resolutions adopted", "board", "outcomes/adopted"),
    ("Entries under suspicion", "integrity", "record/suspects"),
];

/// A line of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// What it tells.
    pub label: &'static str,
    /// The figure by now.
    pub figure: Figure,
    /// What it was when the period began; nothing when there was no such figure.
    pub before: Option<Before>,
}

impl Line {
    /// By how much it has grown, with a sign; nothing where either is not exact.
    pub fn change(&self) -> Option<String> {
        let before = self.before.as_ref().filter(|before| before.qualifier.is_none())?;
        amount(&self.figure).qualifier.is_none().then_some(())?;
        let change = i128::from(self.figure.value) - i128::from(before.value);
        Some(if change == 0 { "none".to_owned() } else { format!("{change:+}") })
    }
}

/// The lines whose figures the report has.
pub(super) fn lines<'a>(closing: impl Fn(&str) -> Option<&'a View>, opening: &[View]) -> Vec<Line> {
    let line = |(label, view, key): &(&'static str, &str, &str)| {
        let figure = closing(view)?.figure(key)?.clone();
        let before = opening.iter().find(|of| of.name == *view).and_then(|of| of.figure(key));
        let before = before.map(|figure| Before::from(amount(figure)));
        Some(Line { label, figure, before })
    };
    LINES.iter().filter_map(line).collect()
}
