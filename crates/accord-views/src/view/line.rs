//! The line: where the parties stop, its baseline, and how it has moved since.

use super::ceasefire::consent::deposited;
use super::figure::{day, figure, words};
use super::{Cell, Table, View};
use crate::replay::Snapshot;
use accord_ceasefire::event::Direction;
use accord_ceasefire::state::{Baseline, Movement, Movements};
use accord_ceasefire::{HALTS, LINE};
use accord_projection::Selector;
use std::collections::{BTreeMap, BTreeSet};

const FAMILY: &str = "ceasefire";
const M2_PER_KM2: u64 = 1_000_000;
/// How many lines and sides are listed of which nothing is known but what somebody alleges.
const ALLEGED_MAX: usize = 200;

/// Makes the view.
pub fn view(snapshot: &Snapshot) -> View {
    let mut view = View::new("line", "Line", snapshot);
    let (lines, left_out) = lines(snapshot);
    view.tables.push(baselines(snapshot, &lines));
    view.tables.extend(halts(snapshot));
    let (table, more_left_out) = movements(snapshot, &lines);
    view.tables.push(table);
    if left_out + more_left_out > 0 {
        view.notes.push(format!(
            "{left_out} lines and {more_left_out} sides beyond {ALLEGED_MAX} that are named in allegations alone are not listed."
        ));
    }
    view.notes.push(
        "Movement counts from the day after that of the baseline. What was verified below the tolerance is counted apart and in no sum."
            .to_owned(),
    );
    if lines.values().any(|line| line.baseline.is_none()) {
        view.notes.push(
            "Rows marked no baseline count all movement, since there is nothing to measure against."
                .to_owned(),
        );
    }
    view
}

/// A line and its movement.
#[derive(Default)]
struct Line {
    baseline: Option<Baseline>,
    days: Vec<Movements>,
}

impl Line {
    /// Each movement, with whether it lies after the baseline.
    fn movements(&self) -> impl Iterator<Item = (&Movement, bool)> {
        self.days.iter().flat_map(|of| {
            let since = self.baseline.as_ref().is_none_or(|b| b.is_before(&of.day));
            of.movements.values().map(move |movement| (movement, since))
        })
    }

    fn tolerates(&self, movement: &Movement) -> bool {
        self.baseline.as_ref().is_some_and(|b| b.tolerates(movement.metres))
    }
}

/// The lines, and how many were left out. Anybody who may allege can name any line; those that
/// have a baseline or verified movement are never left out.
fn lines(snapshot: &Snapshot) -> (BTreeMap<String, Line>, usize) {
    let mut lines: BTreeMap<String, Line> = BTreeMap::new();
    for (_, state) in snapshot.families().ceasefire().states(LINE) {
        if let Some(baseline) = state.baseline() {
            lines.entry(baseline.line.clone()).or_default().baseline = Some(baseline.clone());
        } else if let Some(of_day) = state.movements() {
            lines.entry(of_day.line.clone()).or_default().days.push(of_day.clone());
        }
    }
    let all = lines.len();
    let mut alleged = 0;
    lines.retain(|_, line| {
        let known = line.baseline.is_some() || line.movements().any(|(m, _)| m.verified.is_some());
        alleged += usize::from(!known);
        known || alleged <= ALLEGED_MAX
    });
    let left_out = all - lines.len();
    (lines, left_out)
}

fn baselines(snapshot: &Snapshot, lines: &BTreeMap<String, Line>) -> Table {
    let columns = [
        ("as_of", "as of the end of"),
        ("length", "length m"),
        ("tolerance", "tolerance m"),
        ("accepted", "signed by"),
        ("without", "not accepted by"),
        ("last_verified", "last verified"),
    ];
    let mut table = Table::new("lines", "Lines", &columns);
    for (code, line) in lines {
        let baseline = line.baseline.as_ref();
        let cell = |member: &str, value: Option<u64>| {
            let key = format!("{LINE}{code}/{member}");
            let selector = Selector::new(FAMILY, format!("{LINE}{code}"));
            value.map_or(Cell::Empty, |value| figure(snapshot, key, value, "m", selector))
        };
        let parties = |of: fn(&Baseline) -> &BTreeSet<String>| {
            let parties = baseline.map(|b| of(b).iter().map(String::as_str).collect::<Vec<_>>());
            words(parties.filter(|p| !p.is_empty()).map(|p| p.join(", ")))
        };
        let verified = line.movements().filter_map(|(movement, _)| movement.as_of).max();
        let cells = vec![
            words(baseline.map(|b| b.as_of.clone())),
            cell("length_m", baseline.map(|b| b.length_m)),
            cell("tolerance_m", baseline.map(|b| u64::from(b.tolerance_m))),
            parties(|b| &b.signed_by),
            parties(|b| &b.not_accepted_by),
            words(verified.map(day)),
        ];
        table.row(format!("{LINE}{code}"), code.clone(), cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend(baseline.is_none().then_some("no baseline"));
            row.marks.extend(
                baseline.is_some_and(|b| b.resolution.is_some()).then_some("by resolution"),
            );
            row.marks.extend(baseline.is_some_and(|b| b.replaced > 0).then_some("replaced"));
        }
    }
    table
}

