//! Where entries are read from: the tail, or else the widest bundle file that can be read. Every
//! other file that holds them must hold the same.

use super::{Follower, Run};
use accord_format::tile::{TILE_WIDTH, TilePath, parse_bundle_of};
use accord_store::layout;
use std::ops::Range;

const BUNDLE_MAX: u64 = TILE_WIDTH * (2 + accord_format::entry::ENTRY_MAX as u64);

/// How many times more bundles than there are may be missing between them.
const SPARSE_MAX: u64 = 64;

/// A bundle file, read.
struct Copy {
    path: TilePath,
    bytes: Vec<u8>,
    spans: Vec<Range<usize>>,
    /// True once it was found to differ from what was read elsewhere.
    differs: bool,
}

impl Copy {
    fn parse(path: TilePath, bytes: Vec<u8>) -> Result<Self, String> {
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

    fn entry(&self, at: usize) -> Option<&[u8]> {
        self.bytes.get(self.spans.get(at)?.clone())
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

    /// Verifies every entry that can be found.
    pub(super) fn entries(&mut self, follower: &mut dyn Follower) {
        let total = self.view.size();
        let mut missing_before = false;
        let reach = self.reach();
        for index in 0..reach {
            self.bundle(index, &mut missing_before, follower);
            follower.progress(total.min((index + 1) * TILE_WIDTH), total);
        }
        if reach < total.div_ceil(TILE_WIDTH) {
            self.missing(reach * TILE_WIDTH, !missing_before);
        }
    }

    /// Reads and verifies the entries of one bundle.
    fn bundle(&mut self, index: u64, missing_before: &mut bool, follower: &mut dyn Follower) {
        let reader = self.reader;
        let first = index * TILE_WIDTH;
        let width = TilePath::width_at(0, index, self.view.size());
        let (mut copies, malformed) = self.copies(index, width);
        for (at, seq) in (first..first + u64::from(width)).enumerate() {
            let of_tail = reader.image().and_then(|image| image.entry(seq));
            self.compare_copies(seq, at, of_tail, &mut copies);
        }
        let mut run: Vec<(u64, &[u8])> = Vec::with_capacity(usize::from(width));
        for (at, seq) in (first..first + u64::from(width)).enumerate() {
            let of_tail = reader.image().and_then(|image| image.entry(seq));
            if let Some(entry) = of_tail.or_else(|| copies.first().and_then(|c| c.entry(at))) {
                run.push((seq, entry));
                *missing_before = false;
                continue;
            }
            self.judge_run(&run, follower);
            run.clear();
            self.missing(seq, !*missing_before && !malformed);
            *missing_before = true;
        }
        self.judge_run(&run, follower);
        self.compare_leaf_tiles(index);
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

    /// The files of a bundle, widest first; and whether one of them is no bundle.
    fn copies(&mut self, index: u64, width: u16) -> (Vec<Copy>, bool) {
        let (mut copies, mut malformed) = (Vec::new(), false);
        let widths: Vec<u16> =
            self.listing.bundles.get(&index).into_iter().flatten().rev().copied().collect();
        for path in widths.into_iter().map(|w| TilePath::bundle(index, w)) {
            // Beyond the size a writer may be at work.
            if path.width > width {
                continue;
            }
            let read = match self.reader.disk().read(&layout::tile(path), BUNDLE_MAX) {
                // It gave way to a wider one since it was listed.
                Err(error) if error.is_not_found() => continue,
                Err(error) => Err(error.to_string()),
                Ok(bytes) => Copy::parse(path, bytes),
            };
            match read {
                Ok(copy) => copies.push(copy),
                Err(error) => {
                    malformed = true;
                    let detail = format!("{}: {error}", layout::tile(path));
                    self.problem("bundle-malformed", Some(index * TILE_WIDTH), detail);
                }
            }
        }
        (copies, malformed)
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
