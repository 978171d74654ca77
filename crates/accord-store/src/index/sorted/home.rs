//! Where an index lives: the names of its files, and what keeps its newest part.

use crate::index::Reflects;
use crate::index::recent::{MemoryRows, Recent, SledRows};
use std::fs;
use std::path::{Path, PathBuf};

/// What ends the name of a run's file; before it stand the sizes at its ends.
const RUN: &str = ".run";
/// What the directory of sled's newest part is called, with the size where it begins.
const NEWEST: &str = "newest-";

/// Names, and the newest part.
#[derive(Debug)]
pub(super) struct Home {
    /// Where on the index's disk it is; nothing at its root.
    dir: String,
    /// The same directory for sled, which opens its own files. Without it the newest part is in
    /// memory, and forgotten.
    sled: Option<PathBuf>,
}

impl Home {
    pub(super) const fn new(dir: String, sled: Option<PathBuf>) -> Self {
        Self { dir, sled }
    }

    pub(super) fn dir(&self) -> &str {
        &self.dir
    }

    /// The path of a file on the index's disk.
    pub(super) fn path(&self, name: &str) -> String {
        if self.dir.is_empty() { name.to_owned() } else { format!("{}/{name}", self.dir) }
    }

    pub(super) fn run(&self, from: u64, to: u64) -> String {
        self.path(&format!("{from}-{to}{RUN}"))
    }

    /// The sizes at the ends of a run, by its file's name.
    pub(super) fn ends(name: &str) -> Option<(u64, u64)> {
        let (from, to) = name.strip_suffix(RUN)?.split_once('-')?;
        let (from, to) = (from.parse().ok()?, to.parse().ok()?);
        (from < to && format!("{from}-{to}{RUN}") == name).then_some((from, to))
    }

    /// Begins a newest part.
    pub(super) fn begin(&self, base: Reflects) -> Box<dyn Recent> {
        match &self.sled {
            Some(path) => {
                let path = newest(path, base.size);
                // Something may have been left there by whoever was stopped.
                drop(fs::remove_dir_all(&path));
                Box::new(SledRows::begin(path, base))
            }
            None => Box::new(MemoryRows::from(base)),
        }
    }

    /// Opens the newest part that goes on from `base`, or begins it; then perhaps with the reason
    /// why there is no use of what is there.
    pub(super) fn open(&self, base: Reflects) -> (Box<dyn Recent>, Option<String>) {
        let Some(path) = self.sled.as_ref().map(|path| newest(path, base.size)) else {
            return (self.begin(base), None);
        };
        if fs::symlink_metadata(&path).is_err() {
            return (self.begin(base), None);
        }
        match SledRows::open(path, base) {
            Ok(rows) => (Box::new(rows), None),
            Err(error) => (self.begin(base), Some(format!("its newest part: {error}"))),
        }
    }

    /// Removes the newest parts of other bases.
    pub(super) fn tidy(&self, base: u64) {
        let Some(path) = &self.sled else { return };
        let Ok(items) = fs::read_dir(path) else { return };
        for item in items.filter_map(Result::ok) {
            let name = item.file_name();
            let own = name.to_str().and_then(|name| name.strip_prefix(NEWEST));
            if own.is_some_and(|own| own != base.to_string()) {
                // What cannot be removed takes place, and is of no other harm.
                drop(fs::remove_dir_all(item.path()));
            }
        }
    }
}

fn newest(path: &Path, base: u64) -> PathBuf {
    path.join(format!("{NEWEST}{base}"))
}
