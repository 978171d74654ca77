//! Entries that somebody hands in under a checkpoint that is known to be the log's: proven package
//! by package, stored bundle by bundle, and cosigned when all of them are here.

use super::{FollowError, Mirror, extend};
use crate::found::{self, Problem};
use crate::reading::Reading;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::hash::NodeHash;
use accord_format::merkle::{self, ProofError, leaf_hash, root_of};
use accord_format::mirroring::{Package, subtree_start};
use accord_format::note::NoteSignature;
use accord_format::tile::{TILE_WIDTH, encode_bundle, parse_bundle, parse_bundle_of};
use accord_store::StoreError;
use accord_store::replica::Bundles;
use std::ops::Range;

/// Why handed-in entries are not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UploadError {
    /// Entries before them are missing.
    #[error("entries from {next} on are missing")]
    Behind {
        /// The first entry that is not here.
        next: u64,
    },
    /// More is held and cosigned.
    #[error("{size} entries are held under a later checkpoint")]
    Superseded {
        /// Entries held.
        size: u64,
    },
    /// They are not shown to be of the checkpoint's tree.
    #[error("entries {start} to {end} are not shown to be of the tree of the checkpoint: {why}")]
    Unproven {
        /// First entry.
        start: u64,
        /// One after the last.
        end: u64,
        /// What is wrong with the proof.
        why: ProofError,
    },
    /// The log signed what its ledger cannot hold, or two histories.
    #[error("{0}")]
    Found(Box<Problem>),
    /// The mirror cannot do its part.
    #[error(transparent)]
    Mirror(#[from] FollowError),
}

impl From<StoreError> for UploadError {
    fn from(error: StoreError) -> Self {
        Self::Mirror(error.into())
    }
}

/// What came of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Took {
    /// It is stored; this is the first entry that is missing now.
    Next(u64),
    /// All that the checkpoint covers is here, durable, and cosigned with these lines.
    Whole(Vec<NoteSignature>),
}

/// What stands behind the last full bundle of a tree.
#[derive(Default)]
struct Rest {
    bundle: Vec<u8>,
    leaves: Vec<NodeHash>,
}

impl Mirror {
    /// The first entry that is not here: neither under the checkpoint nor handed in since.
    pub fn next_entry(&self) -> u64 {
        self.uploaded.as_ref().map_or_else(|| self.size(), Reading::size)
    }

    /// Takes the entries `range`, one package of an upload that ends with `pending`, a checkpoint
    /// that is the log's and goes on from what was pending before. Entries that are here are proven,
    /// and not stored again. With the last package everything is cosigned.
    pub fn take_package(
        &mut self,
        pending: &SignedCheckpoint,
        range: &Range<u64>,
        package: Package,
    ) -> Result<Took, UploadError> {
        let (next, head) = (self.next_entry(), pending.checkpoint());
        if range.start > next {
            return Err(UploadError::Behind { next });
        }
        let first = subtree_start(range.start);
        let mut entries = self.held_entries(first, range.start)?;
        entries.extend(package.entries);
        let leaves: Vec<NodeHash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        let subtree = (first, range.end, &root_of(&leaves));
        merkle::verify_subtree(subtree, (head.size, &head.root), &package.proof)
            .map_err(|why| UploadError::Unproven { start: first, end: range.end, why })?;
        if range.end <= next {
            return self.go_on(pending, range.end);
        }
        let mut reading = self.reading_of_upload();
        let known = usize::try_from(next.saturating_sub(first)).unwrap_or(usize::MAX);
        for entry in entries.iter().skip(known) {
            if let Err(wrong) = reading.take(entry) {
                self.replica.reset();
                let problem = Problem::new("entry-wrong", wrong.to_string());
                return Err(self.signed_and_wrong(problem.came(entry.clone()), pending)?);
            }
        }
        let bundle = encode_bundle(entries.iter().map(Vec::as_slice)).unwrap_or_default();
        if !range.end.is_multiple_of(TILE_WIDTH) {
            let lines = self.commit(pending, reading, &Rest { bundle, leaves })?;
            return Ok(Took::Whole(lines));
        }
        self.store_bundle(bundle, leaves)?;
        self.uploaded = Some(reading);
        self.go_on(pending, range.end)
    }

    fn go_on(&mut self, pending: &SignedCheckpoint, end: u64) -> Result<Took, UploadError> {
        if end == pending.checkpoint().size {
            self.finish_upload(pending).map(Took::Whole)
        } else {
            Ok(Took::Next(self.next_entry()))
        }
    }

    /// Cosigns `pending`, all of whose entries were handed in or are held.
    pub fn finish_upload(
        &mut self,
        pending: &SignedCheckpoint,
    ) -> Result<Vec<NoteSignature>, UploadError> {
        let (size, held, next) = (pending.checkpoint().size, self.size(), self.next_entry());
        if size < held {
            return Err(UploadError::Superseded { size: held });
        }
        if size == held {
            return self.cosign_held(pending);
        }
        if size > next {
            return Err(UploadError::Behind { next });
        }
        if size == next {
            let reading = self.reading_of_upload();
            return self.commit(pending, reading, &Rest::default());
        }
        let (reading, rest) = self.rewind(size)?;
        self.commit(pending, reading, &rest)
    }

