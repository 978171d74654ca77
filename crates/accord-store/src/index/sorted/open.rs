//! Opening: the chain of runs, and the newest part that goes on from its end.

use super::flush::{FLUSHED, MERGED};
use super::home::Home;
use super::{Run, Shape, SortedIndex, nothing};
use crate::disk::{Access, Disk, DiskLock, RealDisk};
use crate::error::{StoreError, StoreResult};
use crate::files::remove_if_there;
use crate::index::Reflects;
use crate::index::states::States;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Held by the process that has the index open.
const LOCK: &str = "lock";
/// What earlier versions, which kept all of it in sled, had in the directory.
const EARLIER: [&str; 3] = ["db", "conf", "blobs"];
const EARLIER_SNAPS: &str = "snap.";

impl SortedIndex {
    /// Opens the index in the directory `path`, making it if it is not there. What is of no use is
    /// left out, and removed; then also says why. Whether anything is missing at its end,
    /// [`Index::reflects`](crate::index::Index::reflects) says.
    ///
    /// # Errors
    /// [`StoreError::IndexInUse`] if somebody has it open; [`StoreError::Index`] if there is no
    /// reading or writing: [`SortedIndex::recreate`] it.
    pub fn open(path: &Path) -> StoreResult<(Self, Option<String>)> {
        Self::open_shaped(path, Shape::default())
    }

    /// [`SortedIndex::open`], with another shape than the usual one.
    pub fn open_shaped(path: &Path, shape: Shape) -> StoreResult<(Self, Option<String>)> {
        fs::create_dir_all(path).map_err(|error| {
            StoreError::Index(format!("{} cannot be made: {error}", path.display()))
        })?;
        let home = Home::new(String::new(), Some(path.to_owned()));
        let disk = Arc::new(RealDisk::new(path));
        let lock = lock(&*disk, &home)?;
        let earlier = remove_earlier(path);
        let (index, why) = Self::assemble(disk, home, shape, States::of(path), lock)?;
        Ok((index, why.or(earlier)))
    }

    /// Opens the index in the directory `dir` of any disk. Its newest part, which is the only one
    /// that is not reached through the disk, is in memory and forgotten with it; so are states.
    pub fn on(disk: Arc<dyn Disk>, dir: &str, shape: Shape) -> StoreResult<(Self, Option<String>)> {
        if !dir.is_empty() {
            if disk.kind(dir)?.is_none() {
                disk.create_dir(dir, Access::Private)?;
            }
            // Also if it is there: whoever made it may have been stopped right then.
            disk.sync_dir(dir.rsplit_once('/').map_or("", |(parent, _)| parent))?;
        }
        let home = Home::new(dir.to_owned(), None);
        let lock = lock(&*disk, &home)?;
        Self::assemble(disk, home, shape, States::default(), lock)
    }

    /// Opens the index, and if that cannot be, moves what is there aside and opens an empty one; then
    /// says why.
    ///
    /// # Errors
    /// [`StoreError::IndexInUse`], or [`StoreError::Index`] if it cannot be made anew either.
    pub fn open_or_recreate(path: &Path) -> StoreResult<(Self, Option<String>)> {
        match Self::open(path) {
            Ok(opened) => Ok(opened),
            Err(StoreError::IndexInUse) => Err(StoreError::IndexInUse),
            Err(error) => Ok((Self::recreate(path)?, Some(error.to_string()))),
        }
    }

    /// Moves what is in the directory `path` aside, to `<path>.damaged` in place of an earlier one,
    /// and opens an empty index.
    ///
    /// # Errors
    /// [`StoreError::IndexInUse`] if somebody has it open; [`StoreError::Index`] if it cannot be moved
    /// or opened.
    pub fn recreate(path: &Path) -> StoreResult<Self> {
        if path.is_dir()
            && let Err(StoreError::IndexInUse) =
                lock(&RealDisk::new(path), &Home::new(String::new(), None))
        {
            return Err(StoreError::IndexInUse);
        }
        set_aside(path)?;
        States::of(path).clear()?;
        Ok(Self::open(path)?.0)
    }

