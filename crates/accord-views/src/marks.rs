//! The marks that entries bear, as figures select them.

use crate::bearing;
use crate::disputes::Dispute;
use crate::families::Families;
use accord_oversight::Oversight;
use accord_projection::{Projector, Selector};
use std::collections::BTreeSet;

/// The family name under which marks are selected.
pub(crate) const RECORD: &str = "record";

/// The word for why a correction was made, without its note.
pub(crate) fn reason_of(reason: &str) -> &str {
    reason.split(':').next().unwrap_or_default()
}

/// The seqs of entries with a mark: see [`crate::view::integrity`] for all of them, and for a figure
/// in an issued report what it would come from by now and what changed it, `now/report/…` and
/// `cause/report/…`.
pub(crate) fn enumerate(families: &Families, selector: &Selector) -> Vec<u64> {
    let amendments = &families.basis().amendments;
    let tally = families.tally();
    let seqs: BTreeSet<u64> = match selector.subject.as_str() {
        "entries" => return (0..tally.entries).collect(),
        "corrections" => corrections(families, selector),
        "corrected" => amendments.all_corrections().map(|(target, _)| target).collect(),
        "retracted" => amendments.retractions().keys().copied().collect(),
        "duplicates" => amendments.duplicates().keys().copied().collect(),
        "redacted" => amendments.redactions().into_keys().collect(),
        "suspects" => amendments.suspects().clone(),
        "reaffirmed" => tally.reaffirmed.keys().copied().collect(),
        "endorsed" => tally.endorsed.keys().copied().collect(),
        "disputed" => families.disputes().all().map(|dispute| dispute.target).collect(),
        "disputes" => families.disputes().open().map(|dispute| dispute.by).collect(),
        "settled" => {
            let settled = families.disputes().all();
            settled.filter_map(|d| Some([d.by, d.settled.as_ref()?.seq])).flatten().collect()
        }
        "void" => tally.void.iter().copied().collect(),
        "late" => tally.late.iter().copied().collect(),
        "uninterpreted" => {
            let types = tally.uninterpreted.keys().filter_map(|name| tally.by_type.get(name));
            types.flat_map(crate::Runs::iter).collect()
        }
        other => below(families, other),
    };
    seqs.into_iter().collect()
}

/// Corrections in force, narrowed by `author` and `reason`.
fn corrections(families: &Families, selector: &Selector) -> BTreeSet<u64> {
    let allows = |attribute: &str, value: &str| {
        selector.attributes.get(attribute).is_none_or(|values| values.contains(value))
    };
    let all = families.basis().amendments.all_corrections().map(|(_, c)| c);
    all.filter(|c| allows("author", &c.author) && allows("reason", reason_of(&c.reason)))
        .map(|c| c.by)
        .collect()
}

/// Subjects with something behind a slash.
fn below(families: &Families, subject: &str) -> BTreeSet<u64> {
    let tally = families.tally();
    let Some((kind, of)) = subject.split_once('/') else { return BTreeSet::new() };
    match kind {
        "findings" => {
            let all = families.findings().into_iter();
            all.filter(|(_, f)| f.code == of).map(|(_, f)| f.seq).collect()
        }
        "provision" => bearing::on(families, of).into_keys().collect(),
        "types" => tally.by_type.get(of).into_iter().flat_map(crate::Runs::iter).collect(),
        "disputes" => disputed(families, of).into_iter().flat_map(|d| d.seqs).collect(),
        "seen" => tally.seen.get(of).map(|seen| seen.seq).into_iter().collect(),
        "rows" | "row_events" | "row_corrections" => rows(families, kind, of),
        _ => families.comparisons.enumerate(subject),
    }
}

/// An open dispute of what bears on a provision.
pub(crate) struct Disputed {
    /// The entries that make it one: the dispute, what it disputes, and the case of that.
    pub(crate) seqs: Vec<u64>,
}

/// Open disputes of what bears on a provision.
pub(crate) fn disputed(families: &Families, provision: &str) -> Vec<Disputed> {
    let open: Vec<&Dispute> = families.disputes().open().collect();
    if open.is_empty() {
        return Vec::new();
    }
    let borne = bearing::on(families, provision);
    let of = |dispute: &Dispute| {
        let case = borne.get(&dispute.target)?.case;
        let case = case.and_then(|case| families.tally().by_case.get(case));
        let case = case.into_iter().flatten().map(|entry| entry.seq);
        Some(Disputed { seqs: case.chain([dispute.by, dispute.target]).collect() })
    };
    open.into_iter().filter_map(of).collect()
}

/// The entries made from the rows of `<digest>/<author>`, with those that begin the import.
fn rows(families: &Families, kind: &str, of: &str) -> BTreeSet<u64> {
    let Some((file, author)) = of.split_once('/') else { return BTreeSet::new() };
    let begun = Selector::new(Oversight::FAMILY, format!("file/{file}"));
    let mut seqs: BTreeSet<u64> = families.enumerate(&begun).into_iter().collect();
    if let Some(rows) = families.tally().rows.get(file).and_then(|all| all.get(author)) {
        let (events, corrections) = (rows.events.iter(), rows.corrections.iter());
        seqs.extend(events.filter(|_| kind != "row_corrections"));
        seqs.extend(corrections.filter(|_| kind != "row_events"));
    }
    seqs
}
