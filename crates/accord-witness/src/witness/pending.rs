//! For whoever keeps a checkpoint as a witness does, and learns of others elsewhere, too: a mirror,
//! whose pending checkpoint this is.

use super::admit::judge_signatures;
use super::{Held, Last, Witness, lock};
use crate::refusal::Refusal;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::hash::NodeHash;
use accord_format::log_key::LogVKey;
use accord_format::note::Note;
use accord_format::witnessing::origin_hash;
use std::sync::Arc;

/// How many checkpoints are remembered.
const RECENT_MAX: usize = 8;

impl Held {
    /// Makes `last`, which is durable, the one that is held.
    pub(super) fn set(&mut self, last: Last) {
        self.recent.retain(|note| note.checkpoint() != last.note.checkpoint());
        if self.recent.len() >= RECENT_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back(last.note.clone());
        self.last = Some(last);
    }
}

impl Witness {
    /// Lets these keys alone be trusted for the log `origin` from now on, as its own record names
    /// them. Nothing happens if there is no such log.
    pub fn trust(&self, origin: &str, keys: &[LogVKey]) -> Result<(), Refusal> {
        if let Some(log) = self.logs.get(&origin_hash(origin)) {
            *lock(&log.keys)? = keys.into();
        }
        Ok(())
    }

    /// The last checkpoint of the log `origin` that was taken.
    pub fn held(&self, origin: &str) -> Result<Option<SignedCheckpoint>, Refusal> {
        let Some(log) = self.logs.get(&origin_hash(origin)) else { return Ok(None) };
        Ok(lock(&log.held)?.last.as_ref().map(|last| last.note.clone()))
    }

    /// One of the last few checkpoints of the log `origin` that were taken, by its size.
    pub fn recent(&self, origin: &str, size: u64) -> Result<Option<SignedCheckpoint>, Refusal> {
        let Some(log) = self.logs.get(&origin_hash(origin)) else { return Ok(None) };
        let held = lock(&log.held)?;
        Ok(held.recent.iter().find(|note| note.checkpoint().size == size).cloned())
    }

    /// Takes a checkpoint whose whole tree is known: `root` gives the tree's root at any size up to
    /// its own. It takes the place of one of no larger size, if that is of the same history; one that
    /// is not is given back, and stays.
    pub fn advance<E>(
        &self,
        note: &SignedCheckpoint,
        root: impl FnOnce(u64) -> Result<NodeHash, E>,
    ) -> Result<Result<Option<SignedCheckpoint>, E>, Refusal> {
        let head = note.checkpoint();
        let Some(log) = self.logs.get(&origin_hash(&head.origin)) else {
            return Err(Refusal::UnknownLog(head.origin.clone()));
        };
        let by_log = judge_signatures(log, head, note.note().signatures())?;
        let mut record = lock(&log.held)?;
        if let Some(last) = &record.last {
            let known = last.note.checkpoint();
            if known.size > head.size {
                return Ok(Ok(None));
            }
            let expected = match root(known.size) {
                Ok(root) => root,
                Err(error) => return Ok(Err(error)),
            };
            if expected != known.root {
                return Ok(Ok(Some(last.note.clone())));
            }
            if known == head {
                return Ok(Ok(None));
            }
        }
        let text = Note::new(note.note().text(), &by_log).map(|note| note.to_text());
        let text = text.map_err(|error| Refusal::Signing(error.to_string()))?;
        let own = SignedCheckpoint::parse(text.as_bytes())
            .map_err(|error| Refusal::Signing(error.to_string()))?;
        log.state.keep_checkpoint(&own).map_err(|error| Refusal::State(error.into()))?;
        *lock(&log.published)? = Some(Arc::from(text));
        record.set(Last { note: own, time: 0, durable: true });
        Ok(Ok(None))
    }
}
