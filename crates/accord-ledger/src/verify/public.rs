//! The tiles must be what the entries make, and nothing else may stand in `public/`.

use super::Run;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::hash::NodeHash;
use accord_format::tile::{LEVEL_MAX, TILE_HEIGHT, TILE_WIDTH, TilePath};
use accord_store::{layout, tail};

const TILE_MAX: u64 = 256 * 32;
/// Evidence is hashed in pieces of this many bytes.
const PIECE: u64 = 1 << 20;

impl Run<'_> {
    /// Size of the published checkpoint.
    pub(super) fn published_size(&self) -> u64 {
        self.reader.published().map_or(0, |p| p.size)
    }

    /// The seq of the first entry below hash `at` of a tile.
    fn seq_below(path: TilePath, at: u64) -> u64 {
        let hash = path.index.saturating_mul(TILE_WIDTH).saturating_add(at);
        let height = TILE_HEIGHT * path.level.unwrap_or(0);
        if height < u64::BITS && hash.leading_zeros() >= height { hash << height } else { u64::MAX }
    }

    /// Compares the files of tile (0, `index`), of these widths, with the entries just read.
    pub(super) fn compare_leaf_tiles(&mut self, index: u64, widths: Vec<u16>) {
        let leaves = self.tree.leaves().to_vec();
        self.compare_files(0, index, widths, &leaves);
    }

    fn compare_tiles(&mut self, level: u32, index: u64, hashes: &[Option<NodeHash>]) {
        self.compare_files(level, index, self.listing.widths_of_tile(level, index), hashes);
    }

    fn compare_files(
        &mut self,
        level: u32,
        index: u64,
        widths: Vec<u16>,
        hashes: &[Option<NodeHash>],
    ) {
        for path in widths.into_iter().map(|w| TilePath::tile(level, index, w)) {
            if Self::seq_below(path, u64::from(path.width)) <= self.view.size() {
                self.compare_tile(path, hashes);
            }
        }
    }

    fn compare_tile(&mut self, path: TilePath, hashes: &[Option<NodeHash>]) {
        let file = layout::tile(path);
        let width = usize::from(path.width);
        let found = match self.reader.disk().read(&file, TILE_MAX) {
            Ok(found) => found,
            // It gave way to a wider one since it was listed.
            Err(error) if error.is_not_found() => return,
            Err(error) => {
                let seq = Self::seq_below(path, 0);
                return self.problem("tile-wrong", Some(seq), error.to_string());
            }
        };
        let (chunks, _) = found.as_chunks::<32>();
        let wrong = if found.len() == width * 32 {
            let known = hashes.iter().zip(chunks).take(width);
            let differs = |(hash, found): (&Option<NodeHash>, &[u8; 32])| {
                hash.is_some_and(|hash| hash.as_bytes() != found)
            };
            known.map(differs).position(|wrong| wrong)
        } else {
            Some(0)
        };
        if let Some(at) = wrong {
            let seq = Self::seq_below(path, at as u64);
            let detail = if found.len() == width * 32 {
                format!("{file} differs from the hashes of the entries from hash {at} on")
            } else {
                format!("{file}: expected {} bytes, found {}", width * 32, found.len())
            };
            self.problem("tile-wrong", Some(seq), detail);
        }
    }

    /// Checks that a published size has its files, the tiles above the leaves, and every other
    /// file.
    pub(super) fn public(&mut self) {
        let end = self.tree.end();
        let base = self.reader.image().map_or(0, tail::Image::base);
        let claimed = self.published_size();
        let full = (base.max(claimed) / TILE_WIDTH * TILE_WIDTH).min(end);
        let published = if claimed <= end { claimed } else { 0 };
        self.due_bundles(full, published);
        for level in 0..=LEVEL_MAX {
            if full.max(published).checked_shr(TILE_HEIGHT * level).unwrap_or(0) == 0 {
                break;
            }
            self.due_tiles(level, full, published);
        }
        let tiles: Vec<(u32, u64)> = self.listing.tiles.keys().copied().collect();
        for (level, index) in tiles {
            // Those of leaves were compared while their entries were at hand, if there were any.
            if level > 0 || index >= self.reach() {
                let hashes = self.tree.tile(level, index).to_vec();
                self.compare_tiles(level, index, &hashes);
            }
        }
        self.unexpected();
    }

    fn due_tiles(&mut self, level: u32, full: u64, published: u64) {
        let tiles = |size: u64| size.checked_shr(TILE_HEIGHT * (level + 1)).unwrap_or(0);
        let width = TilePath::width_at(level, tiles(published), published);
        let count = tiles(full).max(if width > 0 { tiles(published) + 1 } else { 0 });
        for index in 0..count {
            let whole = TilePath::tile(level, index, 256);
            let may_be_partial = index == tiles(published) && index >= tiles(full);
            let partial = TilePath::tile(level, index, width);
            if !(self.is_there(whole) || may_be_partial && self.is_there(partial)) {
                let missing = if may_be_partial { partial } else { whole };
                let seq = Self::seq_below(missing, 0);
                let detail = format!("{} is missing", layout::tile(missing));
                self.problem("tile-missing", Some(seq), detail);
            }
        }
    }

    /// Whether the file was listed, or has come since.
    pub(super) fn is_there(&self, path: TilePath) -> bool {
        self.listing.has(path)
            || self.reader.disk().kind(&layout::tile(path)).is_ok_and(|kind| kind.is_some())
    }

    /// Names every file that no ledger has. Tiles and bundles beyond the size are not judged: a
    /// writer, or whoever copies what it wrote, may be at work.
    fn unexpected(&mut self) {
        for file in self.listing.others.clone() {
            let inside = file.strip_prefix("public/").unwrap_or(&file);
            let known = ["checkpoint", "checkpoint.pending", "incoming.tmp"].contains(&inside)
                || inside.starts_with("witnessed/");
            if known || self.is_evidence(&file, inside) {
                continue;
            }
            let detail = format!("{file} is not a file of a ledger, or not what its name says");
            self.problem("file-unexpected", None, detail);
        }
    }

    /// The size as of now; a writer may be at work.
    pub(super) fn size_now(&self) -> u64 {
        let disk = self.reader.disk();
        let tail = disk.read(layout::TAIL, tail::FILE_BYTES_MAX).ok();
        let tail = tail.and_then(|bytes| tail::scan(&bytes).ok()).map_or(0, |s| s.image.size());
        let note = disk.read(layout::CHECKPOINT, accord_format::checkpoint::NOTE_MAX as u64).ok();
        let published = note.and_then(|note| SignedCheckpoint::parse(&note).ok());
        tail.max(published.map_or(0, |p| p.checkpoint().size)).max(self.view.size())
    }

    /// True for evidence that is what its name says.
    fn is_evidence(&self, file: &str, inside: &str) -> bool {
        let named = inside.strip_prefix("evidence/").and_then(|name| name.split_once('/'));
        let Some((_, hash)) = named.filter(|(start, hash)| hash.get(..2) == Some(start)) else {
            return false;
        };
        let disk = self.reader.disk();
        let Ok(length) = disk.len(file) else { return false };
        let mut hasher = blake3::Hasher::new();
        let mut at = 0;
        while at < length {
            let piece = usize::try_from((length - at).min(PIECE)).unwrap_or(usize::MAX);
            let Ok(bytes) = disk.read_at(file, at, piece) else { return false };
            hasher.update(&bytes);
            at += bytes.len() as u64;
        }
        hasher.finalize().to_hex().as_str() == hash
    }
}
