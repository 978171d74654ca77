//! Marks on records that change nothing in what the records say.

use super::Tally;
use accord_format::entry::Entry;
use accord_format::hash::EventHash;
use accord_ledger::kernel::types::KernelPayload;

impl Tally {
    /// Takes note of a kernel entry; `seq_of` finds the entries that it names.
    pub(crate) fn mark(&mut self, entry: &Entry, seq_of: impl Fn(&EventHash) -> Option<u64>) {
        let (seq, event) = (entry.header.seq, entry.event());
        if event.family() != "record" {
            return;
        }
        let payload = KernelPayload::decode(&event.event_type, event.version, &event.payload);
        match payload {
            Some(Ok(KernelPayload::RecordEndorsed(p))) => {
                if let Some(target) = seq_of(&p.target) {
                    self.endorsed.entry(target).or_default().push(seq);
                }
            }
            Some(Ok(KernelPayload::RecordReaffirmed(p))) => {
                for target in p.targets.iter().filter_map(seq_of) {
                    self.reaffirmed.entry(target).or_insert(seq);
                }
            }
            _ => {}
        }
    }
}
