//! A change of a record on which an act rests does not undo the act; it is said of it.
//!
//! Within one subject of one family the engine says it: every act on a subject that was judged
//! while an entry on it said something else. Here it is said across subjects and families, and of
//! suspicion. An act rests on an entry when
//!
//! - it names the entry, or the entry's stream, in its payload;
//! - it is on a stream on which a report names the entry or its stream, and comes after that;
//! - it is on a stream on which an act named the text of which the entry deposits an instrument, and
//!   comes after that;
//! - it declares adopted a resolution about such a stream, or names that resolution.
//!
//! Findings are of K, for what changes is; and of T, for what is adopted is. Each act is found once,
//! with the latest of the changes, and each change once, with some of the acts; so there are never more
//! findings than acts and amendments, and the work is for the one and for the other, not for each
//! with each.

mod ground;
mod grounds;
mod latest;
#[cfg(test)]
pub(crate) mod naive;
mod upon;

pub(super) use ground::adopted;
pub(crate) use grounds::{Change, Grounds};

use crate::families::Families;
use accord_projection::{Amendment, Finding, Remark};
use ground::Ground;
use grounds::How;
use latest::Latest;
use std::collections::{BTreeMap, BTreeSet};
use upon::NAMED_MAX;

/// Code of the finding about an act.
const BASIS_CHANGED: &str = "basis_changed";
/// Code of the finding about what changed its basis.
const CHANGES_BASIS: &str = "changes_basis";

/// What is to be said about acts whose basis changed, and about what changed it; `said` is what
/// the engines say.
pub(super) fn findings(families: &Families, said: &[(&'static str, Finding)]) -> Vec<Finding> {
    let changes = families.grounds.changes();
    if changes.is_empty() {
        return Vec::new();
    }
    let mut known: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    for (_, finding) in said.iter().filter(|(_, f)| f.code == BASIS_CHANGED) {
        known.entry(finding.seq).or_default().push(&finding.detail);
    }
    let ground = Ground::new(families);
    let mut findings = BTreeSet::new();
    for (act, (latest, via)) in latest::resting(&ground, changes) {
        let detail = changed(latest, via);
        let known = known.get(&act).into_iter().flatten();
        if !known.into_iter().any(|known| known.starts_with(&detail)) {
            findings.insert(Finding::new(act, Remark::new(BASIS_CHANGED, detail)));
        }
    }
    for (change, acts) in changes.iter().zip(upon::all(&ground, changes)) {
        let remark = self::changes(change.target, &acts);
        findings.extend(remark.map(|remark| Finding::new(change.by, remark)));
    }
    findings.into_iter().collect()
}

/// What is to be said about a candidate that would change what others rest on.
pub(crate) fn remarks(families: &Families, changes: &[Change]) -> Vec<Remark> {
    let ground = Ground::new(families);
    let about = changes.iter().map(|change| (change.target, upon::glance(&ground, change)));
    about.filter_map(|(target, acts)| self::changes(target, &acts)).collect()
}

/// The change that an amendment makes, if it makes any, of which entry.
pub(crate) fn changed_by(families: &Families, amendment: &Amendment) -> Option<(u64, How)> {
    let amendments = &families.basis.amendments;
    match amendment {
        Amendment::Suspicion { target } => {
            (!amendments.suspects().contains(target)).then_some((*target, How::Suspected))
        }
        Amendment::Reaffirmation { target } => {
            amendments.suspects().contains(target).then_some((*target, How::Reaffirmed))
        }
        _ => amendments.changes(amendment).map(|target| (target, How::Changed)),
    }
}

fn changed(latest: Latest, via: Option<&str>) -> String {
    let Latest { by, target, how } = latest;
    let said = match how {
        How::Changed => format!("seq {by} changed what seq {target} says, which it rested on"),
        How::Suspected => {
            format!("seq {by} put seq {target} under suspicion, which it rested on")
        }
        How::Reaffirmed => {
            format!("seq {by} took the suspicion from seq {target}, which it rested on")
        }
    };
    via.map_or_else(|| said.clone(), |via| format!("{said} by way of {via}"))
}

fn changes(target: u64, acts: &BTreeSet<u64>) -> Option<Remark> {
    if acts.is_empty() {
        return None;
    }
    let named: Vec<String> = acts.iter().take(NAMED_MAX).map(u64::to_string).collect();
    let more = if acts.len() > NAMED_MAX { " and more" } else { "" };
    let detail = format!(
        "acts rest on seq {target}: seq {}{more}; they stand, and the board should look at them again",
        named.join(", ")
    );
    Some(Remark::new(CHANGES_BASIS, detail))
}
