//! Two checkpoints that cannot both be of one history.

use super::{FollowError, Mirror};
use crate::found::{self, Problem};
use crate::remote::Remote;
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::fraud;
use accord_format::head::Head;
use accord_format::merkle::Nodes;
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

    /// The fork that shows when the source's own tiles lead to another tree than the one held.
    pub(super) fn fork_behind(
        &self,
        remote: &Remote<'_>,
        shown: &SignedCheckpoint,
    ) -> Result<Option<Problem>, FollowError> {
        self.fork(shown, remote)
    }

    /// A fork that convinces whoever has only the ledger id, and its proof kept.
    fn fork<N: Nodes + ?Sized>(
        &self,
        shown: &SignedCheckpoint,
        nodes: &N,
    ) -> Result<Option<Problem>, FollowError> {
        let (Some(keys), Some(published)) = (self.reading.keys(), self.replica.published()) else {
            return Ok(None);
        };
        let Ok(held) = SignedCheckpoint::parse(published.note.as_bytes()) else { return Ok(None) };
        let Ok(ours) = keys.head(&self.view(), held) else { return Ok(None) };
        let Ok(Some(proof)) = fraud::between(ours, Head::bare(shown.clone()), nodes) else {
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