    fn assemble(
        disk: Arc<dyn Disk>,
        home: Home,
        shape: Shape,
        states: States,
        lock: Box<dyn DiskLock>,
    ) -> StoreResult<(Self, Option<String>)> {
        for temporary in [FLUSHED, MERGED] {
            remove_if_there(&*disk, &home.path(temporary))?;
        }
        let (runs, base, broken) = chain(&disk, &home)?;
        let (recent, of_no_use) = home.open(base);
        home.tidy(base.size);
        let flush_at = shape.newest;
        let (merging, damaged) = (None, OnceLock::new());
        let index = Self {
            disk,
            home,
            shape,
            runs,
            recent,
            flush_at,
            merging,
            damaged,
            states,
            _lock: lock,
        };
        Ok((index, broken.or(of_no_use)))
    }
}

fn lock(disk: &dyn Disk, home: &Home) -> StoreResult<Box<dyn DiskLock>> {
    disk.try_lock(&home.path(LOCK)).map_err(|error| {
        if error.is_locked() {
            StoreError::IndexInUse
        } else {
            StoreError::Index(error.to_string())
        }
    })
}

/// The runs that follow on each other from the first entry on, the head that they end with, and why
/// there are no more if some were of no use. Those are removed.
fn chain(
    disk: &Arc<dyn Disk>,
    home: &Home,
) -> StoreResult<(Vec<Arc<Run>>, Reflects, Option<String>)> {
    let names = disk.list(home.dir())?;
    let mut files: Vec<(u64, u64)> = names.iter().filter_map(|name| Home::ends(name)).collect();
    // Of those that begin alike the longest has what the others have.
    files.sort_unstable_by_key(|(from, to)| (*from, u64::MAX - to));
    let (mut runs, mut base, mut why) = (Vec::new(), nothing(), None);
    for (from, to) in files {
        let path = home.run(from, to);
        if from == base.size {
            match open_next(disk, path.clone(), &base, to) {
                Ok(run) => {
                    base = run.footer().to();
                    runs.push(Arc::new(run));
                    continue;
                }
                Err(StoreError::IndexDamaged(reason)) => {
                    why.get_or_insert(reason);
                }
                Err(error) => return Err(error),
            }
        } else if from > base.size {
            why.get_or_insert_with(|| {
                format!("the rows of entries {} to {from} are missing", base.size)
            });
        }
        // What stays is found again, and is of no more use then.
        drop(disk.remove_file(&path));
    }
    Ok((runs, base, why))
}

/// The run in a file, if it goes on from `base` to `to`.
fn open_next(disk: &Arc<dyn Disk>, path: String, base: &Reflects, to: u64) -> StoreResult<Run> {
    let run = Run::open(Arc::clone(disk), path)?;
    let footer = run.footer();
    if footer.from() != *base {
        return Err(run.damaged("goes on from another head than there is"));
    }
    if footer.to().size != to {
        return Err(run.damaged("has other entries than its name says"));
    }
    Ok(run)
}

/// Removes what an earlier version had in the directory, and says so.
fn remove_earlier(path: &Path) -> Option<String> {
    let items = fs::read_dir(path).ok()?;
    let mut found = false;
    for item in items.filter_map(Result::ok) {
        let name = item.file_name();
        let name = name.to_str().unwrap_or_default();
        if EARLIER.contains(&name) || name.starts_with(EARLIER_SNAPS) {
            found = true;
            let item = item.path();
            // What cannot be removed is found again.
            drop(if item.is_dir() { fs::remove_dir_all(item) } else { fs::remove_file(item) });
        }
    }
    found.then(|| "it is of an earlier version".to_owned())
}

/// Moves a directory that does not open out of the way.
fn set_aside(path: &Path) -> StoreResult<()> {
    let mut aside = path.as_os_str().to_owned();
    aside.push(".damaged");
    let aside = PathBuf::from(aside);
    let gone = |result: io::Result<()>| match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    };
    // What was moved aside before may have been a file in the place of the directory.
    let removed = match fs::remove_dir_all(&aside) {
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => fs::remove_file(&aside),
        other => other,
    };
    let moved = match gone(removed) {
        Ok(()) => gone(fs::rename(path, &aside)),
        Err(error) => Err(error),
    };
    moved.map_err(|error| {
        let path = path.display();
        StoreError::Index(format!("{path} cannot be moved aside ({error}); remove it by hand"))
    })
}
