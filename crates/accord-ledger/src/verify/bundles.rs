//! Where entries are read from: the tail, or else the widest bundle file that can be read. Every
//! other file that holds them must hold the same.

use super::ahead::{Checked, Found, Source, seqs_of};
use super::{Follower, Run};
use accord_format::tile::{TILE_WIDTH, TilePath, parse_bundle_of};
use accord_store::layout;
use std::ops::Range;

/// How many times more bundles than there are may be missing between them.
const SPARSE_MAX: u64 = 64;

/// A bundle file, read.
pub(super) struct Copy {
    path: TilePath,
    bytes: Vec<u8>,
    spans: Vec<Range<usize>>,
    /// True once it was found to differ from what was read elsewhere.
    differs: bool,
}

impl Copy {
    pub(super) fn parse(path: TilePath, bytes: Vec<u8>) -> Result<Self, String> {
        let entries = parse_bundle_of(&bytes, u64::from(path.width)).map_err(|e| e.to_string())?;
        let mut end = 0;
        let spans = entries.iter().map(|entry| {
            let start = end + 2;
            end = start + entry.len();
            start..end
        });
        let spans = spans.collect();
        Ok(Self { path, bytes, spans, differs: false })
    }

    pub(super) fn entry(&self, at: usize) -> Option<&[u8]> {
        self.bytes.get(self.spans.get(at)?.clone())
    }

    /// Length of the file.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes.len()
    }
}

impl Run<'_> {
    /// Number of bundles of which anything may be found: neither file nor tail holds one behind.
    pub(super) fn reach(&self) -> u64 {
        let of_files = self.listing.bundles.keys().next_back().map_or(0, |last| last + 1);
        let of_tail = self.reader.image().map_or(0, |tail| tail.size().div_ceil(TILE_WIDTH));
        // A checkpoint can claim any size and a file any place: beyond a record of which most is
        // missing nothing is looked for, or looking would not end.
        let tail = self.reader.image().map_or(0, |tail| tail.size() - tail.base());
        let there = self.listing.bundles.len() as u64 + tail.div_ceil(TILE_WIDTH);
        let sparse = there.saturating_mul(SPARSE_MAX).saturating_add(1_024);
        of_files.max(of_tail).min(self.view.size().div_ceil(TILE_WIDTH)).min(sparse)
    }

    /// Verifies every entry that can be found, from the first that is not taken over on.
    pub(super) fn entries(&mut self, follower: &mut dyn Follower) {
        let total = self.view.size();
        let mut missing_before = false;
        let reach = self.reach();
        let listing = std::mem::take(&mut self.listing);
        let (reader, checker) = (self.reader, std::mem::take(&mut self.checker));
        let source = Source { reader, listing: &listing, from: self.first, until: total, reach };
        self.checker = source.each(checker, |found| {
            let (index, leaf_tiles) = (found.index, listing.widths_of_tile(0, found.index));
            self.bundle(found, &mut missing_before, follower);
            self.compare_leaf_tiles(index, leaf_tiles);
            follower.progress(total.min((index + 1) * TILE_WIDTH), total);
        });
        self.listing = listing;
        if reach < total.div_ceil(TILE_WIDTH) {
            self.missing(reach * TILE_WIDTH, !missing_before);
        }
    }

    /// Verifies the entries of one bundle.
    fn bundle(
        &mut self,
        mut found: Found<Checked>,
        missing_before: &mut bool,
        follower: &mut dyn Follower,
    ) {
        let any_malformed = self.compare_bundle(&mut found);
        let mut entries = found.entries.into_iter().peekable();
        let seqs = seqs_of(found.index, self.view.size());
        for seq in seqs.start.max(self.first)..seqs.end {
            if let Some(entry) = entries.next_if(|entry| entry.seq == seq) {
                self.link(entry, follower);
                *missing_before = false;
                continue;
            }
            self.missing(seq, !*missing_before && !any_malformed);
            *missing_before = true;
        }
    }

    /// Names what is wrong with the files of a bundle; true when one of them is none.
    pub(super) fn compare_bundle<D>(&mut self, found: &mut Found<D>) -> bool {
        let malformed = std::mem::take(&mut found.malformed);
        let any_malformed = !malformed.is_empty();
        for detail in malformed {
            self.problem("bundle-malformed", Some(found.index * TILE_WIDTH), detail);
        }
        let reader = self.reader;
        for (at, seq) in seqs_of(found.index, self.view.size()).enumerate() {
            let of_tail = reader.image().and_then(|image| image.entry(seq));
            self.compare_copies(seq, at, of_tail, &mut found.copies);
        }
        any_malformed
    }

    fn missing(&mut self, seq: u64, told: bool) {
        if told {
            self.lost("entry-missing", seq, "no file holds the entries from here on");
        }
        self.damage.lost.get_or_insert(seq);
        self.damage.altered.get_or_insert(seq);
        if seq == 0 {
            self.problem("genesis-invalid", Some(0), "the genesis entry is missing");
        }
        self.gap(seq);
        self.tree.skip();
    }

    /// Names each file that differs from what is read, at its first difference.
    fn compare_copies(&mut self, seq: u64, at: usize, of_tail: Option<&[u8]>, copies: &mut [Copy]) {
        let differs = |copy: &Copy, read: &[u8]| copy.entry(at).is_some_and(|own| own != read);
        let (widest, others) = match (of_tail, copies.split_first_mut()) {
            (_, None) => return,
            (Some(read), Some(_)) => (read, copies),
            (None, Some((widest, others))) => match widest.entry(at) {
                Some(read) => (read, others),
                None => return,
            },
        };
        let mut found = Vec::new();
        for copy in others.iter_mut().filter(|copy| !copy.differs && differs(copy, widest)) {
            copy.differs = true;
            found.push(layout::tile(copy.path));
        }
        for file in found {
            let detail = format!("{file} holds another entry than was read");
            self.problem("bundle-malformed", Some(seq), detail);
        }
    }

    /// Checks that the bundles which must stand in `public/` do, though the tail may hold their
    /// entries as well.
    pub(super) fn due_bundles(&mut self, full: u64, published: u64) {
        for index in 0..full.max(published).div_ceil(TILE_WIDTH).min(self.reach()) {
            let first = index * TILE_WIDTH;
            let width = TilePath::width_at(0, index, full.max(published));
            let found = self.is_there(TilePath::bundle(index, 256))
                || self.is_there(TilePath::bundle(index, width));
            if !found && self.was_found(first) {
                let detail = format!("{} is missing", layout::tile(TilePath::bundle(index, width)));
                self.problem("entry-missing", Some(first), detail);
            }
        }
    }
}
