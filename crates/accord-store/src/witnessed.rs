//! Checkpoints under a quorum policy: the newer head that waits for cosignatures, and every
//! checkpoint that met its quorum.
//!
//! Which cosignatures a quorum takes is the caller's to know. What the store sees to is that
//! `public/checkpoint` moves only to what it is told has met it, that this stands in `witnessed/`
//! before, and that nothing in `witnessed/` is ever lost.

use crate::disk::Disk;
use crate::error::{Corruption, StoreError, StoreResult, What};
use crate::layout;
use crate::writer::{Published, Store};
use accord_format::checkpoint::{NOTE_MAX, SignedCheckpoint};
use accord_format::note::{Note, SIGNATURES_MAX};

impl Store {
    /// Puts the signed checkpoint `note` where it waits for cosignatures: bundles and tiles for
    /// exactly its size become durable, since who cosigns may want to read what it covers, then
    /// `public/checkpoint.pending` becomes the note. What was published stays.
    ///
    /// # Errors
    /// [`StoreError::WrongCheckpoint`] if the note is not a checkpoint of this ledger, or is older
    /// than the published one: nothing was written. Any other error poisons the writer.
    pub fn hold(&mut self, note: &str) -> StoreResult<()> {
        self.check_poison()?;
        let new = Published::parse(note.to_owned()).map_err(StoreError::WrongCheckpoint)?;
        self.check_publication(&new)?;
        if self.pending.as_ref() == Some(&new) {
            return Ok(());
        }
        self.poisoning(|store| {
            store.place_tree(new.size)?;
            // A crash right here leaves the one or the other waiting, each with its files; what was
            // published is not touched.
            store.place(layout::CHECKPOINT_PENDING, &new.note)?;
            store.pending = Some(new);
            Ok(())
        })
    }

    /// Publishes a checkpoint that met its quorum: first what it covers, then the note in
    /// `witnessed/`, then `public/checkpoint`; last, what waited and is now covered goes.
    ///
    /// If `witnessed/` has one of this size, the lines of signers that it lacks are added to it:
    /// each signer's first word stays, and nothing that stood there goes.
    ///
    /// # Errors
    /// As [`Store::publish`]; [`StoreError::Corrupt`] if `witnessed/` holds something else under
    /// this size: then nothing was written.
    pub fn publish_witnessed(&mut self, note: &str) -> StoreResult<()> {
        self.check_poison()?;
        let new = Published::parse(note.to_owned()).map_err(StoreError::WrongCheckpoint)?;
        self.check_publication(&new)?;
        let kept = read(&*self.disk, new.size)?;
        let kept_note = kept.as_ref().map(|kept| kept.note.as_str());
        let merged = merged(kept_note, &new.note)
            .map_err(|found| damaged(&layout::witnessed(new.size), found))?;
        self.poisoning(|store| {
            store.place_tree(new.size)?;
            // Written even if it is there as it is: its name may not be durable yet. A crash right
            // here leaves it in `witnessed/` alone: it met its quorum, and the next publication
            // moves the checkpoint on.
            store.place(&layout::witnessed(new.size), &merged)?;
            store.place(layout::CHECKPOINT, &new.note)?;
            store.let_go_of_pending(new.size)?;
            store.published = Some(new);
            Ok(())
        })
    }

    /// Removes what waited, if what was published now covers it.
    pub(crate) fn let_go_of_pending(&mut self, published: u64) -> StoreResult<()> {
        if self.pending.as_ref().is_some_and(|pending| pending.size <= published) {
            // A crash before leaves one that waits for nothing; the next opening removes it.
            self.placer.remove(layout::CHECKPOINT_PENDING).map_err(StoreError::of_write)?;
            self.placer.settle().map_err(StoreError::of_write)?;
            self.pending = None;
        }
        Ok(())
    }
}

/// The checkpoint that waits for cosignatures; nothing if there is none, or nothing that can be
/// read: what it had gathered can be asked for again.
pub fn pending(disk: &dyn Disk) -> StoreResult<Option<Published>> {
    match disk.read(layout::CHECKPOINT_PENDING, NOTE_MAX as u64) {
        Ok(bytes) => Ok(String::from_utf8(bytes).ok().and_then(|n| Published::parse(n).ok())),
        Err(error) if error.is_not_found() || error.is_too_large() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The sizes of the checkpoints in `witnessed/`, in order, by the names of their files.
pub fn sizes(disk: &dyn Disk) -> StoreResult<Vec<u64>> {
    if disk.kind(layout::WITNESSED)?.is_none() {
        return Ok(Vec::new());
    }
    let names = disk.list(layout::WITNESSED)?;
    let size = |name: &String| name.parse::<u64>().ok().filter(|size| size.to_string() == *name);
    let mut sizes: Vec<u64> = names.iter().filter_map(size).collect();
    sizes.sort_unstable();
    Ok(sizes)
}

/// The checkpoint of `size` in `witnessed/`.
///
/// # Errors
/// [`StoreError::Corrupt`] if the file is not a checkpoint of that size.
pub fn read(disk: &dyn Disk, size: u64) -> StoreResult<Option<Published>> {
    let path = layout::witnessed(size);
    let bytes = match disk.read(&path, NOTE_MAX as u64) {
        Ok(bytes) => bytes,
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) if error.is_too_large() => {
            return Err(damaged(&path, error.source.to_string()));
        }
        Err(error) => return Err(error.into()),
    };
    let note = String::from_utf8(bytes).map_err(|e| damaged(&path, e.to_string()))?;
    let found = Published::parse(note).map_err(|why| damaged(&path, why))?;
    if found.size == size {
        Ok(Some(found))
    } else {
        Err(damaged(&path, format!("one of size {}", found.size)))
    }
}

fn damaged(path: &str, found: String) -> StoreError {
    Corruption::new(What::Checkpoint, path, "the checkpoint of the size in its name", found).into()
}

/// The note to keep: what is kept already, and the lines of signers that it lacks.
pub(crate) fn merged(kept: Option<&str>, new: &str) -> Result<String, String> {
    let Some(kept) = kept else { return Ok(new.to_owned()) };
    let parse = |note: &str| SignedCheckpoint::parse(note.as_bytes()).map_err(|e| e.to_string());
    let (old, new) = (parse(kept)?, parse(new)?);
    if old.checkpoint() != new.checkpoint() {
        return Err("a checkpoint of another log, or with another root".to_owned());
    }
    let mut lines = old.note().signatures().to_vec();
    for line in new.note().signatures() {
        let known = lines.iter().any(|kept| (&kept.name, kept.id) == (&line.name, line.id));
        if !known && lines.len() < SIGNATURES_MAX {
            lines.push(line.clone());
        }
    }
    let note = Note::new(old.note().text(), &lines).map_err(|e| e.to_string())?.to_text();
    // What would be too long to read again is not written.
    Ok(if note.len() <= NOTE_MAX { note } else { kept.to_owned() })
}
