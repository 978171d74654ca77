//! The entries and hashes below a fixed size, wherever they lie: bundle, tail, or published partial.

use crate::disk::{Disk, DiskError};
use crate::error::{Corruption, StoreError, StoreResult, What};
use crate::layout;
use crate::tail::Image;
use crate::tree::Edge;
use accord_format::entry::ENTRY_MAX;
use accord_format::hash::NodeHash;
use accord_format::merkle::{Nodes, root_of};
use accord_format::tile::{LEVEL_MAX, TILE_HEIGHT, TILE_WIDTH, TilePath, parse_bundle_of};
use std::ops::Range;

/// Entries in a full bundle.
const WIDTH: u64 = TILE_WIDTH;
/// Hashes in a full tile, as a file has them.
const FULL: u16 = 256;
const HASH_BYTES: usize = 32;
/// Longest bundle: 256 entries with their lengths.
pub(crate) const BUNDLE_BYTES_MAX: u64 = WIDTH * (ENTRY_MAX as u64 + 2);

/// What can be read of a ledger at one size.
///
/// Nothing here is checked against a checkpoint: that is the verifier's work, and a proof made from
/// wrong hashes does not verify. As [`Nodes`] it gives the hashes that proofs are made of.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    pub(crate) disk: &'a dyn Disk,
    /// The tail, where there is one to read.
    pub(crate) image: Option<&'a Image>,
    /// The hashes above the full tiles, where they are at hand.
    pub(crate) edge: Option<&'a Edge>,
    pub(crate) size: u64,
    /// Below this all tiles and bundles are full files on disk; a multiple of 256.
    pub(crate) full: u64,
    /// Partial files of this size may be used; 0 for none.
    pub(crate) published: u64,
}

/// Consecutive entries out of one bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    first: u64,
    bytes: Vec<u8>,
    spans: Vec<Range<usize>>,
}

impl Batch {
    /// Reads a bundle that must hold `count` entries, the first being entry `first`.
    fn parse(first: u64, bytes: Vec<u8>, count: u64, path: &str) -> StoreResult<Self> {
        let entries = parse_bundle_of(&bytes, count).map_err(|error| {
            let expected = format!("{count} entries");
            StoreError::from(Corruption::new(What::Bundle, path, expected, error).seq(first))
        })?;
        let mut end = 0;
        let spans = entries.iter().map(|entry| {
            let start = end + 2;
            end = start + entry.len();
            start..end
        });
        let spans = spans.collect();
        Ok(Self { first, bytes, spans })
    }

    /// Seq of the first entry.
    pub const fn first(&self) -> u64 {
        self.first
    }

    /// Number of entries.
    pub const fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The bytes of entry `seq`, if it is in this batch.
    pub fn entry(&self, seq: u64) -> Option<&[u8]> {
        let at = usize::try_from(seq.checked_sub(self.first)?).ok()?;
        self.bytes.get(self.spans.get(at)?.clone())
    }

    /// The entries with their seqs.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let bytes = |span: &Range<usize>| self.bytes.get(span.clone()).unwrap_or_default();
        (self.first..).zip(self.spans.iter().map(bytes))
    }
}

impl<'a> View<'a> {
    /// Number of entries.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The bytes of entry `seq`.
    ///
    /// # Errors
    /// [`StoreError::OutOfRange`], or [`StoreError::Corrupt`] if its bundle does not parse.
    pub fn entry(&self, seq: u64) -> StoreResult<Vec<u8>> {
        let lost = StoreError::OutOfRange { what: "entry", index: seq, size: self.size };
        if seq >= self.size {
            return Err(lost);
        }
        if let Some(entry) = self.image.and_then(|image| image.entry(seq)) {
            return Ok(entry.to_vec());
        }
        let batch = self.batch(seq / WIDTH)?;
        batch.entry(seq).map(<[u8]>::to_vec).ok_or(lost)
    }

