//! The state of any (K, T), from the record.

use crate::error::ViewError;
use crate::families::{Families, FamilyDigest};
use crate::said::Sayings;
use accord_format::entry::Entry;
use accord_format::hash::{EntryHash, EventHash, LedgerId, NodeHash};
use accord_format::time::Timestamp;
use accord_ledger::admission::{Admission, Context, Finding, History};
use accord_ledger::kernel::Kernel;
use accord_ledger::places::Places;
use accord_projection::{ProjectionError, Source};

/// K: how much of the record is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// All of it.
    All,
    /// The first so many entries.
    Size(u64),
    /// What was recorded by then.
    At(Timestamp),
}

impl Known {
    /// True when the entry is beyond what is known.
    pub fn excludes(&self, entry: &Entry) -> bool {
        match self {
            Self::All => false,
            Self::Size(size) => entry.header.seq >= *size,
            Self::At(at) => entry.header.recorded > *at,
        }
    }
}

/// A replay under way: fed with the entries of the record from the first on, in order, as a
/// verification or a plain reading passes them.
#[derive(Clone, Debug)]
pub struct Replay {
    known: Known,
    snapshot: Snapshot,
    places: Places,
}

impl Replay {
    /// A replay of what is known at `known`, as of `as_of`.
    pub fn new(known: Known, as_of: Timestamp) -> Result<Self, ViewError> {
        let (families, kernel) = (Families::at(as_of)?, Kernel::default());
        let snapshot = Snapshot { families, kernel, as_of, head: None };
        Ok(Self { known, snapshot, places: Places::default() })
    }

    /// Takes in the next entry; `source` gives earlier ones again. An entry is void when it
    /// failed authority or admission: it has a place and no effect. Beyond what is known, nothing
    /// is taken in and the answer is false.
    pub fn entry(
        &mut self,
        entry: &Entry,
        void: bool,
        source: &dyn Source,
    ) -> Result<bool, ViewError> {
        if self.known.excludes(entry) {
            return Ok(false);
        }
        let Snapshot { families, kernel, head, .. } = &mut self.snapshot;
        let (expected, found) = (kernel.size(), entry.header.seq);
        if expected != found {
            return Err(ViewError::Gap { expected, found });
        }
        let event = entry.event();
        self.places.learn(&event.hash(), &event.stream, found);
        *head = Some(entry.hash());
        if void {
            kernel.pass(entry);
            families.tally.pass(entry);
            return Ok(true);
        }
        kernel.apply(entry);
        let history = Below { places: &self.places, source };
        families.take(entry, &Context { kernel, history: &history })?;
        Ok(true)
    }

    /// Hears what is said of the entry at `seq`, which comes next: what needs the state that it
    /// met, a replay does not make by itself.
    pub fn said(&mut self, seq: u64, findings: &[Finding]) {
        Admission::said(&mut self.snapshot.families, seq, findings);
    }

    /// The same, of what was said to other families of this record.
    pub(crate) fn retell(&mut self, seq: u64, sayings: &Sayings) {
        self.snapshot.families.sayings.hear(seq, sayings.of(seq).cloned());
    }

    /// Settles the state.
    pub fn finish(mut self, source: &dyn Source) -> Result<Snapshot, ViewError> {
        self.snapshot.families.settle(source)?;
        Ok(self.snapshot)
    }

    /// Settles the state so far; entries may follow.
    pub fn settled(&mut self, source: &dyn Source) -> Result<&Snapshot, ViewError> {
        self.snapshot.families.settle(source)?;
        Ok(&self.snapshot)
    }

    /// Moves T, forwards or back.
    pub fn advance(&mut self, as_of: Timestamp, source: &dyn Source) -> Result<(), ViewError> {
        self.snapshot.as_of = as_of;
        self.snapshot.families.fix(as_of, source)?;
        Ok(())
    }

    /// All that a replay goes on from, with the state settled.
    pub(crate) fn parts(&mut self, source: &dyn Source) -> Result<(&Snapshot, &Places), ViewError> {
        self.snapshot.families.settle(source)?;
        Ok((&self.snapshot, &self.places))
    }

    /// A replay that goes on from these.
    pub(crate) const fn from_parts(known: Known, snapshot: Snapshot, places: Places) -> Self {
        Self { known, snapshot, places }
    }

    /// The state as it stands; of what was taken in since it was last settled it may know only a
    /// part.
    pub(crate) const fn state(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Replays `entries`, each with whether it is void.
    pub fn run(
        entries: impl IntoIterator<Item = (Entry, bool)>,
        source: &dyn Source,
        known: Known,
        as_of: Timestamp,
    ) -> Result<Snapshot, ViewError> {
        let mut replay = Self::new(known, as_of)?;
        for (entry, void) in entries {
            if !replay.entry(&entry, void, source)? {
                break;
            }
        }
        replay.finish(source)
    }
}

/// The state of one (K, T).
#[derive(Clone, Debug)]
pub struct Snapshot {
    families: Families,
    kernel: Kernel,
    as_of: Timestamp,
    head: Option<EntryHash>,
}

impl Snapshot {
    /// The state of what these entries made.
    pub(crate) fn of(families: Families, kernel: Kernel, head: EntryHash) -> Self {
        let as_of = families.instant();
        Self { families, kernel, as_of, head: Some(head) }
    }

    /// The families' states, to be added to.
    pub(crate) const fn families_mut(&mut self) -> &mut Families {
        &mut self.families
    }

    /// The families' states.
    pub const fn families(&self) -> &Families {
        &self.families
    }

    /// The kernel's state after the last entry known.
    pub const fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// Number of entries known.
    pub const fn size(&self) -> u64 {
        self.kernel.size()
    }

    /// Hash of the last entry known; absent only when the record is empty.
    pub const fn head(&self) -> Option<EntryHash> {
        self.head
    }

    /// T.
    pub const fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// The ledger.
    pub fn ledger(&self) -> Option<LedgerId> {
        self.kernel.ledger()
    }

    /// The digest of every family's state; `root` is the tree's over the entries known.
    pub fn digests(&self, root: NodeHash) -> Result<Vec<FamilyDigest>, ViewError> {
        let ledger = self.ledger().ok_or(ViewError::Empty)?;
        self.families.digests(ledger, self.size(), root, self.as_of)
    }

    /// Fails unless every entry that a figure names can be read again.
    pub fn entries(&self, seqs: &[u64], source: &dyn Source) -> Result<Vec<Entry>, ViewError> {
        let read = |seq: &u64| {
            source.entry(*seq).ok_or(ViewError::from(ProjectionError::EntryMissing { seq: *seq }))
        };
        seqs.iter().map(read).collect()
    }
}

/// The record below the next entry.
struct Below<'a> {
    places: &'a Places,
    source: &'a dyn Source,
}

impl History for Below<'_> {
    fn entry(&self, seq: u64) -> Option<Entry> {
        self.source.entry(seq)
    }

    fn seq_of(&self, event: &EventHash) -> Option<u64> {
        let seq = self.places.find(event)?;
        self.source.entry(seq).filter(|e| e.event().hash() == *event).map(|_| seq)
    }

    // Replaying folds and judges nothing, and only judges ask for streams.
    fn stream(&self, _: &str) -> Vec<u64> {
        Vec::new()
    }
}
