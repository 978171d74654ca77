//! Which relative paths are accepted.

use super::{DiskError, DiskResult, Operation};
use std::io;

/// Refuses a path that is not plainly below the root. The empty path is the root itself.
pub(super) fn check(operation: Operation, path: &str) -> DiskResult<()> {
    let plain = |part: &str| {
        !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', '\0', ':'])
    };
    if path.is_empty() || path.split('/').all(plain) {
        return Ok(());
    }
    let reason = "not a plain relative path";
    Err(DiskError::new(operation, path, io::Error::new(io::ErrorKind::InvalidInput, reason)))
}

/// The directory that holds `path`; the root is the empty path.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}
