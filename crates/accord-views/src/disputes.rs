//! Which entries are disputed.

use accord_format::entry::Entry;
use accord_ledger::admission::Context;
use accord_ledger::kernel::types::KernelPayload;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Every dispute, by its stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disputes {
    all: BTreeMap<String, Dispute>,
}

/// A dispute. Entries are named by seq.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// What is disputed.
    pub target: u64,
    /// The entry that disputes it.
    pub by: u64,
    /// The entry that settled it.
    pub settled: Option<u64>,
}

impl Disputes {
    /// Takes note of a kernel entry, which is passed over when it has nothing to do with disputes.
    pub(crate) fn learn(&mut self, entry: &Entry, context: &Context<'_>) {
        let (event, by) = (entry.event(), entry.header.seq);
        let payload = KernelPayload::decode(&event.event_type, event.version, &event.payload);
        match payload {
            Some(Ok(KernelPayload::RecordDisputed(p))) => {
                let target = context.history.seq_of(&p.target).filter(|seq| *seq < by);
                let dispute = target.map(|target| Dispute { target, by, settled: None });
                self.all.extend(dispute.map(|dispute| (event.stream.clone(), dispute)));
            }
            Some(Ok(KernelPayload::RecordDisputeSettled(_))) => {
                if let Some(dispute) = self.all.get_mut(&event.stream) {
                    dispute.settled.get_or_insert(by);
                }
            }
            _ => {}
        }
    }

    /// Those that nobody has settled.
    pub fn open(&self) -> impl Iterator<Item = &Dispute> {
        self.all.values().filter(|dispute| dispute.settled.is_none())
    }
}
