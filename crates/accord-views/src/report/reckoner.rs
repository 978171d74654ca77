//! A state of the past, for the judges and the errata of reports.

use crate::error::ViewError;
use crate::replay::{Known, Replay, Snapshot};
use accord_format::hash::NodeHash;
use accord_format::merkle::{Frontier, leaf_hash};
use accord_format::time::Timestamp;
use accord_projection::{ProjectionError, Source};

/// A replay that is taken from one (K, T) to the next, so that a run of reports, each later in both
/// than the one before, costs one pass over the record together.
#[derive(Clone, Debug)]
pub(crate) struct Reckoner {
    replay: Replay,
    /// The tree over the entries taken in, where a root is wanted.
    tree: Option<Frontier>,
}

impl Reckoner {
    /// Before the first entry.
    pub(crate) fn new(as_of: Timestamp) -> Result<Self, ViewError> {
        Ok(Self { replay: Replay::new(Known::All, as_of)?, tree: None })
    }

    /// The same, that gives the root too.
    pub(crate) fn rooted(as_of: Timestamp) -> Result<Self, ViewError> {
        Ok(Self { tree: Some(Frontier::default()), ..Self::new(as_of)? })
    }

    /// True when the state of `size` entries as of `as_of` is not behind it.
    pub(crate) fn can_reach(&self, size: u64, as_of: Timestamp) -> bool {
        let state = self.replay.state();
        state.size() <= size && state.as_of() <= as_of
    }

    /// Goes on to the state of the first `size` entries as of `as_of`. The seqs of void entries are
    /// in `void`, in rising order.
    pub(crate) fn reach(
        &mut self,
        size: u64,
        as_of: Timestamp,
        void: &[u64],
        source: &dyn Source,
    ) -> Result<&Snapshot, ViewError> {
        if self.replay.state().as_of() < as_of {
            self.replay.advance(as_of, source)?;
        }
        for seq in self.replay.state().size()..size {
            let entry = source.entry(seq).ok_or(ProjectionError::EntryMissing { seq })?;
            if let Some(tree) = &mut self.tree {
                tree.push(leaf_hash(&entry.to_bytes()));
            }
            self.replay.entry(&entry, void.binary_search(&seq).is_ok(), source)?;
        }
        self.replay.settled(source)
    }

    /// The root over the entries taken in; nothing unless made for it.
    pub(crate) fn root(&self) -> Option<NodeHash> {
        self.tree.as_ref().map(Frontier::root)
    }

    /// The state as it was last reached.
    pub(crate) const fn state(&self) -> &Snapshot {
        self.replay.state()
    }
}
