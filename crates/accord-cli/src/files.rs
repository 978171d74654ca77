//! Reading inputs within limits, and writing new files without ever replacing one.

use crate::error::CliError;
use accord_format::time::Timestamp;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::path::Path;
use std::time::SystemTime;

/// Reads `path`, or standard input for `-`, up to `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, CliError> {
    let reader: Box<dyn Read> = if is_stdin(path) {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).map_err(CliError::file("open", path))?)
    };
    let mut bytes = Vec::new();
    let read = reader
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(CliError::file("read", path))?;
    if u64::try_from(read).unwrap_or(u64::MAX) > limit {
        return Err(CliError::TooLarge { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

/// Reads `path`, or standard input for `-`, as UTF-8.
pub(crate) fn read_text(path: &Path, limit: u64) -> Result<String, CliError> {
    String::from_utf8(read(path, limit)?)
        .map_err(|e| CliError::NotText { path: path.to_owned(), at: e.utf8_error().valid_up_to() })
}

/// True for `-`.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Writes a file that must not exist yet, and waits until it is on the disk. `private` files are
/// readable by their owner alone from their first moment on.
pub(crate) fn create(path: &Path, bytes: &[u8], private: bool) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if private {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = private;
    let mut file = options.open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // A file that is only half there would be in the way of the next attempt.
        drop(std::fs::remove_file(path));
        return written;
    }
    sync_directory_of(path)
}

/// What happens to a file that is there with another content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It stays, and the new one is refused.
    Keep,
    /// It is replaced.
    Replace,
}

/// Fails unless [`place`] could write `bytes` to `path`, as far as what is there tells.
pub(crate) fn may_place(path: &Path, bytes: &[u8], place: Place) -> Result<(), CliError> {
    if place == Place::Keep && is_there(path, bytes)? == There::Other {
        let source = io::Error::new(
            io::ErrorKind::AlreadyExists,
            "another file is there; --force replaces it, --out names another directory",
        );
        return Err(CliError::file("write", path)(source));
    }
    Ok(())
}

/// Puts a file in its place, whole or not at all. One with the same content is left as it is.
pub(crate) fn place(path: &Path, bytes: &[u8], place: Place) -> Result<(), CliError> {
    may_place(path, bytes, place)?;
    if is_there(path, bytes)? == There::Same {
        return Ok(());
    }
    let failed = || CliError::file("write", path);
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(CliError::Entropy)?;
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = path.with_file_name(format!(".{name}-{:016x}", u64::from_be_bytes(random)));
    create(&beside, bytes, false).map_err(failed())?;
    let placed = match place {
        Place::Keep => link(&beside, path, bytes),
        Place::Replace => std::fs::rename(&beside, path),
    };
    if placed.is_err() {
        drop(std::fs::remove_file(&beside));
    }
    placed.and_then(|()| sync_directory_of(path)).map_err(failed())
}

/// Gives a file its name unless another has come by that in the meantime.
fn link(beside: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    match std::fs::hard_link(beside, path) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Err(e),
        // Not every file system has links.
        Err(_) => create(path, bytes, false).and_then(|()| std::fs::remove_file(beside)),
        Ok(()) => std::fs::remove_file(beside),
    }
}

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum There {
    Nothing,
    Same,
    Other,
}

fn is_there(path: &Path, bytes: &[u8]) -> Result<There, CliError> {
    match std::fs::metadata(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(There::Nothing),
        Err(e) => Err(CliError::file("look at", path)(e)),
        Ok(found) if found.is_file() && found.len() == bytes.len() as u64 => {
            let there = read(path, found.len())?;
            Ok(if there == bytes { There::Same } else { There::Other })
        }
        Ok(_) => Ok(There::Other),
    }
}

#[cfg(unix)]
fn sync_directory_of(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
    File::open(parent.unwrap_or_else(|| Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory_of(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The system clock.
pub(crate) fn now() -> Result<Timestamp, CliError> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let micros = since.map_err(|_| CliError::Clock)?.as_micros();
    Ok(Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_up_to_the_limit_and_never_replaces() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        create(&path, b"12345", true).unwrap();
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        assert!(matches!(read(&path, 4), Err(CliError::TooLarge { limit: 4, .. })));
        assert_eq!(create(&path, b"x", true).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(read(&path, 9).unwrap(), b"12345");
        std::fs::write(&path, b"ab\xff").unwrap();
        assert!(matches!(read_text(&path, 9), Err(CliError::NotText { at: 2, .. })));
    }

    #[test]
    fn a_file_is_placed_whole_and_over_no_other_unasked() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        place(&path, b"one", Place::Keep).unwrap();
        place(&path, b"one", Place::Keep).unwrap();
        for other in [&b"two"[..], b"three"] {
            let refused = place(&path, other, Place::Keep).unwrap_err();
            assert!(refused.to_string().contains("--force"), "{refused}");
            assert_eq!(refused.exit(), crate::exit::Exit::Environment);
        }
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
        place(&path, b"three", Place::Replace).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"three");
        assert!(place(&dir.path().join("no/f"), b"x", Place::Keep).is_err());
        assert!(may_place(dir.path(), b"x", Place::Keep).is_err());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing else is left");
    }
}