    /// The entries of bundle `index`, as far as they lie below the size.
    ///
    /// # Errors
    /// [`StoreError::OutOfRange`], or [`StoreError::Corrupt`] if the bundle does not parse.
    pub fn batch(&self, index: u64) -> StoreResult<Batch> {
        let width = TilePath::width_at(0, index, self.size);
        if width == 0 {
            return Err(StoreError::OutOfRange { what: "bundle", index, size: self.size });
        }
        let first = index * WIDTH;
        let end = first + u64::from(width);
        if let Some(image) = self.image.filter(|i| i.base() <= first && end <= i.size()) {
            let bytes = image.encoded(first, end).to_vec();
            return Batch::parse(first, bytes, u64::from(width), layout::TAIL);
        }
        let (path, bytes) = self.bundle_file(index)?;
        let count = u64::from(path.width);
        let mut batch = Batch::parse(first, bytes, count, &layout::tile(path))?;
        batch.spans.truncate(usize::from(width));
        Ok(batch)
    }

    /// True when [`View::batch`] takes bundle `index` from the tail, not from a public file.
    pub fn is_in_tail(&self, index: u64) -> bool {
        let first = index.saturating_mul(WIDTH);
        let end = first + u64::from(TilePath::width_at(0, index, self.size));
        self.image.is_some_and(|image| image.base() <= first && end <= image.size())
    }

    /// All entries from `seq` on, one bundle after another.
    pub fn batches(&self, seq: u64) -> impl Iterator<Item = StoreResult<Batch>> + use<'a> {
        let view = *self;
        (seq / WIDTH..self.size.div_ceil(WIDTH)).map(move |index| {
            let mut batch = view.batch(index)?;
            let skip = usize::try_from(seq.saturating_sub(batch.first)).unwrap_or(usize::MAX);
            if skip > 0 {
                batch.spans.drain(..skip.min(batch.spans.len()));
                batch.first = seq;
            }
            Ok(batch)
        })
    }

    /// The first `width` hashes of tile (`level`, `index`).
    ///
    /// # Errors
    /// [`StoreError::OutOfRange`], or [`StoreError::Corrupt`] if what it is made from is missing.
    pub fn tile(&self, level: u32, index: u64, width: u16) -> StoreResult<Vec<NodeHash>> {
        if level > LEVEL_MAX || width == 0 || width > TilePath::width_at(level, index, self.size) {
            return Err(StoreError::OutOfRange { what: "tile", index, size: self.size });
        }
        self.hashes(level, index, 0..usize::from(width))
    }

    /// Some hashes of tile (`level`, `index`), all of them below the size.
    fn hashes(&self, level: u32, index: u64, range: Range<usize>) -> StoreResult<Vec<NodeHash>> {
        if TilePath::width_at(level, index, self.full) == FULL {
            let tile = self.read_tile(TilePath::tile(level, index, FULL))?;
            return Ok(tile.get(range).unwrap_or_default().to_vec());
        }
        if level == 0 {
            return self.leaf_hashes(index, range);
        }
        let mut known = Vec::new();
        if let Some(edge) = self.edge {
            known = edge.hashes(level, index).to_vec();
        } else if let Some(partial) = self.partial(Some(level), index) {
            // A partial that cannot be read costs only time.
            known = self.read_tile(partial).unwrap_or_default();
        }
        let mut out = Vec::with_capacity(range.len());
        for at in range {
            out.push(if let Some(hash) = known.get(at) {
                *hash
            } else {
                let below = index * WIDTH + at as u64;
                root_of(&self.hashes(level - 1, below, 0..usize::from(FULL))?)
            });
        }
        Ok(out)
    }

    /// Hashes of a tile of leaves that is not a full file.
    fn leaf_hashes(&self, index: u64, range: Range<usize>) -> StoreResult<Vec<NodeHash>> {
        let first = index * WIDTH;
        if let Some(image) = self.image {
            let leaves: Option<Vec<_>> =
                range.clone().map(|at| image.leaf(first + at as u64)).collect();
            if let Some(leaves) = leaves {
                return Ok(leaves);
            }
        }
        let path = self.partial(Some(0), index).unwrap_or(TilePath::tile(0, index, FULL));
        // Once its full tile was durable, the writer removed the partial one.
        let tile = match self.read_tile(path) {
            Err(_) if path.width < FULL => self.read_tile(TilePath::tile(0, index, FULL))?,
            other => other?,
        };
        tile.get(range).map(<[NodeHash]>::to_vec).ok_or_else(|| {
            let (expected, found) = ("more hashes", format!("{}", tile.len()));
            Corruption::new(What::Tile, layout::tile(path), expected, found).seq(first).into()
        })
    }

    /// The partial file of the published size, if that has one there.
    fn partial(&self, level: Option<u32>, index: u64) -> Option<TilePath> {
        let width = TilePath::width_at(level.unwrap_or(0), index, self.published);
        (1..FULL).contains(&width).then_some(TilePath { level, index, width })
    }

    /// The bundle's file: the full one, or the published partial one.
    fn bundle_file(&self, index: u64) -> StoreResult<(TilePath, Vec<u8>)> {
        let full = TilePath::bundle(index, FULL);
        let read = |path: TilePath| self.disk.read(&layout::tile(path), BUNDLE_BYTES_MAX);
        if let Some(partial) = self.partial(None, index) {
            match read(partial) {
                Ok(bytes) => return Ok((partial, bytes)),
                // Once its full bundle was durable, the writer removed the partial one.
                Err(error) if error.is_not_found() => {
                    return read(full)
                        .map(|bytes| (full, bytes))
                        .map_err(|_| unreadable(What::Bundle, partial, error));
                }
                Err(error) => return Err(unreadable(What::Bundle, partial, error)),
            }
        }
        read(full).map(|bytes| (full, bytes)).map_err(|e| unreadable(What::Bundle, full, e))
    }

    /// A tile's file, which must hold exactly its width of hashes.
    pub(crate) fn read_tile(&self, path: TilePath) -> StoreResult<Vec<NodeHash>> {
        let file = layout::tile(path);
        let wanted = usize::from(path.width) * HASH_BYTES;
        let bytes = self
            .disk
            .read(&file, u64::from(FULL) * HASH_BYTES as u64)
            .map_err(|error| unreadable(What::Tile, path, error))?;
        if bytes.len() != wanted {
            let (expected, found) = (format!("{wanted} bytes"), format!("{} bytes", bytes.len()));
            return Err(Corruption::new(What::Tile, file, expected, found).into());
        }
        let (hashes, _) = bytes.as_chunks::<HASH_BYTES>();
        Ok(hashes.iter().map(|hash| NodeHash::from_bytes(*hash)).collect())
    }
}

