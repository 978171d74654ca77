//! States that this user keeps of the records that were read, so that the next reading of a moment
//! need not begin at the first entry.
//!
//! ```text
//! states/<ledger id>/<size>-<root>.state
//! ```
//!
//! They lie beside the pins, in a directory that is the reader's own: whoever may only read a ledger
//! keeps them too, and nobody who can write to the ledger can put one there. They are believed by
//! the commands that show a state and by nothing else; verification reads every entry. One that does
//! not fit the record, or is not as it was written, is removed and made again.

use crate::output;
use accord_format::hash::{LedgerId, NodeHash};
use accord_ledger::Reckoning;
use accord_store::disk::{Access, Disk, DiskError, DiskResult, Kind, RealDisk};
use accord_views::{Saved, ViewError};
use std::path::Path;

const STATES: &str = "states";
/// Longest file of a state: a hundred million entries' would be shorter.
const FILE_MAX: u64 = 16 << 30;
/// Entries that are judged anew rather than kept a state for: to do so takes no longer than to read
/// one.
const LEAST: u64 = 1_024;
/// States kept of a record beside that of its end: at most twice so many, and at least so many once
/// they are [`LEAST`] apart.
const KEPT: u64 = 8;

/// The states kept of one ledger.
#[derive(Debug)]
pub(crate) struct States {
    disk: RealDisk,
    folder: String,
}

impl States {
    /// The states of `ledger` below the user's state directory, which need not be there yet.
    pub(crate) fn of(directory: &Path, ledger: &LedgerId) -> Self {
        Self { disk: RealDisk::new(directory), folder: format!("{STATES}/{ledger}") }
    }

    /// The state of the largest part of the first `size` entries; `root` gives the root over so many
    /// entries of the record.
    pub(crate) fn nearest(
        &self,
        size: u64,
        root: impl Fn(u64) -> Option<NodeHash>,
    ) -> Option<(Reckoning, Saved)> {
        let sizes = self.sizes().ok()?;
        for (at, name) in sizes.iter().rev().filter(|(at, _)| *at <= size) {
            match self.read(name, *at, root(*at)) {
                Ok(found) => return Some(found),
                Err(why) => {
                    output::note(format_args!(
                        "a state kept of the first {at} entries is of no use ({why}); it is made anew from them"
                    ));
                    drop(self.disk.remove_file(&format!("{}/{name}", self.folder)));
                }
            }
        }
        None
    }

    fn read(
        &self,
        name: &str,
        size: u64,
        root: Option<NodeHash>,
    ) -> Result<(Reckoning, Saved), ViewError> {
        let unusable = |why: &dyn std::fmt::Display| ViewError::Unusable(why.to_string());
        let bytes = self.disk.read(&format!("{}/{name}", self.folder), FILE_MAX);
        let saved = Saved::from_bytes(&bytes.map_err(|e| unusable(&e))?)?;
        if saved.key.size != size || Some(saved.key.root) != root {
            return Err(unusable(&"it is of other entries"));
        }
        Ok((saved.reckoning()?, saved))
    }

    /// True when the state after `size` entries is to be kept, of a record that has `all`, by
    /// whoever began to judge it after `from`.
    pub(crate) fn wants(size: u64, from: u64, all: u64) -> bool {
        let (step, judged) = (apart(all), size.saturating_sub(from));
        size.is_multiple_of(step) || size == all && judged >= LEAST
    }

    /// Keeps a state, of a record that has `all` entries, and lets go of those that are too many.
    pub(crate) fn keep(&self, saved: &Saved, all: u64) -> Result<(), String> {
        let bytes = saved.to_bytes().map_err(|e| e.to_string())?;
        self.write(saved.key.size, &saved.key.root, &bytes)
            .and_then(|()| self.thin(all))
            .map_err(|e| e.to_string())
    }

    /// Lets go of all of them.
    pub(crate) fn forget(&self) -> DiskResult<()> {
        if self.disk.kind(&self.folder)?.is_none() {
            return Ok(());
        }
        for name in self.disk.list(&self.folder)? {
            self.disk.remove_file(&format!("{}/{name}", self.folder))?;
        }
        self.disk.remove_dir(&self.folder)
    }

    fn write(&self, size: u64, root: &NodeHash, bytes: &[u8]) -> DiskResult<()> {
        for folder in [STATES, &self.folder] {
            if self.disk.kind(folder)?.is_none() {
                match self.disk.create_dir(folder, Access::Private) {
                    // Another reader was faster.
                    Err(error) if self.disk.kind(folder)?.is_none() => return Err(error),
                    _ => {}
                }
            }
        }
        let name = format!("{}/{size:020}-{:.16}.state", self.folder, root.to_string());
        let beside = format!("{name}.{}.tmp", std::process::id());
        drop(self.disk.remove_file(&beside));
        let written = self.disk.create(&beside, Access::Private).and_then(|mut file| {
            file.append(bytes)?;
            // Nothing is lost if it is: a state that is not whole is seen not to be.
            self.disk.rename(&beside, &name)
        });
        if written.is_err() {
            drop(self.disk.remove_file(&beside));
        }
        written
    }

    /// Keeps the largest, and of the others those at regular distances.
    fn thin(&self, all: u64) -> DiskResult<()> {
        let mut sizes = self.sizes()?;
        sizes.pop();
        for (size, name) in sizes {
            if !size.is_multiple_of(apart(all)) {
                match self.disk.remove_file(&format!("{}/{name}", self.folder)) {
                    Err(error) if !DiskError::is_not_found(&error) => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// The states by rising size, each with its file's name.
    fn sizes(&self) -> DiskResult<Vec<(u64, String)>> {
        if self.disk.kind(&self.folder)? != Some(Kind::Dir) {
            return Ok(Vec::new());
        }
        let size = |name: &str| name.strip_suffix(".state")?.split_once('-')?.0.parse().ok();
        let names = self.disk.list(&self.folder)?;
        let mut sizes: Vec<(u64, String)> =
            names.into_iter().filter_map(|name| Some((size(&name)?, name))).collect();
        sizes.sort();
        Ok(sizes)
    }
}

/// How far apart the states of a record with so many entries are, a power of two: those of a record
/// that grows stay where they are, and every other one goes.
const fn apart(all: u64) -> u64 {
    let step = (all / (2 * KEPT)).checked_next_power_of_two();
    match step {
        Some(step) if step > LEAST => step,
        _ => LEAST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_few_and_stay_where_they_are() {
        for all in [1_u64, 1_023, 1_024, 50_000, 1_000_000, 5_000_000] {
            let kept = (1..all).filter(|size| size.is_multiple_of(apart(all))).count() as u64;
            assert!(kept <= 2 * KEPT, "{kept} of {all}");
            assert!(kept >= KEPT.min(all / LEAST).saturating_sub(1), "{kept} of {all}");
            assert!(apart(all).is_multiple_of(apart(all / 2)));
        }
        // The end, if it took long to come to it.
        assert!(States::wants(5_000, 3_900, 5_000) && !States::wants(5_000, 4_096, 5_000));
        assert!(States::wants(4_096, 4_000, 5_000));
    }
}
