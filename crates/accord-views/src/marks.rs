//! The marks that entries bear, as figures select them.

use crate::disputes::Dispute;
use crate::families::Families;
use accord_projection::Selector;
use std::collections::BTreeSet;

/// The family name under which marks are selected.
pub(crate) const RECORD: &str = "record";

/// The seqs of entries with a mark: `corrections` (those that correct, narrowed by `author`),
/// `corrected`, `retracted`, `duplicates`, `redacted`, `suspects`, `void`, `late`,
/// `findings/<code>`, `provision/<code>`,
/// `disputes` (the entries that dispute, while open) and `disputes/<provision>` (with what they
/// dispute), and of a figure in an issued report what it would come from by now and what changed
/// it, `now/report/…` and `cause/report/…`.
pub(crate) fn enumerate(families: &Families, selector: &Selector) -> Vec<u64> {
    let amendments = &families.basis().amendments;
    let author = selector.attributes.get("author");
    let seqs: BTreeSet<u64> = match selector.subject.as_str() {
        "corrections" => amendments
            .all_corrections()
            .filter(|(_, c)| author.is_none_or(|authors| authors.contains(&c.author)))
            .map(|(_, c)| c.by)
            .collect(),
        "corrected" => amendments.all_corrections().map(|(target, _)| target).collect(),
        "retracted" => amendments.retractions().keys().copied().collect(),
        "duplicates" => amendments.duplicates().keys().copied().collect(),
        "redacted" => amendments.redactions().into_keys().collect(),
        "suspects" => amendments.suspects().clone(),
        "void" => families.tally().void.iter().copied().collect(),
        "late" => families.tally().late.iter().copied().collect(),
        "disputes" => families.disputes().open().map(|dispute| dispute.by).collect(),
        other => {
            if let Some(code) = other.strip_prefix("findings/") {
                let all = families.findings().into_iter();
                all.filter(|(_, f)| f.code == code).map(|(_, f)| f.seq).collect()
            } else if let Some(code) = other.strip_prefix("provision/") {
                let bearing = families.tally().by_provision.get(code);
                bearing.into_iter().flat_map(|b| b.seqs.iter().copied()).collect()
            } else if let Some(code) = other.strip_prefix("disputes/") {
                disputed(families, code).flat_map(|d| [d.by, d.target]).collect()
            } else {
                families.comparisons.enumerate(other)
            }
        }
    };
    seqs.into_iter().collect()
}

/// Open disputes of what bears on a provision.
pub(crate) fn disputed<'a>(
    families: &'a Families,
    provision: &str,
) -> impl Iterator<Item = &'a Dispute> {
    let bearing = families.tally().by_provision.get(provision);
    families.disputes().open().filter(move |dispute| {
        bearing.is_some_and(|b| b.seqs.binary_search(&dispute.target).is_ok())
    })
}