    /// Vouches once more, now, for what is held. Nothing is written: it was, when it was taken over.
    fn cosign_held(&self, pending: &SignedCheckpoint) -> Result<Vec<NoteSignature>, UploadError> {
        let root = self.reading.root();
        if pending.checkpoint().root != root {
            let problem = self.contradicts(pending, &self.view())?;
            return Err(UploadError::Found(Box::new(problem)));
        }
        self.check_signed(pending)?;
        let note = self.cosigned(pending, &self.reading)?;
        Ok(self.own_lines(&note)?)
    }

    /// The reading behind the last bundle handed in, or behind what is held.
    fn reading_of_upload(&mut self) -> Reading {
        self.uploaded.take().unwrap_or_else(|| {
            self.replica.reset();
            self.reading.clone()
        })
    }

    /// Goes back to fewer entries than were handed in.
    fn rewind(&mut self, size: u64) -> Result<(Reading, Rest), UploadError> {
        self.uploaded = None;
        self.replica.reset();
        let mut reading = self.reading.clone();
        while reading.size() < size {
            let index = reading.size() / TILE_WIDTH;
            let bundle = self.replica.left_over(index)?.unwrap_or_default();
            let behind = UploadError::Behind { next: self.size() };
            let Ok(entries) = parse_bundle_of(&bundle, TILE_WIDTH) else { return Err(behind) };
            let first = subtree_start(reading.size());
            let known = usize::try_from(reading.size() - first).unwrap_or(0);
            let width = usize::try_from((size - first).min(TILE_WIDTH)).unwrap_or(0);
            let entries = entries.get(..width).unwrap_or_default();
            for entry in entries.iter().skip(known) {
                if reading.take(entry).is_err() {
                    return Err(behind);
                }
            }
            let leaves: Vec<NodeHash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
            let bytes = encode_bundle(entries.iter().copied()).unwrap_or_default();
            if leaves.len() as u64 != TILE_WIDTH {
                return Ok((reading, Rest { bundle: bytes, leaves }));
            }
            self.store_bundle(bytes, leaves)?;
        }
        Ok((reading, Rest::default()))
    }

    fn store_bundle(&mut self, bundle: Vec<u8>, leaves: Vec<NodeHash>) -> Result<(), UploadError> {
        let mut bundles = Bundles::default();
        bundles.push(bundle, leaves);
        Ok(self.replica.extend(&bundles)?)
    }

    /// Moves the checkpoint to `pending`, whose entries are `reading`'s: all durable before the line
    /// is given out.
    fn commit(
        &mut self,
        pending: &SignedCheckpoint,
        reading: Reading,
        rest: &Rest,
    ) -> Result<Vec<NoteSignature>, UploadError> {
        if let Some(path) = found::forks(&**self.disk())?.into_iter().next() {
            self.replica.reset();
            return Err(UploadError::Found(Box::new(super::forked(path))));
        }
        let head = pending.checkpoint();
        if reading.root() != head.root {
            self.replica.reset();
            let why = ProofError::Root { expected: head.root, found: reading.root() };
            return Err(UploadError::Unproven { start: 0, end: head.size, why });
        }
        if let Err(error) = extend::check_signed(&reading, pending) {
            self.replica.reset();
            return match error {
                FollowError::Found(problem) => Err(self.signed_and_wrong(*problem, pending)?),
                error => Err(error.into()),
            };
        }
        // "The mirror MUST NOT sign or update its mirror checkpoint until all entries are durably
        // committed."
        self.replica.finish(&rest.bundle, &rest.leaves)?;
        let note = self.cosigned(pending, &reading).inspect_err(|_| self.replica.reset())?;
        self.replica.hold(note.clone(), &rest.leaves)?;
        self.reading = reading;
        Ok(self.own_lines(&note)?)
    }

    /// Something wrong with what the log signed, with evidence.
    fn signed_and_wrong(
        &self,
        mut problem: Problem,
        pending: &SignedCheckpoint,
    ) -> Result<UploadError, FollowError> {
        problem.size = Some(pending.checkpoint().size);
        self.keep_problem(&mut problem, "a submission", Some(pending))?;
        Ok(UploadError::Found(Box::new(problem)))
    }

    /// The entries `[first, end)` of one bundle, which are here.
    fn held_entries(&self, first: u64, end: u64) -> Result<Vec<Vec<u8>>, UploadError> {
        if first == end {
            return Ok(Vec::new());
        }
        let (index, count) = (first / TILE_WIDTH, usize::try_from(end - first).unwrap_or(0));
        if end <= self.size() {
            let batch = self.view().batch(index)?;
            return Ok(batch.iter().take(count).map(|(_, entry)| entry.to_vec()).collect());
        }
        let bundle = self.replica.left_over(index)?.unwrap_or_default();
        let entries = parse_bundle(&bundle).unwrap_or_default();
        Ok(entries.into_iter().take(count).map(<[u8]>::to_vec).collect())
    }
}
