//! Acts that were judged while an entry on their subject said something else.

use super::slot::Slot;
use crate::finding::{Finding, Remark};
use crate::projector::Projector;
use accord_catalogue::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Code of the finding.
const BASIS_CHANGED: &str = "basis_changed";

/// The amended entries of one subject, each with the latest that amended it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Changed {
    latest: BTreeMap<u64, u64>,
}

impl Changed {
    pub(super) fn note(&mut self, target: u64, by: u64) {
        self.latest.insert(target, by);
    }

    /// What is to be said, once for each act: the latest change, and how many entries changed.
    /// Takes time for the acts and for the amendments, not for each act with each amendment.
    pub(super) fn findings<P: Projector>(
        &self,
        subject: &str,
        slot: &Slot<P::State>,
    ) -> Vec<Finding> {
        let mut acts: Vec<u64> =
            slot.postings().iter().filter(|p| p.kind::<P>() == Kind::Act).map(|p| p.seq).collect();
        acts.sort_unstable();
        let mut ends: Vec<u64> = self.latest.values().copied().collect();
        ends.sort_unstable();
        let mut targets = self.latest.iter().peekable();
        let (mut begun, mut last) = (0_usize, None);
        let mut findings = Vec::new();
        for act in acts {
            while let Some((target, by)) = targets.next_if(|(target, _)| **target < act) {
                begun = begun.saturating_add(1);
                last = last.max(Some((*by, *target)));
            }
            // What was last amended before the act was also recorded before it.
            let over = ends.partition_point(|by| *by <= act);
            let count = begun.saturating_sub(over);
            if let Some((by, target)) = last.filter(|_| count > 0) {
                let detail = detail(subject, target, by, count);
                findings.push(Finding::new(act, Remark::new(BASIS_CHANGED, detail)));
            }
        }
        findings
    }
}

fn detail(subject: &str, target: u64, by: u64, count: usize) -> String {
    let said = format!("seq {by} changed what seq {target} says, which it rested on");
    match count {
        1 => said,
        _ => format!("{said}; of {subject}, {count} entries that it rested on changed since"),
    }
}
