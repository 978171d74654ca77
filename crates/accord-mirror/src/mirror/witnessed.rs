//! The checkpoints that met their quorum, copied as the source keeps them.

use super::{FollowError, Mirror, Round};
use crate::found::Problem;
use crate::remote::{self, Failure};
use crate::source::Source;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::merkle;
use accord_store::witnessed;
use std::collections::BTreeSet;

/// As many are fetched in one round.
const ROUND_MAX: usize = 256;

impl Mirror {
    /// Copies what the source has in `witnessed/` and is not here, of the sizes that are known: the
    /// one that it has published, and those that it lists. Whether a quorum was met, a verifier says;
    /// what counts here is that each is signed, and of the tree that is held.
    pub(super) fn follow_witnessed(
        &mut self,
        source: &mut dyn Source,
        round: &Round,
    ) -> Result<Vec<Problem>, FollowError> {
        let mut problems = Vec::new();
        let held: BTreeSet<u64> = witnessed::sizes(&**self.disk())?.into_iter().collect();
        let listed = source.witnessed(held.last().copied().unwrap_or(0)).unwrap_or_default();
        // Of the one that is published, lines may have come since.
        let missing = listed.into_iter().filter(|size| !held.contains(size));
        let wanted: BTreeSet<u64> = missing.chain([round.shown]).collect();
        // What is ahead of the published checkpoint is not shown yet.
        let published = self.replica.shown().map_or(0, |shown| shown.size);
        let within = wanted.into_iter().filter(|size| (1..=published).contains(size));
        for size in within.take(ROUND_MAX).collect::<Vec<_>>() {
            match remote::witnessed(source, size) {
                Ok(None) => {}
                Ok(Some(note)) => problems.extend(self.take_witnessed(size, &note)?),
                Err(Failure::Found(problem)) => problems.push(*problem),
                Err(Failure::Unreachable(_)) => break,
            }
        }
        Ok(problems)
    }

    /// Keeps one, if it is what its name says.
    fn take_witnessed(
        &mut self,
        size: u64,
        note: &SignedCheckpoint,
    ) -> Result<Option<Problem>, FollowError> {
        let path = format!("witnessed/{size}");
        let head = note.checkpoint();
        let wrong = |why: String| {
            let problem = Problem::new("witnessed-wrong", why).at(path.clone());
            Ok(Some(problem.came(note.to_text().into_bytes())))
        };
        if head.size != size {
            return wrong(format!("it holds a checkpoint of size {}", head.size));
        }
        if let Err(error) = self.check_signed(note) {
            return wrong(error.to_string());
        }
        if merkle::root(&self.view(), size)? != head.root {
            return Ok(Some(self.contradicts(note, &self.view())?));
        }
        self.replica.keep_witnessed(size, &note.to_text())?;
        Ok(None)
    }
}
