//! A part of a record, judged by the code that judges the whole.
//!
//! What a part cannot show is that nothing was left out of it: whoever makes the file could keep back
//! a later charter, policy or revocation, and anybody who has the record can show that.

use super::{UnconvincingError, UnprovenError};
use crate::admission::{Candidate, History};
use crate::check::CheckError;
use crate::completeness;
use crate::deposits::Charters;
use crate::history::Told;
use crate::judge::{Bench, Roots};
use crate::kernel::Kernel;
use crate::kernel::note_of;
use crate::kernel::types::KernelPayload;
use crate::keyring::Keyring;
use accord_format::bundle::ProvenEntry;
use accord_format::entry::Entry;
use accord_format::event::Event;
use accord_format::hash::{EventHash, LedgerId, NodeHash};
use accord_format::time::Timestamp;
use accord_format::withheld::ENTRIES_MAX;
use accord_store::View;
use std::collections::BTreeMap;

/// Kernel families whose entries say who has which power, and what is due when.
const POWERS: [&str; 5] = ["ledger", "participant", "key", "delegation", "charter"];
/// The type of the entries that hold cosigned checkpoints.
const ANCHORED: &str = "checkpoint.anchored";

/// True for what says who has which power.
pub(super) fn says_powers(entry: &Entry) -> bool {
    POWERS.contains(&entry.event().family())
}

/// True for the same, and for what brackets the times of entries.
pub(super) fn says_powers_or_times(entry: &Entry) -> bool {
    says_powers(entry) || entry.event().event_type == ANCHORED
}

/// A part of a record, judged in order.
pub(super) struct Part {
    pub(super) kernel: Kernel,
    pub(super) charters: Charters,
    /// Place and time of the last entry, judged or not.
    pub(super) last: Option<(u64, Timestamp)>,
}

/// The entries of a part so far.
#[derive(Default)]
struct Held {
    told: Told,
    entries: BTreeMap<u64, Entry>,
}

impl History for Held {
    fn entry(&self, seq: u64) -> Option<Entry> {
        self.entries.get(&seq).cloned()
    }

    fn seq_of(&self, event: &EventHash) -> Option<u64> {
        self.told.holds(event)
    }

    fn stream(&self, stream: &str) -> Vec<u64> {
        self.told.seqs_of(stream)
    }
}

/// The roots that an entry itself names. Those between the entries of a part are not at hand; what
/// an anchored checkpoint says of the time, its cosignatures say whatever its root.
struct Named(Vec<(u64, NodeHash)>);

impl Named {
    fn by(event: &Event) -> Self {
        let mut all = vec![(event.seen.size, event.seen.root)];
        let payload = KernelPayload::decode(&event.event_type, event.version, &event.payload);
        if let Some(Ok(KernelPayload::CheckpointAnchored(anchored))) = payload {
            let notes = anchored.checkpoints.iter().filter_map(|lines| note_of(lines).ok());
            all.extend(notes.map(|n| (n.checkpoint().size, n.checkpoint().root)));
        }
        Self(all)
    }
}

impl Roots for Named {
    fn root_at(&self, size: u64) -> Option<NodeHash> {
        self.0.iter().find(|(at, _)| *at == size).map(|(_, root)| *root)
    }
}

impl Part {
    /// Judges those of `entries` that are of the kinds `counts`, from the genesis on.
    pub(super) fn of(
        entries: &[ProvenEntry],
        ledger: &LedgerId,
        counts: fn(&Entry) -> bool,
    ) -> Result<Self, UnconvincingError> {
        let (mut bench, mut keyring) = (Bench::new(None), Keyring::default());
        let (mut held, mut charters, mut last) = (Held::default(), Charters::default(), None);
        for proven in entries {
            let (entry, header) = (&proven.entry, proven.entry.header);
            last = Some((header.seq, header.recorded));
            if !counts(entry) {
                continue;
            }
            if header.seq == 0 {
                keyring.learn(entry.event());
                let found = entry.event().hash();
                if found != *ledger {
                    return Err(CheckError::OtherLedger { expected: *ledger, found }.into());
                }
            }
            let signed = keyring.verify(entry.signed());
            signed.map_err(|why| UnconvincingError::Entry { seq: header.seq, why })?;
            keyring.learn(entry.event());
            let candidate = Candidate { header: &header, event: entry.event() };
            let judged = bench.judge(&candidate, &held, &Named::by(entry.event()));
            held.told.tell(entry);
            held.entries.insert(header.seq, entry.clone());
            match judged {
                Ok(judged) => {
                    bench.apply(entry, &judged.findings, &held);
                    charters.note(entry);
                }
                Err(turned_down) if header.seq == 0 => {
                    let why = turned_down.rejection.to_string();
                    return Err(CheckError::Genesis(why).into());
                }
                Err(_) => bench.pass(entry),
            }
        }
        if let Some(seq) = bench.kernel.not_established() {
            return Err(UnconvincingError::NotEstablished(seq));
        }
        Ok(Self { kernel: bench.kernel, charters, last })
    }
}

/// The entries below `from` of the kinds `counts`, each proved under the tree of `size`.
pub(super) fn below(
    view: &View<'_>,
    from: u64,
    size: u64,
    counts: fn(&Entry) -> bool,
) -> Result<Vec<ProvenEntry>, UnprovenError> {
    let mut found = Vec::new();
    completeness::walk(view, 0, from, |step| {
        // One too many says that there are too many.
        if found.len() <= ENTRIES_MAX {
            found.extend(step.entry.filter(counts));
        }
    })?;
    if found.len() > ENTRIES_MAX {
        return Err(UnprovenError::TooMuch);
    }
    found.into_iter().map(|entry| Ok(super::proven(view, entry, size)?)).collect()
}
