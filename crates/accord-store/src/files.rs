//! Puts whole files into place so that a crash shows the old one or the new one, never a part.

use crate::disk::DiskFile;
use crate::disk::{Access, Disk, DiskResult, Kind};
use crate::layout::{PRIVATE, PUBLIC_TEMP, TAIL, TAIL_TEMP};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Places public files, and remembers which directories must still be synced.
#[derive(Debug)]
pub(crate) struct Placer {
    disk: Arc<dyn Disk>,
    /// Directories whose own names are known to be durable since this process began.
    known: BTreeSet<String>,
    /// Directories with names that are not durable yet.
    unsettled: BTreeSet<String>,
}

impl Placer {
    pub(crate) fn new(disk: Arc<dyn Disk>) -> Self {
        Self { disk, known: BTreeSet::new(), unsettled: BTreeSet::new() }
    }

    /// Writes `bytes` under `path`. They are durable at once, the name after [`Placer::settle`].
    pub(crate) fn place(&mut self, path: &str, bytes: &[u8]) -> DiskResult<()> {
        let dir = parent(path);
        self.ensure_dir(dir)?;
        let mut file = self.disk.create(PUBLIC_TEMP, Access::Public)?;
        file.append(bytes)?;
        // A crash before the rename leaves a temporary file, which the next open removes.
        file.sync_data()?;
        self.disk.rename(PUBLIC_TEMP, path)?;
        // A crash before the directory is synced leaves the old file or the new one.
        self.unsettled.insert(dir.to_owned());
        Ok(())
    }

    /// Removes the file `path`, if it is there. The name is gone for good after [`Placer::settle`].
    pub(crate) fn remove(&mut self, path: &str) -> DiskResult<()> {
        if remove_if_there(&*self.disk, path)? {
            self.unsettled.insert(parent(path).to_owned());
        }
        Ok(())
    }

    /// Sees to it that the name `path`, which is there and right, is durable after
    /// [`Placer::settle`]: somebody who was cut off may have left it in the cache alone.
    pub(crate) fn vouch(&mut self, path: &str) -> DiskResult<()> {
        self.ensure_dir(parent(path))?;
        self.unsettled.insert(parent(path).to_owned());
        Ok(())
    }

    /// Makes every name placed or removed so far durable.
    pub(crate) fn settle(&mut self) -> DiskResult<()> {
        for dir in std::mem::take(&mut self.unsettled) {
            self.disk.sync_dir(&dir)?;
        }
        Ok(())
    }

    /// Removes the directory of partial files `dir`, if there is one.
    pub(crate) fn remove_partials(&mut self, dir: &str) -> DiskResult<()> {
        if self.disk.kind(dir)? != Some(Kind::Dir) {
            return Ok(());
        }
        for name in self.disk.list(dir)? {
            self.disk.remove_file(&format!("{dir}/{name}"))?;
        }
        self.disk.remove_dir(dir)?;
        self.known.remove(dir);
        self.unsettled.remove(dir);
        self.unsettled.insert(parent(dir).to_owned());
        Ok(())
    }

    /// Sees to it that the directory exists and that its name and those above are durable.
    ///
    /// A directory that is there already may have been made just before a kill, with its name in
    /// the cache alone; so the first use in a process always syncs.
    pub(crate) fn ensure_dir(&mut self, dir: &str) -> DiskResult<()> {
        if dir.is_empty() || self.known.contains(dir) {
            return Ok(());
        }
        let above = parent(dir);
        self.ensure_dir(above)?;
        if self.disk.kind(dir)?.is_none() {
            let private = dir == PRIVATE;
            let access = if private { Access::Private } else { Access::Public };
            self.disk.create_dir(dir, access)?;
        }
        self.disk.sync_dir(above)?;
        self.known.insert(dir.to_owned());
        Ok(())
    }
}

/// Writes a new tail in place of the old one, and returns it open for appending.
pub(crate) fn replace_tail(disk: &dyn Disk, bytes: &[u8]) -> DiskResult<Box<dyn DiskFile>> {
    remove_if_there(disk, TAIL_TEMP)?;
    let mut file = disk.create(TAIL_TEMP, Access::Private)?;
    file.append(bytes)?;
    // A crash up to here leaves the old tail, and a temporary file that the next open removes.
    file.sync_data()?;
    disk.rename(TAIL_TEMP, TAIL)?;
    // A crash right here leaves the old tail or the new one; they hold the same entries, or the old
    // one holds entries more that are durable in bundles.
    disk.sync_dir(PRIVATE)?;
    Ok(file)
}

/// Removes a temporary file that a crash left; tells whether there was one.
pub(crate) fn remove_if_there(disk: &dyn Disk, path: &str) -> DiskResult<bool> {
    if disk.kind(path)?.is_none() {
        return Ok(false);
    }
    disk.remove_file(path)?;
    Ok(true)
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}
