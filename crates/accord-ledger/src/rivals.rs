//! Checkpoints of this log that do not fit this copy of it: whoever signed them has another copy,
//! newer or forged, and two may not both go on.

use accord_format::checkpoint::{NOTE_MAX, SignedCheckpoint};
use accord_store::StoreError;
use accord_store::disk::{Access, Disk};

/// Where they are kept, below the ledger's directory.
const DIRECTORY: &str = crate::forks::FORKS;
/// What their names begin and end with.
const NAME: (&str, &str) = ("cosigned-", ".checkpoint");
/// Most that are kept: one shows what there is to show.
const KEPT_MAX: usize = 100;

/// The name of a rival's file, below the ledger's directory.
pub(crate) fn path(rival: &SignedCheckpoint) -> String {
    let head = rival.checkpoint();
    let root = head.root.to_string();
    let root = root.get(..16).unwrap_or(&root);
    format!("{DIRECTORY}/{}{}-{root}{}", NAME.0, head.size, NAME.1)
}

/// Keeps a rival, durably.
pub(crate) fn keep(disk: &dyn Disk, rival: &SignedCheckpoint) -> Result<(), StoreError> {
    let path = path(rival);
    if disk.kind(DIRECTORY)?.is_none() {
        disk.create_dir(DIRECTORY, Access::Private)?;
        disk.sync_dir("private")?;
    }
    if disk.kind(&path)?.is_some() || names(disk)?.len() >= KEPT_MAX {
        return Ok(());
    }
    let temporary = format!("{path}.tmp");
    if disk.kind(&temporary)?.is_some() {
        disk.remove_file(&temporary)?;
    }
    let mut file = disk.create(&temporary, Access::Private)?;
    file.append(rival.to_text().as_bytes())?;
    file.sync_data()?;
    drop(file);
    disk.rename(&temporary, &path)?;
    Ok(disk.sync_dir(DIRECTORY)?)
}

fn names(disk: &dyn Disk) -> Result<Vec<String>, StoreError> {
    if disk.kind(DIRECTORY)?.is_none() {
        return Ok(Vec::new());
    }
    let mut names = disk.list(DIRECTORY)?;
    names.retain(|name| name.starts_with(NAME.0) && name.ends_with(NAME.1));
    Ok(names)
}

/// Every rival kept; files that are none are passed over.
pub(crate) fn kept(disk: &dyn Disk) -> Result<Vec<SignedCheckpoint>, StoreError> {
    let mut kept = Vec::new();
    for name in names(disk)? {
        let bytes = disk.read(&format!("{DIRECTORY}/{name}"), NOTE_MAX as u64)?;
        kept.extend(SignedCheckpoint::parse(&bytes).ok());
    }
    Ok(kept)
}
