//! The record, open for reading: entries by position, event hash or id, and the state they make.

use crate::admission::Admission;
use crate::brackets::{Brackets, Cosigned};
use crate::error::LedgerError;
use crate::forks;
use crate::kernel::Kernel;
use crate::prove;
use crate::rivals;
use crate::verify::{self, Examined, Follower, Report};
use accord_format::bundle::Bundle;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::entry::Entry;
use accord_format::merkle;
use accord_format::receipt::Receipt;
use accord_store::disk::{Disk, RealDisk};
use accord_store::{Reader, View, witnessed};
use std::path::Path;
use std::sync::Arc;

/// A ledger as it was when it was opened; later appends are not seen.
#[derive(Debug)]
pub struct Record {
    reader: Reader,
}

/// What a writer met and kept that is signed and does not fit its copy of the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forks {
    /// Checkpoints of this log over another history, or over more of it: path below the ledger's
    /// directory, and size.
    pub checkpoints: Vec<(String, u64)>,
    /// Paths of events whose authors saw another history.
    pub events: Vec<String>,
}

impl Record {
    /// Opens the ledger in a directory for reading, beside a writer or without one.
    pub fn open(directory: &Path) -> Result<Self, LedgerError> {
        let disk: Arc<dyn Disk> = Arc::new(RealDisk::new(directory));
        Ok(Self::of(Reader::open(disk)?))
    }

    /// Wraps a reader.
    pub const fn of(reader: Reader) -> Self {
        Self { reader }
    }

    /// The reader behind it.
    pub const fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Entries and hashes.
    pub fn view(&self) -> View<'_> {
        self.reader.view()
    }

    /// Number of entries.
    pub const fn size(&self) -> u64 {
        self.reader.size()
    }

    /// The checkpoint that covers everything read here. It is the operator's newest head, which
    /// may not be published yet.
    pub fn head(&self) -> Result<SignedCheckpoint, LedgerError> {
        parse(&self.reader.head().note, self.size())
    }

    /// The latest published checkpoint.
    pub fn published(&self) -> Result<Option<SignedCheckpoint>, LedgerError> {
        self.reader.published().map(|p| parse(&p.note, p.size)).transpose()
    }

    /// What was met of this ledger that does not fit it, in `private/`, where this copy has that.
    pub fn forks(&self) -> Result<Forks, LedgerError> {
        let disk = self.reader.disk();
        let kept = rivals::kept(disk)?;
        let of = |rival: &SignedCheckpoint| (rivals::path(rival), rival.checkpoint().size);
        Ok(Forks { checkpoints: kept.iter().map(of).collect(), events: forks::events(disk)? })
    }

    /// The entry at `seq`.
    pub fn entry(&self, seq: u64) -> Result<Entry, LedgerError> {
        let bytes = self.view().entry(seq)?;
        Entry::parse(&bytes).map_err(|e| LedgerError::Unreadable { seq, why: e.to_string() })
    }

    /// The entries from `seq` on, in order.
    pub fn entries(&self, seq: u64) -> impl Iterator<Item = Result<Entry, LedgerError>> + '_ {
        self.view().batches(seq).flat_map(|batch| match batch {
            Err(error) => vec![Err(error.into())],
            Ok(batch) => batch
                .iter()
                .map(|(seq, bytes)| {
                    Entry::parse(bytes)
                        .map_err(|e| LedgerError::Unreadable { seq, why: e.to_string() })
                })
                .collect(),
        })
    }

    /// The first entry for which `matches` holds; reads the record from its start.
    pub fn find(&self, matches: impl Fn(&Entry) -> bool) -> Result<Option<Entry>, LedgerError> {
        for entry in self.entries(0) {
            let entry = entry?;
            if matches(&entry) {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    /// Verifies everything and gives the state that comes of it.
    pub fn verify(
        &self,
        options: verify::Options,
        follower: &mut dyn Follower,
    ) -> (Report, Kernel) {
        verify::verify(&self.reader, options, follower)
    }

    /// The same, with what can be kept for the next verification.
    pub fn examine(&self, options: verify::Options, follower: &mut dyn Follower) -> Examined {
        verify::examine(&self.reader, options, follower)
    }

    /// Folds the kernel without checking signatures: for commands that need names and powers, not
    /// proof. Whoever needs proof verifies.
    pub fn kernel(&self, admission: Option<Box<dyn Admission>>) -> Result<Kernel, LedgerError> {
        let options =
            verify::Options { admission, from: Some(self.head()?), ..verify::Options::default() };
        Ok(verify::fold(&self.reader, options))
    }

    /// Between which instants entries were recorded, by the checkpoints that met their quorum.
    pub fn brackets(&self, kernel: &Kernel) -> Result<Brackets, LedgerError> {
        let mut others = Vec::new();
        for size in witnessed::sizes(self.reader.disk())? {
            let Ok(Some(found)) = witnessed::read(self.reader.disk(), size) else { continue };
            let Ok(note) = SignedCheckpoint::parse(found.note.as_bytes()) else { continue };
            let keys = kernel.checkpoint_keys(size);
            let own = size <= self.size()
                && note.verify(&kernel.origin(), keys).is_ok()
                && merkle::root(&self.view(), size)? == note.checkpoint().root;
            let policy = kernel.policies().at(size).filter(|_| own);
            others.extend(policy.and_then(|policy| Cosigned::of(policy, &note)));
        }
        Ok(Brackets::new(kernel.anchors().iter().copied(), others))
    }

    /// The head that waits for cosignatures.
    pub fn pending(&self) -> Result<Option<SignedCheckpoint>, LedgerError> {
        let pending = witnessed::pending(self.reader.disk())?;
        pending.map(|pending| parse(&pending.note, pending.size)).transpose()
    }

    /// The receipt of entry `seq` under `checkpoint`.
    pub fn receipt(&self, seq: u64, checkpoint: &SignedCheckpoint) -> Result<Receipt, LedgerError> {
        prove::receipt(&prove::Tiles::of(self.view()), &self.entry(seq)?, checkpoint)
    }

    /// The bundle of entry `seq` under `checkpoint`.
    pub fn bundle(
        &self,
        kernel: &Kernel,
        seq: u64,
        checkpoint: &SignedCheckpoint,
    ) -> Result<Bundle, LedgerError> {
        prove::bundle(&self.view(), kernel, seq, checkpoint)
    }
}

fn parse(note: &str, seq: u64) -> Result<SignedCheckpoint, LedgerError> {
    SignedCheckpoint::parse(note.as_bytes())
        .map_err(|e| LedgerError::Unreadable { seq, why: format!("the checkpoint: {e}") })
}