/// A file that should be there: missing or too long is corruption, the rest the disk's failure.
fn unreadable(what: What, path: TilePath, error: DiskError) -> StoreError {
    let expected = match what {
        What::Bundle => "a bundle of entries",
        _ => "a tile of hashes",
    };
    let found = if error.is_not_found() {
        "no such file".to_owned()
    } else if error.is_too_large() {
        error.source.to_string()
    } else {
        return error.into();
    };
    let width = if path.level.is_none() || path.level == Some(0) { WIDTH } else { 0 };
    let corruption = Corruption::new(what, layout::tile(path), expected, found);
    if width == 0 { corruption } else { corruption.seq(path.index.saturating_mul(width)) }.into()
}

impl Nodes for View<'_> {
    type Error = StoreError;

    fn node(&self, level: u32, index: u64) -> StoreResult<NodeHash> {
        let (tile_level, height) = (level / TILE_HEIGHT, level % TILE_HEIGHT);
        let beyond = StoreError::OutOfRange { what: "hash", index, size: self.size };
        let end = index.checked_add(1).and_then(|next| next.checked_mul(1_u64.checked_shl(level)?));
        if end.is_none_or(|end| end > self.size) {
            return Err(beyond);
        }
        let first = index << height;
        let start = usize::try_from(first % WIDTH).unwrap_or(0);
        Ok(root_of(&self.hashes(tile_level, first / WIDTH, start..start + (1 << height))?))
    }
}
