//! Two checkpoints that cannot both be of one history.

use super::extend::UNPROVEN_MAX;
use super::{FollowError, Mirror};
use crate::found::{self, Problem};
use crate::reading::Reading;
use crate::remote::Remote;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::fraud;
use accord_format::head::Head;
use accord_format::merkle::Nodes;
use accord_format::tile::{TILE_WIDTH, parse_bundle};
use accord_ledger::check;

impl Mirror {
    /// The problem that a signed checkpoint is which does not fit what is held; `nodes` are those of
    /// the larger of both trees. Where it proves a fork, the proof is kept.
    pub(super) fn contradicts<N: Nodes + ?Sized>(
        &self,
        shown: &SignedCheckpoint,
        nodes: &N,
    ) -> Result<Problem, FollowError> {
        if let Some(fork) = self.fork(shown, nodes)? {
            return Ok(fork);
        }
        let head = shown.checkpoint();
        let why = format!(
            "size {} with root {} is signed, which is not of the history that is held, of size {}",
            head.size,
            head.root,
            self.size()
        );
        let problem = Problem::new("contradiction", why).at("checkpoint");
        Ok(problem.came(shown.to_text().into_bytes()))
    }

    /// The problem that a checkpoint is which was pending, and is not of the history that is held; its
    /// evidence is kept.
    pub(crate) fn fork_pending(&self, pending: &SignedCheckpoint) -> Result<Problem, FollowError> {
        let mut problem = self.contradicts(pending, &self.view())?;
        problem.size = Some(pending.checkpoint().size);
        self.keep_problem(&mut problem, "a submission", Some(pending))?;
        Ok(problem)
    }

    /// The fork that shows when the source's own tiles lead to another tree than the one held. Where
    /// the other history has rotated its checkpoint keys, it is read as a whole to learn by whose word.
    pub(super) fn fork_behind(
        &self,
        remote: &Remote<'_>,
        shown: &SignedCheckpoint,
    ) -> Result<Option<Problem>, FollowError> {
        if let Some(fork) = self.fork(shown, remote)? {
            return Ok(Some(fork));
        }
        let Some(other) = self.head_of_other(remote, shown) else { return Ok(None) };
        self.fork_with(other, remote)
    }

    /// The source's checkpoint with the key history of its own record under it, if that is of this
    /// ledger and hangs together.
    fn head_of_other(&self, remote: &Remote<'_>, shown: &SignedCheckpoint) -> Option<Head> {
        let mut reading = Reading::new(self.ledger);
        if remote.size() > UNPROVEN_MAX {
            return None;
        }
        for index in 0..remote.size().div_ceil(TILE_WIDTH) {
            let bundle = remote.bundle(index).ok()?;
            for entry in parse_bundle(&bundle).ok()? {
                reading.take(entry).ok()?;
            }
        }
        if reading.root() != shown.checkpoint().root {
            return None;
        }
        reading.keys()?.head_from(remote, shown.clone()).ok().flatten()
    }

    /// A fork that convinces whoever has only the ledger id, and its proof kept.
    fn fork<N: Nodes + ?Sized>(
        &self,
        shown: &SignedCheckpoint,
        nodes: &N,
    ) -> Result<Option<Problem>, FollowError> {
        self.fork_with(Head::bare(shown.clone()), nodes)
    }

    fn fork_with<N: Nodes + ?Sized>(
        &self,
        other: Head,
        nodes: &N,
    ) -> Result<Option<Problem>, FollowError> {
        let (Some(keys), Some(held)) = (self.reading.keys(), self.checkpoint()) else {
            return Ok(None);
        };
        let Ok(ours) = keys.head(&self.view(), held) else { return Ok(None) };
        let Ok(Some(proof)) = fraud::between(ours, other, nodes) else {
            return Ok(None);
        };
        let bytes = proof.to_bytes();
        if check::fraud(&bytes, &self.ledger).is_err() {
            return Ok(None);
        }
        let sizes = (proof.heads.smaller().size(), proof.heads.larger().size());
        let path = found::keep_fraud(&**self.disk(), sizes, &bytes)?;
        let why = format!(
            "FORK: checkpoints of sizes {} and {} are signed, and no history has both; `accord check` convinces others with the proof",
            sizes.0, sizes.1
        );
        Ok(Some(Problem { evidence: Some(path), ..Problem::new("fork", why) }))
    }
}
