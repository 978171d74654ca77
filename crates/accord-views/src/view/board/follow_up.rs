//! What became of resolutions: what they ordered and is not done, and what they rested on that has
//! changed since.

use super::super::docket::FAMILY as CASES;
use super::super::figure::{day, figure, total, words};
use super::super::score::stipulations;
use super::super::{Cell, Table, overdue};
use super::{Board, FAMILY};
use crate::replay::Snapshot;
use accord_format::time::Timestamp;
use accord_oversight::state::{Resolution, Stipulation};
use accord_projection::Selector;
use std::collections::{BTreeMap, BTreeSet};

/// Stipulations past their time, with the resolution in effect that orders or decides on each, and
/// remedies past theirs.
pub(super) fn table(snapshot: &Snapshot, resolutions: &[(String, Resolution)]) -> Table {
    let columns = [("count", "overdue"), ("due", "due"), ("resolution", "resolution")];
    let mut table = Table::new("follow_up", "Overdue follow-up", &columns);
    let in_effect: BTreeMap<&str, &Resolution> = resolutions
        .iter()
        .filter(|(_, resolution)| resolution.is_in_effect())
        .map(|(subject, resolution)| (subject.as_str(), resolution))
        .collect();
    let late: Vec<_> = stipulations(snapshot)
        .into_iter()
        .filter(|(_, of)| overdue::is_stipulation(of, snapshot.as_of().micros()))
        .map(|(subject, stipulation)| {
            let by = ordered_by(&subject, &stipulation, &in_effect).map(ToOwned::to_owned);
            (subject, stipulation, by)
        })
        .collect();
    let all = Selector::new(FAMILY, "stipulation/*");
    // From the first resolution to the last stipulation; "0" is what follows "/".
    let with_resolutions = Selector::range(FAMILY, "resolution/", "stipulation0");
    let ordered = late.iter().filter(|(.., by)| by.is_some()).count();
    for (key, label, count, selector) in [
        ("overdue", "stipulations", late.len(), all),
        ("stipulations", "of these ordered by a resolution", ordered, with_resolutions),
    ] {
        let key = format!("follow_up/{key}");
        let cell = figure(snapshot, key.clone(), count as u64, "stipulations", selector);
        table.row(key, label, vec![cell, Cell::Empty, Cell::Empty]);
    }
    for (subject, stipulation, by) in late {
        let due = stipulation.registered.as_ref().and_then(|registered| registered.due);
        // The last instant of the day, not the first of the next.
        let due = words(due.map(|due| day(due.saturating_sub(1))));
        table.row(subject.clone(), subject, vec![Cell::Empty, due, words(by)]);
    }
    remedies(snapshot, &mut table, &in_effect);
    table
}

/// Remedies of cases: each is ordered by a resolution, and stands until it is done or lifted.
fn remedies(snapshot: &Snapshot, table: &mut Table, in_effect: &BTreeMap<&str, &Resolution>) {
    let late = overdue::remedies(snapshot);
    let selector = Selector::new(CASES, "violation/*").with("remedies", "true");
    let count = figure(snapshot, "follow_up/remedies", late.len() as u64, "remedies", selector);
    table.row("remedies", "remedies", vec![count, Cell::Empty, Cell::Empty]);
    for overdue::Late { subject, code, remedy, .. } in late {
        let cells = vec![
            Cell::Empty,
            Cell::Text(Timestamp::from_micros(remedy.due).to_seconds_string()),
            Cell::Text(remedy.resolution.clone()),
        ];
        let key = format!("{subject}/{code}");
        table.row(key.clone(), key, cells);
        if let Some(row) = table.rows.last_mut() {
            let rescinded = !in_effect.contains_key(remedy.resolution.as_str());
            row.marks.extend(rescinded.then_some("the resolution is not in effect"));
        }
    }
}

fn ordered_by<'a>(
    subject: &str,
    stipulation: &'a Stipulation,
    in_effect: &BTreeMap<&'a str, &'a Resolution>,
) -> Option<&'a str> {
    let named = stipulation.registered.as_ref()?.resolution.as_deref();
    let named = named.filter(|named| in_effect.contains_key(named));
    let deciding = || {
        let mut all = in_effect.iter();
        all.find(|(_, r)| r.subjects.iter().any(|s| s == subject)).map(|(by, _)| *by)
    };
    named.or_else(deciding)
}

/// Acts of the board whose basis has changed, for its next agenda.
pub(super) fn basis(snapshot: &Snapshot, board: &Board) -> Table {
    let oversight = snapshot.families().oversight();
    let own = [accord_oversight::BOARD.to_owned()];
    let meetings = board.meetings.iter().map(|(subject, _)| subject);
    let resolutions = board.resolutions.iter().map(|(subject, _)| subject);
    // Of an act that bears on a meeting and on a resolution, the resolution is named.
    let subjects: BTreeMap<u64, &String> = own
        .iter()
        .chain(meetings)
        .chain(resolutions)
        .flat_map(|subject| oversight.seqs(subject).map(move |seq| (seq, subject)))
        .collect();
    let columns = [("count", "acts"), ("subject", "about"), ("detail", "why")];
    let mut table = Table::new("basis", "Basis changed", &columns);
    let findings = snapshot.families().findings();
    let changed: Vec<_> = findings
        .iter()
        .filter(|(_, finding)| finding.code == "basis_changed")
        .filter_map(|(_, finding)| Some((finding, subjects.get(&finding.seq)?)))
        .collect();
    let acts: BTreeSet<u64> = changed.iter().map(|(f, _)| f.seq).collect();
    // What changed may be of any family, so no selector of one names all that it comes from.
    let count = total("basis/changed", acts.len() as u64, "acts");
    table.row("changed", "acts", vec![count, Cell::Empty, Cell::Empty]);
    for (finding, subject) in changed {
        let cells =
            vec![Cell::Empty, Cell::Text((*subject).clone()), Cell::Text(finding.detail.clone())];
        table.row(
            format!("{}/{}", finding.seq, table.rows.len()),
            format!("seq {}", finding.seq),
            cells,
        );
    }
    table
}