/// Who has committed itself to stop on each line.
pub(super) fn halts(snapshot: &Snapshot) -> Option<Table> {
    let columns =
        [("committed", "under their own keys"), ("who", "who"), ("instrument", "by instrument")];
    let mut table = Table::new("halts", "Who has committed itself to stop", &columns);
    for (subject, state) in snapshot.families().ceasefire().states(HALTS) {
        let Some(halts) = state.halts() else { continue };
        let code = subject.strip_prefix(HALTS).unwrap_or_default();
        let texts: BTreeSet<&str> = halts.values().map(|c| c.text_digest.as_str()).collect();
        let instruments: BTreeSet<String> = texts
            .iter()
            .flat_map(|text| deposited(snapshot, "advance_halt.committed", text))
            .filter(|party| !halts.contains_key(party))
            .collect();
        let who = halts.iter().map(|(party, c)| format!("{party} {}", day(c.at)));
        let instruments: Vec<String> = instruments.into_iter().collect();
        let selector = Selector::new(FAMILY, subject);
        let cells = vec![
            figure(
                snapshot,
                format!("{subject}/committed"),
                halts.len() as u64,
                "parties",
                selector,
            ),
            Cell::Text(who.collect::<Vec<_>>().join(", ")),
            words((!instruments.is_empty()).then(|| instruments.join(", "))),
        ];
        table.row(subject, code, cells);
        if let Some(row) = table.rows.last_mut() {
            row.marks.extend((texts.len() > 1).then_some("texts differ"));
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

/// What one side did on one line since the baseline.
#[derive(Default)]
struct Sums {
    alleged: u64,
    verified: u64,
    below_tolerance: u64,
    before_baseline: u64,
    advance_m: u64,
    withdrawal_m: u64,
    advance_m2: u64,
    withdrawal_m2: u64,
    inexact: bool,
}

impl Sums {
    const fn is_alleged_alone(&self) -> bool {
        self.verified == 0 && self.below_tolerance == 0 && self.before_baseline == 0
    }

    fn add(&mut self, movement: &Movement, since: bool, tolerated: bool) {
        let tally = match (movement.verified, since, tolerated) {
            (_, false, _) => &mut self.before_baseline,
            (None, ..) => &mut self.alleged,
            (Some(_), _, true) => &mut self.below_tolerance,
            (Some(_), _, false) => &mut self.verified,
        };
        *tally = tally.saturating_add(1);
        if movement.verified.is_none() || !since || tolerated {
            return;
        }
        let (metres, area) = match movement.direction {
            Direction::Advance => (&mut self.advance_m, &mut self.advance_m2),
            Direction::Withdrawal => (&mut self.withdrawal_m, &mut self.withdrawal_m2),
        };
        *metres = metres.saturating_add(movement.metres);
        *area = area.saturating_add(movement.area_m2);
        self.inexact |= !movement.exact;
    }
}

/// The table, and how many sides were left out.
fn movements(snapshot: &Snapshot, lines: &BTreeMap<String, Line>) -> (Table, usize) {
    let terms = &snapshot.families().basis().terms;
    let (mut alleged, mut left_out) = (0, 0);
    let columns = [
        ("alleged", "alleged"),
        ("verified", "verified"),
        ("below_tolerance", "below tolerance"),
        ("before_baseline", "before the baseline"),
        ("advance_m", "m forward"),
        ("withdrawal_m", "m back"),
        ("advance_m2", "m² forward"),
        ("withdrawal_m2", "m² back"),
        ("net_advance_m2", "net m² forward"),
        ("net_withdrawal_m2", "net m² back"),
        ("net", "net"),
    ];
    let mut table = Table::new("movements", "Movement since the baseline, by side", &columns);
    for (code, line) in lines {
        let mut sides: BTreeMap<&str, Sums> = BTreeMap::new();
        for (movement, since) in line.movements() {
            let sums = sides.entry(&movement.by).or_default();
            sums.add(movement, since, line.tolerates(movement));
        }
        for (side, sums) in sides {
            let unknown = sums.is_alleged_alone() && !terms.is_side(snapshot.size(), side);
            alleged += usize::from(unknown);
            if unknown && alleged > ALLEGED_MAX {
                left_out += 1;
                continue;
            }
            let key = format!("{LINE}{code}/{side}");
            let cell = |member: &str, value, unit| {
                let selector = Selector::new(FAMILY, format!("{LINE}*")).with("line", code);
                figure(snapshot, format!("{key}/{member}"), value, unit, selector)
            };
            let forward = sums.advance_m2.saturating_sub(sums.withdrawal_m2);
            let back = sums.withdrawal_m2.saturating_sub(sums.advance_m2);
            let cells = vec![
                cell("alleged", sums.alleged, "movements"),
                cell("verified", sums.verified, "movements"),
                cell("below_tolerance", sums.below_tolerance, "movements"),
                cell("before_baseline", sums.before_baseline, "movements"),
                cell("advance_m", sums.advance_m, "m"),
                cell("withdrawal_m", sums.withdrawal_m, "m"),
                cell("advance_m2", sums.advance_m2, "m2"),
                cell("withdrawal_m2", sums.withdrawal_m2, "m2"),
                cell("net_advance_m2", forward, "m2"),
                cell("net_withdrawal_m2", back, "m2"),
                Cell::Text(net(forward, back)),
            ];
            table.row(key.clone(), format!("{code}, {side}"), cells);
            if let Some(row) = table.rows.last_mut() {
                row.marks.extend(line.baseline.is_none().then_some("no baseline"));
                row.marks.extend(sums.inexact.then_some("not exact"));
            }
        }
    }
    (table, left_out)
}

/// `1.25 km² forward`, cut after two places.
fn net(forward: u64, back: u64) -> String {
    let km2 = |m2: u64| format!("{}.{:02}", m2 / M2_PER_KM2, m2 % M2_PER_KM2 / 10_000);
    match (forward, back) {
        (0, 0) => "none".to_owned(),
        (forward, 0) => format!("{} km² forward", km2(forward)),
        (_, back) => format!("{} km² back", km2(back)),
    }
}
