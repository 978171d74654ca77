//! A ledger in a directory: the operator's own, a copy on a medium, a mounted share.

use super::{Answer, Source, Unreachable};
use accord_store::disk::{Disk, Kind, RealDisk};
use accord_store::layout;
use std::path::{Path, PathBuf};

/// A directory with the public files, or with `public/` in it.
#[derive(Debug)]
pub struct Dir {
    path: PathBuf,
    disk: RealDisk,
}

impl Dir {
    /// The files below `path`.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), disk: RealDisk::new(path) }
    }

    fn unreachable(&self, why: &dyn std::fmt::Display) -> Unreachable {
        Unreachable { source_name: self.name(), why: why.to_string() }
    }
}

impl Source for Dir {
    fn fetch(&mut self, path: &str, max: usize) -> Result<Answer, Unreachable> {
        let kind = |path: &str| self.disk.kind(path).map_err(|e| self.unreachable(&e));
        // A medium that is not there is no ledger that withholds its files.
        if kind("")? != Some(Kind::Dir) {
            return Err(self.unreachable(&"there is no such directory"));
        }
        let prefix = match kind(layout::PUBLIC)? {
            Some(Kind::Dir) => format!("{}/", layout::PUBLIC),
            _ => String::new(),
        };
        let path = format!("{prefix}{path}");
        match kind(&path)? {
            None => return Ok(Answer::Absent),
            Some(Kind::File) => {}
            Some(_) => return Ok(Answer::Unfit("it is no regular file".to_owned())),
        }
        match self.disk.read(&path, max as u64) {
            Ok(bytes) => Ok(Answer::Bytes(bytes)),
            Err(error) if error.is_not_found() => Ok(Answer::Absent),
            Err(error) if error.is_too_large() => {
                Ok(Answer::Unfit(format!("it has more than {max} bytes")))
            }
            Err(error) => Err(self.unreachable(&error)),
        }
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }
}
