//! Going on from what an earlier verification found, without judging again what that judged.
//!
//! Every byte of the old part is read and hashed again, and its files and tiles are compared as ever:
//! damage to them shows. Once the root over them is the one that was verified, what that verification
//! made of them is taken over, and only what is new is parsed, checked, judged and folded. Where
//! anything does not fit, nothing is taken over, and everything is verified from the first entry on.

use super::ahead::{Found, Hashing, Source};
use super::kept::{Carried, Kept, KeptError};
use super::tree::Tree;
use super::{Follower, Run};
use crate::kernel::Kernel;
use crate::keyring::Keyring;
use crate::seen::Seen;
use accord_format::hash::NodeHash;
use accord_format::tile::TILE_WIDTH;
use accord_format::time::Timestamp;

/// Why nothing is taken over.
enum Unfit {
    /// Not as it was kept, or not for this software.
    Kept(KeptError),
    /// The entries are not those that were verified.
    Entries,
}

impl Run<'_> {
    /// Takes over what was kept, if anything was and it fits.
    pub(super) fn go_on(&mut self, follower: &mut dyn Follower) {
        let Some(kept) = self.kept.take() else { return };
        let of = kept.of().clone();
        match self.take_over(&kept, follower) {
            Ok(()) => {
                self.report.trusted = Some(of.size);
                self.report.resumed = Some(of);
            }
            Err(unfit) => {
                self.tree = Tree::default();
                self.report.problems.clear();
                let why = match unfit {
                    Unfit::Kept(why) => why.to_string(),
                    Unfit::Entries => {
                        self.verified = Some((of.size, of.root));
                        "these are not the entries that were verified".to_owned()
                    }
                };
                self.report.not_resumed = Some(why);
            }
        }
    }

    fn take_over(&mut self, kept: &Kept, follower: &mut dyn Follower) -> Result<(), Unfit> {
        let (size, root) = (kept.of().size, kept.of().root);
        kept.fits(self.view.size(), self.bench.admission().is_some()).map_err(Unfit::Kept)?;
        self.hash_again(size, follower);
        if self.tree.root() != Some(root) {
            return Err(Unfit::Entries);
        }
        let carried = kept.carried().map_err(Unfit::Kept)?;
        let seen = kept.seen().map_err(Unfit::Kept)?;
        let kernel = kept.kernel().map_err(Unfit::Kept)?;
        let domain = kept.domain().map_err(Unfit::Kept)?;
        // The last that can fail: then the judges are as they were.
        if let Some(admission) = self.bench.admission_mut() {
            admission.restore(&domain).map_err(|why| Unfit::Kept(KeptError::State(why)))?;
        }
        self.begin_from(size, carried, kernel, seen);
        Ok(())
    }

    fn begin_from(&mut self, size: u64, carried: Carried, kernel: Kernel, seen: Seen) {
        self.first = size;
        self.checker.keyring = Keyring::with(carried.keys);
        self.checkpoint_keys = carried.checkpoint_keys;
        self.link.go_on(carried.prev, Timestamp::from_micros(carried.recorded));
        self.report.signatures = carried.signatures;
        self.report.unchecked = carried.signatures;
        self.report.findings = carried.findings;
        self.report.uninterpreted = carried.uninterpreted;
        (self.bench.kernel, self.seen) = (kernel, seen);
    }

    /// Hashes the first `size` entries into the tree, and compares the files that hold them with it
    /// and with each other. Those of the bundle in which the new entries begin come with these.
    fn hash_again(&mut self, size: u64, follower: &mut dyn Follower) {
        let (total, reach) = (self.view.size(), self.reach());
        let listing = std::mem::take(&mut self.listing);
        let reader = self.reader;
        let source = Source { reader, listing: &listing, from: 0, until: size, reach };
        source.each(Hashing, |found| {
            let index = found.index;
            let end = (index + 1) * TILE_WIDTH;
            self.push_leaves(index * TILE_WIDTH..end.min(size), &found);
            if end <= size {
                self.compare_found(found, listing.widths_of_tile(0, index));
            }
            follower.progress(end.min(size), total);
        });
        self.listing = listing;
    }

    fn push_leaves(&mut self, seqs: std::ops::Range<u64>, found: &Found<(u64, NodeHash)>) {
        let mut leaves = found.entries.iter().peekable();
        for seq in seqs {
            match leaves.next_if(|(at, _)| *at == seq) {
                Some((_, leaf)) => self.tree.push(*leaf),
                None => self.tree.skip(),
            }
        }
    }

    fn compare_found(&mut self, mut found: Found<(u64, NodeHash)>, leaf_tiles: Vec<u16>) {
        self.compare_bundle(&mut found);
        self.compare_leaf_tiles(found.index, leaf_tiles);
    }
}
