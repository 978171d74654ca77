//! Whether the books agree: what was settled and reconciled against what is on record now.

use super::stages::pair;
use super::{ByCategory, Delivery, Exchange, Settlement};
use crate::event::SettledDifference;
use accord_projection::Remark;
use std::collections::BTreeSet;

impl Exchange {
    /// The numbers of a delivery that were settled last, and by which entry.
    fn settled(&self, key: (u16, &str, &str)) -> Option<(u64, &SettledDifference)> {
        let settlements = self.discrepancies.values().filter_map(|d| d.settled.as_ref());
        let all = settlements.flat_map(|s: &Settlement| s.differences.iter().map(|d| (s.seq, d)));
        let about = all.filter(|(_, d)| (d.stage, d.from.as_str(), d.to.as_str()) == key);
        about.max_by_key(|(seq, _)| *seq)
    }

    /// True when the two numbers of a delivery differ, and are not those that were settled.
    pub fn differs_unsettled(&self, (stage, from, to): (u16, &str, &str), of: &Delivery) -> bool {
        of.difference().is_some_and(|numbers| {
            let settled = self.settled((stage, from, to));
            settled.is_none_or(|(_, d)| (d.handed_over, d.received) != numbers)
        })
    }

    /// Whether the books are still those that were reconciled; nothing when they never were.
    ///
    /// A report that is corrected or comes later does not undo the reconciliation, and nothing that
    /// certifies should rest on it until the exchange is reconciled again.
    pub fn still_agrees(&self) -> Option<bool> {
        let reconciled = self.reconciled.as_ref()?;
        let settled = |(stage, from, to, delivery): (u16, &str, &str, &Delivery)| {
            !self.differs_unsettled((stage, from, to), delivery)
        };
        let same = self.other_totals(&reconciled.totals).is_empty();
        Some(same && self.reported_later() == 0 && self.deliveries().all(settled))
    }

    /// Parties of which `totals` says another number than the receipts: the party, what `totals`
    /// says, what the receipts do.
    pub(crate) fn other_totals(&self, totals: &ByCategory) -> Vec<(String, u64, u64)> {
        let released = self.released();
        let parties: BTreeSet<&String> = released.keys().chain(totals.keys()).collect();
        let of = |counts: &ByCategory, party: &String| counts.get(party).copied().unwrap_or(0);
        parties
            .into_iter()
            .map(|party| (party.clone(), of(totals, party), of(&released, party)))
            .filter(|(_, said, found)| said != found)
            .collect()
    }

    /// What was settled or reconciled, and is not what the record says now.
    pub(super) fn book_problems(&self, say: &mut Vec<Remark>) {
        for (number, stage) in &self.stages {
            for (key, delivery) in &stage.deliveries {
                let (from, to) = pair(key);
                if let Some(detail) = self.settled_otherwise((*number, from, to), delivery) {
                    say.push(Remark::new("settled_otherwise", detail));
                }
            }
        }
        let Some(reconciled) = &self.reconciled else { return };
        for (party, said, found) in self.other_totals(&reconciled.totals) {
            let detail = format!(
                "reconciled with {said} released by {party}; the receipts say {found} now, and it takes another reconciliation"
            );
            say.push(Remark::new("reconciled_otherwise", detail));
        }
    }

    fn settled_otherwise(&self, key: (u16, &str, &str), delivery: &Delivery) -> Option<String> {
        let (seq, settled) = self.settled(key)?;
        let now = (delivery.handed(), delivery.received());
        if now == (Some(settled.handed_over), Some(settled.received)) {
            return None;
        }
        let (stage, from, to) = key;
        let word = |n: Option<u64>| n.map_or_else(|| "not all known".to_owned(), |n| n.to_string());
        Some(format!(
            "stage {stage}, {from} to {to}: {} handed over and {} received were settled at seq {seq}; {} and {} are on record now",
            settled.handed_over,
            settled.received,
            word(now.0),
            word(now.1)
        ))
    }
}
