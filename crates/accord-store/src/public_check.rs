//! Compares the public files with the entries: what a static server would hand out must be what the
//! ledger holds.

use crate::error::{Corruption, StoreError, StoreResult, What};
use crate::layout;
use crate::reader::Reader;
use crate::tree::Edge;
use crate::view::{BUNDLE_BYTES_MAX, View};
use accord_format::hash::NodeHash;
use accord_format::merkle::{Frontier, leaf_hash};
use accord_format::tile::{LEVEL_MAX, TILE_HEIGHT, TILE_WIDTH, TilePath, parse_bundle_of};

/// Takes the leaf hashes of a ledger, bundle by bundle, and compares every public file that the
/// published checkpoint or the tail's base calls for.
///
/// It holds no more than the edge of the tree, and reads each tile once. The bundles that a
/// [`View`] reads from their own files are the caller's to check; those that it reads from the tail
/// are compared here.
#[derive(Debug)]
pub struct PublicCheck<'a> {
    view: View<'a>,
    edge: Edge,
    leaves: Vec<NodeHash>,
    problems: Vec<Corruption>,
    /// Set once leaf hashes are missing, so that nothing above them can be compared.
    broken: bool,
}

impl<'a> PublicCheck<'a> {
    /// Begins at the first bundle.
    pub fn new(reader: &'a Reader) -> Self {
        Self {
            view: reader.view(),
            edge: Edge::default(),
            leaves: Vec::new(),
            problems: Vec::new(),
            broken: false,
        }
    }

    /// Takes the leaf hashes of the next bundle's entries; only the last may have fewer than 256.
    /// For a bundle that cannot be read, nothing: then its tile is taken at its word, so that the
    /// root still tells whether the tree is right and only the entries are damaged.
    ///
    /// # Errors
    /// The disk's; what does not check is kept for [`PublicCheck::finish`].
    pub fn bundle(&mut self, leaves: Option<&[NodeHash]>) -> StoreResult<()> {
        if self.broken {
            return Ok(());
        }
        let index = self.edge.full() / TILE_WIDTH;
        let width = TilePath::width_at(0, index, self.view.size());
        self.leaves = match leaves {
            Some(leaves) => leaves.to_vec(),
            None => match self.view.tile(0, index, width) {
                Ok(leaves) => leaves,
                Err(error) => {
                    self.note(Err(error))?;
                    self.broken = true;
                    return Ok(());
                }
            },
        };
        self.published_partials()?;
        if self.leaves.len() as u64 == TILE_WIDTH {
            self.bundle_beside_tail(TilePath::bundle(index, 256))?;
            let leaves = std::mem::take(&mut self.leaves);
            for tile in self.edge.push(leaves) {
                let level = tile.path.level.unwrap_or(0);
                if TilePath::width_at(level, tile.path.index, self.view.full) == 256 {
                    let compared = compare(&self.view, tile.path, &tile.hashes);
                    self.note(compared)?;
                }
            }
        }
        Ok(())
    }

    /// The tree over all leaf hashes given, and everything that did not check; no tree if hashes
    /// were missing.
    pub fn finish(self) -> (Option<Frontier>, Vec<Corruption>) {
        let mut frontier = self.edge.frontier();
        for leaf in &self.leaves {
            frontier.push(*leaf);
        }
        ((!self.broken).then_some(frontier), self.problems)
    }

