//! Spans of days before T, and the two sides of a sum: the baseline before the agreement, and what
//! counts under it.

use super::figure::{day, figure};
use super::{Cell, Row, When};
use crate::replay::Snapshot;
use accord_format::time::MICROS_PER_DAY;
use accord_monitoring::MonitoringState;
use accord_monitoring::state::Split;
use accord_projection::Selector;
use std::collections::BTreeMap;

const FAMILY: &str = "monitoring";

/// The mark of what lies before the agreement.
pub(crate) const BASELINE: &str = "baseline";

/// A span of whole UTC days that ends with the day of T or an earlier one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    /// Key.
    pub(super) key: &'static str,
    /// Title.
    pub(super) title: &'static str,
    /// Its first day, counted back from the day of T as 1.
    pub(super) first: i64,
    /// Its last day, counted in the same way.
    pub(super) last: i64,
}

/// The day of T.
pub(super) const TODAY: Window = Window { key: "today", title: "today", first: 1, last: 1 };
/// A week.
pub(super) const WEEK: Window =
    Window { key: "last_7_days", title: "last 7 days", first: 7, last: 1 };
/// A fortnight, as monitors report it.
pub(super) const FORTNIGHT: Window =
    Window { key: "last_14_days", title: "last 14 days", first: 14, last: 1 };
/// The fortnight before.
pub(super) const FORTNIGHT_BEFORE: Window =
    Window { key: "previous_14_days", title: "14 days before", first: 28, last: 15 };

impl Window {
    /// The subjects `<prefix><date>` of its days.
    pub(super) fn selector(&self, snapshot: &Snapshot, prefix: &str) -> Selector {
        let back = |days: i64| {
            let micros = days.saturating_sub(1).saturating_mul(MICROS_PER_DAY);
            day(snapshot.as_of().micros().saturating_sub(micros))
        };
        let (from, to) = (back(self.first), back(self.last));
        Selector::range(FAMILY, format!("{prefix}{from}"), format!("{prefix}{to}"))
    }
}

/// The entries of a selector, enumerated once for all figures that come from them.
#[derive(Debug)]
pub(super) struct Source(Cell);

impl Source {
    /// Enumerates them.
    pub(super) fn new(snapshot: &Snapshot, selector: Selector) -> Self {
        Self(figure(snapshot, "", 0, "", selector))
    }

    /// A figure that comes from them.
    pub(super) fn figure(&self, key: impl Into<String>, value: u64, unit: &'static str) -> Cell {
        let mut cell = self.0.clone();
        if let Cell::Figure(figure) = &mut cell {
            figure.key = key.into();
            figure.value = value;
            figure.unit = unit;
        }
        cell
    }
}

/// What a selector's subjects add up to, on either side.
pub(super) fn sum<T: Default>(
    snapshot: &Snapshot,
    selector: &Selector,
    read: fn(&MonitoringState) -> Option<&Split<T>>,
    add: fn(&mut T, &T),
) -> Split<T> {
    let mut sum = Split::default();
    let engine = snapshot.families().monitoring();
    let prefix = selector.subject.strip_suffix('*');
    let within = |subject: &str| match (&selector.to, prefix) {
        (Some(to), _) => subject <= to.as_str(),
        (None, Some(prefix)) => subject.starts_with(prefix),
        (None, None) => subject == selector.subject,
    };
    let first = prefix.unwrap_or(&selector.subject);
    for subject in engine.subjects_from(first).take_while(|subject| within(subject)) {
        let Some(state) = engine.state(subject) else { continue };
        if let Some(split) = read(&state) {
            add(&mut sum.baseline, &split.baseline);
            add(&mut sum.counted, &split.counted);
        }
    }
    sum
}

/// What the subjects `<prefix><month>` add up to, by the first `length` characters of the month: 7
/// for the month, 4 for the year.
pub(super) fn by_time<T: Default>(
    snapshot: &Snapshot,
    prefix: &str,
    length: usize,
    read: fn(&MonitoringState) -> Option<&Split<T>>,
    add: fn(&mut T, &T),
) -> BTreeMap<String, Split<T>> {
    let mut sums: BTreeMap<String, Split<T>> = BTreeMap::new();
    for (subject, state) in snapshot.families().monitoring().states(prefix) {
        let Some(split) = read(&state) else { continue };
        let month = subject.strip_prefix(prefix).unwrap_or_default();
        let sum = sums.entry(month.chars().take(length).collect()).or_default();
        add(&mut sum.baseline, &split.baseline);
        add(&mut sum.counted, &split.counted);
    }
    sums
}

/// The subjects `<prefix><month>` of a month or of a year.
pub(super) fn of_time(prefix: &str, time: &str) -> Selector {
    let subject =
        if time.len() == 7 { format!("{prefix}{time}") } else { format!("{prefix}{time}-*") };
    Selector::new(FAMILY, subject)
}

/// One side of a sum.
#[derive(Debug)]
pub(super) struct Side<'a, T> {
    /// The sum.
    pub(super) of: &'a T,
    /// Its key: the one given, with `/baseline` where both sides have something to show.
    pub(super) key: String,
    /// It is the baseline.
    pub(super) baseline: bool,
    /// Of what time it is, where that is a month or a year.
    pub(super) when: Option<When>,
}

impl<T> Side<'_, T> {
    /// Marks a row that shows it.
    pub(super) fn mark(&self, row: Option<&mut Row>) {
        if let Some(row) = row {
            row.marks.extend(self.baseline.then_some(BASELINE));
            row.when = self.when;
        }
    }
}

/// The sides of a sum that have something to show; what counts comes first.
pub(super) fn sides<'a, T>(
    key: &str,
    split: &'a Split<T>,
    is_there: impl Fn(&T) -> bool,
) -> Vec<Side<'a, T>> {
    let when = When::of_time(key);
    let both = is_there(&split.counted) && is_there(&split.baseline);
    let sides = [(&split.counted, false), (&split.baseline, true)];
    let there = sides.into_iter().filter(|(of, _)| is_there(of));
    there
        .map(|(of, baseline)| {
            let key = if both && baseline { format!("{key}/baseline") } else { key.to_owned() };
            Side { of, key, baseline, when }
        })
        .collect()
}

/// Adds every entry of a map of sums.
pub(super) fn add_all(sum: &mut BTreeMap<String, u64>, more: &BTreeMap<String, u64>) {
    for (key, value) in more {
        let total = sum.entry(key.clone()).or_default();
        *total = total.saturating_add(*value);
    }
}

/// Adds numbers to others, each to its own.
pub(super) fn add<const N: usize>(pairs: [(&mut u64, u64); N]) {
    for (sum, more) in pairs {
        *sum = sum.saturating_add(more);
    }
}

/// `-97 %`, in whole percent towards zero; nothing when there was nothing before.
pub(super) fn change(then: u64, now: u64) -> Option<String> {
    let (then, now) = (i128::from(then), i128::from(now));
    (then > 0).then(|| format!("{:+} %", (now - then) * 100 / then))
}

/// `12 % of 40`, in whole percent downwards; nothing of nothing.
pub(super) fn share(part: u64, whole: u64) -> Option<String> {
    let percent = (u128::from(part) * 100).checked_div(u128::from(whole))?;
    Some(format!("{percent} % of {whole}"))
}
