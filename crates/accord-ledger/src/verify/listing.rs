//! The files of `public/`, listed once.

use accord_format::tile::TilePath;
use accord_store::disk::Disk;
use accord_store::layout;
use std::collections::{BTreeMap, BTreeSet};

/// The deepest directory below `public/` that a path of 64-bit indices needs.
const DEPTH_MAX: usize = 12;

/// What was found in `public/`.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Widths of the files of each bundle.
    pub(super) bundles: BTreeMap<u64, BTreeSet<u16>>,
    /// Widths of the files of each tile, by level and index.
    pub(super) tiles: BTreeMap<(u32, u64), BTreeSet<u16>>,
    /// Everything else, relative to the ledger's directory.
    pub(super) others: Vec<String>,
}

impl Listing {
    /// Lists what is there. Of a ledger that is being written, everything below a size that was
    /// read before is in it.
    pub(super) fn read(disk: &dyn Disk) -> Self {
        let mut listing = Self::default();
        listing.walk(disk, layout::PUBLIC, 0);
        listing
    }

    fn walk(&mut self, disk: &dyn Disk, directory: &str, depth: usize) {
        let Ok(names) = disk.list(directory) else { return };
        for name in names {
            let path = format!("{directory}/{name}");
            match disk.list(&path) {
                Ok(_) if depth < DEPTH_MAX => self.walk(disk, &path, depth + 1),
                _ => self.add(path),
            }
        }
    }

    fn add(&mut self, file: String) {
        let inside = file.strip_prefix("public/").unwrap_or(&file);
        match TilePath::parse(inside) {
            Ok(TilePath { level: None, index, width }) => {
                self.bundles.entry(index).or_default().insert(width);
            }
            Ok(TilePath { level: Some(level), index, width }) => {
                self.tiles.entry((level, index)).or_default().insert(width);
            }
            Err(_) => self.others.push(file),
        }
    }

    /// Widths of the files of a tile.
    pub(super) fn widths_of_tile(&self, level: u32, index: u64) -> Vec<u16> {
        self.tiles.get(&(level, index)).into_iter().flatten().copied().collect()
    }

    /// Whether a file of this tile or bundle is there.
    pub(super) fn has(&self, path: TilePath) -> bool {
        let widths = match path.level {
            None => self.bundles.get(&path.index),
            Some(level) => self.tiles.get(&(level, path.index)),
        };
        widths.is_some_and(|widths| widths.contains(&path.width))
    }
}
