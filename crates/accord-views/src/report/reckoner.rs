//! States of the past, for the judges and the errata of reports.

use crate::error::ViewError;
use crate::replay::{Known, Replay, Snapshot};
use crate::said::Sayings;
use accord_format::hash::NodeHash;
use accord_format::merkle::{Frontier, leaf_hash};
use accord_format::time::Timestamp;
use accord_projection::{ProjectionError, Source};

/// How many states are kept to go on from. Each is a state of all families.
const KEPT_MAX: usize = 3;

/// What is known of entries by those who judged them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told<'a> {
    /// The seqs of void entries, in rising order.
    pub(crate) void: &'a [u64],
    /// What was said of the others.
    pub(crate) sayings: &'a Sayings,
}

/// States that were reached, the latest used last, from which the next request goes on: one that
/// goes back behind the last one, such as an erratum of an earlier report, costs what lies between,
/// and not the record anew.
#[derive(Clone, Debug, Default)]
pub(crate) struct Past {
    kept: Vec<Reckoner>,
}

impl Past {
    /// Goes to the state of the first `size` entries as of `as_of`, by way of the nearest kept.
    pub(crate) fn reach(
        &mut self,
        size: u64,
        as_of: Timestamp,
        told: Told<'_>,
        source: &dyn Source,
    ) -> Result<&Reckoner, ViewError> {
        // What fails half-way is not kept.
        let mut reckoner = self.nearest(size, as_of)?;
        reckoner.reach(size, as_of, told, source)?;
        if self.kept.len() >= KEPT_MAX {
            self.kept.remove(0);
        }
        let at = self.kept.len();
        self.kept.push(reckoner);
        self.kept.get(at).ok_or(ViewError::Empty)
    }

    fn nearest(&mut self, size: u64, as_of: Timestamp) -> Result<Reckoner, ViewError> {
        let reaching = self.kept.iter().enumerate().filter(|(_, r)| r.can_reach(size, as_of));
        let nearest = reaching.max_by_key(|(_, r)| (r.state().size(), r.state().as_of()));
        match nearest.map(|(at, kept)| (at, kept.state().as_of() == as_of)) {
            None => Reckoner::rooted(as_of),
            // The same moment of a longer record will do for whatever asks next.
            Some((at, true)) => Ok(self.kept.remove(at)),
            Some((at, false)) => {
                let kept = self.kept.get(at).cloned();
                kept.map_or_else(|| Reckoner::rooted(as_of), Ok)
            }
        }
    }
}

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
    fn rooted(as_of: Timestamp) -> Result<Self, ViewError> {
        Ok(Self { tree: Some(Frontier::default()), ..Self::new(as_of)? })
    }

    /// True when the state of `size` entries as of `as_of` is not behind it.
    fn can_reach(&self, size: u64, as_of: Timestamp) -> bool {
        let state = self.replay.state();
        state.size() <= size && state.as_of() <= as_of
    }

    /// Goes on to the state of the first `size` entries as of `as_of`.
    pub(crate) fn reach(
        &mut self,
        size: u64,
        as_of: Timestamp,
        told: Told<'_>,
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
            self.replay.retell(seq, told.sayings);
            self.replay.entry(&entry, told.void.binary_search(&seq).is_ok(), source)?;
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
