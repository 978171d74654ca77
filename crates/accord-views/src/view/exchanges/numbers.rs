//! The persons in exchanges, as the sums of a view count them.

use accord_exchanges::Exchange;
use std::collections::BTreeMap;

/// Persons in one or more exchanges.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers {
    /// Stages, not persons.
    pub(super) stages: u64,
    agreed: u64,
    delivered: u64,
    extra: u64,
    received: u64,
    substituted: u64,
    not_delivered: u64,
    refused_return: u64,
    died: u64,
}

/// One of the numbers.
#[derive(Clone, Copy)]
pub(super) struct Member {
    pub(super) key: &'static str,
    pub(super) label: &'static str,
    pub(super) of: fn(&Numbers) -> u64,
}

/// The numbers of persons, in the order of columns.
pub(super) const MEMBERS: [Member; 8] = [
    Member { key: "agreed", label: "agreed", of: |n| n.agreed },
    Member { key: "delivered", label: "delivered", of: |n| n.delivered },
    Member { key: "extra", label: "beyond those agreed", of: |n| n.extra },
    Member { key: "received", label: "received", of: |n| n.received },
    Member { key: "substituted", label: "substituted", of: |n| n.substituted },
    Member { key: "not_delivered", label: "not delivered", of: |n| n.not_delivered },
    Member { key: "refused_return", label: "refused to return", of: |n| n.refused_return },
    Member { key: "died", label: "had died", of: |n| n.died },
];

impl Numbers {
    /// Of one exchange.
    pub(super) fn of(exchange: &Exchange) -> Self {
        let mut sum = Self::default();
        for numbers in Self::by_side(exchange).values() {
            sum.add(numbers);
        }
        sum.stages = Self::stages_of(exchange);
        sum
    }

    /// How many stages there were.
    pub(super) fn stages_of(exchange: &Exchange) -> u64 {
        let mut stages: Vec<u16> = exchange.deliveries().map(|(stage, ..)| stage).collect();
        stages.dedup();
        stages.len() as u64
    }

    /// Of one exchange, by the party that releases. Stages are not by party.
    pub(super) fn by_side(exchange: &Exchange) -> BTreeMap<String, Self> {
        let mut all: BTreeMap<String, Self> = BTreeMap::new();
        let agreed = exchange.agreement.iter().flat_map(|agreement| &agreement.counts);
        for (party, counts) in agreed {
            let numbers = all.entry(party.clone()).or_default();
            for persons in counts.values() {
                add(&mut numbers.agreed, *persons);
            }
        }
        for (_, from, _, delivery) in exchange.deliveries() {
            let numbers = all.entry(from.to_owned()).or_default();
            for handover in &delivery.handovers {
                for persons in handover.counts.iter().flat_map(BTreeMap::values) {
                    add(&mut numbers.delivered, *persons);
                    add(&mut numbers.extra, if handover.extra { *persons } else { 0 });
                }
            }
            for account in delivery.accounts() {
                add(&mut numbers.received, account.received());
                add(&mut numbers.substituted, account.substituted);
                add(&mut numbers.not_delivered, account.not_delivered);
                add(&mut numbers.refused_return, account.refused_return);
                add(&mut numbers.died, account.died);
            }
        }
        all
    }

    pub(super) fn add(&mut self, more: &Self) {
        for (sum, more) in [
            (&mut self.stages, more.stages),
            (&mut self.agreed, more.agreed),
            (&mut self.delivered, more.delivered),
            (&mut self.extra, more.extra),
            (&mut self.received, more.received),
            (&mut self.substituted, more.substituted),
            (&mut self.not_delivered, more.not_delivered),
            (&mut self.refused_return, more.refused_return),
            (&mut self.died, more.died),
        ] {
            add(sum, more);
        }
    }
}

fn add(sum: &mut u64, more: u64) {
    *sum = sum.saturating_add(more);
}
