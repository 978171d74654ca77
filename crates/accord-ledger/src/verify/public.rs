//! The public files: tiles and bundles must be what the entries make, checkpoints must be of this
//! record and signed with the keys in force.

use super::Run;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::hash::NodeHash;
use accord_format::tile::{TILE_WIDTH, TilePath, parse_bundle};
use accord_store::disk::{Disk, DiskResult};
use accord_store::layout;

const BUNDLE_MAX: u64 = 256 * (2 + accord_format::entry::ENTRY_MAX as u64);
const TILE_MAX: u64 = 256 * 32;
const FULL: u16 = 256;
/// The deepest directory below `public/tile` that a path of 64-bit indices needs.
const DEPTH_MAX: usize = 12;

impl Run<'_> {
    fn published_size(&self) -> u64 {
        self.reader.published().map_or(0, |p| p.size)
    }

    /// Checks tile (0, `index`) as far as it is published.
    pub(super) fn check_leaf_tile(&mut self, index: u64, leaves: &[NodeHash]) {
        let width = TilePath::width_at(0, index, self.published_size());
        if width > 0 {
            self.compare_tile(TilePath::tile(0, index, width), leaves);
        }
    }

    /// The file of a tile or bundle, and how many hashes or entries it should hold. Once the full
    /// one is durable the writer removes the partial ones, also those of the published size; then
    /// the full one stands for them.
    fn public_file(&self, path: TilePath, max: u64) -> DiskResult<(Vec<u8>, u16)> {
        let read = |path: TilePath| self.reader.disk().read(&layout::tile(path), max);
        match read(path) {
            Err(missing) if missing.is_not_found() && path.width < FULL => {
                let full = TilePath { width: FULL, ..path };
                read(full).map(|bytes| (bytes, FULL)).map_err(|_| missing)
            }
            other => other.map(|bytes| (bytes, path.width)),
        }
    }

    fn compare_tile(&mut self, path: TilePath, hashes: &[NodeHash]) {
        let seq = path.level.map(|l| (path.index * TILE_WIDTH) << (8 * l).min(56));
        let file = layout::tile(path);
        let Some(hashes) = hashes.get(..usize::from(path.width)) else {
            return;
        };
        let expected: Vec<u8> = hashes.iter().flat_map(|h| *h.as_bytes()).collect();
        match self.public_file(path, TILE_MAX) {
            Ok((found, width))
                if found.len() == usize::from(width) * 32 && found.starts_with(&expected) => {}
            Ok((found, _)) => {
                let at = expected.iter().zip(&found).take_while(|(a, b)| a == b).count();
                let detail =
                    format!("{file} differs from the hashes of the entries from byte {at} on");
                self.problem("tile-wrong", seq, detail);
            }
            Err(error) if error.is_not_found() => {
                self.problem("tile-missing", seq, format!("{file} is missing"));
            }
            Err(error) => self.problem("tile-wrong", seq, error.to_string()),
        }
    }

    /// Checks the published bundle `index` when the entries were read from the private tail.
    pub(super) fn check_bundle_file(&mut self, index: u64, entries: &[(u64, &[u8])]) {
        let width = TilePath::width_at(0, index, self.published_size());
        if width == 0 || !self.view.is_in_tail(index) {
            return;
        }
        let path = TilePath::bundle(index, width);
        self.compare_bundle(path, entries);
    }

    fn compare_bundle(&mut self, path: TilePath, entries: &[(u64, &[u8])]) {
        let file = layout::tile(path);
        let first = path.index * TILE_WIDTH;
        let (bytes, holds) = match self.public_file(path, BUNDLE_MAX) {
            Ok(found) => found,
            Err(error) => {
                let code = if error.is_not_found() { "entry-missing" } else { "bundle-malformed" };
                return self.problem(code, Some(first), format!("{file}: {error}"));
            }
        };
        match parse_bundle(&bytes) {
            Err(error) => self.problem("bundle-malformed", Some(first), format!("{file}: {error}")),
            Ok(found) => {
                let width = usize::from(path.width);
                let expected = entries.iter().take(width).map(|(_, e)| *e);
                if found.len() != usize::from(holds)
                    || !expected.eq(found.iter().take(width).copied())
                {
                    let detail = format!("{file} holds other entries than the ledger");
                    self.problem("bundle-malformed", Some(first), detail);
                }
            }
        }
    }

    /// Checks the higher tiles of the published size, and every other file below `public/`.
    pub(super) fn public(&mut self) {
        let size = self.published_size();
        for level in 1..8 {
            let hashes = size >> (8 * level);
            for index in 0..hashes.div_ceil(TILE_WIDTH) {
                let width = TilePath::width_at(level, index, size);
                let tile = self.tree.tile(level, index).to_vec();
                self.compare_tile(TilePath::tile(level, index, width), &tile);
            }
        }
        let mut files = Vec::new();
        walk(self.reader.disk(), layout::PUBLIC, 0, &mut files);
        for file in files {
            self.other_file(&file, size);
        }
    }

    fn other_file(&mut self, file: &str, size: u64) {
        let inside = file.strip_prefix("public/").unwrap_or(file);
        let known = ["checkpoint", "checkpoint.pending", "incoming.tmp"];
        if known.contains(&inside)
            || inside.starts_with("evidence/")
            || inside.starts_with("witnessed/")
        {
            return;
        }
        let Ok(path) = TilePath::parse(inside) else {
            return self.problem(
                "file-unexpected",
                None,
                format!("{file} is not a file of a ledger"),
            );
        };
        let current = TilePath::width_at(path.level.unwrap_or(0), path.index, size);
        // Those of the published size have been compared. Beyond the head a writer may be at work.
        let beyond =
            path.width > TilePath::width_at(path.level.unwrap_or(0), path.index, self.view.size());
        if path.width == current || beyond {
            return;
        }
        match path.level {
            Some(level) if level > 0 => {
                let tile = self.tree.tile(level, path.index).to_vec();
                self.compare_tile(path, &tile);
            }
            level => {
                let Ok(batch) = self.view.batch(path.index) else { return };
                let entries: Vec<(u64, &[u8])> = batch.iter().collect();
                if level.is_none() {
                    self.compare_bundle(path, &entries);
                } else {
                    let leaves: Vec<NodeHash> =
                        entries.iter().map(|(_, e)| accord_format::merkle::leaf_hash(e)).collect();
                    self.compare_tile(path, &leaves);
                }
            }
        }
    }

    /// Checks the head and the published checkpoint.
    pub(super) fn heads(&mut self) {
        let head = self.reader.head().note.clone();
        self.checkpoint(&head, "the head checkpoint of the tail");
        if let Some(published) =
            self.reader.published().map(|p| p.note.clone()).filter(|n| *n != head)
        {
            self.checkpoint(&published, "public/checkpoint");
        }
    }

    fn checkpoint(&mut self, note: &str, which: &str) {
        let signed = match SignedCheckpoint::parse(note.as_bytes()) {
            Ok(signed) => signed,
            Err(error) => {
                return self.problem("checkpoint-malformed", None, format!("{which}: {error}"));
            }
        };
        let head = signed.checkpoint();
        let keys = self.bench.kernel.checkpoint_keys(head.size);
        if let Err(error) = signed.verify(&self.bench.kernel.origin(), keys) {
            self.problem("checkpoint-signature", None, format!("{which}: {error}"));
        }
        if head.size > self.view.size() {
            let detail =
                format!("{which} covers {} entries, there are {}", head.size, self.view.size());
            self.problem("checkpoint-size", None, detail);
            return;
        }
        if let Some(root) = self.tree.root_at(head.size, &self.view).filter(|r| *r != head.root) {
            let detail = format!("{which}: expected root {}, the entries give {root}", head.root);
            self.problem("checkpoint-root", None, detail);
        }
    }
}

fn walk(disk: &dyn Disk, directory: &str, depth: usize, files: &mut Vec<String>) {
    let Ok(names) = disk.list(directory) else { return };
    for name in names {
        let path = format!("{directory}/{name}");
        match disk.list(&path) {
            Ok(_) if depth < DEPTH_MAX => walk(disk, &path, depth + 1, files),
            _ => files.push(path),
        }
    }
}