    /// If the published size lies within this bundle or at its beginning, compares its partials.
    fn published_partials(&mut self) -> StoreResult<()> {
        let (size, full) = (self.view.published, self.edge.full());
        if size < full || size >= full + TILE_WIDTH || size == 0 {
            return Ok(());
        }
        let index = full / TILE_WIDTH;
        let width = TilePath::width_at(0, index, size);
        if width > 0 {
            self.bundle_beside_tail(TilePath::bundle(index, width))?;
            let leaves = self.leaves.get(..usize::from(width)).unwrap_or_default().to_vec();
            let compared = compare(&self.view, TilePath::tile(0, index, width), &leaves);
            self.note(compared)?;
        }
        for level in 1..=LEVEL_MAX {
            let hashes = size.checked_shr(TILE_HEIGHT * level).unwrap_or(0);
            if hashes == 0 {
                break;
            }
            let index = hashes / TILE_WIDTH;
            let width = TilePath::width_at(level, index, size);
            if width > 0 {
                let path = TilePath::tile(level, index, width);
                let hashes = self.edge.hashes(level, index).to_vec();
                let known = hashes.get(..usize::from(width)).unwrap_or_default();
                let compared = compare(&self.view, path, known);
                self.note(compared)?;
            }
        }
        Ok(())
    }

    /// Compares a bundle's file that is published while its entries are read from the tail.
    fn bundle_beside_tail(&mut self, path: TilePath) -> StoreResult<()> {
        let first = path.index * TILE_WIDTH;
        let end = first + u64::from(path.width);
        let from_tail = self.view.image.is_some_and(|image| image.base() <= first);
        if !from_tail || end > self.view.published {
            return Ok(());
        }
        let path = self.existing(path)?;
        let file = layout::tile(path);
        let wanted = self.leaves.get(..usize::from(path.width)).unwrap_or(&self.leaves);
        let bad = |found: String| {
            let expected = format!("entries {first} to {}", end - 1);
            StoreError::from(
                Corruption::new(What::Bundle, file.as_str(), expected, found).seq(first),
            )
        };
        let compared = match self.view.disk.read(&file, BUNDLE_BYTES_MAX) {
            Err(error) if error.is_not_found() => Err(bad("no such file".to_owned())),
            Err(error) if error.is_too_large() => Err(bad(error.source.to_string())),
            Err(error) => return Err(error.into()),
            Ok(bytes) => match parse_bundle_of(&bytes, u64::from(path.width)) {
                Err(error) => Err(bad(error.to_string())),
                Ok(entries) => {
                    let differs =
                        entries.iter().zip(wanted).position(|(e, leaf)| leaf_hash(e) != *leaf);
                    differs.map_or(Ok(()), |at| {
                        Err(bad(format!("another entry {}", first + at as u64)))
                    })
                }
            },
        };
        self.note(compared)
    }

    /// The path itself, or that of the full file if a partial one was superseded.
    fn existing(&self, path: TilePath) -> StoreResult<TilePath> {
        existing(&self.view, path)
    }

    /// Keeps what does not check; passes on what the disk failed at.
    fn note(&mut self, result: StoreResult<()>) -> StoreResult<()> {
        match result {
            Err(StoreError::Corrupt(corruption)) => {
                self.problems.push(*corruption);
                Ok(())
            }
            other => other,
        }
    }
}

fn existing(view: &View<'_>, path: TilePath) -> StoreResult<TilePath> {
    let full = TilePath { width: 256, ..path };
    let superseded = view.disk.kind(&layout::tile(path))?.is_none()
        && view.disk.kind(&layout::tile(full))?.is_some();
    Ok(if superseded { full } else { path })
}

/// Compares a tile's file with the first hashes that it must hold.
fn compare(view: &View<'_>, path: TilePath, wanted: &[NodeHash]) -> StoreResult<()> {
    let path = existing(view, path)?;
    let found = view.read_tile(path)?;
    let Some(at) = found.iter().zip(wanted).position(|(found, wanted)| found != wanted) else {
        return Ok(());
    };
    let leaves = TILE_HEIGHT * path.level.unwrap_or(0);
    let first = (path.index * TILE_WIDTH + at as u64).checked_shl(leaves).unwrap_or(u64::MAX);
    let corruption = Corruption::new(What::TileHash, layout::tile(path), wanted[at], found[at]);
    Err(corruption.at(at * 32).seq(first).into())
}
