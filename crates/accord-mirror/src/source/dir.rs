//! A ledger in a directory: the operator's own, a copy on a medium, a mounted share.

use super::{Answer, Source, Unreachable, sizes};
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

    /// The path below the directory of `path` among the public files.
    fn public(&self, path: &str) -> Result<String, Unreachable> {
        let kind = self.disk.kind(layout::PUBLIC).map_err(|e| self.unreachable(&e))?;
        let prefix = if kind == Some(Kind::Dir) { layout::PUBLIC } else { "" };
        Ok(format!("{prefix}/{path}").trim_start_matches('/').to_owned())
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
        let path = self.public(path)?;
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

    fn witnessed(&mut self, from: u64) -> Result<Vec<u64>, Unreachable> {
        let path = self.public("witnessed")?;
        if self.disk.kind(&path).map_err(|e| self.unreachable(&e))? != Some(Kind::Dir) {
            return Ok(Vec::new());
        }
        let names = self.disk.list(&path).map_err(|e| self.unreachable(&e))?;
        let mut sizes = sizes(names.iter().map(String::as_str));
        sizes.retain(|size| *size >= from);
        sizes.sort_unstable();
        Ok(sizes)
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }
}
