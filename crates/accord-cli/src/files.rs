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
}
