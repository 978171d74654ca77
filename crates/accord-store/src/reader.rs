//! Reads a ledger without a lock, beside a writer or without one.

use crate::disk::Disk;
use crate::error::{StoreError, StoreResult};
use crate::init::without_tail;
use crate::layout;
use crate::recovery::{covering, read_published};
use crate::tail::{self, Ending, FILE_BYTES_MAX, Image, Scan};
use crate::view::View;
use crate::writer::Published;
use accord_format::tile::TILE_WIDTH;
use std::sync::Arc;

/// A ledger as it was when it was opened: later appends are not seen, and nothing below its size
/// goes away.
///
/// The tail is read into memory once, at most some tens of megabytes; bundles are read as they are
/// asked for. A tail that is damaged, missing or not this user's to read does not stop the reading
/// of what was published.
///
/// Beside a writer, the newest batch may be seen in the moment between its checkpoint record being
/// written and being durable. What a reader shows is no acknowledgement; only [`crate::Store::commit`]
/// gives that, and only a published checkpoint is meant for others.
#[derive(Debug)]
pub struct Reader {
    disk: Arc<dyn Disk>,
    image: Option<Image>,
    head: Published,
    published: Option<Published>,
    tail: TailState,
}

/// What became of the tail.
#[derive(Debug)]
pub enum TailState {
    /// It was read.
    Whole,
    /// It was read; behind the last checkpoint record stands a batch that is not acknowledged (yet).
    Unacknowledged(tail::Dropped),
    /// It does not check. What its last good checkpoint record covers is read, if there is one.
    Damaged(StoreError),
    /// It may not be read by this user, or this is a copy of the public part: only what was
    /// published is seen.
    Unseen,
}

impl Reader {
    /// Opens a ledger for reading, as of now.
    ///
    /// # Errors
    /// If there is no ledger, or neither tail nor published checkpoint says what is in it.
    pub fn open(disk: Arc<dyn Disk>) -> StoreResult<Self> {
        // In this order: the writer publishes only what its tail has covered before.
        let published = read_published(&*disk);
        let (scan, mut state) = match read_tail(&*disk) {
            Ok(Some(scan)) => (Some(scan), TailState::Whole),
            Ok(None) => (None, TailState::Unseen),
            Err(error) => (None, TailState::Damaged(error)),
        };
        let mut image = None;
        let mut head = None;
        if let Some(Scan { image: scanned, ending }) = scan {
            match covering(&scanned) {
                Ok(covered) => {
                    (image, head) = (Some(scanned), Some(covered));
                    state = match ending {
                        Ending::Clean => TailState::Whole,
                        Ending::Dropped(dropped) => TailState::Unacknowledged(dropped),
                        Ending::Damaged(corruption) => TailState::Damaged(corruption.into()),
                    };
                }
                Err(error) => state = TailState::Damaged(error),
            }
        }
        let published = match published {
            Ok(published) => published,
            // A damaged checkpoint does not hide what the tail covers.
            Err(error) if head.is_some() && error.is_corrupt() => {
                if matches!(state, TailState::Whole | TailState::Unacknowledged(_)) {
                    state = TailState::Damaged(error);
                }
                None
            }
            Err(error) => return Err(error),
        };
        // A damaged tail may end below what was published.
        let latest = match (head, &published) {
            (Some(head), Some(published)) if head.size < published.size => published.clone(),
            (Some(head), _) => head,
            (None, Some(published)) => published.clone(),
            (None, None) => {
                return Err(match state {
                    TailState::Damaged(error) => error,
                    _ => without_tail(&*disk),
                });
            }
        };
        Ok(Self { disk, image, head: latest, published, tail: state })
    }

    /// Number of entries.
    pub const fn size(&self) -> u64 {
        self.head.size
    }

    /// The signed checkpoint that covers all entries read here.
    pub const fn head(&self) -> &Published {
        &self.head
    }

    /// The published checkpoint.
    pub const fn published(&self) -> Option<&Published> {
        self.published.as_ref()
    }

    /// What became of the tail.
    pub const fn tail(&self) -> &TailState {
        &self.tail
    }

    /// The tail, as far as it can be read.
    pub const fn image(&self) -> Option<&Image> {
        self.image.as_ref()
    }

    /// The disk that is read.
    pub fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    /// Entries and hashes.
    pub fn view(&self) -> View<'_> {
        let size = self.size();
        let published = self.published.as_ref().map_or(0, |published| published.size);
        let base = self.image.as_ref().map_or(0, Image::base);
        View {
            disk: &*self.disk,
            image: self.image.as_ref(),
            edge: None,
            size,
            full: base.max(published / TILE_WIDTH * TILE_WIDTH).min(size / TILE_WIDTH * TILE_WIDTH),
            published,
        }
    }
}

/// Reads the tail; nothing if there is none to see.
fn read_tail(disk: &dyn Disk) -> StoreResult<Option<Scan>> {
    match disk.read(layout::TAIL, FILE_BYTES_MAX) {
        Ok(bytes) => tail::scan(&bytes).map(Some),
        Err(error) if error.is_not_found() || error.is_read_only() => Ok(None),
        Err(error) => Err(error.into()),
    }
}
