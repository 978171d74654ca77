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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// What is disputed.
    pub target: u64,
    /// The entry that disputes it.
    pub by: u64,
    /// Who signed that first.
    pub author: String,
    /// How it was settled.
    pub settled: Option<Settlement>,
}

/// How a dispute was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// The entry that says so.
    pub seq: u64,
    /// The resolution that it names.
    pub resolution: Option<String>,
}

impl Disputes {
    /// Takes note of a kernel entry, which is passed over when it has nothing to do with disputes.
    pub(crate) fn learn(&mut self, entry: &Entry, context: &Context<'_>) {
        let (event, by) = (entry.event(), entry.header.seq);
        if event.family() != "record" {
            return;
        }
        let payload = KernelPayload::decode(&event.event_type, event.version, &event.payload);
        match payload {
            Some(Ok(KernelPayload::RecordDisputed(p))) => {
                let target = context.history.seq_of(&p.target).filter(|seq| *seq < by);
                let author = event.author().to_owned();
                let dispute = target.map(|target| Dispute { target, by, author, settled: None });
                self.all.extend(dispute.map(|dispute| (event.stream.clone(), dispute)));
            }
            Some(Ok(KernelPayload::RecordDisputeSettled(p))) => {
                if let Some(dispute) = self.all.get_mut(&event.stream) {
                    let resolution = p.resolution.map(|resolution| resolution.to_string());
                    dispute.settled.get_or_insert(Settlement { seq: by, resolution });
                }
            }
            _ => {}
        }
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Dispute> {
        self.all.values()
    }

    /// Those that nobody has settled.
    pub fn open(&self) -> impl Iterator<Item = &Dispute> {
        self.all.values().filter(|dispute| dispute.settled.is_none())
    }
}
