//! The mirror's record, read whole and verified, and what the ledger's own signed checkpoints say of it.

use super::RepairError;
use crate::found::Problem;
use crate::mirror::FollowError;
use crate::reading::Reading;
use crate::remote::Remote;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::hash::{EntryHash, LedgerId, NodeHash};
use accord_format::merkle::{Frontier, root_of};
use accord_format::tile::{TILE_WIDTH, parse_bundle};
use accord_ledger::evidence::KeyHistory;
use accord_store::repair::Patient;
use accord_store::tail::Image;
use std::collections::{BTreeMap, BTreeSet};

/// The mirror's record, as a first reading found it.
pub(super) struct Record {
    pub(super) note: SignedCheckpoint,
    keys: KeyHistory,
    /// The tree over all of it.
    frontier: Frontier,
    /// The root over each bundle alone, so that a second reading is known to give the same.
    pub(super) bundles: Vec<NodeHash>,
    /// Roots and last entry hashes at the sizes that were asked for.
    pub(super) marks: BTreeMap<u64, (NodeHash, EntryHash)>,
}

impl Record {
    pub(super) fn size(&self) -> u64 {
        self.note.checkpoint().size
    }

    /// Goes on behind the mirror's entries with the ledger's own, as far as these read, to see what
    /// roots they give together at the sizes that are signed.
    pub(super) fn go_on(
        &mut self,
        patient: &Patient,
        tail: Option<&Image>,
        sizes: &[Option<u64>],
    ) -> Result<(), RepairError> {
        let (mut frontier, last) = (self.frontier.clone(), sizes.iter().flatten().max());
        for seq in self.size()..last.copied().unwrap_or(0) {
            let Some(leaf) = patient.leaf(tail, sizes.first().copied().flatten(), seq)? else {
                break;
            };
            frontier.push(leaf);
            if sizes.contains(&Some(frontier.size())) {
                self.marks.insert(frontier.size(), (frontier.root(), EntryHash::ZERO));
            }
        }
        Ok(())
    }

    /// Fails if the ledger holds signed checkpoints and none of them says that the mirror's entries
    /// are its own: they may be those of another history.
    pub(super) fn check_tied(
        &self,
        shown: Option<u64>,
        covered: Option<u64>,
    ) -> Result<(), RepairError> {
        let mut signed = shown.iter().chain(&covered).peekable();
        let size = signed.peek().map(|size| **size);
        match size {
            Some(size) if !signed.any(|size| self.marks.contains_key(size)) => {
                Err(RepairError::Unproven { mirror: self.size(), size })
            }
            _ => Ok(()),
        }
    }

    /// Whether a checkpoint is the ledger's own, of exactly this size, and of the mirror's entries.
    pub(super) fn vouches(&self, size: u64, note: &SignedCheckpoint) -> bool {
        let head = note.checkpoint();
        let root = self.marks.get(&size).map(|(root, _)| *root);
        head.size == size && root == Some(head.root) && self.keys.verify(note).is_ok()
    }

    /// Whether a note that the ledger holds counts; an error if it counts and contradicts.
    pub(super) fn judge(&self, path: &str, note: &str) -> Result<Option<u64>, RepairError> {
        let Ok(note) = SignedCheckpoint::parse(note.as_bytes()) else { return Ok(None) };
        let (size, ours) = (note.checkpoint().size, note.checkpoint().root);
        if self.keys.verify(&note).is_err() {
            // Keys that the mirror has not heard of may have signed it: it is not for us to replace.
            let ours = note.checkpoint().origin == self.keys.origin();
            return Ok(Some(size).filter(|size| ours && *size > self.size()));
        }
        match self.marks.get(&size) {
            Some((theirs, _)) if *theirs != ours => {
                let path = path.to_owned();
                Err(RepairError::Contradiction { path, size, ours, theirs: *theirs })
            }
            _ => Ok(Some(size)),
        }
    }
}

/// Reads and verifies all that the mirror shows.
pub(super) fn read(
    remote: &Remote<'_>,
    note: SignedCheckpoint,
    ledger: LedgerId,
    sizes: &BTreeSet<u64>,
) -> Result<Record, RepairError> {
    let (mut reading, mut marks, mut bundles) = (Reading::new(ledger), BTreeMap::new(), Vec::new());
    let base = remote.size() / TILE_WIDTH * TILE_WIDTH;
    for index in 0..remote.size().div_ceil(TILE_WIDTH) {
        let bundle = remote.bundle(index)?;
        let mut leaves = Vec::new();
        for entry in parse_bundle(&bundle).unwrap_or_default() {
            leaves.push(reading.take(entry)?);
            let size = reading.size();
            if size == base || sizes.contains(&size) {
                marks.insert(size, (reading.root(), reading.last_hash()));
            }
        }
        bundles.push(root_of(&leaves));
    }
    let wrong =
        |why: String| FollowError::from(Problem::new("checkpoint-wrong", why).at("checkpoint"));
    if reading.root() != note.checkpoint().root {
        return Err(wrong("its bundles have another root than it signs".to_owned()).into());
    }
    let keys = reading.keys().cloned().ok_or_else(|| wrong("it covers nothing".to_owned()))?;
    keys.verify(&note).map_err(|error| wrong(error.to_string()))?;
    marks.insert(reading.size(), (reading.root(), reading.last_hash()));
    let frontier = reading.frontier().clone();
    Ok(Record { note, keys, frontier, bundles, marks })
}
