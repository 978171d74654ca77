//! One simulated file: what the page cache shows, and what the platter holds.

use super::random::Random;
use std::collections::BTreeMap;

/// The unit that reaches the platter whole or not at all.
pub(super) const SECTOR_BYTES: usize = 512;

/// A sector whose content on the platter is not what the cache shows.
#[derive(Clone, Debug)]
struct Sector {
    /// How many of its bytes the platter holds; the rest read as zeros.
    on_platter: usize,
    /// Its lengths after each append since: a crash may find any of them written back.
    versions: Vec<usize>,
    /// False once a failed sync has marked its page clean: it will not be written again.
    dirty: bool,
}

/// A file's bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Inode {
    /// What reads see.
    data: Vec<u8>,
    /// The length that is certain to survive a power cut.
    durable_len: usize,
    /// Sectors that differ on the platter.
    sectors: BTreeMap<usize, Sector>,
}

impl Inode {
    pub(super) fn data(&self) -> &[u8] {
        &self.data
    }

    pub(super) fn append(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let start = self.data.len();
        self.data.extend_from_slice(bytes);
        let end = self.data.len();
        for index in start / SECTOR_BYTES..=(end - 1) / SECTOR_BYTES {
            let first = index * SECTOR_BYTES;
            let sector = self.sectors.entry(index).or_insert_with(|| Sector {
                on_platter: start.saturating_sub(first),
                versions: Vec::new(),
                dirty: true,
            });
            // Touching a page makes it dirty again, and it is written whole.
            sector.dirty = true;
            sector.versions.push((end - first).min(SECTOR_BYTES));
        }
    }

    /// A sync that worked: all dirty sectors and the length are on the platter.
    pub(super) fn sync(&mut self) {
        self.sectors.retain(|_, sector| !sector.dirty);
        self.durable_len = self.data.len();
    }

    /// A sync that failed and marked the pages clean: the cache shows them, the platter never will.
    pub(super) fn mark_clean(&mut self) {
        for sector in self.sectors.values_mut() {
            sector.dirty = false;
            sector.versions.clear();
        }
    }

    /// Whether a failed sync has left bytes that only the cache holds.
    pub(super) fn is_lying(&self) -> bool {
        self.sectors.values().any(|sector| !sector.dirty)
    }

    /// The cache drops its clean pages, so that reads see the platter for them.
    pub(super) fn evict_clean(&mut self) {
        let clean: Vec<usize> =
            self.sectors.iter().filter(|(_, s)| !s.dirty).map(|(index, _)| *index).collect();
        for index in clean {
            if let Some(sector) = self.sectors.remove(&index) {
                self.forget(index, sector.on_platter);
            }
        }
    }

    /// The power goes: each dirty sector is found at any of its versions, and the length anywhere
    /// between the last durable one and the cache's.
    pub(super) fn lose_power(&mut self, random: &mut Random) {
        for (index, sector) in std::mem::take(&mut self.sectors) {
            let kept = if sector.dirty {
                let choice = random.below(sector.versions.len() + 1);
                choice.checked_sub(1).map_or(sector.on_platter, |n| sector.versions[n])
            } else {
                sector.on_platter
            };
            self.forget(index, kept);
        }
        let unsure = self.data.len() - self.durable_len;
        let length = match random.below(4) {
            0 => self.durable_len,
            1 => self.durable_len + random.below(unsure + 1),
            2 => {
                let any = self.durable_len + random.below(unsure + 1);
                (any / SECTOR_BYTES * SECTOR_BYTES).max(self.durable_len)
            }
            _ => self.data.len(),
        };
        self.data.truncate(length);
        self.durable_len = length;
    }

    fn forget(&mut self, index: usize, kept: usize) {
        let first = index * SECTOR_BYTES;
        let end = (first + SECTOR_BYTES).min(self.data.len());
        let from = (first + kept).min(end);
        self.data[from..end].fill(0);
    }
}
