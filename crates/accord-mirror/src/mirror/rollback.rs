//! An origin that shows less than it had published.

use super::{FollowError, Mirror};
use crate::found::{self, Problem};
use accord_format::checkpoint::SignedCheckpoint;
use accord_format::head::{Head, Pair};
use accord_format::rollback::Rollback;
use accord_ledger::check;

impl Mirror {
    /// Keeps the proof that entries existed which the record lacks that is shown now: the two signed
    /// checkpoints, for whoever has the ledger's id alone. A server may be slow rather than restored
    /// from a backup; the file says what was shown, and not why.
    pub(super) fn rolled_back(
        &self,
        shown: &SignedCheckpoint,
    ) -> Result<Vec<Problem>, FollowError> {
        let (Some(keys), Some(published)) = (self.reading.keys(), self.replica.shown()) else {
            return Ok(Vec::new());
        };
        let Ok(held) = SignedCheckpoint::parse(published.note.as_bytes()) else {
            return Ok(Vec::new());
        };
        let sizes = (shown.checkpoint().size, held.checkpoint().size);
        let heads = keys.head(&self.view(), held).and_then(|held| {
            Ok(Pair::new(Head::bare(shown.clone()), held).map_err(check::CheckError::from)?)
        });
        let rollback = heads.ok().and_then(|heads| Rollback::new(heads).ok());
        let Some(bytes) = rollback.map(|rollback| rollback.to_bytes()) else {
            return Ok(Vec::new());
        };
        if check::rollback(&bytes, &self.ledger).is_err() {
            return Ok(Vec::new());
        }
        let path = found::keep_rollback(&**self.disk(), sizes, &bytes)?;
        let why = format!(
            "size {} is shown, and {} was published before; `accord check` reads the file",
            sizes.0, sizes.1
        );
        let problem = Problem { evidence: path, ..Problem::new("rolled-back", why) };
        Ok(vec![problem.at("checkpoint")])
    }
}
