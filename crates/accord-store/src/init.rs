//! Begins a ledger in an empty directory.

use crate::disk::{Access, Disk, Kind};
use crate::error::{StoreError, StoreResult};
use crate::files::{Placer, remove_if_there};
use crate::layout;
use crate::recovery::take_lock;
use crate::tail::{self, Image};
use crate::tree::Edge;
use crate::writer::{Committed, Published, Sign, Store, TailFile};
use accord_format::hash::EntryHash;
use accord_format::merkle::{Frontier, leaf_hash};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Store {
    /// Begins a ledger with one entry. Other files in the directory, such as keys in `private/`,
    /// are left alone; an init that was interrupted is begun again.
    ///
    /// # Errors
    /// [`StoreError::AlreadyInitialised`], or [`StoreError::MissingPart`] if there are remains of a
    /// ledger; otherwise the disk's or the signer's error, and init can be run again.
    pub fn init(
        disk: Arc<dyn Disk>,
        genesis: &[u8],
        sign: &mut Sign<'_>,
    ) -> StoreResult<(Self, Committed)> {
        refuse_remains(&*disk)?;
        let mut placer = Placer::new(Arc::clone(&disk));
        if disk.kind("")?.is_none() {
            disk.create_dir("", Access::Public).map_err(StoreError::of_write)?;
        }
        for dir in [layout::PRIVATE, layout::PUBLIC] {
            placer.ensure_dir(dir).map_err(StoreError::of_write)?;
        }
        let lock = take_lock(&*disk)?;
        // Another init may have come first.
        refuse_remains(&*disk)?;
        for temp in [layout::TAIL_TEMP, layout::PUBLIC_TEMP] {
            remove_if_there(&*disk, temp).map_err(StoreError::of_write)?;
        }
        // The frame's limits are the first commit's.
        tail::frame(0, &EntryHash::ZERO, &[genesis])?;
        let leaf = leaf_hash(genesis);
        let mut frontier = Frontier::default();
        frontier.push(leaf);
        let root = frontier.root();
        let note = sign(1, root).map_err(|source| StoreError::Sign { size: 1, source })?;
        let signed = Published::parse(note).map_err(StoreError::WrongCheckpoint)?;
        if (signed.size, signed.root) != (1, root) {
            return Err(StoreError::WrongCheckpoint("not of the genesis entry".to_owned()));
        }
        let mut image = Image::empty(0, EntryHash::ZERO);
        image.push(&[genesis], &[leaf]);
        image.cover(signed.note.clone());
        // The tail appears whole or not at all. A crash before leaves an init to be begun again.
        let tail = TailFile::replace(&*disk, &image)?;
        let store = Self {
            disk,
            lock: Some(lock),
            tail: Some(tail),
            image,
            frontier,
            edge: Edge::default(),
            placer,
            published: None,
            pending: None,
            partials: BTreeSet::new(),
            poisoned: None,
        };
        Ok((store, Committed { size: 1, root, checkpoint: signed.note }))
    }
}

/// Refuses to begin where a ledger is, or was.
fn refuse_remains(disk: &dyn Disk) -> StoreResult<()> {
    if disk.kind(layout::TAIL)?.is_some() {
        return Err(StoreError::AlreadyInitialised);
    }
    match evidence(disk)? {
        Some(evidence) => Err(missing_tail(evidence)),
        None => Ok(()),
    }
}

/// What shows that there was a ledger here.
pub(crate) fn evidence(disk: &dyn Disk) -> StoreResult<Option<String>> {
    for path in [layout::CHECKPOINT, layout::TILES] {
        if disk.kind(path)?.is_some() {
            return Ok(Some(path.to_owned()));
        }
    }
    Ok(None)
}

pub(crate) const fn missing_tail(evidence: String) -> StoreError {
    StoreError::MissingPart {
        part: layout::TAIL,
        evidence,
        advice: "restore it from the latest backup; until then what was published can be read",
    }
}

/// Says what a directory without a tail is.
pub(crate) fn without_tail(disk: &dyn Disk) -> StoreError {
    let judge = || -> StoreResult<StoreError> {
        if let Some(evidence) = evidence(disk)? {
            return Ok(missing_tail(evidence));
        }
        let begun = disk.kind(layout::PRIVATE)? == Some(Kind::Dir)
            && disk.kind(layout::PUBLIC)? == Some(Kind::Dir);
        Ok(if begun { StoreError::Incomplete } else { StoreError::NotALedger })
    };
    judge().unwrap_or_else(|error| error)
}
