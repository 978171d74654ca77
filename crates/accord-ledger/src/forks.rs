//! Fork evidence: events whose authors saw another history under this ledger's name.
//!
//! The event, signed by its author, names the root that the author saw; beside it goes the
//! operator's own signed head. Whoever of the two is right, the pair shows that somebody forged.

use accord_format::hash::EventHash;
use accord_store::StoreError;
use accord_store::disk::{Access, Disk, DiskResult};

/// Directory of the evidence, below the ledger's.
pub const FORKS: &str = "private/forks";

/// Most events kept. A handful show a fork; without a bound anybody with a key could fill the disk.
const KEPT_MAX: usize = 1_000;

/// Keeps an event and the head it was judged against, durably, unless there is plenty already.
pub(crate) fn keep(
    disk: &dyn Disk,
    event: &EventHash,
    note: &str,
    head: &str,
) -> Result<(), StoreError> {
    if disk.kind(FORKS)?.is_none() {
        disk.create_dir(FORKS, Access::Private)?;
        disk.sync_dir("private")?;
    }
    if disk.list(FORKS)?.len() >= 2 * KEPT_MAX {
        return Ok(());
    }
    write(disk, &format!("{FORKS}/{event}.event"), note)?;
    write(disk, &format!("{FORKS}/{event}.head"), head)?;
    Ok(disk.sync_dir(FORKS)?)
}

/// Paths of the events that are kept.
pub(crate) fn events(disk: &dyn Disk) -> Result<Vec<String>, StoreError> {
    if disk.kind(FORKS)?.is_none() {
        return Ok(Vec::new());
    }
    let mut names = disk.list(FORKS)?;
    names.retain(|name| name.strip_suffix(".event").is_some());
    names.sort();
    Ok(names.iter().map(|name| format!("{FORKS}/{name}")).collect())
}

fn write(disk: &dyn Disk, path: &str, text: &str) -> DiskResult<()> {
    let temporary = format!("{path}.tmp");
    // What a crash left of an earlier attempt says nothing that this one does not.
    if disk.kind(&temporary)?.is_some() {
        disk.remove_file(&temporary)?;
    }
    let mut file = disk.create(&temporary, Access::Private)?;
    file.append(text.as_bytes())?;
    file.sync_data()?;
    drop(file);
    disk.rename(&temporary, path)
}
