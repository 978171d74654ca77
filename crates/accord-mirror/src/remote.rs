//! Somebody else's files as parts of a tree of one size.

use crate::found::Problem;
use crate::source::{Answer, Source, Unreachable};
use accord_format::checkpoint::{NOTE_MAX, SignedCheckpoint};
use accord_format::entry::ENTRY_MAX;
use accord_format::hash::NodeHash;
use accord_format::merkle::{Nodes, root_of};
use accord_format::tile::{TILE_HEIGHT, TILE_WIDTH, TilePath, encode_bundle, parse_bundle_of};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Where the checkpoint is.
const CHECKPOINT: &str = "checkpoint";
const PENDING: &str = "checkpoint.pending";
const FULL: u16 = 256;
const HASH_BYTES: usize = 32;
/// The longest bundle.
const BUNDLE_MAX: usize = 256 * (ENTRY_MAX + 2);

/// Why a part is not to be had.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The source does not answer.
    Unreachable(Unreachable),
    /// It answers, and not with the part.
    Found(Box<Problem>),
}

impl From<Unreachable> for Failure {
    fn from(error: Unreachable) -> Self {
        Self::Unreachable(error)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Found(Box::new(problem))
    }
}

/// The checkpoint that the source shows now.
pub(crate) fn checkpoint(source: &mut dyn Source) -> Result<SignedCheckpoint, Failure> {
    let missing = || Problem::new("checkpoint-missing", "there is none").at(CHECKPOINT).into();
    note(source, CHECKPOINT)?.ok_or_else(missing)
}

/// The newer checkpoint that waits for its quorum, if the source shows one.
pub(crate) fn pending(source: &mut dyn Source) -> Result<Option<SignedCheckpoint>, Failure> {
    note(source, PENDING)
}

/// The checkpoint of this size that met its quorum, if the source shows it.
pub(crate) fn witnessed(
    source: &mut dyn Source,
    size: u64,
) -> Result<Option<SignedCheckpoint>, Failure> {
    note(source, &format!("witnessed/{size}"))
}

fn note(source: &mut dyn Source, path: &str) -> Result<Option<SignedCheckpoint>, Failure> {
    let malformed = |why: String| Problem::new("checkpoint-malformed", why).at(path);
    let bytes = match source.fetch(path, NOTE_MAX)? {
        Answer::Bytes(bytes) => bytes,
        Answer::Absent => return Ok(None),
        Answer::Unfit(why) => return Err(malformed(why).into()),
    };
    let parsed = SignedCheckpoint::parse(&bytes);
    parsed.map(Some).map_err(|error| malformed(error.to_string()).came(bytes).into())
}

/// The tree that a checkpoint of this size covers, in somebody else's files.
#[derive(Debug)]
pub(crate) struct Remote<'a> {
    source: RefCell<&'a mut dyn Source>,
    size: u64,
    tiles: RefCell<BTreeMap<TilePath, Vec<NodeHash>>>,
}

/// Tiles kept for proofs: the path of one proof needs no more.
const TILES_MAX: usize = 256;

impl<'a> Remote<'a> {
    pub(crate) fn new(source: &'a mut dyn Source, size: u64) -> Self {
        Self { source: RefCell::new(source), size, tiles: RefCell::default() }
    }

    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    /// The checkpoint of this size that met its quorum, if the source shows it.
    pub(crate) fn witnessed(&self, size: u64) -> Result<Option<SignedCheckpoint>, Failure> {
        witnessed(&mut **self.source.borrow_mut(), size)
    }

    /// Number of entries in bundle `index`.
    pub(crate) fn width(&self, index: u64) -> u16 {
        TilePath::width_at(0, index, self.size)
    }

    /// Bundle `index` with exactly the entries below the size.
    pub(crate) fn bundle(&self, index: u64) -> Result<Vec<u8>, Failure> {
        let width = self.width(index);
        let (path, bytes) = self.file(TilePath::bundle(index, width), BUNDLE_MAX)?;
        let malformed = |why: String| {
            Problem::new("bundle-malformed", why).at(path.to_string()).came(bytes.clone())
        };
        let entries = parse_bundle_of(&bytes, u64::from(path.width));
        let entries = entries.map_err(|error| malformed(error.to_string()))?;
        if path.width == width {
            return Ok(bytes);
        }
        let entries = entries.into_iter().take(usize::from(width));
        Ok(encode_bundle(entries).map_err(|error| malformed(error.to_string()))?)
    }

    /// The first `width` hashes of tile (`level`, `index`).
    pub(crate) fn tile(&self, level: u32, index: u64) -> Result<Vec<NodeHash>, Failure> {
        let width = TilePath::width_at(level, index, self.size);
        let asked = TilePath::tile(level, index, width);
        let (path, bytes) = self.file(asked, usize::from(FULL) * HASH_BYTES)?;
        let expected = usize::from(path.width) * HASH_BYTES;
        if bytes.len() != expected {
            let why = format!("expected {expected} bytes, found {}", bytes.len());
            return Err(Problem::new("tile-malformed", why)
                .at(path.to_string())
                .came(bytes)
                .into());
        }
        let (hashes, _) = bytes.as_chunks::<HASH_BYTES>();
        let hashes = hashes.iter().map(|hash| NodeHash::from_bytes(*hash));
        Ok(hashes.take(usize::from(width)).collect())
    }

    /// A file of the tree: the partial one, or the full one that has taken its place.
    fn file(&self, asked: TilePath, max: usize) -> Result<(TilePath, Vec<u8>), Failure> {
        let full = TilePath { width: FULL, ..asked };
        let kind = if asked.level.is_none() {
            ("bundle-missing", "bundle-malformed")
        } else {
            ("tile-missing", "tile-malformed")
        };
        for path in [asked, full] {
            match self.source.borrow_mut().fetch(&path.to_string(), max)? {
                Answer::Bytes(bytes) => return Ok((path, bytes)),
                Answer::Absent => {}
                Answer::Unfit(why) => {
                    return Err(Problem::new(kind.1, why).at(path.to_string()).into());
                }
            }
            if path == full {
                break;
            }
        }
        let why =
            format!("a checkpoint of size {} is signed, and there is no such file", self.size);
        Err(Problem::new(kind.0, why).at(asked.to_string()).into())
    }
}

/// The hashes that the source's tiles claim. What is made of them proves itself.
impl Nodes for Remote<'_> {
    type Error = Failure;

    fn node(&self, level: u32, index: u64) -> Result<NodeHash, Failure> {
        let (tile_level, height) = (level / TILE_HEIGHT, level % TILE_HEIGHT);
        let beyond = || Problem::new("tile-malformed", "a hash beyond the tree was asked for");
        let first = index.checked_mul(1_u64 << height).ok_or_else(beyond)?;
        let path = TilePath::tile(tile_level, first / TILE_WIDTH, FULL);
        let known = self.tiles.borrow().get(&path).cloned();
        let hashes = if let Some(hashes) = known {
            hashes
        } else {
            let hashes = self.tile(tile_level, path.index)?;
            let mut tiles = self.tiles.borrow_mut();
            if tiles.len() >= TILES_MAX {
                tiles.clear();
            }
            tiles.insert(path, hashes.clone());
            hashes
        };
        let start = usize::try_from(first % TILE_WIDTH).unwrap_or(usize::MAX);
        let subtree = hashes.get(start..start.saturating_add(1 << height));
        Ok(root_of(subtree.ok_or_else(beyond)?))
    }
}
